using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Programmes.Engine.People;
using Programmes.Engine.Safekeeping;
using Programmes.Engine.Tests.Faults;
using Programmes.Storage;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;
using Programmes.Storage.Migrations;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Engine.Tests.Safekeeping;

/// <summary>This program's migration, named again so that it counts among those of these tests.</summary>
[DbContext(typeof(ProgrammesDb))]
[Migration("0001_initial")]
public sealed class SameInitial : M0001Initial;

/// <summary>A migration that only a later program has: one more column, which its rows already fill, and an index.</summary>
[DbContext(typeof(ProgrammesDb))]
[Migration("0002_later")]
public sealed class M0002Later : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("ALTER TABLE settings ADD COLUMN unit text");
        migrationBuilder.Sql("UPDATE settings SET value = value || ' minutes' WHERE key = 'pause'");
        migrationBuilder.Sql("CREATE INDEX ix_settings_unit ON settings (unit)");
    }
}

/// <summary>A backup of this program restored by a later one, on whichever database; inherited once for each.</summary>
public abstract class OlderBackupContract(Func<string, string> newDatabase) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("programmes-older-").FullName;

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task<string> BackUpAsync()
    {
        var (connectionString, file) = (newDatabase(folder), Path.Combine(folder, "backup.zip"));
        await using (var database = Database.Open(DatabaseOptions.Parse(connectionString)))
        {
            await database.MigrateAsync();
            await using var db = database.CreateContext();
            db.Settings.AddRange(new() { Key = "pause", Value = "5" }, new() { Key = "other", Value = "5" });
            await db.SaveChangesAsync();
        }

        await new BackUpDatabase(TimeProvider.System).RunAsync(new(connectionString, file, folder));
        return file;
    }

    [StoreFact]
    public async Task BackupOfAnOlderProgram_IsBroughtUpToDate_ThenCopied()
    {
        var file = await BackUpAsync();
        var target = newDatabase(folder);
        var report = await new RestoreBackup(TimeProvider.System, typeof(M0002Later).Assembly).RunAsync(new(file, target, folder, "office"));
        report.Manifest.Schema.ShouldBe(["0001_initial"]);
        await using var database = Database.Open(DatabaseOptions.Parse(target), typeof(M0002Later).Assembly);
        (await DatabaseSchema.ReadAsync(database)).There.ShouldBe(["0001_initial", "0002_later"]);
        await using (var db = database.CreateContext())
            (await db.Settings.Where(row => row.Key == "pause" || row.Key == "other").OrderBy(row => row.Key).Select(row => row.Value).ToListAsync()).ShouldBe(["5", "5 minutes"]);

        // Backed up by the later program, it is the earlier one that refuses.
        var later = Path.Combine(folder, "later.zip");
        await Should.ThrowAsync<RefusedException>(() => new BackUpDatabase(TimeProvider.System).RunAsync(new(target, later, folder)));
        (await BackUpDatabase.CheckAsync(file)).Schema.ShouldBe(["0001_initial"]);
    }

    [StoreFact]
    public async Task BackupOfAnOlderProgram_ThatWasAltered_IsStillRefused()
    {
        var file = await BackUpAsync();
        Spoil(file);
        var target = newDatabase(folder);
        (await Should.ThrowAsync<RefusedException>(() => new RestoreBackup(TimeProvider.System, typeof(M0002Later).Assembly).RunAsync(new(file, target, folder, "office")))).Words.Zh.ShouldContain("备份已损坏");
    }

    private static void Spoil(string file)
    {
        using var zip = System.IO.Compression.ZipFile.Open(file, System.IO.Compression.ZipArchiveMode.Update);
        var entry = zip.GetEntry("manifest.json")!;
        string json;
        using (var reader = new StreamReader(entry.Open())) json = reader.ReadToEnd();
        entry.Delete();
        using var writer = new StreamWriter(zip.CreateEntry("manifest.json").Open());
        var rows = json.IndexOf("\"name\": \"settings\"", StringComparison.Ordinal);
        rows.ShouldBeGreaterThan(0);
        var count = json.IndexOf("\"rows\": 2", rows, StringComparison.Ordinal);
        writer.Write(json[..count] + "\"rows\": 3" + json[(count + "\"rows\": 2".Length)..]);
    }
}

public sealed class SqliteOlderBackupTests() : OlderBackupContract(folder => $"Data Source={Path.Combine(folder, $"{Guid.NewGuid():N}.db")};Pooling=False");

[Collection(nameof(FaultCluster))]
public sealed class PostgresOlderBackupTests(FaultCluster cluster) : OlderBackupContract(_ => cluster.NewDatabase());
