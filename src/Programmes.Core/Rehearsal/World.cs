using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Core.Rehearsal;

/// <summary>An instance of the rehearsed programme.</summary>
internal sealed class Actor
{
    public required string Id { get; init; }
    public required WorkflowDefinition Definition { get; init; }
    public required InstanceState State { get; set; }
    public int? Batch { get; init; }
    public string? Unit { get; init; }
    public string? Parent { get; init; }
    public int? ParentNode { get; init; }
    public string? FromInstance { get; init; }
    public int TimersFired { get; set; }
}

/// <summary>A work item of the rehearsed programme while it is open.</summary>
internal sealed record OpenItem(Actor Owner, OpenWorkItem Item)
{
    public Dates.ResolvedDate? Due { get; set; } = Item.Due;
    public int Reminders { get; set; }
}

internal sealed class StepRows
{
    public required Text Title { get; init; }
    public required BatchStep Step { get; set; }

    /// <summary>Null: the step is a notice.</summary>
    public OpenWorkItem? Item { get; init; }
    public Dictionary<string, Row> Rows { get; } = new(StringComparer.Ordinal);
}

internal sealed class Row
{
    public StepRowStatus Status { get; set; }
    public BatchOutcome? Result { get; set; }
    public bool Delivered { get; set; }
}

/// <summary>The tables of a rehearsal: the same facts as the database's, in memory.</summary>
internal sealed class World(Launch launch) : IFacts
{
    private readonly Dictionary<(string, int), int> openChildren = [];
    private readonly HashSet<string> achieved = new(StringComparer.Ordinal);

    public Dictionary<string, Actor> Actors { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, OpenItem> Items { get; } = new(StringComparer.Ordinal);
    public Dictionary<int, List<(string Unit, string? From)>> Members { get; } = launch.Batches.ToDictionary(batch => batch.Number, batch => batch.Units.Select(unit => (unit, (string?)null)).ToList());
    public Dictionary<string, StepRows> Steps { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, List<StepRows>> StepsByBatch { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, string> FinalResults { get; } = new(StringComparer.Ordinal);

    public int OpenChildren(string instance, int node) => openChildren.GetValueOrDefault((instance, node));

    public int UnitCount(int batch) => Members[batch].Count;

    public (int Reached, int Total) Goal() => (achieved.Count, launch.Units.Count);

    // In a rehearsal work is submitted and reviewed at one instant.
    public bool IsSubmitted(string workItem) => false;

    /// <summary>Ledgers whose one rehearsed entry is open.</summary>
    public Dictionary<string, Actor> OpenLedgers { get; } = new(StringComparer.Ordinal);

    public int OpenEntries(string ledger) => OpenLedgers.ContainsKey(ledger) ? 1 : 0;

    public DateOnly? DueOn(string workItem) => Items.GetValueOrDefault(workItem)?.Due?.On;

    public void Born(Actor actor)
    {
        if (actor.Parent is { } parent && actor.ParentNode is { } node) openChildren[(parent, node)] = openChildren.GetValueOrDefault((parent, node)) + 1;
    }

    public void Ended(Actor actor)
    {
        if (actor.Parent is { } parent && actor.ParentNode is { } node) openChildren[(parent, node)]--;
    }

    public void Record(string unit, RecordUnitResult result)
    {
        if (!result.Final) return;
        FinalResults[unit] = result.Result;
        if (result.Achieved) achieved.Add(unit);
        else achieved.Remove(unit);
    }

    /// <param name="item">Null: the step is a notice.</param>
    public void OpenRows(Actor actor, BatchStep step, Text title, OpenWorkItem? item)
    {
        var selection = step.Units;
        var rows = new StepRows { Step = step, Title = title, Item = item };
        var ofBatch = StepsOf(actor.Id);
        Steps[step.Subject] = rows;
        // Only a batch has units to judge: a notice of the programme, or of one unit, keeps no rows.
        if (actor is { Batch: { } batch, Unit: null })
        {
            var selecting = selection.Step is null ? null : ofBatch.FindLast(other => other.Step.Step == selection.Step);
            foreach (var (unit, _) in Members[batch])
            {
                var earlier = selecting?.Rows.GetValueOrDefault(unit);
                if (BatchRows.OnOpening(selection, IsActive(actor.Id, unit), earlier?.Status, earlier?.Result?.Outcome) is { } status) rows.Rows[unit] = new() { Status = status };
            }
        }

        ofBatch.Add(rows);
    }

    /// <summary>The same draw as the database's.</summary>
    public (int Candidates, int Drawn) Draw(Actor actor, DrawUnits draw)
    {
        OpenRows(actor, new(draw.Id, draw.Activity, draw.Units, false), draw.Title, null);
        var rows = Steps[draw.Id];
        var candidates = rows.Rows.Where(row => row.Value.Status == StepRowStatus.Open).Select(row => new Candidate(row.Key, launch.FindUnit(row.Key)?.Superior)).ToList();
        var drawn = Sampling.Draw(candidates, draw.Rule, launch.Units.Select(unit => unit.Superior).OfType<string>(), draw.Seed).ToDictionary(unit => unit.Unit, StringComparer.Ordinal);
        foreach (var (unit, row) in rows.Rows)
            (row.Status, row.Result) = (StepRowStatus.Decided, drawn.TryGetValue(unit, out var chosen) ? new(Sampling.Drawn, chosen.Checker, null, draw.On) : new(Sampling.NotDrawn, null, null, draw.On));
        rows.Step = rows.Step with { Units = BatchRows.DrawnBy(draw.Activity) };
        return (candidates.Count, drawn.Count);
    }

    /// <param name="undecided">What the units get that nobody decided about; null: they stay open.</param>
    public void CloseRows(string subject, string? undecided, DateOnly on)
    {
        if (!Steps.TryGetValue(subject, out var rows)) return;
        rows.Step = rows.Step with { Closed = true };
        if (undecided is null) return;
        foreach (var row in rows.Rows.Values.Where(row => row.Status == StepRowStatus.Open)) (row.Status, row.Result) = (StepRowStatus.Decided, new(undecided, null, null, on));
    }

    /// <summary>The units that have not been told what was decided about them, in their order; they count as told then.</summary>
    public IReadOnlyList<(string Unit, BatchOutcome Result)> TakeDecided(string subject)
    {
        var told = new List<(string, BatchOutcome)>();
        if (!Steps.TryGetValue(subject, out var rows)) return told;
        foreach (var (unit, row) in rows.Rows)
        {
            if (row is not { Status: StepRowStatus.Decided, Delivered: false }) continue;
            row.Delivered = true;
            told.Add((unit, row.Result!));
        }

        return told;
    }

    /// <summary>Units that the step has selected so far, and those that its latest runs selected in other batches.</summary>
    public (int Here, int Elsewhere) Selected(OpenWorkItem item)
    {
        var (here, elsewhere) = (0, 0);
        foreach (var ofBatch in StepsByBatch.Values)
        {
            if (ofBatch.FindLast(rows => rows.Step.Step == item.Activity) is not { } latest) continue;
            var count = latest.Rows.Values.Count(row => row.Result?.Outcome == Quota.Selected);
            if (latest.Step.Subject == item.Id) here = count;
            else elsewhere += count;
        }

        return (here, elsewhere);
    }

    /// <summary>The steps of a batch's instance, in the order in which they opened.</summary>
    public List<StepRows> StepsOf(string batchInstance) => StepsByBatch.TryGetValue(batchInstance, out var list) ? list : StepsByBatch[batchInstance] = [];

    private bool IsActive(string batchInstance, string unit) =>
        !Actors.TryGetValue($"{batchInstance}.{unit}", out var actor) || actor.State.Status == InstanceStatus.Running;
}
