using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Programmes.Core;
using Programmes.Engine.Nodes;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>The database goes away and comes back, under two workers in full work.</summary>
[Collection(nameof(FaultCluster))]
public sealed class OutageTests(FaultCluster cluster, ITestOutputHelper output)
{
    private const int Cuts = 6;
    private const int PauseMillisecondsMax = 250;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(90);

    [PostgresTheory]
    [InlineData(600)]
    public async Task ConnectionsCutAndPostgresStopped_NodesLiveOn_NothingIsLostOrDoubled(long seed)
    {
        const int units = 3_000;
        const int mailed = 500;
        var random = new SeededRandom(seed);
        var connectionString = cluster.NewDatabase();
        await using var pair = await NodePair.StartAsync(connectionString, role: nameof(NodeRoles.All));
        try
        {
            await pair.LaunchAsync(units, 3, mailed, Within);
            pair.Advance(FaultPlan.WaitFor);
            for (var cut = 0; cut < Cuts; cut++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(PauseMillisecondsMax)));
                await CutAsync(connectionString);
            }

            await pair.UntilWaitingAsync(units, "wait2", Within);
            pair.Advance(FaultPlan.WaitFor);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(PauseMillisecondsMax)));
            cluster.Cluster.StopAtOnce();
            foreach (var node in pair.Nodes)
            {
                (await node.StatusAsync("/health/live")).ShouldBe(HttpStatusCode.OK);
                (await node.StatusAsync("/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable);
                var (status, text) = await node.PageAsync("/");
                status.ShouldBe(HttpStatusCode.ServiceUnavailable, text);
                text.ShouldContain("数据库暂时不能使用");
            }

            cluster.Cluster.Start();
            await pair.UntilWaitingAsync(units, "wait3", Within);
            foreach (var node in pair.Nodes) (await node.StatusAsync("/health/ready")).ShouldBe(HttpStatusCode.OK);
            pair.Advance(FaultPlan.WaitFor);
            await pair.SettleAsync(Within);
            var counts = await pair.CountAsync(units, 3, mailed);
            output.WriteLine($"Two nodes, all connections cut {Cuts} times, PostgreSQL stopped at once and started: {counts}");
            counts.ShouldBeWhole();
            pair.Nodes.ShouldAllBe(node => node.IsRunning);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
        }
    }

    [PostgresFact]
    public async Task EveryPageIsCutOff_NoInstanceIsSetAside()
    {
        const int units = 20;
        var connectionString = cluster.NewDatabase();
        await using var office = await OfficeAsync(connectionString);
        await FaultPlan.PublishAsync(office, 1);
        await FaultPlan.LaunchAsync(office, units, 0);
        await office.Get<Pump>().RunAsync();
        office.Clock.Now += FaultPlan.WaitFor;
        // The server says goodbye in every page, and is there again for everything else.
        await ExecuteAsync(connectionString, """
            CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
            CREATE TRIGGER cut BEFORE UPDATE ON instances FOR EACH ROW WHEN (NEW.parked = OLD.parked) EXECUTE FUNCTION cut();
            """);
        var exception = await Should.ThrowAsync<Exception>(() => office.Get<Pump>().RunAsync());
        InstanceStore.IsTransient(exception).ShouldBeTrue(exception.ToString());
        await using (var db = office.Db())
        {
            (await db.Incidents.CountAsync()).ShouldBe(0);
            (await db.Instances.CountAsync(row => row.Parked)).ShouldBe(0);
        }

        await ExecuteAsync(connectionString, "DROP TRIGGER cut ON instances");
        await office.Get<Pump>().RunAsync();
        await using var after = office.Db();
        (await after.Instances.CountAsync(row => row.FinishedAt == null)).ShouldBe(0);
    }

    /// <summary>An engine without jobs whose definitions the test publishes.</summary>
    internal static async Task<EngineHost> OfficeAsync(string connectionString, Action<IServiceCollection>? more = null)
    {
        var folder = Directory.CreateTempSubdirectory("programmes-office-").FullName;
        var office = await EngineHost.StartAsync(FaultPlan.StartsOn, connectionString, folder, Path.Combine(folder, "clock"), more: more);
        await office.Get<Database>().MigrateAsync();
        return office;
    }

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>As an administrator or a firewall might: every connection to the database ends at once.</summary>
    private async Task CutAsync(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync(cluster.Cluster.ConnectionString("postgres"), $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
    }
}
