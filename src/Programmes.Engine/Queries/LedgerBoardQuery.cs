using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Ledgers;
using Programmes.Core.Workflows;
using Programmes.Engine.Ledgers;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Ledgers;

namespace Programmes.Engine.Queries;

/// <summary><see cref="Soon"/>: open, and due within five working days.</summary>
public enum EntriesShown { All, Open, Soon, Late, Submitted, Closed, Reopened }

/// <param name="Name">Part of a unit's name.</param>
/// <param name="Superior">The role of the office above the unit.</param>
public sealed record EntryFilter(string Programme, EntriesShown Shown = EntriesShown.All, string? Name = null, string? Superior = null, string? Area = null, LedgerSource? Source = null);

/// <summary>What a bulletin says about some entries.</summary>
public sealed record EntryCounts(int All, int Open, int Soon, int Late, int Submitted, int Closed, int Reopened);

/// <param name="Role">Of the office above; null: the units have none.</param>
public sealed record EntriesOfOffice(string? Role, string Name, EntryCounts Counts);

/// <param name="Counts">Of all filters but what is shown.</param>
/// <param name="BySuperior">In the order of names: nobody is ranked.</param>
public sealed record LedgerBoard(Paged<LedgerEntryLine> Lines, EntryCounts Counts, IReadOnlyList<EntriesOfOffice> BySuperior, IReadOnlyList<string> Areas, DateTimeOffset Now, bool IsDemonstration);

/// <param name="Words">What moved; null: the kind says it.</param>
public sealed record LedgerEventShown(LedgerEventKind Kind, DateTimeOffset At, string Actor, string? Reason, Text? Words);

/// <param name="Keeper">Who keeps the ledger.</param>
/// <param name="Reviewer">Who closes its entries.</param>
public sealed record LedgerEntryShown(
    LedgerEntryLine Line, Text Ledger, string ProgrammeId, string Programme, string Keeper, string? Reviewer, string? Clause, EvidenceRule Evidence, LedgerStatus LedgerStatus, ShownDate? Deadline,
    DateOnly? SubmittedOn, string? ClosedBy, IReadOnlyList<LedgerEventShown> History, bool MayKeep, bool MayReview, bool MayManage, DateTimeOffset Now, bool IsDemonstration)
{
    public bool IsOpen => Line.Status != LedgerEntryStatus.Closed && LedgerStatus != LedgerStatus.Cancelled;
}

/// <summary>Numbers and lists of a programme's problems, and one problem with all that belongs to it; a unit knows its own.</summary>
public sealed class LedgerBoardQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 50;
    private const int HistoryMax = 200;
    private const int ProgrammesMax = 200;

    /// <summary>Programmes that have ledgers, the last launched first.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> ProgrammesAsync(Person person, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var seen = db.Ledgers.Where(LedgerQueries.Seen(db, person));
        var rows = await db.Programmes.AsNoTracking().Where(row => seen.Any(ledger => ledger.ProgrammeId == row.Id)).OrderByDescending(row => row.LaunchedAt).ThenBy(row => row.Id)
            .Take(ProgrammesMax).Select(row => new { row.Id, row.Name }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => (row.Id, row.Name))];
    }

    public async Task<LedgerBoard> RunAsync(Person person, EntryFilter filter, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var today = set.Today(filter.Programme);
        var soon = set.SoonUntil(today);
        var all = Rows(db, person, filter);
        var groups = await all.GroupBy(row => row.Superior).Select(group => new
        {
            Role = group.Key,
            All = group.Count(),
            Open = group.Count(row => row.Entry.ClosedOn == null),
            Soon = group.Count(row => row.Entry.ClosedOn == null && row.Entry.DeadlineOn >= today && row.Entry.DeadlineOn <= soon),
            Late = group.Count(row => row.Entry.ClosedOn == null && row.Entry.DeadlineOn < today),
            Submitted = group.Count(row => row.Entry.Status == LedgerEntryStatus.Submitted),
            Closed = group.Count(row => row.Entry.ClosedOn != null),
            Reopened = group.Count(row => row.Entry.Reopened > 0),
        }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var offices = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == filter.Programme).ToDictionaryAsync(row => row.Role, row => row.Name, cancellationToken).ConfigureAwait(false);
        var counts = groups.Select(group => new EntriesOfOffice(
            group.Role, group.Role is null ? "" : offices.GetValueOrDefault(group.Role, group.Role), new(group.All, group.Open, group.Soon, group.Late, group.Submitted, group.Closed, group.Reopened))).ToList();
        var shown = filter.Shown switch
        {
            EntriesShown.Open => all.Where(row => row.Entry.ClosedOn == null),
            EntriesShown.Soon => all.Where(row => row.Entry.ClosedOn == null && row.Entry.DeadlineOn >= today && row.Entry.DeadlineOn <= soon),
            EntriesShown.Late => all.Where(row => row.Entry.ClosedOn == null && row.Entry.DeadlineOn < today),
            EntriesShown.Submitted => all.Where(row => row.Entry.Status == LedgerEntryStatus.Submitted),
            EntriesShown.Closed => all.Where(row => row.Entry.ClosedOn != null),
            EntriesShown.Reopened => all.Where(row => row.Entry.Reopened > 0),
            _ => all,
        };
        // What presses comes first: the index on the open ones' deadline gives that order.
        var lines = await shown.OrderBy(row => row.Entry.ClosedOn != null).ThenBy(row => row.Entry.DeadlineOn == null).ThenBy(row => row.Entry.DeadlineOn).ThenBy(row => row.Entry.LedgerId).ThenBy(row => row.Entry.Number)
            .PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        var areas = await db.Ledgers.AsNoTracking().Where(LedgerQueries.Seen(db, person)).Where(row => row.ProgrammeId == filter.Programme).Select(row => row.Areas).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(
            lines.With<LedgerEntryLine>([.. lines.Rows.Select(row => Line(row, offices, today))]),
            counts.Select(one => one.Counts).Aggregate(new EntryCounts(0, 0, 0, 0, 0, 0, 0), Sum),
            [.. counts.Where(one => one.Role is not null).OrderBy(one => one.Name, StringComparer.Ordinal)],
            [.. areas.Order(StringComparer.Ordinal).SelectMany(json => JsonSerializer.Deserialize<string[]>(json) ?? []).Distinct()], set.Now(filter.Programme), set.IsDemonstration(filter.Programme));
    }

    /// <summary>Null: there is none, or the person may not know of it; the two look the same.</summary>
    public async Task<LedgerEntryShown?> FindAsync(Person person, string entryId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var found = await (from entry in db.LedgerEntries.AsNoTracking()
                           join row in db.Ledgers.AsNoTracking().Where(LedgerQueries.Seen(db, person)) on entry.LedgerId equals row.Id
                           where entry.Id == entryId
                           select new { Entry = entry, Ledger = row }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (found is not { Entry: { } one, Ledger: { ProgrammeId: { } programme } ledger }) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var offices = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme).ToDictionaryAsync(row => row.Role, row => row.Name, cancellationToken).ConfigureAwait(false);
        var unit = one.UnitId is null ? null : await db.Units.AsNoTracking().FirstOrDefaultAsync(row => row.ProgrammeId == programme && row.UnitId == one.UnitId, cancellationToken).ConfigureAwait(false);
        var name = await db.Programmes.Where(row => row.Id == programme).Select(row => row.Name).FirstAsync(cancellationToken).ConfigureAwait(false);
        var history = await db.LedgerEvents.AsNoTracking().Where(row => row.EntryId == entryId).OrderByDescending(row => row.Id).Take(HistoryMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var deadline = one.DeadlineOn is { } on ? ShownDate.Of(on, set.Calendar.IsProvisional(on), [], set.Calendar) : null;
        return new(
            Line(new() { Entry = one, Unit = unit?.Name, Superior = unit?.Superior }, offices, set.Today(programme)), new(ledger.TitleZh, ledger.TitleEn), programme, name,
            ledger.Role == Core.Programmes.Roles.Unit ? unit?.Name ?? ledger.Role : offices.GetValueOrDefault(ledger.Role, ledger.Role), ledger.Reviewer is null ? null : offices.GetValueOrDefault(ledger.Reviewer, ledger.Reviewer),
            ledger.Clause, ledger.Evidence, ledger.Status, deadline, one.SubmittedOn, one.ClosedBy,
            [.. history.Select(row => new LedgerEventShown(row.Kind, row.At, row.Actor, row.Reason, WordsOf(row)))],
            LedgerRights.MayKeep(person, ledger), LedgerRights.MayReview(person, ledger), person.CanManage, set.Now(programme), set.IsDemonstration(programme));
    }

    /// <summary>Null: there is none, or the person may not enter problems in it.</summary>
    public async Task<LedgerLine?> ToFillAsync(Person person, string ledgerId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.Ledgers.AsNoTracking().Where(LedgerQueries.Seen(db, person)).FirstOrDefaultAsync(one => one.Id == ledgerId, cancellationToken).ConfigureAwait(false);
        if (row is null || !LedgerRights.MayKeep(person, row) && !LedgerRights.MayReview(person, row)) return null;
        var unit = await db.Units.AsNoTracking().FirstOrDefaultAsync(one => one.ProgrammeId == row.ProgrammeId && one.UnitId == row.UnitId, cancellationToken).ConfigureAwait(false);
        return new(row.Id, new(row.TitleZh, row.TitleEn), row.UnitId, unit?.Name, null, row.Status, row.OpenedOn, row.UntilOn, row.Provisional, JsonSerializer.Deserialize<string[]>(row.Areas) ?? [], row.Evidence, row.Clause, row.LastNumber, 0);
    }

    /// <summary>The ledgers of a programme in which the person may enter problems.</summary>
    /// <param name="name">Part of a unit's name.</param>
    public async Task<Paged<LedgerLine>> LedgersAsync(Person person, string programme, string? name, string? superior, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var sought = name?.Trim();
        var rows = from ledger in db.Ledgers.AsNoTracking().Where(LedgerQueries.Seen(db, person))
                   where ledger.ProgrammeId == programme
                   join unit in db.Units on new { Programme = ledger.ProgrammeId!, Unit = ledger.UnitId! } equals new { Programme = unit.ProgrammeId, Unit = unit.UnitId } into units
                   from unit in units.DefaultIfEmpty()
                   where (string.IsNullOrEmpty(sought) || unit.Name.Contains(sought)) && (string.IsNullOrEmpty(superior) || unit.Superior == superior)
                   orderby unit.Ordinal, ledger.Id
                   select new
                   {
                       Ledger = ledger,
                       Unit = unit.Name,
                       Superior = db.Offices.Where(office => office.ProgrammeId == programme && office.Role == unit.Superior).Select(office => office.Name).FirstOrDefault(),
                       Open = db.LedgerEntries.Count(entry => entry.LedgerId == ledger.Id && entry.ClosedOn == null),
                   };
        var found = await rows.PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return found.With<LedgerLine>([.. found.Rows.Select(row => new LedgerLine(
            row.Ledger.Id, new(row.Ledger.TitleZh, row.Ledger.TitleEn), row.Ledger.UnitId, row.Unit, row.Superior, row.Ledger.Status, row.Ledger.OpenedOn, row.Ledger.UntilOn, row.Ledger.Provisional,
            JsonSerializer.Deserialize<string[]>(row.Ledger.Areas) ?? [], row.Ledger.Evidence, row.Ledger.Clause, row.Ledger.LastNumber, row.Open))]);
    }

    private sealed class EntryRow
    {
        public required LedgerEntryRow Entry { get; init; }
        public required string? Unit { get; init; }
        public required string? Superior { get; init; }
    }

    private static IQueryable<EntryRow> Rows(ProgrammesDb db, Person person, EntryFilter filter)
    {
        var sought = filter.Name?.Trim();
        return from entry in db.LedgerEntries.AsNoTracking()
               join ledger in db.Ledgers.AsNoTracking().Where(LedgerQueries.Seen(db, person)) on entry.LedgerId equals ledger.Id
               where entry.ProgrammeId == filter.Programme && ledger.Status != LedgerStatus.Cancelled
                   && (string.IsNullOrEmpty(filter.Area) || entry.Area == filter.Area) && (filter.Source == null || entry.Source == filter.Source)
               join unit in db.Units on new { Programme = entry.ProgrammeId!, Unit = entry.UnitId! } equals new { Programme = unit.ProgrammeId, Unit = unit.UnitId } into units
               from unit in units.DefaultIfEmpty()
               where (string.IsNullOrEmpty(filter.Superior) || unit.Superior == filter.Superior) && (string.IsNullOrEmpty(sought) || unit.Name.Contains(sought))
               select new EntryRow { Entry = entry, Unit = unit.Name, Superior = unit.Superior };
    }

    private static EntryCounts Sum(EntryCounts one, EntryCounts other) => new(
        one.All + other.All, one.Open + other.Open, one.Soon + other.Soon, one.Late + other.Late, one.Submitted + other.Submitted, one.Closed + other.Closed, one.Reopened + other.Reopened);

    private static LedgerEntryLine Line(EntryRow row, Dictionary<string, string> offices, DateOnly today)
    {
        var entry = row.Entry;
        return new(
            entry.Id, entry.LedgerId, entry.UnitId, row.Unit, row.Superior is null ? null : offices.GetValueOrDefault(row.Superior, row.Superior), entry.Number, entry.Area, entry.Problem, entry.Source, entry.SourceReference,
            entry.Status, entry.Office, entry.Post, entry.OpenedOn, entry.DeadlineOn, entry.Done, entry.ClosedOn, entry.Reopened, entry.ClosedOn is null && entry.DeadlineOn < today);
    }

    /// <summary>Details that cannot be read are left out: the history matters more than its explanation.</summary>
    private static Text? WordsOf(LedgerEventRow row)
    {
        if (row.Details is null) return null;
        try
        {
            using var json = JsonDocument.Parse(row.Details);
            var details = json.RootElement;
            if (row.Kind == LedgerEventKind.Assigned)
            {
                var (office, post, deadline, before) = (Of("office"), Of("post"), Of("deadline"), Of("before"));
                var (zh, en) = before is null || before == deadline ? ("", "") : ($"（原期限 {before}）", $" (before: {before})");
                return new($"责任单位：{office}；责任人职务：{post}；期限：{deadline}{zh}", $"Office: {office}; post: {post}; deadline: {deadline}{en}");
            }

            return Of("done") is { } done ? Text.Same(done) : null;

            string? Of(string name) => details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
