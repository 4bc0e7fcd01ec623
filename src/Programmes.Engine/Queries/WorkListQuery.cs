using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

public enum WorkShown { All, Late, Today, Soon, Unsigned, Returned, Review, Extensions, LateRows }

public enum WorkState { Open, Signed, Submitted, Returned, Completed, Waived, Cancelled }

/// <param name="LateUnit">The unit whose line is made up after its step closed; else null.</param>
public sealed record WorkLine(
    string Id, Text Title, string? ProgrammeId, string? Programme, int? Batch, string? Unit, string Role, string? Office,
    ShownDate? Due, DateOnly? OriginalDueOn, WorkLight Light, WorkState State, int WorkingDaysLeft, bool IsToday, string? LateUnit = null);

public sealed record WorkCounts(int All, int Late, int Today, int Soon, int Unsigned, int Returned, int Review, int Extensions, int LateRows);

public sealed record WorkList(Paged<WorkLine> Lines, WorkCounts Counts);

/// <summary>What a person owes (待办).</summary>
public sealed class WorkListQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 30;

    /// <param name="everybody">All open work instead of one's own; for who sees everything.</param>
    /// <param name="programme">Null: all programmes.</param>
    public async Task<WorkList> RunAsync(Person person, WorkShown shown, bool everybody, int page, string? programme = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var all = everybody && person.CanSeeAll;
        var parts = Parts(db, person, all, programme);
        var (owed, review, asked) = parts;
        var lateRows = LateRows(db, person, all);
        var tally = await WorkTally.LoadAsync(owed, set, cancellationToken).ConfigureAwait(false);
        var counts = new WorkCounts(
            tally.Open,
            tally.Late,
            tally.Count(group => set.IsWithin(group.ProgrammeId, group.DueOn, 0)),
            tally.Soon,
            tally.Count(group => group.Status == WorkItemStatus.Open),
            tally.Count(group => group.Status == WorkItemStatus.Returned),
            await review.CountAsync(cancellationToken).ConfigureAwait(false),
            await asked.CountAsync(cancellationToken).ConfigureAwait(false),
            await lateRows.CountAsync(cancellationToken).ConfigureAwait(false));
        if (shown == WorkShown.LateRows) return new(await LateRowsAsync(db, lateRows, set, page, cancellationToken).ConfigureAwait(false), counts);
        var total = shown switch
        {
            WorkShown.Late => counts.Late,
            WorkShown.Today => counts.Today,
            WorkShown.Soon => counts.Soon,
            WorkShown.Unsigned => counts.Unsigned,
            WorkShown.Returned => counts.Returned,
            WorkShown.Review => counts.Review,
            WorkShown.Extensions => counts.Extensions,
            _ => counts.All,
        };
        var lines = await Shown(shown, set, parts).PageByDueAsync(page, PageSize, total, cancellationToken).ConfigureAwait(false);
        return new(lines.With(await LinesAsync(db, set, lines.Rows, cancellationToken).ConfigureAwait(false)), counts);
    }

    /// <summary>The whole list that <see cref="RunAsync"/> shows page by page.</summary>
    public async IAsyncEnumerable<WorkLine> AllAsync(Person person, WorkShown shown, bool everybody, string? programme = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var beside = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var all = everybody && person.CanSeeAll;
        var lines = shown == WorkShown.LateRows
            ? LateRows(db, person, all).OrderBy(row => row.Item.Id).ThenBy(row => row.UnitId).InChunksAsync(rows => LateLinesAsync(beside, rows, set, cancellationToken), cancellationToken)
            : Shown(shown, set, Parts(db, person, all, programme)).ByDue().InChunksAsync(rows => LinesAsync(beside, set, rows, cancellationToken), cancellationToken);
        await foreach (var line in lines.ConfigureAwait(false)) yield return line;
    }

    /// <summary>What is owed, what is to be reviewed, and for what an extension is asked.</summary>
    private readonly record struct WorkParts(IQueryable<WorkItemRow> Owed, IQueryable<WorkItemRow> Review, IQueryable<WorkItemRow> Asked);

    private static WorkParts Parts(ProgrammesDb db, Person person, bool all, string? programme)
    {
        var visible = db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null && (programme == null || row.ProgrammeId == programme));
        var owed = all ? visible.Where(row => row.Status != WorkItemStatus.Submitted) : visible.Where(Visibility.Owed(person)).Where(row => row.Status != WorkItemStatus.Submitted);
        var review = (all ? visible.Where(row => row.Reviewer != null) : visible.Where(Visibility.Reviewed(person))).Where(row => row.Status == WorkItemStatus.Submitted);
        // The other way round the database would look for an extension of every open work item.
        var extended = db.Extensions.Where(one => one.Status == ExtensionStatus.Asked).Select(one => one.WorkItemId);
        var asked = (person.CanManage ? visible : visible.Where(Visibility.Reviewed(person))).Where(row => extended.Contains(row.Id));
        return new(owed, review, asked);
    }

    private static IQueryable<WorkItemRow> Shown(WorkShown shown, ClockSet set, WorkParts parts) => shown switch
    {
        WorkShown.Late => parts.Owed.Where(set.IsLate()),
        WorkShown.Today => parts.Owed.Where(set.IsDueWithin(0)),
        WorkShown.Soon => parts.Owed.Where(set.IsSoon()),
        WorkShown.Unsigned => parts.Owed.Where(row => row.Status == WorkItemStatus.Open),
        WorkShown.Returned => parts.Owed.Where(row => row.Status == WorkItemStatus.Returned),
        WorkShown.Review => parts.Review,
        WorkShown.Extensions => parts.Asked,
        _ => parts.Owed,
    };

    /// <summary>How many duties and papers wait for the person, for the menu.</summary>
    public async Task<int> CountAsync(Person person, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var open = db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null);
        return await open.Where(Visibility.Owed(person)).CountAsync(row => row.Status != WorkItemStatus.Submitted, cancellationToken).ConfigureAwait(false)
            + await open.Where(Visibility.Reviewed(person)).CountAsync(row => row.Status == WorkItemStatus.Submitted, cancellationToken).ConfigureAwait(false)
            + await PaperListQuery.CountOwedAsync(db, person, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<IReadOnlyList<WorkLine>> LinesAsync(ProgrammesDb db, ClockSet set, IReadOnlyList<WorkItemRow> rows, CancellationToken cancellationToken)
    {
        var programmes = rows.Select(row => row.ProgrammeId).OfType<string>().Distinct().ToList();
        var unitIds = rows.Select(row => row.UnitId).OfType<string>().Distinct().ToList();
        var names = await db.Programmes.AsNoTracking().Where(row => programmes.Contains(row.Id)).Select(row => new { row.Id, row.Name }).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken).ConfigureAwait(false);
        var units = await db.Units.AsNoTracking().Where(row => programmes.Contains(row.ProgrammeId) && unitIds.Contains(row.UnitId)).ToDictionaryAsync(row => (row.ProgrammeId, row.UnitId), row => row.Name, cancellationToken).ConfigureAwait(false);
        var offices = await db.Offices.AsNoTracking().Where(row => programmes.Contains(row.ProgrammeId)).ToDictionaryAsync(row => (row.ProgrammeId, row.Role), row => row.Name, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row =>
        {
            var today = set.Today(row.ProgrammeId);
            var programme = row.ProgrammeId ?? "";
            return new WorkLine(
                row.Id, new(row.TitleZh, row.TitleEn), row.ProgrammeId, names.GetValueOrDefault(programme), row.Batch,
                row.UnitId is null ? null : units.GetValueOrDefault((programme, row.UnitId), row.UnitId), row.Role, offices.GetValueOrDefault((programme, row.Role)),
                ShownDate.Of(row.DueOn, row.Provisional, row.Why, set.Calendar, row.Clause), row.OriginalDueOn == row.DueOn ? null : row.OriginalDueOn,
                set.LightOf(row), row.Status.As<WorkState>(), WorkingDays(set, today, row.DueOn), row.DueOn == today);
        })];
    }

    internal static int WorkingDays(ClockSet set, DateOnly today, DateOnly? due) => due is { } on ? set.Calendar.WorkingDaysBetween(today, on) : 0;

    private static IQueryable<LateRow> LateRows(ProgrammesDb db, Person person, bool all)
    {
        var subjects = db.WorkItems.AsNoTracking();
        if (!all) subjects = subjects.Where(Visibility.Owed(person));
        return from line in db.StepRows.AsNoTracking()
               join item in subjects on line.SubjectId equals item.Id
               where line.Late && line.Status == StepRowStatus.Open
               select new LateRow { Item = item, UnitId = line.UnitId };
    }

    private static async Task<Paged<WorkLine>> LateRowsAsync(ProgrammesDb db, IQueryable<LateRow> rows, ClockSet set, int page, CancellationToken cancellationToken)
    {
        var found = await rows.OrderBy(row => row.Item.Id).ThenBy(row => row.UnitId).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return found.With(await LateLinesAsync(db, found.Rows, set, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IReadOnlyList<WorkLine>> LateLinesAsync(ProgrammesDb db, IReadOnlyList<LateRow> found, ClockSet set, CancellationToken cancellationToken)
    {
        var lines = await LinesAsync(db, set, [.. found.Select(row => row.Item)], cancellationToken).ConfigureAwait(false);
        var units = found.Select(row => row.UnitId).Distinct().ToList();
        var programmes = found.Select(row => row.Item.ProgrammeId).Distinct().ToList();
        var names = await db.Units.AsNoTracking().Where(unit => programmes.Contains(unit.ProgrammeId) && units.Contains(unit.UnitId)).ToDictionaryAsync(unit => (unit.ProgrammeId, unit.UnitId), unit => unit.Name, cancellationToken).ConfigureAwait(false);
        return [.. lines.Zip(found, (line, row) => line with
        {
            Unit = names.GetValueOrDefault((row.Item.ProgrammeId ?? "", row.UnitId), row.UnitId), LateUnit = row.UnitId, Light = WorkLight.Late,
        })];
    }

    private sealed class LateRow
    {
        public required WorkItemRow Item { get; init; }
        public required string UnitId { get; init; }
    }
}
