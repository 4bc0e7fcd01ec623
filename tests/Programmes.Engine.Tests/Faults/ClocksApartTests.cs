using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.Hosting;
using Programmes.Engine.Nodes;
using Programmes.Engine.Tests.Fixture;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>Nodes that do not agree what time it is.</summary>
[Collection(nameof(FaultCluster))]
public sealed class ClocksApartTests(FaultCluster cluster, ITestOutputHelper output)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task TwoNodesThreeMinutesApart_EverythingHappensOnceAtItsInstant()
    {
        const int units = 600;
        var apart = TimeSpan.FromMinutes(3);
        await using var pair = await NodePair.StartAsync(cluster.NewDatabase(), apart);
        await pair.LaunchAsync(units, 2, units, Within);
        // Nine o'clock on the second node alone.
        pair.Advance(FaultPlan.WaitFor - apart);
        await pair.UntilWaitingAsync(units, "wait2", Within);
        pair.Advance(apart + FaultPlan.WaitFor);
        await pair.SettleAsync(Within);
        var counts = await pair.CountAsync(units, 2, units);
        output.WriteLine($"Two nodes, clocks {apart.TotalMinutes} min apart: {counts}");
        counts.ShouldBeWhole();
    }

    [PostgresTheory]
    [InlineData(8)]
    [InlineData(-6)]
    public async Task ClockApartFromTheDatabases_JobsRest_UntilItAgrees(int seconds)
    {
        await using var office = await OutageTests.OfficeAsync(cluster.NewDatabase(), services => services.AddSingleton<ClockWatch>().AddSingleton<JobRunner>());
        var watch = office.Get<ClockWatch>();
        (await RunsAsync(office, TimeSpan.Zero)).ShouldBeTrue();
        (await RunsAsync(office, TimeSpan.FromSeconds(seconds))).ShouldBeFalse();
        watch.IsApart.ShouldBeTrue();
        Math.Sign(watch.Skew.Ticks).ShouldBe(Math.Sign(seconds));
        (await RunsAsync(office, TimeSpan.FromSeconds(2))).ShouldBeTrue();
        watch.IsApart.ShouldBeFalse();
    }

    /// <summary>Whether a job runs on a node whose clock is wrong by so much.</summary>
    private static async Task<bool> RunsAsync(EngineHost office, TimeSpan wrongBy)
    {
        // The first question opens a connection; the clock stands still while it does.
        await using (var db = office.Db()) await db.Settings.AnyAsync();
        office.Clock.Now = TimeProvider.System.GetUtcNow() + wrongBy;
        await office.Get<ClockWatch>().LookAsync();
        var ran = false;
        await office.Get<JobRunner>().RunAsync("test", _ => Task.FromResult(ran = true), default);
        return ran;
    }
}
