using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Storage.Tests;

/// <summary>What the store promises, on whichever database; inherited once for each.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    protected static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    protected static readonly DateOnly Today = new(2026, 3, 2);
    protected const string Batch = "p.1";
    private readonly ITestDatabases databases;
    private readonly List<Database> opened = [];
    private readonly DatabaseOptions options;

    protected StoreContract(ITestDatabases databases)
    {
        this.databases = databases;
        options = databases.Create();
        Database = Open(options);
        Store = new(Database);
    }

    protected Database Database { get; }
    protected InstanceStore Store { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var database in opened) await database.DisposeAsync();
        databases.Drop(options);
    }

    /// <summary>Another node on the same database.</summary>
    protected Database OpenAgain() => Open(options);

    private Database Open(DatabaseOptions which)
    {
        var database = Database.Open(which);
        opened.Add(database);
        return database;
    }

    protected async Task CreateAsync(string id, long clock = 0, string? programme = null)
    {
        await using var transaction = await Store.BeginAsync(Now);
        await transaction.CreateAsync(new(id, programme, "d", 1) { ClockId = clock, At = Now, NominalAt = Now });
        await transaction.CommitAsync();
    }

    /// <summary>An instance that has begun and sleeps until then.</summary>
    protected async Task SleepAsync(string id, DateTimeOffset? until, long clock = 0)
    {
        await CreateAsync(id, clock);
        await DecideAsync(id, after: state =>
        {
            if (until is { } due) state.Bookmarks.Add(new(1, 1, "wait", BookmarkKind.Timer, null, due));
        });
    }

    protected static DecidedInstance Decided(LoadedInstance instance, params IReadOnlyList<Command> commands) =>
        new(instance, instance.State, commands) { Consumed = instance.Stimuli, At = Now, NominalAt = Now };

    /// <summary>Loads as a person does, decides what is given, and commits.</summary>
    protected async Task DecideAsync(string id, Action<InstanceState>? after = null, params IReadOnlyList<Command> commands)
    {
        await using var transaction = await Store.BeginAsync(Now);
        var instance = (await transaction.LoadAsync(id)).ShouldNotBeNull();
        after?.Invoke(instance.State);
        await transaction.WriteAsync([Decided(instance, commands)]);
        await transaction.CommitAsync();
    }

    protected Task DoAsync(string id, params IReadOnlyList<Command> commands) => DecideAsync(id, null, commands);

    protected async Task<T> ReadAsync<T>(Func<ProgrammesDb, Task<T>> query)
    {
        await using var db = Database.CreateContext();
        return await query(db);
    }

    protected async Task ChangeAsync(Func<StoreTransaction, Task> change)
    {
        await using var transaction = await Store.BeginAsync(Now);
        await change(transaction);
        await transaction.CommitAsync();
    }

    /// <summary>Programme <c>p</c> with a batch of units <c>u0 … un</c>, whose instance is <see cref="Batch"/>.</summary>
    protected async Task LaunchAsync(int units = 3, string? mail = null, bool startUnits = true)
    {
        await ChangeAsync(async transaction =>
        {
            foreach (var id in new[] { "programme", "batch", "unit" }) await transaction.Launches.PublishAsync(Definition(id, 1, "h"));
            var launch = ALaunch(units, mail);
            await transaction.Launches.InsertAsync(new(launch, "{}", "h", [new("programme", 1), new("batch", 1), new("unit", 1)], ClockRow.RealTime, "office", Now));
        });
        await DoAsync("p", new StartChild(Batch, 1, "batch", 1, null, null, null, null));
        await DoAsync(Batch, startUnits ? [new StartUnitPage(1, "unit", 0, 1_000)] : []);
    }

    protected static Launch ALaunch(int units, string? mail = null) => new()
    {
        Definition = "programme",
        Id = "p",
        Name = "专项",
        Approval = new("〔2026〕1号", Today),
        StartsOn = Today,
        Offices = new Dictionary<string, Office> { ["lead"] = new("牵头单位", "lead@example.org"), ["silent"] = new("无邮箱单位") },
        Units = [.. Enumerable.Range(0, units).Select(i => new Unit($"u{i}", $"单位{i}", mail))],
        Batches =
        [
            new() { Number = 1, Name = "第一批", Start = "2026-03-02", Units = [.. Enumerable.Range(0, units).Select(i => $"u{i}")] },
            new() { Number = 2, Name = "第二批", Start = "2027-03-02" },
        ],
    };

    protected static DefinitionRow Definition(string id, int version, string hash) =>
        new() { Id = id, Version = version, Hash = hash, Name = id, Json = "{}", PublishedAt = Now };

    protected Task<List<StimulusRow>> StimuliAsync(string target) =>
        ReadAsync(db => db.Stimuli.Where(row => row.Target == target).OrderBy(row => row.Id).ToListAsync());
}

[Collection(nameof(SqliteDatabases))]
public sealed class SqliteStoreTests(SqliteDatabases databases) : StoreContract(databases);

[Collection(nameof(PostgresDatabases))]
public sealed class PostgresStoreTests(LazyPostgres postgres) : StoreContract(postgres.Databases)
{
    [StoreFact]
    public async Task Statements_ThatComeAgain_AreKeptPrepared()
    {
        await CreateAsync("a");
        for (var i = 0; i < 4; i++) await ChangeAsync(async transaction => (await transaction.LoadAsync("a")).ShouldNotBeNull());
        (await ReadAsync(db => db.Database.SqlQuery<string>($"""SELECT statement AS "Value" FROM pg_prepared_statements""").ToListAsync())).ShouldContain(sql => sql.Contains("FOR UPDATE OF i"));
    }
}
