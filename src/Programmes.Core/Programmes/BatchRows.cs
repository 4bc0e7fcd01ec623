using Programmes.Core.Workflows;

namespace Programmes.Core.Programmes;

/// <summary>
/// Where a unit stands in a batch step. <see cref="Waiting"/>: the step that selects its units has not decided about this one yet.
/// <see cref="Suspended"/>: an accepted objection holds it. <see cref="Dropped"/>: it turned out not to be concerned.
/// </summary>
public enum StepRowStatus { Waiting, Open, Suspended, Decided, Dropped }

/// <summary>A batch step with its units, as far as the rules about rows need to know it.</summary>
/// <param name="Subject">The work item or notice that holds the rows.</param>
/// <param name="Step">The activity id in the batch's definition.</param>
public sealed record BatchStep(string Subject, string Step, UnitSelection Units, bool Closed);

/// <summary>What becomes of a unit's row in a step.</summary>
/// <param name="IsNew">The unit had no row there.</param>
/// <param name="Late">The step had closed already.</param>
public sealed record RowChange(string Subject, bool IsNew, StepRowStatus Status, bool Late);

/// <summary>The rules about the rows of batch steps, the same in the database and in a rehearsal.</summary>
public static class BatchRows
{
    /// <summary>The outcome of a unit in a notice that closed without a pending objection to it.</summary>
    public const string NoObjection = "NoObjection";

    /// <summary>How a unit takes part in a step that opens now; null: it does not.</summary>
    /// <param name="unitActive">The unit's own instance has not ended; one that has not begun counts as active.</param>
    /// <param name="earlier">The unit's latest row, dropped ones left out, in the step that selects; null: none. Not looked at when all units are selected.</param>
    public static StepRowStatus? OnOpening(UnitSelection selection, bool unitActive, StepRowStatus? earlier, string? earlierOutcome)
    {
        if (!unitActive) return null;
        if (selection.Step is null) return StepRowStatus.Open;
        return earlier switch
        {
            null or StepRowStatus.Dropped => null,
            StepRowStatus.Decided => Matches(selection, earlierOutcome) ? StepRowStatus.Open : null,
            _ => StepRowStatus.Waiting,
        };
    }

    /// <summary>A draw selects by itself: what is decided elsewhere afterwards changes nothing in it. Who joins later was not drawn.</summary>
    public static bool IsDraw(BatchStep step) => step.Units == DrawnBy(step.Step);

    public static UnitSelection DrawnBy(string step) => new(step, Sampling.Drawn);

    /// <summary>
    /// The rows of a unit that joins while steps run: one in the latest run of each step that concerns all units, late where it
    /// has closed. Steps that select by an earlier one take the unit in when that one decides about it.
    /// </summary>
    /// <param name="steps">The steps of the batch's instance, in the order in which they opened.</param>
    public static IReadOnlyList<RowChange> OnJoining(IReadOnlyList<BatchStep> steps) =>
        [.. LatestRuns(steps).Where(step => step.Units.Step is null).Select(step => new RowChange(step.Subject, true, StepRowStatus.Open, step.Closed))];

    /// <summary>
    /// What the decision about a unit in <paramref name="step"/> changes in the steps that select by it: a waiting row opens or drops out,
    /// and with it those that wait for it in turn; a missing one is added. Rows that were opened or decided before stay as they are.
    /// </summary>
    /// <param name="steps">The steps of the batch's instance, in the order in which they opened.</param>
    /// <param name="rows">The unit's rows by subject.</param>
    public static IReadOnlyList<RowChange> AfterDecision(
        string step, string outcome, IReadOnlyList<BatchStep> steps, IReadOnlyDictionary<string, StepRowStatus> rows)
    {
        var changes = new List<RowChange>();
        var dropped = new Queue<string>();
        // A step that ran again, such as a notice published anew, is judged by its latest run alone.
        foreach (var later in LatestRuns(steps).Where(later => later.Units.Step == step))
        {
            var found = rows.TryGetValue(later.Subject, out var status);
            if (found && status != StepRowStatus.Waiting) continue;
            if (Matches(later.Units, outcome)) changes.Add(new(later.Subject, !found, StepRowStatus.Open, later.Closed));
            else if (found) Drop(later);
        }

        // Bounded: every step is dropped at most once.
        var seen = new HashSet<string>();
        while (dropped.TryDequeue(out var gone))
        {
            if (!seen.Add(gone)) continue;
            foreach (var later in LatestRuns(steps).Where(later => later.Units.Step == gone))
                if (rows.TryGetValue(later.Subject, out var status) && status == StepRowStatus.Waiting) Drop(later);
        }

        return changes;

        void Drop(BatchStep later)
        {
            changes.Add(new(later.Subject, false, StepRowStatus.Dropped, later.Closed));
            dropped.Enqueue(later.Step);
        }
    }

    private static bool Matches(UnitSelection selection, string? outcome) => string.Equals(selection.Outcome, outcome, StringComparison.Ordinal);

    private static IEnumerable<BatchStep> LatestRuns(IReadOnlyList<BatchStep> steps) =>
        steps.GroupBy(step => step.Step).Select(runs => runs.Last());
}
