using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Storage;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;

namespace Programmes.Engine.Hosting;

public static class DatabaseLocation
{
    private static readonly string[] FileKeys = ["Data Source", "DataSource", "Filename"];

    /// <summary>Registers the engine for hosts that know the database by its connection string alone.</summary>
    /// <param name="home">The folder that a relative SQLite file is in; the file's folder is made if it is missing.</param>
    /// <param name="evidence">The folder of evidence files, relative to <paramref name="home"/>; null or empty: beside the database.</param>
    /// <exception cref="ArgumentException">The connection string is neither SQLite's nor PostgreSQL's.</exception>
    public static IServiceCollection AddProgrammesEngineAt(this IServiceCollection services, string connectionString, string home, string? evidence = null)
    {
        var database = Resolve(connectionString, home);
        var folder = string.IsNullOrEmpty(evidence) ? EvidenceBeside(database, home) : Path.GetFullPath(evidence, Path.GetFullPath(home));
        return services.AddProgrammesEngine(database, folder).AddSingleton<Readiness>();
    }

    /// <summary>The SQLite file that does not exist yet; null: it exists, or the database is no file.</summary>
    /// <exception cref="ArgumentException">The connection string is neither SQLite's nor PostgreSQL's.</exception>
    public static string? MissingFile(string connectionString, string home) =>
        FileOf(connectionString, home, DatabaseOptions.Parse(connectionString).Kind) is { File: var file } && !File.Exists(file) ? file : null;

    /// <summary>Somebody else kept the database locked: nothing is wrong, and a later try can succeed.</summary>
    public static bool IsBusy(Exception exception) => exception is StoreBusyException;

    /// <summary>The database cannot be reached, stops, or has no room: nothing was kept, and a later try can succeed.</summary>
    public static bool IsAway(Exception exception) => InstanceStore.IsOutage(exception);

    /// <summary>What is kept together with the database when nobody says otherwise.</summary>
    internal static string EvidenceBeside(DatabaseOptions database, string? home = null)
    {
        home ??= Directory.GetCurrentDirectory();
        var beside = FileOf(database.ConnectionString, home, database.Kind) is { File: var file } ? Path.GetDirectoryName(file)! : Path.Combine(Path.GetFullPath(home), "data");
        return Path.Combine(beside, "evidence");
    }

    internal static DatabaseOptions Resolve(string connectionString, string home)
    {
        var options = DatabaseOptions.Parse(connectionString);
        if (FileOf(connectionString, home, options.Kind) is not { } found) return options;
        Directory.CreateDirectory(Path.GetDirectoryName(found.File)!);
        found.Parts[found.Key] = found.File;
        return options with { ConnectionString = found.Parts.ConnectionString };
    }

    private static (DbConnectionStringBuilder Parts, string Key, string File)? FileOf(string connectionString, string home, DatabaseKind kind)
    {
        if (kind != DatabaseKind.Sqlite) return null;
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var key = FileKeys.First(parts.ContainsKey);
        var file = (string)parts[key];
        if (file.Length == 0 || file.StartsWith(':') || file.StartsWith("file:", StringComparison.Ordinal)) return null;
        return (parts, key, Path.GetFullPath(file, Path.GetFullPath(home)));
    }
}

/// <summary>Whether this node has started and its database answers, for whoever sends requests to it.</summary>
public sealed class Readiness(NodeStart start, IDbContextFactory<ProgrammesDb> contexts)
{
    /// <returns>False: it has not started yet.</returns>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken = default)
    {
        if (!start.IsReady) return false;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await db.Settings.AsNoTracking().AnyAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }
}
