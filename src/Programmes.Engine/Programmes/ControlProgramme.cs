using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>What the leading office does to a whole programme: move its demonstration clock, cancel a mistaken launch, retry what stopped.</summary>
public sealed class ControlProgramme(InstanceStore store, PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, TimeProvider time)
{
    /// <summary>Moves a demonstration clock forward to the morning (08:30) of a day; what falls due on the way happens in its order.</summary>
    public async Task AdvanceClockAsync(Person person, string programmeId, DateOnly to, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), PersonDoor.WaitMax, cancellationToken).ConfigureAwait(false);
        var programme = await transaction.Db.Programmes.FirstOrDefaultAsync(row => row.Id == programmeId, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此专项工作", "The programme");
        if (programme.ClockId == ClockRow.RealTime || programme.BackfillUntil is not null) throw new RefusedException(new("此专项工作按真实时间运行，没有演示时钟", "This programme runs in real time and has no demonstration clock"));
        if (to > WorkingDayCalendar.MaxDate.AddYears(-5)) throw new RefusedException(new("日期太远", "That day is too far away"));
        var shown = await transaction.Launches.ReadClockAsync(programme.ClockId, cancellationToken).ConfigureAwait(false);
        var target = ChinaTime.StartOf(to) + TimeSpan.FromHours(8.5);
        if (target <= shown) throw new RefusedException(new($"演示时钟已是 {ChinaTime.DateOf(shown):yyyy-MM-dd}，只能向前", $"The clock shows {ChinaTime.DateOf(shown):yyyy-MM-dd} already and only moves forward"));
        await transaction.Launches.AdvanceClockAsync(programme.ClockId, target, cancellationToken).ConfigureAwait(false);
        transaction.Db.Audit.Add(new() { At = transaction.Now, Actor = person.Name, Action = "programme.clock-moved", Subject = programmeId, ProgrammeId = programmeId, Details = $"{to:yyyy-MM-dd}" });
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Cancels a mistaken launch with all that it has open. What happened stays on record.</summary>
    public async Task CancelAsync(Person person, string programmeId, string reason, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(new("请写明撤销理由", "Give the reason for cancelling"));
        string? instance;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            instance = await db.Programmes.Where(row => row.Id == programmeId && row.Status == ProgrammeStatus.Running).Select(row => row.InstanceId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        await using var session = await doors.OpenAsync(instance ?? throw new RefusedException(new("此专项工作已结束或不存在", "The programme is over or does not exist")), person, cancellationToken).ConfigureAwait(false);
        var programme = await session.Db.Programmes.SingleAsync(row => row.Id == programmeId, cancellationToken).ConfigureAwait(false);
        programme.Status = ProgrammeStatus.Cancelled;
        programme.EndedAt = session.Now;
        programme.EndReason = reason.Trim();
        session.Audit("programme.cancelled", programmeId, reason.Trim());
        await session.DecideAsync(new Cancel(reason.Trim()), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A person has looked at an incident and lets the instance go on.</summary>
    public async Task RetryAsync(Person person, string instanceId, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var session = await doors.OpenAsync(instanceId, person, cancellationToken).ConfigureAwait(false);
        session.Audit("instance.retried", instanceId);
        await session.Transaction.RetryAsync(instanceId, person.Name, session.Now, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
