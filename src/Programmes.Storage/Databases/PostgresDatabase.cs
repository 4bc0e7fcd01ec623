using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;
using Programmes.Storage.Copying;
using Programmes.Storage.Migrations;

namespace Programmes.Storage.Databases;

/// <summary>PostgreSQL 15 or newer.</summary>
internal sealed class PostgresDatabase : Database
{
    /// <summary>Any number, as long as every version of the product uses the same: who migrates holds this advisory lock.</summary>
    private const long MigrationLock = 7_310_420_261;

    private readonly NpgsqlDataSource source;
    private readonly string connectionString;
    private readonly Assembly migrations;

    public PostgresDatabase(string connectionString, Assembly migrations)
    {
        this.migrations = migrations;
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        // What the operator wrote in the connection string comes first. ContainsKey would be true for every keyword there is.
        if (!builder.ShouldSerialize("Keepalive")) builder.KeepAlive = 15;
        if (!builder.ShouldSerialize("Tcp Keepalive")) builder.TcpKeepAlive = true;
        if (!builder.ShouldSerialize("Max Auto Prepare")) builder.MaxAutoPrepare = 200;
        if (!builder.ShouldSerialize("Auto Prepare Min Usages")) builder.AutoPrepareMinUsages = 2;
        // Plans are made for the values at hand: one for all made the pages of a large office and of a station alike slow.
        builder.Options = string.Create(CultureInfo.InvariantCulture,
            $"-c plan_cache_mode=force_custom_plan -c idle_in_transaction_session_timeout={IdleTransactionTimeout.TotalMilliseconds} -c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 {builder.Options}").Trim();
        this.connectionString = builder.ToString();
        source = NpgsqlDataSource.Create(builder);
    }

    public override DatabaseKind Kind => DatabaseKind.PostgreSql;
    public override DbDataSource Source => source;
    internal override SqlDialect Dialect { get; } = new PostgresDialect();

    public override async ValueTask<DateTimeOffset?> NowAsync(CancellationToken cancellationToken = default)
    {
        await using var command = source.CreateCommand("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
        return Instants.FromMicroseconds((long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
    }

    private protected override void Configure(DbContextOptionsBuilder<ProgrammesDb> builder) => builder
        .UseNpgsql(source, postgres => postgres.MigrationsHistoryTable(MigrationHistory.Table).MigrationsAssembly(migrations))
        .ConfigureWarnings(MigrationHistory.Warnings);

    public override async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        await CreateAsync(cancellationToken).ConfigureAwait(false);
        // Two nodes that start on an empty database would both create the history table; the second waits here instead.
        // The lock belongs to the session, so it goes with a node that is killed. The session is no pooled one.
        await using var session = await OwnSessionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", session) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = MigrationLock });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await MigrateContextAsync(CreateContext(), cancellationToken).ConfigureAwait(false);
    }

    public override async Task<IAsyncDisposable?> TryHoldAsync(string name, CancellationToken cancellationToken = default)
    {
        var session = await OwnSessionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, $2))", session) { Parameters = { new() { Value = name }, new() { Value = MigrationLock } } };
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true) return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await session.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>A session that no pool keeps: its locks go with it.</summary>
    private async Task<NpgsqlConnection> OwnSessionAsync(CancellationToken cancellationToken)
    {
        var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        await session.OpenAsync(cancellationToken).ConfigureAwait(false);
        return session;
    }

    /// <summary>Creates the database itself where it is missing and the user may.</summary>
    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var db = CreateContext();
        await using (db.ConfigureAwait(false))
        {
            var creator = db.GetService<IRelationalDatabaseCreator>();
            if (await creator.ExistsAsync(cancellationToken).ConfigureAwait(false)) return;
            try
            {
                await creator.CreateAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // Another node was quicker.
            }
        }
    }

    internal override async Task<WriteConnection> BeginWriteAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return new PostgresWriter(connection, await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal override string TableNames => "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()";

    internal override string IndexStatements => "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = (quote_ident(schemaname) || '.' || quote_ident(indexname))::regclass) ORDER BY indexname";

    internal override async Task<Snapshot> BeginSnapshotAsync(bool alone, CancellationToken cancellationToken)
    {
        if (alone) source.Clear();
        var own = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 };
        var connection = new NpgsqlConnection(own.ToString());
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var snapshot = new Snapshot(connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false));
            await RunAsync("SET LOCAL idle_in_transaction_session_timeout = 0").ConfigureAwait(false);
            if (alone) await KeepOthersOutAsync().ConfigureAwait(false);
            // The snapshot is taken by the first query, after the locks.
            await RunAsync("SELECT COUNT(*) FROM schema_migrations").ConfigureAwait(false);
            return snapshot;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        async Task KeepOthersOutAsync()
        {
            // In a query of its own connection: one here would take the snapshot before the locks.
            var others = 0L;
            for (var look = 0; look < LooksMax && (others = await OthersAsync(connection.ProcessID, cancellationToken).ConfigureAwait(false)) > 0; look++)
                await Task.Delay(LookEvery, cancellationToken).ConfigureAwait(false);
            if (others > 0) throw new StoreBusyException($"{others} other sessions have the database open.");
            var tables = string.Join(", ", CreateContext().Model.GetEntityTypes().Select(entity => $"\"{entity.GetTableName()}\""));
            await RunAsync($"SET LOCAL lock_timeout = 1000; LOCK TABLE {tables} IN SHARE MODE; SET LOCAL lock_timeout = 0").ConfigureAwait(false);
        }

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A session that was closed is still listed for a moment.</summary>
    private const int LooksMax = 20;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private async Task<long> OthersAsync(int own, CancellationToken cancellationToken)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ToString());
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid NOT IN ($1, pg_backend_pid())", connection);
        command.Parameters.Add(new() { Value = own });
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();
}

internal sealed class PostgresWriter(NpgsqlConnection connection, NpgsqlTransaction transaction) : WriteConnection
{
    public override DbConnection Connection => connection;
    public override DbTransaction Transaction => transaction;

    public override DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var (name, value) in parameters)
            command.Parameters.Add(value is null
                ? new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = DBNull.Value }
                : new NpgsqlParameter(name, value));
        return command;
    }

    public override Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}

internal sealed class PostgresDialect : SqlDialect
{
    // Without jit = off, the penalty that "off" puts on a plan would have it compiled.
    public override string KeepToIndexes =>
        "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off; SET LOCAL jit = off; ";

    public override string WaitAtMost(TimeSpan wait) =>
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {Math.Max(1, (int)wait.TotalMilliseconds)}; ");

    public override string SkipLocked(string alias) => $"FOR UPDATE OF {alias} SKIP LOCKED";
    public override string WaitLocked(string alias) => $"FOR UPDATE OF {alias}";
    public override string In(string column, string parameter) => $"{column} = ANY({parameter})";
    public override object Texts(IReadOnlyCollection<string> texts) => texts.ToArray();

    public override string StimuliOf => """
        SELECT s.target, s.id, s.sender, s.nominal_at, s.kind, s.payload
        FROM unnest(@ids) AS t(id) CROSS JOIN LATERAL (
          SELECT * FROM stimuli WHERE target = t.id AND nominal_at <= @until ORDER BY nominal_at, id LIMIT @count) AS s
        ORDER BY s.target, s.nominal_at, s.id
        """;

    public override async Task<int[]> WriteAsync(WriteConnection connection, IReadOnlyList<BulkRows> batches, CancellationToken cancellationToken)
    {
        if (batches.Count == 0) return [];
        await using var batch = new NpgsqlBatch((NpgsqlConnection)connection.Connection, (NpgsqlTransaction)connection.Transaction);
        foreach (var rows in batches)
        {
            var command = new NpgsqlBatchCommand(rows.Statement.Postgres);
            for (var column = 0; column < rows.Statement.Columns.Count; column++)
                command.Parameters.Add(Array(rows.Statement.Columns[column].Type, rows.Rows, column));
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var counts = new int[batches.Count];
        for (var i = 0; i < counts.Length; i++) counts[i] = (int)batch.BatchCommands[i].RecordsAffected;
        return counts;
    }

    private static NpgsqlParameter Array(SqlType type, List<object?[]> rows, int column) => type switch
    {
        SqlType.Text => Array(NpgsqlDbType.Text, rows.ConvertAll(row => (string?)row[column])),
        SqlType.Long => Array(NpgsqlDbType.Bigint, rows.ConvertAll(row => (long?)row[column])),
        SqlType.Int => Array(NpgsqlDbType.Integer, rows.ConvertAll(row => (int?)row[column])),
        SqlType.Bool => Array(NpgsqlDbType.Boolean, rows.ConvertAll(row => (bool?)row[column])),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static NpgsqlParameter<List<T>> Array<T>(NpgsqlDbType type, List<T> values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
