using System.Data.Common;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Programmes.Engine.People;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Safekeeping;

/// <summary>
/// A backup: a zip of <c>manifest.json</c>, <c>database.db</c> (all tables in a SQLite file, whatever the database was) and
/// <c>evidence/ab/abcdef…</c> by hash. Entries are found by names that follow from the manifest and the rows, never extracted by
/// what they call themselves.
/// </summary>
internal sealed class BackupFile : IAsyncDisposable
{
    public const string Manifest = "manifest.json";
    public const string DatabaseFile = "database.db";
    private const int BufferBytes = 128 * 1024;

    private readonly ZipArchive zip;
    private readonly string folder;

    private BackupFile(ZipArchive zip, string folder, BackupManifest manifest, Database database)
    {
        this.zip = zip;
        this.folder = folder;
        Says = manifest;
        Database = database;
    }

    public BackupManifest Says { get; }

    /// <summary>The tables, unpacked into a folder that goes when this is disposed.</summary>
    public Database Database { get; }

    public static string EntryOf(string hash) => $"evidence/{hash[..2]}/{hash}";

    /// <summary>A SQLite file with nothing else in its connection string.</summary>
    public static Database OpenDatabase(string file, Assembly? migrations = null) =>
        Database.Open(new(DatabaseKind.Sqlite, new DbConnectionStringBuilder { ["Data Source"] = file, ["Pooling"] = false }.ConnectionString), migrations);

    /// <summary>A folder that nobody else may look into.</summary>
    public static string PrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return Directory.CreateDirectory(path).FullName;
        return Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    public static FileStream CreatePrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }

    /// <summary>
    /// Reads the manifest, and the database into a temporary file; both are what the manifest says, row by row. The tables of an older
    /// program are then brought up to date.
    /// </summary>
    /// <param name="migrations">See <see cref="Database.Open"/>.</param>
    /// <exception cref="RefusedException">It is no backup, damaged, or of a newer program.</exception>
    public static async Task<BackupFile> OpenAsync(string path, Assembly? migrations, CancellationToken cancellationToken)
    {
        var zip = OpenZip(path);
        string? folder = null;
        Database? database = null;
        try
        {
            var manifest = BackupManifest.Read(await ReadManifestAsync(zip, cancellationToken).ConfigureAwait(false));
            folder = PrivateFolder(Path.Combine(Path.GetTempPath(), $"programmes-{Guid.NewGuid():N}"));
            var file = Path.Combine(folder, DatabaseFile);
            await UnpackAsync(zip, manifest, file, cancellationToken).ConfigureAwait(false);
            database = OpenDatabase(file, migrations);
            await CompareAsync(database, manifest, cancellationToken).ConfigureAwait(false);
            await database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            return new(zip, folder, manifest, database);
        }
        catch (Exception e)
        {
            if (database is not null) await database.DisposeAsync().ConfigureAwait(false);
            zip.Dispose();
            if (folder is not null) Directory.Delete(folder, recursive: true);
            if (e is InvalidDataException or DbException or CopyException) throw Damaged(DatabaseFile);
            throw;
        }
    }

    /// <summary>The content of an evidence file; null: it is not in the backup.</summary>
    public Stream? OpenEvidence(string hash)
    {
        try
        {
            return zip.GetEntry(EntryOf(hash))?.Open();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <exception cref="RefusedException">More evidence is missing than was missing when the backup was made.</exception>
    public void RequireEvidence(EvidenceCount found)
    {
        if (found.Files == Says.Evidence.Files && found.Missing == Says.Evidence.Missing) return;
        throw new RefusedException(new(
            $"备份已损坏：{found.Missing} 份佐证材料缺失或内容不符，如 {string.Join("、", found.FirstMissing)}",
            $"The backup is damaged: {found.Missing} evidence files are missing or not what they were, such as {string.Join(", ", found.FirstMissing)}"));
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync().ConfigureAwait(false);
        zip.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public static async Task<string> HashAsync(Stream content, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));

    private static ZipArchive OpenZip(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException)
        {
            throw new RefusedException(new($"“{path}”不是完整的备份文件", $"\"{path}\" is no complete backup file"));
        }
    }

    private static async Task<byte[]> ReadManifestAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        if (zip.GetEntry(Manifest) is not { Length: <= BackupManifest.BytesMax } entry) throw new RefusedException(new($"备份中没有 {Manifest}", $"There is no {Manifest} in the backup"));
        using var json = new MemoryStream();
        var content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false)) await content.CopyToAsync(json, cancellationToken).ConfigureAwait(false);
        return json.ToArray();
    }

    private static async Task UnpackAsync(ZipArchive zip, BackupManifest manifest, string file, CancellationToken cancellationToken)
    {
        if (zip.GetEntry(DatabaseFile) is not { } entry || entry.Length != manifest.DatabaseBytes) throw Damaged(DatabaseFile);
        var target = CreatePrivate(file);
        await using (target.ConfigureAwait(false))
        {
            var content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false)) await content.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
            target.Position = 0;
            if (await HashAsync(target, cancellationToken).ConfigureAwait(false) != manifest.DatabaseSha256) throw Damaged(DatabaseFile);
        }
    }

    private static async Task CompareAsync(Database database, BackupManifest manifest, CancellationToken cancellationToken)
    {
        var (there, known) = await DatabaseSchema.ReadAsync(database, cancellationToken).ConfigureAwait(false);
        if (there.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } later)
            throw new RefusedException(new($"此备份由更新版本的程序生成（数据库结构 {later}）；请用该版本恢复", $"The backup was made by a newer program (schema {later}); restore it with that one"));
        if (!there.SequenceEqual(manifest.Schema, StringComparer.Ordinal)) throw Damaged(DatabaseFile);
        var tables = await DatabaseCopy.HashAsync(database, [.. manifest.Tables.Select(table => table.Copied())], cancellationToken).ConfigureAwait(false);
        foreach (var (said, found) in manifest.Tables.Zip(tables))
            if (said.Rows != found.Rows || said.Sha256 != found.Hash) throw Damaged($"{DatabaseFile}, {said.Name}");
    }

    private static RefusedException Damaged(string part) => new(new($"备份已损坏：{part} 与清单不符", $"The backup is damaged: {part} is not what its manifest says"));
}
