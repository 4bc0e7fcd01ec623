namespace Programmes.Core.Workflows;

/// <summary>
/// What moves an instance: a person, a falling due, or another instance. Stimuli between instances are rows,
/// written in the sender's commit and taken like timers; these records are their payloads.
/// </summary>
public abstract record Stimulus
{
    /// <summary>
    /// The instant at which this should happen. Rules count from it, so that a late engine changes no date.
    /// Null: now (a person's action).
    /// </summary>
    public DateTimeOffset? NominalAt { get; init; }

    /// <summary>Who acts: an account's name; null for the engine itself.</summary>
    public string? Actor { get; init; }
}

/// <summary>The first stimulus of an instance.</summary>
public sealed record Start(IReadOnlyDictionary<string, object?>? Input = null) : Stimulus;

/// <summary>A bookmark with a due instant fell due.</summary>
public sealed record TimerDue(int Bookmark) : Stimulus;

/// <summary>A work item was completed (by review, or by submission where nobody reviews) or waived.</summary>
/// <param name="Values">The form as it was filled in, as JSON; kept only where the definition maps the output <c>values</c>.</param>
public sealed record WorkItemClosed(string WorkItem, string Outcome, bool Waived = false, string? Values = null) : Stimulus;

/// <summary>A due date was moved by a granted extension.</summary>
public sealed record DueMoved(string WorkItem, DateOnly DueOn, string Reason) : Stimulus;

/// <summary>An error was found in an open notice; it is published again from the day of the correction with a new window.</summary>
public sealed record NoticeRepublished(string Notice, string Reason) : Stimulus;

/// <summary>An entry of the ledger was opened, closed or reopened.</summary>
public sealed record LedgerChanged(string Ledger) : Stimulus;

public sealed record EventPublished(string Name, string? CorrelationId = null, object? Payload = null) : Stimulus;

/// <summary>An outside program finished a task that <c>Elsa.RunTask</c> asked for.</summary>
public sealed record TaskFinished(int Bookmark, object? Result = null) : Stimulus;

/// <summary>A child instance ended.</summary>
/// <param name="Node">The node of the parent that dispatched it.</param>
public sealed record ChildFinished(int Node, string Child, IReadOnlyList<string> Outcomes, InstanceSubStatus SubStatus) : Stimulus;

/// <summary>The parent's own next page of children to dispatch.</summary>
public sealed record DispatchNext(int Node) : Stimulus;

/// <summary>A batch step decided about the unit of this instance.</summary>
/// <param name="Step">The activity id of the step in the batch's definition.</param>
public sealed record BatchStepDecided(string Step, BatchOutcome Result) : Stimulus;

/// <summary>To the programme: a unit failed in its batch and asks for a place in a later one.</summary>
public sealed record CarryOverAsked(string Unit, int FromBatch, string FromInstance) : Stimulus;

/// <summary>To the batch: a unit joins, carried over from <paramref name="FromInstance"/> or admitted late.</summary>
public sealed record UnitJoins(string Unit, string? FromInstance) : Stimulus;

/// <summary>To a unit's instance: it leaves the programme, by withdrawal or merger. All that it has open is taken back; what it did stays.</summary>
/// <param name="Result">Its final result, which the goal does not count.</param>
public sealed record UnitLeaves(string Result, string Reason) : Stimulus;

/// <summary>The programme's answer to <see cref="CarryOverAsked"/>.</summary>
/// <param name="Batch">The number of the batch that takes the unit; null when its result is final.</param>
public sealed record CarryOverAnswered(int? Batch) : Stimulus;

/// <summary>
/// A suspended programme is resumed, and its dates are moved by the length of the suspension. It comes before anything else that
/// waits, so that nothing falls due on its old date; what it does counts from <paramref name="ResumedAt"/>.
/// </summary>
/// <param name="Days">Calendar days.</param>
/// <param name="From">The instant of the suspension: what was due by then is not moved.</param>
public sealed record DatesMoved(int Days, DateTimeOffset From, DateTimeOffset ResumedAt, string Reason) : Stimulus;

/// <summary>A person retries the activities that faulted.</summary>
public sealed record Retry : Stimulus;

/// <summary>The instance is cancelled with all that it has open.</summary>
public sealed record Cancel(string Reason) : Stimulus;
