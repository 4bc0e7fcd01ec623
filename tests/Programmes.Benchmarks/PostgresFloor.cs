using Npgsql;
using Programmes.Storage.Databases;

namespace Programmes.Benchmarks;

/// <summary>Two databases of this run's own, one the copy of the other; dropped at the end.</summary>
internal sealed class PostgresCopies : IAsyncDisposable
{
    private readonly NpgsqlDataSource server;
    private readonly string product;
    private readonly string floor;

    private PostgresCopies(string connectionString)
    {
        var name = $"programmes_benchmark_{Guid.NewGuid():N}";
        (product, floor) = (name, name + "_floor");
        server = NpgsqlDataSource.Create(connectionString);
        Product = new NpgsqlConnectionStringBuilder(connectionString) { Database = product }.ToString();
        Floor = new NpgsqlConnectionStringBuilder(connectionString) { Database = floor, Pooling = false }.ToString();
    }

    public string Product { get; }
    public string Floor { get; }

    public static async Task<PostgresCopies> CreateAsync(string connectionString)
    {
        var copies = new PostgresCopies(connectionString);
        await copies.RunAsync($"CREATE DATABASE {copies.product}");
        return copies;
    }

    public async Task CopyAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync($"CREATE DATABASE {floor} TEMPLATE {product}");
    }

    private async Task RunAsync(string sql)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync($"DROP DATABASE IF EXISTS {floor} WITH (FORCE)");
        await RunAsync($"DROP DATABASE IF EXISTS {product} WITH (FORCE)");
        await server.DisposeAsync();
    }
}

/// <summary>The floor on PostgreSQL: a page is one SELECT, then one round trip of statements that take arrays.</summary>
internal sealed class PostgresFloor : IFloor, IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private PostgresFloor(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<PostgresFloor> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        // The plan is what hand-written SQL would ask for: nothing is sorted, nothing scanned.
        await using var plan = new NpgsqlCommand("SET enable_sort = off; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off", connection);
        await plan.ExecuteNonQueryAsync();
        return new(connection);
    }

    public int Start(DateTimeOffset now) => Pages(
        "SELECT i.id, i.version, s.id, s.payload FROM stimuli s JOIN instances i ON i.id = s.target WHERE s.clock_id = 0 AND NOT s.parked AND NOT i.parked AND s.nominal_at <= $1 ORDER BY s.nominal_at, s.id LIMIT 500 FOR UPDATE OF i SKIP LOCKED",
        Instants.ToMicroseconds(now),
        [
            "UPDATE instances AS t SET state = d.state, sub_status = 'Suspended', version = t.version + 1, wake_at = $5 + 3600000000 FROM unnest($1, $2, $3) AS d(id, version, state) WHERE t.id = d.id AND t.version = d.version",
            "DELETE FROM stimuli AS t USING unnest($4) AS d(id) WHERE t.id = d.id",
            "INSERT INTO bookmarks (instance_id, bookmark_id, node, activity, kind, due_at) SELECT id, 5, 3, 'd00', 'Timer', $5 + 3600000000 FROM unnest($1) AS d(id)",
            "INSERT INTO activity_executions (instance_id, execution, activity, type, status, started_at, nominal_at) SELECT id, 2, 'r', 'Elsa.Sequence', 'Running', $5, $5 FROM unnest($1) AS d(id)",
            "INSERT INTO activity_executions (instance_id, execution, activity, type, status, started_at, nominal_at) SELECT id, 4, 'd00', 'Elsa.Delay', 'Running', $5, $5 FROM unnest($1) AS d(id)",
        ], FloorRows.FirstState);

    public int Fire(DateTimeOffset now) => Pages(
        "SELECT id, version, 0::bigint, state FROM instances WHERE clock_id = 0 AND NOT parked AND wake_at IS NOT NULL AND wake_at <= $1 ORDER BY wake_at LIMIT 500 FOR UPDATE SKIP LOCKED",
        Instants.ToMicroseconds(now),
        [
            "UPDATE instances AS t SET state = d.state, sub_status = 'Suspended', version = t.version + 1, wake_at = $5 + 3600000000 FROM unnest($1, $2, $3) AS d(id, version, state) WHERE t.id = d.id AND t.version = d.version",
            "DELETE FROM bookmarks AS t USING unnest($1, $2) AS d(id, version) WHERE t.instance_id = d.id AND t.bookmark_id = 3 * d.version + 2",
            "INSERT INTO bookmarks (instance_id, bookmark_id, node, activity, kind, due_at) SELECT id, 3 * version + 5, 3 * version + 3, 'd' || version, 'Timer', $5 + 3600000000 FROM unnest($1, $2) AS d(id, version)",
            "UPDATE activity_executions AS t SET status = 'Completed', outcome = 'Done', ended_at = $5, ended_nominal_at = $5 FROM unnest($1, $2) AS d(id, version) WHERE t.instance_id = d.id AND t.execution = 3 * d.version + 1",
            "INSERT INTO activity_executions (instance_id, execution, activity, type, status, started_at, nominal_at) SELECT id, 3 * version + 4, 'd' || version, 'Elsa.Delay', 'Running', $5, $5 FROM unnest($1, $2) AS d(id, version)",
        ], null);

    private int Pages(string select, long at, IReadOnlyList<string> writes, Func<string, string>? state)
    {
        var done = 0;
        while (true)
        {
            using var transaction = connection.BeginTransaction();
            List<string> ids = [], states = [];
            List<int> versions = [];
            List<long> stimuli = [];
            using (var read = new NpgsqlCommand(select, connection, transaction) { Parameters = { new() { Value = at } } })
            using (var reader = read.ExecuteReader())
            {
                while (reader.Read())
                {
                    ids.Add(reader.GetString(0));
                    versions.Add(reader.GetInt32(1));
                    stimuli.Add(reader.GetInt64(2));
                    states.Add(state is null ? reader.GetString(3) : state(reader.GetString(0)));
                }
            }

            if (ids.Count == 0) return done;
            using var batch = new NpgsqlBatch(connection, transaction);
            object[] arrays = [ids.ToArray(), versions.ToArray(), states.ToArray(), stimuli.ToArray(), at];
            foreach (var sql in writes)
            {
                var (renumbered, used) = Renumber(sql);
                var command = new NpgsqlBatchCommand(renumbered);
                foreach (var i in used) command.Parameters.Add(new() { Value = arrays[i] });
                batch.BatchCommands.Add(command);
            }

            batch.ExecuteNonQuery();
            foreach (var command in batch.BatchCommands)
                if (command.RecordsAffected != ids.Count) throw new InvalidOperationException($"{command.RecordsAffected} rows changed: {command.CommandText}");
            transaction.Commit();
            done += ids.Count;
        }
    }

    /// <summary>A statement names its arrays by their place in the page; the server wants them counted from 1 without gaps.</summary>
    private static (string Sql, List<int> Used) Renumber(string sql)
    {
        List<int> used = [];
        for (var i = 1; i <= 5; i++)
        {
            if (!sql.Contains($"${i}", StringComparison.Ordinal)) continue;
            used.Add(i - 1);
            sql = sql.Replace($"${i}", $"${used.Count}", StringComparison.Ordinal);
        }

        return (sql, used);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
