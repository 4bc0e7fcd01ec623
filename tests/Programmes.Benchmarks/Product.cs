using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Programmes.Core.Calendars;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.Hosting;
using Programmes.Engine.Pumping;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;

namespace Programmes.Benchmarks;

/// <summary>An engine without jobs, on a database of its own, with instances that have been sent their start.</summary>
internal sealed class Product : IAsyncDisposable
{
    /// <summary>More delays than rounds, so that each round fires a timer and sets the next.</summary>
    private const int Delays = 12;

    private const int PerTransaction = 500;
    private readonly ServiceProvider services;
    private readonly StandingClock clock;
    private readonly Pump pump;

    private Product(ServiceProvider services, StandingClock clock) => (this.services, this.clock, pump) = (services, clock, services.GetRequiredService<Pump>());

    public DateTimeOffset Now => clock.Now;

    /// <param name="sleepers">Instances that wait for a timer a year ahead; started before this returns.</param>
    public static async Task<Product> StartAsync(string connectionString, int instances, int sleepers = 0)
    {
        var clock = new StandingClock { Now = ChinaTime.StartOf(new DateOnly(2024, 3, 1)) };
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .AddSingleton<TimeProvider>(clock)
            .AddProgrammesEngine(DatabaseOptions.Parse(connectionString))
            .BuildServiceProvider();
        await services.GetRequiredService<Database>().MigrateAsync();
        var delays = string.Join(',', Enumerable.Range(0, Delays).Select(i => $$"""{"id":"d{{i:00}}","type":"Elsa.Delay","timeSpan":"01:00:00"}"""));
        var reading = DefinitionReader.Read($$"""{"definitionId":"w","version":1,"root":{"id":"r","type":"Elsa.Sequence","activities":[{{delays}}] } }""", "w");
        var definition = reading.Definition ?? throw new InvalidOperationException(reading.Problems[0].Message.En);
        var sleeper = DefinitionReader.Read("""{"definitionId":"s","version":1,"root":{"id":"r","type":"Elsa.Sequence","activities":[{"id":"d","type":"Elsa.Delay","timeSpan":"365.00:00:00"}] } }""", "s").Definition!;
        await services.GetRequiredService<PublishDefinitions>().PublishAsync([definition, sleeper], null);
        var product = new Product(services, clock);
        await product.CreateAsync("s", "sleeper", sleepers);
        if (sleepers > 0) await product.pump.RunAsync();
        await product.CreateAsync("w", "n", instances);
        return product;
    }

    private async Task CreateAsync(string definition, string prefix, int count)
    {
        var store = services.GetRequiredService<InstanceStore>();
        for (var first = 0; first < count; first += PerTransaction)
        {
            await using var transaction = await store.BeginAsync(clock.Now);
            for (var i = first; i < first + PerTransaction; i++)
                await transaction.CreateAsync(new($"programme.1.{prefix}{i:000000}", null, definition, 1) { At = clock.Now, NominalAt = clock.Now });
            await transaction.CommitAsync();
        }
    }

    public void Advance() => clock.Now = clock.Now.AddHours(1);

    public int Pump() => pump.RunAsync().GetAwaiter().GetResult();

    /// <summary>The pump's steps, each under a watch.</summary>
    public async Task<string> SectionsAsync()
    {
        var store = services.GetRequiredService<InstanceStore>();
        var decider = services.GetRequiredService<Decider>();
        long claim = 0, decide = 0, write = 0, commit = 0;
        while (true)
        {
            var at = Stopwatch.GetTimestamp();
            await using var page = await store.ClaimDueAsync(clock.Now, Engine.Pumping.Pump.PageMax);
            if (page is null) break;
            Lap(ref claim, ref at);
            var decided = new List<DecidedInstance>();
            foreach (var instance in page.Instances)
                if (await decider.DecideAsync(page.Transaction, instance, page.ProgrammeNow, page.Horizon, [], default) is { } one) decided.Add(one);
            Lap(ref decide, ref at);
            await page.Transaction.WriteAsync(decided);
            Lap(ref write, ref at);
            await page.Transaction.CommitAsync();
            Lap(ref commit, ref at);
        }

        var all = (double)(claim + decide + write + commit);
        return string.Create(CultureInfo.InvariantCulture, $"claim and read {claim / all:P0}, decide {decide / all:P0}, write {write / all:P0}, commit {commit / all:P0}");
    }

    private static void Lap(ref long sum, ref long at)
    {
        var now = Stopwatch.GetTimestamp();
        sum += now - at;
        at = now;
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}

internal sealed class StandingClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
