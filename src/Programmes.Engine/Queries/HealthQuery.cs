using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Definitions;
using Programmes.Engine.Evidence;
using Programmes.Engine.Hosting;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Databases;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Queries;

/// <param name="OldestQueuedAt">Of the mails that may go now; null: none waits.</param>
/// <param name="EvidenceFreeBytes">Null: the folder does not say.</param>
/// <param name="CalendarKnownUntil">The last day for which the holiday notice is known.</param>
public sealed record SystemHealth(
    string Database, string Version, DateTimeOffset Now, IReadOnlyList<JobRun> Jobs, int Queued, DateTimeOffset? OldestQueuedAt, int Dead, int Bounced, int Requests,
    int Incidents, MailOutage? Mail, string EvidenceFolder, long? EvidenceFreeBytes, DateOnly CalendarKnownUntil, int SuspendedProgrammes)
{
    /// <summary>Below it files will soon find no room.</summary>
    public const long EvidenceFreeBytesMin = 1L << 30;

    /// <summary>A mail that may go and did not for so long is stuck.</summary>
    public static readonly TimeSpan QueuedForMax = TimeSpan.FromMinutes(15);
}

/// <summary>Whether the installation is well; for administrators.</summary>
public sealed class HealthQuery(IDbContextFactory<ProgrammesDb> contexts, JobHealth jobs, MailHealth mail, IEvidenceStore evidence, CalendarSource calendars, TimeProvider time)
{
    /// <exception cref="RefusedException">The person is no administrator.</exception>
    public async Task<SystemHealth> RunAsync(Person person, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var ready = db.Outbox.Where(row => row.Status == OutboxStatus.Queued && row.NotBefore <= now);
        return new(
            db.Database.ProviderName?.EndsWith("Sqlite", StringComparison.Ordinal) == true ? nameof(DatabaseKind.Sqlite) : nameof(DatabaseKind.PostgreSql),
            typeof(HealthQuery).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            now, jobs.Runs,
            await ready.CountAsync(cancellationToken).ConfigureAwait(false),
            await ready.OrderBy(row => row.NotBefore).Select(row => (DateTimeOffset?)row.NotBefore).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false),
            await db.Outbox.CountAsync(row => row.Status == OutboxStatus.Dead, cancellationToken).ConfigureAwait(false),
            await db.Outbox.CountAsync(row => row.Status == OutboxStatus.Bounced, cancellationToken).ConfigureAwait(false),
            await db.MailRequests.CountAsync(cancellationToken).ConfigureAwait(false),
            await db.Incidents.CountAsync(row => row.ResolvedAt == null, cancellationToken).ConfigureAwait(false),
            mail.Outage, (evidence as EvidenceFolder)?.Folder ?? "", FreeBytes((evidence as EvidenceFolder)?.Folder),
            calendars.Current.ProvisionalFrom.AddDays(-1),
            await db.Programmes.CountAsync(row => row.SuspendedOn != null && row.EndedAt == null, cancellationToken).ConfigureAwait(false));
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
