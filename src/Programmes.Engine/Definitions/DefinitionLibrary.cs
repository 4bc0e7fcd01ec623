using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Storage;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Definitions;

/// <summary>
/// Published definitions and launched programmes, read once and kept: both are immutable by their keys.
/// </summary>
public sealed class DefinitionLibrary(IDbContextFactory<ProgrammesDb> contexts)
{
    private readonly ConcurrentDictionary<(string Id, int Version), WorkflowDefinition> definitions = new();
    private readonly ConcurrentDictionary<(string Id, int Revision), Launch> launches = new();
    private readonly ConcurrentDictionary<string, DateOnly?> backfills = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">It is not published, or was written by a newer program.</exception>
    public async ValueTask<WorkflowDefinition> DefinitionAsync(string id, int version, CancellationToken cancellationToken = default)
    {
        if (definitions.TryGetValue((id, version), out var known)) return known;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var json = await db.Definitions.Where(row => row.Id == id && row.Version == version).Select(row => row.Json).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Definition {id} version {version} is not published.");
        var reading = DefinitionReader.Read(json, $"{id} v{version}");
        return definitions[(id, version)] = reading.Definition
            ?? throw new InvalidOperationException($"Definition {id} version {version} cannot be read: {reading.Problems[0].Message.En}");
    }

    public async ValueTask<Launch> LaunchAsync(string programme, int revision, CancellationToken cancellationToken = default)
    {
        if (launches.TryGetValue((programme, revision), out var known)) return known;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var json = await db.LaunchRevisions.Where(row => row.ProgrammeId == programme && row.Revision == revision).Select(row => row.LaunchJson).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Programme {programme} has no launch of revision {revision}.");
        var reading = LaunchReader.Read(json, programme);
        return launches[(programme, revision)] = reading.Launch
            ?? throw new InvalidOperationException($"The launch of programme {programme} cannot be read: {reading.Problems[0].Message.En}");
    }

    /// <summary>The day up to which the programme's past is only recorded, without mails; null: it never was backfilled.</summary>
    public async ValueTask<DateOnly?> BackfillUntilAsync(string programme, CancellationToken cancellationToken = default)
    {
        if (backfills.TryGetValue(programme, out var known)) return known;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return backfills[programme] = await db.Programmes.Where(row => row.Id == programme).Select(row => row.BackfillUntil).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was kept of a programme that is no more.</summary>
    internal void Forget(string programme)
    {
        foreach (var key in launches.Keys.Where(key => key.Id == programme)) _ = launches.TryRemove(key, out _);
        _ = backfills.TryRemove(programme, out _);
    }

    /// <summary>The newest published version of each definition.</summary>
    public async Task<DefinitionSet> LatestAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var latest = await db.Definitions.GroupBy(row => row.Id).Select(group => new { Id = group.Key, Version = group.Max(row => row.Version) }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var set = new List<WorkflowDefinition>();
        foreach (var one in latest) set.Add(await DefinitionAsync(one.Id, one.Version, cancellationToken).ConfigureAwait(false));
        return new(set);
    }
}

/// <summary>The working-day calendar that the engine counts by: all notices that ship, and local days once they are imported.</summary>
public sealed class CalendarSource
{
    public WorkingDayCalendar Current { get; } = WorkingDayCalendar.Official;
}

/// <summary>What is in a workflow folder.</summary>
/// <param name="LaunchFiles">Sample launch files, by path.</param>
public sealed record WorkflowFolder(IReadOnlyList<WorkflowDefinition> Definitions, IReadOnlyList<string> LaunchFiles, IReadOnlyList<Problem> Problems);

/// <summary>Reads a workflow folder and publishes its definitions.</summary>
public sealed class PublishDefinitions(InstanceStore store, TimeProvider time)
{
    /// <summary>Files read from one folder.</summary>
    public const int FilesMax = 1_000;

    public static WorkflowFolder Read(string folder)
    {
        var definitions = new List<WorkflowDefinition>();
        var launchFiles = new List<string>();
        var problems = new List<Problem>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(FilesMax))
        {
            var name = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (name.EndsWith(".schema.json", StringComparison.Ordinal)) continue;
            if (Path.GetFileName(file).StartsWith("launch", StringComparison.Ordinal))
            {
                launchFiles.Add(file);
                continue;
            }

            var reading = DefinitionReader.Read(File.ReadAllText(file), name);
            problems.AddRange(reading.Problems);
            if (reading.Definition is not null) definitions.Add(reading.Definition);
        }

        return new(definitions, launchFiles, problems);
    }

    /// <summary>Publishes what is not published yet; the same version with other contents is a located problem, and the rest goes on.</summary>
    public async Task<IReadOnlyList<Problem>> PublishAsync(IEnumerable<WorkflowDefinition> definitions, string? by, CancellationToken cancellationToken = default)
    {
        var problems = new List<Problem>();
        foreach (var definition in definitions)
        {
            await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
            try
            {
                await transaction.Launches.PublishAsync(new DefinitionRow
                {
                    Id = definition.DefinitionId, Version = definition.Version, Hash = definition.Hash, Name = definition.Name,
                    Json = DefinitionWriter.Write(definition), PublishedAt = time.GetUtcNow(), PublishedBy = by,
                }, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DefinitionConflictException)
            {
                problems.Add(Problem.Error("version-published", new(
                    $"流程“{definition.DefinitionId}”第 {definition.Version} 版已发布且内容不同；已发布的版本不可改，请把版本号加一",
                    $"\"{definition.DefinitionId}\" version {definition.Version} is published with other contents; a published version never changes: raise the version number"), null, null, "version"));
            }
        }

        return problems;
    }
}
