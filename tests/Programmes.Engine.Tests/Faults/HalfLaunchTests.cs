using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Programmes.Core;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Instances;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>A launch of several hundred units that dies in the midst leaves nothing or everything.</summary>
[Collection(nameof(FaultCluster))]
public sealed class HalfLaunchTests(FaultCluster cluster, ITestOutputHelper output)
{
    private const int Units = 800;
    private const int Kills = 4;

    /// <summary>A launch takes about this long once it began to write.</summary>
    private const int WritingMillisecondsMax = 300;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task ConnectionIsCutInTheMidst_NothingIsLeft_AndLaunchingAgainWorks()
    {
        var connectionString = cluster.NewDatabase();
        await using var office = await OutageTests.OfficeAsync(connectionString);
        await FaultPlan.PublishAsync(office, 1);
        await OutageTests.ExecuteAsync(connectionString, $$"""
            CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
            CREATE TRIGGER cut BEFORE INSERT ON batch_units FOR EACH ROW WHEN (NEW.unit_id = '{{FaultPlan.UnitId(Units / 2)}}') EXECUTE FUNCTION cut();
            """);
        InstanceStore.IsOutage(await Should.ThrowAsync<Exception>(() => FaultPlan.LaunchAsync(office, Units, Units))).ShouldBeTrue();
        (await WrittenAsync(office)).ShouldBe(0);
        await OutageTests.ExecuteAsync(connectionString, "DROP TRIGGER cut ON batch_units");
        await FaultPlan.LaunchAsync(office, Units, Units);
        await office.Get<Pump>().RunAsync();
        await using var db = office.Db();
        (await db.Instances.CountAsync(row => row.UnitId != null && row.WakeAt != null)).ShouldBe(Units);
    }

    [PostgresTheory]
    [InlineData(7)]
    public async Task ProcessIsKilledWhileItWrites_NothingOrEverythingIsThere_AndLaunchingAgainWorks(long seed)
    {
        var random = new SeededRandom(seed);
        var (nothing, everything) = (0, 0);
        for (var kill = 0; kill <= Kills; kill++)
        {
            var connectionString = cluster.NewDatabase();
            await using var office = await OutageTests.OfficeAsync(connectionString);
            await FaultPlan.PublishAsync(office, 1);
            var file = Path.Combine(office.Folder, "launch.json");
            await File.WriteAllTextAsync(file, FaultPlan.Launch(Units, Units));
            using (var program = Launch(file, connectionString))
            {
                await UntilWritingAsync(connectionString, program);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(WritingMillisecondsMax)));
                program.Kill();
                await program.WaitForExitAsync();
            }

            // The server notices a little later that its client is gone, and rolls back.
            await UntilAsync(async () => !await IsWritingAsync(connectionString));
            var written = await WrittenAsync(office);
            if (written == 0)
            {
                nothing++;
                using var again = Launch(file, connectionString);
                await again.WaitForExitAsync();
                again.ExitCode.ShouldBe(0);
            }
            else
            {
                everything++;
            }

            (await WrittenAsync(office)).ShouldBe(2 * Units + 2, $"Seed {seed}");
            // It was shifted to begin within a week of the real day.
            office.Clock.Now = TimeProvider.System.GetUtcNow().AddDays(14);
            await office.Get<Pump>().RunAsync();
            await using var db = office.Db();
            (await db.Instances.CountAsync(row => row.UnitId != null && row.FinishedAt != null)).ShouldBe(Units, $"Seed {seed}");
        }

        output.WriteLine($"{Kills + 1} launches of {Units} units, each killed while it wrote: {nothing} had left nothing, {everything} everything, 0 a part");
    }

    /// <summary>Rows of the launch: its units, their membership, the programme, and its instance.</summary>
    private static async Task<int> WrittenAsync(EngineHost office)
    {
        await using var db = office.Db();
        return await db.Units.CountAsync() + await db.BatchUnits.CountAsync() + await db.Programmes.CountAsync() + await db.Instances.CountAsync(row => row.UnitId == null && row.Batch == null);
    }

    private static Process Launch(string file, string connectionString)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", HostProcess.Built("Programmes.Cli", "programmes.dll"), "launch", file, "--mode", "shifted", "--confirm", "--database", connectionString])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(file),
        };
        start.Environment["Programmes__Workflows"] = "";
        var program = Process.Start(start)!;
        program.BeginOutputReadLine();
        program.BeginErrorReadLine();
        return program;
    }

    private static Task UntilWritingAsync(string connectionString, Process program) =>
        UntilAsync(async () => program.HasExited || await IsWritingAsync(connectionString));

    /// <summary>Whether somebody holds a transaction that wrote to the programmes.</summary>
    private static async Task<bool> IsWritingAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) > 0 FROM pg_locks WHERE relation = 'programmes'::regclass AND mode = 'RowExclusiveLock'", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Within);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await condition()) await tick.WaitForNextTickAsync(limit.Token);
    }
}
