using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

public enum SupervisionShown { Late, Soon, Unsigned, Review }

/// <param name="Role"><c>unit</c>, or a role of the launch's offices.</param>
/// <param name="Name">Part of a unit's name.</param>
public sealed record SupervisionFilter(SupervisionShown Shown, string? Programme, int? Batch, string? Role, string? Name)
{
    /// <summary>The role of the office above the unit that the work concerns.</summary>
    public string? Superior { get; init; }

    /// <summary>Of the unit or office that owes the work.</summary>
    public AdministrativeLevel? Level { get; init; }
}

public sealed record OfficeCount(string Role, string Office, int Count);

public sealed record Supervision(Paged<WorkLine> Lines, int Late, int Soon, int Unsigned, int Review, IReadOnlyList<OfficeCount> Offices, IReadOnlyList<int> Batches)
{
    /// <summary>How the lines stand to urging, by work item; empty for who may urge nobody.</summary>
    public required IReadOnlyDictionary<string, UrgeMark> Urging { get; init; }
}

/// <summary>What is late, and what soon will be; for who supervises.</summary>
public sealed class SupervisionQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 50;
    private const int OfficesMax = 50;

    public async Task<Supervision> RunAsync(Person person, SupervisionFilter filter, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var open = Open(db, person, filter);
        var tally = await WorkTally.LoadAsync(open, set, cancellationToken).ConfigureAwait(false);
        var shown = tally.Of(Is(tally, filter.Shown));
        var offices = shown.Groups.GroupBy(group => (group.ProgrammeId, group.Role)).Select(group => (group.Key.ProgrammeId, group.Key.Role, Count: group.Sum(one => one.Count)))
            .OrderByDescending(one => one.Count).ThenBy(one => one.Role, StringComparer.Ordinal).Take(OfficesMax).ToList();
        var programmes = offices.Select(one => one.ProgrammeId).Distinct().ToList();
        var names = await db.Offices.AsNoTracking().Where(row => programmes.Contains(row.ProgrammeId)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var batches = filter.Programme is { Length: > 0 } of
            ? await db.Batches.AsNoTracking().Where(row => row.ProgrammeId == of && db.ProgrammesOf(person).Any(known => known.Id == of)).OrderBy(row => row.Number).Select(row => row.Number).ToListAsync(cancellationToken).ConfigureAwait(false)
            : [];
        var role = filter.Role is { Length: > 0 } named ? named : null;
        var lines = Lines(open, filter, set);
        var rows = await lines.PageByDueAsync(page, PageSize, shown.Count(group => role is null || group.Role == role), cancellationToken).ConfigureAwait(false);
        return new(
            rows.With(await WorkListQuery.LinesAsync(db, set, rows.Rows, cancellationToken).ConfigureAwait(false)),
            Count(SupervisionShown.Late), Count(SupervisionShown.Soon), Count(SupervisionShown.Unsigned), Count(SupervisionShown.Review),
            [.. offices.GroupBy(one => (one.Role, Office: names.Find(office => office.ProgrammeId == one.ProgrammeId && office.Role == one.Role)?.Name ?? ""))
                .Select(group => new OfficeCount(group.Key.Role, group.Key.Office, group.Sum(one => one.Count)))],
            batches)
        {
            Urging = await UrgingQuery.MarksAsync(db, person, rows.Rows, cancellationToken).ConfigureAwait(false),
        };

        int Count(SupervisionShown state) => tally.Count(Is(tally, state));
    }

    /// <summary>The whole list that <see cref="RunAsync"/> shows page by page.</summary>
    public async IAsyncEnumerable<WorkLine> AllAsync(Person person, SupervisionFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var beside = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var rows = Lines(Open(db, person, filter), filter, set).ByDue();
        await foreach (var line in rows.InChunksAsync(chunk => WorkListQuery.LinesAsync(beside, set, chunk, cancellationToken), cancellationToken).ConfigureAwait(false)) yield return line;
    }

    private static IQueryable<WorkItemRow> Open(ProgrammesDb db, Person person, SupervisionFilter filter)
    {
        var open = db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null).Where(Visibility.Work(db, person));
        if (filter.Programme is { Length: > 0 } programme) open = open.Where(row => row.ProgrammeId == programme);
        if (filter.Batch is { } batch) open = open.Where(row => row.Batch == batch);
        if (filter.Name?.Trim() is { Length: > 0 } name) open = open.Where(row => db.Units.Any(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId && unit.Name.Contains(name)));
        if (filter.Superior is { Length: > 0 } superior) open = open.Where(row => db.Units.Any(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId && unit.Superior == superior));
        if (filter.Level is { } level)
            open = open.Where(row => row.Role == Roles.Unit && db.Units.Any(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId && unit.Level == level) || db.Offices.Any(office => office.ProgrammeId == row.ProgrammeId && office.Role == row.Role && office.Level == level));
        return open;
    }

    private static IQueryable<WorkItemRow> Lines(IQueryable<WorkItemRow> open, SupervisionFilter filter, ClockSet set)
    {
        var lines = open.Where(Shown(filter.Shown, set));
        return filter.Role is { Length: > 0 } role ? lines.Where(row => row.Role == role) : lines;
    }

    /// <summary>Offices that stand above units of the programme, by name.</summary>
    public async Task<IReadOnlyList<RoleName>> SuperiorsAsync(Person person, string programme, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme && db.ProgrammesOf(person).Any(known => known.Id == programme)
                && db.Units.Any(unit => unit.ProgrammeId == programme && unit.Superior == row.Role))
            .OrderBy(row => row.Name).ThenBy(row => row.Role).Select(row => new RoleName(row.Role, row.Name)).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Func<WorkGroup, bool> Is(WorkTally tally, SupervisionShown shown) => shown switch
    {
        SupervisionShown.Late => group => tally.LightOf(group) == WorkLight.Late,
        SupervisionShown.Soon => group => tally.LightOf(group) == WorkLight.Soon,
        SupervisionShown.Unsigned => group => group.Status == WorkItemStatus.Open && !group.Suspended,
        _ => group => group.Status == WorkItemStatus.Submitted,
    };

    /// <summary>The same, as the database filters by it.</summary>
    private static Expression<Func<WorkItemRow, bool>> Shown(SupervisionShown shown, ClockSet set) => shown switch
    {
        SupervisionShown.Late => set.IsLate(),
        SupervisionShown.Soon => set.IsSoon(),
        SupervisionShown.Unsigned => row => row.Status == WorkItemStatus.Open && !row.Suspended,
        _ => row => row.Status == WorkItemStatus.Submitted,
    };
}
