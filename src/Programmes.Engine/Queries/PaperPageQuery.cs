using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Queries;

/// <param name="Answer">Why it was returned.</param>
public sealed record PaperAnswer(string Text, DateOnly RepliedOn, string RepliedBy, bool IsReturned, bool IsAccepted, DateOnly? DecidedOn, string? DecidedBy, string? Answer);

/// <param name="Key">The role or the unit, by which its issuer and the leading office name it.</param>
/// <param name="Files">What it handed in with its answers.</param>
/// <param name="WorkingDaysLate">Its answer is missing since; 0: it is not late.</param>
public sealed record PaperTo(
    int Ordinal, string Key, string Name, bool IsCopy, DateTimeOffset? SignedAt, string? SignedBy, DateOnly? RepliedOn, DateOnly? AcceptedOn, int WorkingDaysLate,
    IReadOnlyList<PaperAnswer> Answers, IReadOnlyList<EvidenceLine> Files)
{
    public bool WaitsForIssuer => RepliedOn is not null && AcceptedOn is null;
}

/// <param name="Names">The first of them, in the order of the paper.</param>
public sealed record PaperNames(IReadOnlyList<string> Names, int Count);

/// <param name="Recipients">Those of whom the person may know what they did.</param>
/// <param name="Acting">The recipient for whom the person acts here; null: none.</param>
public sealed record PaperPage(
    long Id, PaperKind Kind, string Number, string Title, string Body, string ProgrammeId, string Programme, string Issuer, DateOnly IssuedOn, string IssuedBy, string? Unit,
    string? WorkItemId, Text? WorkItem, (long Id, string Number)? Answers, ShownDate? ReplyBy, DateOnly? ReopensOn, PaperState State, DateOnly? EndedOn, string? EndedBy, string? Reason,
    PaperNames Main, PaperNames Copies, Paged<PaperTo> Recipients, PaperTo? Acting, bool MaySign, bool MayReply, bool MayJudge, bool MayWithdraw, bool KnowsAll, int Unsigned, int Unanswered, int ToJudge,
    DateTimeOffset Now, bool IsDemonstration)
{
    /// <summary>Whom an answer by another paper goes to: a role, or the unit of <see cref="IssuerUnit"/>.</summary>
    public required string IssuerRole { get; init; }
    public string? IssuerUnit { get; init; }
}

/// <summary>One official paper with what its recipients did, as far as the person may know of it.</summary>
public sealed class PaperPageQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 50;

    /// <summary>Names on the paper that are shown; beyond it, how many there are.</summary>
    private const int NamesMax = 50;

    /// <summary>Answers of one recipient that are shown, the latest.</summary>
    private const int AnswersMax = 20;

    /// <summary>Null: there is none, or the person may not know of it; the two look the same.</summary>
    /// <param name="actFor">A recipient's role or unit, for whom the leading office acts; null: the person's own.</param>
    public async Task<PaperPage?> FindAsync(Person person, long id, string? actFor, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Papers.AsNoTracking().Where(PaperRights.Visible(db, person)).FirstOrDefaultAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false) is not { } row) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var isIssuer = PaperRights.IsIssuer(person, row);
        var knowsAll = person.CanSeeAll || isIssuer;
        var all = db.PaperRecipients.AsNoTracking().Where(to => to.PaperId == id);
        var known = knowsAll ? all : all.Where(PaperListQuery.Held(person, row.ProgrammeId));
        // What waits for the issuer or is missing comes first.
        var found = await known.OrderBy(to => to.IsCopy).ThenBy(to => to.RepliedOn == null || to.AcceptedOn != null).ThenBy(to => to.Ordinal).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        var acting = await ActingAsync(all, person, row.ProgrammeId, actFor, cancellationToken).ConfigureAwait(false);
        var recipients = await RecipientsAsync(db, set, row, acting is null ? found.Rows : [.. found.Rows, acting], cancellationToken).ConfigureAwait(false);
        var inForce = row.Status != PaperStatus.Withdrawn;
        var asks = PaperListQuery.AsksForAnAnswer(row);
        var programme = await db.Programmes.AsNoTracking().Where(one => one.Id == row.ProgrammeId).Select(one => one.Name).FirstAsync(cancellationToken).ConfigureAwait(false);
        var work = await db.WorkItems.AsNoTracking().Where(Visibility.Work(db, person)).Where(one => one.Id == row.WorkItemId).Select(one => new { one.TitleZh, one.TitleEn }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var request = row.AnswersId is { } answered ? await db.Papers.AsNoTracking().Where(PaperRights.Visible(db, person)).Where(one => one.Id == answered).Select(one => one.Number).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) : null;
        var unit = row.UnitId is null ? null : await db.Units.AsNoTracking().Where(one => one.ProgrammeId == row.ProgrammeId && one.UnitId == row.UnitId).Select(one => one.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var counts = knowsAll ? await CountsAsync(all, cancellationToken).ConfigureAwait(false) : default;
        return new(
            row.Id, row.Kind, row.Number, row.Title, row.Body, row.ProgrammeId, programme, (await PaperListQuery.IssuersAsync(db, [row], cancellationToken).ConfigureAwait(false))(row), row.IssuedOn, row.IssuedBy, unit,
            work is null ? null : row.WorkItemId, work is null ? null : new Text(work.TitleZh, work.TitleEn), request is null ? null : (row.AnswersId!.Value, request), ReplyBy(set, row), row.ReopensOn,
            row.Status.As<PaperState>(), row.EndedOn, row.EndedBy, row.Reason,
            await NamesAsync(all, to => !to.IsCopy, cancellationToken).ConfigureAwait(false), await NamesAsync(all, to => to.IsCopy, cancellationToken).ConfigureAwait(false),
            found.With<PaperTo>([.. recipients.Take(found.Rows.Count)]), acting is null ? null : recipients[^1],
            inForce && acting is { SignedAt: null }, inForce && asks && row.Status != PaperStatus.Closed && acting is { IsCopy: false, RepliedOn: null },
            inForce && isIssuer && row.Status != PaperStatus.Closed, inForce && isIssuer && row.Status != PaperStatus.Closed, knowsAll,
            counts.Unsigned, asks ? counts.Unanswered : 0, counts.ToJudge, set.Now(row.ProgrammeId), set.IsDemonstration(row.ProgrammeId))
        {
            IssuerRole = row.Issuer, IssuerUnit = row.Issuer == Roles.Unit ? row.UnitId : null,
        };
    }

    private static async Task<PaperRecipientRow?> ActingAsync(IQueryable<PaperRecipientRow> all, Person person, string programme, string? actFor, CancellationToken cancellationToken)
    {
        var mine = all.Where(Owners.Of<PaperRecipientRow>(Owners.Acting(person), to => programme, to => to.Role, to => to.UnitId));
        if (actFor is { Length: > 0 })
        {
            var named = (person.CanManage ? all : mine).Where(to => to.UnitId == actFor || to.UnitId == null && to.Role == actFor);
            return await named.OrderBy(to => to.Ordinal).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        }

        return await mine.OrderBy(to => to.IsCopy).ThenBy(to => to.Ordinal).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<PaperTo>> RecipientsAsync(ProgrammesDb db, ClockSet set, PaperRow paper, IReadOnlyList<PaperRecipientRow> rows, CancellationToken cancellationToken)
    {
        var ordinals = rows.Select(row => row.Ordinal).Distinct().ToList();
        var replies = (await db.PaperReplies.AsNoTracking().Where(reply => reply.PaperId == paper.Id && ordinals.Contains(reply.Ordinal)).OrderBy(reply => reply.Id).ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(reply => reply.Ordinal);
        var subjects = ordinals.ToDictionary(ordinal => EvidenceSubject.OfReply(paper.Id, ordinal).Id);
        var ids = subjects.Keys.ToList();
        var files = (await db.EvidenceFiles.AsNoTracking().Where(file => ids.Contains(file.SubjectId) && file.SubjectKind == EvidenceSubjectKind.PaperReply && file.WithdrawnAt == null).OrderBy(file => file.Id)
            .Take(PageSize * AttachEvidence.FilesMax).ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(file => file.SubjectId);
        return [.. rows.Select(row => new PaperTo(
            row.Ordinal, row.UnitId ?? row.Role, row.Name, row.IsCopy, row.SignedAt, row.SignedBy, row.RepliedOn, row.AcceptedOn,
            paper.Status == PaperStatus.Issued && row is { IsCopy: false, RepliedOn: null } ? PaperListQuery.Late(set, paper.ProgrammeId, paper.ReplyByOn) : 0,
            [.. replies[row.Ordinal].TakeLast(AnswersMax).Select(reply => new PaperAnswer(
                reply.Text, reply.RepliedOn, reply.RepliedBy, reply.Status == PaperReplyStatus.Returned, reply.Status == PaperReplyStatus.Accepted, reply.DecidedOn, reply.DecidedBy, reply.Answer))],
            [.. files[EvidenceSubject.OfReply(paper.Id, row.Ordinal).Id].Select(file => new EvidenceLine(file.Id, file.Name, file.MediaType, file.LengthBytes, file.Hash, file.EvidenceOn, file.UploadedAt, file.UploadedBy))]))];
    }

    private static async Task<PaperNames> NamesAsync(IQueryable<PaperRecipientRow> all, Expression<Func<PaperRecipientRow, bool>> which, CancellationToken cancellationToken)
    {
        var of = all.Where(which);
        return new(await of.OrderBy(to => to.Ordinal).Take(NamesMax).Select(to => to.Name).ToListAsync(cancellationToken).ConfigureAwait(false), await of.CountAsync(cancellationToken).ConfigureAwait(false));
    }

    private static async Task<(int Unsigned, int Unanswered, int ToJudge)> CountsAsync(IQueryable<PaperRecipientRow> all, CancellationToken cancellationToken)
    {
        var found = await all.GroupBy(_ => 1).Select(of => new
        {
            Unsigned = of.Count(to => to.SignedAt == null),
            Unanswered = of.Count(to => !to.IsCopy && to.RepliedOn == null),
            ToJudge = of.Count(to => !to.IsCopy && to.RepliedOn != null && to.AcceptedOn == null),
        }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return found is null ? default : (found.Unsigned, found.Unanswered, found.ToJudge);
    }

    /// <summary>The last day for answers, with how many working days lie before it.</summary>
    private static ShownDate? ReplyBy(ClockSet set, PaperRow row)
    {
        if (row.ReplyByOn is not { } by) return null;
        var days = set.Calendar.WorkingDaysBetween(row.IssuedOn, by);
        return ShownDate.Of(by, set.Calendar.IsProvisional(by), [new($"{row.IssuedOn:yyyy-MM-dd} 印发，当日不计；至 {by:yyyy-MM-dd}（含当日）共 {days} 个工作日。", $"Issued on {row.IssuedOn:yyyy-MM-dd}, which does not count; {days} working days until {by:yyyy-MM-dd}, that day included.")], set.Calendar);
    }
}
