using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Queries;

public enum PaperState { Issued, Replied, Closed, Withdrawn }

public sealed record PaperLine(
    long Id, PaperKind Kind, string Number, string Title, string Issuer, DateOnly IssuedOn, string? UnitId, string? WorkItemId, DateOnly? ReplyByOn, DateOnly? ReopensOn, PaperState State, int Unsigned);

/// <param name="Role">Of an office; null: a participating unit.</param>
/// <param name="WorkingDaysLate">Since the last day for the answer; 0: not late.</param>
public sealed record PaperDebt(long Paper, PaperKind Kind, string Number, string Title, string? Role, string? UnitId, string Name, bool IsCopy, DateOnly IssuedOn, DateOnly? ReplyByOn, int WorkingDaysLate);

/// <param name="SignedAt">Null also where the reader may not know: what other units did.</param>
public sealed record PaperRecipientShown(string Name, string? Role, string? UnitId, bool IsCopy, DateTimeOffset? SignedAt, DateOnly? RepliedOn, DateOnly? AcceptedOn);

/// <param name="Answer">Why it was returned.</param>
public sealed record PaperReplyShown(string Name, string Text, DateOnly RepliedOn, string RepliedBy, bool IsReturned, string? Answer);

public sealed record PaperShown(PaperLine Head, string Body, long? AnswersId, string? Reason, IReadOnlyList<PaperRecipientShown> Recipients, IReadOnlyList<PaperReplyShown> Replies);

/// <summary>Papers of a programme, who has not signed for them, and whose answers are overdue.</summary>
public sealed class PaperQueries(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 50;

    /// <summary>The newest first.</summary>
    public async Task<Paged<PaperLine>> ListAsync(Person person, string programme, int page, PaperKind? kind = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var found = await Rows(db, person, programme, kind).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return found.With(await LinesAsync(db, found.Rows, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The whole list that <see cref="ListAsync"/> shows page by page.</summary>
    public async IAsyncEnumerable<PaperLine> AllAsync(Person person, string programme, PaperKind? kind = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var beside = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var line in Rows(db, person, programme, kind).InChunksAsync(rows => LinesAsync(beside, rows, cancellationToken), cancellationToken).ConfigureAwait(false)) yield return line;
    }

    private static IQueryable<PaperRow> Rows(ProgrammesDb db, Person person, string programme, PaperKind? kind)
    {
        var rows = db.Papers.AsNoTracking().Where(row => row.ProgrammeId == programme).Where(PaperRights.Visible(db, person));
        if (kind is { } only) rows = rows.Where(row => row.Kind == only);
        return rows.OrderByDescending(row => row.IssuedOn).ThenByDescending(row => row.Id);
    }

    /// <summary>Papers of a work item that are in force.</summary>
    public async Task<IReadOnlyList<PaperLine>> OfWorkItemAsync(Person person, string workItem, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.Papers.AsNoTracking().Where(row => row.WorkItemId == workItem && row.Status != PaperStatus.Withdrawn).Where(PaperRights.Visible(db, person))
            .OrderBy(row => row.Id).Take(PageSize).ToListAsync(cancellationToken).ConfigureAwait(false);
        return await LinesAsync(db, rows, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null: there is none, or the person may not know of it; the two look the same.</summary>
    public async Task<PaperShown?> FindAsync(Person person, long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Papers.AsNoTracking().Where(PaperRights.Visible(db, person)).FirstOrDefaultAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false) is not { } row) return null;
        var recipients = await db.PaperRecipients.AsNoTracking().Where(to => to.PaperId == id).OrderBy(to => to.Ordinal).ToListAsync(cancellationToken).ConfigureAwait(false);
        var all = person.CanSeeAll || PaperRights.IsIssuer(person, row);
        var known = recipients.Where(to => all || PaperRights.Knows(person, row, to)).ToDictionary(to => to.Ordinal);
        var replies = await db.PaperReplies.AsNoTracking().Where(reply => reply.PaperId == id).OrderBy(reply => reply.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(Line(row, recipients.Count(to => to.SignedAt is null)), row.Body, row.AnswersId, row.Reason,
            [.. recipients.Select(to => known.ContainsKey(to.Ordinal)
                ? new PaperRecipientShown(to.Name, RoleOf(to), to.UnitId, to.IsCopy, to.SignedAt, to.RepliedOn, to.AcceptedOn)
                : new PaperRecipientShown(to.Name, RoleOf(to), to.UnitId, to.IsCopy, null, null, null))],
            [.. replies.Where(reply => known.ContainsKey(reply.Ordinal)).Select(reply => new PaperReplyShown(known[reply.Ordinal].Name, reply.Text, reply.RepliedOn, reply.RepliedBy, reply.Status == PaperReplyStatus.Returned, reply.Answer))]);
    }

    /// <summary>Main recipients whose answer is overdue: from the day after the last day on.</summary>
    public async Task<Paged<PaperDebt>> OverdueRepliesAsync(Person person, string programme, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var today = set.Today(programme);
        return await DebtsAsync(db, set, person, programme, paper => paper.Status == PaperStatus.Issued && paper.ReplyByOn < today, to => !to.IsCopy && to.RepliedOn == null, page, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Recipients who have not signed for papers in force (未签收).</summary>
    public async Task<Paged<PaperDebt>> UnsignedAsync(Person person, string programme, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        return await DebtsAsync(db, set, person, programme, paper => paper.Status != PaperStatus.Withdrawn, to => to.SignedAt == null, page, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whoever sees everything or issued the paper sees all debts; others their own.</summary>
    private static async Task<Paged<PaperDebt>> DebtsAsync(
        ProgrammesDb db, ClockSet set, Person person, string programme, System.Linq.Expressions.Expression<Func<PaperRow, bool>> of, System.Linq.Expressions.Expression<Func<PaperRecipientRow, bool>> who, int page, CancellationToken cancellationToken)
    {
        var debts = from paper in db.Papers.AsNoTracking().Where(row => row.ProgrammeId == programme).Where(PaperRights.Visible(db, person)).Where(of)
                    join to in db.PaperRecipients.AsNoTracking().Where(who) on paper.Id equals to.PaperId
                    select new Debt { Paper = paper, To = to };
        if (!person.CanSeeAll)
        {
            var served = Owners.Served(person);
            debts = debts.Where(Predicates.Or(
                Owners.Of<Debt>(served, one => one.Paper.ProgrammeId, one => one.Paper.Issuer, one => one.Paper.UnitId), Owners.Of<Debt>(served, one => one.Paper.ProgrammeId, one => one.To.Role, one => one.To.UnitId)));
        }

        var found = await debts.OrderBy(one => one.Paper.ReplyByOn == null).ThenBy(one => one.Paper.ReplyByOn).ThenBy(one => one.Paper.Id).ThenBy(one => one.To.Ordinal).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        var today = set.Today(programme);
        return found.With<PaperDebt>([.. found.Rows.Select(row => new PaperDebt(
            row.Paper.Id, row.Paper.Kind, row.Paper.Number, row.Paper.Title, RoleOf(row.To), row.To.UnitId, row.To.Name, row.To.IsCopy, row.Paper.IssuedOn, row.Paper.ReplyByOn,
            row.Paper.ReplyByOn is { } due && due < today && row.To is { IsCopy: false, RepliedOn: null } ? Math.Max(1, set.Calendar.WorkingDaysBetween(due, today)) : 0))]);
    }

    private sealed class Debt
    {
        public required PaperRow Paper { get; init; }
        public required PaperRecipientRow To { get; init; }
    }

    private static string? RoleOf(PaperRecipientRow to) => to.UnitId is null ? to.Role : null;

    private static async Task<IReadOnlyList<PaperLine>> LinesAsync(ProgrammesDb db, IReadOnlyList<PaperRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => row.Id).ToList();
        var unsigned = await db.PaperRecipients.Where(to => ids.Contains(to.PaperId) && to.SignedAt == null).GroupBy(to => to.PaperId)
            .Select(of => new { Paper = of.Key, Count = of.Count() }).ToDictionaryAsync(of => of.Paper, of => of.Count, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => Line(row, unsigned.GetValueOrDefault(row.Id)))];
    }

    private static PaperLine Line(PaperRow row, int unsigned) =>
        new(row.Id, row.Kind, row.Number, row.Title, row.Issuer, row.IssuedOn, row.UnitId, row.WorkItemId, row.ReplyByOn, row.ReopensOn, row.Status.As<PaperState>(), unsigned);
}
