using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Mail;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Launching;

/// <summary>
/// Brings a programme that began in the past up to today: its own clock walks from the plan's first day to now, and on the
/// way everything that fell due is recorded as done on its date, with its first outcome and without mail. Interrupted, it goes on where it was.
/// </summary>
public sealed class Backfill(Database database, InstanceStore store, IDbContextFactory<ProgrammesDb> contexts, Pump pump, WorkOnItem work, ReviewItem review, DefinitionLibrary library, CalendarSource calendars, TimeProvider time)
{
    /// <summary>Steps of one backfill; each completes a work item or moves the clock.</summary>
    public const int StepsMax = 5_000_000;

    private const int WithoutDueWorkingDays = 5;
    private static readonly TimeSpan WorkDone = TimeSpan.FromHours(16);
    private static readonly Person Recorder = new("backfill") { IsAdministrator = true };

    /// <summary>Goes on with backfills that a stop interrupted.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        List<string> interrupted;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            interrupted = await (from programme in db.Programmes
                                 join clock in db.Clocks on programme.ClockId equals clock.Id
                                 where programme.BackfillUntil != null && clock.OffsetMicroseconds < 0
                                 select programme.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var programme in interrupted) await RunAsync(programme, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nothing happens where another process is at it: a node that starts finds the backfill that an office has just begun.</summary>
    public async Task RunAsync(string programme, CancellationToken cancellationToken = default)
    {
        var hold = await database.TryHoldAsync($"backfill.{programme}", cancellationToken).ConfigureAwait(false);
        if (hold is null) return;
        await using (hold.ConfigureAwait(false)) await WalkAsync(programme, cancellationToken).ConfigureAwait(false);
    }

    private async Task WalkAsync(string programme, CancellationToken cancellationToken)
    {
        for (var step = 0; step < StepsMax; step++)
        {
            await pump.RunAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            var (clock, next, item) = await NextAsync(programme, cancellationToken).ConfigureAwait(false);
            var now = time.GetUtcNow();
            if (next is null || next > now) break;
            await MoveClockAsync(clock, next.Value, cancellationToken).ConfigureAwait(false);
            if (item is not null) await CompleteAsync(item, cancellationToken).ConfigureAwait(false);
        }

        await ArriveAsync(programme, cancellationToken).ConfigureAwait(false);
        await pump.RunAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private async Task<(long Clock, DateTimeOffset? At, WorkItemRow? Item)> NextAsync(string programme, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var clock = await db.Programmes.Where(row => row.Id == programme).Select(row => row.ClockId).SingleAsync(cancellationToken).ConfigureAwait(false);
        var wake = await db.Instances.Where(row => row.ProgrammeId == programme && row.WakeAt != null && !row.Parked).MinAsync(row => row.WakeAt, cancellationToken).ConfigureAwait(false);
        var open = await db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == programme && row.ClosedOn == null)
            .OrderBy(row => row.DueOn ?? row.OpenedOn).ThenBy(row => row.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var done = open is null ? (DateTimeOffset?)null : DoneAt(open);
        // What falls due at the same instant comes first, as it does when people are on time.
        return done is not null && (wake is null || done < wake) ? (clock, done, open) : (clock, wake, null);
    }

    private DateTimeOffset DoneAt(WorkItemRow item)
    {
        var calendar = calendars.Current;
        var day = item.DueOn is { } due ? calendar.WorkingDayOnOrBefore(due) : calendar.AddWorkingDays(item.OpenedOn, WithoutDueWorkingDays);
        return ChinaTime.StartOf(day < item.OpenedOn ? item.OpenedOn : day) + WorkDone;
    }

    private async Task MoveClockAsync(long clock, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
        if (await transaction.Launches.ReadClockAsync(clock, cancellationToken).ConfigureAwait(false) >= to) return;
        await transaction.Launches.AdvanceClockAsync(clock, to, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task CompleteAsync(WorkItemRow item, CancellationToken cancellationToken)
    {
        if (item.Units is not null)
        {
            List<string> units;
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
                units = await db.StepRows.Where(row => row.SubjectId == item.Id && row.Status == StepRowStatus.Open).OrderBy(row => row.Id).Select(row => row.UnitId).ToListAsync(cancellationToken).ConfigureAwait(false);
            var outcomes = WorkOnItem.RowOutcomesOf(item);
            foreach (var unit in units)
            {
                var outcome = item.ReadQuota() is { } quota && await IsFullAsync(item, quota, cancellationToken).ConfigureAwait(false) ? Quota.NotSelected : outcomes[0];
                await work.DecideRowAsync(Recorder, item.Id, unit, outcome, null, item.Quota is null ? null : "补录", cancellationToken).ConfigureAwait(false);
            }
        }

        await work.SubmitBackfilledAsync(Recorder, item.Id, cancellationToken).ConfigureAwait(false);
        if (item.Reviewer is not null) await review.CompleteAsync(Recorder, item.Id, null, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsFullAsync(WorkItemRow item, Quota quota, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var (here, elsewhere) = await Selections.CountAsync(db, item, null, cancellationToken).ConfigureAwait(false);
        return quota.Refuse(here, elsewhere) is not null;
    }

    /// <summary>The programme's clock shows real time from here on, and what is open gets its reminders.</summary>
    private async Task ArriveAsync(string programme, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
        var row = await transaction.Db.Programmes.SingleAsync(p => p.Id == programme, cancellationToken).ConfigureAwait(false);
        if (await transaction.Launches.ReadClockAsync(row.ClockId, cancellationToken).ConfigureAwait(false) < transaction.Now)
            await transaction.Launches.AdvanceClockAsync(row.ClockId, transaction.Now, cancellationToken).ConfigureAwait(false);
        var launch = await library.LaunchAsync(programme, row.LaunchRevision, cancellationToken).ConfigureAwait(false);
        var today = ChinaTime.DateOf(transaction.Now);
        await foreach (var item in transaction.Db.WorkItems.Where(item => item.ProgrammeId == programme && item.ClosedOn == null).AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            item.RearmAnew(today);
            if (item.Status != WorkItemStatus.Submitted) item.NextReminderOn = ReminderPlan.First(ReminderPolicies.Of(item.Reminders, item.Activity, launch), transaction.Now, item.DueOn, calendars.Current);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
