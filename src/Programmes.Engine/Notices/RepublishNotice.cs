using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Notices;

/// <summary>Corrects an open notice: it is withdrawn with the reason, and published again today with a full window of its own.</summary>
public sealed class RepublishNotice(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts)
{
    public async Task RunAsync(Person person, string noticeId, string reason, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(new("请写明更正理由", "Give the reason for the correction"));
        string? instance;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            instance = await db.Notices.Where(row => row.Id == noticeId && row.Status == NoticeStatus.Open).Select(row => row.InstanceId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        await using var session = await doors.OpenAsync(instance ?? throw new RefusedException(new("此公示已结束，不能更正后重发", "The notice is over and cannot be published again")), person, cancellationToken).ConfigureAwait(false);
        session.Audit("notice.republished", noticeId, reason.Trim());
        await session.DecideAsync(new NoticeRepublished(noticeId, reason.Trim()), cancellationToken).ConfigureAwait(false);
    }
}
