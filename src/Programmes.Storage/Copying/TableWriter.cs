using Npgsql;
using NpgsqlTypes;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Copying;

/// <summary>Writes the rows of one table in bounded pages.</summary>
internal abstract class TableWriter : IAsyncDisposable
{
    public static TableWriter Open(Database database, WriteConnection target, CopiedTable table, CancellationToken cancellationToken) =>
        database.Kind == DatabaseKind.PostgreSql ? new PostgresTableWriter((NpgsqlConnection)target.Connection, table, cancellationToken) : new SqliteTableWriter((SqliteWriter)target, table);

    public abstract ValueTask AddAsync(object?[] row);

    /// <summary>Without it nothing is certain to be there.</summary>
    public abstract ValueTask EndAsync();
    public abstract ValueTask DisposeAsync();
}

/// <summary>Binary COPY.</summary>
internal sealed class PostgresTableWriter(NpgsqlConnection connection, CopiedTable table, CancellationToken cancellationToken) : TableWriter
{
    private NpgsqlBinaryImporter? importer;

    public override async ValueTask AddAsync(object?[] row)
    {
        importer ??= await connection.BeginBinaryImportAsync($"COPY \"{table.Name}\" ({string.Join(", ", table.Columns.Select(column => $"\"{column.Name}\""))}) FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        importer.Timeout = Timeout.InfiniteTimeSpan;
        await importer.StartRowAsync(cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < row.Length; i++)
        {
            var write = row[i] switch
            {
                null => importer.WriteNullAsync(cancellationToken),
                string text => importer.WriteAsync(Known(text, row, i), NpgsqlDbType.Text, cancellationToken),
                long number => importer.WriteAsync(number, NpgsqlDbType.Bigint, cancellationToken),
                int number => importer.WriteAsync(number, NpgsqlDbType.Integer, cancellationToken),
                bool flag => importer.WriteAsync(flag, NpgsqlDbType.Boolean, cancellationToken),
                var other => throw new ArgumentException($"A column takes no {other.GetType().Name}.", nameof(row)),
            };
            await write.ConfigureAwait(false);
        }
    }

    public override async ValueTask EndAsync()
    {
        if (importer is not null) await importer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask DisposeAsync() => importer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private string Known(string text, object?[] row, int column) => !text.Contains('\0', StringComparison.Ordinal) ? text : throw new CopyException(new(
        $"表 {table.Name}（{TableRows.KeyOf(table, row)}）的 {table.Columns[column].Name} 列含有 PostgreSQL 不能保存的字符 U+0000；请先更正，没有复制任何内容",
        $"The column {table.Columns[column].Name} of {table.Name} ({TableRows.KeyOf(table, row)}) holds the character U+0000, which PostgreSQL cannot keep; correct it first, nothing was copied"));
}

internal sealed class SqliteTableWriter : TableWriter
{
    private readonly SqliteWriter writer;
    private readonly BulkStatement insert;
    private readonly List<object?[]> page = new(DatabaseCopy.PageMax);

    public SqliteTableWriter(SqliteWriter writer, CopiedTable table)
    {
        this.writer = writer;
        insert = BulkStatement.Insert(table.Name, [.. table.Columns.Select(column => new Column(column.Name, column.Type))]);
    }

    public override ValueTask AddAsync(object?[] row)
    {
        page.Add([.. row]);
        if (page.Count >= DatabaseCopy.PageMax) Flush();
        return ValueTask.CompletedTask;
    }

    public override ValueTask EndAsync()
    {
        Flush();
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Flush()
    {
        writer.Run(insert, page);
        page.Clear();
    }
}
