using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Queries;

public enum StageState { Planned, Open, Closed, Cancelled }

/// <param name="PlannedStart">Null: it follows from what happens before.</param>
/// <param name="OpenedOn">Null: not reached yet.</param>
public sealed record TimelineStage(Text Title, string? Clause, StageState State, ShownDate? PlannedStart, ShownDate? PlannedEnd, DateOnly? OpenedOn, DateOnly? ClosedOn, bool IsLate)
{
    /// <summary>The step's id in its definition.</summary>
    public required string Activity { get; init; }

    /// <summary>Rises with every change of the stage.</summary>
    public int Changes { get; init; }
}

/// <param name="Batch">Null: the programme itself.</param>
public sealed record TimelineRow(int? Batch, string Name, ShownDate? Start, IReadOnlyList<TimelineStage> Stages);

public sealed record Timeline(IReadOnlyList<TimelineRow> Rows, DateOnly Today, DateOnly From, DateOnly Until);

/// <summary>Batches and their stages in time: as planned and as they came.</summary>
public sealed class TimelineQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, DefinitionLibrary library)
{
    private const int StagesMax = 500;

    /// <summary>Null: there is no such programme, or the person may not know of it.</summary>
    public async Task<Timeline?> RunAsync(Person person, string programme, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await db.ProgrammesOf(person).AnyAsync(row => row.Id == programme, cancellationToken).ConfigureAwait(false)) return null;
        if (await ProgrammeShape.LoadAsync(db, library, programme, cancellationToken).ConfigureAwait(false) is not { } shape) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var today = set.Today(programme);
        var stages = await db.Stages.AsNoTracking().Where(row => row.ProgrammeId == programme && row.UnitId == null).OrderBy(row => row.OpenedOn).ThenBy(row => row.Id)
            .Take(StagesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var launch = shape.Launch;
        var rows = new List<TimelineRow>();
        var own = Stages(shape.Programme, null);
        if (own.Count > 0) rows.Add(new(null, launch.Name, null, own));
        foreach (var batch in launch.Batches)
        {
            var planned = new PlannedDates(launch, batch, set.Calendar);
            rows.Add(new(batch.Number, batch.Name, planned.Of(batch.Start), shape.Batch is null ? [] : Stages(shape.Batch, batch)));
        }

        var days = rows.SelectMany(row => row.Stages.SelectMany(stage => new[] { stage.PlannedStart?.On, stage.PlannedEnd?.On, stage.OpenedOn, stage.ClosedOn }).Append(row.Start?.On))
            .OfType<DateOnly>().Append(launch.StartsOn).ToList();
        return new(rows, today, days.Min(), days.Max());

        List<TimelineStage> Stages(WorkflowDefinition definition, Core.Programmes.Batch? batch)
        {
            var planned = new PlannedDates(launch, batch, set.Calendar);
            var found = new List<TimelineStage>();
            foreach (var activity in definition.Activities.Values.Where(activity => activity.Type == "Programmes.Stage"))
            {
                var row = stages.LastOrDefault(stage => stage.Activity == activity.Id && stage.Batch == batch?.Number);
                var end = row?.PlannedEndOn is null ? planned.Of(activity, "end") : ShownDate.Of(row.PlannedEndOn, row.Provisional, row.PlannedEndWhy, set.Calendar);
                var state = row is null ? StageState.Planned : row.Status.As<StageState>();
                var isLate = row?.Status == StageStatus.Open && end is not null && end.On < today;
                found.Add(new(ProgrammeShape.TitleOf(activity), ProgrammeShape.Literal(activity, "clause"), state, planned.Of(activity, "start"), end, row?.OpenedOn, row?.ClosedOn, isLate)
                {
                    Activity = activity.Id,
                    Changes = stages.Where(stage => stage.Activity == activity.Id && stage.Batch == batch?.Number).Sum(stage => stage.Version + 1),
                });
            }

            return found;
        }
    }
}
