using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Copying;

/// <summary>Settings that say where a database came from, or went to.</summary>
public static class DatabaseMarks
{
    public const string MovedFrom = "moved-from";
    public const string RestoredFrom = "restored-from";

    /// <summary>Of a restored database: what was to be told until this instant (microseconds, real time) becomes mails that are held.</summary>
    public const string HeldUntil = "mails-held-until";

    /// <summary>In the old database: no host may go on with it beside the new one.</summary>
    public const string MovedTo = "moved-to";

    /// <summary>Where the database was moved, and when; null: it was not.</summary>
    public static Task<string?> MovedToAsync(ProgrammesDb db, CancellationToken cancellationToken = default) =>
        db.Settings.Where(row => row.Key == MovedTo).Select(row => row.Value).FirstOrDefaultAsync(cancellationToken);

    /// <summary>See <see cref="HeldUntil"/>; null: nothing is held.</summary>
    public static async Task<DateTimeOffset?> HeldUntilAsync(ProgrammesDb db, CancellationToken cancellationToken = default) =>
        await db.Settings.Where(row => row.Key == HeldUntil).Select(row => row.Value).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } text
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var until) ? Instants.FromMicroseconds(until) : null;

    /// <summary>The database without user and password.</summary>
    public static string NameOf(Database database)
    {
        using var db = database.CreateContext();
        var connection = db.Database.GetDbConnection();
        return database.Kind == DatabaseKind.Sqlite ? connection.DataSource : $"{connection.DataSource}/{connection.Database}";
    }
}

/// <summary>The migrations of a database, in order, and those of this program.</summary>
public static class DatabaseSchema
{
    /// <returns>Empty <c>There</c>: the database was never migrated, or is not there.</returns>
    public static async Task<(IReadOnlyList<string> There, IReadOnlyList<string> Known)> ReadAsync(Database database, CancellationToken cancellationToken = default)
    {
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
        {
            var known = db.Database.GetMigrations().ToList();
            if (!await db.Database.CanConnectAsync(cancellationToken).ConfigureAwait(false)) return ([], known);
            return ([.. await db.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)], known);
        }
    }
}
