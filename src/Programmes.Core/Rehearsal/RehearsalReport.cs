using Programmes.Core.Reminders;

namespace Programmes.Core.Rehearsal;

/// <summary>How the people of a rehearsal behave.</summary>
public enum BehaviourPolicy
{
    /// <summary>Everything is done on its due date, or on the last working day before it.</summary>
    OnTime,

    /// <summary>Everything is done three working days after its due date.</summary>
    Late,

    /// <summary>
    /// On time, but each unit fails once, in the first step that can end with <c>Fail</c>, and passes in a later batch. Those on
    /// probation take turns: the re-check is passed, is failed, is not applied for.
    /// </summary>
    FailFirst,

    /// <summary>Early, late, passing and failing by a recorded seed.</summary>
    Random,
}

/// <param name="Seed">For <see cref="BehaviourPolicy.Random"/>; recorded in the report.</param>
/// <param name="AsKnownOn">Only holiday notices issued by that day are known; null: all that ship.</param>
/// <param name="KeepEvents">False: only count, as a launch's check of a national roll-out does.</param>
public sealed record RehearsalOptions(BehaviourPolicy Policy = BehaviourPolicy.OnTime, long Seed = 1, DateOnly? AsKnownOn = null, bool KeepEvents = true)
{
    /// <summary>Told each event as it happens, whether or not the report keeps it: a national roll-out has millions.</summary>
    public Action<RehearsalEvent>? Listener { get; init; }

    /// <summary>Told each mail that would go out, in order of time; papers, which nobody has written yet, are only counted. Null: nobody is.</summary>
    public Action<RehearsedMail>? MailListener { get; init; }
}

/// <summary>Something that happens in the rehearsed programme.</summary>
/// <param name="On">Asia/Shanghai.</param>
/// <param name="At">The instant (UTC).</param>
/// <param name="Kind">Stable, kebab-case; see <see cref="EventKinds"/>.</param>
/// <param name="Why">The date's explanation, line by line; empty where the event simply follows from another.</param>
public sealed record RehearsalEvent(DateOnly On, DateTimeOffset At, string Kind, int? Batch, string? Unit, string? Activity, Text Title, bool Provisional, IReadOnlyList<Text> Why)
{
    /// <summary>The due date of the work item concerned, or the last day of the notice that opens.</summary>
    public DateOnly? DueOn { get; init; }
}

public static class EventKinds
{
    public const string WorkOpened = "work-opened";
    public const string WorkDue = "work-due";
    public const string WorkOverdue = "work-overdue";
    public const string WorkCompleted = "work-completed";
    public const string WorkCancelled = "work-cancelled";
    public const string NoticeOpened = "notice-opened";
    public const string NoticeClosed = "notice-closed";
    public const string NoticeWithdrawn = "notice-withdrawn";
    public const string Reminder = "reminder";
    public const string Mail = "mail";
    public const string ProbationOpened = "probation-opened";
    public const string ProbationEnded = "probation-ended";
    public const string LedgerOpened = "ledger-opened";
    public const string LedgerUnresolved = "ledger-unresolved";
    public const string LedgerClosed = "ledger-closed";
    public const string UnitsDrawn = "units-drawn";
    public const string Result = "result";
    public const string StageOpened = "stage-opened";
    public const string StageClosed = "stage-closed";
    public const string CarriedOver = "carried-over";
    public const string BatchFinished = "batch-finished";
    public const string ProgrammeFinished = "programme-finished";
    public const string Goal = "goal";
    public const string Incident = "incident";
}

/// <summary>A mail that would go out: a digest, or a notice of the workflow.</summary>
public sealed record RehearsedMail(DateTimeOffset At, DigestMail? Digest, NotifyMail? Notice);

/// <param name="Total">Mails in all: at most one digest an address a day, and each notice of its own.</param>
public sealed record RehearsalMails(int Total, int Digests, int Direct, IReadOnlyList<MailCount> Recipients);

public sealed record MailCount(string Address, string Name, int Mails);

public sealed record BatchSummary(int Number, string Name, int Units, DateOnly? StartedOn, DateOnly? FinishedOn);

public sealed record RehearsalSummary
{
    public required string Programme { get; init; }
    public required string Policy { get; init; }
    public required long Seed { get; init; }
    public DateOnly? AsKnownOn { get; init; }
    public required DateOnly StartsOn { get; init; }
    public DateOnly? FinishedOn { get; init; }
    public required int Units { get; init; }
    public required IReadOnlyList<BatchSummary> Batches { get; init; }

    /// <summary>Final results and how many units have each.</summary>
    public required IReadOnlyDictionary<string, int> Results { get; init; }
    public required int GoalReached { get; init; }
    public required int GoalTotal { get; init; }
    public required IReadOnlyDictionary<string, int> Events { get; init; }
    public required int ProvisionalDates { get; init; }
    public required long Decisions { get; init; }
}

/// <param name="Events">In the order in which they happen; empty when only counted.</param>
/// <param name="Problems">Errors block a launch; warnings are for the office to see.</param>
public sealed record RehearsalReport(IReadOnlyList<RehearsalEvent> Events, RehearsalMails Mails, IReadOnlyList<Problem> Problems, RehearsalSummary Summary)
{
    public bool HasErrors => Problems.Any(problem => problem.Severity == ProblemSeverity.Error);
}
