using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;
using SQLitePCL;

namespace Programmes.Benchmarks;

/// <summary>All rows from one database into another of the same schema, in one transaction, by the quickest ways there are; nothing is compared.</summary>
internal static class CopyFloor
{
    /// <returns>Rows.</returns>
    public static async Task<long> RunAsync(string from, string to)
    {
        await using var schema = Database.Open(DatabaseOptions.Parse(to));
        await using var db = schema.CreateContext();
        var tables = CopiedTable.AllOf(db);
        await using var source = await OpenAsync(from);
        await using var target = await OpenAsync(to);
        await using var transaction = await target.BeginTransactionAsync();
        await using (var seeded = target.CreateCommand())
        {
            (seeded.CommandText, seeded.Transaction) = ("DELETE FROM clocks", transaction);
            await seeded.ExecuteNonQueryAsync();
        }

        var rows = 0L;
        foreach (var table in tables)
        {
            await using var command = source.CreateCommand();
            (command.CommandText, command.CommandTimeout) = ($"SELECT {Columns(table)} FROM \"{table.Name}\"", 0);
            await using var reader = await command.ExecuteReaderAsync();
            rows += target is NpgsqlConnection postgres ? Copy(reader, postgres, table) : Insert(reader, ((SqliteConnection)target).Handle!, table);
        }

        await transaction.CommitAsync();
        return rows;
    }

    private static string Columns(CopiedTable table) => string.Join(", ", table.Columns.Select(column => $"\"{column.Name}\""));

    private static async Task<DbConnection> OpenAsync(string connectionString)
    {
        if (DatabaseOptions.Parse(connectionString).Kind == DatabaseKind.PostgreSql)
        {
            var postgres = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
            await postgres.OpenAsync();
            return postgres;
        }

        var sqlite = new SqliteConnection(connectionString);
        await sqlite.OpenAsync();
        await using var settings = sqlite.CreateCommand();
        settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384";
        await settings.ExecuteNonQueryAsync();
        return sqlite;
    }

    private static long Copy(DbDataReader reader, NpgsqlConnection target, CopiedTable table)
    {
        using var importer = target.BeginBinaryImport($"COPY \"{table.Name}\" ({Columns(table)}) FROM STDIN (FORMAT BINARY)");
        importer.Timeout = Timeout.InfiniteTimeSpan;
        var rows = 0L;
        for (; reader.Read(); rows++)
        {
            importer.StartRow();
            for (var i = 0; i < table.Columns.Count; i++)
            {
                if (reader.IsDBNull(i))
                {
                    importer.WriteNull();
                    continue;
                }

                switch (table.Columns[i].Type)
                {
                    case SqlType.Text: importer.Write(reader.GetString(i), NpgsqlDbType.Text); break;
                    case SqlType.Long: importer.Write(reader.GetInt64(i), NpgsqlDbType.Bigint); break;
                    case SqlType.Int: importer.Write(reader.GetInt32(i), NpgsqlDbType.Integer); break;
                    case SqlType.Bool: importer.Write(reader.GetBoolean(i), NpgsqlDbType.Boolean); break;
                }
            }
        }

        importer.Complete();
        return rows;
    }

    private static long Insert(DbDataReader reader, sqlite3 target, CopiedTable table)
    {
        Check(raw.sqlite3_prepare_v2(target, $"INSERT INTO \"{table.Name}\" ({Columns(table)}) VALUES ({string.Join(", ", table.Columns.Select(_ => "?"))})", out var insert));
        using var statement = insert;
        var rows = 0L;
        for (; reader.Read(); rows++)
        {
            for (var i = 0; i < table.Columns.Count; i++)
            {
                Check(reader.IsDBNull(i) ? raw.sqlite3_bind_null(insert, i + 1) : table.Columns[i].Type switch
                {
                    SqlType.Text => raw.sqlite3_bind_text(insert, i + 1, reader.GetString(i)),
                    SqlType.Bool => raw.sqlite3_bind_int64(insert, i + 1, reader.GetBoolean(i) ? 1 : 0),
                    _ => raw.sqlite3_bind_int64(insert, i + 1, reader.GetInt64(i)),
                });
            }

            var result = raw.sqlite3_step(insert);
            if (result != raw.SQLITE_DONE) Check(result);
            raw.sqlite3_reset(insert);
        }

        return rows;

        void Check(int result)
        {
            if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, target);
        }
    }
}
