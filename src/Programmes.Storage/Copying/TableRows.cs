using System.Data.Common;
using System.Runtime.CompilerServices;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Copying;

/// <summary>Reads a table row by row in the order of its key; no more than one row of it is in memory.</summary>
internal static class TableRows
{
    /// <param name="transaction">The snapshot that is read.</param>
    /// <returns>The values in the order of the columns: string, long, int, bool or null. The array is used again for the next row.</returns>
    /// <exception cref="CopyException">A value is not what its column holds, which SQLite does not prevent.</exception>
    public static async IAsyncEnumerable<object?[]> ReadAsync(DbConnection connection, DbTransaction transaction, CopiedTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            // The names are the model's.
            command.CommandText = $"SELECT {string.Join(", ", table.Columns.Select(column => $"\"{column.Name}\""))} FROM \"{table.Name}\" ORDER BY {string.Join(", ", table.Key.Select(column => $"\"{column}\""))}";
            command.Transaction = transaction;
            command.CommandTimeout = 0;
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var row = new object?[table.Columns.Count];
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    reader.GetValues(row!);
                    for (var i = 0; i < row.Length; i++)
                        if (!TryRead(table.Columns[i].Type, row[i], out row[i])) throw Strange(table, i, row);
                    yield return row;
                }
            }
        }
    }

    /// <summary>A row's key as a person can look for it.</summary>
    public static string KeyOf(CopiedTable table, object?[] row) =>
        string.Join(", ", table.Key.Select(name => $"{name} = {row[IndexOf(table, name)]}"));

    private static int IndexOf(CopiedTable table, string name)
    {
        for (var i = 0; i < table.Columns.Count; i++)
            if (table.Columns[i].Name == name) return i;
        throw new ArgumentException($"{table.Name} has no column {name}.", nameof(name));
    }

    private static bool TryRead(SqlType type, object? value, out object? read)
    {
        read = value is DBNull ? null : value;
        switch (type, read)
        {
            case (_, null) or (SqlType.Text, string) or (SqlType.Long, long) or (SqlType.Int, int) or (SqlType.Bool, bool):
                return true;
            case (SqlType.Int, long number) when number is >= int.MinValue and <= int.MaxValue:
                read = (int)number;
                return true;
            case (SqlType.Bool, long and (0 or 1)):
                read = (long)value! == 1;
                return true;
            default:
                return false;
        }
    }

    private static CopyException Strange(CopiedTable table, int column, object?[] row) => new(new(
        $"表 {table.Name}（{KeyOf(table, row)}）的 {table.Columns[column].Name} 列存有不符合类型的值；没有复制任何内容",
        $"The column {table.Columns[column].Name} of {table.Name} ({KeyOf(table, row)}) holds a value of another type; nothing was copied"));
}
