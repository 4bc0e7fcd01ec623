using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Workflows;
using Programmes.Engine.Launching;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Faults;

/// <summary>The real host, killed at random moments while three years pass.</summary>
public class KilledHostTests
{
    private const int KillPercent = 12;
    private static readonly TimeSpan QuietWithin = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData(20231130)]
    public async Task KilledAtRandomMoments_NothingIsLostOrDoubled(long seed)
    {
        var random = new SeededRandom(seed);
        var folder = Directory.CreateTempSubdirectory("programmes-killed-").FullName;
        var clockFile = Path.Combine(folder, "clock");
        await using var office = await EngineHost.StartAsync(new DateOnly(2023, 7, 3), folder: folder, clockFile: clockFile);
        using var host = new HostProcess(folder, clockFile);
        var kills = 0;
        try
        {
            await host.StartAsync();
            await office.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, TongjiangTests.LaunchFile, "launch.example.json", LaunchMode.AsPlanned, warningsConfirmed: true);
            var days = new Days(office) { Settle = () => QuietAsync(office, host, random, () => kills++) };
            var last = new DateOnly(2026, 1, 1);
            for (var day = office.Clock.Today; day <= last && await IsRunningAsync(office); day = await days.NextEventfulDayAsync(day))
            {
                office.Clock.To(day, 8.6);
                await days.Settle!();
                office.Clock.To(day, 16);
                await days.WorkAsync(day);
            }

            office.Clock.Now += Engine.Mail.SendOutbox.Lease * 2;
            await days.Settle!();
            await CheckAsync(office, kills);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Seed {seed}, {kills} kills, {office.Clock.Today:yyyy-MM-dd}: {exception.Message}\n{host.Output}", exception);
        }
    }

    /// <summary>Waits until the host has nothing left to do, killing and starting it again on the way.</summary>
    private static async Task QuietAsync(EngineHost office, HostProcess host, SeededRandom random, Action killed)
    {
        var started = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var killAfter = random.Chance(KillPercent) ? random.Next(15) : -1;
        for (var ticks = 0; ; ticks++)
        {
            if (ticks == killAfter)
            {
                await host.KillAsync();
                killed();
                await host.StartAsync();
            }

            if (ticks > killAfter && await IsQuietAsync(office)) return;
            if (Stopwatch.GetElapsedTime(started) > QuietWithin) throw new TimeoutException($"The host did not come to rest: {await PendingAsync(office)}");
            await tick.WaitForNextTickAsync();
        }
    }

    private static async Task<bool> IsQuietAsync(EngineHost office)
    {
        var now = office.Clock.Now;
        var today = office.Clock.Today;
        await using var db = office.Db();
        if (await db.Stimuli.AnyAsync() || await db.Instances.AnyAsync(row => row.WakeAt != null && row.WakeAt <= now)) return false;
        // A dead sender's lease keeps its mails until it runs out by a clock that stands still here; reminders wait for a working morning.
        if (await db.Outbox.AnyAsync(row => row.Status == OutboxStatus.Queued && (row.LeaseUntil == null || row.LeaseUntil <= now))) return false;
        if (!WorkingDayCalendar.Official.IsWorkingDay(today)) return true;
        return !await db.WorkItems.AnyAsync(row => row.ClosedOn == null && row.NextReminderOn != null && row.NextReminderOn <= today);
    }

    private static async Task<string> PendingAsync(EngineHost office)
    {
        await using var db = office.Db();
        var outbox = await db.Outbox.GroupBy(row => row.Status).Select(group => $"{group.Key} {group.Count()}").ToListAsync();
        return $"{await db.Stimuli.CountAsync()} stimuli, wake {await db.Instances.MinAsync(row => row.WakeAt):O}, clock {office.Clock.Now:O}, mails {string.Join(", ", outbox)}, "
            + $"errors {string.Join("; ", await db.Outbox.Where(row => row.LastError != null).Select(row => row.LastError).Distinct().Take(3).ToListAsync())}, "
            + $"reminders {string.Join("; ", await db.WorkItems.Where(row => row.ClosedOn == null && row.NextReminderOn <= office.Clock.Today).Select(row => $"{row.Id} {row.Role} {row.UnitId} {row.NextReminderOn} due {row.DueOn}, {row.RemindersSent} sent").Take(5).ToListAsync())}";
    }

    private static async Task<bool> IsRunningAsync(EngineHost office)
    {
        await using var db = office.Db();
        return await db.Instances.AnyAsync(row => row.FinishedAt == null);
    }

    private static async Task CheckAsync(EngineHost office, int kills)
    {
        kills.ShouldBeGreaterThan(3);
        await using var db = office.Db();
        (await db.Incidents.CountAsync()).ShouldBe(0);
        (await db.Instances.CountAsync(row => row.FinishedAt == null)).ShouldBe(0);
        (await db.UnitResults.CountAsync(row => row.Final && !row.Superseded && row.Achieved)).ShouldBe(33);
        (await db.UnitResults.CountAsync()).ShouldBe(33);
        (await db.Bookmarks.CountAsync()).ShouldBe(0);

        // Every timer once: each waiting activity was executed once and completed or was cancelled, on its nominal date.
        var executions = await db.ActivityExecutions.AsNoTracking().ToListAsync();
        executions.ShouldAllBe(row => row.EndedAt != null);
        executions.Where(row => row.Type is "Programmes.WaitUntil" or "Programmes.PublicNotice" or "Programmes.Stage").GroupBy(row => (row.InstanceId, row.Activity)).ShouldAllBe(group => group.Count() == 1);
        (await db.Notices.Where(row => row.Batch == 1).Select(row => row.ClosesOn).SingleAsync()).ShouldBe(new DateOnly(2023, 12, 7));
        executions.Count(row => row.Type == "Programmes.PublicNotice" && row.Status == ActivityStatus.Completed).ShouldBe(3);

        // Every mail once: one file for each row, one digest an address a day.
        var mails = await db.Outbox.AsNoTracking().ToListAsync();
        mails.ShouldNotBeEmpty();
        mails.ShouldAllBe(row => row.Status == OutboxStatus.Sent);
        mails.Select(row => row.MessageId).ShouldBeUnique();
        Directory.GetFiles(office.MailFolder, "*.eml").Length.ShouldBe(mails.Count);
    }
}
