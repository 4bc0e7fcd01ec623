using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;

namespace Programmes.Storage.Mail;

/// <summary>Leases queued mail to senders, and records what became of it. All instants are real time.</summary>
public sealed class OutboxStore(Database database)
{
    /// <summary>Largest page.</summary>
    public const int PageMax = 500;

    /// <summary>
    /// Attempts after which a mail is given up: with <see cref="BackOff"/> between them, 50 hours after the first. A server
    /// that cannot be reached costs none (<see cref="ReleaseAsync"/>).
    /// </summary>
    public const int AttemptsMax = 17;

    /// <summary>Longest reason that is kept, in characters.</summary>
    public const int ErrorMax = 500;

    /// <summary>Longest wait between two attempts.</summary>
    public static readonly TimeSpan BackOffMax = TimeSpan.FromHours(6);

    private static readonly BulkStatement Queued = BulkStatement.Insert("outbox",
        ["message_id", "programme_id", "to_address", "to_name", "subject", "kind", "dedupe_key", "request_key", "work_item_id", Column.Long("queued_at"), Column.Long("not_before"), "status", Column.Int("attempts"), "text", "html", "calendar"]);

    private static readonly BulkStatement Reminded = BulkStatement.Insert("reminders",
        ["subject_id", "due_for_on", Column.Bool("escalated"), "message_id", Column.Long("recorded_at")]);

    /// <summary>Queues a page of new mails with what they remind of, in a few statements: a morning may have tens of thousands.</summary>
    /// <exception cref="DbException">One of them, by its Message-ID or dedupe key, is there already.</exception>
    public static async Task QueueAsync(StoreTransaction transaction, IEnumerable<OutboxRow> mails, IEnumerable<ReminderRow> reminders, CancellationToken cancellationToken = default)
    {
        var queued = new BulkRows(Queued);
        foreach (var row in mails)
            queued.Add(row.MessageId, row.ProgrammeId, row.ToAddress, row.ToName, row.Subject, row.Kind, row.DedupeKey, row.RequestKey, row.WorkItemId,
                Instants.ToMicroseconds(row.QueuedAt), Instants.ToMicroseconds(row.NotBefore), row.Status.ToString(), row.Attempts, row.Text, row.Html, row.Calendar);
        var reminded = new BulkRows(Reminded);
        foreach (var row in reminders)
            reminded.Add(row.SubjectId, Instants.ToText(row.DueForOn), row.Escalated, row.MessageId, Instants.ToMicroseconds(row.RecordedAt));
        await transaction.WriteRowsAsync([.. new[] { queued, reminded }.Where(rows => rows.Rows.Count > 0)], cancellationToken).ConfigureAwait(false);
    }

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

    /// <summary>Takes back leased mails that only concern work which is closed by now. Returns the others.</summary>
    public async Task<IReadOnlyList<OutboxRow>> WithdrawOverAsync(IReadOnlyList<OutboxRow> leased, string owner, CancellationToken cancellationToken = default)
    {
        var items = leased.Select(row => row.WorkItemId).OfType<string>().Distinct().ToList();
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
        {
            var over = (await db.WorkItems.Where(item => items.Contains(item.Id) && item.ClosedOn != null).Select(item => item.Id).ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
            if (over.Count == 0) return leased;
            var ids = leased.Where(row => row.WorkItemId is { } item && over.Contains(item)).Select(row => row.Id).ToList();
            await db.Outbox.Where(row => ids.Contains(row.Id) && row.LeaseOwner == owner && row.Status == OutboxStatus.Queued).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, OutboxStatus.Withdrawn)
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), cancellationToken).ConfigureAwait(false);
            return [.. leased.Where(row => !ids.Contains(row.Id))];
        }
    }

    /// <summary>Keeps leased mails of demonstrations from going anywhere. Returns the others.</summary>
    public async Task<IReadOnlyList<OutboxRow>> KeepDemonstrationsAsync(IReadOnlyList<OutboxRow> leased, string owner, CancellationToken cancellationToken = default)
    {
        var programmes = leased.Select(row => row.ProgrammeId).OfType<string>().Distinct().ToList();
        if (programmes.Count == 0) return leased;
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
        {
            var demonstrations = (await db.Programmes.Where(row => programmes.Contains(row.Id)).Where(ProgrammeRow.IsDemonstration).Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
            if (demonstrations.Count == 0) return leased;
            var ids = leased.Where(row => row.ProgrammeId is { } programme && demonstrations.Contains(programme)).Select(row => row.Id).ToList();
            await db.Outbox.Where(row => ids.Contains(row.Id) && row.LeaseOwner == owner && row.Status == OutboxStatus.Queued).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, OutboxStatus.Kept)
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), cancellationToken).ConfigureAwait(false);
            return [.. leased.Where(row => !ids.Contains(row.Id))];
        }
    }

    /// <summary>False: the lease ran out and somebody else has it now; the mail may go twice, with one Message-ID.</summary>
    /// <param name="forget">Its words are for nobody else and are not kept: it holds a one-time link.</param>
    public async Task<bool> MarkSentAsync(long id, string owner, DateTimeOffset now, bool forget = false, CancellationToken cancellationToken = default)
    {
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
            return await Leased(db, id, owner).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Status, OutboxStatus.Sent)
                .SetProperty(row => row.SentAt, now)
                .SetProperty(row => row.Text, row => forget ? "" : row.Text)
                .SetProperty(row => row.Html, row => forget ? null : row.Html)
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
                .SetProperty(row => row.LastError, Bounded(error))
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), cancellationToken).ConfigureAwait(false) > 0;
        }
    }

    /// <summary>Gives leased mails back as if they had never been taken: no attempt is counted.</summary>
    /// <param name="notBefore">When they may go again; null: at once. Those with a later instant come behind the others.</param>
    public async Task<int> ReleaseAsync(IReadOnlyCollection<long> ids, string owner, DateTimeOffset? notBefore = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, PageMax);
        if (ids.Count == 0) return 0;
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
            return await db.Outbox.Where(row => ids.Contains(row.Id) && row.LeaseOwner == owner && row.Status == OutboxStatus.Queued).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Attempts, row => row.Attempts - 1)
                .SetProperty(row => row.NotBefore, row => notBefore ?? row.NotBefore)
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A mail that was sent came back. Told again it changes nothing.</summary>
    /// <returns>Null: no mail has this Message-ID. Else the mail, and whether it counted as sent until now.</returns>
    public static async Task<(long Id, string? ProgrammeId, bool Changed)?> BounceAsync(ProgrammesDb db, string messageId, string reason, CancellationToken cancellationToken = default)
    {
        var row = await db.Outbox.AsNoTracking().Where(one => one.MessageId == messageId).Select(one => new { one.Id, one.ProgrammeId }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (row is null) return null;
        var changed = await db.Outbox.Where(one => one.Id == row.Id && one.Status == OutboxStatus.Sent).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.Status, OutboxStatus.Bounced)
            .SetProperty(one => one.LastError, Bounded(reason)), cancellationToken).ConfigureAwait(false);
        return (row.Id, row.ProgrammeId, changed > 0);
    }

    /// <summary>Queues mails again that were given up or came back, with all their attempts ahead and the same Message-ID; not those whose words are no longer kept.</summary>
    /// <returns>Those it queued; others among <paramref name="ids"/> are left alone.</returns>
    public static async Task<IReadOnlyList<(long Id, string? ProgrammeId)>> RetryAsync(ProgrammesDb db, IReadOnlyCollection<long> ids, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, PageMax);
        var found = await db.Outbox.AsNoTracking().Where(row => ids.Contains(row.Id) && row.Text != "" && (row.Status == OutboxStatus.Dead || row.Status == OutboxStatus.Bounced))
            .OrderBy(row => row.Id).Select(row => new { row.Id, row.ProgrammeId }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var known = found.ConvertAll(row => row.Id);
        await QueueAgainAsync(db.Outbox.Where(row => known.Contains(row.Id)), now, cancellationToken).ConfigureAwait(false);
        return [.. found.Select(row => (row.Id, row.ProgrammeId))];
    }

    /// <summary>Queues all mails again that were given up. Returns how many.</summary>
    public static Task<int> RetryDeadAsync(ProgrammesDb db, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        QueueAgainAsync(db.Outbox.Where(row => row.Status == OutboxStatus.Dead && row.Text != ""), now, cancellationToken);

    /// <summary>Queues held mails after all; not those whose words are no longer kept.</summary>
    /// <param name="ids">Null: all.</param>
    public static Task<int> SendHeldAsync(ProgrammesDb db, IReadOnlyCollection<long>? ids, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        QueueAgainAsync(Held(db, ids).Where(row => row.Text != ""), now, cancellationToken);

    /// <summary>Withdraws held mails: they stay on the list, and never go.</summary>
    /// <param name="ids">Null: all.</param>
    public static Task<int> DropHeldAsync(ProgrammesDb db, IReadOnlyCollection<long>? ids, CancellationToken cancellationToken = default) =>
        Held(db, ids).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, OutboxStatus.Withdrawn), cancellationToken);

    private static IQueryable<OutboxRow> Held(ProgrammesDb db, IReadOnlyCollection<long>? ids) =>
        db.Outbox.Where(row => row.Status == OutboxStatus.Held) is var held && ids is not null ? held.Where(row => ids.Contains(row.Id)) : held;

    private static Task<int> QueueAgainAsync(IQueryable<OutboxRow> rows, DateTimeOffset now, CancellationToken cancellationToken) => rows.ExecuteUpdateAsync(set => set
        .SetProperty(row => row.Status, OutboxStatus.Queued)
        .SetProperty(row => row.Attempts, 0)
        .SetProperty(row => row.NotBefore, now)
        .SetProperty(row => row.SentAt, (DateTimeOffset?)null)
        .SetProperty(row => row.LeaseOwner, (string?)null)
        .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), cancellationToken);

    /// <summary>The wait after the given attempt (from 1): 1, 2, 4 … minutes, at most <see cref="BackOffMax"/>.</summary>
    public static TimeSpan BackOff(int attempt)
    {
        var minutes = Math.Pow(2, Math.Clamp(attempt - 1, 0, 30));
        return minutes < BackOffMax.TotalMinutes ? TimeSpan.FromMinutes(minutes) : BackOffMax;
    }

    private static string Bounded(string reason) => reason.Length <= ErrorMax ? reason : $"{reason[..(ErrorMax - 1)]}…";

    private static IQueryable<OutboxRow> Leased(ProgrammesDb db, long id, string owner) =>
        db.Outbox.Where(row => row.Id == id && row.LeaseOwner == owner && row.Status == OutboxStatus.Queued);
}
