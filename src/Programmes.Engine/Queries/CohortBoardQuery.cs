using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.BatchSteps;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <param name="Activity">The step's id in its definition.</param>
/// <param name="Due">As the launch plans it; null where it follows from what happens.</param>
public sealed record BoardStep(string Activity, Text Title, ShownDate? Due);

/// <param name="WorkItem">To open; null where the person may not, or there is none.</param>
/// <param name="Outcome">As the definition names it.</param>
public sealed record BoardCell(WorkLight Light, string? Outcome, string? Grade, string? WorkItem, bool Late);

public sealed record BoardRow(string UnitId, string Unit, string? Responsible, string? Result, string? Grade, bool CarriedOver, IReadOnlyDictionary<string, BoardCell> Cells);

public sealed record CohortBoard(int Batch, IReadOnlyList<BoardStep> Steps, Paged<BoardRow> Units);

/// <summary>Units of a board: all, or those of which something stands so. A unit with one thing late and another soon due is in both.</summary>
public enum BoardFilter
{
    All,
    Late,
    Soon,

    /// <summary>Something is open, and nothing is late or soon due.</summary>
    Fine,
    Submitted,
    Suspended,

    /// <summary>Something was done, and nothing is open.</summary>
    Done,
}

public static class BoardWords
{
    public static Text Of(BoardFilter filter) => filter switch
    {
        BoardFilter.Late => new("有逾期", "Something late"),
        BoardFilter.Soon => new("有临期", "Something due soon"),
        BoardFilter.Fine => new("进行中，无逾期和临期", "Open, nothing late or due soon"),
        BoardFilter.Submitted => new("有待审核", "Something under review"),
        BoardFilter.Suspended => new("有中止", "Something suspended"),
        BoardFilter.Done => new("全部办结", "All done"),
        _ => new("全部单位", "All units"),
    };
}

/// <summary>Who stands where: a batch's units by its steps.</summary>
public sealed class CohortBoardQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, DefinitionLibrary library)
{
    public const int PageSize = 50;

    /// <summary>Null: there is no such programme or batch, or the person may not know of it. A unit sees its own line only.</summary>
    public Task<CohortBoard?> RunAsync(Person person, string programme, int batch, string? unitName, int page, CancellationToken cancellationToken = default) =>
        RunAsync(person, programme, batch, unitName, BoardFilter.All, page, PageSize, cancellationToken);

    /// <inheritdoc cref="RunAsync(Person, string, int, string?, int, CancellationToken)"/>
    public Task<CohortBoard?> RunAsync(Person person, string programme, int batch, string? unitName, BoardFilter filter, int page, CancellationToken cancellationToken = default) =>
        RunAsync(person, programme, batch, unitName, filter, page, PageSize, cancellationToken);

    /// <param name="size">Units a page.</param>
    internal async Task<CohortBoard?> RunAsync(Person person, string programme, int batch, string? unitName, BoardFilter filter, int page, int size, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await db.ProgrammesOf(person).AnyAsync(row => row.Id == programme, cancellationToken).ConfigureAwait(false)) return null;
        if (await ProgrammeShape.LoadAsync(db, library, programme, cancellationToken).ConfigureAwait(false) is not { } shape) return null;
        if (shape.Launch.FindBatch(batch) is not { } planned) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var only = db.OnlyUnits(person, programme);
        var name = unitName?.Trim();
        var members = db.BatchUnits.AsNoTracking().Where(member => member.ProgrammeId == programme && member.Batch == batch);
        if (only is not null) members = members.Where(member => only.Contains(member.UnitId));
        if (!string.IsNullOrEmpty(name)) members = members.Where(member => db.Units.Any(unit => unit.ProgrammeId == programme && unit.UnitId == member.UnitId && (unit.Name.Contains(name) || unit.UnitId == name)));
        if (filter != BoardFilter.All)
        {
            // What the person does not see in a cell does not show by the filter either.
            var hides = Visibility.IsUnitOnly(person, programme) ? null : person.CanSeeAll ? [] : Draws(shape);
            members = await FilteredAsync(db, members, filter, (programme, batch), set.Now(programme), set.SoonUntil(set.Today(programme)), [.. shape.Launch.Offices.Keys, Roles.Unit], hides, cancellationToken).ConfigureAwait(false);
        }

        // The names are fetched for the page alone: a count would otherwise look up every unit of the batch.
        var shown = await members.OrderBy(member => member.Ordinal).PageAsync(page, size, cancellationToken).ConfigureAwait(false);
        var ids = shown.Rows.Select(member => member.UnitId).ToList();
        var named = await db.Units.AsNoTracking().Where(unit => unit.ProgrammeId == programme && ids.Contains(unit.UnitId)).ToDictionaryAsync(unit => unit.UnitId, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);

        var items = await db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == programme && row.Batch == batch && row.UnitId != null && ids.Contains(row.UnitId))
            .Select(row => new { row.Id, row.UnitId, row.Activity, row.ProgrammeId, row.Status, row.Suspended, row.DueOn, row.DueAt, row.OpenedOn, row.Outcome }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var lines = await db.StepRows.AsNoTracking().Where(row => row.ProgrammeId == programme && row.Batch == batch && ids.Contains(row.UnitId)).OrderBy(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        // A unit learns of an unannounced step by its outcome, not before.
        var hidden = !Visibility.IsUnitOnly(person, programme) ? [] : Unannounced(shape).Where(step => !lines.Exists(line => line.Step == step && line.Delivered)).ToHashSet(StringComparer.Ordinal);
        lines.RemoveAll(line => hidden.Contains(line.Step));
        var subjects = lines.Select(line => line.SubjectId).Distinct().ToList();
        var judged = await db.WorkItems.AsNoTracking().Where(row => subjects.Contains(row.Id)).Select(row => new { row.Id, row.ProgrammeId, row.Status, row.Suspended, row.DueOn, row.DueAt }).ToDictionaryAsync(row => row.Id, cancellationToken).ConfigureAwait(false);
        var results = await db.UnitResults.AsNoTracking().Where(row => row.ProgrammeId == programme && row.Batch == batch && ids.Contains(row.UnitId) && !row.Superseded).OrderBy(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var resultOf = results.GroupBy(one => one.UnitId, StringComparer.Ordinal).ToDictionary(of => of.Key, of => of.Last(), StringComparer.Ordinal);
        // An unannounced check is announced to nobody who could pass it on.
        var draws = Draws(shape);
        var opened = (await db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == programme && row.Batch == batch && row.UnitId != null && ids.Contains(row.UnitId)).Where(Visibility.Work(db, person)).Select(row => row.Id)
            .ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);

        var itemsOf = items.ToLookup(item => item.UnitId, StringComparer.Ordinal);
        var linesOf = lines.ToLookup(line => line.UnitId, StringComparer.Ordinal);
        var byUnit = items.ToLookup(item => item.UnitId);
        var rows = shown.Rows.Select(unit =>
        {
            var cells = new Dictionary<string, BoardCell>(StringComparer.Ordinal);
            foreach (var item in itemsOf[unit.UnitId].OrderBy(item => item.OpenedOn))
                cells[item.Activity] = new(set.LightOf(item.ProgrammeId, item.Status, item.Suspended, item.DueOn, item.DueAt), item.Outcome, null, opened.Contains(item.Id) ? item.Id : null, false);
            foreach (var line in linesOf[unit.UnitId].Where(line => person.CanSeeAll || !draws.Contains(line.Step)))
            {
                var light = line.Status switch
                {
                    StepRowStatus.Decided => WorkLight.Done,
                    StepRowStatus.Suspended => WorkLight.Suspended,
                    StepRowStatus.Waiting => WorkLight.Waiting,
                    StepRowStatus.Dropped => WorkLight.None,
                    _ when judged.TryGetValue(line.SubjectId, out var step) => line.Late ? WorkLight.Late : set.LightOf(step.ProgrammeId, WorkItemStatus.Open, step.Suspended, step.DueOn, step.DueAt),
                    _ => WorkLight.Fine,
                };
                cells[line.Step] = new(light, line.Outcome, line.Grade, person.CanSeeAll && judged.ContainsKey(line.SubjectId) ? line.SubjectId : null, line.Late);
            }

            var result = resultOf.GetValueOrDefault(unit.UnitId);
            return new BoardRow(unit.UnitId, named[unit.UnitId].Name, named[unit.UnitId].Responsible, result?.Result, result?.Grade, unit.FromInstance is not null, cells);
        }).ToList();
        return new(batch, [.. Steps(shape, planned, set, person.CanSeeAll).Where(step => !hidden.Contains(step.Activity))], shown.With<BoardRow>(rows));
    }

    private static HashSet<string> Draws(ProgrammeShape shape) =>
        shape.Batch?.Activities.Values.Where(activity => activity.Type == "Programmes.DrawSample").Select(activity => activity.Id).ToHashSet(StringComparer.Ordinal) ?? [];

    /// <param name="roles">All that can owe something: with them the database seeks in the index of open work and reads no row of it.</param>
    /// <param name="hiddenSteps">Steps whose lines do not count; null: no line does.</param>
    private static async Task<IQueryable<BatchUnitRow>> FilteredAsync(
        ProgrammesDb db, IQueryable<BatchUnitRow> members, BoardFilter filter, (string Programme, int Batch) of, DateTimeOffset now, DateOnly soonUntil, List<string> roles, HashSet<string>? hiddenSteps, CancellationToken cancellationToken)
    {
        var (programme, batch) = of;
        var open = db.WorkItems.Where(row => row.ProgrammeId == programme && roles.Contains(row.Role) && row.Batch == batch && row.ClosedOn == null);
        var active = open.Where(row => !row.Suspended && row.Status != WorkItemStatus.Submitted);
        var late = active.Where(row => row.DueAt != null && row.DueAt <= now);
        var soon = active.Where(row => row.DueAt != null && row.DueAt > now && row.DueOn <= soonUntil);
        // The steps of a batch are few; their lines are found by them.
        var steps = hiddenSteps is null ? [] : await db.BatchSteps.Where(step => step.ProgrammeId == programme && step.Batch == batch && !hiddenSteps.Contains(step.Step)).Select(step => step.SubjectId).ToListAsync(cancellationToken).ConfigureAwait(false);
        var lateSteps = await late.Where(row => row.UnitId == null && steps.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var soonSteps = await soon.Where(row => row.UnitId == null && steps.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var lines = db.StepRows.Where(row => steps.Contains(row.SubjectId));
        var openLines = lines.Where(row => row.Status == StepRowStatus.Open);
        var isLate = Of(late, openLines.Where(row => row.Late || lateSteps.Contains(row.SubjectId)));
        var isSoon = Of(soon, openLines.Where(row => !row.Late && soonSteps.Contains(row.SubjectId)));
        var isOpen = Of(open, lines.Where(row => row.Status == StepRowStatus.Open || row.Status == StepRowStatus.Suspended || row.Status == StepRowStatus.Waiting));
        return filter switch
        {
            BoardFilter.Late => members.Where(isLate),
            BoardFilter.Soon => members.Where(isSoon),
            BoardFilter.Fine => members.Where(isOpen).Where(Predicates.Not(isLate)).Where(Predicates.Not(isSoon)),
            BoardFilter.Submitted => members.Where(Of(open.Where(row => row.Status == WorkItemStatus.Submitted && !row.Suspended), null)),
            BoardFilter.Suspended => members.Where(Of(open.Where(row => row.Suspended), lines.Where(row => row.Status == StepRowStatus.Suspended))),
            _ => members.Where(Predicates.Not(isOpen)).Where(member => db.WorkItems.Any(row => row.ProgrammeId == programme && row.Batch == batch && row.UnitId == member.UnitId && row.ClosedOn != null)),
        };

        static Expression<Func<BatchUnitRow, bool>> Of(IQueryable<WorkItemRow> items, IQueryable<StepRow>? lines)
        {
            var own = items.Where(row => row.UnitId != null).Select(row => row.UnitId);
            if (lines is null) return member => own.Contains(member.UnitId);
            var judged = lines.Select(row => row.UnitId);
            return member => own.Contains(member.UnitId) || judged.Contains(member.UnitId);
        }
    }

    private static IEnumerable<string> Unannounced(ProgrammeShape shape) =>
        shape.Batch?.Activities.Values.Where(activity => activity.Inputs.GetValueOrDefault("unannounced") is LiteralExpression { Value: true }).Select(activity => activity.Id) ?? [];

    /// <summary>The unit's own duties, then what its batch decides about it, in the order of the definitions.</summary>
    private static List<BoardStep> Steps(ProgrammeShape shape, Batch batch, ClockSet set, bool seesDraws)
    {
        var planned = new PlannedDates(shape.Launch, batch, set.Calendar);
        var own = shape.Unit?.Activities.Values.Where(activity => activity.Type is "Programmes.WorkItem" or "Programmes.RecurringWork" or "Programmes.Probation") ?? [];
        var judging = shape.Batch?.Activities.Values.Where(activity => activity.Type is "Programmes.WorkItem" or "Programmes.PublicNotice" or "Programmes.SelectUnits" && ProgrammeShape.Literal(activity, "units") is not null || seesDraws && activity.Type == "Programmes.DrawSample") ?? [];
        return [.. own.Concat(judging).Select(activity => new BoardStep(activity.Id, ProgrammeShape.TitleOf(activity), planned.Of(activity, "due")))];
    }
}
