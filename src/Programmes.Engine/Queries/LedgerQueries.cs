using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Ledgers;
using Programmes.Core.Workflows;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Ledgers;

namespace Programmes.Engine.Queries;

/// <param name="Superior">The role of the office above the unit.</param>
/// <param name="OverdueOnly">Open entries whose deadline has passed.</param>
public sealed record LedgerFilter(string Programme, string? Unit = null, string? Superior = null, string? Area = null, LedgerEntryStatus? Status = null, bool OverdueOnly = false, int Page = 1);

/// <param name="Unit">Null: the ledger is not a unit's.</param>
/// <param name="Superior">The name of the office above the unit.</param>
public sealed record LedgerLine(
    string Id, Text Title, string? UnitId, string? Unit, string? Superior, LedgerStatus Status, DateOnly OpenedOn, DateOnly UntilOn, bool Provisional,
    IReadOnlyList<string> Areas, EvidenceRule Evidence, string? Clause, int Entries, int Open);

public sealed record LedgerEntryLine(
    string Id, string Ledger, string? UnitId, string? Unit, string? Superior, int Number, string Area, string Problem, LedgerSource Source, string? SourceReference,
    LedgerEntryStatus Status, string? Office, string? Post, DateOnly OpenedOn, DateOnly? DeadlineOn, string? Done, DateOnly? ClosedOn, int Reopened, bool IsOverdue);

public sealed record LedgerEventLine(LedgerEventKind Kind, DateOnly On, string Actor, string? Reason);

/// <summary>Ledgers and their entries, as far as the person may know of them; a unit knows its own.</summary>
public sealed class LedgerQueries(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 100;

    /// <summary>Entries of one bulletin.</summary>
    public const int BulletinEntriesMax = 200_000;

    public async Task<Paged<LedgerLine>> LedgersAsync(Person person, LedgerFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = from ledger in db.Ledgers.AsNoTracking().Where(Seen(db, person))
                   where ledger.ProgrammeId == filter.Programme && (filter.Unit == null || ledger.UnitId == filter.Unit)
                   join unit in db.Units on new { Programme = ledger.ProgrammeId!, Unit = ledger.UnitId! } equals new { Programme = unit.ProgrammeId, Unit = unit.UnitId } into units
                   from unit in units.DefaultIfEmpty()
                   where filter.Superior == null || unit.Superior == filter.Superior
                   orderby unit.Ordinal, ledger.Id
                   select new
                   {
                       Ledger = ledger,
                       Unit = unit.Name,
                       Superior = db.Offices.Where(office => office.ProgrammeId == ledger.ProgrammeId && office.Role == unit.Superior).Select(office => office.Name).FirstOrDefault(),
                       Open = db.LedgerEntries.Count(entry => entry.LedgerId == ledger.Id && entry.Status != LedgerEntryStatus.Closed),
                   };
        var page = await rows.PageAsync(filter.Page, PageSize, cancellationToken).ConfigureAwait(false);
        return page.With<LedgerLine>([.. page.Rows.Select(row => new LedgerLine(
            row.Ledger.Id, new(row.Ledger.TitleZh, row.Ledger.TitleEn), row.Ledger.UnitId, row.Unit, row.Superior, row.Ledger.Status, row.Ledger.OpenedOn, row.Ledger.UntilOn, row.Ledger.Provisional,
            JsonSerializer.Deserialize<string[]>(row.Ledger.Areas) ?? [], row.Ledger.Evidence, row.Ledger.Clause, row.Ledger.LastNumber, row.Open))]);
    }

    public async Task<Paged<LedgerEntryLine>> EntriesAsync(Person person, LedgerFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var today = await TodayAsync(db, filter.Programme, cancellationToken).ConfigureAwait(false);
        var page = await Entries(db, person, filter, today).PageAsync(filter.Page, PageSize, cancellationToken).ConfigureAwait(false);
        return page.With<LedgerEntryLine>([.. page.Rows.Select(row => Line(row.Entry, row.Unit, row.Superior, today))]);
    }

    /// <summary>The whole list that <see cref="EntriesAsync"/> shows page by page.</summary>
    public async IAsyncEnumerable<LedgerEntryLine> AllEntriesAsync(Person person, LedgerFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var today = await TodayAsync(db, filter.Programme, cancellationToken).ConfigureAwait(false);
        await foreach (var row in Entries(db, person, filter, today).AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return Line(row.Entry, row.Unit, row.Superior, today);
    }

    private sealed class EntryRow
    {
        public required LedgerEntryRow Entry { get; init; }
        public required string? Unit { get; init; }
        public required string? Superior { get; init; }
    }

    private static IQueryable<EntryRow> Entries(ProgrammesDb db, Person person, LedgerFilter filter, DateOnly today) =>
        from entry in db.LedgerEntries.AsNoTracking()
        join ledger in db.Ledgers.Where(Seen(db, person)) on entry.LedgerId equals ledger.Id
        where entry.ProgrammeId == filter.Programme && (filter.Unit == null || entry.UnitId == filter.Unit)
            && (filter.Area == null || entry.Area == filter.Area) && (filter.Status == null || entry.Status == filter.Status)
            && (!filter.OverdueOnly || entry.ClosedOn == null && entry.DeadlineOn != null && entry.DeadlineOn < today)
        join unit in db.Units on new { Programme = entry.ProgrammeId!, Unit = entry.UnitId! } equals new { Programme = unit.ProgrammeId, Unit = unit.UnitId } into units
        from unit in units.DefaultIfEmpty()
        where filter.Superior == null || unit.Superior == filter.Superior
        orderby unit.Ordinal, entry.LedgerId, entry.Number
        select new EntryRow
        {
            Entry = entry,
            Unit = unit.Name,
            Superior = db.Offices.Where(office => office.ProgrammeId == entry.ProgrammeId && office.Role == unit.Superior).Select(office => office.Name).FirstOrDefault(),
        };

    /// <summary>What became of an entry, oldest first; null: there is none, or the person may not know of it.</summary>
    public async Task<IReadOnlyList<LedgerEventLine>?> HistoryAsync(Person person, string entryId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await db.LedgerEntries.AnyAsync(entry => entry.Id == entryId && db.Ledgers.Where(Seen(db, person)).Any(ledger => ledger.Id == entry.LedgerId), cancellationToken).ConfigureAwait(false)) return null;
        return await db.LedgerEvents.AsNoTracking().Where(row => row.EntryId == entryId).OrderBy(row => row.Id)
            .Select(row => new LedgerEventLine(row.Kind, row.HappenedOn, row.Actor, row.Reason)).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For a circular, which names counties: the leading office, supervisors and readers only.</summary>
    /// <param name="since">Inclusive.</param>
    /// <exception cref="RefusedException">The person sees only part of the programme, or there is no such programme.</exception>
    public async Task<LedgerBulletin> BulletinAsync(Person person, string programme, DateOnly since, CancellationToken cancellationToken = default)
    {
        if (!person.CanSeeAll) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var name = await db.Programmes.Where(row => row.Id == programme).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false)
            ?? throw RefusedException.NotFound("此专项工作", "The programme");
        var today = await TodayAsync(db, programme, cancellationToken).ConfigureAwait(false);
        if (since > today) throw new RefusedException(new($"起始日期 {since:yyyy-MM-dd} 晚于今天（{today:yyyy-MM-dd}）", $"The day {since:yyyy-MM-dd} is after today ({today:yyyy-MM-dd})"));
        var offices = await db.Offices.Where(row => row.ProgrammeId == programme).ToDictionaryAsync(row => row.Role, row => row.Name, cancellationToken).ConfigureAwait(false);
        var superiors = await db.Units.Where(row => row.ProgrammeId == programme && row.Superior != null).OrderBy(row => row.Ordinal).Select(row => new { row.UnitId, row.Superior }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var above = superiors.ToDictionary(row => row.UnitId, row => offices.GetValueOrDefault(row.Superior!, row.Superior!), StringComparer.Ordinal);
        var entries = await db.LedgerEntries.AsNoTracking().Where(row => row.ProgrammeId == programme && !db.Ledgers.Any(ledger => ledger.Id == row.LedgerId && ledger.Status == LedgerStatus.Cancelled))
            .OrderBy(row => row.LedgerId).ThenBy(row => row.Number).Take(BulletinEntriesMax)
            .Select(row => new { row.Id, row.UnitId, row.Area, row.OpenedOn, row.DeadlineOn, row.ClosedOn, row.Reopened }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var reopenings = (await (from row in db.LedgerEvents
                                 where row.Kind == LedgerEventKind.Reopened && row.HappenedOn >= since && db.LedgerEntries.Any(entry => entry.Id == row.EntryId && entry.ProgrammeId == programme)
                                 select new { row.EntryId, row.HappenedOn }).ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(row => row.EntryId!, row => row.HappenedOn);
        var areas = await db.Ledgers.Where(row => row.ProgrammeId == programme).Select(row => row.Areas).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        return LedgerBulletin.Compose(name,
            [.. entries.Select(row => new BulletinEntry(row.Area, row.UnitId is null ? "" : above.GetValueOrDefault(row.UnitId, ""), row.OpenedOn, row.DeadlineOn, row.ClosedOn, [.. reopenings[row.Id]]))],
            since, today, [.. areas.Order(StringComparer.Ordinal).SelectMany(json => JsonSerializer.Deserialize<string[]>(json) ?? []).Distinct()], [.. above.Values.Distinct()]);
    }

    private static LedgerEntryLine Line(LedgerEntryRow row, string? unit, string? superior, DateOnly today) => new(
        row.Id, row.LedgerId, row.UnitId, unit, superior, row.Number, row.Area, row.Problem, row.Source, row.SourceReference, row.Status, row.Office, row.Post,
        row.OpenedOn, row.DeadlineOn, row.Done, row.ClosedOn, row.Reopened, row.ClosedOn is null && row.DeadlineOn < today);

    private async Task<DateOnly> TodayAsync(ProgrammesDb db, string programme, CancellationToken cancellationToken) =>
        ChinaTime.DateOf((await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false)).Now(programme));

    /// <summary>The same rule as <see cref="Ledgers.LedgerRights.MaySee"/>, and what is below the person's offices or in its scopes.</summary>
    internal static Expression<Func<LedgerRow, bool>> Seen(ProgrammesDb db, Person person)
    {
        if (person.CanSeeAll) return row => true;
        var (served, overseen) = (Owners.Served(person), Owners.Overseen(db, person));
        // A unit's ledger is the unit's own, whoever keeps it.
        return Predicates.Or(
            Predicates.Or(
                Owners.Of<LedgerRow>(served, row => row.ProgrammeId, row => row.Role, row => row.UnitId),
                Owners.Of<LedgerRow>(served, row => row.ProgrammeId, row => row.UnitId != null ? Core.Programmes.Roles.Unit : null, row => row.UnitId)),
            Predicates.Or(
                Owners.Of<LedgerRow>(served, row => row.ProgrammeId, row => row.Reviewer, row => row.UnitId),
                Owners.Of<LedgerRow>(overseen, row => row.ProgrammeId, row => row.Role, row => row.UnitId)));
    }
}
