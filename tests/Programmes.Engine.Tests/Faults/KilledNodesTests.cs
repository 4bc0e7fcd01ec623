using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>Two workers, killed at random moments while all timers are due at one instant and while their mails go out.</summary>
[Collection(nameof(FaultCluster))]
public sealed class KilledNodesTests(FaultCluster cluster, ITestOutputHelper output)
{
    private const int PauseMillisecondsMin = 150;
    private const int PauseMillisecondsMax = 1_200;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(150);

    [PostgresTheory]
    [InlineData(20261122)]
    public async Task KilledWhileTenThousandTimersAreDue_NothingIsLostOrDoubled(long seed)
    {
        const int units = 10_000;
        const int mailed = 2_000;
        const int killsOfEach = 4;
        await using var pair = await NodePair.StartAsync(cluster.NewDatabase());
        try
        {
            await pair.LaunchAsync(units, 1, mailed, Within);
            var started = Stopwatch.GetTimestamp();
            pair.Advance(FaultPlan.WaitFor);
            await Task.WhenAll(pair.Nodes.Select((node, i) => KillAsync(node, new SeededRandom(seed + i), killsOfEach)));
            await pair.SettleAsync(Within);
            var counts = await pair.CountAsync(units, 1, mailed);
            output.WriteLine($"Two nodes, {killsOfEach * pair.Nodes.Length} × kill -9, {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s: {counts}");
            counts.ShouldBeWhole();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
        }
    }

    [PostgresFact]
    public async Task KilledInABurstOf600Timers_All600GoOn()
    {
        const int units = 600;
        await using var pair = await NodePair.StartAsync(cluster.NewDatabase());
        await pair.Nodes[1].KillAsync();
        await pair.LaunchAsync(units, 1, units, Within);
        pair.Advance(FaultPlan.WaitFor);
        // In the midst: as soon as the first page is through.
        await pair.UntilAsync(Within, async db => await db.ActivityExecutions.AnyAsync(row => row.Activity == FaultPlan.Wait && row.EndedAt != null));
        await pair.Nodes[0].KillAsync();
        var before = await pair.CountAsync(units, 1, units);
        await pair.Nodes[0].StartAsync();
        await pair.SettleAsync(Within);
        var counts = await pair.CountAsync(units, 1, units);
        output.WriteLine($"One node, killed when {before.Fired} of {units} had fired and {before.MailsDelivered} mails had gone: {counts}");
        counts.ShouldBeWhole();
    }

    /// <summary>Again and again after a random while, each time as soon as it is up.</summary>
    private static async Task KillAsync(HostProcess node, SeededRandom random, int kills)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(PauseMillisecondsMin + random.Next(PauseMillisecondsMax - PauseMillisecondsMin)));
            await node.KillAsync();
            await node.StartAsync();
        }
    }
}
