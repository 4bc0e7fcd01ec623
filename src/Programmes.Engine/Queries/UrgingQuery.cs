using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Engine.Urging;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Mail;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <param name="Unit">What concerns this unit.</param>
/// <param name="Act">One urging, of one or many work items.</param>
public sealed record UrgingFilter(string? Programme = null, string? Unit = null, string? WorkItem = null, string? Act = null, int Page = 1);

/// <param name="Owner">The name of the unit or office that owes the work.</param>
/// <param name="DueOn">As of the day on which it was urged.</param>
/// <param name="By">The account.</param>
/// <param name="Words">Several lines.</param>
public sealed record UrgingLine(
    long Id, string Act, string ProgrammeId, string WorkItemId, Text Title, string Role, string? UnitId, string Owner, DateOnly? DueOn,
    DateOnly On, DateTimeOffset At, string By, UrgingChannel Channel, string Words, UrgingState State);

/// <summary>How a work item stands to urging, for who looks at its line.</summary>
/// <param name="MayUrge">The person may, and it is not with the reviewer or suspended.</param>
/// <param name="LastOn">The last time that it was urged, by any channel.</param>
public sealed record UrgeMark(bool MayUrge, DateOnly? LastOn);

/// <param name="Total">How many there are, of which the ids are the first.</param>
public sealed record OverdueWork(IReadOnlyList<string> Ids, int Total);

/// <summary>Who was urged, and what became of it. A person knows of the urgings of work that the person may see or urge; a unit of its own.</summary>
public sealed class UrgingQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, CalendarSource calendars)
{
    public const int PageSize = 50;

    /// <summary>Rows of one bulletin.</summary>
    public const int BulletinRowsMax = 100_000;

    public async Task<Paged<UrgingLine>> ListAsync(Person person, UrgingFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await ListAsync(db, person, filter, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The whole list that <see cref="ListAsync(Person, UrgingFilter, CancellationToken)"/> shows page by page.</summary>
    public async IAsyncEnumerable<UrgingLine> AllAsync(Person person, UrgingFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var beside = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var line in Rows(db, person, filter).InChunksAsync(rows => LinesAsync(beside, rows, cancellationToken), cancellationToken).ConfigureAwait(false)) yield return line;
    }

    internal static async Task<Paged<UrgingLine>> ListAsync(ProgrammesDb db, Person person, UrgingFilter filter, CancellationToken cancellationToken)
    {
        var page = await Rows(db, person, filter).PageAsync(filter.Page, PageSize, cancellationToken).ConfigureAwait(false);
        return page.With(await LinesAsync(db, page.Rows, cancellationToken).ConfigureAwait(false));
    }

    private sealed class KnownUrging
    {
        public required UrgingRow Row { get; init; }
        public required string TitleZh { get; init; }
        public required string TitleEn { get; init; }
        public required string? Unit { get; init; }
        public required string? Office { get; init; }
    }

    private static IQueryable<KnownUrging> Rows(ProgrammesDb db, Person person, UrgingFilter filter)
    {
        var known = db.WorkItems.AsNoTracking().Where(Visibility.Work(db, person));
        return from row in db.Urgings.AsNoTracking()
               join item in known on row.WorkItemId equals item.Id
               where (filter.Programme == null || row.ProgrammeId == filter.Programme) && (filter.Unit == null || row.UnitId == filter.Unit)
                   && (filter.WorkItem == null || row.WorkItemId == filter.WorkItem) && (filter.Act == null || row.Act == filter.Act)
               orderby row.Id descending
               select new KnownUrging
               {
                   Row = row,
                   TitleZh = item.TitleZh,
                   TitleEn = item.TitleEn,
                   Unit = db.Units.Where(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId).Select(unit => unit.Name).FirstOrDefault(),
                   Office = db.Offices.Where(office => office.ProgrammeId == row.ProgrammeId && office.Role == row.Role).Select(office => office.Name).FirstOrDefault(),
               };
    }

    private static async Task<IReadOnlyList<UrgingLine>> LinesAsync(ProgrammesDb db, IReadOnlyList<KnownUrging> rows, CancellationToken cancellationToken)
    {
        var states = await StatesAsync(db, [.. rows.Select(one => one.Row.RequestKey).OfType<string>().Distinct()], cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(one => new UrgingLine(
            one.Row.Id, one.Row.Act, one.Row.ProgrammeId, one.Row.WorkItemId, new(one.TitleZh, one.TitleEn), one.Row.Role, one.Row.UnitId,
            (one.Row.Role == Roles.Unit ? one.Unit ?? one.Row.UnitId : one.Office) ?? one.Row.Role, one.Row.DueOn,
            one.Row.UrgedOn, one.Row.UrgedAt, one.Row.UrgedBy, one.Row.Channel, one.Row.Text, StateOf(states, one.Row.RequestKey)))];
    }

    /// <summary>Of the work items of one list.</summary>
    internal static async Task<IReadOnlyDictionary<string, UrgeMark>> MarksAsync(ProgrammesDb db, Person person, IReadOnlyList<WorkItemRow> rows, CancellationToken cancellationToken)
    {
        if (!UrgingRights.MayUrgeSomebody(person) || rows.Count == 0) return new Dictionary<string, UrgeMark>();
        var ids = rows.Select(row => row.Id).ToList();
        var mine = await db.WorkItems.Where(row => ids.Contains(row.Id)).Where(UrgingRights.Urgeable(db, person)).Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var last = await db.Urgings.Where(row => ids.Contains(row.WorkItemId)).GroupBy(row => row.WorkItemId).Select(group => new { group.Key, On = group.Max(row => row.UrgedOn) })
            .ToDictionaryAsync(one => one.Key, one => one.On, cancellationToken).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Id, row => new UrgeMark(
            mine.Contains(row.Id) && row.ClosedOn is null && !row.Suspended && row.Status != WorkItemStatus.Submitted,
            last.TryGetValue(row.Id, out var on) ? on : null), StringComparer.Ordinal);
    }

    /// <summary>What is overdue and the person may urge, the latest first.</summary>
    /// <param name="office">The role that owes it; null: any.</param>
    public async Task<OverdueWork> OverdueAsync(Person person, string programme, string? office = null, string? unit = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var rows = db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == programme && (office == null || row.Role == office) && (unit == null || row.UnitId == unit))
            .Where(set.IsLate()).Where(UrgingRights.Urgeable(db, person));
        return new(
            await rows.OrderBy(row => row.DueOn).ThenBy(row => row.Id).Select(row => row.Id).Take(UrgeWork.ItemsMax).ToListAsync(cancellationToken).ConfigureAwait(false),
            await rows.CountAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>For a circular, which names units: the leading office, supervisors and readers only.</summary>
    /// <param name="from">Inclusive.</param>
    /// <param name="until">Inclusive; null: today.</param>
    /// <exception cref="RefusedException">The person sees only part of the programme, there is no such programme, or the period is none.</exception>
    public async Task<UrgingBulletin> BulletinAsync(Person person, string programme, DateOnly from, DateOnly? until = null, CancellationToken cancellationToken = default)
    {
        if (!person.CanSeeAll) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var name = await db.Programmes.Where(row => row.Id == programme).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false)
            ?? throw RefusedException.NotFound("此专项工作", "The programme");
        var today = ChinaTime.DateOf((await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false)).Now(programme));
        var last = until ?? today;
        if (last > today) throw new RefusedException(new($"截止日期 {last:yyyy-MM-dd} 晚于今天（{today:yyyy-MM-dd}）", $"The day {last:yyyy-MM-dd} is after today ({today:yyyy-MM-dd})"));
        if (from > last) throw new RefusedException(new($"起始日期 {from:yyyy-MM-dd} 晚于截止日期 {last:yyyy-MM-dd}", $"The day {from:yyyy-MM-dd} is after {last:yyyy-MM-dd}"));

        var period = db.Urgings.AsNoTracking().Where(row => row.ProgrammeId == programme && row.UrgedOn >= from && row.UrgedOn <= last);
        var rows = await period.OrderBy(row => row.Id).Take(BulletinRowsMax).Select(row => new { row.Act, row.WorkItemId, row.Channel, row.RequestKey }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var keys = period.Where(row => row.RequestKey != null).Select(row => row.RequestKey!).Distinct();
        var counts = await (from key in keys
                            join mail in db.Outbox on key equals mail.RequestKey
                            group mail by new { mail.RequestKey, mail.Status } into mails
                            select new Mails(mails.Key.RequestKey!, mails.Key.Status, mails.Count())).ToListAsync(cancellationToken).ConfigureAwait(false);
        var requested = await keys.Join(db.MailRequests, key => key, request => request.Key, (key, request) => key).ToListAsync(cancellationToken).ConfigureAwait(false);
        var states = States(counts, requested);
        var items = await period.Select(row => row.WorkItemId).Distinct().Join(db.WorkItems, id => id, item => item.Id, (id, item) => item).OrderBy(item => item.Id)
            .Select(item => new { item.Id, item.TitleZh, item.TitleEn, item.Role, item.UnitId, item.DueOn, item.Status, item.Outcome }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var units = (await db.Units.Where(row => row.ProgrammeId == programme).OrderBy(row => row.Ordinal).Select(row => new { row.UnitId, row.Name, row.Superior }).ToListAsync(cancellationToken).ConfigureAwait(false))
            .ToDictionary(row => row.UnitId, StringComparer.Ordinal);
        var offices = await db.Offices.Where(row => row.ProgrammeId == programme).ToDictionaryAsync(row => row.Role, row => row.Name, cancellationToken).ConfigureAwait(false);

        return UrgingBulletin.Compose(
            name,
            [.. rows.Select(row => new UrgingEntry(row.Act, row.WorkItemId, row.Channel, StateOf(states, row.RequestKey).Delivery))],
            [.. items.Select(item =>
            {
                var unit = item.Role == Roles.Unit && item.UnitId is { } id ? units.GetValueOrDefault(id) : null;
                return new UrgedWork(
                    item.Id, new(item.TitleZh, item.TitleEn), unit?.Superior is { } above ? offices.GetValueOrDefault(above, above) : "",
                    unit?.Name ?? offices.GetValueOrDefault(item.Role, item.UnitId ?? item.Role), unit is null ? item.Role : $"unit:{unit.UnitId}", item.DueOn, StandingOf(item.Status, item.Outcome));
            })],
            from, last, today, [.. units.Values.Where(unit => unit.Superior is not null).Select(unit => offices.GetValueOrDefault(unit.Superior!, unit.Superior!)).Distinct()], calendars.Current);
    }

    private static UrgedStanding StandingOf(WorkItemStatus status, string? outcome) => status switch
    {
        WorkItemStatus.Cancelled => UrgedStanding.Dropped,
        WorkItemStatus.Completed or WorkItemStatus.Waived => outcome == WorkOnItem.MissedOutcome ? UrgedStanding.Dropped : UrgedStanding.Done,
        WorkItemStatus.Submitted => UrgedStanding.UnderReview,
        _ => UrgedStanding.Open,
    };

    private sealed record Mails(string Request, OutboxStatus Status, int Count);

    private static async Task<Dictionary<string, UrgingState>> StatesAsync(ProgrammesDb db, List<string> requests, CancellationToken cancellationToken)
    {
        if (requests.Count == 0) return [];
        var counts = await db.Outbox.Where(row => row.RequestKey != null && requests.Contains(row.RequestKey)).GroupBy(row => new { row.RequestKey, row.Status })
            .Select(group => new Mails(group.Key.RequestKey!, group.Key.Status, group.Count())).ToListAsync(cancellationToken).ConfigureAwait(false);
        return States(counts, await db.MailRequests.Where(row => requests.Contains(row.Key)).Select(row => row.Key).ToListAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <param name="requested">Keys of requests that are not mails yet.</param>
    private static Dictionary<string, UrgingState> States(List<Mails> counts, List<string> requested)
    {
        var states = counts.GroupBy(one => one.Request, StringComparer.Ordinal).ToDictionary(group => group.Key, group => UrgingState.Of(
            Of(group, OutboxStatus.Queued) + Of(group, OutboxStatus.Held), Of(group, OutboxStatus.Sent) + Of(group, OutboxStatus.Kept), Of(group, OutboxStatus.Dead), Of(group, OutboxStatus.Bounced), Of(group, OutboxStatus.NoAddress)), StringComparer.Ordinal);
        foreach (var key in requested) states.TryAdd(key, new(UrgingDelivery.Waiting));
        return states;

        static int Of(IEnumerable<Mails> mails, OutboxStatus status) => mails.Where(one => one.Status == status).Sum(one => one.Count);
    }

    private static UrgingState StateOf(Dictionary<string, UrgingState> states, string? request) =>
        request is null ? new(UrgingDelivery.Logged) : states.TryGetValue(request, out var state) ? state : new(UrgingDelivery.Withdrawn);
}
