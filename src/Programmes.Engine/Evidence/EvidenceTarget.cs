using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Papers;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Evidence;

/// <summary>What a file belongs to, as one person may treat it.</summary>
/// <param name="InstanceId">Under whose lock files are attached.</param>
/// <param name="MayChange">Whether the person may attach and withdraw at all.</param>
/// <param name="Closed">Why nobody can now; null: it can be done.</param>
internal sealed record EvidenceTarget(string InstanceId, string? ProgrammeId, string? UnitId, bool MayChange, Text? Closed)
{
    /// <summary>Null: there is none, or the person may not know of it; the two look the same.</summary>
    public static async Task<EvidenceTarget?> FindAsync(ProgrammesDb db, Person person, EvidenceSubject subject, CancellationToken cancellationToken) => subject.Kind switch
    {
        EvidenceSubjectKind.WorkItem => await WorkItemAsync(db, person, subject.Id, cancellationToken).ConfigureAwait(false),
        EvidenceSubjectKind.Paper => await PaperAsync(db, person, subject.Id, cancellationToken).ConfigureAwait(false),
        EvidenceSubjectKind.PaperReply => await PaperReplyAsync(db, person, subject, cancellationToken).ConfigureAwait(false),
        EvidenceSubjectKind.Objection => await ObjectionAsync(db, person, subject.Id, cancellationToken).ConfigureAwait(false),
        EvidenceSubjectKind.LedgerEntry => await LedgerEntryAsync(db, person, subject.Id, cancellationToken).ConfigureAwait(false),
        _ => null,
    };

    /// <summary>The files of a subject, those withdrawn among them.</summary>
    public static Expression<Func<EvidenceFileRow, bool>> FilesOf(EvidenceSubject subject)
    {
        var (kind, id) = (subject.Kind, subject.Id);
        return file => file.SubjectId == id && file.SubjectKind == kind;
    }

    /// <summary>The stamped scan: for the issuer to attach, for issuer and recipients to read.</summary>
    private static async Task<EvidenceTarget?> PaperAsync(ProgrammesDb db, Person person, string id, CancellationToken cancellationToken)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        var found = await (from paper in db.Papers.AsNoTracking().Where(PaperRights.Visible(db, person)) join programme in db.Programmes on paper.ProgrammeId equals programme.Id where paper.Id == number select new { Paper = paper, programme.InstanceId })
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (found is null) return null;
        Text? closed = found.Paper.Status == PaperStatus.Withdrawn ? new("此公文已撤回，不能再改动", "This paper was withdrawn and can no longer be changed") : null;
        return new(found.InstanceId, found.Paper.ProgrammeId, found.Paper.UnitId, PaperRights.IsIssuer(person, found.Paper), closed);
    }

    /// <summary>What a main recipient hands in with its answer: changed by the recipient until the answer is given, read by it, the issuer and who sees everything.</summary>
    private static async Task<EvidenceTarget?> PaperReplyAsync(ProgrammesDb db, Person person, EvidenceSubject subject, CancellationToken cancellationToken)
    {
        if (subject.ToReply() is not var (number, ordinal)) return null;
        var found = await (from paper in db.Papers.AsNoTracking().Where(PaperRights.Visible(db, person))
                           join to in db.PaperRecipients.AsNoTracking() on paper.Id equals to.PaperId
                           join programme in db.Programmes on paper.ProgrammeId equals programme.Id
                           where paper.Id == number && to.Ordinal == ordinal && !to.IsCopy
                           select new { Paper = paper, To = to, programme.InstanceId }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (found is null) return null;
        var holds = PaperRights.Holds(person, found.Paper, found.To);
        if (!PaperRights.Knows(person, found.Paper, found.To) && !person.CanSeeAll && !PaperRights.IsIssuer(person, found.Paper)) return null;
        Text? closed = found switch
        {
            { Paper.Status: PaperStatus.Withdrawn } => new("此公文已撤回，不能再改动", "This paper was withdrawn and can no longer be changed"),
            { Paper.Status: PaperStatus.Closed } => new("此公文已办结，材料不能再改动", "This paper is closed and its files can no longer be changed"),
            { To.RepliedOn: not null } => new("已答复，材料不能再改动；发文单位退回后方可更换", "It is answered and its files can no longer be changed, unless the issuer returns the answer"),
            { Paper: { ReplyByOn: null, Kind: not PaperKind.Request } } => new("此公文不要求答复", "This paper asks for no answer"),
            _ => null,
        };
        return new(found.InstanceId, found.Paper.ProgrammeId, found.To.UnitId ?? found.Paper.UnitId, holds || person.CanManage, closed);
    }

    private static async Task<EvidenceTarget?> WorkItemAsync(ProgrammesDb db, Person person, string id, CancellationToken cancellationToken)
    {
        var item = await db.WorkItems.AsNoTracking().Where(row => row.Id == id).Where(Visibility.Work(db, person)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (item is null) return null;
        Text? closed = item switch
        {
            { Status: WorkItemStatus.Completed or WorkItemStatus.Waived or WorkItemStatus.Cancelled } => new("此任务已办结或取消，不能再改动", "This work item is closed and can no longer be changed"),
            { Suspended: true } => new("此任务已中止，恢复后方可办理", "This work item is suspended; it can be worked on once it is released"),
            { Status: WorkItemStatus.Submitted } => new("已提交，正在审核；如需增减材料请先撤回", "It is submitted and under review; take it back first"),
            { Evidence: Core.Workflows.EvidenceRule.None } => new("此任务不需要佐证材料", "This work item takes no evidence"),
            _ => null,
        };
        return new(item.InstanceId, item.ProgrammeId, item.UnitId, WorkItemRights.MayFile(person, item), closed);
    }

    /// <summary>What an author handed in with an objection: for who decides about it, and never changed.</summary>
    private static async Task<EvidenceTarget?> ObjectionAsync(ProgrammesDb db, Person person, string id, CancellationToken cancellationToken)
    {
        if (!person.CanManage || !long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return await (from objection in db.Objections.AsNoTracking()
                      join notice in db.Notices on objection.NoticeId equals notice.Id
                      where objection.Id == number
                      select new EvidenceTarget(notice.InstanceId, notice.ProgrammeId, null, false, null)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What its reviewer looks at stays as it was when the entry was closed; until then files can be added.</summary>
    private static async Task<EvidenceTarget?> LedgerEntryAsync(ProgrammesDb db, Person person, string id, CancellationToken cancellationToken)
    {
        var found = await (from entry in db.LedgerEntries.AsNoTracking()
                           join row in db.Ledgers.AsNoTracking().Where(LedgerQueries.Seen(db, person)) on entry.LedgerId equals row.Id
                           where entry.Id == id
                           select new { Ledger = row, entry.Status }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (found is null) return null;
        Text? closed = found switch
        {
            { Status: LedgerEntryStatus.Closed } => new("此问题已销号，材料不能再改动", "The entry is closed and its evidence can no longer be changed"),
            { Ledger.Status: LedgerStatus.Cancelled } => new("此台账已取消，不能再改动", "The ledger was cancelled and can no longer be changed"),
            { Ledger.Evidence: Core.Workflows.EvidenceRule.None } => new("此台账销号不需要佐证材料", "Entries of this ledger take no evidence"),
            _ => null,
        };
        return new(found.Ledger.InstanceId, found.Ledger.ProgrammeId, found.Ledger.UnitId, LedgerRights.MayKeep(person, found.Ledger), closed);
    }
}
