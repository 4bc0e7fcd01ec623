using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;

namespace Programmes.Storage.Mail;

public static class MailRequestStore
{
    /// <summary>Largest page.</summary>
    public const int PageMax = 500;

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
