using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Programmes;
using Programmes.Storage.Instances;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>One instance among many that nobody can read, or that nobody can decide.</summary>
[Collection(nameof(FaultCluster))]
public sealed class PoisonTests(FaultCluster cluster, ITestOutputHelper output)
{
    private const int Units = 201;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task OneAmong200CannotBeRead_ItAloneIsSetAside_AndGoesOnAfterRepairAndRetry()
    {
        var connectionString = cluster.NewDatabase();
        await using var pair = await NodePair.StartAsync(connectionString);
        await pair.LaunchAsync(Units, 1, Units, Within);
        InstanceRow poisoned;
        await using (var db = pair.Office.Db())
            poisoned = await db.Instances.AsNoTracking().SingleAsync(row => row.UnitId == FaultPlan.UnitId(100));
        await OutageTests.ExecuteAsync(connectionString, $$"""UPDATE instances SET state = '{"broken' WHERE id = '{{poisoned.Id}}'""");
        pair.Advance(FaultPlan.WaitFor);
        await pair.UntilAsync(Within, async db => await db.Instances.CountAsync(row => row.UnitId != null && row.FinishedAt != null) == Units - 1 && await db.Incidents.AnyAsync());
        await using (var db = pair.Office.Db())
        {
            (await db.Incidents.AsNoTracking().Select(row => row.InstanceId).ToListAsync()).ShouldBe([poisoned.Id]);
            (await db.Instances.Where(row => row.Parked).Select(row => row.Id).ToListAsync()).ShouldBe([poisoned.Id]);
        }

        await OutageTests.ExecuteAsync(connectionString, string.Create(CultureInfo.InvariantCulture, $"UPDATE instances SET state = '{poisoned.State!.Replace("'", "''", StringComparison.Ordinal)}' WHERE id = '{poisoned.Id}'"));
        await pair.Office.Get<ControlProgramme>().RetryAsync(Fixture.EngineHost.Office, poisoned.Id);
        await pair.SettleAsync(Within);
        var counts = await pair.CountAsync(Units, 1, Units);
        output.WriteLine($"Two nodes, one instance of {Units} unreadable, repaired and retried: {counts}");
        counts.Incidents.ShouldBe(1);
        (counts with { Incidents = 0 }).ShouldBeWhole();
    }
}
