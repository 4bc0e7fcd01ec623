using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Engine.Safekeeping;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Archiving;

/// <summary>
/// What goes from the database of one programme: a zip with a file of JSON lines for each kind and <c>manifest.json</c>. It has its
/// name when it is complete; one that is there is never overwritten.
/// </summary>
internal static class ArchiveFile
{
    /// <summary>Files of one programme, which are more than one only if a run was interrupted.</summary>
    private const int FilesMax = 1_000;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <returns>Its full name.</returns>
    public static async Task<string> WriteAsync(IDbContextFactory<ProgrammesDb> contexts, ProgrammeRow programme, string folder, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var partial = Path.Combine(folder, $"{programme.Id}.{Guid.NewGuid():N}.partial");
        try
        {
            var file = BackupFile.CreatePrivate(partial);
            await using (file.ConfigureAwait(false))
            {
                using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true)) await FillAsync(zip, contexts, programme, at, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            var name = Enumerable.Range(1, FilesMax).Select(number => Path.Combine(folder, number == 1 ? $"{programme.Id}.zip" : $"{programme.Id}-{number}.zip")).First(one => !File.Exists(one));
            File.Move(partial, name, overwrite: false);
            return name;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static async Task FillAsync(ZipArchive zip, IDbContextFactory<ProgrammesDb> contexts, ProgrammeRow programme, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var instances = db.Instances.AsNoTracking().Where(row => row.ProgrammeId == programme.Id);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await AddAsync("instances", instances.OrderBy(row => row.Id)).ConfigureAwait(false);
        await AddAsync("activity-executions", db.ActivityExecutions.AsNoTracking().Where(row => instances.Any(one => one.Id == row.InstanceId)).OrderBy(row => row.InstanceId).ThenBy(row => row.Execution)).ConfigureAwait(false);
        await AddAsync("bookmarks", db.Bookmarks.AsNoTracking().Where(row => instances.Any(one => one.Id == row.InstanceId)).OrderBy(row => row.InstanceId).ThenBy(row => row.BookmarkId)).ConfigureAwait(false);
        await AddAsync("stimuli", db.Stimuli.AsNoTracking().Where(row => instances.Any(one => one.Id == row.Target)).OrderBy(row => row.Id)).ConfigureAwait(false);
        await AddAsync("outside-tasks", db.OutsideTasks.AsNoTracking().Where(row => instances.Any(one => one.Id == row.InstanceId)).OrderBy(row => row.InstanceId).ThenBy(row => row.BookmarkId)).ConfigureAwait(false);
        await AddAsync("forms", db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == programme.Id && row.FormValues != null).OrderBy(row => row.Id).Select(row => new { row.Id, row.UnitId, row.Activity, row.TitleZh, row.SubmittedOn, row.SubmittedBy, row.SavedAt, row.SavedBy, row.FormValues })).ConfigureAwait(false);
        var manifest = new { format = 1, product = BackupManifest.ProductNow, programme = programme.Id, programme.Name, programme.EndedAt, madeAt = at, rows = counts };
        var target = await zip.CreateEntry("manifest.json").OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (target.ConfigureAwait(false)) await JsonSerializer.SerializeAsync(target, manifest, Options, cancellationToken).ConfigureAwait(false);

        async Task AddAsync<T>(string name, IQueryable<T> rows)
        {
            var entry = zip.CreateEntry($"{name}.jsonl", CompressionLevel.Optimal);
            entry.LastWriteTime = at.ToOffset(ChinaTime.Offset);
            var count = 0L;
            var content = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            var lines = new StreamWriter(content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
            await using (lines.ConfigureAwait(false))
            {
                await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    await lines.WriteLineAsync(JsonSerializer.Serialize(row, Options).AsMemory(), cancellationToken).ConfigureAwait(false);
                    count++;
                }
            }

            counts[name] = count;
        }
    }
}
