using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Mail;
using Programmes.Storage.Papers;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Papers;

/// <summary>
/// Registers an official paper with number and date, and mails it to its main recipients and copies. A work item that needs
/// a paper can be submitted from then on.
/// </summary>
public sealed class IssuePaper(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library)
{
    /// <summary>Most recipients of one paper; each gets a mail in its transaction.</summary>
    public const int RecipientsMax = 5_000;

    private static readonly Text NumberRule = new("《党政机关公文处理工作条例》第九条：发文字号", "Regulations on official papers, article 9");

    /// <summary>Returns the paper's id.</summary>
    public async Task<long> IssueAsync(Person person, NewPaper wanted, CancellationToken cancellationToken = default)
    {
        wanted = wanted.Checked();
        await using var session = await OpenAsync(person, wanted, cancellationToken).ConfigureAwait(false);
        var db = session.Db;
        var programme = session.Instance.Programme!;
        wanted = wanted.Dated(session.Today);
        var item = wanted.WorkItem is { } id ? await WorkItemAsync(session, id, cancellationToken).ConfigureAwait(false) : null;
        var rule = PaperRule.Parse(item?.Paper);
        var fulfils = item is not null && rule?.Kind == wanted.Kind;
        if (fulfils) MustBeOpen(item!);
        if (wanted.Unit is { } named && item?.UnitId is { } owner && named != owner) throw new RefusedException(new("此任务属于另一个参与单位", "The work item belongs to another unit"));
        var unit = wanted.Unit ?? item?.UnitId ?? Only(person.UnitsIn(programme));
        var issuer = wanted.Issuer ?? (fulfils ? item!.Role : Only(person.OfficesIn(programme)) ?? (person.UnitsIn(programme).Any() ? Roles.Unit : item?.Role))
            ?? throw (person.CanManage || person.OfficesIn(programme).Any() ? new RefusedException(new("请写明发文单位的角色", "Name the role of the issuing office")) : RefusedException.Forbidden());

        var launch = await library.LaunchAsync(programme, session.Instance.LaunchRevision, cancellationToken).ConfigureAwait(false);
        var (toRoles, ccRoles) = (wanted.To ?? (fulfils ? rule!.To : []), wanted.Cc ?? (fulfils ? rule!.Cc : []));
        var toAll = wanted.ToUnits.Contains(NewPaper.AllUnits) || toRoles.Contains(NewPaper.AllUnits) || ccRoles.Contains(NewPaper.AllUnits);
        if (wanted.ToUnits.Count > RecipientsMax) throw TooMany();
        var known = await KnownRecipients.LoadAsync(db, programme, [.. wanted.ToUnits, unit], toAll, cancellationToken).ConfigureAwait(false);
        if (issuer == Roles.UnitSuperior) issuer = known.Resolve(issuer, unit).Role;
        var mayIssue = person.CanManage || person.Holds(issuer, programme, unit) && (issuer != Roles.Unit || wanted.Kind.IsForUnits()) || fulfils && WorkItemRights.MayFile(person, item!);
        if (!mayIssue) throw RefusedException.Forbidden();
        known.Resolve(issuer, unit);
        if (unit is not null && !known.HasUnit(unit)) throw RefusedException.NotFound("此参与单位", "The unit");

        var main = known.Resolve(wanted.To ?? (fulfils ? rule!.To : item is not null && wanted.ToUnits.Count == 0 && !wanted.Kind.IsForThePublic() ? [item.Role] : []), wanted.ToUnits, unit);
        var copies = known.Resolve(wanted.Cc ?? (fulfils ? rule!.Cc : []), [], unit).Except(main).ToList();
        var asUnit = !person.CanManage && (issuer == Roles.Unit || !person.Holds(issuer, programme, unit));
        if (asUnit && main.Concat(copies).Any(to => to.Unit is { } other && other != unit)) throw new RefusedException(new("参与单位只能向有关部门行文，不能发给其他参与单位", "A participating unit writes to offices, not to other units"));
        if (main.Count == 0 && !wanted.Kind.IsForThePublic()) throw new RefusedException(new("请写明主送单位", "Name the main recipients"));
        if (main.Count + copies.Count > RecipientsMax) throw TooMany();
        if (await db.Papers.AnyAsync(row => row.ProgrammeId == programme && row.Number == wanted.Number, cancellationToken).ConfigureAwait(false))
            throw await session.RefuseAsync("paper.issue", wanted.Number, new($"文号“{wanted.Number}”已登记过，请核对文号", $"The number \"{wanted.Number}\" is registered already; check it"), NumberRule, cancellationToken).ConfigureAwait(false);

        var paper = new PaperRow
        {
            ProgrammeId = programme, Kind = wanted.Kind, Number = wanted.Number, Title = wanted.Title, Body = wanted.Body, Issuer = issuer, IssuedOn = wanted.IssuedOn!.Value, IssuedBy = person.Name,
            UnitId = unit, WorkItemId = wanted.WorkItem, AnswersId = wanted.Answers, ReplyByOn = wanted.ReplyBy, ReopensOn = wanted.ReopensOn, RecordedAt = session.Now,
        };
        if (wanted.Answers is { } request) await AnswerAsync(session, paper, request, cancellationToken).ConfigureAwait(false);
        db.Papers.Add(paper);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var recipients = main.Select(one => (one, IsCopy: false)).Concat(copies.Select(one => (one, IsCopy: true)))
            .Select((to, index) => new PaperRecipientRow { PaperId = paper.Id, Ordinal = index + 1, Role = to.one.Role, UnitId = to.one.Unit, Name = to.one.Name, IsCopy = to.IsCopy }).ToList();
        if (paper.ReplyByOn is not null)
            foreach (var to in recipients.Where(to => !to.IsCopy)) to.RearmTold(session.Today);
        db.PaperRecipients.AddRange(recipients);
        PaperMails.Queue(session, known, new(launch.Name, paper, recipients), recipients, "issued", paper.Kind.Words().Zh, null);
        session.Audit("paper.issued", $"paper:{paper.Id}", paper.Number);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return paper.Id;
    }

    private static RefusedException TooMany() => new(new($"主送和抄送最多 {RecipientsMax} 个单位", $"There are {RecipientsMax} recipients at most"));

    /// <summary>Who serves several says for which.</summary>
    private static string? Only(IEnumerable<string> places) => places.Distinct().Take(2).ToList() is [var one] ? one : null;

    private async Task<DoorSession> OpenAsync(Person person, NewPaper wanted, CancellationToken cancellationToken)
    {
        string? instance;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
        {
            var programme = wanted.WorkItem is { } item
                ? await db.WorkItems.Where(row => row.Id == item).Select(row => row.ProgrammeId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此任务", "The work item")
                : wanted.Programme ?? person.ProgrammeId;
            if (wanted.Programme is { } named && named != programme) throw new RefusedException(new("此任务不属于所写的专项工作", "The work item belongs to another programme"));
            instance = await db.Programmes.Where(row => row.Id == programme).Select(row => row.InstanceId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        }

        // The programme's lock, so that two papers cannot take one number.
        return await doors.OpenAsync(instance ?? throw RefusedException.NotFound("此专项工作", "The programme"), person, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<WorkItemRow> WorkItemAsync(DoorSession session, string id, CancellationToken cancellationToken)
    {
        var item = await session.Db.WorkItems.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false);
        return WorkItemRights.MaySee(session.Person, item) ? item : throw RefusedException.Forbidden();
    }

    private static void MustBeOpen(WorkItemRow item)
    {
        if (item.ClosedOn is not null) throw new RefusedException(new("此任务已办结或取消，不能再登记公文", "This work item is closed; no paper can be registered for it"));
        if (item.Status == WorkItemStatus.Submitted) throw new RefusedException(new("已提交，正在审核；如需更换公文请先撤回", "It is submitted and under review; take it back first"));
    }

    /// <summary>A request is over once an office that it went to has approved it.</summary>
    private static async Task AnswerAsync(DoorSession session, PaperRow approval, long requestId, CancellationToken cancellationToken)
    {
        var request = await session.Db.Papers.FirstOrDefaultAsync(row => row.Id == requestId && row.ProgrammeId == approval.ProgrammeId && row.Kind == PaperKind.Request, cancellationToken).ConfigureAwait(false)
            ?? throw RefusedException.NotFound("所批复的请示", "The request");
        if (request.Status == PaperStatus.Withdrawn) throw new RefusedException(new("该请示已撤回，不能批复", "The request was withdrawn and cannot be approved"));
        if (request.Status == PaperStatus.Closed) throw new RefusedException(new("该请示已有批复", "The request is approved already"));
        var asked = await session.Db.PaperRecipients.FirstOrDefaultAsync(row => row.PaperId == requestId && !row.IsCopy && row.Role == approval.Issuer, cancellationToken).ConfigureAwait(false)
            ?? throw new RefusedException(new("该请示不是主送批复单位的", "The request did not go to the office that approves it"));
        asked.RepliedOn = asked.AcceptedOn = approval.IssuedOn;
        asked.Disarm();
        session.Db.PaperReplies.Add(new()
        {
            PaperId = requestId, Ordinal = asked.Ordinal, Text = approval.Number, RepliedOn = approval.IssuedOn, RepliedBy = session.Person.Name, Status = PaperReplyStatus.Accepted, DecidedOn = session.Today, DecidedBy = session.Person.Name,
        });
        (request.Status, request.EndedOn, request.EndedBy) = (PaperStatus.Closed, approval.IssuedOn, session.Person.Name);
    }
}
