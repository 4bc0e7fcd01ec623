using Microsoft.EntityFrameworkCore;
using Npgsql;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;
using Programmes.Engine.Tests.Fixture;

namespace Programmes.Engine.Tests.Faults;

/// <summary>Two nodes turn requests for the same person into mails at the same moment.</summary>
[Collection(nameof(FaultCluster))]
public sealed class TwoComposersTests(FaultCluster cluster)
{
    private const string Address = "county@example.org";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    [PostgresFact]
    public async Task OneAddress_GetsExactlyTheDaysMails()
    {
        var connectionString = cluster.NewDatabase();
        await using var office = await OutageTests.OfficeAsync(connectionString);
        await FaultPlan.PublishAsync(office, 1);
        await FaultPlan.LaunchAsync(office, 1, 0);
        await RequestAsync(office, 2 * ComposeMails.PageMax);
        // Whoever has counted and writes waits here, so that the other counts before it has committed, if it can.
        await OutageTests.ExecuteAsync(connectionString, """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
            CREATE TRIGGER hold BEFORE INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION hold();
            """);
        await using var gate = new NpgsqlConnection(connectionString);
        await gate.OpenAsync();
        await DoAsync(gate, "SELECT pg_advisory_lock(4711)");
        var first = Task.Run(() => office.Get<ComposeMails>().RunAsync());
        await UntilWaitingAsync(gate, 1);
        var second = Task.Run(() => office.Get<ComposeMails>().RunAsync());
        await UntilWaitingAsync(gate, 2);
        await DoAsync(gate, "SELECT pg_advisory_unlock(4711)");
        (await first.WaitAsync(Within) + await second.WaitAsync(Within)).ShouldBe(ComposeMails.AtOnceMax);
        await using var db = office.Db();
        (await db.Outbox.CountAsync(row => row.ToAddress == Address)).ShouldBe(ComposeMails.AtOnceMax);
        (await db.MailRequests.CountAsync()).ShouldBe(2 * ComposeMails.PageMax - ComposeMails.AtOnceMax, "the rest waits for the next morning");
    }

    private static async Task RequestAsync(EngineHost office, int count)
    {
        var mail = new ReturnedMail(MailRequests.ToWhoever, "w", 1, Core.Text.Same("报送"), "示例整治", null, null, "示例县文化局", FaultPlan.StartsOn, "请补正", null, "/work/w");
        await using var db = office.Db();
        for (var i = 0; i < count; i++) db.MailRequests.Add(MailRequests.Of($"returned|{i}", FaultPlan.Programme, "county", null, MailModel.Returned, mail, office.Clock.Now));
        await db.SaveChangesAsync();
    }

    private static async Task UntilWaitingAsync(NpgsqlConnection connection, int count)
    {
        using var limit = new CancellationTokenSource(Within);
        using var tick = new PeriodicTimer(NodePair.Tick);
        do
        {
            await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", connection);
            if ((long)(await command.ExecuteScalarAsync())! == count) return;
        }
        while (await tick.WaitForNextTickAsync(limit.Token));
    }

    private static async Task DoAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
