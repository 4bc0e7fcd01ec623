using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Queries;

/// <summary><see cref="ToJudge"/>: answers wait for the issuer.</summary>
public enum PapersShown { All, Unsigned, Waiting, Overdue, ToJudge }

/// <param name="Sought">Part of a number or title.</param>
public sealed record PaperFilter(PapersShown Shown = PapersShown.All, string? Programme = null, PaperKind? Kind = null, string? Sought = null);

/// <param name="Recipients">Of whom the person may know: all of them for the issuer and who sees everything, else the person's own.</param>
/// <param name="WorkingDaysLate">Since the last day for answers, while one is missing; 0: not late.</param>
public sealed record ListedPaper(
    long Id, PaperKind Kind, string Number, string Title, string ProgrammeId, string Programme, string Issuer, DateOnly IssuedOn, DateOnly? ReplyByOn, PaperState State,
    int Recipients, int Unsigned, int Unanswered, int ToJudge, int WorkingDaysLate);

public sealed record PaperCounts(int All, int Unsigned, int Waiting, int Overdue, int ToJudge);

public sealed record PaperList(Paged<ListedPaper> Lines, PaperCounts Counts);

public enum PaperDuty { Sign, Reply, Judge }

/// <summary>What a paper asks of the person.</summary>
/// <param name="By">The last day for the answer, inclusive; null: none, or nothing to answer.</param>
public sealed record WaitingPaper(long Id, PaperKind Kind, string Number, string Title, string Programme, PaperDuty Duty, DateOnly? By, int WorkingDaysLate);

/// <summary>Official papers of all programmes, as far as the person may know of them, and what they ask of the person.</summary>
public sealed class PaperListQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 50;

    /// <summary>The newest first; those whose answers are missing by their last day.</summary>
    public async Task<PaperList> RunAsync(Person person, PaperFilter filter, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var rows = db.Papers.AsNoTracking().Where(PaperRights.Visible(db, person));
        if (filter.Programme is { Length: > 0 } programme) rows = rows.Where(row => row.ProgrammeId == programme);
        if (filter.Kind is { } kind) rows = rows.Where(row => row.Kind == kind);
        if (filter.Sought?.Trim() is { Length: > 0 } sought) rows = rows.Where(row => row.Number.Contains(sought) || row.Title.Contains(sought));
        var parts = Parts(db, set, person, rows);
        var counts = await CountAsync(rows, parts, cancellationToken).ConfigureAwait(false);
        var shown = filter.Shown switch
        {
            PapersShown.Unsigned => parts.Unsigned,
            PapersShown.Waiting => parts.Waiting,
            PapersShown.Overdue => parts.Overdue,
            PapersShown.ToJudge => parts.ToJudge,
            _ => rows,
        };
        var ordered = filter.Shown is PapersShown.Waiting or PapersShown.Overdue
            ? shown.OrderBy(row => row.ReplyByOn == null).ThenBy(row => row.ReplyByOn).ThenBy(row => row.Id)
            : shown.OrderByDescending(row => row.IssuedOn).ThenByDescending(row => row.Id);
        var found = await ordered.PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return new(found.With(await LinesAsync(db, set, person, found.Rows, cancellationToken).ConfigureAwait(false)), counts);
    }

    /// <summary>How many of the papers that the person may know of are not signed for, not answered, or wait for the issuer.</summary>
    internal static Task<PaperCounts> CountAsync(ProgrammesDb db, ClockSet set, Person person, CancellationToken cancellationToken)
    {
        var rows = db.Papers.AsNoTracking().Where(PaperRights.Visible(db, person));
        return CountAsync(rows, Parts(db, set, person, rows), cancellationToken);
    }

    private static async Task<PaperCounts> CountAsync(IQueryable<PaperRow> rows, PaperParts parts, CancellationToken cancellationToken) => new(
        await rows.CountAsync(cancellationToken).ConfigureAwait(false), await parts.Unsigned.CountAsync(cancellationToken).ConfigureAwait(false),
        await parts.Waiting.CountAsync(cancellationToken).ConfigureAwait(false), await parts.Overdue.CountAsync(cancellationToken).ConfigureAwait(false), await parts.ToJudge.CountAsync(cancellationToken).ConfigureAwait(false));

    private readonly record struct PaperParts(IQueryable<PaperRow> Unsigned, IQueryable<PaperRow> Waiting, IQueryable<PaperRow> Overdue, IQueryable<PaperRow> ToJudge);

    private static PaperParts Parts(ProgrammesDb db, ClockSet set, Person person, IQueryable<PaperRow> rows)
    {
        var known = Known(person, db);
        var waiting = rows.Where(Asks).Where(row => row.Status == PaperStatus.Issued && known.Any(to => to.PaperId == row.Id && !to.IsCopy && to.RepliedOn == null));
        return new(
            rows.Where(row => row.Status != PaperStatus.Withdrawn && known.Any(to => to.PaperId == row.Id && to.SignedAt == null)), waiting, waiting.Where(IsPast(set)),
            rows.Where(Judged(person)).Where(row => row.Status != PaperStatus.Withdrawn && db.PaperRecipients.Any(to => to.PaperId == row.Id && !to.IsCopy && to.RepliedOn != null && to.AcceptedOn == null)));
    }

    /// <summary>What papers ask of the person, the oldest date first.</summary>
    public async Task<Paged<WaitingPaper>> WaitingAsync(Person person, int size, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var own = await Owed(db, person).OrderBy(one => one.Paper.ReplyByOn == null).ThenBy(one => one.Paper.ReplyByOn).ThenBy(one => one.Paper.Id).PageAsync(1, size, cancellationToken).ConfigureAwait(false);
        var judged = await db.Papers.AsNoTracking().Where(Judged(person)).Where(row => row.Status != PaperStatus.Withdrawn && row.Status != PaperStatus.Closed
                && db.PaperRecipients.Any(to => to.PaperId == row.Id && !to.IsCopy && to.RepliedOn != null && to.AcceptedOn == null))
            .OrderBy(row => row.Id).PageAsync(1, size, cancellationToken).ConfigureAwait(false);
        var papers = own.Rows.Select(one => one.Paper).Concat(judged.Rows).Select(paper => paper.ProgrammeId).Distinct().ToList();
        var names = await db.Programmes.AsNoTracking().Where(row => papers.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken).ConfigureAwait(false);
        var lines = own.Rows.Select(one => Line(one.Paper, !one.To.IsCopy && one.To.RepliedOn is null && AsksForAnAnswer(one.Paper) ? PaperDuty.Reply : PaperDuty.Sign))
            .Concat(judged.Rows.Select(paper => Line(paper, PaperDuty.Judge))).Take(size).ToList();
        return new(lines, 1, size, own.Total + judged.Total);

        WaitingPaper Line(PaperRow paper, PaperDuty duty)
        {
            var by = duty == PaperDuty.Reply ? paper.ReplyByOn : null;
            return new(paper.Id, paper.Kind, paper.Number, paper.Title, names.GetValueOrDefault(paper.ProgrammeId, paper.ProgrammeId), duty, by, Late(set, paper.ProgrammeId, by));
        }
    }

    /// <summary>How many papers the person has to sign for or to answer, for the menu.</summary>
    internal static Task<int> CountOwedAsync(ProgrammesDb db, Person person, CancellationToken cancellationToken) =>
        person.Places.Count == 0 ? Task.FromResult(0) : Owed(db, person).CountAsync(cancellationToken);

    /// <summary>It asks for an answer: it says until when, or it is a request.</summary>
    internal static bool AsksForAnAnswer(PaperRow paper) => paper.ReplyByOn is not null || paper.Kind == PaperKind.Request;

    private static readonly Expression<Func<PaperRow, bool>> Asks = row => row.ReplyByOn != null || row.Kind == PaperKind.Request;

    internal static int Late(ClockSet set, string programme, DateOnly? by) =>
        by is { } last && last < set.Today(programme) ? Math.Max(1, set.Calendar.WorkingDaysBetween(last, set.Today(programme))) : 0;

    /// <summary>The recipients of a paper of the programme that the person serves.</summary>
    internal static Expression<Func<PaperRecipientRow, bool>> Held(Person person, string programme) =>
        Owners.Of<PaperRecipientRow>(Owners.Served(person), to => programme, to => to.Role, to => to.UnitId);

    private static IQueryable<PaperRecipientRow> Known(Person person, ProgrammesDb db)
    {
        if (person.CanSeeAll) return db.PaperRecipients;
        var served = Owners.Served(person);
        return All(db).Where(Predicates.Or(
            Owners.Of<OwedPaper>(served, one => one.Paper.ProgrammeId, one => one.To.Role, one => one.To.UnitId), Owners.Of<OwedPaper>(served, one => one.Paper.ProgrammeId, one => one.Paper.Issuer, one => one.Paper.UnitId))).Select(one => one.To);
    }

    /// <summary>Papers whose answers the person accepts.</summary>
    internal static Expression<Func<PaperRow, bool>> Judged(Person person)
    {
        if (person.CanManage) return row => true;
        return Owners.Of<PaperRow>(Owners.Acting(person), row => row.ProgrammeId, row => row.Issuer, row => row.UnitId);
    }

    private static IQueryable<OwedPaper> Owed(ProgrammesDb db, Person person) =>
        All(db).Where(Owners.Of<OwedPaper>(Owners.Acting(person), one => one.Paper.ProgrammeId, one => one.To.Role, one => one.To.UnitId))
            .Where(one => one.Paper.Status != PaperStatus.Withdrawn
                && (one.To.SignedAt == null || one.Paper.Status == PaperStatus.Issued && !one.To.IsCopy && one.To.RepliedOn == null && (one.Paper.ReplyByOn != null || one.Paper.Kind == PaperKind.Request)));

    private static IQueryable<OwedPaper> All(ProgrammesDb db) =>
        from to in db.PaperRecipients.AsNoTracking() join paper in db.Papers.AsNoTracking() on to.PaperId equals paper.Id select new OwedPaper { Paper = paper, To = to };

    private sealed class OwedPaper
    {
        public required PaperRow Paper { get; init; }
        public required PaperRecipientRow To { get; init; }
    }

    private static Expression<Func<PaperRow, bool>> IsPast(ClockSet set)
    {
        var (real, own) = (set.Today(null), set.OwnDays);
        var ids = own.Select(one => one.Id).ToList();
        Expression<Func<PaperRow, bool>> past = row => !ids.Contains(row.ProgrammeId) && row.ReplyByOn < real;
        foreach (var (id, today) in own) past = Predicates.Or(past, row => row.ProgrammeId == id && row.ReplyByOn < today);
        return past;
    }

    private static async Task<IReadOnlyList<ListedPaper>> LinesAsync(ProgrammesDb db, ClockSet set, Person person, IReadOnlyList<PaperRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => row.Id).ToList();
        var counts = await Known(person, db).Where(to => ids.Contains(to.PaperId)).GroupBy(to => to.PaperId).Select(of => new
        {
            Paper = of.Key,
            All = of.Count(),
            Unsigned = of.Count(to => to.SignedAt == null),
            Unanswered = of.Count(to => !to.IsCopy && to.RepliedOn == null),
            ToJudge = of.Count(to => !to.IsCopy && to.RepliedOn != null && to.AcceptedOn == null),
        }).ToDictionaryAsync(of => of.Paper, cancellationToken).ConfigureAwait(false);
        var programmes = rows.Select(row => row.ProgrammeId).Distinct().ToList();
        var names = await db.Programmes.AsNoTracking().Where(row => programmes.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken).ConfigureAwait(false);
        var issuers = await IssuersAsync(db, rows, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row =>
        {
            var count = counts.GetValueOrDefault(row.Id);
            var unanswered = AsksForAnAnswer(row) && row.Status == PaperStatus.Issued ? count?.Unanswered ?? 0 : 0;
            return new ListedPaper(
                row.Id, row.Kind, row.Number, row.Title, row.ProgrammeId, names.GetValueOrDefault(row.ProgrammeId, row.ProgrammeId), issuers(row), row.IssuedOn, row.ReplyByOn, row.Status.As<PaperState>(),
                count?.All ?? 0, row.Status == PaperStatus.Withdrawn ? 0 : count?.Unsigned ?? 0, unanswered, row.Status == PaperStatus.Withdrawn ? 0 : count?.ToJudge ?? 0, unanswered > 0 ? Late(set, row.ProgrammeId, row.ReplyByOn) : 0);
        })];
    }

    /// <summary>The names of those that issued the papers.</summary>
    internal static async Task<Func<PaperRow, string>> IssuersAsync(ProgrammesDb db, IReadOnlyList<PaperRow> rows, CancellationToken cancellationToken)
    {
        var programmes = rows.Select(row => row.ProgrammeId).Distinct().ToList();
        var units = rows.Where(row => row.Issuer == Roles.Unit).Select(row => row.UnitId).Distinct().ToList();
        var offices = await db.Offices.AsNoTracking().Where(row => programmes.Contains(row.ProgrammeId)).ToDictionaryAsync(row => (row.ProgrammeId, row.Role), row => row.Name, cancellationToken).ConfigureAwait(false);
        var named = await db.Units.AsNoTracking().Where(row => programmes.Contains(row.ProgrammeId) && units.Contains(row.UnitId)).ToDictionaryAsync(row => (row.ProgrammeId, row.UnitId), row => row.Name, cancellationToken).ConfigureAwait(false);
        return row => row.Issuer == Roles.Unit ? named.GetValueOrDefault((row.ProgrammeId, row.UnitId ?? ""), row.UnitId ?? row.Issuer) : offices.GetValueOrDefault((row.ProgrammeId, row.Issuer), row.Issuer);
    }
}
