using Microsoft.Data.Sqlite;
using Programmes.Storage.Databases;
using SQLitePCL;

namespace Programmes.Benchmarks;

/// <summary>The floor on SQLite: prepared commands of the provider, or SQLite's own interface, which costs less.</summary>
internal sealed class SqliteFloor : IFloor, IDisposable
{
    private readonly SqliteConnection connection;
    private readonly bool bare;
    private readonly List<Statement> statements = [];
    private readonly Statement update;
    private readonly Statement removeBookmark;
    private readonly Statement addBookmark;
    private readonly Statement endExecution;
    private readonly Statement addExecution;
    private readonly Statement takeStimulus;

    public SqliteFloor(string file, bool bare)
    {
        this.bare = bare;
        connection = new SqliteConnection($"Data Source={file};Foreign Keys=True");
        connection.Open();
        using var settings = connection.CreateCommand();
        settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
        settings.ExecuteNonQuery();
        update = Prepare("UPDATE instances SET state = ?3, status = 'Running', sub_status = 'Suspended', version = version + 1, wake_at = ?4 WHERE id = ?1 AND version = ?2", 4);
        removeBookmark = Prepare("DELETE FROM bookmarks WHERE instance_id = ?1 AND bookmark_id = ?2", 2);
        addBookmark = Prepare("INSERT INTO bookmarks (instance_id, bookmark_id, node, activity, kind, key, due_at) VALUES (?1, ?2, ?3, ?4, 'Timer', NULL, ?5)", 5);
        endExecution = Prepare("UPDATE activity_executions SET status = 'Completed', outcome = 'Done', ended_at = ?3, ended_nominal_at = ?3 WHERE instance_id = ?1 AND execution = ?2", 3);
        addExecution = Prepare("INSERT INTO activity_executions (instance_id, execution, activity, type, status, started_at, nominal_at) VALUES (?1, ?2, ?3, ?4, 'Running', ?5, ?5)", 5);
        takeStimulus = Prepare("DELETE FROM stimuli WHERE id = ?1", 1);
    }

    public int Start(DateTimeOffset now)
    {
        var at = Instants.ToMicroseconds(now);
        return Pages(
            "SELECT i.id, i.version, s.id, s.payload FROM stimuli s JOIN instances i ON i.id = s.target WHERE s.clock_id = 0 AND NOT s.parked AND NOT i.parked AND s.nominal_at <= @at ORDER BY s.nominal_at, s.id LIMIT 500",
            at, row =>
            {
                update.Run(row.Id, row.Version, FloorRows.FirstState(row.Id), at + FloorRows.HourMicroseconds);
                takeStimulus.Run(row.Stimulus);
                addBookmark.Run(row.Id, 5, 3, FloorRows.Activity(0), at + FloorRows.HourMicroseconds);
                addExecution.Run(row.Id, 2, "r", "Elsa.Sequence", at);
                addExecution.Run(row.Id, 4, FloorRows.Activity(0), "Elsa.Delay", at);
            });
    }

    public int Fire(DateTimeOffset now)
    {
        var at = Instants.ToMicroseconds(now);
        return Pages(
            "SELECT id, version, 0, state FROM instances WHERE clock_id = 0 AND NOT parked AND wake_at IS NOT NULL AND wake_at <= @at ORDER BY wake_at LIMIT 500",
            at, row =>
            {
                var bookmark = FloorRows.Bookmark(row.Version);
                var activity = FloorRows.Activity(row.Version);
                update.Run(row.Id, row.Version, row.Text, at + FloorRows.HourMicroseconds);
                removeBookmark.Run(row.Id, bookmark);
                addBookmark.Run(row.Id, bookmark + 3, bookmark + 1, activity, at + FloorRows.HourMicroseconds);
                endExecution.Run(row.Id, bookmark - 1, at);
                addExecution.Run(row.Id, bookmark + 2, activity, "Elsa.Delay", at);
            });
    }

    private int Pages(string sql, long at, Action<Row> write)
    {
        using var read = connection.CreateCommand();
        read.CommandText = sql;
        read.Parameters.AddWithValue("@at", at);
        var done = 0;
        var page = new List<Row>(FloorRows.PageMax);
        do
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            read.Transaction = transaction;
            foreach (var statement in statements) statement.Begin(transaction);
            page.Clear();
            using (var reader = read.ExecuteReader())
                while (reader.Read()) page.Add(new(reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetString(3)));
            foreach (var row in page) write(row);
            transaction.Commit();
            done += page.Count;
        }
        while (page.Count > 0);
        return done;
    }

    private Statement Prepare(string sql, int parameters)
    {
        Statement statement = bare ? new BareStatement(connection.Handle!, sql) : new CommandStatement(connection, sql, parameters);
        statements.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in statements) statement.Dispose();
        connection.Dispose();
    }

    private readonly record struct Row(string Id, int Version, long Stimulus, string Text);

    /// <summary>Changes exactly one row each time.</summary>
    private abstract class Statement : IDisposable
    {
        public virtual void Begin(SqliteTransaction transaction)
        {
        }

        public abstract void Run(params ReadOnlySpan<object> values);
        public abstract void Dispose();

        protected static void Check(int changed)
        {
            if (changed != 1) throw new InvalidOperationException($"{changed} rows changed.");
        }
    }

    private sealed class CommandStatement : Statement
    {
        private readonly SqliteCommand command;

        public CommandStatement(SqliteConnection connection, string sql, int parameters)
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            command.Prepare();
        }

        public override void Begin(SqliteTransaction transaction) => command.Transaction = transaction;

        public override void Run(params ReadOnlySpan<object> values)
        {
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
            Check(command.ExecuteNonQuery());
        }

        public override void Dispose() => command.Dispose();
    }

    private sealed class BareStatement : Statement
    {
        private readonly sqlite3 database;
        private readonly sqlite3_stmt handle;

        public BareStatement(sqlite3 database, string sql)
        {
            this.database = database;
            if (raw.sqlite3_prepare_v2(database, sql, out handle) != raw.SQLITE_OK) throw new InvalidOperationException(sql);
        }

        public override void Run(params ReadOnlySpan<object> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] is string text) raw.sqlite3_bind_text(handle, i + 1, text);
                else raw.sqlite3_bind_int64(handle, i + 1, values[i] is int number ? number : (long)values[i]);
            }

            var result = raw.sqlite3_step(handle);
            raw.sqlite3_reset(handle);
            Check(result == raw.SQLITE_DONE ? raw.sqlite3_changes(database) : -result);
        }

        public override void Dispose() => handle.Dispose();
    }
}
