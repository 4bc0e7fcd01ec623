using System.Globalization;
using System.IO.Compression;
using Programmes.Core.Calendars;
using Programmes.Engine.Evidence;
using Programmes.Engine.Hosting;
using Programmes.Engine.People;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Safekeeping;

/// <param name="Path">The zip file, or an existing folder that gets one named by the day and time.</param>
/// <param name="Home">The folder that relative names are in.</param>
/// <param name="Evidence">The folder of evidence files in the settings; null: beside the database.</param>
public sealed record BackupRequest(string Database, string Path, string Home, string? Evidence = null);

/// <param name="Bytes">Of the file.</param>
public sealed record BackupReport(string File, long Bytes, BackupManifest Manifest, IReadOnlyList<TableLine> Tables);

/// <summary>
/// Writes everything into one file while hosts go on working: one snapshot of the database, then the evidence that it names. The file
/// is there when it is complete, or not at all.
/// </summary>
public sealed class BackUpDatabase(TimeProvider time)
{
    /// <exception cref="RefusedException">There is a file of that name, no such database, or one of another version.</exception>
    public async Task<BackupReport> RunAsync(BackupRequest request, IProgress<CopyStep>? progress = null, CancellationToken cancellationToken = default)
    {
        if (DatabaseLocation.MissingFile(request.Database, request.Home) is { } missing) throw new RefusedException(new($"没有数据库“{missing}”", $"There is no database \"{missing}\""));
        var options = DatabaseLocation.Resolve(request.Database, request.Home);
        var file = FileOf(request);
        if (File.Exists(file)) throw new RefusedException(new($"文件“{file}”已存在", $"The file \"{file}\" is there already"));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // Beside it, since only within a disk a name is given at once.
        var folder = BackupFile.PrivateFolder($"{file}.{Guid.NewGuid():N}.partial");
        try
        {
            await using var from = Database.Open(options);
            return await CopyErrors.ToldAsync(async () =>
            {
                var database = Path.Combine(folder, BackupFile.DatabaseFile);
                var (schema, tables) = await CopyAsync(from, database, progress, cancellationToken).ConfigureAwait(false);
                var manifest = new BackupManifest
                {
                    Format = BackupManifest.FormatNow, Product = BackupManifest.ProductNow, Schema = schema, MadeAt = time.GetUtcNow(), From = DatabaseMarks.NameOf(from),
                    DatabaseBytes = new FileInfo(database).Length, DatabaseSha256 = "", Tables = [.. tables.Select(BackupTable.Of)], Evidence = new(0, 0, 0, []),
                };
                var store = new EvidenceFolder(string.IsNullOrEmpty(request.Evidence) ? DatabaseLocation.EvidenceBeside(options, request.Home) : Path.GetFullPath(request.Evidence, request.Home), time);
                var zip = Path.Combine(folder, "backup.zip");
                manifest = await PackAsync(zip, database, store, manifest, cancellationToken).ConfigureAwait(false);
                File.Move(zip, file, overwrite: false);
                return new BackupReport(file, new FileInfo(file).Length, manifest, CopyErrors.Lines(tables));
            }).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Reads a backup to its last byte: the database row by row against the manifest, each evidence file against its hash.</summary>
    /// <exception cref="RefusedException">It is damaged, or no backup.</exception>
    public static async Task<BackupManifest> CheckAsync(string path, CancellationToken cancellationToken = default)
    {
        await using var backup = await BackupFile.OpenAsync(path, migrations: null, cancellationToken).ConfigureAwait(false);
        var evidence = await EvidenceNamed.EachAsync(backup.Database.CreateContext, async (hash, length) =>
        {
            if (backup.OpenEvidence(hash) is not { } content) return false;
            await using (content.ConfigureAwait(false)) return await SameAsync(content, hash, cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        backup.RequireEvidence(evidence);
        return backup.Says;
    }

    private string FileOf(BackupRequest request)
    {
        var path = Path.GetFullPath(request.Path, request.Home);
        if (!Directory.Exists(path)) return path;
        var at = time.GetUtcNow().ToOffset(ChinaTime.Offset).ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return Path.Combine(path, $"programmes-{at}.zip");
    }

    private static async Task<(IReadOnlyList<string> Schema, IReadOnlyList<TableCopied> Tables)> CopyAsync(Database from, string file, IProgress<CopyStep>? progress, CancellationToken cancellationToken)
    {
        await using var to = BackupFile.OpenDatabase(file);
        await to.MigrateAsync(cancellationToken).ConfigureAwait(false);
        var tables = await new DatabaseCopy(from, to).RunAsync(alone: false, mark: null, CopyErrors.Steps(progress), cancellationToken: cancellationToken).ConfigureAwait(false);
        return ((await DatabaseSchema.ReadAsync(to, cancellationToken).ConfigureAwait(false)).There, tables);
    }

    private static async Task<BackupManifest> PackAsync(string path, string database, EvidenceFolder store, BackupManifest manifest, CancellationToken cancellationToken)
    {
        var file = BackupFile.CreatePrivate(path);
        await using (file.ConfigureAwait(false))
        {
            using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                var source = File.OpenRead(database);
                await using (source.ConfigureAwait(false))
                {
                    manifest = manifest with { DatabaseSha256 = await BackupFile.HashAsync(source, cancellationToken).ConfigureAwait(false) };
                    source.Position = 0;
                    await AddAsync(zip, BackupFile.DatabaseFile, source, CompressionLevel.Fastest, manifest.MadeAt, cancellationToken).ConfigureAwait(false);
                }

                await using var copied = BackupFile.OpenDatabase(database);
                // Those of the snapshot, not of the database as it is by now.
                manifest = manifest with { Evidence = await EvidenceNamed.EachAsync(copied.CreateContext, AddEvidenceAsync, cancellationToken).ConfigureAwait(false) };
                await AddAsync(zip, BackupFile.Manifest, new MemoryStream(manifest.Write()), CompressionLevel.Fastest, manifest.MadeAt, cancellationToken).ConfigureAwait(false);

                async Task<bool> AddEvidenceAsync(string hash, long length)
                {
                    if (store.Open(hash) is not { } content) return false;
                    await using (content.ConfigureAwait(false))
                    {
                        // Read twice: what is once in the zip cannot be taken out of it.
                        if (content.Length != length || !await SameAsync(content, hash, cancellationToken).ConfigureAwait(false)) return false;
                        content.Position = 0;
                        // Office files and pictures are compressed already.
                        await AddAsync(zip, BackupFile.EntryOf(hash), content, CompressionLevel.NoCompression, manifest.MadeAt, cancellationToken).ConfigureAwait(false);
                        return true;
                    }
                }
            }

            // Before it gets its name: after a power cut that must not stand for half a file.
            file.Flush(flushToDisk: true);
        }

        return manifest;
    }

    private static async Task AddAsync(ZipArchive zip, string name, Stream content, CompressionLevel level, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var entry = zip.CreateEntry(name, level);
        entry.LastWriteTime = at.ToOffset(ChinaTime.Offset);
        var target = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (target.ConfigureAwait(false)) await content.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> SameAsync(Stream content, string hash, CancellationToken cancellationToken)
    {
        try
        {
            return await BackupFile.HashAsync(content, cancellationToken).ConfigureAwait(false) == hash;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
