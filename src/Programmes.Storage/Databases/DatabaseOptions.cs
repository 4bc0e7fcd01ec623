using System.Data.Common;

namespace Programmes.Storage.Databases;

public enum DatabaseKind { Sqlite, PostgreSql }

/// <summary>Which database, and how to reach it.</summary>
public sealed record DatabaseOptions(DatabaseKind Kind, string ConnectionString)
{
    /// <summary>Tells the kind from the connection string: <c>Data Source=…</c> is SQLite, <c>Host=…</c> (or <c>Server=…</c>) PostgreSQL.</summary>
    /// <exception cref="ArgumentException">It is neither, or cannot be read.</exception>
    public static DatabaseOptions Parse(string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (parts.ContainsKey("Host") || parts.ContainsKey("Server")) return new(DatabaseKind.PostgreSql, connectionString);
        if (parts.ContainsKey("Data Source") || parts.ContainsKey("DataSource") || parts.ContainsKey("Filename"))
            return new(DatabaseKind.Sqlite, connectionString);
        throw new ArgumentException("A connection string begins with 'Data Source=' (SQLite) or 'Host=' (PostgreSQL).", nameof(connectionString));
    }
}
