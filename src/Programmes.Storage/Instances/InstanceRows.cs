using Programmes.Core.Workflows;

namespace Programmes.Storage.Instances;

/// <summary>A workflow instance. Only <c>InstanceStore</c> writes it; others read.</summary>
public sealed class InstanceRow
{
    public required string Id { get; set; }

    /// <summary>Null for a workflow outside any programme.</summary>
    public string? ProgrammeId { get; set; }
    public long ClockId { get; set; }
    public int? Batch { get; set; }
    public string? UnitId { get; set; }
    public string? Parent { get; set; }
    public int? ParentNode { get; set; }
    public string? FromInstance { get; set; }
    public required string DefinitionId { get; set; }
    public int DefinitionVersion { get; set; }
    public string? Name { get; set; }
    public string? CorrelationId { get; set; }
    public InstanceStatus Status { get; set; }
    public InstanceSubStatus SubStatus { get; set; }

    /// <summary>Null before the first decision, so that starting 38,600 children writes no 38,600 empty states.</summary>
    public string? State { get; set; }
    public int Version { get; set; }

    /// <summary>The earliest due bookmark, by the instance's clock.</summary>
    public DateTimeOffset? WakeAt { get; set; }

    /// <summary>It faulted outside its workflow; it is not claimed until a person retries it.</summary>
    public bool Parked { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}

public sealed class BookmarkRow
{
    public required string InstanceId { get; set; }
    public int BookmarkId { get; set; }
    public int Node { get; set; }
    public required string Activity { get; set; }
    public BookmarkKind Kind { get; set; }
    public string? Key { get; set; }
    public DateTimeOffset? DueAt { get; set; }
}

/// <summary>A stimulus on its way; deleted by the decision that takes it.</summary>
public sealed class StimulusRow
{
    public long Id { get; set; }
    public required string Sender { get; set; }

    /// <summary>Unique for its sender.</summary>
    public required string Key { get; set; }
    public required string Target { get; set; }
    public long ClockId { get; set; }
    public DateTimeOffset NominalAt { get; set; }
    public required string Kind { get; set; }
    public required string Payload { get; set; }

    /// <summary>Its target is parked, or does not exist yet.</summary>
    public bool Parked { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

public sealed class ActivityExecutionRow
{
    public required string InstanceId { get; set; }
    public int Execution { get; set; }
    public required string Activity { get; set; }
    public required string Type { get; set; }
    public ActivityStatus Status { get; set; }
    public string? Outcome { get; set; }
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it should have started; rules count from it.</summary>
    public DateTimeOffset NominalAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public DateTimeOffset? EndedNominalAt { get; set; }
    public string? Actor { get; set; }
    public string? EndedBy { get; set; }
}

public sealed class IncidentRow
{
    public long Id { get; set; }
    public required string InstanceId { get; set; }
    public string? ProgrammeId { get; set; }
    public string? Activity { get; set; }
    public required string Code { get; set; }
    public required string MessageZh { get; set; }
    public required string MessageEn { get; set; }
    public DateTimeOffset RaisedAt { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }
    public string? ResolvedBy { get; set; }
}

public enum OutsideTaskStatus { Open, Finished, Cancelled }

/// <summary>What an outside program was asked to do (<c>Elsa.RunTask</c>).</summary>
public sealed class OutsideTaskRow
{
    public required string InstanceId { get; set; }
    public int BookmarkId { get; set; }
    public required string Name { get; set; }
    public string? Payload { get; set; }
    public OutsideTaskStatus Status { get; set; }
    public DateTimeOffset AskedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}
