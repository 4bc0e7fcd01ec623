using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Programmes.Storage.Databases;

namespace Programmes.Benchmarks;

/// <summary>
/// The rows that a completed work item or a queued digest leaves behind, written by SQL alone: prepared statements on SQLite, one round trip a
/// transaction on PostgreSQL. Nothing is read beyond what must be locked, nothing checked, decided or composed.
/// </summary>
internal sealed class RowsFloor : IAsyncDisposable
{
    private readonly DbConnection connection;
    private readonly string locked;
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    private RowsFloor(DbConnection connection, string locked) => (this.connection, this.locked) = (connection, locked);

    public static async Task<RowsFloor> OpenAsync(string connectionString)
    {
        var sqlite = DatabaseOptions.Parse(connectionString).Kind == DatabaseKind.Sqlite;
        DbConnection connection = sqlite ? new SqliteConnection(connectionString) : new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        if (!sqlite) return new(connection, " FOR UPDATE");
        await using var settings = connection.CreateCommand();
        settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384";
        await settings.ExecuteNonQueryAsync();
        return new(connection, "");
    }

    public async Task CompleteAsync(string item, string instance, string unit, long at)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var state = (string)(await ScalarAsync(transaction, $"SELECT state FROM instances WHERE id = $1{locked}", instance))!;
        await RunAsync(transaction,
        [
            ("UPDATE work_items SET status = 'Completed', outcome = 'Done', closed_on = '2023-08-31', closed_by = $2, submitted_on = '2023-08-31', submitted_by = $2, form_values = '{\"problems\":\"无\"}', next_reminder_on = NULL, version = version + 1 WHERE id = $1", [item, unit]),
            ("INSERT INTO work_item_events (work_item_id, kind, at, actor) VALUES ($1, 'Submitted', $2, $3)", [item, at, unit]),
            ("INSERT INTO work_item_events (work_item_id, kind, at, actor) VALUES ($1, 'Completed', $2, $3)", [item, at, unit]),
            ("INSERT INTO audit (at, actor, action, subject, programme_id) VALUES ($2, $3, 'work-item.Submitted', $1, 'national')", [item, at, unit]),
            ("INSERT INTO audit (at, actor, action, subject, programme_id) VALUES ($2, $3, 'work-item.Completed', $1, 'national')", [item, at, unit]),
            ("UPDATE instances SET state = $2, version = version + 1 WHERE id = $1", [instance, state]),
            ("UPDATE activity_executions SET status = 'Completed', outcome = 'Done', ended_at = $2, ended_nominal_at = $2, ended_by = $3 WHERE instance_id = $1 AND execution = 3", [instance, at, unit]),
            ("DELETE FROM bookmarks WHERE instance_id = $1 AND activity = 'selfCheck'", [instance]),
            .. Next("rectify", 1),
            .. Next("file", 2),
        ]);
        await transaction.CommitAsync();

        (string, object[])[] Next(string activity, int number) =>
        [
            ("INSERT INTO activity_executions (instance_id, execution, activity, type, status, started_at, nominal_at) VALUES ($1, $2, $3, 'Programmes.WorkItem', 'Running', $4, $4)", [instance, 1000 + number, activity, at]),
            ("INSERT INTO bookmarks (instance_id, bookmark_id, node, activity, kind, key) VALUES ($1, $2, $2, $3, 'WorkItem', $4)", [instance, 1000 + number, activity, $"{item}.{activity}"]),
            ("""
             INSERT INTO work_items (id, instance_id, programme_id, batch, unit_id, activity, title_zh, title_en, instructions, role, reviewer, opened_on, due_on, original_due_on, due_at, provisional, why, form, evidence, outcomes, clause,
               status, suspended, reminders_from_on, next_reminder_on, reminders, reminders_sent, version)
             SELECT $2, instance_id, programme_id, batch, unit_id, $3, title_zh, title_en, instructions, role, reviewer, opened_on, due_on, original_due_on, due_at, provisional, why, form, evidence, outcomes, clause,
               'Open', suspended, reminders_from_on, next_reminder_on, reminders, 0, 1 FROM work_items WHERE id = $1
             """, [item, $"{item}.{activity}", activity]),
        ];
    }

    /// <summary>A page of digests, each about one work item.</summary>
    public async Task RemindAsync(IReadOnlyList<string> items, string text, string html, string calendar, long at)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var statements = new List<(string, object[])>();
        foreach (var item in items)
        {
            var id = $"{item}.floor@example.org";
            statements.Add(("INSERT INTO outbox (message_id, programme_id, to_address, to_name, subject, text, html, calendar, kind, dedupe_key, queued_at, not_before, status, attempts) VALUES ($1, 'national', $1, $2, $3, $4, $5, $6, 'digest', $1, $7, $7, 'Queued', 0)",
                [id, "示例乡镇综合文化站", "今日须办 1 项", text, html, calendar, at]));
            statements.Add(("INSERT INTO reminders (subject_id, due_for_on, escalated, message_id, recorded_at) VALUES ($1, '2023-08-31', $4, $2, $3)", [item, id, at, false]));
            statements.Add(("UPDATE work_items SET next_reminder_on = '2023-09-07', reminders_sent = reminders_sent + 1 WHERE id = $1", [item]));
        }

        await RunAsync(transaction, statements);
        await transaction.CommitAsync();
    }

    private async Task<object?> ScalarAsync(DbTransaction transaction, string sql, string value)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.Parameters.Add(connection is NpgsqlConnection ? new NpgsqlParameter { Value = value } : new SqliteParameter("$1", value));
        return await command.ExecuteScalarAsync();
    }

    private async Task RunAsync(DbTransaction transaction, IReadOnlyList<(string Sql, object[] Values)> statements)
    {
        if (connection is NpgsqlConnection npgsql)
        {
            await using var batch = new NpgsqlBatch(npgsql, (NpgsqlTransaction)transaction);
            foreach (var (sql, values) in statements)
            {
                var command = new NpgsqlBatchCommand(sql);
                foreach (var value in values) command.Parameters.Add(new() { Value = value });
                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync();
            foreach (var command in batch.BatchCommands)
                if (command.RecordsAffected < 1) throw new InvalidOperationException($"{command.RecordsAffected} rows changed: {command.CommandText}");
            return;
        }

        foreach (var (sql, values) in statements)
        {
            if (!prepared.TryGetValue(sql, out var command))
            {
                prepared.Add(sql, command = ((SqliteConnection)connection).CreateCommand());
                command.CommandText = sql;
                for (var i = 1; i <= values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            command.Transaction = (SqliteTransaction)transaction;
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
            if (command.ExecuteNonQuery() < 1) throw new InvalidOperationException($"No row changed: {sql}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in prepared.Values) await command.DisposeAsync();
        await connection.DisposeAsync();
    }
}
