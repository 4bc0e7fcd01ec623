using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Programmes.Core.Calendars;
using Programmes.Engine.Archiving;
using Programmes.Engine.Hosting;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Safekeeping;
using Programmes.Storage;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;

namespace Programmes.Benchmarks;

/// <summary>
/// A country's database moved, backed up, restored and archived: 38,600 stations with 500,000 work items, what was done with each, step
/// records, forms and two mornings of mails. Beside each copy its floor: the same rows read in no order and written into the same
/// schema by COPY or by bare prepared statements in one transaction, neither hashed nor read back.
/// </summary>
internal sealed class SafekeepingBenchmarks(string folder, string? server)
{
    private const int MebiByte = 1024 * 1024;
    private readonly List<string> created = [];
    private readonly Dictionary<string, double> floors = new(StringComparer.Ordinal);
    private int count;

    public static async Task RunAsync(string workflows, string? postgres)
    {
        var folder = Directory.CreateTempSubdirectory("programmes-safekeeping-");
        var benchmarks = new SafekeepingBenchmarks(folder.FullName, postgres);
        try
        {
            await benchmarks.RunAsync(workflows);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            await benchmarks.DropAsync();
            folder.Delete(recursive: true);
        }
    }

    private async Task RunAsync(string workflows)
    {
        var sqlite = NewSqlite();
        var rows = await WriteAsync(sqlite, workflows);
        await BackUpAsync("SQLite", sqlite, rows);
        if (server is not null)
        {
            var postgres = NewPostgres();
            await FloorAsync("SQLite → PostgreSQL", sqlite, NewPostgres());
            await MoveAsync("SQLite → PostgreSQL", sqlite, postgres);
            await BackUpAsync("PostgreSQL", postgres, rows);
            var back = NewSqlite();
            await FloorAsync("PostgreSQL → SQLite", postgres, NewSqlite());
            await MoveAsync("PostgreSQL → SQLite", postgres, back);
            await ArchiveAsync("PostgreSQL", postgres);
        }

        await ArchiveAsync("SQLite", sqlite);
    }

    private async Task<long> WriteAsync(string connectionString, string workflows)
    {
        var started = Stopwatch.GetTimestamp();
        var clock = new StandingClock { Now = ChinaTime.StartOf(new DateOnly(2024, 3, 1)).AddHours(8.6) };
        if (!MailSettings.TryCreate("office@example.org", "示例", "https://programmes.example.org", out var settings, out var error)) throw new InvalidOperationException(error.En);
        await using var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)).AddSingleton<TimeProvider>(clock)
            .AddProgrammesEngine(DatabaseOptions.Parse(connectionString)).AddProgrammesMail(settings!, Path.Combine(folder, "mail")).BuildServiceProvider();
        await services.GetRequiredService<Database>().MigrateAsync();
        await NationalData.WriteAsync(services, workflows, NationalData.InOneBatch);
        clock.Now = clock.Now.AddDays(10);
        await services.GetRequiredService<Pump>().RunAsync();
        for (var queued = -1; queued != 0;) queued = await services.GetRequiredService<SendDigests>().RunAsync();
        await services.GetRequiredService<ComposeMails>().RunAsync();
        await using var db = await services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        foreach (var sql in NationalData.Aged(clock.Now.AddYears(-12))) await db.Database.ExecuteSqlRawAsync(sql);
        var tables = CopiedTable.AllOf(db);
        var rows = 0L;
        await db.Database.OpenConnectionAsync();
        foreach (var table in tables)
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT COUNT(*) FROM \"{table.Name}\"";
            rows += (long)(await command.ExecuteScalarAsync())!;
        }

        await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        var (items, mails) = (await db.WorkItems.CountAsync(), await db.Outbox.CountAsync());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"SQLite: {rows:N0} rows in {tables.Count} tables, {Bytes(connectionString) / MebiByte:N0} MiB, {items:N0} work items, {mails:N0} mails, written in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s"));
        return rows;
    }

    private async Task BackUpAsync(string name, string connectionString, long rows)
    {
        var file = Path.Combine(folder, $"backup-{count++}.zip");
        var bare = NewSqlite();
        var floor = await FloorAsync($"{name} → file", connectionString, bare);
        floor += await StepAsync($"{name}: floor, that file into a zip", rows, () =>
        {
            using var zip = ZipFile.Open(file + ".floor", ZipArchiveMode.Create);
            zip.CreateEntryFromFile(FileOf(bare), "database.db", CompressionLevel.Fastest);
            return Task.CompletedTask;
        });
        Delete(bare);
        File.Delete(file + ".floor");
        var took = await StepAsync($"{name}: backup", rows, async () => await new BackUpDatabase(TimeProvider.System).RunAsync(new(connectionString, file, folder)));
        Ratio($"{name}: backup", took, floor);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: the backup has {new FileInfo(file).Length / MebiByte:N0} MiB"));
        await StepAsync($"{name}: backup --verify", rows, async () => await BackUpDatabase.CheckAsync(file));
        var restored = name == "SQLite" ? NewSqlite() : NewPostgres();
        took = await StepAsync($"{name}: restore", rows, async () => await new RestoreBackup(TimeProvider.System).RunAsync(new(file, restored, folder, "benchmark")));
        File.Delete(file);
        // From a file of the same rows, as a restore does it; unpacking is the backup's own affair.
        var unpacked = NewSqlite();
        await FloorAsync(null, connectionString, unpacked);
        Ratio($"{name}: restore", took, await FloorAsync($"file → {name}", unpacked, name == "SQLite" ? NewSqlite() : NewPostgres()));
        Delete(unpacked);
        Delete(restored);
    }

    private async Task MoveAsync(string name, string from, string to)
    {
        var (rows, started) = (0L, Stopwatch.GetTimestamp());
        var compared = TimeSpan.Zero;
        var move = new MoveDatabase(TimeProvider.System);
        var progress = new Watched(step =>
        {
            if (step.Comparing && compared == TimeSpan.Zero) compared = Stopwatch.GetElapsedTime(started);
        });
        var took = await StepAsync($"{name}: move", () => rows, async () => rows = (await move.RunAsync(new(from, to, folder, "benchmark"), progress)).Tables.Sum(table => table.Rows));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: written in {compared.TotalSeconds:N1} s, compared and committed in {took - compared.TotalSeconds:N1} s"));
        Ratio($"{name}: move", took, floors[name]);
        await move.TakeBackAsync(from, folder, "benchmark");
    }


    /// <param name="name">Null: not measured.</param>
    private async Task<double> FloorAsync(string? name, string from, string to)
    {
        await using (var database = Database.Open(DatabaseOptions.Parse(to))) await database.MigrateAsync();
        var rows = 0L;
        if (name is null)
        {
            await CopyFloor.RunAsync(from, to);
            return 0;
        }

        var took = await StepAsync($"{name}: floor, rows copied", () => rows, async () => rows = await CopyFloor.RunAsync(from, to));
        floors[name] = took;
        if (DatabaseOptions.Parse(to).Kind == DatabaseKind.PostgreSql) await DropAsync(to);
        return took;
    }

    private async Task ArchiveAsync(string name, string connectionString)
    {
        await using var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)).AddSingleton(TimeProvider.System)
            .AddProgrammesEngine(DatabaseOptions.Parse(connectionString)).AddProgrammesRetention(new(RetentionSettings.YearsDefault, RetentionSettings.MailDaysDefault, Path.Combine(folder, "archive"))).BuildServiceProvider();
        var archive = services.GetRequiredService<ArchiveProgrammes>();
        ArchiveReport? report = null;
        await StepAsync($"{name}: archive --dry-run", () => Rows(report!), async () => report = await archive.RunAsync(Person.Engine, dryRun: true));
        await StepAsync($"{name}: archive", () => Rows(report!), async () => report = await archive.RunAsync(Person.Engine));
        var one = report!.Programmes.Single();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {one.Executions:N0} step records, {one.Leftovers:N0} leftovers, {one.Forms:N0} forms, {report.MailTexts:N0} mails; the archive has {new FileInfo(one.File!).Length / MebiByte:N0} MiB"));

        static long Rows(ArchiveReport report) => report.MailTexts + report.Programmes.Sum(one => one.Executions + one.Leftovers + one.Forms);
    }

    private static Task<double> StepAsync(string name, long rows, Func<Task> step) => StepAsync(name, () => rows, step);

    /// <returns>Seconds.</returns>
    private static async Task<double> StepAsync(string name, Func<long> rows, Func<Task> step)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Linux counts the peak anew after this; elsewhere it is the process's.
        if (File.Exists("/proc/self/clear_refs")) await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        using var process = Process.GetCurrentProcess();
        var (before, cpu, started) = (process.WorkingSet64, process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await step();
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        process.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-44} {rows(),11:N0} rows in {took,7:N1} s {rows() / took,10:N0}/s  processor {(process.TotalProcessorTime - cpu).TotalSeconds,7:N1} s  memory {before / MebiByte,5:N0} MiB, at most {process.PeakWorkingSet64 / MebiByte,5:N0}"));
        return took;
    }

    private static void Ratio(string name, double took, double floor) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} ratio to the floor {floor / took:N2}"));

    private string NewSqlite() => $"Data Source={Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"d{count++}.db"))};Pooling=False";

    private string NewPostgres()
    {
        var to = new NpgsqlConnectionStringBuilder(server) { Database = string.Create(CultureInfo.InvariantCulture, $"programmes_benchmark_{Guid.NewGuid():N}") }.ToString();
        created.Add(to);
        return to;
    }

    private static string FileOf(string connectionString) => new SqliteConnectionStringBuilder(connectionString).DataSource;

    private static long Bytes(string connectionString) => new FileInfo(FileOf(connectionString)).Length;

    private static void Delete(string connectionString)
    {
        if (DatabaseOptions.Parse(connectionString).Kind != DatabaseKind.Sqlite) return;
        foreach (var file in new[] { "", "-wal", "-shm" }) File.Delete(FileOf(connectionString) + file);
    }

    private async Task DropAsync(string? one = null)
    {
        foreach (var connectionString in created.Where(known => one is null || known == one).ToList())
        {
            NpgsqlConnection.ClearAllPools();
            await using var source = NpgsqlDataSource.Create(server!);
            await using var command = source.CreateCommand($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
            await command.ExecuteNonQueryAsync();
            created.Remove(connectionString);
        }
    }

    private sealed class Watched(Action<CopyStep> seen) : IProgress<CopyStep>
    {
        public void Report(CopyStep value) => seen(value);
    }
}
