using System.Linq.Expressions;
using Programmes.Core.Programmes;

namespace Programmes.Storage.Programmes;

public enum ProgrammeStatus { Running, Finished, Cancelled }

/// <summary>A launched programme.</summary>
public sealed class ProgrammeRow : IVersioned
{
    public required string Id { get; set; }

    /// <summary>The version of the programme's own definition; those of its batches and units are in <see cref="ProgrammeDefinitionRow"/>.</summary>
    public required string DefinitionId { get; set; }
    public int DefinitionVersion { get; set; }
    public required string DefinitionHash { get; set; }
    public required string Name { get; set; }

    /// <summary>Of the launch in force, see <see cref="LaunchRevisionRow"/>. Grows with every amendment, so that a cached launch is known to be stale.</summary>
    public int LaunchRevision { get; set; }
    public required string ApprovalNumber { get; set; }
    public DateOnly ApprovedOn { get; set; }
    public DateOnly StartsOn { get; set; }
    public ProgrammeStatus Status { get; set; }

    /// <summary>0: real time; else the programme's own demonstration clock.</summary>
    public long ClockId { get; set; }

    /// <summary>Up to and including this day the programme's steps are recorded as done, without mail; null: no backfill.</summary>
    public DateOnly? BackfillUntil { get; set; }

    /// <summary>The programme's own workflow instance.</summary>
    public required string InstanceId { get; set; }
    public required string LaunchedBy { get; set; }
    public DateTimeOffset LaunchedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndReason { get; set; }

    /// <summary>The first day on which nothing fires and nobody is reminded; null: it is not suspended.</summary>
    public DateOnly? SuspendedOn { get; set; }

    /// <summary>The instant of the suspension, by the programme's clock.</summary>
    public DateTimeOffset? SuspendedAt { get; set; }
    public string? SuspendReason { get; set; }

    /// <summary>When the retention rule removed the inner working of its workflows, long after its end; null: it is all there.</summary>
    public DateTimeOffset? DetailsRemovedAt { get; set; }
    public int Version { get; set; }

    /// <summary>It runs on a clock of its own that is moved by hand: nothing of it is real.</summary>
    public static readonly Expression<Func<ProgrammeRow, bool>> IsDemonstration = row => row.ClockId != ClockRow.RealTime && row.ClockId != ClockRow.Stopped && row.BackfillUntil == null;
}

/// <summary>Programme time is real time plus the offset of the programme's clock. Clock 0 is real time.</summary>
public sealed class ClockRow
{
    /// <summary>Real time: offset 0, always active, never moved.</summary>
    public const long RealTime = 0;

    /// <summary>
    /// Real time that stands still: the instances of suspended programmes that run in real time wait on it, so that a claim
    /// never sees them. Never active.
    /// </summary>
    public const long Stopped = -1;

    public long Id { get; set; }

    /// <summary>Microseconds, added to real time; only ever grows for a demonstration clock.</summary>
    public long OffsetMicroseconds { get; set; }

    /// <summary>An inactive clock is not pumped: its programme stands still.</summary>
    public bool Active { get; set; }
}

/// <summary>A launch as it stood; only ever appended to. The current one is <see cref="ProgrammeRow.LaunchRevision"/>.</summary>
public sealed class LaunchRevisionRow
{
    public required string ProgrammeId { get; set; }

    /// <summary>1: as launched.</summary>
    public int Revision { get; set; }
    public required string LaunchJson { get; set; }

    /// <summary>By the programme's clock.</summary>
    public DateTimeOffset MadeAt { get; set; }
    public required string MadeBy { get; set; }

    /// <summary>Null for the launch itself.</summary>
    public string? Reason { get; set; }
}

public enum ProgrammeChangeKind { UnitAdmitted, UnitWithdrawn, UnitMerged, OfficeChanged, DutyHandedOver, Suspended, Resumed, RemindersChanged }

/// <summary>What was changed in a running programme, by whom and why; only ever appended to.</summary>
public sealed class ProgrammeChangeRow
{
    public long Id { get; set; }
    public required string ProgrammeId { get; set; }
    public ProgrammeChangeKind Kind { get; set; }

    /// <summary>The unit or the role concerned; null: the programme itself.</summary>
    public string? Subject { get; set; }

    /// <summary>By the programme's clock.</summary>
    public DateTimeOffset ChangedAt { get; set; }
    public DateOnly ChangedOn { get; set; }
    public required string ChangedBy { get; set; }
    public required string Reason { get; set; }

    /// <summary>What was before and after, as JSON.</summary>
    public string? Details { get; set; }

    /// <summary>The launch in force after the change.</summary>
    public int LaunchRevision { get; set; }

    /// <summary>The document that approves it, where one is needed or given.</summary>
    public string? DocumentNumber { get; set; }
}

/// <summary>The definition version to which a programme's new instances of that definition are pinned.</summary>
public sealed class ProgrammeDefinitionRow
{
    public required string ProgrammeId { get; set; }
    public required string DefinitionId { get; set; }
    public int Version { get; set; }
}

/// <summary>A workflow definition, immutable once published.</summary>
public sealed class DefinitionRow
{
    public required string Id { get; set; }
    public int Version { get; set; }

    /// <summary>Of the definition's bytes; the same id and version with another hash is refused.</summary>
    public required string Hash { get; set; }
    public required string Name { get; set; }
    public required string Json { get; set; }
    public DateTimeOffset PublishedAt { get; set; }
    public string? PublishedBy { get; set; }
}

public sealed class OfficeRow
{
    public required string ProgrammeId { get; set; }
    public required string Role { get; set; }
    public required string Name { get; set; }
    public string? Mail { get; set; }

    /// <summary>The role of the office above; null: none.</summary>
    public string? Superior { get; set; }
    public AdministrativeLevel? Level { get; set; }
}

/// <summary>An office with itself, and with each that stands above it: what an office sees is found by this.</summary>
public sealed class OfficeLineRow
{
    public required string ProgrammeId { get; set; }
    public required string Role { get; set; }

    /// <summary>The role itself, or one above it, however far.</summary>
    public required string Above { get; set; }
}

public sealed class UnitRow
{
    public required string ProgrammeId { get; set; }
    public required string UnitId { get; set; }
    public required string Name { get; set; }
    public string? Mail { get; set; }
    public string? Responsible { get; set; }

    /// <summary>The role of the office above the unit.</summary>
    public string? Superior { get; set; }
    public AdministrativeLevel? Level { get; set; }

    /// <summary>0-based, the order of the launch.</summary>
    public int Ordinal { get; set; }

    /// <summary>The day on which it withdrew or was merged; null: it takes part. What it did stays on record, the goal no longer counts it.</summary>
    public DateOnly? LeftOn { get; set; }

    /// <summary>The unit that it was merged into.</summary>
    public string? MergedInto { get; set; }
}

public sealed class BatchRow
{
    public required string ProgrammeId { get; set; }

    /// <summary>From 1.</summary>
    public int Number { get; set; }
    public required string Name { get; set; }
    public bool Supplementary { get; set; }

    /// <summary>The batch's workflow instance; null until it starts.</summary>
    public string? InstanceId { get; set; }
}

/// <summary>A unit's membership in a batch.</summary>
public sealed class BatchUnitRow
{
    public required string ProgrammeId { get; set; }
    public int Batch { get; set; }
    public required string UnitId { get; set; }

    /// <summary>0-based, without gaps; who joins late comes last.</summary>
    public int Ordinal { get; set; }

    /// <summary>The unit's instance in the batch that it was carried over from.</summary>
    public string? FromInstance { get; set; }
}

/// <summary>A result that a unit reached; never deleted, at most superseded.</summary>
public sealed class UnitResultRow
{
    public long Id { get; set; }
    public required string ProgrammeId { get; set; }
    public int? Batch { get; set; }
    public required string UnitId { get; set; }
    public required string InstanceId { get; set; }
    public required string Result { get; set; }
    public string? Grade { get; set; }
    public bool Final { get; set; }
    public bool Achieved { get; set; }
    public DateOnly ResultOn { get; set; }
    public string? Reason { get; set; }

    /// <summary>A later final result of the same unit, or a correction, took its place.</summary>
    public bool Superseded { get; set; }
    public DateTimeOffset RecordedAt { get; set; }
}

/// <summary>The programme's history and timeline.</summary>
public sealed class EventRow
{
    public long Id { get; set; }
    public string? ProgrammeId { get; set; }
    public int? Batch { get; set; }
    public string? UnitId { get; set; }
    public required string InstanceId { get; set; }
    public required string Kind { get; set; }
    public string? Activity { get; set; }
    public required string TitleZh { get; set; }
    public required string TitleEn { get; set; }
    public DateOnly HappenedOn { get; set; }

    /// <summary>When it was recorded, by the programme's clock.</summary>
    public DateTimeOffset RecordedAt { get; set; }
}

public enum StageStatus { Open, Closed, Cancelled }

public sealed class StageRow : IVersioned
{
    public required string Id { get; set; }
    public required string InstanceId { get; set; }
    public string? ProgrammeId { get; set; }
    public int? Batch { get; set; }
    public string? UnitId { get; set; }
    public required string Activity { get; set; }
    public required string TitleZh { get; set; }
    public required string TitleEn { get; set; }
    public DateOnly OpenedOn { get; set; }
    public DateOnly? PlannedStartOn { get; set; }
    public DateOnly? PlannedEndOn { get; set; }

    /// <summary>Explanation of the planned end, as JSON (an array of <c>{zh, en}</c>).</summary>
    public string? PlannedEndWhy { get; set; }
    public bool Provisional { get; set; }
    public StageStatus Status { get; set; }
    public DateOnly? ClosedOn { get; set; }
    public int Version { get; set; }
}
