using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Hosting;
using Programmes.Engine.Mail;
using Programmes.Storage;
using Programmes.Storage.Mail;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Nodes;

/// <summary>What a node says of itself.</summary>
/// <param name="Skew">Its clock less the database's.</param>
/// <param name="Mail">Why it can hand no mail over; null: it can, or has not tried.</param>
public sealed record NodeState(IReadOnlyList<JobRun> Jobs, TimeSpan Skew, MailOutage? Mail);

/// <summary>
/// Every few seconds: is the clock right, what waits, and a row that says this node lives. All in real time, whatever clock the
/// programmes run on. Without the database it goes on trying.
/// </summary>
public sealed class NodeHeartbeat(NodeRoles roles, NodeStart start, IDbContextFactory<ProgrammesDb> contexts, ClockWatch clock, JobHealth jobs, MailHealth mail, EngineMetrics metrics, TimeProvider time, ILogger<NodeHeartbeat> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>A node not seen for so long has ended, with or without a word.</summary>
    public static readonly TimeSpan SilentMax = TimeSpan.FromMinutes(1);

    /// <summary>Rows of nodes that ended are kept for so long.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    private readonly string id = $"{Guid.NewGuid():N}";

    public static string Version { get; } = typeof(NodeHeartbeat).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (start.IsReady) await BeatAsync(stopped: false, cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await start.WhenReadyAsync(stoppingToken).ConfigureAwait(false);
        using var tick = new PeriodicTimer(Every);
        do
        {
            try
            {
                await clock.LookAsync(stoppingToken).ConfigureAwait(false);
                if (roles.HasFlag(NodeRoles.Worker)) metrics.Backlog = await SampleAsync(stoppingToken).ConfigureAwait(false);
                await BeatAsync(stopped: false, stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The next beat tries again; the host must live.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogWarning(new EventId(1005, "HeartbeatFailed"), "This node cannot tell that it lives ({Error})", exception.GetType().Name);
            }
        }
        while (await tick.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (!start.IsReady) return;
        try
        {
            await BeatAsync(stopped: true, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A node that cannot say goodbye stops all the same.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.LogWarning(new EventId(1005, "HeartbeatFailed"), "This node cannot tell that it stops ({Error})", exception.GetType().Name);
        }
    }

    private async Task BeatAsync(bool stopped, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var state = JsonSerializer.Serialize(new NodeState(jobs.Runs, clock.Skew, mail.Outage));
        var known = await db.Nodes.Where(row => row.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.SeenAt, now)
            .SetProperty(row => row.StoppedAt, stopped ? now : null)
            .SetProperty(row => row.State, state), cancellationToken).ConfigureAwait(false);
        if (known > 0) return;
        db.Nodes.Add(new() { Id = id, Name = Environment.MachineName, Version = Version, Role = roles.ToString(), StartedAt = now, SeenAt = now, StoppedAt = stopped ? now : null, State = state });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var old = now - KeptFor;
        await db.Nodes.Where(row => row.SeenAt < old).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Backlog> SampleAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var due = await db.Instances.Where(row => row.ClockId == ClockRow.RealTime && !row.Parked && row.WakeAt != null).MinAsync(row => row.WakeAt, cancellationToken).ConfigureAwait(false);
        var ready = db.Outbox.Where(row => row.Status == OutboxStatus.Queued && row.NotBefore <= now);
        var mails = await ready.CountAsync(cancellationToken).ConfigureAwait(false);
        var mailAt = mails == 0 ? null : await ready.MinAsync(row => (DateTimeOffset?)row.NotBefore, cancellationToken).ConfigureAwait(false);
        return new(
            due is { } dueAt && dueAt < now ? now - dueAt : TimeSpan.Zero,
            mailAt is { } at ? now - at : TimeSpan.Zero,
            mails,
            await db.Outbox.CountAsync(row => row.Status == OutboxStatus.Dead, cancellationToken).ConfigureAwait(false),
            await db.Incidents.CountAsync(row => row.ResolvedAt == null, cancellationToken).ConfigureAwait(false));
    }
}
