using Programmes.Core.Calendars;
using Programmes.Core.Programmes;

namespace Programmes.Core.Workflows;

/// <summary>
/// Everything that a decision may know beside the definition, the state and the stimulus.
/// With equal inputs a decision is equal to the last byte, in the engine and in a rehearsal.
/// </summary>
public sealed class DecisionContext
{
    /// <summary>The programme's own clock (UTC): real time, or its demonstration clock.</summary>
    public required DateTimeOffset Now { get; init; }
    public required WorkingDayCalendar Calendar { get; init; }

    /// <summary>The launch that the instance belongs to; null for a workflow outside any programme.</summary>
    public Launch? Launch { get; init; }

    /// <summary>The batch of a batch's or unit's instance.</summary>
    public int? Batch { get; init; }

    /// <summary>The unit of a unit's instance.</summary>
    public string? Unit { get; init; }

    /// <summary>The instance that dispatched this one, and the node there that waits for it.</summary>
    public string? Parent { get; init; }
    public int? ParentNode { get; init; }

    /// <summary>Facts that live in tables. The shell answers from the transaction of the decision.</summary>
    public IFacts Facts { get; init; } = NoFacts.Instance;
}

/// <summary>
/// What only tables know, asked for when a decision needs it. Two real implementations: the database's and the rehearsal's.
/// Answers may not change during a decision.
/// </summary>
public interface IFacts
{
    /// <summary>Children that the node dispatched and that have not ended.</summary>
    int OpenChildren(string instance, int node);

    /// <summary>Members of the batch, those who joined late included.</summary>
    int UnitCount(int batch);

    /// <summary>Units with an achieved final result, and all units of the programme but those that withdrew or were merged.</summary>
    (int Reached, int Total) Goal();

    /// <summary>The work item was submitted and waits for its review, so that its deadline was kept.</summary>
    bool IsSubmitted(string workItem);

    /// <summary>Entries of the ledger that are not closed.</summary>
    int OpenEntries(string ledger);

    /// <summary>The date in force, inclusive; null: it has none.</summary>
    DateOnly? DueOn(string workItem);
}

internal sealed class NoFacts : IFacts
{
    public static readonly NoFacts Instance = new();
    public int OpenChildren(string instance, int node) => 0;
    public int UnitCount(int batch) => 0;
    public (int Reached, int Total) Goal() => (0, 0);
    public bool IsSubmitted(string workItem) => false;
    public int OpenEntries(string ledger) => 0;
    public DateOnly? DueOn(string workItem) => null;
}

/// <param name="State">The state after the decision; a new object even where nothing changed.</param>
/// <param name="Commands">In the order in which they came about.</param>
public sealed record Decision(InstanceState State, IReadOnlyList<Command> Commands);
