using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <param name="From">Of the due dates, inclusive.</param>
/// <param name="Until">Of the due dates, inclusive.</param>
public sealed record ComparisonFilter(string Programme, DateOnly From, DateOnly Until, int? Batch = null);

/// <summary>How the work of an office, or of the units below it, stands.</summary>
/// <param name="Role">The office's role; null: units without an office above.</param>
/// <param name="Total">Due in the period and neither waived nor cancelled.</param>
/// <param name="OnTime">Done, and handed in by its day.</param>
/// <param name="DoneLate">Done, and handed in after its day.</param>
/// <param name="Open">Not done; what is late or under review is among it.</param>
/// <param name="Late">Not handed in, and its day is over.</param>
/// <param name="LateDays">Calendar days in all, of what was done late and of what is late.</param>
/// <param name="Urged">Urgings in the period.</param>
public sealed record ComparedOffice(string? Role, string Name, int Total, int OnTime, int DoneLate, int Open, int Late, long LateDays, int Urged)
{
    /// <summary>Of what had to be done by now, 0 to 1; null: nothing had to be.</summary>
    public double? OnTimeRate => OnTime + DoneLate + Late is > 0 and var decided ? (double)OnTime / decided : null;

    /// <summary>Calendar days; null: nothing was or is late.</summary>
    public double? MeanLateDays => DoneLate + Late is > 0 and var late ? (double)LateDays / late : null;

    internal static ComparedOffice Sum(string name, IEnumerable<ComparedOffice> all) => all.Aggregate(
        new ComparedOffice(null, name, 0, 0, 0, 0, 0, 0, 0),
        (sum, one) => sum with
        {
            Total = sum.Total + one.Total,
            OnTime = sum.OnTime + one.OnTime,
            DoneLate = sum.DoneLate + one.DoneLate,
            Open = sum.Open + one.Open,
            Late = sum.Late + one.Late,
            LateDays = sum.LateDays + one.LateDays,
            Urged = sum.Urged + one.Urged,
        });
}

/// <param name="Units">Work of participating units, by the office above them; in the order of names, for nobody is ranked.</param>
/// <param name="Offices">Work of the offices themselves, in the order of names.</param>
/// <param name="Levels">All of it by the level of who owes it, from the top down; empty where the launch names no levels.</param>
public sealed record WorkComparison(
    IReadOnlyList<ComparedOffice> Units, IReadOnlyList<ComparedOffice> Offices, IReadOnlyList<ComparedLevel> Levels, ComparedOffice AllUnits, ComparedOffice AllOffices, IReadOnlyList<int> Batches, DateOnly Today, DateTimeOffset Now, bool IsDemonstration);

/// <param name="Level">Null: not given.</param>
public sealed record ComparedLevel(AdministrativeLevel? Level, ComparedOffice Work);

/// <summary><see cref="Late"/>: not handed in, and its day is over.</summary>
public enum ComparedShown { All, OnTime, DoneLate, Open, Late }

/// <param name="Superior">The office above the units; empty: the work of the units that have none. Null with <paramref name="Role"/> null: everybody's.</param>
/// <param name="Role">The office whose own work it is.</param>
public sealed record ComparedWorkFilter(ComparisonFilter Of, ComparedShown Shown, string? Superior, string? Role, AdministrativeLevel? Level = null);

/// <summary>
/// How offices, and the units below each, do their work: counted in the database over the due dates of a period, as far as the
/// person sees it.
/// </summary>
public sealed class WorkComparisonQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 50;

    /// <summary>Null: there is no such programme, or the person may not know of it.</summary>
    public async Task<WorkComparison?> RunAsync(Person person, ComparisonFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await db.ProgrammesOf(person).AnyAsync(row => row.Id == filter.Programme, cancellationToken).ConfigureAwait(false)) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var (now, today) = (set.Now(filter.Programme), set.Today(filter.Programme));
        var todayNumber = today.DayNumber;
        var counted = await Attributed(db, Work(db, person, filter)).GroupBy(row => new { row.OfUnit, row.Office, row.Level }).Select(group => new
        {
            group.Key.OfUnit,
            group.Key.Office,
            group.Key.Level,
            Total = group.Count(),
            OnTime = group.Count(row => row.Item.Status == WorkItemStatus.Completed && (row.Item.SubmittedOn ?? row.Item.ClosedOn) <= row.Item.DueOn),
            DoneLate = group.Count(row => row.Item.Status == WorkItemStatus.Completed && (row.Item.SubmittedOn ?? row.Item.ClosedOn) > row.Item.DueOn),
            Open = group.Count(row => row.Item.ClosedOn == null),
            Late = group.Count(row => row.Item.ClosedOn == null && !row.Item.Suspended && row.Item.Status != WorkItemStatus.Submitted && row.Item.DueAt <= now),
            DoneDays = group.Sum(row => row.Item.Status == WorkItemStatus.Completed && (row.Item.SubmittedOn ?? row.Item.ClosedOn) > row.Item.DueOn ? (row.Item.SubmittedOn ?? row.Item.ClosedOn)!.Value.DayNumber - row.Item.DueOn!.Value.DayNumber : 0),
            LateDays = group.Sum(row => row.Item.ClosedOn == null && !row.Item.Suspended && row.Item.Status != WorkItemStatus.Submitted && row.Item.DueAt <= now ? todayNumber - row.Item.DueOn!.Value.DayNumber : 0),
        }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var urged = await UrgedAsync(db, person, filter, cancellationToken).ConfigureAwait(false);
        var names = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == filter.Programme).ToDictionaryAsync(row => row.Role, row => row.Name, cancellationToken).ConfigureAwait(false);
        var lines = counted.Select(one => (one.OfUnit, one.Level, Line: new ComparedOffice(
            one.Office, one.Office is null ? "" : names.GetValueOrDefault(one.Office, one.Office), one.Total, one.OnTime, one.DoneLate, one.Open, one.Late, one.DoneDays + one.LateDays,
            urged.GetValueOrDefault((one.OfUnit, one.Office ?? "", one.Level))))).ToList();
        var units = ByName(lines.Where(one => one.OfUnit).Select(one => one.Line));
        var offices = ByName(lines.Where(one => !one.OfUnit).Select(one => one.Line));
        var levels = lines.Any(one => one.Level is not null)
            ? lines.GroupBy(one => one.Level).OrderBy(group => group.Key is null).ThenBy(group => group.Key).Select(group => new ComparedLevel(group.Key, ComparedOffice.Sum("", group.Select(one => one.Line)))).ToList()
            : [];
        var batches = await db.Batches.AsNoTracking().Where(row => row.ProgrammeId == filter.Programme).OrderBy(row => row.Number).Select(row => row.Number).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(units, offices, levels, ComparedOffice.Sum("", units), ComparedOffice.Sum("", offices), batches, today, now, set.IsDemonstration(filter.Programme));
    }

    private static List<ComparedOffice> ByName(IEnumerable<ComparedOffice> lines) =>
        [.. lines.GroupBy(one => one.Role).Select(group => ComparedOffice.Sum(group.First().Name, group) with { Role = group.Key }).OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Role, StringComparer.Ordinal)];

    /// <summary>The work behind a number, by due date.</summary>
    public async Task<Paged<WorkLine>?> ListAsync(Person person, ComparedWorkFilter filter, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await db.ProgrammesOf(person).AnyAsync(row => row.Id == filter.Of.Programme, cancellationToken).ConfigureAwait(false)) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var work = Work(db, person, filter.Of);
        if (filter.Role is { Length: > 0 } role) work = work.Where(row => row.Role == role);
        else if (filter.Superior is { Length: > 0 } superior) work = work.Where(row => row.Role == Roles.Unit && db.Units.Any(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId && unit.Superior == superior));
        else if (filter.Superior is not null) work = work.Where(row => row.Role == Roles.Unit);
        if (filter.Level is { } level)
            work = work.Where(row => row.Role == Roles.Unit && db.Units.Any(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId && unit.Level == level) || db.Offices.Any(office => office.ProgrammeId == row.ProgrammeId && office.Role == row.Role && office.Level == level));
        var found = await work.Where(Shown(filter.Shown, set)).OrderBy(row => row.DueOn).ThenBy(row => row.Id).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return found.With(await WorkListQuery.LinesAsync(db, set, found.Rows, cancellationToken).ConfigureAwait(false));
    }

    private static Expression<Func<WorkItemRow, bool>> Shown(ComparedShown shown, ClockSet set) => shown switch
    {
        ComparedShown.OnTime => row => row.Status == WorkItemStatus.Completed && (row.SubmittedOn ?? row.ClosedOn) <= row.DueOn,
        ComparedShown.DoneLate => row => row.Status == WorkItemStatus.Completed && (row.SubmittedOn ?? row.ClosedOn) > row.DueOn,
        ComparedShown.Open => row => row.ClosedOn == null,
        ComparedShown.Late => set.IsLate(),
        _ => row => true,
    };

    private static IQueryable<WorkItemRow> Work(ProgrammesDb db, Person person, ComparisonFilter filter)
    {
        var work = db.WorkItems.AsNoTracking().Where(Visibility.Work(db, person)).Where(row => row.ProgrammeId == filter.Programme && row.DueOn >= filter.From && row.DueOn <= filter.Until
            && row.Status != WorkItemStatus.Cancelled && row.Status != WorkItemStatus.Waived);
        return filter.Batch is { } batch ? work.Where(row => row.Batch == batch) : work;
    }

    /// <summary>Work with the office that it is counted under: the one above a unit, else the office itself.</summary>
    private static IQueryable<AttributedWork> Attributed(ProgrammesDb db, IQueryable<WorkItemRow> work) =>
        from item in work
        join unit in db.Units on new { Programme = item.ProgrammeId!, Unit = item.UnitId! } equals new { Programme = unit.ProgrammeId, Unit = unit.UnitId } into units
        from unit in units.DefaultIfEmpty()
        join office in db.Offices on new { Programme = item.ProgrammeId!, item.Role } equals new { Programme = office.ProgrammeId, office.Role } into offices
        from office in offices.DefaultIfEmpty()
        select new AttributedWork { Item = item, OfUnit = item.Role == Roles.Unit, Office = item.Role == Roles.Unit ? unit.Superior : item.Role, Level = item.Role == Roles.Unit ? unit.Level : office.Level };

    private static async Task<Dictionary<(bool OfUnit, string Office, AdministrativeLevel? Level), int>> UrgedAsync(ProgrammesDb db, Person person, ComparisonFilter filter, CancellationToken cancellationToken)
    {
        var work = db.WorkItems.AsNoTracking().Where(Visibility.Work(db, person)).Where(row => filter.Batch == null || row.Batch == filter.Batch);
        var urged = from urging in db.Urgings.AsNoTracking()
                    where urging.ProgrammeId == filter.Programme && urging.UrgedOn >= filter.From && urging.UrgedOn <= filter.Until
                    join one in Attributed(db, work) on urging.WorkItemId equals one.Item.Id
                    select new { one.OfUnit, one.Office, one.Level };
        return await urged.GroupBy(one => new { one.OfUnit, one.Office, one.Level }).Select(group => new { group.Key.OfUnit, group.Key.Office, group.Key.Level, Count = group.Count() })
            .ToDictionaryAsync(one => (one.OfUnit, one.Office ?? "", one.Level), one => one.Count, cancellationToken).ConfigureAwait(false);
    }

    private sealed class AttributedWork
    {
        public required WorkItemRow Item { get; init; }
        public required bool OfUnit { get; init; }
        public required string? Office { get; init; }
        public required AdministrativeLevel? Level { get; init; }
    }
}
