using Programmes.Core.Programmes;

namespace Programmes.Storage.BatchSteps;

/// <summary>A step that judges many units of a batch: a work item or a notice with a row for each unit.</summary>
public sealed class BatchStepRow
{
    /// <summary>Grows in the order in which steps open.</summary>
    public long Id { get; set; }

    /// <summary>The id of the work item or notice.</summary>
    public required string SubjectId { get; set; }

    /// <summary>The batch's instance.</summary>
    public required string InstanceId { get; set; }
    public string? ProgrammeId { get; set; }
    public int? Batch { get; set; }

    /// <summary>The activity id in the batch's definition; the name by which units await it.</summary>
    public required string Step { get; set; }

    /// <summary>The earlier step whose outcome selects the units; null: all units.</summary>
    public string? SelectsStep { get; set; }
    public string? SelectsOutcome { get; set; }
    public bool Closed { get; set; }
    public DateOnly? ClosedOn { get; set; }

    /// <summary>The instance delivered its rows; one decided later is delivered at once.</summary>
    public bool Delivered { get; set; }
}

/// <summary>What a batch step says about one unit.</summary>
public sealed class StepRow : IVersioned
{
    public long Id { get; set; }
    public required string SubjectId { get; set; }
    public required string InstanceId { get; set; }
    public string? ProgrammeId { get; set; }
    public int? Batch { get; set; }
    public required string Step { get; set; }
    public required string UnitId { get; set; }
    public StepRowStatus Status { get; set; }
    public string? Outcome { get; set; }
    public string? Grade { get; set; }
    public string? Reason { get; set; }

    /// <summary>Scores and other values, as JSON.</summary>
    public string? FormValues { get; set; }

    /// <summary>It was opened after its step had closed.</summary>
    public bool Late { get; set; }

    /// <summary>The unit's instance was told.</summary>
    public bool Delivered { get; set; }
    public DateOnly? DecidedOn { get; set; }
    public string? DecidedBy { get; set; }
    public int Version { get; set; }
}
