using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;

namespace Programmes.Storage.WorkItems;

public enum WorkItemStatus { Open, Signed, Submitted, Returned, Completed, Waived, Cancelled }

/// <summary>A duty of a role. Overdue is derived from <see cref="DueAt"/>, never stored.</summary>
public sealed class WorkItemRow : IVersioned, IReminded
{
    public required string Id { get; set; }
    public required string InstanceId { get; set; }
    public string? ProgrammeId { get; set; }
    public int? Batch { get; set; }
    public string? UnitId { get; set; }
    public required string Activity { get; set; }
    public required string TitleZh { get; set; }
    public required string TitleEn { get; set; }
    public string? Instructions { get; set; }

    /// <summary><c>unit</c>, or a role of the launch's offices.</summary>
    public required string Role { get; set; }
    public string? Reviewer { get; set; }
    public DateOnly OpenedOn { get; set; }
    public DateOnly? DueOn { get; set; }

    /// <summary>As first set; a granted extension never loses it.</summary>
    public DateOnly? OriginalDueOn { get; set; }

    /// <summary>Overdue from this instant on.</summary>
    public DateTimeOffset? DueAt { get; set; }
    public bool Provisional { get; set; }

    /// <summary>Explanation of the due date, as JSON (an array of <c>{zh, en}</c>).</summary>
    public string? Why { get; set; }
    public string? Form { get; set; }
    public EvidenceRule Evidence { get; set; }

    /// <summary>JSON array of strings.</summary>
    public required string Outcomes { get; set; }
    public string? Clause { get; set; }

    /// <summary>The selection of a step that judges the units of a batch; null when it is no such step.</summary>
    public string? Units { get; set; }

    /// <summary>What each of those units can get, as a JSON array of strings.</summary>
    public string? RowOutcomes { get; set; }

    /// <summary>How many of those units may be selected, as JSON; null: the step selects none.</summary>
    public string? Quota { get; set; }

    public Quota? ReadQuota() => Quota is null ? null : InstanceJson.Read<Quota>(Quota);

    /// <summary>The paper without which it is not submitted, as JSON; see <see cref="PaperRule"/>.</summary>
    public string? Paper { get; set; }
    public WorkItemStatus Status { get; set; }

    /// <summary>Beside any status: it neither reminds nor counts as overdue until it is released.</summary>
    public bool Suspended { get; set; }
    public string? Outcome { get; set; }
    public DateOnly? ClosedOn { get; set; }
    public string? ClosedBy { get; set; }

    public DateOnly? RemindersFromOn { get; set; }
    /// <summary>The morning's digest selects by it.</summary>
    public DateOnly? NextReminderOn { get; set; }

    /// <summary>The step's own reminder policy; null: the programme's.</summary>
    public string? Reminders { get; set; }
    public int RemindersSent { get; set; }

    /// <summary>The form as last saved or submitted, as JSON.</summary>
    public string? FormValues { get; set; }

    /// <summary>When and by whom <see cref="FormValues"/> was last saved; null: never.</summary>
    public DateTimeOffset? SavedAt { get; set; }
    public string? SavedBy { get; set; }

    /// <summary>The scores that a reviewer or an assessing office gave beside the unit's own, as JSON by item; null: none yet.</summary>
    public string? ReviewScores { get; set; }
    public DateTimeOffset? ScoredAt { get; set; }
    public string? ScoredBy { get; set; }
    public DateOnly? SubmittedOn { get; set; }
    public string? SubmittedBy { get; set; }
    public int Version { get; set; }
}

public enum WorkItemEventKind
{
    SignedFor, Saved, Submitted, Withdrawn, Returned, Completed, Waived, FiledForUnit, Suspended, Released,
    ExtensionAsked, ExtensionGranted, ExtensionRefused, Urged, Reopened, Commented, EvidenceAttached, EvidenceWithdrawn, DatesMoved, Reassigned,
}

/// <summary>The life of a work item; only ever appended to.</summary>
public sealed class WorkItemEventRow
{
    public long Id { get; set; }
    public required string WorkItemId { get; set; }
    public WorkItemEventKind Kind { get; set; }
    public DateTimeOffset At { get; set; }
    public string? Actor { get; set; }
    public string? Reason { get; set; }

    /// <summary>What was submitted, or what moved, as JSON.</summary>
    public string? Details { get; set; }
}

public enum ExtensionStatus { Asked, Granted, Refused }

public sealed class ExtensionRow : IVersioned
{
    public long Id { get; set; }
    public required string WorkItemId { get; set; }
    public DateOnly FromOn { get; set; }
    public DateOnly AskedOn { get; set; }
    public DateOnly AskedUntilOn { get; set; }
    public required string Reason { get; set; }
    public required string AskedBy { get; set; }
    public ExtensionStatus Status { get; set; }
    public DateOnly? GrantedUntilOn { get; set; }
    public DateOnly? DecidedOn { get; set; }
    public string? DecidedBy { get; set; }
    public string? Answer { get; set; }
    public int Version { get; set; }
}

/// <summary>A file handed in: immutable and found by its content; one row for each use of it.</summary>
public sealed class EvidenceFileRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the content, lower-case hexadecimal; the name under which the store of files keeps it.</summary>
    public required string Hash { get; set; }
    public required string Name { get; set; }
    public required string MediaType { get; set; }
    public long LengthBytes { get; set; }

    public EvidenceSubjectKind SubjectKind { get; set; }

    /// <summary>The work item, ledger entry, paper or objection that it belongs to.</summary>
    public required string SubjectId { get; set; }
    public string? UnitId { get; set; }

    /// <summary>The key of the form item of kind file that it answers; null: it belongs to the work as a whole.</summary>
    public string? FormItem { get; set; }

    /// <summary>The day that it is of, as whoever hands it in says.</summary>
    public DateOnly? EvidenceOn { get; set; }
    public DateTimeOffset UploadedAt { get; set; }
    public required string UploadedBy { get; set; }

    /// <summary>Taken back before submission; row and content stay.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }
}
