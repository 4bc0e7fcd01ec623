using System.Diagnostics;
using System.Globalization;

namespace Programmes.Benchmarks;

/// <summary>The same timers fired by one engine and by two on the same database.</summary>
internal static class NodeBenchmarks
{
    private const int Instances = 20_000;
    private const int Rounds = 5;

    public static async Task PostgresAsync(string connectionString)
    {
        await using var databases = await PostgresCopies.CreateAsync(connectionString);
        await using var first = await Product.StartAsync(databases.Product, Instances);
        await using var second = await Product.StartAsync(databases.Product, 0);
        first.Pump();
        second.Advance();
        first.Advance();
        first.Pump();
        List<double> one = [], two = [];
        for (var round = 0; round < Rounds; round++)
        {
            one.Add(Fire(first, second, [first]));
            two.Add(Fire(first, second, [first, second]));
        }

        one.Sort();
        two.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"PostgreSQL: timers with one node {one[Rounds / 2]:N0}/s, with two {two[Rounds / 2]:N0}/s, ratio {two[Rounds / 2] / one[Rounds / 2]:N2} (on {Environment.ProcessorCount} cores that the server shares)"));
    }

    private static double Fire(Product first, Product second, IReadOnlyList<Product> pumps)
    {
        first.Advance();
        second.Advance();
        var started = Stopwatch.GetTimestamp();
        var fired = Task.WhenAll(pumps.Select(product => Task.Run(product.Pump))).GetAwaiter().GetResult().Sum();
        var elapsed = Stopwatch.GetElapsedTime(started);
        // A page that another node holds is no page of this one: the last rows may be left for a second look.
        fired += first.Pump();
        if (fired != Instances) throw new InvalidOperationException($"{fired} of {Instances} timers fired.");
        return fired / elapsed.TotalSeconds;
    }
}
