using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Programmes.Storage.Databases;
using Programmes.Storage.Migrations;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

public abstract partial class StoreContract
{
    // One line for each column and index, so that a difference reads as the line that is missing or too many.
    private const string SqliteColumns = """
        SELECT m.name || '.' || c.name || ' ' || lower(c.type) || CASE WHEN c."notnull" = 1 THEN ' not null' ELSE '' END AS "Value"
        FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT IN ('schema_migrations', '__EFMigrationsLock')
        """;

    private const string PostgresColumns = """
        SELECT table_name || '.' || column_name || ' ' || data_type || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END AS "Value"
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
        """;

    private const string SqliteIndexes = """
        SELECT m.name || '(' || (SELECT group_concat(name, ',') FROM (SELECT c.name FROM pragma_index_info(i.name) c ORDER BY c.seqno)) || ')'
          || CASE WHEN i."unique" = 1 THEN ' unique' ELSE '' END || CASE WHEN i.partial = 1 THEN ' partial' ELSE '' END AS "Value"
        FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin = 'c'
        """;

    private const string PostgresIndexes = """
        SELECT t.relname || '(' || (SELECT string_agg(a.attname, ',' ORDER BY k.ord) FROM unnest(x.indkey) WITH ORDINALITY AS k(attnum, ord)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) || ')'
          || CASE WHEN x.indisunique THEN ' unique' ELSE '' END || CASE WHEN x.indpred IS NOT NULL THEN ' partial' ELSE '' END AS "Value"
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = 'public' AND NOT x.indisprimary AND t.relname <> 'schema_migrations'
        """;

    private const string SqliteKeys = """
        SELECT m.name || '(' || (SELECT group_concat(name, ',') FROM (SELECT c.name FROM pragma_table_info(m.name) c WHERE c.pk > 0 ORDER BY c.pk)) || ')' AS "Value"
        FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT IN ('schema_migrations', '__EFMigrationsLock')
        UNION ALL
        SELECT m.name || '.' || f."from" || ' -> ' || f."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
        """;

    private const string PostgresKeys = """
        SELECT t.relname || '(' || (SELECT string_agg(a.attname, ',' ORDER BY k.ord) FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, ord)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) || ')' AS "Value"
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'p' AND t.relnamespace = 'public'::regnamespace AND t.relname <> 'schema_migrations'
        UNION ALL
        SELECT t.relname || '.' || a.attname || ' -> ' || f.relname
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(c.conkey) WHERE c.contype = 'f'
        """;

    // In their order, which is part of the schema: SQLite reads through a long text to reach the columns behind.
    private const string SqliteOrder = """
        SELECT m.name || '(' || (SELECT group_concat(name, ',') FROM (SELECT c.name FROM pragma_table_info(m.name) c ORDER BY c.cid)) || ')' AS "Value"
        FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT IN ('schema_migrations', '__EFMigrationsLock')
        """;

    private const string PostgresOrder = """
        SELECT table_name || '(' || string_agg(column_name, ',' ORDER BY ordinal_position) || ')' AS "Value"
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations' GROUP BY table_name
        """;

    private const string SqliteNames = "SELECT name AS \"Value\" FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";

    private const string PostgresNames = """
        SELECT i.relname AS "Value" FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE i.relnamespace = 'public'::regnamespace AND NOT x.indisprimary
        """;

    private const string PostgresTextsOfOtherOrder = """
        SELECT table_name || '.' || column_name AS "Value" FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name <> 'schema_migrations' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
        """;

    private IEnumerable<IEntityType> Tables => Database.CreateContext().Model.GetEntityTypes();

    private string[] Actual(string sqlite, string postgres)
    {
        using var db = Database.CreateContext();
        var sql = Database.Kind == DatabaseKind.Sqlite ? sqlite : postgres;
        return [.. db.Database.SqlQueryRaw<string>(sql).AsEnumerable().Order(StringComparer.Ordinal)];
    }

    [StoreFact]
    public async Task Hold_ByTwo_IsForTheFirst_UntilItLetsGo()
    {
        var other = OpenAgain();
        var first = await Database.TryHoldAsync("backfill.p");
        first.ShouldNotBeNull();
        (await other.TryHoldAsync("backfill.p")).ShouldBeNull();
        await using (var another = await other.TryHoldAsync("backfill.q")) another.ShouldNotBeNull();
        await first.DisposeAsync();
        await using var second = await other.TryHoldAsync("backfill.p");
        second.ShouldNotBeNull();
    }

    [StoreFact]
    public async Task Clock_IsTheServers_WhereThereIsOne()
    {
        if (Database.Kind == DatabaseKind.Sqlite) (await Database.NowAsync()).ShouldBeNull();
        else (await Database.NowAsync())!.Value.ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1));
    }

    [StoreFact]
    public void Schema_Columns_AreThoseOfTheModel() =>
        Actual(SqliteColumns, PostgresColumns).ShouldBe(Tables
            .SelectMany(table => table.GetProperties().Select(column =>
                $"{table.GetTableName()}.{column.GetColumnName()} {column.GetColumnType().ToLowerInvariant()}{(column.IsNullable ? "" : " not null")}"))
            .Order(StringComparer.Ordinal));

    [StoreFact]
    public void Schema_Indexes_AreThoseOfTheModel() =>
        Actual(SqliteIndexes, PostgresIndexes).ShouldBe(Tables
            .SelectMany(table => table.GetIndexes().Select(index =>
                $"{table.GetTableName()}({string.Join(',', index.Properties.Select(column => column.GetColumnName()))}){(index.IsUnique ? " unique" : "")}{(index.GetFilter() is null ? "" : " partial")}"))
            .Order(StringComparer.Ordinal));

    [StoreFact]
    public void Schema_Keys_AreThoseOfTheModel() =>
        Actual(SqliteKeys, PostgresKeys).ShouldBe(Tables
            .Select(table => $"{table.GetTableName()}({string.Join(',', table.FindPrimaryKey()!.Properties.Select(column => column.GetColumnName()))})")
            .Concat(Tables.SelectMany(table => table.GetForeignKeys().SelectMany(foreign => foreign.Properties.Select(column =>
                $"{table.GetTableName()}.{column.GetColumnName()} -> {foreign.PrincipalEntityType.GetTableName()}"))))
            .Order(StringComparer.Ordinal));

    [StoreFact]
    public void Schema_OrderOfColumnsAndNamesOfIndexes_AreThoseOfTheMigrations()
    {
        var columns = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var indexes = new List<string>();
        foreach (var operation in Operations())
        {
            if (operation is CreateTableOperation table) columns[table.Name] = [.. table.Columns.Select(column => column.Name)];
            else if (operation is AddColumnOperation column) columns[column.Table].Add(column.Name);
            else if (operation is CreateIndexOperation index) indexes.Add(index.Name);
        }

        Actual(SqliteOrder, PostgresOrder).ShouldBe(columns.Select(table => $"{table.Key}({string.Join(',', table.Value)})").Order(StringComparer.Ordinal));
        Actual(SqliteNames, PostgresNames).ShouldBe(indexes.Order(StringComparer.Ordinal));
    }

    /// <summary>The same for both databases, but for what <see cref="NeutralMigration"/> says in the open.</summary>
    private IEnumerable<MigrationOperation> Operations()
    {
        using var db = Database.CreateContext();
        var migrations = db.GetService<IMigrationsAssembly>();
        return [.. migrations.Migrations.OrderBy(migration => migration.Key, StringComparer.Ordinal)
            .SelectMany(migration => migrations.CreateMigration(migration.Value, db.Database.ProviderName!).UpOperations)];
    }

    [StoreFact]
    public void Schema_Texts_OrderByCodePoint() => Actual(
        "SELECT m.sql AS \"Value\" FROM sqlite_master m WHERE m.sql LIKE '%COLLATE%'", PostgresTextsOfOtherOrder).ShouldBeEmpty();

    [StoreFact]
    public async Task Migrate_ByTwoNodesAtOnceAndAgain_IsDoneOnce()
    {
        var empty = databases.CreateEmpty();
        var first = Open(empty);
        var second = Open(empty);
        await Task.WhenAll(Task.Run(() => first.MigrateAsync()), Task.Run(() => second.MigrateAsync()));
        await first.MigrateAsync();
        await using var db = first.CreateContext();
        (await db.Database.GetAppliedMigrationsAsync()).ShouldBe(["0001_initial"]);
        (await db.Clocks.SingleAsync()).Id.ShouldBe(0);
    }

    [StoreFact]
    public async Task Migrate_AfterANodeWasKilledMeanwhile_GoesOn()
    {
        if (Database.Kind != DatabaseKind.Sqlite) return; // PostgreSQL's lock goes with its session.
        await using var db = Database.CreateContext();
        await db.Database.ExecuteSqlRawAsync("""CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL)""");
        await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-03-02')""");
        await Database.MigrateAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }
}
