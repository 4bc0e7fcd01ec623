using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Tests.Databases;

/// <summary>Where <see cref="StoreFactAttribute"/> is compiled into, which other test projects do as well.</summary>
internal static class StoreFacts
{
    public const string Assembly = "Programmes.Storage.Tests";
}

/// <summary>Makes a migrated, empty database for each test, from a template that was migrated once.</summary>
public interface ITestDatabases
{
    DatabaseOptions Create();

    /// <summary>One that is not there yet; migrating creates it.</summary>
    DatabaseOptions CreateEmpty();
    void Drop(DatabaseOptions options);
}

public sealed class SqliteDatabases : ITestDatabases, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("programmes-sqlite-").FullName;
    private readonly Lazy<string> template;
    private int count;

    public SqliteDatabases() => template = new(() =>
    {
        var options = CreateEmpty();
        var database = Database.Open(options);
        database.MigrateAsync().GetAwaiter().GetResult();
        database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return FileOf(options);
    });

    public DatabaseOptions CreateEmpty() => new(DatabaseKind.Sqlite,
        string.Create(CultureInfo.InvariantCulture, $"Data Source={Path.Combine(directory, $"t{Interlocked.Increment(ref count)}.db")}"));

    public DatabaseOptions Create()
    {
        var options = CreateEmpty();
        File.Copy(template.Value, FileOf(options));
        return options;
    }

    public void Drop(DatabaseOptions options)
    {
        // The directory goes as a whole at the end.
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }

    private static string FileOf(DatabaseOptions options) => new SqliteConnectionStringBuilder(options.ConnectionString).DataSource;
}

public sealed class PostgresDatabases : ITestDatabases, IDisposable
{
    private readonly PostgresCluster cluster = new();
    private readonly Lazy<string> template;
    private int count;

    public PostgresDatabases() => template = new(() =>
    {
        var options = CreateEmpty();
        var database = Database.Open(options);
        database.MigrateAsync().GetAwaiter().GetResult();
        database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return NameOf(options);
    });

    public DatabaseOptions CreateEmpty() =>
        new(DatabaseKind.PostgreSql, cluster.ConnectionString(string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref count)}")));

    public DatabaseOptions Create()
    {
        var options = CreateEmpty();
        Execute($"CREATE DATABASE {NameOf(options)} TEMPLATE {template.Value}");
        return options;
    }

    public void Drop(DatabaseOptions options) => Execute($"DROP DATABASE {NameOf(options)} WITH (FORCE)");

    public void Dispose() => cluster.Dispose();

    private static string NameOf(DatabaseOptions options) => new NpgsqlConnectionStringBuilder(options.ConnectionString).Database!;

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(cluster.ConnectionString("postgres"));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}

[CollectionDefinition(nameof(SqliteDatabases))]
public sealed class SqliteCollection : ICollectionFixture<SqliteDatabases>;

[CollectionDefinition(nameof(PostgresDatabases))]
public sealed class PostgresCollection : ICollectionFixture<LazyPostgres>;

/// <summary>Starts no cluster as long as every test on PostgreSQL is skipped.</summary>
public sealed class LazyPostgres : IDisposable
{
    private readonly Lazy<PostgresDatabases> databases = new();
    public PostgresDatabases Databases => databases.Value;

    public void Dispose()
    {
        if (databases.IsValueCreated) databases.Value.Dispose();
    }
}
