using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Queries;

public enum NoticeState { Open, Closed, Withdrawn }

public enum ObjectionState { Lead, Filed, Accepted, Upheld, Dismissed, Refused, Lapsed }

public sealed record NoticeLine(string Id, Text Title, string? ProgrammeId, string? Programme, int? Batch, DateOnly PublishedOn, ShownDate Closes, int WorkingDays, NoticeState State, int Units, int Objections, bool IsDemonstration);

/// <summary>An objection without its author, whom only <see cref="Notices.ObjectToNotice.ReadAuthorAsync"/> tells.</summary>
/// <param name="Text">Null for who may not know it: what it says may tell who wrote it.</param>
/// <param name="AnswerBy">The last day, inclusive, to say whether it is accepted.</param>
public sealed record ObjectionLine(long Id, string UnitId, string Unit, string Kind, bool FromWeb, bool HasAuthor, string? Text, DateOnly AnswerBy, IReadOnlyList<EvidenceLine> Files, DateOnly FiledOn, ObjectionState State, DateOnly? DecidedOn, string? DecidedBy, string? Decision);

/// <param name="Window">From the day of publication to the last day, working or not, in order.</param>
public sealed record NoticeShown(
    string Id, Text Title, string? Content, string? ProgrammeId, string? Programme, int? Batch, string? BatchName, string? Office, string? Clause, DateOnly PublishedOn, ShownDate Closes,
    int WorkingDays, NoticeState State, DateOnly? EndedOn, string? Replaces, string? ReplacedBy, string? Reason, IReadOnlyList<CalendarDay> Window,
    Paged<StepLine> Units, IReadOnlyDictionary<string, int> Outcomes, int Suspended, IReadOnlyList<ObjectionLine> Objections, DateTimeOffset Now, bool IsDemonstration, bool MayManage, string? ApprovalNumber)
{
    /// <summary>How many objections there were, by what became of them.</summary>
    public IReadOnlyDictionary<ObjectionState, int> ObjectionCounts { get; init; } = new Dictionary<ObjectionState, int>();
}

/// <summary>Public notices for who is signed in.</summary>
public sealed class NoticeQueries(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 20;
    public const int UnitsPageSize = 50;

    /// <summary>Units on one certificate, which is a single document.</summary>
    public const int CertificateUnitsMax = 5_000;
    private const int ObjectionsMax = 500;
    private const int WindowDaysMax = 400;

    public async Task<Paged<NoticeLine>> ListAsync(Person person, string? programme, NoticeState? state, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var rows = Known(db, person);
        if (!string.IsNullOrEmpty(programme)) rows = rows.Where(row => row.ProgrammeId == programme);
        if (state is { } wanted)
        {
            var stored = Enum.Parse<NoticeStatus>(wanted.ToString());
            rows = rows.Where(row => row.Status == stored);
        }

        var found = await rows.OrderByDescending(row => row.PublishedOn).ThenByDescending(row => row.Id).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return found.With(await LinesAsync(db, set, found.Rows, person.CanSeeAll, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Null: there is none, or the person may not know of it.</summary>
    public async Task<NoticeShown?> FindAsync(Person person, string id, string? unitName, int page, int size = UnitsPageSize, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await Known(db, person).FirstOrDefaultAsync(one => one.Id == id, cancellationToken).ConfigureAwait(false);
        if (row is null) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var programme = await db.Programmes.AsNoTracking().Where(one => one.Id == row.ProgrammeId).Select(one => new { one.Name, one.ApprovalNumber }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var batch = await db.Batches.AsNoTracking().Where(one => one.ProgrammeId == row.ProgrammeId && one.Number == row.Batch).Select(one => one.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var office = await db.Offices.AsNoTracking().Where(one => one.ProgrammeId == row.ProgrammeId && one.Role == row.Role).Select(one => one.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var replacedBy = await db.Notices.AsNoTracking().Where(one => one.Replaces == id).Select(one => one.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var lines = db.StepRows.AsNoTracking().Where(one => one.SubjectId == id && (one.Status != StepRowStatus.Dropped || row.Status == NoticeStatus.Withdrawn));
        var outcomes = await lines.Where(one => one.Outcome != null).GroupBy(one => one.Outcome!).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken).ConfigureAwait(false);
        var suspended = await lines.CountAsync(one => one.Status == StepRowStatus.Suspended, cancellationToken).ConfigureAwait(false);
        var units = await WorkItemQuery.StepLinesAsync(db, lines, unitName, page, size, cancellationToken).ConfigureAwait(false);
        return new(row.Id, new(row.TitleZh, row.TitleEn), row.Content, row.ProgrammeId, programme?.Name, row.Batch, batch, office ?? row.Role, row.Clause, row.PublishedOn,
            ShownDate.Of(row.ClosesOn, row.Provisional, WhyLines.Read(row.Why, row.Clause), set.Calendar), row.WorkingDays, row.Status.As<NoticeState>(), row.EndedOn, row.Replaces, replacedBy, row.Reason,
            Window(set.Calendar, row.PublishedOn, row.ClosesOn), units, outcomes, suspended, await ObjectionsAsync(db, person, row, set, cancellationToken).ConfigureAwait(false),
            set.Now(row.ProgrammeId), set.IsDemonstration(row.ProgrammeId), person.CanManage, programme?.ApprovalNumber)
        {
            ObjectionCounts = await db.Objections.AsNoTracking().Where(one => one.NoticeId == id).GroupBy(one => one.Status).Select(group => new { group.Key, Count = group.Count() })
                .ToDictionaryAsync(one => one.Key.As<ObjectionState>(), one => one.Count, cancellationToken).ConfigureAwait(false),
        };
    }

    internal static IReadOnlyList<CalendarDay> Window(WorkingDayCalendar calendar, DateOnly published, DateOnly closes)
    {
        var days = new List<CalendarDay>();
        for (var on = published; on <= closes && days.Count < WindowDaysMax; on = on.AddDays(1)) days.Add(calendar.Day(on));
        return days;
    }

    internal static async Task<IReadOnlyList<NoticeLine>> LinesAsync(ProgrammesDb db, ClockSet set, IReadOnlyList<NoticeRow> rows, bool withObjections, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => row.Id).ToList();
        var programmes = rows.Select(row => row.ProgrammeId).Distinct().ToList();
        var names = await db.Programmes.AsNoTracking().Where(row => programmes.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken).ConfigureAwait(false);
        var units = await db.StepRows.AsNoTracking().Where(row => ids.Contains(row.SubjectId)).GroupBy(row => row.SubjectId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken).ConfigureAwait(false);
        var objections = withObjections
            ? await db.Objections.AsNoTracking().Where(row => ids.Contains(row.NoticeId)).GroupBy(row => row.NoticeId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken).ConfigureAwait(false)
            : [];
        return [.. rows.Select(row => new NoticeLine(row.Id, new(row.TitleZh, row.TitleEn), row.ProgrammeId, names.GetValueOrDefault(row.ProgrammeId ?? ""), row.Batch, row.PublishedOn,
            ShownDate.Of(row.ClosesOn, row.Provisional, WhyLines.Read(row.Why), set.Calendar), row.WorkingDays, row.Status.As<NoticeState>(), units.GetValueOrDefault(row.Id), objections.GetValueOrDefault(row.Id), set.IsDemonstration(row.ProgrammeId)))];
    }

    private static IQueryable<NoticeRow> Known(ProgrammesDb db, Person person)
    {
        var known = db.ProgrammesOf(person);
        return db.Notices.AsNoTracking().Where(row => known.Any(programme => programme.Id == row.ProgrammeId));
    }

    /// <summary>The office sees all of it; a unit only what was accepted against itself, without its author; others nothing.</summary>
    private static async Task<IReadOnlyList<ObjectionLine>> ObjectionsAsync(ProgrammesDb db, Person person, NoticeRow notice, ClockSet set, CancellationToken cancellationToken)
    {
        var rows = db.Objections.AsNoTracking().Where(row => row.NoticeId == notice.Id);
        if (!person.CanSeeAll)
        {
            List<string> units = [.. person.UnitsIn(notice.ProgrammeId)];
            rows = rows.Where(row => units.Contains(row.UnitId) && (row.Status == ObjectionStatus.Accepted || row.Status == ObjectionStatus.Upheld || row.Status == ObjectionStatus.Dismissed));
        }

        var found = await (from row in rows
                           join unit in db.Units on row.UnitId equals unit.UnitId
                           where unit.ProgrammeId == notice.ProgrammeId
                           orderby row.Id descending
                           select new { row, unit.Name }).Take(ObjectionsMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var files = person.CanManage ? await ObjectionQueries.FilesAsync(db, [.. found.Select(one => one.row.Id)], cancellationToken).ConfigureAwait(false) : null;
        return [.. found.Select(one => new ObjectionLine(one.row.Id, one.row.UnitId, one.Name, one.row.Kind.ToString(), one.row.Channel == ObjectionChannel.Web,
            person.CanManage && (one.row.Author ?? one.row.Contact) is not null, person.CanManage ? one.row.Text : null, ObjectionQueries.AnswerBy(set, one.row.FiledOn), [.. files?[one.row.Id] ?? []],
            one.row.FiledOn, one.row.Status.As<ObjectionState>(), one.row.DecidedOn, person.CanManage ? one.row.DecidedBy : null, one.row.Decision))];
    }
}

public sealed record PublicUnit(string Id, string Name);

/// <param name="Window">From the day of publication to the last day, working or not, in order.</param>
/// <param name="Units">Those that fit what was looked for.</param>
/// <param name="UnitsInAll">The whole list.</param>
public sealed record PublicNotice(
    string Id, Text Title, string? Content, string Programme, string? ApprovalNumber, string? Batch, string Office, string? Clause, DateOnly PublishedOn, ShownDate Closes, int WorkingDays,
    IReadOnlyList<CalendarDay> Window, Paged<PublicUnit> Units, int UnitsInAll, DateTimeOffset Now, bool IsDemonstration);

/// <summary>Open notices for everybody, without sign-in: units only, no persons. Those of a demonstration are not public.</summary>
public sealed class PublicNoticeQueries(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 20;
    public const int UnitsPageSize = 200;

    public async Task<Paged<NoticeLine>> ListAsync(int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var found = await Public(db).OrderByDescending(row => row.PublishedOn).ThenByDescending(row => row.Id).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return found.With(await NoticeQueries.LinesAsync(db, set, found.Rows, false, cancellationToken).ConfigureAwait(false));
    }

    /// <param name="preview">Who is signed in may look at the page of a demonstration.</param>
    /// <param name="unitName">Part of a unit's name; null: all.</param>
    public async Task<PublicNotice?> FindAsync(string id, bool preview, string? unitName, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var row = await (preview ? db.Notices.AsNoTracking().Where(one => one.Status == NoticeStatus.Open) : Public(db)).FirstOrDefaultAsync(one => one.Id == id, cancellationToken).ConfigureAwait(false);
        if (row is null) return null;
        var programme = await db.Programmes.Where(one => one.Id == row.ProgrammeId).Select(one => new { one.Name, one.ApprovalNumber }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var batch = await db.Batches.Where(one => one.ProgrammeId == row.ProgrammeId && one.Number == row.Batch).Select(one => one.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var office = await db.Offices.Where(one => one.ProgrammeId == row.ProgrammeId && one.Role == row.Role).Select(one => one.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var sought = unitName?.Trim() ?? "";
        var listed = from line in db.StepRows.AsNoTracking()
                     join unit in db.Units on line.UnitId equals unit.UnitId
                     where line.SubjectId == id && unit.ProgrammeId == row.ProgrammeId && line.Status != StepRowStatus.Dropped && line.Status != StepRowStatus.Waiting
                     orderby unit.Ordinal
                     select new PublicUnit(unit.UnitId, unit.Name);
        var units = await listed.Where(unit => sought == "" || unit.Name.Contains(sought)).PageAsync(page, UnitsPageSize, cancellationToken).ConfigureAwait(false);
        var all = sought.Length == 0 ? units.Total : await listed.CountAsync(cancellationToken).ConfigureAwait(false);
        return new(row.Id, new(row.TitleZh, row.TitleEn), row.Content, programme?.Name ?? "", programme?.ApprovalNumber, batch, office ?? "", row.Clause, row.PublishedOn,
            ShownDate.Of(row.ClosesOn, row.Provisional, WhyLines.Read(row.Why, row.Clause), set.Calendar), row.WorkingDays, NoticeQueries.Window(set.Calendar, row.PublishedOn, row.ClosesOn), units, all,
            set.Now(row.ProgrammeId), set.IsDemonstration(row.ProgrammeId));
    }

    private static IQueryable<NoticeRow> Public(ProgrammesDb db) => db.Notices.AsNoTracking().Where(row => row.Status == NoticeStatus.Open
        && db.Programmes.Any(programme => programme.Id == row.ProgrammeId && (programme.ClockId == 0 || programme.BackfillUntil != null)));
}
