using System.Text.Json.Nodes;

namespace Programmes.Core.Workflows;

/// <summary>
/// A workflow definition in Elsa 3's format, read and linked: ids resolved, inputs parsed, joins worked out.
/// Immutable; one object serves all instances and threads.
/// </summary>
public sealed class WorkflowDefinition
{
    public required string DefinitionId { get; init; }
    public required int Version { get; init; }
    public required string Name { get; init; }

    /// <summary>SHA-256 over the canonical JSON, in lower-case hexadecimal. A definition is stored once by id, version and hash.</summary>
    public required string Hash { get; init; }
    public required IReadOnlyList<VariableDefinition> Variables { get; init; }
    public required IReadOnlyList<InputDefinition> Inputs { get; init; }
    public required Activity Root { get; init; }

    /// <summary>Every activity by id, the root included.</summary>
    public required IReadOnlyDictionary<string, Activity> Activities { get; init; }

    /// <summary>The JSON as it was read, with every property that this program does not know.</summary>
    public required JsonObject Source { get; init; }

    /// <summary>The plan document's paragraphs and other things kept with the definition.</summary>
    public JsonObject? CustomProperties => Source["customProperties"] as JsonObject;

    public Activity? Find(string activityId) => Activities.GetValueOrDefault(activityId);

    public override string ToString() => $"{DefinitionId} v{Version}";
}

/// <param name="Default">The value at the start of the scope.</param>
public sealed record VariableDefinition(string Id, string Name, string TypeName, bool IsArray, object? Default);

public sealed record InputDefinition(string Name, string TypeName);

/// <summary>An activity of a definition, with its inputs parsed and its children linked.</summary>
public sealed class Activity
{
    public required string Id { get; init; }
    public required string Type { get; init; }
    public required ActivityDescriptor Descriptor { get; init; }
    public required JsonObject Source { get; init; }
    public string? Name { get; init; }

    /// <summary>What people see: Elsa's <c>metadata.displayText</c>, else the name, else the type's display name.</summary>
    public required string DisplayText { get; init; }
    public Activity? Parent { get; init; }
    public bool CanStartWorkflow { get; init; }
    public MergeMode? MergeMode { get; init; }

    /// <summary>Inputs by name, as Elsa spells them (camelCase).</summary>
    public Dictionary<string, Expression> Inputs { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Variable ids that outputs are written to, by output name.</summary>
    public Dictionary<string, string> Outputs { get; } = new(StringComparer.OrdinalIgnoreCase);
    public List<VariableDefinition> Variables { get; } = [];

    /// <summary>Contained activities by slot: <c>activities</c>, <c>body</c>, <c>then</c>, <c>else</c>, <c>branches</c>.</summary>
    public Dictionary<string, List<Activity>> Slots { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The cases of a switch, in order.</summary>
    public List<SwitchCase> Cases { get; } = [];

    /// <summary>The connections of a flowchart, linked.</summary>
    public Flowgraph? Graph { get; internal set; }

    /// <summary>Place among the activities of its flowchart.</summary>
    internal int Position { get; set; }

    public IEnumerable<Activity> Children => Slots.Values.SelectMany(slot => slot).Concat(Cases.Where(c => c.Activity is not null).Select(c => c.Activity!));

    internal Activity? Single(string slot) => Slots.TryGetValue(slot, out var activities) && activities.Count > 0 ? activities[0] : null;

    public override string ToString() => $"{Id} ({Type})";
}

public sealed record SwitchCase(string Label, Expression Condition, Activity? Activity);

/// <summary>How an activity with several inbound connections waits for them; Elsa's names.</summary>
public enum MergeMode { Stream, Merge, Converge, Cascade, Race, WaitAll, WaitAllActive, WaitAny }
