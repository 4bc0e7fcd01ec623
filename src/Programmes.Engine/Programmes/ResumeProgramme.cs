using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage.Databases;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>What becomes of the dates when a suspended programme goes on.</summary>
public enum ResumeMode
{
    /// <summary>Dates stay; all that fell due meanwhile happens in order of its date.</summary>
    KeepDates,

    /// <summary>Dates from the suspension's first day on move by its length; open notices are published anew with a full window.</summary>
    MoveDates,
}

/// <summary>A suspended programme goes on from today.</summary>
public sealed class ResumeProgramme(PersonDoor doors, DefinitionLibrary library, CalendarSource calendars)
{
    /// <exception cref="RefusedException">It is not suspended.</exception>
    public async Task<ChangeOutcome> RunAsync(Person person, string programme, ResumeMode mode, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.resumed", reason, document, evenSuspended: true, cancellationToken).ConfigureAwait(false);
        var row = operation.Programme;
        if (row.SuspendedOn is not { } since || row.SuspendedAt is not { } from)
            throw await operation.RefuseAsync(new("专项工作没有暂停，无须恢复", "The programme is not suspended"), new("只有暂停的专项工作才能恢复", "only a suspended programme is resumed"), cancellationToken).ConfigureAwait(false);
        var (today, launches) = (operation.Session.Today, operation.Session.Transaction.Launches);
        var days = today.DayNumber - since.DayNumber;
        var moves = mode == ResumeMode.MoveDates && days > 0;
        try
        {
            await launches.ReleaseAsync(programme, row.ClockId, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreBusyException)
        {
            throw Busy();
        }

        if (moves)
        {
            await operation.ReviseAsync(LaunchShift.After(operation.Launch, since, days, calendars.Current), cancellationToken).ConfigureAwait(false);
            await LedgerChanges.DelayAsync(operation, since, days, calendars.Current, cancellationToken).ConfigureAwait(false);
            await launches.DelayStimuliAsync(programme, TimeSpan.FromDays(days), cancellationToken).ConfigureAwait(false);
            await launches.SendToAllAsync(programme, $"dates-moved-{operation.LaunchRevision}", new DatesMoved(days, from, operation.Session.Now, operation.Reason), operation.Session.Now, cancellationToken).ConfigureAwait(false);
        }

        await operation.Db.Programmes.Where(one => one.Id == programme).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.SuspendedOn, (DateOnly?)null).SetProperty(one => one.SuspendedAt, (DateTimeOffset?)null).SetProperty(one => one.SuspendReason, (string?)null)
            .SetProperty(one => one.Version, one => one.Version + 1), cancellationToken).ConfigureAwait(false);
        return await operation.CommitAsync(
            ProgrammeChangeKind.Resumed, null,
            moves ? new($"恢复，自 {since:yyyy-MM-dd} 起的日期顺延 {days} 日", $"Resumed; dates from {since:yyyy-MM-dd} on move by {days} days") : new("恢复，日期不变", "Resumed; dates stay"),
            new { suspendedOn = since, days, moved = moves, suspendReason = row.SuspendReason }, [], null, null, cancellationToken).ConfigureAwait(false);
    }

    internal static RefusedException Busy() => new(new("系统正在处理本专项工作的事项，您的操作没有保存，请稍候再试", "The programme is being processed right now; nothing was saved, try again in a moment"));
}
