using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Evidence;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Bounces;
using Programmes.Engine.Pumping;
using Quartz;

namespace Programmes.Engine.Hosting;

/// <summary>
/// The recurring jobs. Each is safe to run on any number of nodes and to be killed at any moment: the truth is in the tables.
/// </summary>
public static class Jobs
{
    public static readonly TimeSpan PumpEvery = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan OutboxEvery = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan DigestsEvery = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan BouncesEvery = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan EvidenceSweepEvery = TimeSpan.FromDays(1);

    private const string Scheduler = "programmes";

    /// <summary>All intervals on a <see cref="TestClock"/>, whose days pass in moments.</summary>
    public static readonly TimeSpan TestEvery = TimeSpan.FromMilliseconds(100);

    /// <param name="time">The host's clock.</param>
    public static IServiceCollection AddProgrammesJobs(this IServiceCollection services, TimeProvider time)
    {
        TimeSpan Interval(TimeSpan usual) => time is TestClock ? TestEvery : usual;
        services.AddQuartz(Scheduler, quartz =>
        {
            // How often a job looks is real time, even where what it sees is on a test clock that stands still. The scheduler
            // has a name, so that its clock stays its own: the unnamed one's would take the place of the host's.
            quartz.UseTimeProvider(TimeProvider.System);
            Every<PumpJob>(quartz, "pump", Interval(PumpEvery));
            Every<ComposeJob>(quartz, "compose", Interval(OutboxEvery));
            Every<OutboxJob>(quartz, "outbox", Interval(OutboxEvery));
            Every<DigestJob>(quartz, "digests", Interval(DigestsEvery));
            Every<BounceJob>(quartz, "bounces", Interval(BouncesEvery));
            Every<EvidenceSweepJob>(quartz, "evidence", EvidenceSweepEvery);
        });
        services.AddQuartzHostedService(Scheduler, options => options.WaitForJobsToComplete = true);
        return services;
    }

    private static void Every<T>(IQuartzBuilder quartz, string name, TimeSpan interval) where T : class, IJob =>
        quartz.ScheduleJob<T>(
            trigger => trigger.WithIdentity(name).StartNow().WithSchedule(SimpleScheduleBuilder.Create().WithInterval(interval).MeasureIntervalFromCompletion(true).RepeatForever()),
            job => job.WithIdentity(name));
}

/// <summary>A job whose failure is logged and tried again at the next interval, never fatal to the host.</summary>
internal abstract class RecurringJob(JobHealth health, ILogger log) : IJob
{
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await RunAsync(cancellationToken).ConfigureAwait(false);
            health.Ran(GetType().Name, Stopwatch.GetElapsedTime(started), failed: false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever it was, the next interval tries again; the host must live.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            health.Ran(GetType().Name, Stopwatch.GetElapsedTime(started), failed: true);
            log.LogError(new EventId(1001, "JobFailed"), exception, "{Job} failed and is tried again at its next interval", GetType().Name);
        }
    }
}

[DisallowConcurrentExecution]
internal sealed class PumpJob(Pump pump, JobHealth health, ILogger<PumpJob> log) : RecurringJob(health, log)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => pump.RunAsync(cancellationToken: cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class ComposeJob(ComposeMails compose, JobHealth health, ILogger<ComposeJob> log) : RecurringJob(health, log)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => compose.RunAsync(cancellationToken: cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class OutboxJob(SendOutbox outbox, JobHealth health, ILogger<OutboxJob> log) : RecurringJob(health, log)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => outbox.RunAsync(cancellationToken: cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class DigestJob(SendDigests digests, TellOverdue overdue, JobHealth health, ILogger<DigestJob> log) : RecurringJob(health, log)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await digests.RunAsync(cancellationToken).ConfigureAwait(false);
        await overdue.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Does nothing where no folder of notifications is set.</summary>
[DisallowConcurrentExecution]
internal sealed class BounceJob(ReadBounces bounces, JobHealth health, ILogger<BounceJob> log) : RecurringJob(health, log)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => bounces.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class EvidenceSweepJob(SweepEvidence sweep, JobHealth health, ILogger<EvidenceSweepJob> log) : RecurringJob(health, log)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => sweep.RunAsync(cancellationToken);
}
