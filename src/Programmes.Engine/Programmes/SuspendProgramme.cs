using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Storage.Databases;
using Programmes.Storage.Notices;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>
/// A programme is suspended from now on: nothing fires, nobody is reminded, no notice closes, and people's work is refused with
/// the day and the reason. Objections are still recorded, and offices may change.
/// </summary>
public sealed class SuspendProgramme(PersonDoor doors, DefinitionLibrary library, Pump pump)
{
    /// <summary>Pages of due work taken before the suspension.</summary>
    private const int PagesMax = 1_000;

    /// <returns>The notices that are open.</returns>
    /// <exception cref="RefusedException">It is suspended already, or being backfilled.</exception>
    public async Task<ChangeOutcome> RunAsync(Person person, string programme, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        // What fell due before happens before.
        if (person.CanManage) await pump.RunAsync(PagesMax, cancellationToken).ConfigureAwait(false);
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.suspended", reason, document, evenSuspended: true, cancellationToken).ConfigureAwait(false);
        var row = operation.Programme;
        if (row.SuspendedOn is { } since)
            throw await operation.RefuseAsync(new($"专项工作自 {since:yyyy-MM-dd} 起已经暂停", $"The programme is suspended since {since:yyyy-MM-dd} already"), new("暂停后先恢复，才能再暂停", "a suspension ends with its resumption"), cancellationToken).ConfigureAwait(false);
        if (row.BackfillUntil is not null && operation.Session.Now < operation.Session.Transaction.Now)
            throw await operation.RefuseAsync(new("正在补录，补录完成后方可暂停", "It is being backfilled; suspend it afterwards"), new("补录期间时钟由系统拨动", "a backfill moves the clock by itself"), cancellationToken).ConfigureAwait(false);
        try
        {
            await operation.Session.Transaction.Launches.HoldAsync(programme, row.ClockId, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreBusyException)
        {
            throw ResumeProgramme.Busy();
        }

        var today = operation.Session.Today;
        DateTimeOffset? now = operation.Session.Now;
        await operation.Db.Programmes.Where(one => one.Id == programme).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.SuspendedOn, today).SetProperty(one => one.SuspendedAt, now).SetProperty(one => one.SuspendReason, operation.Reason)
            .SetProperty(one => one.Version, one => one.Version + 1), cancellationToken).ConfigureAwait(false);
        var notices = await operation.Db.Notices.AsNoTracking().Where(one => one.ProgrammeId == programme && one.Status == NoticeStatus.Open).OrderBy(one => one.ClosesOn)
            .Select(one => new OpenThing("notice", one.Id, new(one.TitleZh, one.TitleEn), one.ClosesOn)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return await operation.CommitAsync(ProgrammeChangeKind.Suspended, null, new("暂停", "Suspended"), null, notices, null, null, cancellationToken).ConfigureAwait(false);
    }
}
