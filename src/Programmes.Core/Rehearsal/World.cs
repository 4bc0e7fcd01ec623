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
}

/// <summary>A work item of the rehearsed programme while it is open.</summary>
internal sealed record OpenItem(Actor Owner, OpenWorkItem Item)
{
    public Dates.ResolvedDate? Due { get; set; } = Item.Due;
    public DateOnly? RemindedOn { get; set; }
}

internal sealed class StepRows
{
    public required string Batch { get; init; }
    public required BatchStep Step { get; set; }
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

    public void OpenRows(string batchInstance, int batch, string subject, string step, UnitSelection selection)
    {
        var rows = new StepRows { Batch = batchInstance, Step = new(subject, step, selection, false) };
        var ofBatch = StepsByBatch.TryGetValue(batchInstance, out var list) ? list : StepsByBatch[batchInstance] = [];
        var selecting = selection.Step is null ? null : ofBatch.FindLast(other => other.Step.Step == selection.Step);
        foreach (var (unit, _) in Members[batch])
        {
            var earlier = selecting?.Rows.GetValueOrDefault(unit);
            if (BatchRows.OnOpening(selection, IsActive(batchInstance, unit), earlier?.Status, earlier?.Result?.Outcome) is { } status) rows.Rows[unit] = new() { Status = status };
        }

        Steps[subject] = rows;
        ofBatch.Add(rows);
    }

    /// <summary>Closes the step and hands out what it decided: the units to tell, in their order.</summary>
    public IEnumerable<(string Unit, BatchOutcome Result)> CloseRows(string subject, string? whereUndecided, DateOnly on)
    {
        var rows = Steps[subject];
        rows.Step = rows.Step with { Closed = true };
        foreach (var (unit, row) in rows.Rows)
        {
            if (row.Status == StepRowStatus.Open && whereUndecided is not null)
            {
                row.Status = StepRowStatus.Decided;
                row.Result = new(whereUndecided, null, null, on);
            }

            if (row is not { Status: StepRowStatus.Decided, Delivered: false }) continue;
            row.Delivered = true;
            yield return (unit, row.Result!);
        }
    }

    private bool IsActive(string batchInstance, string unit) =>
        !Actors.TryGetValue($"{batchInstance}.{unit}", out var actor) || actor.State.Status == InstanceStatus.Running;
}
