using Programmes.Core.Dates;
using Programmes.Core.Programmes;

namespace Programmes.Core.Workflows;

/// <summary>What a decision asks the shell to write. All commands of a decision are committed with the new state, or none.</summary>
public abstract record Command;

public enum ActivityStatus { Running, Completed, Canceled, Faulted }

/// <summary>An activity execution record: written once when the activity ran at once, or opened here and ended by <see cref="EndActivity"/>.</summary>
/// <param name="Execution">Unique within the instance.</param>
/// <param name="NominalAt">When it should have happened; <paramref name="At"/> is when it did.</param>
public sealed record RecordActivity(
    int Execution, string Activity, string Type, ActivityStatus Status, string? Outcome,
    DateTimeOffset At, DateTimeOffset NominalAt, string? Actor) : Command;

public sealed record EndActivity(int Execution, ActivityStatus Status, string? Outcome, DateTimeOffset At, DateTimeOffset NominalAt, string? Actor) : Command;

public sealed record AddBookmark(Bookmark Bookmark) : Command;
public sealed record RemoveBookmark(int Bookmark) : Command;

/// <summary>A duty of a role begins.</summary>
/// <param name="Id">Derived from the instance id and its counter.</param>
/// <param name="Role"><c>unit</c>, or a key of the launch's offices.</param>
/// <param name="Reviewer">The role that returns or completes what was submitted; null: submission completes.</param>
/// <param name="OpenedOn">Asia/Shanghai.</param>
/// <param name="Due">With its explanation; null: no date is set.</param>
/// <param name="DueAt">The instant after which it is overdue: the end of the due date, 24:00 or close of business.</param>
/// <param name="Units">Which units it judges, for a step that lives in a batch; null when it is no such step.</param>
/// <param name="RowOutcomes">What each of those units can get.</param>
/// <param name="Quota">How many of those units may be selected; null: it selects none, or as many as there are.</param>
/// <param name="Paper">The paper without which it is not submitted; null: none.</param>
public sealed record OpenWorkItem(
    string Id, string Activity, Text Title, string? Instructions, string Role, string? Reviewer,
    DateOnly OpenedOn, ResolvedDate? Due, DateTimeOffset? DueAt,
    string? Form, EvidenceRule Evidence, IReadOnlyList<string> Outcomes, string? Clause,
    UnitSelection? Units, string? Reminders, IReadOnlyList<string>? RowOutcomes = null, Quota? Quota = null, PaperRule? Paper = null) : Command;

public enum EvidenceRule { None, Optional, Required }

/// <summary>Which units of a batch a step concerns: all of them, or those for whom <paramref name="Step"/> ended with <paramref name="Outcome"/>.</summary>
public sealed record UnitSelection(string? Step, string? Outcome)
{
    public static readonly UnitSelection All = new(null, null);

    /// <summary>Reads <c>all</c> or <c>step:Outcome</c>.</summary>
    public static bool TryParse(string text, out UnitSelection? selection)
    {
        selection = null;
        if (string.Equals(text, "all", StringComparison.OrdinalIgnoreCase))
        {
            selection = All;
            return true;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1) return false;
        selection = new(text[..colon].Trim(), text[(colon + 1)..].Trim());
        return true;
    }

    public override string ToString() => Step is null ? "all" : $"{Step}:{Outcome}";
}

public enum WorkItemEnd { Completed, Waived, Cancelled }

public sealed record CloseWorkItem(string Id, WorkItemEnd End, string? Outcome, DateOnly On, string? Actor) : Command;

/// <summary>A granted extension, or the time given back after a suspension: the new date replaces the date in force, the original stays on record.</summary>
public sealed record MoveDue(string Id, ResolvedDate Due, DateTimeOffset DueAt, string Reason, bool BySuspension = false) : Command;

/// <summary>A unit that failed may keep what it has for a while (保留资格), if it applies.</summary>
/// <param name="ApplyBy">The last day of the application, inclusive.</param>
/// <param name="KeptUntil">The last day of the period, inclusive.</param>
/// <param name="RechecksMax">How often it may be re-checked.</param>
public sealed record OpenProbation(string Id, string Activity, Text Title, DateOnly From, ResolvedDate ApplyBy, ResolvedDate KeptUntil, int RechecksMax, string? Clause) : Command;

public enum ProbationStatus { Notified, Rectifying, RecheckAsked, Passed, Failed, NotApplied, Cancelled }

public sealed record MoveProbation(string Id, ProbationStatus Status, DateOnly On) : Command;

/// <summary>A list of problems (问题台账) begins, whose entries are closed one by one (销号).</summary>
/// <param name="Role">Who keeps it.</param>
/// <param name="Reviewer">Who closes its entries; null: the leading office alone.</param>
/// <param name="Areas">Check areas; empty: entries name their own.</param>
/// <param name="Until">The last day by which it should be cleared, inclusive.</param>
public sealed record OpenLedger(
    string Id, string Activity, Text Title, string Role, string? Reviewer, IReadOnlyList<string> Areas, DateOnly OpenedOn, ResolvedDate Until,
    EvidenceRule Evidence, string? Clause) : Command;

/// <param name="Outcome"><c>Cleared</c>, or <c>Cancelled</c> with its instance.</param>
public sealed record CloseLedger(string Id, string Outcome, DateOnly On) : Command;

/// <summary>The days of a probation moved.</summary>
public sealed record MoveProbationDates(string Id, DateOnly ApplyByOn, DateOnly KeptUntilOn) : Command;

/// <summary>A container's stretch of time on the timeline.</summary>
public sealed record OpenStage(string Id, string Activity, Text Title, DateOnly OpenedOn, ResolvedDate? PlannedStart, ResolvedDate? PlannedEnd) : Command;

/// <summary>The planned end of an open stage moved.</summary>
public sealed record MoveStage(string Id, ResolvedDate PlannedEnd) : Command;

public sealed record CloseStage(string Id, DateOnly On, bool Cancelled) : Command;

/// <summary>A public notice is published.</summary>
/// <param name="PublishedOn">Day 0.</param>
/// <param name="Closes">The last day, inclusive, with the days counted.</param>
/// <param name="Replaces">The notice that this one corrects.</param>
/// <param name="MustCloseBy">The date that it must precede, if the plan has one.</param>
public sealed record OpenNotice(
    string Id, string Activity, Text Title, string Role, string? Content, DateOnly PublishedOn, ResolvedDate Closes, int WorkingDays,
    UnitSelection Units, string? Clause, string? Replaces, string? Reason, ResolvedDate? MustCloseBy = null) : Command;

/// <summary>The window ended: units without a pending objection get <c>NoObjection</c>; a unit under an accepted objection waits for its decision.</summary>
public sealed record CloseNotice(string Id, DateOnly On) : Command;

public sealed record WithdrawNotice(string Id, DateOnly On, string Reason) : Command;

/// <summary>Units of the batch are drawn at random: each gets a row at once, <c>Drawn</c> or <c>NotDrawn</c>.</summary>
/// <param name="Seed">Recorded, so that anybody can repeat the draw; see <see cref="Sampling"/>.</param>
public sealed record DrawUnits(string Id, string Activity, Text Title, UnitSelection Units, SampleRule Rule, string Seed, DateOnly On, string? Clause) : Command;

/// <summary>The units of a closed batch step learn their outcomes: one <see cref="BatchStepDecided"/> for each decided row.</summary>
/// <param name="Subject">The work item or notice that holds the rows.</param>
public sealed record DeliverRows(string Subject, string Activity, DateOnly On) : Command;

/// <param name="Final">The unit is through; otherwise the result belongs to this batch only, as before a carry-over.</param>
/// <param name="Achieved">Whether the goal counts this result as reached.</param>
public sealed record RecordUnitResult(string Result, string? Grade, bool Final, bool Achieved, DateOnly On, string? Reason) : Command;

/// <summary>A mail to roles, now. The words are resolved by the shell from the template named, or stand here.</summary>
public sealed record SendMail(string Id, string Activity, IReadOnlyList<string> Roles, string Subject, string Body) : Command;

/// <summary>A stimulus for another instance (or this one), as a row written in the sender's commit.</summary>
/// <param name="Key">Unique for its sender, so that a repeat is recognised.</param>
public sealed record Send(string Target, string Key, Stimulus Stimulus) : Command;

/// <summary>One child instance.</summary>
/// <param name="Id">Derived from the parent's id.</param>
public sealed record StartChild(
    string Id, int Node, string DefinitionId, int? Batch, string? Unit, string? FromInstance,
    IReadOnlyDictionary<string, object?>? Input, string? CorrelationId) : Command;

/// <summary>A page of the batch's units, in their order: a child instance for each, <c>{parent}.{unit}</c>.</summary>
/// <param name="FromOrdinal">0-based, inclusive.</param>
/// <param name="CountMax">How many ordinals the page spans.</param>
public sealed record StartUnitPage(int Node, string DefinitionId, int FromOrdinal, int CountMax) : Command;

/// <summary>The unit becomes a member of this batch, after those that are.</summary>
public sealed record AddBatchUnit(int Batch, string Unit, string? FromInstance) : Command;

/// <summary>The children that the node dispatched and that still run are cancelled.</summary>
public sealed record CancelChildren(int Node, string Reason) : Command;

/// <summary>Everybody who waits for the event is resumed.</summary>
public sealed record PublishEvent(string Name, string? CorrelationId, object? Payload, bool LocalOnly) : Command;

/// <summary>An outside program is asked to do something; <see cref="TaskFinished"/> answers.</summary>
public sealed record AskTask(int Bookmark, string TaskName, object? Payload) : Command;

/// <summary>Something for the programme's history and its timeline: a goal evaluated, a unit carried over, a batch finished.</summary>
/// <param name="Kind">As in a dry run's events: <c>carried-over</c>, <c>batch-finished</c>, <c>programme-finished</c>, <c>goal</c>.</param>
public sealed record NoteEvent(string Kind, string? Activity, Text Title, DateOnly On) : Command;

/// <summary>The instance cannot go on here until a person looks at it.</summary>
public sealed record RaiseIncident(string? Activity, string Code, Text Message, DateTimeOffset At) : Command;

public sealed record WriteLine(string Activity, string Text) : Command;

/// <summary>The instance is over. Its parent learns it by a <see cref="Send"/> in the same decision.</summary>
public sealed record EndInstance(InstanceSubStatus SubStatus, IReadOnlyList<string> Outcomes) : Command;
