using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Programmes.Engine.Launching;
using Programmes.Engine.Nodes;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Hosting;

/// <summary>
/// Prepares the database before this node serves and works, and goes on with interrupted backfills. While PostgreSQL is away the
/// process lives, is not ready, and tries again, for as long as it takes: what ends it is a mistake that somebody has to mend.
/// </summary>
internal sealed class NodeStarter(EngineStartup startup, ClockWatch clock, Backfill backfill, NodeStart start, Database database, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<NodeStarter> log)
    : BackgroundService, IHostedLifecycleService
{
    public static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    private const int RefusedExitCode = 1;
    private bool late;

    /// <summary>The wait after so many failures in a row (from 1): 1, 2, 4 … seconds, at most <see cref="PauseMax"/>.</summary>
    public static TimeSpan PauseAfter(int failures)
    {
        var pause = PauseMin * Math.Pow(2, Math.Clamp(failures - 1, 0, 10));
        return pause < PauseMax ? pause : PauseMax;
    }

    /// <summary>The first try, before anything else of the host starts.</summary>
    /// <exception cref="StartRefusedException">Waiting would not help.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken) => late = !await TryAsync(1, PrepareAsync, cancellationToken).ConfigureAwait(false);

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!late) await backfill.ResumeAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!late) return;
        try
        {
            await PersistAsync(PrepareAsync, failures: 1, stoppingToken).ConfigureAwait(false);
            log.LogInformation(new EventId(1008, "DatabaseThere"), "The database answers: this node begins");
            await PersistAsync(backfill.ResumeAsync, failures: 0, stoppingToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nobody awaits this: whatever it was has to be told, and a node that cannot begin has to end.
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogCritical(new EventId(1009, "StartRefused"), exception, "This node ends: {Why}", exception.Message);
            Environment.ExitCode = RefusedExitCode;
            lifetime.StopApplication();
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await startup.PrepareAsync(cancellationToken).ConfigureAwait(false);
        // Before anything is served or decided here.
        await clock.LookAsync(cancellationToken).ConfigureAwait(false);
        start.Ready();
    }

    /// <param name="failures">Before this.</param>
    private async Task PersistAsync(Func<CancellationToken, Task> work, int failures, CancellationToken cancellationToken)
    {
        if (failures > 0) await Task.Delay(PauseAfter(failures), time, cancellationToken).ConfigureAwait(false);
        while (!await TryAsync(++failures, work, cancellationToken).ConfigureAwait(false)) await Task.Delay(PauseAfter(failures), time, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>False: the database is away.</returns>
    private async Task<bool> TryAsync(int attempt, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StartFailure.IsAway(database.Kind, exception))
        {
            log.LogWarning(new EventId(1007, "DatabaseAway"), "The database is away ({Error}): this node waits for it and tries again in {Pause}", exception.GetBaseException().Message, PauseAfter(attempt));
            return false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && StartFailure.Refusal(database.Kind, exception) is { } words)
        {
            throw new StartRefusedException($"{words.Zh} {words.En}", exception);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
