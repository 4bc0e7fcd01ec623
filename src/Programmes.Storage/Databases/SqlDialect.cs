namespace Programmes.Storage.Databases;

/// <summary>Where the two SQL dialects differ, and how rows are written in bulk.</summary>
internal abstract class SqlDialect
{
    /// <summary>
    /// Statements before the first one of a claim: its transaction keeps to the indexes. Tables that grow by thousands of rows between
    /// two ANALYZE runs would else be sorted as a whole to take 500 of them.
    /// </summary>
    public abstract string KeepToIndexes { get; }

    /// <summary>Statements before one that waits for a lock: how long.</summary>
    public abstract string WaitAtMost(TimeSpan wait);

    /// <summary>Locks the selected rows of <paramref name="alias"/>, passing over those that another node holds.</summary>
    public abstract string SkipLocked(string alias);

    /// <summary>Locks the selected row of <paramref name="alias"/>, waiting for whoever holds it.</summary>
    public abstract string WaitLocked(string alias);

    /// <summary>Whether <paramref name="column"/> is among the texts of the parameter, see <see cref="Texts"/>.</summary>
    public abstract string In(string column, string parameter);

    /// <summary>The value of a parameter that stands for many texts.</summary>
    public abstract object Texts(IReadOnlyCollection<string> texts);

    /// <summary>The first <c>@count</c> stimuli of each target among <c>@ids</c> up to <c>@until</c>, in order, without reading the others.</summary>
    public abstract string StimuliOf { get; }

    /// <summary>Writes the rows of each batch in turn, in few round trips. Returns the number of rows concerned for each batch.</summary>
    public abstract Task<int[]> WriteAsync(WriteConnection connection, IReadOnlyList<BulkRows> batches, CancellationToken cancellationToken);
}

/// <summary>What a column holds, on either database.</summary>
public enum SqlType { Text, Long, Int, Bool }

/// <summary>A column of a bulk statement.</summary>
internal readonly record struct Column(string Name, SqlType Type)
{
    public static implicit operator Column(string name) => new(name, SqlType.Text);
    public static Column Long(string name) => new(name, SqlType.Long);
    public static Column Int(string name) => new(name, SqlType.Int);
    public static Column Bool(string name) => new(name, SqlType.Bool);
}

/// <summary>
/// A statement for many rows. On PostgreSQL it takes an array for each column (<c>unnest</c>) and runs once;
/// on SQLite it is prepared once and run for each row.
/// </summary>
internal sealed class BulkStatement
{
    private BulkStatement(IReadOnlyList<Column> columns, string sqlite, string postgres)
    {
        Columns = columns;
        Sqlite = sqlite;
        Postgres = postgres;
    }

    public IReadOnlyList<Column> Columns { get; }
    public string Sqlite { get; }
    public string Postgres { get; }

    /// <param name="onConflict">The clause after the values, such as <c>ON CONFLICT DO NOTHING</c>.</param>
    public static BulkStatement Insert(string table, IReadOnlyList<Column> columns, string onConflict = "")
    {
        var names = string.Join(", ", columns.Select(column => column.Name));
        return new(columns,
            $"INSERT INTO {table} ({names}) VALUES ({SqliteParameters(columns)}) {onConflict}",
            $"INSERT INTO {table} ({names}) SELECT * FROM {Unnest(columns)} {onConflict}");
    }

    /// <param name="also">Assignments that take no value of the row, such as <c>version = t.version + 1</c>; the table is <c>t</c>.</param>
    /// <param name="where">A further condition.</param>
    public static BulkStatement Update(string table, IReadOnlyList<Column> keys, IReadOnlyList<Column> set, string also = "", string where = "")
    {
        Column[] columns = [.. keys, .. set];
        var more = set.Count > 0 && also.Length > 0 ? ", " + also : also;
        var and = where.Length == 0 ? "" : " AND " + where;
        var sqliteSet = string.Join(", ", set.Select((column, i) => $"{column.Name} = ?{keys.Count + i + 1}"));
        var sqliteWhere = string.Join(" AND ", keys.Select((column, i) => $"t.{column.Name} = ?{i + 1}"));
        var postgresSet = string.Join(", ", set.Select(column => $"{column.Name} = d.{column.Name}"));
        var postgresWhere = string.Join(" AND ", keys.Select(column => $"t.{column.Name} = d.{column.Name}"));
        return new(columns,
            $"UPDATE {table} AS t SET {sqliteSet}{more} WHERE {sqliteWhere}{and}",
            $"UPDATE {table} AS t SET {postgresSet}{more} FROM {Unnest(columns)} WHERE {postgresWhere}{and}");
    }

    public static BulkStatement Delete(string table, IReadOnlyList<Column> keys) => new(keys,
        $"DELETE FROM {table} WHERE {string.Join(" AND ", keys.Select((column, i) => $"{column.Name} = ?{i + 1}"))}",
        $"DELETE FROM {table} AS t USING {Unnest(keys)} WHERE {string.Join(" AND ", keys.Select(column => $"t.{column.Name} = d.{column.Name}"))}");

    /// <summary>A statement of any kind, the same for both, that reads its rows from <c>d</c>: <paramref name="sql"/> has <c>{d}</c> in its FROM clause.</summary>
    public static BulkStatement From(IReadOnlyList<Column> columns, string sql) => new(columns,
        sql.Replace("{d}", $"(SELECT {string.Join(", ", columns.Select((column, i) => $"?{i + 1} AS {column.Name}"))}) AS d", StringComparison.Ordinal),
        sql.Replace("{d}", Unnest(columns), StringComparison.Ordinal));

    private static string SqliteParameters(IReadOnlyList<Column> columns) => string.Join(", ", columns.Select((_, i) => $"?{i + 1}"));

    private static string Unnest(IReadOnlyList<Column> columns) =>
        $"unnest({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))}) AS d({string.Join(", ", columns.Select(column => column.Name))})";
}

/// <summary>Rows for a statement; values are string, long, int, bool or null, in the order of its columns.</summary>
internal sealed class BulkRows(BulkStatement statement)
{
    public BulkStatement Statement { get; } = statement;
    public List<object?[]> Rows { get; } = [];
    public void Add(params object?[] row) => Rows.Add(row);
}
