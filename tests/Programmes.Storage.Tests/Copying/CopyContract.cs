using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests.Copying;

/// <summary>What a copy promises, from either database to either; inherited once for each pair.</summary>
public abstract class CopyContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly CopyMark Mark = new(DatabaseMarks.MovedFrom, "old.db", "office", "database.moved", Now);
    private readonly (ITestDatabases Databases, DatabaseOptions Options) from;
    private readonly (ITestDatabases Databases, DatabaseOptions Options) to;
    private readonly Database source;
    private readonly Database target;

    protected CopyContract(ITestDatabases from, ITestDatabases to)
    {
        this.from = (from, from.Create());
        this.to = (to, to.Create());
        source = Database.Open(this.from.Options);
        target = Database.Open(this.to.Options);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
        from.Databases.Drop(from.Options);
        to.Databases.Drop(to.Options);
    }

    private Task<IReadOnlyList<TableCopied>> CopyAsync(bool alone = false, CopyMark? mark = null, IProgress<CopyProgress>? progress = null, CancellationToken stop = default) =>
        new DatabaseCopy(source, target).RunAsync(alone, mark, progress, null, stop);

    private static IReadOnlyList<CopiedTable> Tables(Database database)
    {
        using var db = database.CreateContext();
        return CopiedTable.AllOf(db);
    }

    private static async Task<long> RowsAsync(Database database) => (await DatabaseCopy.HashAsync(database)).Sum(table => table.Rows);

    private static async Task ExecuteAsync(Database database, string sql)
    {
        await using var db = database.CreateContext();
        await db.Database.ExecuteSqlRawAsync(sql);
    }

    /// <summary>Rows in every table, with everything that its types can hold.</summary>
    private async Task FillAsync(int rows = 3)
    {
        await using var db = source.CreateContext();
        var written = new Dictionary<string, List<object?[]>>(StringComparer.Ordinal);
        await using var connection = await source.BeginWriteAsync(Database.BusyTimeout, default);
        var tables = Tables(source);
        foreach (var table in tables)
        {
            var entity = db.Model.GetEntityTypes().Single(one => one.GetTableName() == table.Name);
            var parents = entity.GetForeignKeys().ToDictionary(foreign => foreign.Properties[0].GetColumnName(), foreign => (Table: foreign.PrincipalEntityType.GetTableName()!, Column: foreign.PrincipalKey.Properties[0].GetColumnName()));
            var nullable = entity.GetProperties().Where(property => property.IsNullable).Select(property => property.GetColumnName()).ToHashSet(StringComparer.Ordinal);
            var made = new List<object?[]>();
            for (var r = 0; r < rows; r++)
            {
                var row = new object?[table.Columns.Count];
                for (var c = 0; c < row.Length; c++) row[c] = Value(table.Columns[c], r);
                made.Add(row);

                object? Value(CopiedColumn column, int r)
                {
                    if (parents.TryGetValue(column.Name, out var parent))
                        return written[parent.Table][r][tables.Single(one => one.Name == parent.Table).Columns.ToList().FindIndex(one => one.Name == parent.Column)];
                    var key = table.Key.Contains(column.Name);
                    if (!key && nullable.Contains(column.Name) && r == 1) return null;
                    return column.Type switch
                    {
                        SqlType.Text => r == 0 || key || column.Name == "key" ? $"{column.Name} {r} 专项 '\"\\\t\r\n𠮷é" : $"{r}",
                        SqlType.Long => key ? (long)(r + 1) : r == 0 ? long.MaxValue : long.MinValue + r,
                        SqlType.Int => key ? r + 1 : r == 0 ? int.MaxValue : int.MinValue + r,
                        SqlType.Bool => r % 2 == 0,
                        _ => throw new ArgumentOutOfRangeException(nameof(column)),
                    };
                }
            }

            written[table.Name] = made;
            await using var writer = TableWriter.Open(source, connection, table, default);
            foreach (var row in made) await writer.AddAsync(row);
            await writer.EndAsync();
        }

        await connection.CommitAsync(default);
    }

    [StoreFact]
    public async Task Tables_AreAllThatTheDatabaseHas()
    {
        await using var db = source.CreateContext();
        await using var connection = db.Database.GetDbConnection();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = source.TableNames;
        var there = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync()) there.Add(reader.GetString(0));
        there.Where(name => name is not ("schema_migrations" or "__EFMigrationsLock")).Order(StringComparer.Ordinal).ShouldBe(Tables(source).Select(table => table.Name).Order(StringComparer.Ordinal));
        // Both have to hash the same columns in the same order.
        Tables(source).Select(Line).ShouldBe(Tables(target).Select(Line));

        static string Line(CopiedTable table) => $"{table.Name}({string.Join(',', table.Columns)}) by {string.Join(',', table.Key)}, numbers {table.Identity}";
    }

    [StoreFact]
    public async Task Copy_TakesIndexesAwayOnlyForItsTime()
    {
        var before = await IndexesAsync();
        before.Count.ShouldBeGreaterThan(50);
        await FillAsync();
        using (var stopped = new CancellationTokenSource())
        {
            await Should.ThrowAsync<OperationCanceledException>(() => CopyAsync(progress: new Stopping(stopped), stop: stopped.Token));
            (await IndexesAsync()).ShouldBe(before);
        }

        await CopyAsync();
        (await IndexesAsync()).ShouldBe(before);

        async Task<List<string>> IndexesAsync()
        {
            await using var connection = await target.BeginWriteAsync(Database.BusyTimeout, default);
            await using var reader = await connection.Command(target.IndexStatements).ExecuteReaderAsync();
            var found = new List<string>();
            while (await reader.ReadAsync()) found.Add($"{reader.GetString(0)} {reader.GetString(1)} {reader.GetString(2)}");
            return found;
        }
    }

    private sealed class Stopping(CancellationTokenSource stopped) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value)
        {
            if (value.ReadBack) stopped.Cancel();
        }
    }

    [StoreFact]
    public async Task Copy_OfEveryTable_IsTheSameRowForRow_AndNumbersGoOn()
    {
        await FillAsync();
        var copied = await CopyAsync();
        copied.ShouldAllBe(table => table.Rows >= 3);
        var before = await DatabaseCopy.HashAsync(source);
        var after = await DatabaseCopy.HashAsync(target);
        after.Select(table => (table.Table.Name, table.Rows, table.Hash)).ShouldBe(before.Select(table => (table.Table.Name, table.Rows, table.Hash)));
        after.Select(table => table.Hash).ShouldBe(copied.Select(table => table.Hash));
        await using var db = target.CreateContext();
        db.Audit.Add(new() { At = Now, Actor = "a", Action = "b", Subject = "c" });
        await db.SaveChangesAsync();
        (await db.Audit.MaxAsync(row => row.Id)).ShouldBe(4);
        (await db.Audit.SingleAsync(row => row.Id == 1)).Actor.ShouldBe("actor 0 专项 '\"\\\t\r\n𠮷é");
    }

    [StoreFact]
    public async Task Copy_SaysWhereItCameFrom_AndTheOldDatabaseSaysWhereItWent()
    {
        await FillAsync();
        await CopyAsync(alone: true, Mark);
        await using var db = target.CreateContext();
        (await db.Settings.SingleAsync(row => row.Key == DatabaseMarks.MovedFrom)).Value.ShouldBe("old.db");
        (await db.Audit.SingleAsync(row => row.Action == "database.moved")).Actor.ShouldBe("office");
        (await DatabaseMarks.MovedToAsync(db)).ShouldBeNull();
        await using var old = source.CreateContext();
        (await DatabaseMarks.MovedToAsync(old)).ShouldNotBeNull().ShouldContain(DatabaseMarks.NameOf(target));
    }

    [StoreFact]
    public async Task Copy_IntoADatabaseWithRows_IsRefused()
    {
        await FillAsync();
        await ExecuteAsync(target, "INSERT INTO settings (key, value) VALUES ('a', 'b')");
        (await Should.ThrowAsync<CopyException>(() => CopyAsync())).Words.Zh.ShouldContain("settings");
        (await RowsAsync(target)).ShouldBe(2, "the clock of the migration and the setting");
    }

    [StoreFact]
    public async Task Copy_OfMoreThanAPage_IsWhole()
    {
        await using (var connection = await source.BeginWriteAsync(Database.BusyTimeout, default))
        {
            var table = Tables(source).Single(one => one.Name == "settings");
            await using (var writer = TableWriter.Open(source, connection, table, default))
            {
                for (var i = 0; i < DatabaseCopy.PageMax * 2 + 1; i++) await writer.AddAsync([$"k{i}", $"v{i}"]);
                await writer.EndAsync();
            }

            await connection.CommitAsync(default);
        }

        var steps = new List<CopyProgress>();
        await CopyAsync(progress: new Stop(step =>
        {
            steps.Add(step);
            return 0;
        }));
        steps.Where(step => step.Table == "settings" && !step.ReadBack).Select(step => step.Rows).ShouldBe([1_000, 2_000, 2_001]);
        await using var db = target.CreateContext();
        (await db.Settings.CountAsync()).ShouldBe(2_001);
        (await db.Settings.SingleAsync(row => row.Key == "k2000")).Value.ShouldBe("v2000");
    }

    [StoreFact]
    public Task Copy_ThatDiesWhileWriting_LeavesNothing_AndCanBeRunAgain() => DiesAsync(readingBack: false);

    [StoreFact]
    public Task Copy_ThatDiesWhileComparing_LeavesNothing_AndCanBeRunAgain() => DiesAsync(readingBack: true);

    private async Task DiesAsync(bool readingBack)
    {
        await FillAsync(20);
        var table = Tables(target).Where(one => one.Name == "work_items").ShouldHaveSingleItem().Name;
        var dies = new Stop(step => step.ReadBack == readingBack && step.Table == table ? throw new IOException("the node dies") : 0);
        await Should.ThrowAsync<IOException>(() => CopyAsync(progress: dies));
        (await RowsAsync(target)).ShouldBe(1);

        using var stop = new CancellationTokenSource();
        var cancels = new Stop(step =>
        {
            if (step.ReadBack == readingBack && step.Table == table) stop.Cancel();
            return 0;
        });
        await Should.ThrowAsync<OperationCanceledException>(() => CopyAsync(progress: cancels, stop: stop.Token));
        (await RowsAsync(target)).ShouldBe(1);

        (await CopyAsync()).Sum(copied => copied.Rows).ShouldBe(await RowsAsync(source));
        (await RowsAsync(target)).ShouldBe(await RowsAsync(source));
    }

    [StoreFact]
    public async Task Copy_Alone_IsRefusedWhileSomebodyHasTheSourceOpen()
    {
        var other = Database.Open(from.Options);
        await using (var db = other.CreateContext())
        {
            await db.Database.OpenConnectionAsync();
            (await db.Clocks.CountAsync()).ShouldBe(1);
            await Should.ThrowAsync<StoreBusyException>(() => CopyAsync(alone: true));
            await CopyAsync();
        }

        await other.DisposeAsync();
    }

    [StoreFact]
    public async Task Copy_BesideAWriter_IsOneMoment()
    {
        await FillAsync();
        var wrote = false;
        var writes = new Stop(step =>
        {
            if (!wrote) ExecuteAsync(source, "INSERT INTO settings (key, value) VALUES ('later', 'x')").GetAwaiter().GetResult();
            wrote = true;
            return 0;
        });
        await CopyAsync(progress: writes);
        await using var db = target.CreateContext();
        (await db.Settings.AnyAsync(row => row.Key == "later")).ShouldBeFalse();
    }

    [StoreFact]
    public async Task Copy_WithATableThatNobodyKnows_IsRefused_ButMachineryIsPassedOver()
    {
        await ExecuteAsync(source, "CREATE TABLE qrtz_triggers (id integer)");
        await CopyAsync();
        await ExecuteAsync(source, "CREATE TABLE notes (id integer)");
        (await Should.ThrowAsync<CopyException>(() => CopyAsync())).Words.En.ShouldContain("notes");
    }

    [StoreFact]
    public async Task Copy_ThatDiffers_NamesTheRow_AndCommitsNothing()
    {
        await FillAsync();
        if (target.Kind == DatabaseKind.Sqlite)
        {
            await ExecuteAsync(target, "CREATE TRIGGER spoils AFTER INSERT ON audit WHEN NEW.id = 2 BEGIN UPDATE audit SET action = 'other' WHERE id = 2; END");
        }
        else
        {
            await ExecuteAsync(target, "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 2 THEN NEW.action = 'other'; END IF; RETURN NEW; END $$");
            await ExecuteAsync(target, "CREATE TRIGGER spoils BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION spoil()");
        }

        (await Should.ThrowAsync<CopyException>(() => CopyAsync())).Words.Zh.ShouldContain("audit 写入 3 行、读回 3 行，首处不同：id = 2");
        (await RowsAsync(target)).ShouldBe(1);
    }

    [StoreFact]
    public async Task Copy_OfAnotherSchema_IsRefused()
    {
        await ExecuteAsync(source, "INSERT INTO schema_migrations VALUES ('9999_later', '10')");
        (await Should.ThrowAsync<CopyException>(() => CopyAsync())).Words.En.ShouldContain("9999_later");
    }

    private sealed class Stop(Func<CopyProgress, int> then) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => then(value);
    }
}

[CollectionDefinition(nameof(CopyDatabases))]
public sealed class CopyDatabases : ICollectionFixture<LazyPostgres>, ICollectionFixture<SqliteDatabases>;

[Collection(nameof(CopyDatabases))]
public sealed class SqliteCopyTests(SqliteDatabases databases) : CopyContract(databases, databases)
{
    private static readonly string[] Wrong = ["'many'", "1.5", "99999999999"];

    [Fact]
    public async Task Copy_OfAValueThatIsNotOfItsColumnsType_NamesIt()
    {
        foreach (var value in Wrong)
        {
            var options = databases.Create();
            await using var source = Database.Open(options);
            await using var target = Database.Open(databases.Create());
            await using (var db = source.CreateContext())
            {
#pragma warning disable EF1002 // The values are this test's.
                await db.Database.ExecuteSqlRawAsync($"INSERT INTO launch_drafts (name, owner, content, units, created_at, changed_at, changed_by, version) VALUES ('n', 'o', '', {value}, 1, 1, 'c', 1)");
#pragma warning restore EF1002
            }

            (await Should.ThrowAsync<CopyException>(() => new DatabaseCopy(source, target).RunAsync(alone: false, mark: null))).Words.Zh.ShouldContain("launch_drafts（id = 1）的 units 列");
        }
    }
}

[Collection(nameof(CopyDatabases))]
public sealed class SqliteToPostgresCopyTests(SqliteDatabases sqlite, LazyPostgres postgres) : CopyContract(sqlite, postgres.Databases)
{
    [StoreFact]
    public async Task Copy_OfACharacterThatPostgresCannotKeep_NamesIt()
    {
        await using var source = Database.Open(sqlite.Create());
        await using (var db = source.CreateContext())
        {
            db.Settings.Add(new() { Key = "k", Value = "a\0b" });
            await db.SaveChangesAsync();
        }

        var options = postgres.Databases.Create();
        await using var target = Database.Open(options);
        (await Should.ThrowAsync<CopyException>(() => new DatabaseCopy(source, target).RunAsync(alone: false, mark: null))).Words.En.ShouldContain("The column value of settings (key = k) holds the character U+0000");
        await using var other = Database.Open(sqlite.Create());
        await new DatabaseCopy(source, other).RunAsync(alone: false, mark: null);
    }
}

[Collection(nameof(CopyDatabases))]
public sealed class PostgresToSqliteCopyTests(SqliteDatabases sqlite, LazyPostgres postgres) : CopyContract(postgres.Databases, sqlite);

[Collection(nameof(CopyDatabases))]
public sealed class PostgresCopyTests(LazyPostgres postgres) : CopyContract(postgres.Databases, postgres.Databases);
