using System.Data.Common;
using System.Globalization;
using Programmes.Storage.Databases;
using Programmes.Storage.Mail;
using Programmes.Storage.Migrations;
using Programmes.Storage.Programmes;

namespace Programmes.Storage.Copying;

/// <summary>A table that was copied and read back.</summary>
/// <param name="Hash">Of all its rows; see <see cref="TableHash"/>.</param>
public sealed record TableCopied(CopiedTable Table, long Rows, string Hash);

/// <summary>How far a copy is: rows of the table written so far, or read back.</summary>
public sealed record CopyProgress(string Table, long Rows, bool ReadBack);

/// <summary>What the copied database says of itself afterwards: a setting and a line of its audit trail.</summary>
/// <param name="Setting">The setting's key, one of <see cref="DatabaseMarks"/>.</param>
/// <param name="Value">Where the rows came from, without passwords.</param>
/// <param name="Mails">What becomes of the mails that wait in the copy.</param>
public sealed record CopyMark(string Setting, string Value, string Actor, string Action, DateTimeOffset At, WaitingMails Mails = WaitingMails.Send);

/// <summary>
/// Copies every row of one database into another, empty one, of either kind, in one transaction there: a copy that ends half way
/// leaves nothing. The source is one snapshot. Every row is read back from the target and compared before the commit.
/// Rows stream; memory holds a page of one table.
/// </summary>
public sealed class DatabaseCopy(Database from, Database to)
{
    /// <summary>Rows written at once, and reported as progress.</summary>
    public const int PageMax = 1_000;

    /// <summary>Tables of the program's machinery, made anew on each database: EF Core's history and lock, and Quartz's.</summary>
    private static readonly string[] Machinery = [MigrationHistory.Table, "__EFMigrationsLock"];
    private const string Quartz = "qrtz_";

    /// <param name="alone">Refuses while somebody else has the source open, and lets nobody write to it meanwhile.</param>
    /// <param name="mark">Null: the copy says nothing of where it came from.</param>
    /// <param name="beforeCommit">The last word, after every row was compared; what it throws undoes the copy.</param>
    /// <exception cref="CopyException">Refused, or a row differs.</exception>
    /// <exception cref="StoreBusyException">The source is in use, or the target locked.</exception>
    public async Task<IReadOnlyList<TableCopied>> RunAsync(bool alone, CopyMark? mark, IProgress<CopyProgress>? progress = null, Func<IReadOnlyList<TableCopied>, Task>? beforeCommit = null, CancellationToken cancellationToken = default)
    {
        await RequireSchemaAsync(from, cancellationToken).ConfigureAwait(false);
        await RequireSchemaAsync(to, cancellationToken).ConfigureAwait(false);
        var tables = TablesOf(to);
        await using var source = await from.BeginSnapshotAsync(alone, cancellationToken).ConfigureAwait(false);
        await RequireKnownTablesAsync(source, tables, cancellationToken).ConfigureAwait(false);
        await using var target = await to.BeginWriteAsync(Database.BusyTimeout, cancellationToken).ConfigureAwait(false);
        await PrepareAsync(target, tables, cancellationToken).ConfigureAwait(false);

        var indexes = await TakeIndexesAsync(target, tables, cancellationToken).ConfigureAwait(false);
        var copied = new List<TableCopied>(tables.Count);
        foreach (var table in tables) copied.Add(await WriteAsync(source, target, table, progress, cancellationToken).ConfigureAwait(false));
        foreach (var table in copied) await ReadBackAsync(source, target, table, progress, cancellationToken).ConfigureAwait(false);
        foreach (var index in indexes) await RunAsync(target, index, cancellationToken).ConfigureAwait(false);
        await FinishAsync(target, tables, mark, cancellationToken).ConfigureAwait(false);
        if (beforeCommit is not null) await beforeCommit(copied).ConfigureAwait(false);
        await target.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (alone && mark is not null) await MarkSourceAsync(source, mark, cancellationToken).ConfigureAwait(false);
        return copied;
    }

    /// <summary>Whether anybody else has it open, before work is begun that would be in vain.</summary>
    /// <exception cref="StoreBusyException">Somebody has.</exception>
    public static async Task RequireAloneAsync(Database database, CancellationToken cancellationToken = default) =>
        await (await database.BeginSnapshotAsync(alone: true, cancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);

    /// <summary>Whether a copy would be taken.</summary>
    /// <exception cref="CopyException">It has rows, or another schema.</exception>
    public static async Task RequireEmptyAsync(Database database, CancellationToken cancellationToken = default)
    {
        await RequireSchemaAsync(database, cancellationToken).ConfigureAwait(false);
        await using var target = await database.BeginWriteAsync(Database.BusyTimeout, cancellationToken).ConfigureAwait(false);
        await new DatabaseCopy(database, database).PrepareAsync(target, TablesOf(database), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The hash of each table as it stands, in one snapshot.</summary>
    /// <param name="tables">Null: those of the model.</param>
    public static async Task<IReadOnlyList<TableCopied>> HashAsync(Database database, IReadOnlyList<CopiedTable>? tables = null, CancellationToken cancellationToken = default)
    {
        await using var source = await database.BeginSnapshotAsync(alone: false, cancellationToken).ConfigureAwait(false);
        var hashed = new List<TableCopied>();
        foreach (var table in tables ?? TablesOf(database)) hashed.Add(await HashAsync(source.Connection, source.Transaction, table, null, cancellationToken).ConfigureAwait(false));
        return hashed;
    }

    private static IReadOnlyList<CopiedTable> TablesOf(Database database)
    {
        using var db = database.CreateContext();
        return CopiedTable.AllOf(db);
    }

    private static async Task RequireSchemaAsync(Database database, CancellationToken cancellationToken)
    {
        var (there, known) = await DatabaseSchema.ReadAsync(database, cancellationToken).ConfigureAwait(false);
        if (!there.SequenceEqual(known, StringComparer.Ordinal))
            throw new CopyException(new(
                $"数据库结构（{(there.Count == 0 ? "无" : there[^1])}）与本程序（{known[^1]}）不一致；请用与数据库相同版本的程序，或先升级数据库",
                $"The schema of the database ({(there.Count == 0 ? "none" : there[^1])}) is not this program's ({known[^1]}); use the program that the database was run with, or upgrade the database first"));
    }

    private async Task RequireKnownTablesAsync(Snapshot source, IReadOnlyList<CopiedTable> tables, CancellationToken cancellationToken)
    {
        var known = tables.Select(table => table.Name).Concat(Machinery).ToHashSet(StringComparer.Ordinal);
        var command = source.Connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = from.TableNames;
            command.Transaction = source.Transaction;
            var strange = new List<string>();
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    if (reader.GetString(0) is var name && !known.Contains(name) && !name.StartsWith(Quartz, StringComparison.OrdinalIgnoreCase)) strange.Add(name);
            if (strange.Count > 0)
                throw new CopyException(new($"数据库中有本程序不认识的表：{string.Join("、", strange)}；没有复制任何内容", $"The database holds tables that this program does not know: {string.Join(", ", strange)}; nothing was copied"));
        }
    }

    /// <summary>Locks the target's tables, and refuses unless they are as the migrations left them.</summary>
    private async Task PrepareAsync(WriteConnection target, IReadOnlyList<CopiedTable> tables, CancellationToken cancellationToken)
    {
        if (to.Kind == DatabaseKind.PostgreSql)
        {
            var all = string.Join(", ", tables.Select(table => $"\"{table.Name}\""));
            await RunAsync(target, $"SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = {(int)Database.BusyTimeout.TotalMilliseconds}; LOCK TABLE {all} IN EXCLUSIVE MODE", cancellationToken).ConfigureAwait(false);
        }

        var seeded = $"SELECT COUNT(*) FROM clocks WHERE id <> {ClockRow.RealTime.ToString(CultureInfo.InvariantCulture)}";
        foreach (var table in tables)
        {
            var rows = await ScalarAsync(target, table.Name == "clocks" ? seeded : $"SELECT COUNT(*) FROM (SELECT 1 FROM \"{table.Name}\" LIMIT 1) AS t", cancellationToken).ConfigureAwait(false);
            if (rows > 0)
                throw new CopyException(new($"目标数据库不是空的（表 {table.Name} 已有内容）；请换一个新的数据库", $"The target database is not empty (there are rows in {table.Name}); name a new one"));
        }

        await RunAsync(target, "DELETE FROM clocks", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes the indexes away for the time of the copy, but those of keys: built at once from all rows they cost a part of what they do
    /// row by row, which grows with every index that is larger than the memory for it.
    /// </summary>
    /// <returns>The statements that make them again, in the same transaction.</returns>
    private async Task<IReadOnlyList<string>> TakeIndexesAsync(WriteConnection target, IReadOnlyList<CopiedTable> tables, CancellationToken cancellationToken)
    {
        var known = tables.Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        var found = new List<(string Name, string Sql)>();
        var reader = await target.Command(to.IndexStatements).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                if (known.Contains(reader.GetString(0))) found.Add((reader.GetString(1), reader.GetString(2)));
        foreach (var (name, _) in found) await RunAsync(target, $"DROP INDEX \"{name}\"", cancellationToken).ConfigureAwait(false);
        return [.. found.Select(index => index.Sql)];
    }

    private async Task<TableCopied> WriteAsync(Snapshot source, WriteConnection target, CopiedTable table, IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        using var hash = new TableHash();
        await using var writer = TableWriter.Open(to, target, table, cancellationToken);
        await foreach (var row in TableRows.ReadAsync(source.Connection, source.Transaction, table, cancellationToken).ConfigureAwait(false))
        {
            hash.Add(row);
            await writer.AddAsync(row).ConfigureAwait(false);
            if (hash.Rows % PageMax == 0) progress?.Report(new(table.Name, hash.Rows, ReadBack: false));
        }

        await writer.EndAsync().ConfigureAwait(false);
        progress?.Report(new(table.Name, hash.Rows, ReadBack: false));
        return new(table, hash.Rows, hash.End());
    }

    private static async Task ReadBackAsync(Snapshot source, WriteConnection target, TableCopied copied, IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        var back = await HashAsync(target.Connection, target.Transaction, copied.Table, progress, cancellationToken).ConfigureAwait(false);
        if (back.Rows == copied.Rows && back.Hash == copied.Hash) return;
        var where = await DifferenceAsync(source, target, copied.Table, cancellationToken).ConfigureAwait(false);
        throw new CopyException(new(
            $"核对不符：表 {copied.Table.Name} 写入 {copied.Rows} 行、读回 {back.Rows} 行，首处不同：{where}；没有提交任何内容",
            $"The copy differs: {copied.Rows} rows of {copied.Table.Name} were written and {back.Rows} read back, first difference at {where}; nothing was committed"));
    }

    private static async Task<TableCopied> HashAsync(DbConnection connection, DbTransaction transaction, CopiedTable table, IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        using var hash = new TableHash();
        await foreach (var row in TableRows.ReadAsync(connection, transaction, table, cancellationToken).ConfigureAwait(false))
        {
            hash.Add(row);
            if (hash.Rows % PageMax == 0) progress?.Report(new(table.Name, hash.Rows, ReadBack: true));
        }

        progress?.Report(new(table.Name, hash.Rows, ReadBack: true));
        return new(table, hash.Rows, hash.End());
    }

    private static async Task<string> DifferenceAsync(Snapshot source, WriteConnection target, CopiedTable table, CancellationToken cancellationToken)
    {
        var left = TableRows.ReadAsync(source.Connection, source.Transaction, table, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var right = TableRows.ReadAsync(target.Connection, target.Transaction, table, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (left.ConfigureAwait(false))
        await using (right.ConfigureAwait(false))
        {
            while (true)
            {
                var (hasLeft, hasRight) = (await left.MoveNextAsync().ConfigureAwait(false), await right.MoveNextAsync().ConfigureAwait(false));
                if (hasLeft && hasRight && left.Current.SequenceEqual(right.Current)) continue;
                return hasLeft ? TableRows.KeyOf(table, left.Current) : hasRight ? TableRows.KeyOf(table, right.Current) : "-";
            }
        }
    }

    /// <summary>Numbers go on after the last one; the planner learns what it has; the copy says where it came from.</summary>
    private async Task FinishAsync(WriteConnection target, IReadOnlyList<CopiedTable> tables, CopyMark? mark, CancellationToken cancellationToken)
    {
        if (to.Kind == DatabaseKind.PostgreSql)
        {
            foreach (var table in tables.Where(table => table.Identity is not null))
            {
                var next = await ScalarAsync(target, $"SELECT COALESCE(MAX(\"{table.Identity}\"), 0)::bigint + 1 FROM \"{table.Name}\"", cancellationToken).ConfigureAwait(false);
                // Unlike setval it is undone with the transaction.
                await RunAsync(target, $"ALTER TABLE \"{table.Name}\" ALTER COLUMN \"{table.Identity}\" RESTART WITH {next.ToString(CultureInfo.InvariantCulture)}", cancellationToken).ConfigureAwait(false);
            }

            await RunAsync(target, "ANALYZE " + string.Join(", ", tables.Select(table => $"\"{table.Name}\"")), cancellationToken).ConfigureAwait(false);
        }

        if (mark is null) return;
        // Of a database that was moved away once; its copy is to be used.
        await RunAsync(target, $"DELETE FROM settings WHERE key = '{DatabaseMarks.MovedTo}'", cancellationToken).ConfigureAwait(false);
        await MailsAsync(target, mark, cancellationToken).ConfigureAwait(false);
        await target.Command("INSERT INTO settings (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value", ("@key", mark.Setting), ("@value", mark.Value))
            .ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await target.Command("INSERT INTO audit (at, actor, action, subject, details) VALUES (@at, @actor, @action, @subject, @details)",
            ("@at", Instants.ToMicroseconds(mark.At)), ("@actor", mark.Actor), ("@action", mark.Action), ("@subject", "database"), ("@details", mark.Value)).ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>With the copy's own commit: no host can send one of them before.</summary>
    private static async Task MailsAsync(WriteConnection target, CopyMark mark, CancellationToken cancellationToken)
    {
        if (mark.Mails == WaitingMails.Send) return;
        var status = mark.Mails == WaitingMails.Hold ? OutboxStatus.Held : OutboxStatus.Withdrawn;
        await RunAsync(target, $"UPDATE outbox SET status = '{status}', lease_owner = NULL, lease_until = NULL WHERE status = '{OutboxStatus.Queued}'", cancellationToken).ConfigureAwait(false);
        if (mark.Mails == WaitingMails.Drop)
        {
            await RunAsync(target, "DELETE FROM mail_requests", cancellationToken).ConfigureAwait(false);
            return;
        }

        await target.Command("INSERT INTO settings (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            ("@key", DatabaseMarks.HeldUntil), ("@value", Instants.ToMicroseconds(mark.At).ToString(CultureInfo.InvariantCulture))).ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No host starts on the old database any more: it would go on beside the new one.</summary>
    private async Task MarkSourceAsync(Snapshot source, CopyMark mark, CancellationToken cancellationToken)
    {
        var command = source.Connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = source.Transaction;
            command.CommandText = "INSERT INTO settings (key, value) VALUES (@key, @value)";
            Add("@key", DatabaseMarks.MovedTo);
            Add("@value", $"{DatabaseMarks.NameOf(to)}; {mark.At:O}");
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            await source.Transaction.CommitAsync(cancellationToken).ConfigureAwait(false);

            void Add(string name, string value)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                command.Parameters.Add(parameter);
            }
        }
    }

    private static async Task RunAsync(WriteConnection target, string sql, CancellationToken cancellationToken)
    {
        var command = target.Command(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<long> ScalarAsync(WriteConnection target, string sql, CancellationToken cancellationToken) =>
        Convert.ToInt64(await target.Command(sql).ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
}
