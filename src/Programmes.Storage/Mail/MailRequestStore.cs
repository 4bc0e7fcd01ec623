using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;

namespace Programmes.Storage.Mail;

public static class MailRequestStore
{
    /// <summary>Largest page.</summary>
    public const int PageMax = 500;

    /// <summary>The first of the two numbers of an address's lock; any, as long as every version of the product uses the same.</summary>
    private const int AddressLockClass = 731_042;

    /// <summary>
    /// Until this transaction ends, no other counts or writes what one of these addresses gets. On SQLite, which has one writer, that
    /// is so anyway.
    /// </summary>
    /// <param name="addresses">Those that are the same but for the case of letters are one.</param>
    public static async Task HoldAddressesAsync(this StoreTransaction transaction, IEnumerable<string> addresses, CancellationToken cancellationToken = default)
    {
        if (transaction.Database.Kind != DatabaseKind.PostgreSql) return;
        // All take them in one order, so that no two wait for each other.
        var locks = addresses.Select(LockOf).Distinct().Order().ToArray();
        if (locks.Length > 0) await transaction.Db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({AddressLockClass}, one) FROM unnest({locks}) AS one", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One of 256. Two addresses that share one wait for each other without need, and the server's table of locks stays small.</summary>
    private static int LockOf(string address) => SHA256.HashData(Encoding.UTF8.GetBytes(address.ToLowerInvariant()))[0];

    /// <summary>Locks requests that may become mails now, the oldest first; those that another node holds are left out.</summary>
    public static Task<List<MailRequestRow>> TakeMailRequestsAsync(this StoreTransaction transaction, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(countMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(countMax, PageMax);
        var skip = transaction.Database.Kind == DatabaseKind.PostgreSql ? "FOR UPDATE SKIP LOCKED" : "";
        // The text holds no value from outside; the values are parameters.
        var sql = $$"""SELECT * FROM mail_requests WHERE not_before <= {0} ORDER BY not_before, id LIMIT {1} {{skip}}""";
        return transaction.Db.MailRequests.FromSqlRaw(sql, Instants.ToMicroseconds(transaction.Now), countMax).ToListAsync(cancellationToken);
    }
}
