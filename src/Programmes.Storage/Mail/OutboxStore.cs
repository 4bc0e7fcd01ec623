using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Mail;

/// <summary>Leases queued mail to senders, and records what became of it. All instants are real time.</summary>
public sealed class OutboxStore(Database database)
{
    /// <summary>Largest page.</summary>
    public const int PageMax = 500;

    /// <summary>Attempts after which a mail is given up.</summary>
    public const int AttemptsMax = 10;

    /// <summary>Longest wait between two attempts.</summary>
    public static readonly TimeSpan BackOffMax = TimeSpan.FromHours(6);

    /// <summary>Leases up to <paramref name="countMax"/> mails that may go now, the oldest first. A lease that ran out is free again.</summary>
    /// <param name="owner">Unique for the sender; it must name itself again when it reports.</param>
    /// <param name="lease">Longer than sending the page takes.</param>
    public async Task<IReadOnlyList<OutboxRow>> LeaseAsync(
        string owner, DateTimeOffset now, TimeSpan lease, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(countMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(countMax, PageMax);
        var skip = database.Kind == DatabaseKind.PostgreSql ? "FOR UPDATE SKIP LOCKED" : "";
        // The text holds no value from outside; the values are parameters.
        var sql = $$"""
            UPDATE outbox SET lease_owner = {0}, lease_until = {1}, attempts = attempts + 1
            WHERE id IN (
              SELECT id FROM outbox WHERE status = 'Queued' AND not_before <= {2} AND (lease_until IS NULL OR lease_until <= {2})
              ORDER BY not_before, id LIMIT {3} {{skip}})
            RETURNING *
            """;
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
        {
            var rows = await db.Outbox
                .FromSqlRaw(sql, owner, Instants.ToMicroseconds(now + lease), Instants.ToMicroseconds(now), countMax)
                .AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false);
            return [.. rows.OrderBy(row => row.NotBefore).ThenBy(row => row.Id)];
        }
    }

    /// <summary>False: the lease ran out and somebody else has it now; the mail may go twice, with one Message-ID.</summary>
    public async Task<bool> MarkSentAsync(long id, string owner, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
            return await Leased(db, id, owner).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, OutboxStatus.Sent)
                .SetProperty(row => row.SentAt, now)
                .SetProperty(row => row.LastError, (string?)null)
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>Queues it again after <see cref="BackOff"/>, or gives it up after the last attempt, or at once when <paramref name="permanent"/>.</summary>
    /// <returns>False: the lease was lost.</returns>
    public async Task<bool> MarkFailedAsync(
        long id, string owner, string error, DateTimeOffset now, bool permanent = false, CancellationToken cancellationToken = default)
    {
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
        {
            var attempts = await Leased(db, id, owner).Select(row => (int?)row.Attempts).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            if (attempts is not { } count) return false;
            var dead = permanent || count >= AttemptsMax;
            var next = now + BackOff(count);
            return await Leased(db, id, owner).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, dead ? OutboxStatus.Dead : OutboxStatus.Queued)
                .SetProperty(row => row.NotBefore, next)
                .SetProperty(row => row.LastError, error)
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), cancellationToken).ConfigureAwait(false) > 0;
        }
    }

    /// <summary>The wait after the given attempt (from 1): 1, 2, 4 … minutes, at most <see cref="BackOffMax"/>.</summary>
    public static TimeSpan BackOff(int attempt)
    {
        var minutes = Math.Pow(2, Math.Clamp(attempt - 1, 0, 30));
        return minutes < BackOffMax.TotalMinutes ? TimeSpan.FromMinutes(minutes) : BackOffMax;
    }

    private static IQueryable<OutboxRow> Leased(ProgrammesDb db, long id, string owner) =>
        db.Outbox.Where(row => row.Id == id && row.LeaseOwner == owner && row.Status == OutboxStatus.Queued);
}
