using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Programmes.Benchmarks;

/// <summary>What one firing costs beside a thousand instances that wait, and beside a hundred thousand; and what a waiting one takes of memory.</summary>
internal static class WaitingBenchmarks
{
    private const int Due = 5_000;
    private const int Few = 1_000;
    private const int Many = 100_000;
    private const int Rounds = 7;

    private sealed record Result(double PerSecond, long Memory);

    public static async Task SqliteAsync()
    {
        var folder = Directory.CreateTempSubdirectory("programmes-waiting-");
        try
        {
            await CompareAsync("SQLite", waiting => Task.FromResult($"Data Source={Path.Combine(folder.FullName, $"{waiting}.db")}"));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    public static async Task PostgresAsync(string connectionString)
    {
        await using var few = await PostgresCopies.CreateAsync(connectionString);
        await using var many = await PostgresCopies.CreateAsync(connectionString);
        await CompareAsync("PostgreSQL", waiting => Task.FromResult(waiting == Few ? few.Product : many.Product));
    }

    private static async Task CompareAsync(string name, Func<int, Task<string>> database)
    {
        // In turns, so that both see the same machine.
        await using var few = await Product.StartAsync(await database(Few), Due, Few);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var many = await Product.StartAsync(await database(Many), Due, Many);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        few.Pump();
        many.Pump();
        List<double> ofFew = [], ofMany = [];
        for (var round = 0; round < Rounds; round++)
        {
            ofFew.Add(Fire(few));
            ofMany.Add(Fire(many));
        }

        ofFew.Sort();
        ofMany.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: timers beside {Few:N0} waiting {ofFew[Rounds / 2]:N0}/s, beside {Many:N0} waiting {ofMany[Rounds / 2]:N0}/s, ratio {ofMany[Rounds / 2] / ofFew[Rounds / 2]:N2}; memory for a waiting instance {memory / (double)Many:N1} B"));
    }

    private static double Fire(Product product)
    {
        product.Advance();
        var started = Stopwatch.GetTimestamp();
        var fired = product.Pump();
        if (fired != Due) throw new InvalidOperationException($"{fired} of {Due} timers fired.");
        return fired / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
