using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Definitions;
using Programmes.Engine.Evidence;
using Programmes.Engine.Mail;
using Programmes.Engine.Nodes;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Queries;

/// <param name="OldestQueuedAt">Of the mails that may go now; null: none waits.</param>
/// <param name="EvidenceFreeBytes">Null: the folder does not say.</param>
/// <param name="CalendarKnownUntil">The last day for which the holiday notice is known.</param>
public sealed record SystemHealth(
    string Database, string Version, DateTimeOffset Now, IReadOnlyList<NodeHealth> Nodes, int Queued, DateTimeOffset? OldestQueuedAt, int Dead, int Bounced, int Requests,
    int Incidents, string EvidenceFolder, long? EvidenceFreeBytes, DateOnly CalendarKnownUntil, int SuspendedProgrammes)
{
    /// <summary>Below it files will soon find no room.</summary>
    public const long EvidenceFreeBytesMin = 1L << 30;

    /// <summary>Nodes shown, the newest first.</summary>
    public const int NodesMax = 20;

    /// <summary>The first running node's reason why no mail goes; null: none says so.</summary>
    public MailOutage? Mail => Nodes.FirstOrDefault(node => node.IsRunning && node.State.Mail is not null)?.State.Mail;

    /// <summary>Somebody has to run the recurring jobs.</summary>
    public bool HasWorker => Nodes.Any(node => node.IsRunning && Enum.TryParse<NodeRoles>(node.Roles, out var roles) && roles.HasFlag(NodeRoles.Worker));

    /// <summary>A mail that may go and did not for so long is stuck.</summary>
    public static readonly TimeSpan QueuedForMax = TimeSpan.FromMinutes(15);
}

/// <param name="IsSilent">It said nothing for longer than it should, and no goodbye either.</param>
/// <param name="State">What it said of itself last.</param>
public sealed record NodeHealth(string Name, string Version, string Roles, DateTimeOffset StartedAt, DateTimeOffset SeenAt, DateTimeOffset? StoppedAt, bool IsSilent, NodeState State)
{
    public bool IsRunning => StoppedAt is null && !IsSilent;

    public bool IsClockApart => State.Skew.Duration() > ClockWatch.SkewMax;
}

/// <summary>Whether the installation is well; for administrators.</summary>
public sealed class HealthQuery(IDbContextFactory<ProgrammesDb> contexts, IEvidenceStore evidence, CalendarSource calendars, TimeProvider time)
{
    /// <exception cref="RefusedException">The person is no administrator.</exception>
    public async Task<SystemHealth> RunAsync(Person person, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var ready = db.Outbox.Where(row => row.Status == OutboxStatus.Queued && row.NotBefore <= now);
        return new(
            db.Database.ProviderName?.EndsWith("Sqlite", StringComparison.Ordinal) == true ? "SQLite" : "PostgreSQL",
            NodeHeartbeat.Version, now, await NodesAsync(db, now, cancellationToken).ConfigureAwait(false),
            await ready.CountAsync(cancellationToken).ConfigureAwait(false),
            await ready.OrderBy(row => row.NotBefore).Select(row => (DateTimeOffset?)row.NotBefore).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false),
            await db.Outbox.CountAsync(row => row.Status == OutboxStatus.Dead, cancellationToken).ConfigureAwait(false),
            await db.Outbox.CountAsync(row => row.Status == OutboxStatus.Bounced, cancellationToken).ConfigureAwait(false),
            await db.MailRequests.CountAsync(cancellationToken).ConfigureAwait(false),
            await db.Incidents.CountAsync(row => row.ResolvedAt == null, cancellationToken).ConfigureAwait(false),
            (evidence as EvidenceFolder)?.Folder ?? "", FreeBytes((evidence as EvidenceFolder)?.Folder),
            calendars.Current.ProvisionalFrom.AddDays(-1),
            await db.Programmes.CountAsync(row => row.SuspendedOn != null && row.EndedAt == null, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IReadOnlyList<NodeHealth>> NodesAsync(ProgrammesDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await db.Nodes.AsNoTracking().OrderByDescending(row => row.StartedAt).Take(SystemHealth.NodesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new NodeHealth(row.Name, row.Version, row.Role, row.StartedAt, row.SeenAt, row.StoppedAt,
            row.StoppedAt is null && now - row.SeenAt > NodeHeartbeat.SilentMax, JsonSerializer.Deserialize<NodeState>(row.State)!))];
    }

    private static long? FreeBytes(string? folder)
    {
        if (folder is null) return null;
        try
        {
            // The folder itself is made with the first file.
            var there = new DirectoryInfo(Path.GetFullPath(folder));
            while (there is { Exists: false, Parent: { } above }) there = above;
            return new DriveInfo(there.FullName).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
