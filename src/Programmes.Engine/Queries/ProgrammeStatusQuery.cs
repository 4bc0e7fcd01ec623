using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Queries;

/// <param name="Finished">Units with a result in this batch, whatever it is.</param>
public sealed record BatchStanding(BatchLine Batch, int Finished);

/// <param name="Results">Units by their final result.</param>
public sealed record ProgrammeStanding(ProgrammeHead Head, IReadOnlyList<BatchStanding> Batches, IReadOnlyList<(string Result, int Units)> Results);

/// <summary>How programmes stand, in numbers.</summary>
public sealed class ProgrammeStatusQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeQueries programmes)
{
    /// <summary>All that the person may know of, the last launched first.</summary>
    public async Task<IReadOnlyList<ProgrammeStanding>> AllAsync(Person person, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var ids = await db.ProgrammesOf(person).AsNoTracking().OrderByDescending(row => row.LaunchedAt).ThenBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        var standings = new List<ProgrammeStanding>();
        foreach (var id in ids)
            if (await OneAsync(person, id, cancellationToken).ConfigureAwait(false) is { } standing) standings.Add(standing);
        return standings;
    }

    /// <summary>Null: there is no such programme, or the person may not know of it.</summary>
    public async Task<ProgrammeStanding?> OneAsync(Person person, string id, CancellationToken cancellationToken = default)
    {
        if (await programmes.HeadAsync(person, id, cancellationToken).ConfigureAwait(false) is not { } head) return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var all = db.UnitResults.AsNoTracking().Where(row => row.ProgrammeId == id);
        // A unit that failed here and passed later has finished here too, so superseded results count.
        var finished = await all.Where(row => row.Batch != null).Select(row => new { row.Batch, row.UnitId }).Distinct()
            .GroupBy(row => row.Batch).Select(group => new { Batch = group.Key, Count = group.Count() })
            .ToDictionaryAsync(one => one.Batch!.Value, one => one.Count, cancellationToken).ConfigureAwait(false);
        var results = await all.Where(row => row.Final && !row.Superseded).GroupBy(row => row.Result).Select(group => new { group.Key, Count = group.Count() })
            .OrderByDescending(one => one.Count).ThenBy(one => one.Key).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(head, [.. head.Batches.Select(batch => new BatchStanding(batch, finished.GetValueOrDefault(batch.Number)))], [.. results.Select(one => (one.Key, one.Count))]);
    }
}
