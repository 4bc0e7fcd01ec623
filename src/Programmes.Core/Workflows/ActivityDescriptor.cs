namespace Programmes.Core.Workflows;

/// <summary>How a form asks for an input; Elsa's <c>uiHint</c> values where it has one.</summary>
public enum InputHint { SingleLine, MultiLine, Checkbox, Dropdown, DateRule, Period, Variable, Condition, Json, Cases, List }

/// <param name="Name">camelCase, as in the file.</param>
/// <param name="TypeName">Elsa's type name.</param>
/// <param name="Default">What holds when the input is absent.</param>
/// <param name="Choices">For a drop-down: value and words.</param>
public sealed record InputDescriptor(
    string Name, string TypeName, Text DisplayName, Text Description, InputHint Hint = InputHint.SingleLine,
    bool Required = false, object? Default = null, IReadOnlyList<(string Value, Text Words)>? Choices = null);

/// <param name="Name">The slot's property, camelCase.</param>
/// <param name="Many">A list of activities instead of one.</param>
public sealed record SlotDescriptor(string Name, Text DisplayName, bool Many = false);

/// <summary>
/// What the designer, the validator and the documentation know about an activity type.
/// </summary>
public sealed class ActivityDescriptor
{
    public required string Type { get; init; }
    public required Text DisplayName { get; init; }
    public required Text Description { get; init; }
    public required Text Category { get; init; }
    public IReadOnlyList<InputDescriptor> Inputs { get; init; } = [];
    public IReadOnlyList<SlotDescriptor> Slots { get; init; } = [];
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Anchors that only the date rules of this activity can count from.</summary>
    public IReadOnlyList<string> Anchors { get; init; } = [];

    /// <summary>The ports that always exist.</summary>
    public IReadOnlyList<string> Outcomes { get; init; } = [DoneOutcome];

    /// <summary>The input whose values are further ports: a switch's cases, a fork's branches, a work item's outcomes.</summary>
    public string? OutcomesFrom { get; init; }

    /// <summary>The instance can rest here; a loop needs one of these, or a way out.</summary>
    public bool Waits { get; init; }

    /// <summary>Nothing follows it.</summary>
    public bool IsTerminal { get; init; }

    internal Activities.Behaviour Behaviour { get; init; } = null!;

    public const string DoneOutcome = "Done";

    public InputDescriptor? FindInput(string name)
    {
        foreach (var input in Inputs)
            if (string.Equals(input.Name, name, StringComparison.OrdinalIgnoreCase)) return input;
        return null;
    }

    public override string ToString() => Type;
}
