using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Programmes.Storage;

namespace Programmes.Engine.Evidence;

/// <summary>Housekeeping: contents that no row names, left by an upload that did not come to its commit.</summary>
public sealed class SweepEvidence(IDbContextFactory<ProgrammesDb> contexts, IEvidenceStore store, TimeProvider time, ILogger<SweepEvidence> log)
{
    /// <summary>What is younger may still be on its way to its commit.</summary>
    public static readonly TimeSpan OrphanAge = TimeSpan.FromDays(1);

    /// <summary>Returns how many contents were removed. A withdrawn file's row still names its content.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        var removed = await store.SweepAsync(time.GetUtcNow() - OrphanAge, async hashes =>
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
            return await db.EvidenceFiles.Where(file => hashes.Contains(file.Hash)).Select(file => file.Hash).ToHashSetAsync(cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        if (removed > 0) log.LogInformation(new EventId(4001, "EvidenceSwept"), "{Removed} abandoned evidence files were removed", removed);
        return removed;
    }
}
