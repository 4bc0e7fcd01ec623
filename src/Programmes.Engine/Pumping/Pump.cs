using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Programmes.Core;
using Programmes.Engine.Deciding;
using Programmes.Engine.Nodes;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Pumping;

/// <summary>
/// Takes what is due, page by page: claims instances, decides all their due work, commits the page. Any number of pumps
/// may run, in any number of processes; firing twice is harmless, because the bookmark is gone.
/// </summary>
public sealed class Pump(InstanceStore store, Decider decider, EngineMetrics metrics, TimeProvider time, ILogger<Pump> log)
{
    /// <summary>Instances in a page.</summary>
    public const int PageMax = 500;

    /// <summary>Attempts at a page that fails for a passing reason, such as a lock not had in time.</summary>
    public const int AttemptsMax = 5;

    /// <summary>Takes pages until nothing is due. Returns how many instances were decided.</summary>
    /// <param name="pagesMax">A bound for one run, so that a job never holds its thread for hours.</param>
    public async Task<int> RunAsync(int pagesMax = 100_000, CancellationToken cancellationToken = default)
    {
        var decided = 0;
        for (var page = 0; page < pagesMax; page++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = await RunPageAsync(cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            decided += count;
        }

        return decided;
    }

    /// <summary>One page. 0: nothing is due, or another node holds all that comes next.</summary>
    public async Task<int> RunPageAsync(CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var started = Stopwatch.GetTimestamp();
            var page = await store.ClaimDueAsync(time.GetUtcNow(), PageMax, default, cancellationToken).ConfigureAwait(false);
            if (page is null) return 0;
            var failed = page;
            using var trace = EngineMetrics.Traces.StartActivity("pump page");
            try
            {
                await using (page.ConfigureAwait(false))
                {
                    var count = await DecidePageAsync(page, cancellationToken).ConfigureAwait(false);
                    metrics.PageDecided(Stopwatch.GetElapsedTime(started), count, page.ClockId == ClockRow.RealTime ? page.Late : null);
                    trace?.SetTag("programmes.instances", count);
                    return count;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                trace?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
                if (InstanceStore.IsTransient(exception) && attempt < AttemptsMax)
                {
                    metrics.PageRetried();
                    continue;
                }

                return await BisectAsync(failed, [.. failed.Instances.Select(instance => instance.Id)], exception, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<int> DecidePageAsync(DuePage page, CancellationToken cancellationToken)
    {
        var decisions = new List<DecidedInstance>(page.Instances.Count);
        foreach (var instance in page.Instances)
            if (await decider.DecideAsync(page.Transaction, instance, page.ProgrammeNow, page.Horizon, [], cancellationToken).ConfigureAwait(false) is { } decided) decisions.Add(decided);
        await page.Transaction.WriteAsync(decisions, cancellationToken).ConfigureAwait(false);
        foreach (var one in page.Unreadable)
            await page.Transaction.ParkAsync(one.Id, null, one.Why.GetType().Name, Aside(one.Why), page.ProgrammeNow, cancellationToken).ConfigureAwait(false);
        await page.Transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var one in page.Unreadable) Parked(one.Id, one.Why);
        return page.Instances.Count + page.Unreadable.Count;
    }

    /// <summary>Finds the instance that makes a page fail by halves; it alone is set aside with an incident, the others go on.</summary>
    private async Task<int> BisectAsync(DuePage failed, List<string> instances, Exception exception, CancellationToken cancellationToken)
    {
        // No instance is to blame for a database that went away: all of them wait for the next run.
        if (InstanceStore.IsOutage(exception)) ExceptionDispatchInfo.Throw(exception);
        if (instances.Count == 0) return 0;
        if (instances.Count == 1)
        {
            await store.ParkAsync(instances[0], null, exception.GetType().Name, Aside(exception), failed.ProgrammeNow, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            Parked(instances[0], exception);
            return 1;
        }

        var done = 0;
        var half = instances.Count / 2;
        foreach (var part in new[] { instances.Take(half).ToList(), instances.Skip(half).ToList() })
        {
            try
            {
                var page = await store.ClaimAgainAsync(failed, part, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                await using (page.ConfigureAwait(false)) done += await DecidePageAsync(page, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception again) when (again is not OperationCanceledException)
            {
                done += await BisectAsync(failed, part, again, cancellationToken).ConfigureAwait(false);
            }
        }

        return done;
    }

    private static Text Aside(Exception exception) => new(
        $"系统处理出错，此流程已暂停，其余不受影响；请联系管理员查看后重试（{exception.GetType().Name}）",
        $"This instance could not be processed and is set aside, others go on; ask the administrator to look and retry ({exception.Message})");

    private void Parked(string instance, Exception exception)
    {
        metrics.InstanceParked();
        // The words of an exception may hold what people typed: they stay out of the log.
        log.LogError(new EventId(2001, "InstanceParked"), "Instance {Instance} cannot be decided ({Error}); it is set aside with an incident", instance, exception.GetType().Name);
    }
}
