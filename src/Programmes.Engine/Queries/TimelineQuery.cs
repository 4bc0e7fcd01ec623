using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
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
public sealed record TimelineRow(int? Batch, string Name, ShownDate? Start, IReadOnlyList<TimelineStage> Stages)
{
    /// <summary>What of the batch is missed first; null: nothing that is open or to come has a last day, or the programme is over.</summary>
    public Slack? Slack { get; init; }
}

public sealed record Timeline(IReadOnlyList<TimelineRow> Rows, DateOnly Today, DateOnly From, DateOnly Until);

/// <summary>Batches and their stages in time: as planned and as they came.</summary>
public sealed class TimelineQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, DefinitionLibrary library)
{
    private const int StagesMax = 500;

    /// <summary>Of a notice whose definition names none.</summary>
    private const int NoticeWorkingDays = 5;

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
        var running = await db.Programmes.AnyAsync(row => row.Id == programme && row.Status == ProgrammeStatus.Running && row.SuspendedOn == null, cancellationToken).ConfigureAwait(false);
        var enrolled = await db.BatchUnits.Where(row => row.ProgrammeId == programme).Select(row => row.Batch).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        var published = await db.Notices.AsNoTracking().Where(row => row.ProgrammeId == programme && row.UnitId == null).Select(row => new { row.Batch, row.Activity }).Distinct().Take(StagesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var launch = shape.Launch;
        var rows = new List<TimelineRow>();
        var own = Stages(shape.Programme, null);
        if (own.Count > 0) rows.Add(new(null, launch.Name, null, own));
        foreach (var batch in launch.Batches)
        {
            var planned = new PlannedDates(launch, batch, set.Calendar);
            var parts = shape.Batch is null ? [] : Stages(shape.Batch, batch);
            rows.Add(new(batch.Number, batch.Name, planned.Of(batch.Start), parts) { Slack = running && shape.Batch is not null && enrolled.Contains(batch.Number) ? Tightest(shape.Batch, batch, parts) : null });
        }

        var days = rows.SelectMany(row => row.Stages.SelectMany(stage => new[] { stage.PlannedStart?.On, stage.PlannedEnd?.On, stage.OpenedOn, stage.ClosedOn }).Append(row.Start?.On))
            .OfType<DateOnly>().Append(launch.StartsOn).ToList();
        return new(rows, today, days.Min(), days.Max());

        // A notice is missed before its stage is: its window has to fit in.
        Slack? Tightest(WorkflowDefinition definition, Core.Programmes.Batch batch, List<TimelineStage> parts)
        {
            var planned = new PlannedDates(launch, batch, set.Calendar);
            var open = parts.Where(stage => stage.State is StageState.Planned or StageState.Open && stage.PlannedEnd is not null).Select(stage => new SlackStep(stage.Title, stage.PlannedEnd!.On));
            var notices = from activity in definition.Activities.Values
                          where activity.Type == "Programmes.PublicNotice" && !published.Exists(one => one.Batch == batch.Number && one.Activity == activity.Id)
                          let last = planned.Of(activity, "mustCloseBy")
                          where last is not null
                          select new SlackStep(ProgrammeShape.TitleOf(activity), last.On, ProgrammeShape.Number(activity, "workingDays") ?? NoticeWorkingDays);
            return Slack.Tightest(today, open.Concat(notices), set.Calendar);
        }

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
