using System.Text.Json;
using Programmes.Core;
using Programmes.Core.Programmes;

namespace Programmes.Engine.Launching;

/// <summary>The parts of a launch, in the order in which an office fills them in.</summary>
public enum DraftStep { Basics, Batches, Offices, Units, Reminders, Rehearsal }

/// <summary>A launch that is being prepared.</summary>
/// <param name="Version">Grows with every change; who saves names the one that was read.</param>
public sealed record LaunchDraft(long Id, string Owner, DateTimeOffset ChangedAt, string ChangedBy, int Version, Launch Launch, LaunchMode Mode, bool HasUpload);

/// <summary>A draft as a list shows it.</summary>
public sealed record LaunchDraftLine(long Id, string Name, string Owner, int Units, DateTimeOffset ChangedAt, string ChangedBy);

/// <summary>What a draft stores; unlike a launch file it may lack anything.</summary>
internal sealed record DraftContent(Launch Launch, LaunchMode Mode)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static DraftContent Parse(string json) => JsonSerializer.Deserialize<DraftContent>(json, Options) ?? throw new InvalidOperationException("A draft without content.");
}

/// <summary>A problem of a draft, at the step that mends it.</summary>
public sealed record DraftProblem(DraftStep Step, ProblemSeverity Severity, Text Message);

/// <summary>What a plan asks a launch for: what the checks of a launch would miss in one that gives nothing.</summary>
/// <param name="Dates">Names of dates; values are what needs them.</param>
/// <param name="Roles">Roles of offices; values are what they do.</param>
public sealed record PlanNeeds(IReadOnlyDictionary<string, Text> Dates, IReadOnlyDictionary<string, Text> Roles, IReadOnlyList<string> Settings, IReadOnlyList<string> Forms, bool NeedsSuperiors);
