using System.Net;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Programmes.Engine.Hosting;
using Programmes.Engine.Nodes;
using Programmes.Engine.Tests.Fixture;

namespace Programmes.Engine.Tests.Faults;

/// <summary>Nodes that are started while PostgreSQL is away, and nodes that no waiting would help.</summary>
[Collection(nameof(FaultCluster))]
public sealed class StartInOutageTests(FaultCluster cluster)
{
    [PostgresFact]
    public async Task StartedBeforePostgres_WaitsAndSaysSo_ThenWorks()
    {
        const int units = 20;
        var connectionString = cluster.NewDatabase();
        cluster.Cluster.StopAtOnce();
        await using var office = await NewOfficeAsync(connectionString);
        using var node = Node(office, connectionString, nameof(NodeRoles.All));
        try
        {
            node.Begin();
            await node.UntilAliveAsync();
            (await node.StatusAsync("/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable);
            foreach (var path in new[] { "/", "/sign-in", "/public/notices", "/no-such-page" })
            {
                var (status, text) = await node.PageAsync(path);
                status.ShouldBe(HttpStatusCode.ServiceUnavailable, path);
                text.ShouldContain("系统正在启动");
            }

            (await node.PageAsync("/api/v1/me")).ShouldSatisfyAllConditions(answer => answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable), answer => answer.Text.ShouldContain("\"status\":503"));
            (await node.StatusAsync("/favicon.svg")).ShouldBe(HttpStatusCode.OK);
            node.Output.ShouldContain("The database is away");
        }
        finally
        {
            cluster.Cluster.Start();
        }

        await node.UntilReadyAsync();
        (await node.StatusAsync("/sign-in")).ShouldNotBe(HttpStatusCode.ServiceUnavailable);
        node.Output.ShouldContain("/setup?token=");
        await FaultPlan.PublishAsync(office, 1);
        await FaultPlan.LaunchAsync(office, units, 0);
        await UntilAsync(office, node, async db => await db.Instances.CountAsync(row => row.UnitId != null && row.WakeAt != null) == units);
        office.Clock.Now += FaultPlan.WaitFor;
        await UntilAsync(office, node, async db => !await db.Instances.AnyAsync(row => row.FinishedAt == null));
        await UntilAsync(office, node, async db => await db.Nodes.AnyAsync(row => row.StoppedAt == null && row.State.Contains("DigestJob")));
        (await node.StopAsync()).ShouldBe(0, node.Output);
        await using var after = office.Db();
        (await after.Nodes.SingleAsync()).StoppedAt.ShouldNotBeNull();
    }

    [PostgresFact]
    public async Task WaitsForPostgres_AskedToStop_StopsAtOnce()
    {
        await using var office = await NewOfficeAsync("Host=127.0.0.1;Port=1;Database=nowhere;Username=nobody");
        using var node = Node(office, "Host=127.0.0.1;Port=1;Database=nowhere;Username=nobody", nameof(NodeRoles.All));
        node.Begin();
        await node.UntilAliveAsync();
        (await node.StopAsync()).ShouldBe(0, node.Output);
        node.Output.ShouldNotContain("crit:");
        node.Output.ShouldNotContain("HeartbeatFailed");
    }

    [PostgresTheory]
    [InlineData("nobody-of-this-name", "不接受设置 Programmes:Database 里的用户名或密码")]
    [InlineData("fault_visitor", "数据库不存在，而此用户无权建立")]
    public async Task RefusedByPostgres_EndsWithWords(string user, string words)
    {
        await OutageTests.ExecuteAsync(cluster.Cluster.ConnectionString("postgres"), "DO $$ BEGIN CREATE ROLE fault_visitor LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        var connectionString = new NpgsqlConnectionStringBuilder(cluster.NewDatabase()) { Username = user }.ToString();
        await using var office = await NewOfficeAsync(connectionString);
        using var node = Node(office, connectionString, nameof(NodeRoles.All));
        node.Begin();
        (await node.EndAsync()).ShouldBe(1, node.Output);
        node.Output.ShouldContain(words);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 8)]
    [InlineData(6, 30)]
    [InlineData(int.MaxValue, 30)]
    public void Pause_GrowsToItsMost(int failures, int seconds) => NodeStarter.PauseAfter(failures).ShouldBe(TimeSpan.FromSeconds(seconds));

    /// <summary>An engine without jobs, which neither migrates nor publishes: the node does.</summary>
    private static Task<EngineHost> NewOfficeAsync(string connectionString)
    {
        var folder = Directory.CreateTempSubdirectory("programmes-late-").FullName;
        return EngineHost.StartAsync(FaultPlan.StartsOn, connectionString, folder, Path.Combine(folder, "clock"));
    }

    private static HostProcess Node(EngineHost office, string connectionString, string role) =>
        new(office.Folder, Path.Combine(office.Folder, "clock"), new Dictionary<string, string> { ["Programmes__Database"] = connectionString, ["Programmes__Role"] = role, ["Programmes__Workflows"] = "" });

    private static async Task UntilAsync(EngineHost office, HostProcess node, Func<Storage.ProgrammesDb, Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(NodePair.Tick);
        do
        {
            await using var db = office.Db();
            if (await condition(db)) return;
            node.IsRunning.ShouldBeTrue(node.Output);
        }
        while (await tick.WaitForNextTickAsync(limit.Token));
    }
}
