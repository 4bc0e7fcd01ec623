using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Engine.Mail;
using Programmes.Engine.Nodes;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Faults;

/// <summary>Two workers, each a process of its own, on one PostgreSQL database and one pickup folder; and an engine without jobs that looks on.</summary>
internal sealed class NodePair : IAsyncDisposable
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks in a row at which nothing but leases of dead senders is left, before the clock passes them.</summary>
    private const int StillTicks = 20;

    private NodePair(EngineHost office, SettableClock other, HostProcess[] nodes)
    {
        Office = office;
        Other = other;
        Nodes = nodes;
    }

    public EngineHost Office { get; }

    /// <summary>The second node's clock; <see cref="EngineHost.Clock"/> is the first's.</summary>
    public SettableClock Other { get; }
    public HostProcess[] Nodes { get; }
    public SettableClock Clock => Office.Clock;

    /// <summary>Both nodes run, at 8:00 on the day that <see cref="FaultPlan"/> starts.</summary>
    /// <param name="apart">How much the second node's clock is ahead of the first's.</param>
    public static async Task<NodePair> StartAsync(string connectionString, TimeSpan apart = default, string role = nameof(NodeRoles.Worker))
    {
        var folder = Directory.CreateTempSubdirectory("programmes-nodes-").FullName;
        var clockFiles = new[] { Path.Combine(folder, "clock-0"), Path.Combine(folder, "clock-1") };
        var office = await EngineHost.StartAsync(FaultPlan.StartsOn, connectionString, folder, clockFiles[0]);
        var other = new SettableClock(office.Clock.Now + apart, clockFiles[1]);
        var all = new Dictionary<string, string> { ["Programmes__Database"] = connectionString, ["Programmes__Role"] = role, ["Programmes__Workflows"] = "" };
        var pair = new NodePair(office, other, [.. clockFiles.Select(file => new HostProcess(folder, file, all))]);
        try
        {
            // Both at once on a database that is not there yet.
            await Task.WhenAll(pair.Nodes.Select(node => node.StartAsync()));
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    public void Advance(TimeSpan by)
    {
        Other.Now += by;
        Clock.Now += by;
    }

    /// <summary>Launches, and waits until every unit waits.</summary>
    /// <param name="mailed">How many of the units have an address.</param>
    public async Task LaunchAsync(int units, int waits, int mailed, TimeSpan within)
    {
        await FaultPlan.PublishAsync(Office, waits);
        await FaultPlan.LaunchAsync(Office, units, mailed);
        await UntilAsync(within, async db => !await db.Stimuli.AnyAsync() && await db.Instances.CountAsync(row => row.UnitId != null && row.WakeAt != null) == units);
    }

    /// <summary>Waits until every unit waits for the given timer.</summary>
    public Task UntilWaitingAsync(int units, string wait, TimeSpan within) =>
        UntilAsync(within, async db => await db.Bookmarks.CountAsync(row => row.Activity == wait) == units);

    /// <summary>Waits until all are through and every mail went, and passes the leases of dead senders.</summary>
    public async Task SettleAsync(TimeSpan within)
    {
        var (still, last) = (0, -1);
        await UntilAsync(within, async db =>
        {
            if (await db.Stimuli.AnyAsync() || await db.MailRequests.AnyAsync() || await db.Instances.AnyAsync(row => row.FinishedAt == null)) return false;
            var queued = await db.Outbox.CountAsync(row => row.Status == OutboxStatus.Queued);
            if (queued == 0) return true;
            still = queued == last ? still + 1 : 0;
            last = queued;
            if (still < StillTicks) return false;
            Advance(SendOutbox.Lease + TimeSpan.FromSeconds(1));
            still = 0;
            return false;
        });
    }

    /// <summary>Looks again and again, also while the database is away.</summary>
    public async Task UntilAsync(TimeSpan within, Func<ProgrammesDb, Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(Tick);
        Exception? last = null;
        do
        {
            try
            {
                await using var db = Office.Db();
                if (await condition(db)) return;
                last = null;
            }
            catch (Exception exception) when (exception is DbException || exception.InnerException is DbException)
            {
                last = exception;
            }
        }
        while (Stopwatch.GetElapsedTime(started) < within && await tick.WaitForNextTickAsync());
        throw new TimeoutException($"Not after {within}: {(last is null ? await PendingAsync() : last.Message)}\n{Nodes[0].Output}\n{Nodes[1].Output}", last);
    }

    /// <summary>What the database and the pickup folder say, afterwards.</summary>
    public async Task<FaultCounts> CountAsync(int units, int waits, int mailed)
    {
        await using var db = Office.Db();
        var timers = await db.ActivityExecutions.AsNoTracking().Where(row => row.Type == "Elsa.Delay").Select(row => new { row.InstanceId, row.Activity, row.Status, row.EndedAt, row.EndedNominalAt }).ToListAsync();
        var fired = timers.Where(row => row.Status == ActivityStatus.Completed && row.EndedAt != null).GroupBy(row => (row.InstanceId, row.Activity)).ToList();
        var mails = await db.Outbox.AsNoTracking().Where(row => row.Status != OutboxStatus.NoAddress).Select(row => new { row.MessageId, row.Status, row.Attempts }).ToListAsync();
        var expected = mails.Select(row => PickupFolderTransport.FileNameOf(row.MessageId)).ToHashSet(StringComparer.Ordinal);
        var files = Directory.Exists(Office.MailFolder) ? Directory.GetFiles(Office.MailFolder, "*.eml").Select(file => Path.GetFileName(file)!).ToList() : [];
        var start = Core.Calendars.ChinaTime.StartOf(FaultPlan.StartsOn).AddHours(8);
        return new()
        {
            Due = units * waits,
            Fired = fired.Count,
            Doubled = timers.Count - timers.Select(row => (row.InstanceId, row.Activity)).Distinct().Count(),
            OffTheirInstant = fired.SelectMany(group => group).Count(row => row.EndedNominalAt != start + FaultPlan.WaitFor * int.Parse(row.Activity.AsSpan("wait".Length), CultureInfo.InvariantCulture)),
            Incidents = await db.Incidents.CountAsync(),
            MailsExpected = mailed,
            MailsQueued = expected.Count,
            MailsDelivered = files.Count(expected.Contains),
            MailsStray = files.Count(file => !expected.Contains(file)) + mails.Count(row => row.Status != OutboxStatus.Sent),
            MailsRepeated = mails.Sum(row => row.Attempts) - mails.Count,
        };
    }

    private async Task<string> PendingAsync()
    {
        await using var db = Office.Db();
        var outbox = await db.Outbox.GroupBy(row => row.Status).Select(group => $"{group.Key} {group.Count()}").ToListAsync();
        var incidents = await db.Incidents.Select(row => row.MessageEn).Take(3).ToListAsync();
        return $"{await db.Stimuli.CountAsync()} stimuli, {await db.MailRequests.CountAsync()} requests for mails, {await db.Instances.CountAsync(row => row.FinishedAt == null)} instances, wake {await db.Instances.MinAsync(row => row.WakeAt):O}, "
            + $"clock {Clock.Now:O}, mails {string.Join(", ", outbox)}, incidents {string.Join("; ", incidents)}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) node.Dispose();
        await Office.DisposeAsync();
    }
}

/// <summary>What became of timers and mails.</summary>
internal sealed record FaultCounts
{
    public required int Due { get; init; }
    public required int Fired { get; init; }
    public int Lost => Due - Fired;
    public required int Doubled { get; init; }
    public required int OffTheirInstant { get; init; }
    public required int Incidents { get; init; }
    public required int MailsExpected { get; init; }
    public required int MailsQueued { get; init; }
    public required int MailsDelivered { get; init; }

    /// <summary>Files of no mail, and mails that were not sent.</summary>
    public required int MailsStray { get; init; }

    /// <summary>At most: leases that a dead sender left behind, before or after it handed the mail over. A repeat overwrites the file of its Message-ID.</summary>
    public required int MailsRepeated { get; init; }

    public void ShouldBeWhole()
    {
        Lost.ShouldBe(0);
        Doubled.ShouldBe(0);
        OffTheirInstant.ShouldBe(0);
        Incidents.ShouldBe(0);
        MailsQueued.ShouldBe(MailsExpected);
        MailsDelivered.ShouldBe(MailsExpected);
        MailsStray.ShouldBe(0);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"timers due {Due:N0}, fired {Fired:N0}, lost {Lost}, doubled {Doubled}; mails expected {MailsExpected:N0}, delivered {MailsDelivered:N0}, repeated {MailsRepeated}; incidents {Incidents}");
}
