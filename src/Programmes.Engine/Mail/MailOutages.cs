using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Nodes;
using Programmes.Storage;

namespace Programmes.Engine.Mail;

/// <summary>Whether any node that runs cannot hand mails over: the pages are often served by another than the one that sends.</summary>
public sealed class MailOutages(MailHealth own, IDbContextFactory<ProgrammesDb> contexts, TimeProvider time)
{
    /// <summary>This node's, else the one that began first; null: no node says so.</summary>
    public async Task<MailOutage?> NowAsync(CancellationToken cancellationToken = default)
    {
        if (own.Outage is { } here) return here;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var seen = time.GetUtcNow() - NodeHeartbeat.SilentMax;
        var states = await db.Nodes.AsNoTracking().Where(row => row.StoppedAt == null && row.SeenAt >= seen).Select(row => row.State).ToListAsync(cancellationToken).ConfigureAwait(false);
        return states.Select(state => JsonSerializer.Deserialize<NodeState>(state)!.Mail).OfType<MailOutage>().MinBy(outage => outage.Since);
    }
}
