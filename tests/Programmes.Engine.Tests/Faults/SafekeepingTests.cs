using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Programmes.Engine.Evidence;
using Programmes.Engine.Pumping;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;
using Xunit.Abstractions;

namespace Programmes.Engine.Tests.Faults;

/// <summary>The program itself, as a process, backs up, restores and moves; and is killed meanwhile.</summary>
[Collection(nameof(FaultCluster))]
public sealed class SafekeepingTests(FaultCluster cluster, ITestOutputHelper output) : IDisposable
{
    private const int Units = 400;

    /// <summary>Any number that nobody else holds.</summary>
    private const long Lock = 47_110_815;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(90);
    private readonly string folder = Directory.CreateTempSubdirectory("programmes-safekeeping-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Sqlite(string name) => $"Data Source={Path.Combine(folder, name)};Pooling=False";

    [PostgresFact]
    public async Task BackupOfPostgres_IsRestoredIntoBothDatabases_AndGoesOnThere()
    {
        var (source, evidence) = (cluster.NewDatabase(), Path.Combine(folder, "evidence"));
        await FillAsync(source);
        var hash = await KeepAsync(source, evidence);
        var file = Path.Combine(folder, "backup.zip");
        var made = await DoneAsync(evidence, "backup", file, "--database", source, "--json");
        made.GetProperty("evidence").GetProperty("files").GetInt32().ShouldBe(1);
        (await DoneAsync(evidence, "backup", "--verify", file, "--json")).GetProperty("rows").GetInt64().ShouldBe(made.GetProperty("rows").GetInt64());
        var before = await HashesAsync(source);
        Tables(made).ShouldBe(before);

        foreach (var (target, files) in new[] { (cluster.NewDatabase(), "to-postgres"), (Sqlite("restored.db"), "to-sqlite") })
        {
            var restored = await DoneAsync(Path.Combine(folder, files), "restore", file, "--database", target, "--json");
            Tables(restored).ShouldBe(before);
            restored.GetProperty("evidenceFolder").GetString().ShouldBe(Path.Combine(folder, files));
            File.ReadAllText(Path.Combine(folder, files, hash[..2], hash)).ShouldBe("%PDF-1.7");
            Rest(await HashesAsync(target)).ShouldBe(Rest(before), "all but what the copy says of itself");
            (await RunAsync(evidence, "restore", file, "--database", target)).Error.ShouldContain("目标数据库不是空的");
            // The timers that waited when the backup was made fire.
            await using var office = await OutageTests.OfficeAsync(target);
            office.Clock.Now = Core.Calendars.ChinaTime.StartOf(FaultPlan.StartsOn).AddDays(1);
            await office.Get<Pump>().RunAsync();
            await using var db = office.Db();
            (await db.Instances.CountAsync(row => row.UnitId != null && row.FinishedAt != null)).ShouldBe(Units);
        }
    }

    /// <summary>Stopped by the target itself in the middle of a table, with several tables written before it and many to come.</summary>
    [PostgresFact]
    public async Task MoveKilledInTheMidst_LeavesTheSourceAsItWas_AndTheTargetEmpty_AndWorksAgain()
    {
        var (source, target) = (Sqlite("source.db"), cluster.NewDatabase());
        await FillAsync(source);
        await MigrateAsync(target);
        var before = await HashesAsync(source);
        await OutageTests.ExecuteAsync(target, $$"""
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock({{Lock}}); RETURN NEW; END $$;
            CREATE TRIGGER wait BEFORE INSERT ON instances FOR EACH ROW WHEN (NEW.unit_id = '{{FaultPlan.UnitId(Units / 2)}}') EXECUTE FUNCTION wait();
            """);
        await using (var gate = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(target) { Pooling = false }.ToString()))
        {
            await gate.OpenAsync();
            await ScalarAsync(gate, $"SELECT 1 FROM pg_advisory_lock({Lock})");
            using (var program = Start(null, "move-database", "--from", source, "--to", target))
            {
                await UntilAsync(async () => program.HasExited || await ScalarAsync(gate, $"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {Lock} AND NOT granted") == 1);
                program.HasExited.ShouldBeFalse();
                program.Kill();
                await program.WaitForExitAsync();
            }
        }

        // The server finds its client gone and rolls back.
        await UntilAsync(async () => await AliveAsync(target) == 0);
        (await HashesAsync(target)).Where(table => !table.EndsWith(" 0", StringComparison.Ordinal)).Select(table => table.Split(' ')[0]).ShouldBe(["clocks"], "as the migrations left it");
        (await HashesAsync(source)).ShouldBe(before);
        (await DoneAsync(null, "status", "--database", source, "--json")).ValueKind.ShouldBe(JsonValueKind.Object);
        output.WriteLine($"killed while it wrote {Units} units: nothing at the target, the source as it was");

        await OutageTests.ExecuteAsync(target, "DROP TRIGGER wait ON instances; DROP FUNCTION wait");
        Rest(Tables(await DoneAsync(null, "move-database", "--from", source, "--to", target, "--json"))).ShouldBe(Rest(before));
        Rest(await HashesAsync(target)).ShouldBe(Rest(before));
        (await RunAsync(null, "status", "--database", source)).Error.ShouldContain("此数据库已迁移到");
    }

    /// <summary>Several hundred units that wait for a timer.</summary>
    private static async Task FillAsync(string connectionString)
    {
        await using var office = await OutageTests.OfficeAsync(connectionString);
        await FaultPlan.PublishAsync(office, 1);
        await FaultPlan.LaunchAsync(office, Units, Units);
        await office.Get<Pump>().RunAsync();
    }

    private static async Task<string> KeepAsync(string connectionString, string evidence)
    {
        using var staged = await new EvidenceFolder(evidence, TimeProvider.System).StageAsync(new MemoryStream("%PDF-1.7"u8.ToArray()), 100, default);
        staged.ShouldNotBeNull().Keep();
        await using var database = Database.Open(DatabaseOptions.Parse(connectionString));
        await using var db = database.CreateContext();
        db.EvidenceFiles.Add(new() { Hash = staged.Hash, Name = "scan.pdf", MediaType = "application/pdf", LengthBytes = 8, SubjectKind = Core.Programmes.EvidenceSubjectKind.WorkItem, SubjectId = "x", UploadedBy = "office", UploadedAt = TimeProvider.System.GetUtcNow() });
        await db.SaveChangesAsync();
        return staged.Hash;
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var database = Database.Open(DatabaseOptions.Parse(connectionString));
        await database.MigrateAsync();
    }

    /// <summary>Each table with its hash and its rows, in the order of names.</summary>
    private static async Task<IReadOnlyList<string>> HashesAsync(string connectionString)
    {
        await using var database = Database.Open(DatabaseOptions.Parse(connectionString));
        return [.. (await DatabaseCopy.HashAsync(database)).Select(table => string.Create(CultureInfo.InvariantCulture, $"{table.Table.Name} {table.Hash} {table.Rows}")).Order(StringComparer.Ordinal)];
    }

    private static IReadOnlyList<string> Tables(JsonElement report) =>
        [.. report.GetProperty("tables").EnumerateArray().Select(table => $"{table.GetProperty("name").GetString()} {table.GetProperty("sha256").GetString()} {table.GetProperty("rows").GetInt64()}").Order(StringComparer.Ordinal)];

    private static IReadOnlyList<string> Rest(IReadOnlyList<string> tables) => [.. tables.Where(table => table.Split(' ')[0] is not ("settings" or "audit"))];

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Sessions that hold a transaction, other than the one that asks.</summary>
    private static async Task<long> AliveAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        await connection.OpenAsync();
        return await ScalarAsync(connection, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND backend_type = 'client backend' AND pid <> pg_backend_pid()");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Within);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition()) await tick.WaitForNextTickAsync(limit.Token);
    }

    private Process Start(string? evidence, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", HostProcess.Built("Programmes.Cli", "programmes.dll"), .. args])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8, WorkingDirectory = folder,
        };
        start.Environment["Programmes__Mail__Pickup"] = Path.Combine(folder, "mail");
        start.Environment["PROGRAMMES_LANG"] = "zh";
        if (evidence is not null) start.Environment["Programmes__Evidence"] = evidence;
        return Process.Start(start)!;
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string? evidence, params string[] args)
    {
        using var program = Start(evidence, args);
        using var limit = new CancellationTokenSource(Within);
        var (said, wrong) = (program.StandardOutput.ReadToEndAsync(limit.Token), program.StandardError.ReadToEndAsync(limit.Token));
        await program.WaitForExitAsync(limit.Token);
        return (program.ExitCode, await said, await wrong);
    }

    private async Task<JsonElement> DoneAsync(string? evidence, params string[] args)
    {
        var (code, said, wrong) = await RunAsync(evidence, args);
        code.ShouldBe(0, wrong + said);
        return JsonDocument.Parse(said).RootElement;
    }
}
