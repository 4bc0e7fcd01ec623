using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Archiving;
using Programmes.Engine.Evidence;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Bounces;
using Programmes.Engine.Nodes;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Quartz;

namespace Programmes.Engine.Hosting;

/// <summary>
/// The recurring jobs. Each is safe to be killed at any moment: the truth is in the tables. Those that claim what they take run on
/// every worker; those that look at everything are single, on whichever worker has the turn: Quartz's clustered store sees to it
/// where nodes share a database.
/// </summary>
public static class Jobs
{
    public static readonly TimeSpan PumpEvery = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan OutboxEvery = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan DigestsEvery = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan BouncesEvery = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan SignInSweepEvery = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan EvidenceSweepEvery = TimeSpan.FromDays(1);

    /// <summary>A node not heard of for so long, and as long again, is taken for dead, and its single jobs go on elsewhere.</summary>
    public static readonly TimeSpan CheckInEvery = TimeSpan.FromSeconds(5);

    /// <summary>All intervals on a <see cref="TestClock"/>, whose days pass in moments.</summary>
    public static readonly TimeSpan TestEvery = TimeSpan.FromMilliseconds(100);

    private const string OnEveryNode = "programmes";
    private const string OnOneNode = "programmes-single";

    /// <param name="shared">Whether several nodes use the database. On SQLite there is one, so nothing needs to be agreed upon.</param>
    /// <param name="time">The host's clock.</param>
    internal static void AddJobs(this IServiceCollection services, bool shared, TimeProvider time)
    {
        services.AddSingleton<JobRunner>();
        TimeSpan Interval(TimeSpan usual) => time is TestClock ? TestEvery : usual;
        services.AddScheduler(OnEveryNode, quartz =>
        {
            Every<PumpJob>(quartz, "pump", Interval(PumpEvery));
            Every<ComposeJob>(quartz, "compose", Interval(OutboxEvery));
            Every<OutboxJob>(quartz, "outbox", Interval(OutboxEvery));
        });
        services.AddScheduler(OnOneNode, quartz =>
        {
            if (shared) quartz.UsePersistentStore(Share);
            Every<DigestJob>(quartz, "digests", Interval(DigestsEvery));
            Every<BounceJob>(quartz, "bounces", Interval(BouncesEvery));
            Every<SignInSweepJob>(quartz, "sign-ins", SignInSweepEvery);
            Every<EvidenceSweepJob>(quartz, "evidence", EvidenceSweepEvery);
            Every<ArchiveJob>(quartz, "archive", ArchiveJob.Every);
        });
        services.AddHostedService<JobsStarter>();
    }

    private static void AddScheduler(this IServiceCollection services, string name, Action<IQuartzBuilder> jobs)
    {
        services.AddQuartz(name, quartz =>
        {
            // How often a job looks is real time, even where what it sees is on a test clock that stands still. The scheduler
            // has a name, so that its clock stays its own: the unnamed one's would take the place of the host's.
            quartz.UseTimeProvider(TimeProvider.System);
            quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
            jobs(quartz);
        });
        services.Configure<QuartzHostedServiceOptions>(name, options => options.WaitForJobsToComplete = true);
    }

    private static void Share(IPersistentStoreBuilder store)
    {
        store.UsePostgres(source => source.DataSourceFactory = provider => provider.GetRequiredService<Database>().Source!);
        store.ProvisionSchema();
        store.UseClustering(cluster => (cluster.CheckinInterval, cluster.CheckinMisfireThreshold) = (CheckInEvery, CheckInEvery));
    }

    private static void Every<T>(IQuartzBuilder quartz, string name, TimeSpan interval) where T : class, IJob =>
        quartz.ScheduleJob<T>(
            trigger => trigger.WithIdentity(name).StartNow().WithSchedule(SimpleScheduleBuilder.Create().WithInterval(interval).MeasureIntervalFromCompletion(true).RepeatForever()),
            job => job.WithIdentity(name));
}

/// <summary>Starts Quartz, which makes its own tables in the database, once there is one.</summary>
internal sealed class JobsStarter(NodeStart start, IServiceProvider services) : BackgroundService
{
    private readonly QuartzHostedService quartz = ActivatorUtilities.CreateInstance<QuartzHostedService>(services);
    private bool started;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (start.IsReady)
        {
            started = true;
            await quartz.StartAsync(cancellationToken).ConfigureAwait(false);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (started) return;
        await start.WhenReadyAsync(stoppingToken).ConfigureAwait(false);
        await quartz.StartAsync(stoppingToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await quartz.StopAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>What every job needs beside its work.</summary>
internal sealed class JobRunner(JobHealth health, ClockWatch clock, EngineMetrics metrics, ILogger<JobRunner> log)
{
    /// <summary>Runs it unless this node's clock is wrong. A failure is logged and tried again at the next interval, never fatal to the host.</summary>
    public async Task RunAsync(string job, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (clock.IsApart) return;
        var started = Stopwatch.GetTimestamp();
        var failed = false;
        using var trace = EngineMetrics.Traces.StartActivity(job);
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // Whatever it was, the next interval tries again; the host must live.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failed = true;
            trace?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            // While a database is away this comes every second, and where it was thrown tells nothing.
            if (InstanceStore.IsTransient(exception)) log.LogWarning(new EventId(1006, "JobInterrupted"), "{Job} was interrupted ({Error}) and is tried again at its next interval", job, exception.GetBaseException().GetType().Name);
            else log.LogError(new EventId(1001, "JobFailed"), exception, "{Job} failed and is tried again at its next interval", job);
        }

        var took = Stopwatch.GetElapsedTime(started);
        health.Ran(job, took, failed);
        metrics.JobRan(job, took, failed);
    }
}

internal abstract class RecurringJob(JobRunner runner) : IJob
{
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await runner.RunAsync(GetType().Name, RunAsync, cancellationToken).ConfigureAwait(false);
}

[DisallowConcurrentExecution]
internal sealed class PumpJob(Pump pump, JobRunner runner) : RecurringJob(runner)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => pump.RunAsync(cancellationToken: cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class ComposeJob(ComposeMails compose, JobRunner runner) : RecurringJob(runner)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => compose.RunAsync(cancellationToken: cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class OutboxJob(SendOutbox outbox, JobRunner runner) : RecurringJob(runner)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => outbox.RunAsync(cancellationToken: cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class DigestJob(SendDigests digests, TellOverdue overdue, JobRunner runner) : RecurringJob(runner)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await digests.RunAsync(cancellationToken).ConfigureAwait(false);
        await overdue.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Does nothing where no folder of notifications is set.</summary>
[DisallowConcurrentExecution]
internal sealed class BounceJob(ReadBounces bounces, JobRunner runner) : RecurringJob(runner)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => bounces.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class SignInSweepJob(SignInThrottle throttle, JobRunner runner) : RecurringJob(runner)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => throttle.SweepAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class EvidenceSweepJob(SweepEvidence sweep, JobRunner runner) : RecurringJob(runner)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => sweep.RunAsync(cancellationToken);
}
