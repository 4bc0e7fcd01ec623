using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Accounts;

/// <summary>Failed sign-ins from one source within a window.</summary>
public sealed class SignInFailureRow
{
    /// <summary>Stands for an address without telling it.</summary>
    public required string Source { get; set; }

    /// <summary>Of the first failure of the window.</summary>
    public DateTimeOffset SinceAt { get; set; }

    public int Failures { get; set; }
}

public static class SignInFailures
{
    /// <summary>Failures of the window that began after <paramref name="windowFrom"/>.</summary>
    public static Task<int> FailedSignInsAsync(this ProgrammesDb db, string source, DateTimeOffset windowFrom, CancellationToken cancellationToken = default) =>
        db.SignInFailures.AsNoTracking().Where(row => row.Source == source && row.SinceAt > windowFrom).Select(row => row.Failures).FirstOrDefaultAsync(cancellationToken);

    /// <summary>One more, in the window that is open, or in a new one from <paramref name="now"/> on. Nodes that do so at once are all counted.</summary>
    public static Task AddFailedSignInAsync(this ProgrammesDb db, string source, DateTimeOffset now, DateTimeOffset windowFrom, CancellationToken cancellationToken = default)
    {
        var (at, from) = (Instants.ToMicroseconds(now), Instants.ToMicroseconds(windowFrom));
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO sign_in_failures (source, since_at, failures) VALUES ({source}, {at}, 1)
            ON CONFLICT (source) DO UPDATE SET
              failures = CASE WHEN sign_in_failures.since_at > {from} THEN sign_in_failures.failures + 1 ELSE 1 END,
              since_at = CASE WHEN sign_in_failures.since_at > {from} THEN sign_in_failures.since_at ELSE {at} END
            """, cancellationToken);
    }

    /// <summary>Removes the windows that are over.</summary>
    public static Task<int> ForgetFailedSignInsAsync(this ProgrammesDb db, DateTimeOffset windowFrom, CancellationToken cancellationToken = default) =>
        db.SignInFailures.Where(row => row.SinceAt <= windowFrom).ExecuteDeleteAsync(cancellationToken);
}
