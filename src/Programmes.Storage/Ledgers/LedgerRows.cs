using Programmes.Core.Ledgers;
using Programmes.Core.Workflows;
using Programmes.Storage.Mail;

namespace Programmes.Storage.Ledgers;

/// <summary>A list of problems that are closed one by one.</summary>
public sealed class LedgerRow : IVersioned
{
    public required string Id { get; set; }
    public required string InstanceId { get; set; }
    public string? ProgrammeId { get; set; }
    public int? Batch { get; set; }
    public string? UnitId { get; set; }
    public required string Activity { get; set; }
    public required string TitleZh { get; set; }
    public required string TitleEn { get; set; }

    /// <summary>Who keeps it: <c>unit</c>, or a role of the launch's offices.</summary>
    public required string Role { get; set; }

    /// <summary>Who closes entries; null: the leading office.</summary>
    public string? Reviewer { get; set; }

    /// <summary>Check areas, as a JSON array of strings.</summary>
    public required string Areas { get; set; }
    public EvidenceRule Evidence { get; set; }
    public string? Clause { get; set; }
    public DateOnly OpenedOn { get; set; }

    /// <summary>The last day by which it should be cleared, inclusive.</summary>
    public DateOnly UntilOn { get; set; }

    /// <summary>Explanation of that day, as JSON (an array of <c>{zh, en}</c>).</summary>
    public string? Why { get; set; }
    public bool Provisional { get; set; }
    public LedgerStatus Status { get; set; }
    public DateOnly? ClosedOn { get; set; }

    /// <summary>The number that the last entry got.</summary>
    public int LastNumber { get; set; }
    public int Version { get; set; }
}

/// <summary>One problem. Overdue is derived from <see cref="DeadlineOn"/>, never stored.</summary>
public sealed class LedgerEntryRow : IVersioned, IReminded
{
    /// <summary>The ledger's id, a dot, and <see cref="Number"/>.</summary>
    public required string Id { get; set; }
    public required string LedgerId { get; set; }
    public string? ProgrammeId { get; set; }
    public string? UnitId { get; set; }

    /// <summary>From 1 within the ledger.</summary>
    public int Number { get; set; }
    public required string Area { get; set; }
    public required string Problem { get; set; }
    public LedgerSource Source { get; set; }

    /// <summary>What the source is called: a check's number, a document.</summary>
    public string? SourceReference { get; set; }
    public LedgerEntryStatus Status { get; set; }
    public DateOnly OpenedOn { get; set; }

    /// <summary>责任单位.</summary>
    public string? Office { get; set; }

    /// <summary>The post of who answers for it (责任人职务), not a name.</summary>
    public string? Post { get; set; }

    /// <summary>The last day, inclusive.</summary>
    public DateOnly? DeadlineOn { get; set; }

    /// <summary>What was done, as submitted for closing.</summary>
    public string? Done { get; set; }
    public DateOnly? SubmittedOn { get; set; }
    public DateOnly? ClosedOn { get; set; }
    public string? ClosedBy { get; set; }

    /// <summary>How often a check found it unsolved.</summary>
    public int Reopened { get; set; }

    /// <summary>Evidence counts from here on: its opening, or its last reopening.</summary>
    public DateTimeOffset EvidenceFromAt { get; set; }

    public DateOnly? RemindersFromOn { get; set; }
    /// <summary>The morning's digest selects by it.</summary>
    public DateOnly? NextReminderOn { get; set; }
    public int RemindersSent { get; set; }
    public int Version { get; set; }
}

/// <summary>The life of a ledger; only ever appended to.</summary>
public sealed class LedgerEventRow
{
    public long Id { get; set; }
    public required string LedgerId { get; set; }

    /// <summary>Null: the ledger as a whole.</summary>
    public string? EntryId { get; set; }
    public LedgerEventKind Kind { get; set; }

    /// <summary>By the programme's clock.</summary>
    public DateTimeOffset At { get; set; }
    public DateOnly HappenedOn { get; set; }
    public required string Actor { get; set; }
    public string? Reason { get; set; }

    /// <summary>What moved, as JSON.</summary>
    public string? Details { get; set; }
}
