using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Programmes.Storage.Copying;
using Programmes.Storage.Migrations;
using SQLitePCL;

namespace Programmes.Storage.Databases;

/// <summary>
/// SQLite with a write-ahead log. It has one writer, so this process keeps one connection for <c>InstanceStore</c>'s
/// transactions, with its prepared statements, and its callers queue for it fairly instead of polling for the lock.
/// </summary>
internal sealed class SqliteDatabase : Database
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private readonly string connectionString;
    private readonly Assembly migrations;
    private readonly SemaphoreSlim gate = new(1, 1);
    private SqliteWriter? writer;

    public SqliteDatabase(string connectionString, Assembly migrations)
    {
        this.migrations = migrations;
        this.connectionString = new SqliteConnectionStringBuilder(connectionString)
        {
            ForeignKeys = true,
            DefaultTimeout = (int)BusyTimeout.TotalSeconds,
        }.ToString();
    }

    public override DatabaseKind Kind => DatabaseKind.Sqlite;
    internal override SqlDialect Dialect { get; } = new SqliteDialect();

    private protected override void Configure(DbContextOptionsBuilder<ProgrammesDb> builder) => builder
        .UseSqlite(connectionString, sqlite => sqlite.MigrationsHistoryTable(MigrationHistory.Table).MigrationsAssembly(migrations))
        .AddInterceptors(new Opened())
        .ConfigureWarnings(MigrationHistory.Warnings);

    public override async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        // EF Core marks a running migration by a row, which a killed process leaves behind and which then blocks every start.
        // A file lock goes with its process: whoever holds it knows that such a row is a leftover.
        await using var lockFile = await LockFileAsync(cancellationToken).ConfigureAwait(false);
        var db = CreateContext();
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken).ConfigureAwait(false);
        await MigrateContextAsync(db, cancellationToken).ConfigureAwait(false);
    }

    public override Task<IAsyncDisposable?> TryHoldAsync(string name, CancellationToken cancellationToken = default)
    {
        var source = new SqliteConnectionStringBuilder(connectionString);
        if (source.Mode == SqliteOpenMode.Memory || source.DataSource is "" or ":memory:") return Task.FromResult<IAsyncDisposable?>(Stream.Null);
        try
        {
            return Task.FromResult<IAsyncDisposable?>(new FileStream($"{Path.GetFullPath(source.DataSource)}.{name}", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException)
        {
            return Task.FromResult<IAsyncDisposable?>(null);
        }
    }

    private async Task<Stream> LockFileAsync(CancellationToken cancellationToken)
    {
        var source = new SqliteConnectionStringBuilder(connectionString);
        if (source.Mode == SqliteOpenMode.Memory || source.DataSource is "" or ":memory:") return Stream.Null;
        var attemptsMax = (int)(BusyTimeout / LockRetry);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(Path.GetFullPath(source.DataSource) + ".migrating", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < attemptsMax)
            {
                await Task.Delay(LockRetry, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>At most so much of the database in a connection's memory; SQLite's own 2 MiB has it read the same pages again and again.</summary>
    private const int CacheKibibytes = 16 * 1024;

    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(50);

    internal override async Task<WriteConnection> BeginWriteAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (!await gate.WaitAsync(wait, cancellationToken).ConfigureAwait(false))
            throw new StoreBusyException("The database is busy with another transaction.");
        try
        {
            writer ??= new SqliteWriter(connectionString, gate);
            writer.Begin(wait);
            return writer;
        }
        catch (Exception exception)
        {
            writer?.Close();
            writer = null;
            gate.Release();
            if (exception is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } busy)
                throw new StoreBusyException("The database is locked by another process.", busy);
            throw;
        }
    }

    internal override string TableNames => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";

    internal override string IndexStatements => "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";

    internal override async Task<Snapshot> BeginSnapshotAsync(bool alone, CancellationToken cancellationToken)
    {
        if (alone) await CloseIdleAsync(cancellationToken).ConfigureAwait(false);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false, DefaultTimeout = alone ? 1 : (int)BusyTimeout.TotalSeconds }.ToString());
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (!alone) Prepare(connection);
            using var command = connection.CreateCommand();
            // With a write-ahead log whoever has the file open keeps a shared lock on it, so the exclusive one says whether anybody has.
            command.CommandText = alone ? "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;" : "PRAGMA query_only = TRUE";
            command.ExecuteNonQuery();
            var snapshot = new Snapshot(connection, connection.BeginTransaction(IsolationLevel.Serializable, deferred: !alone));
            // A deferred transaction has no snapshot before its first read.
            command.CommandText = "SELECT COUNT(*) FROM sqlite_master";
            command.Transaction = (SqliteTransaction)snapshot.Transaction;
            command.ExecuteScalar();
            return snapshot;
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (exception is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } busy) throw new StoreBusyException("Another process has the database open.", busy);
            throw;
        }
    }

    /// <summary>Closes this process's own connections that nobody uses.</summary>
    private async Task CloseIdleAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        writer?.Close();
        writer = null;
        gate.Release();
        using var pooled = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(pooled);
    }

    public override async ValueTask DisposeAsync()
    {
        // A transaction that somebody forgot to dispose must not hold up the end of the process; it is rolled back with it.
        if (await gate.WaitAsync(EndTimeout).ConfigureAwait(false))
        {
            writer?.Close();
            writer = null;
            gate.Release();
        }

        using var pooled = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(pooled);
    }

    /// <summary>FULL: a commit survives the loss of power as well as <c>kill -9</c>; what it costs is in decision record 0002.</summary>
    internal static void Prepare(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture,
            $"PRAGMA busy_timeout = {BusyTimeout.TotalMilliseconds}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -{CacheKibibytes};");
        command.ExecuteNonQuery();
    }

    private sealed class Opened : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Prepare(connection);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Prepare(connection);
            return Task.CompletedTask;
        }
    }
}

internal sealed class SqliteWriter : WriteConnection
{
    private readonly SqliteConnection connection;
    private readonly SemaphoreSlim gate;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);
    private readonly Dictionary<BulkStatement, sqlite3_stmt> prepared = [];
    private SqliteTransaction? transaction;
    private TimeSpan? waits;

    public SqliteWriter(string connectionString, SemaphoreSlim gate)
    {
        this.gate = gate;
        connection = new SqliteConnection(connectionString);
        connection.Open();
        SqliteDatabase.Prepare(connection);
    }

    public override DbConnection Connection => connection;
    public override DbTransaction Transaction => transaction ?? throw new InvalidOperationException("The transaction has ended.");

    public void Begin(TimeSpan wait)
    {
        // The provider counts its own retries in whole seconds, on top of SQLite's waiting.
        connection.DefaultTimeout = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        if (wait != waits) Pragma($"PRAGMA busy_timeout = {(int)wait.TotalMilliseconds}");
        waits = wait;
        transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
        foreach (var command in commands.Values) command.Transaction = transaction;
    }

    private void Pragma(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public override DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            command.Transaction = transaction;
            commands.Add(sql, command);
        }

        if (parameters.Length == 0) return command;
        command.Parameters.Clear();
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>
    /// Runs the statement for each row and returns the number of rows changed. On SQLite's own interface, because the
    /// provider's commands cost several times what they execute when a page binds some 50,000 values.
    /// </summary>
    public int Run(BulkStatement statement, List<object?[]> rows)
    {
        var database = connection.Handle!;
        if (!prepared.TryGetValue(statement, out var handle))
        {
            Check(raw.sqlite3_prepare_v2(database, statement.Sqlite, out handle), database);
            prepared.Add(statement, handle);
        }

        var changed = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++) Check(Bind(handle, i + 1, row[i]), database);
            var result = raw.sqlite3_step(handle);
            raw.sqlite3_reset(handle);
            if (result != raw.SQLITE_DONE) Check(result, database);
            changed += raw.sqlite3_changes(database);
        }

        return changed;
    }

    private static int Bind(sqlite3_stmt handle, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(handle, index),
        string text => raw.sqlite3_bind_text(handle, index, text),
        long number => raw.sqlite3_bind_int64(handle, index, number),
        int number => raw.sqlite3_bind_int64(handle, index, number),
        bool flag => raw.sqlite3_bind_int64(handle, index, flag ? 1 : 0),
        _ => throw new ArgumentException($"A column takes no {value.GetType().Name}.", nameof(value)),
    };

    private static void Check(int result, sqlite3 database)
    {
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, database);
    }

    public override Task CommitAsync(CancellationToken cancellationToken)
    {
        transaction!.Commit();
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        if (transaction is null) return ValueTask.CompletedTask;
        transaction.Dispose();
        transaction = null;
        gate.Release();
        return ValueTask.CompletedTask;
    }

    public void Close()
    {
        foreach (var handle in prepared.Values) handle.Dispose();
        prepared.Clear();
        foreach (var command in commands.Values) command.Dispose();
        commands.Clear();
        connection.Dispose();
    }
}

internal sealed class SqliteDialect : SqlDialect
{
    public override string KeepToIndexes => "";
    public override string WaitAtMost(TimeSpan wait) => "";
    public override string SkipLocked(string alias) => "";
    public override string WaitLocked(string alias) => "";
    public override string In(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";
    public override object Texts(IReadOnlyCollection<string> texts) => JsonSerializer.Serialize(texts);

    // The inner query runs once for each id and stops at the limit; a window function would read all that a big parent was sent.
    public override string StimuliOf => """
        SELECT s.target, s.id, s.sender, s.nominal_at, s.kind, s.payload
        FROM json_each(@ids) AS t JOIN stimuli AS s ON s.id IN (
          SELECT id FROM stimuli WHERE target = t.value AND nominal_at <= @until ORDER BY nominal_at, id LIMIT @count)
        ORDER BY s.target, s.nominal_at, s.id
        """;

    public override Task<int[]> WriteAsync(WriteConnection connection, IReadOnlyList<BulkRows> batches, CancellationToken cancellationToken)
    {
        var counts = new int[batches.Count];
        for (var i = 0; i < batches.Count; i++) counts[i] = ((SqliteWriter)connection).Run(batches[i].Statement, batches[i].Rows);
        return Task.FromResult(counts);
    }
}
