using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Notices;

/// <param name="Author">Kept from the unit that is objected to.</param>
public sealed record NewObjection(string Unit, ObjectionKind Kind, string Text, string? Author = null, string? Contact = null);

/// <summary>Kept from everybody who does not decide about the objection.</summary>
public sealed record ObjectionAuthor(long Objection, string? Name, string? Contact);

/// <summary>
/// Objections to a public notice: filed, accepted before they suspend anything, then upheld or dismissed. One suspends its unit only;
/// an anonymous or late one is kept as a lead and suspends nothing.
/// </summary>
public sealed class ObjectToNotice(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts)
{
    /// <summary>Longest text of an objection, in characters.</summary>
    public const int TextLengthMax = 5_000;

    /// <summary>Returns the objection's id, and whether it counts or is kept as a lead.</summary>
    public async Task<(long Id, ObjectionStatus Status)> FileAsync(Person person, string noticeId, NewObjection objection, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(objection.Text)) throw new RefusedException(new("请写明异议内容", "Say what you object to"));
        if (objection.Text.Length > TextLengthMax) throw new RefusedException(new($"异议内容最长 {TextLengthMax} 字", $"An objection has at most {TextLengthMax} characters"));
        if (objection.Kind != ObjectionKind.Anonymous && string.IsNullOrWhiteSpace(objection.Author)) throw new RefusedException(new("实名或盖章异议须写明提出人", "An objection under a real name or seal needs its author"));
        await using var session = await OpenAsync(noticeId, person, cancellationToken).ConfigureAwait(false);
        if (!person.CanManage) throw RefusedException.Forbidden();
        var notice = await session.Db.Notices.SingleAsync(row => row.Id == noticeId, cancellationToken).ConfigureAwait(false);
        if (!await session.Db.StepRows.AnyAsync(row => row.SubjectId == noticeId && row.UnitId == objection.Unit, cancellationToken).ConfigureAwait(false))
            throw new RefusedException(new("该单位不在此次公示名单中", "The unit is not on this notice's list"));
        var row = new ObjectionRow
        {
            NoticeId = noticeId, UnitId = objection.Unit, Kind = objection.Kind, Author = objection.Author, Contact = objection.Contact, Text = objection.Text.Trim(),
            FiledOn = session.Today, ReceivedAt = session.Transaction.Now, Channel = ObjectionChannel.Office, Status = ObjectionRules.StatusOf(notice, objection.Kind, session.Today),
        };
        session.Db.Objections.Add(row);
        session.Audit("objection.filed", $"{noticeId}/{objection.Unit}", row.Status.ToString());
        await session.Db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await ObjectionRules.TellOfficeAsync(session, notice, row, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return (row.Id, row.Status);
    }

    /// <summary>The office accepts it: from now on the unit's line is suspended.</summary>
    public async Task AcceptAsync(Person person, long objectionId, CancellationToken cancellationToken = default)
    {
        var (session, objection) = await OpenAsync(objectionId, person, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (objection.Status == ObjectionStatus.Lead)
            throw await RefuseLeadAsync(session, objection, cancellationToken).ConfigureAwait(false);
        if (objection.Status != ObjectionStatus.Filed) throw new RefusedException(new("此异议已处理过", "This objection was dealt with already"));
        objection.Status = ObjectionStatus.Accepted;
        await session.Db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await session.Transaction.Steps.SuspendAsync(objection.NoticeId, objection.UnitId, cancellationToken).ConfigureAwait(false);
        session.Audit("objection.accepted", $"{objection.NoticeId}/{objection.UnitId}");
        await ObjectionRules.TellUnitAsync(session, objection, new("异议已受理", "An objection was accepted"), "贵单位的公示结论自即日起中止，待异议办结后另行通知；请配合核查。", cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Not accepted: it suspends nothing, and stays on record with the reason.</summary>
    public async Task RefuseAsync(Person person, long objectionId, string reason, CancellationToken cancellationToken = default)
    {
        var (session, objection) = await OpenAsync(objectionId, person, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (objection.Status is not (ObjectionStatus.Filed or ObjectionStatus.Lead)) throw new RefusedException(new("此异议已处理过", "This objection was dealt with already"));
        Conclude(session, objection, ObjectionStatus.Refused, reason);
        await ObjectionRules.SettleAsync(session, objection, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>It gives no ground to suspend anybody, for instance since its author cannot be reached; what it says is looked into all the same.</summary>
    public async Task KeepAsLeadAsync(Person person, long objectionId, string reason, CancellationToken cancellationToken = default)
    {
        var (session, objection) = await OpenAsync(objectionId, person, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (objection.Status != ObjectionStatus.Filed) throw new RefusedException(new("此异议已处理过", "This objection was dealt with already"));
        Conclude(session, objection, ObjectionStatus.Lead, reason);
        await ObjectionRules.SettleAsync(session, objection, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Who objected and how to reach them, for who decides; each look is recorded.</summary>
    public async Task<ObjectionAuthor> ReadAuthorAsync(Person person, long objectionId, CancellationToken cancellationToken = default)
    {
        var (session, objection) = await OpenAsync(objectionId, person, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        session.Audit("objection.author-read", $"{objection.NoticeId}/{objection.Id}");
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new(objection.Id, objection.Author, objection.Contact);
    }

    /// <summary>
    /// Upheld (成立): the unit's outcome is Upheld. Dismissed (不成立): it goes on as the others, at once when the notice has closed meanwhile.
    /// </summary>
    public async Task DecideAsync(Person person, long objectionId, bool upheld, string reason, CancellationToken cancellationToken = default)
    {
        var (session, objection) = await OpenAsync(objectionId, person, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (objection.Status != ObjectionStatus.Accepted) throw new RefusedException(new("只有已受理的异议才能作出成立或不成立的决定", "Only an accepted objection can be upheld or dismissed"));
        Conclude(session, objection, upheld ? ObjectionStatus.Upheld : ObjectionStatus.Dismissed, reason);
        await session.Db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var (notice, unit) = (objection.NoticeId, objection.UnitId);
        if (upheld)
        {
            await session.Transaction.Steps.DecideAsync(notice, unit, "Upheld", null, objection.Decision, session.Today, person.Name, session.Now, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await ObjectionRules.SettleAsync(session, objection, cancellationToken).ConfigureAwait(false);
        }

        await ObjectionRules.TellUnitAsync(session, objection, upheld ? new("异议成立", "An objection was upheld") : new("异议不成立", "An objection was dismissed"),
            $"处理意见：{objection.Decision}", cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<RefusedException> RefuseLeadAsync(DoorSession session, ObjectionRow objection, CancellationToken cancellationToken)
    {
        var notice = await session.Db.Notices.AsNoTracking().SingleAsync(row => row.Id == objection.NoticeId, cancellationToken).ConfigureAwait(false);
        var late = objection.FiledOn > notice.ClosesOn;
        if (!late && objection.Kind != ObjectionKind.Anonymous) return new(new("此异议已转为线索，不再受理", "This objection was made a lead and is not accepted any more"));
        return await session.RefuseAsync("objection.accepted", $"{objection.NoticeId}/{objection.UnitId}", late
            ? new($"异议于 {objection.FiledOn:yyyy-MM-dd} 提出，公示已于 {notice.ClosesOn:yyyy-MM-dd} 期满；只作线索记录，不中止公示", $"The objection was filed on {objection.FiledOn:yyyy-MM-dd}, after the notice closed on {notice.ClosesOn:yyyy-MM-dd}; it is kept as a lead and suspends nothing")
            : new("匿名或无真实姓名、印章的异议只作线索记录，不中止公示", "An objection without real name or seal is kept as a lead and suspends nothing"),
            new($"公示“{notice.TitleZh}”{(notice.Clause is { } zh ? $"，方案{zh}" : "")}：期限内以真实姓名或盖章提出", $"the notice \"{notice.TitleEn}\"{(notice.Clause is { } en ? $", paragraph {en}" : "")}: under a real name or seal, and in time"), cancellationToken).ConfigureAwait(false);
    }

    private static void Conclude(DoorSession session, ObjectionRow objection, ObjectionStatus status, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(new("请写明处理意见", "Give the reasons for the decision"));
        objection.Status = status;
        objection.DecidedOn = session.Today;
        objection.DecidedBy = session.Person.Name;
        objection.Decision = reason.Trim();
        session.Audit($"objection.{status}", $"{objection.NoticeId}/{objection.UnitId}");
    }

    private async Task<(DoorSession Session, ObjectionRow Objection)> OpenAsync(long objectionId, Person person, CancellationToken cancellationToken)
    {
        string? notice;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            notice = await db.Objections.Where(row => row.Id == objectionId).Select(row => row.NoticeId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (notice is null) throw RefusedException.NotFound("此异议", "The objection");
        if (!person.CanManage) throw RefusedException.Forbidden();
        var session = await OpenAsync(notice, person, cancellationToken).ConfigureAwait(false);
        return (session, await session.Db.Objections.SingleAsync(row => row.Id == objectionId, cancellationToken).ConfigureAwait(false));
    }

    private async Task<DoorSession> OpenAsync(string noticeId, Person person, CancellationToken cancellationToken)
    {
        string? instance;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            instance = await db.Notices.Where(row => row.Id == noticeId).Select(row => row.InstanceId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        // A right of the public, which a suspension does not take away: it is recorded, and its notice does not close meanwhile.
        return await doors.OpenEvenSuspendedAsync(instance ?? throw RefusedException.NotFound("此公示", "The notice"), person, cancellationToken).ConfigureAwait(false);
    }
}
