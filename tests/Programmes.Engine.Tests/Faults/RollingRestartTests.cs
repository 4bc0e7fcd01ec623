using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>As a new version is rolled out: one node after the other is asked to stop and started again, under load.</summary>
[Collection(nameof(FaultCluster))]
public sealed class RollingRestartTests(FaultCluster cluster, ITestOutputHelper output)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(90);

    [PostgresFact]
    public async Task OneNodeAfterTheOther_NothingIsLost_AndSingleJobsGoOn()
    {
        const int units = 3_000;
        const int mailed = 1_000;
        var connectionString = cluster.NewDatabase();
        await using var pair = await NodePair.StartAsync(connectionString);
        await pair.LaunchAsync(units, 1, mailed, Within);
        pair.Advance(FaultPlan.WaitFor);
        for (var i = 0; i < pair.Nodes.Length; i++)
        {
            await pair.UntilAsync(Within, async db => await db.ActivityExecutions.AnyAsync(row => row.Activity == FaultPlan.Wait && row.EndedAt != null));
            (await pair.Nodes[i].StopAsync()).ShouldBe(0, pair.Nodes[i].Output);
            var stopped = i + 1;
            await using (var db = pair.Office.Db())
            {
                (await db.Nodes.CountAsync(row => row.StoppedAt != null)).ShouldBe(stopped);
                // A host that was asked to stop leaves no lease behind that somebody would have to wait for.
                (await db.Outbox.Where(row => row.LeaseOwner != null).Select(row => row.LeaseOwner).Distinct().CountAsync()).ShouldBeLessThanOrEqualTo(1);
            }

            var digests = await LastRunAsync(connectionString, "digests");
            await pair.UntilAsync(Within, async _ => await LastRunAsync(connectionString, "digests") > digests);
            await pair.Nodes[i].StartAsync();
        }

        await pair.SettleAsync(Within);
        var counts = await pair.CountAsync(units, 1, mailed);
        output.WriteLine($"Two nodes, each stopped and started in turn under load: {counts}");
        counts.ShouldBeWhole();
        counts.MailsRepeated.ShouldBe(0);
    }

    /// <summary>When a single job was last begun, by Quartz's own table.</summary>
    private static async Task<long> LastRunAsync(string connectionString, string trigger)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT prev_fire_time FROM qrtz_triggers WHERE trigger_name = @trigger", connection);
        command.Parameters.AddWithValue("@trigger", trigger);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
