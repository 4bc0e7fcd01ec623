using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Deciding;
using Programmes.Engine.Mail;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Notices;

/// <summary>What holds for objections however they come in.</summary>
internal static class ObjectionRules
{
    /// <summary>An anonymous one, or one after the last day, is a lead.</summary>
    public static ObjectionStatus StatusOf(NoticeRow notice, ObjectionKind kind, DateOnly today) =>
        notice.Status != NoticeStatus.Open || today > notice.ClosesOn || kind == ObjectionKind.Anonymous ? ObjectionStatus.Lead : ObjectionStatus.Filed;

    public static Task TellOfficeAsync(DoorSession session, NoticeRow notice, ObjectionRow row, CancellationToken cancellationToken) =>
        TellAsync(session, notice, row, "filed", notice.Role, row.Status == ObjectionStatus.Lead
            ? new("收到异议线索", "A lead has come in") : new("收到异议", "An objection has come in"),
            row.Status == ObjectionStatus.Lead ? "该意见匿名或逾期，只作线索记录，不中止公示；请核查。" : "请及时审查，决定是否受理；受理后只中止该单位的公示结论，其他单位照常进行。", cancellationToken);

    public static async Task TellUnitAsync(DoorSession session, ObjectionRow objection, Text what, string words, CancellationToken cancellationToken)
    {
        var notice = await session.Db.Notices.AsNoTracking().SingleAsync(row => row.Id == objection.NoticeId, cancellationToken).ConfigureAwait(false);
        await TellAsync(session, notice, objection, objection.Status.ToString(), Roles.Unit, what, words, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The unit's row after one of its objections was dealt with and did not succeed: held as long as another was accepted; open while another
    /// waits or the window runs; else it goes on as the others.
    /// </summary>
    public static async Task SettleAsync(DoorSession session, ObjectionRow objection, CancellationToken cancellationToken)
    {
        await session.Db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var (notice, unit) = (objection.NoticeId, objection.UnitId);
        var others = await session.Db.Objections.Where(other => other.NoticeId == notice && other.UnitId == unit && other.Id != objection.Id).Select(other => other.Status).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (others.Contains(ObjectionStatus.Accepted) || others.Contains(ObjectionStatus.Upheld)) return;
        await session.Transaction.Steps.ReleaseAsync(notice, unit, cancellationToken).ConfigureAwait(false);
        if (others.Contains(ObjectionStatus.Filed) || await session.Db.Notices.AnyAsync(row => row.Id == notice && row.Status == NoticeStatus.Open, cancellationToken).ConfigureAwait(false)) return;
        if (await session.Db.StepRows.AnyAsync(row => row.SubjectId == notice && row.UnitId == unit && row.Status == StepRowStatus.Open, cancellationToken).ConfigureAwait(false))
            await session.Transaction.Steps.DecideAsync(notice, unit, BatchRows.NoObjection, null, objection.Decision, session.Today, session.Person.Name, session.Now, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>At once; neither who objected nor what was said stands in a mail.</summary>
    private static async Task TellAsync(DoorSession session, NoticeRow notice, ObjectionRow objection, string occasion, string role, Text what, string words, CancellationToken cancellationToken)
    {
        if (notice.ProgrammeId is not { } programme) return;
        var launched = await session.Db.Programmes.AsNoTracking().Where(row => row.Id == programme).Select(row => row.Name).SingleAsync(cancellationToken).ConfigureAwait(false);
        var unit = await session.Db.Units.AsNoTracking().Where(row => row.ProgrammeId == programme && row.UnitId == objection.UnitId).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var mail = new ObjectionMail(
            MailRequests.ToWhoever, objection.Id.ToString(CultureInfo.InvariantCulture), what, new(notice.TitleZh, notice.TitleEn), launched, unit, session.Today, notice.ClosesOn, words, $"/notices/{Uri.EscapeDataString(notice.Id)}");
        session.Db.MailRequests.Add(MailRequests.Of($"objection|{objection.Id}|{occasion}", programme, role, objection.UnitId, MailModel.Objection, mail, session.Transaction.Now));
    }
}
