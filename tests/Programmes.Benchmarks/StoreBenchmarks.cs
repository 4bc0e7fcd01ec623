using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Programmes.Benchmarks;

/// <summary>
/// Instances that all start, and timers that all fall due, at the same instant: the engine's own path through its pump, against the
/// same rows read and written by nothing but SQL, on a copy of the same database, in turns.
/// </summary>
internal static class StoreBenchmarks
{
    private const int Instances = 20_000;
    private const int WarmUpInstances = 2_000;
    private const int Rounds = 5;

    /// <summary>One instance's start or timer.</summary>
    private sealed record Sample(double PerSecond, double CpuMicroseconds, double BytesEach);

    public static async Task SqliteAsync()
    {
        var folder = Directory.CreateTempSubdirectory("programmes-benchmark-");
        try
        {
            await SqliteAsync(folder.FullName, WarmUpInstances, 2, print: false);
            await SqliteAsync(folder.FullName, Instances, Rounds, print: true);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task SqliteAsync(string folder, int instances, int rounds, bool print)
    {
        var file = Path.Combine(folder, $"product-{instances}.db");
        await using var product = await Product.StartAsync($"Data Source={file}", instances);
        // The floors begin with the very rows that the product begins with.
        string[] copies = [Path.Combine(folder, $"commands-{instances}.db"), Path.Combine(folder, $"bare-{instances}.db")];
        using (var connection = new SqliteConnection($"Data Source={file}"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            foreach (var copy in copies)
            {
                command.CommandText = $"VACUUM INTO '{copy}'";
                command.ExecuteNonQuery();
            }
        }

        using var commands = new SqliteFloor(copies[0], bare: false);
        using var bare = new SqliteFloor(copies[1], bare: true);
        await RunAsync("SQLite", product, [("prepared commands", commands), ("bare sqlite3_step", bare)], instances, rounds, print);
        SqliteConnection.ClearAllPools();
    }

    public static async Task PostgresAsync(string connectionString)
    {
        await PostgresAsync(connectionString, WarmUpInstances, 2, print: false);
        await PostgresAsync(connectionString, Instances, Rounds, print: true);
    }

    private static async Task PostgresAsync(string connectionString, int instances, int rounds, bool print)
    {
        await using var databases = await PostgresCopies.CreateAsync(connectionString);
        var product = await Product.StartAsync(databases.Product, instances);
        await product.DisposeAsync();
        await databases.CopyAsync();
        await using var again = await Product.StartAsync(databases.Product, 0);
        await using var floor = await PostgresFloor.OpenAsync(databases.Floor);
        await RunAsync("PostgreSQL", again, [("arrays, one round trip", floor)], instances, rounds, print);
    }

    private static async Task RunAsync(string name, Product product, IReadOnlyList<(string Name, IFloor Floor)> floors, int instances, int rounds, bool print)
    {
        var starts = Measured(instances, product.Pump);
        var started = floors.Select(one => Measured(instances, () => one.Floor.Start(product.Now))).ToList();
        if (print) Print($"{name}: starts", [starts], started.Select(one => new List<Sample> { one }), floors);

        var fired = new List<Sample>();
        var floored = floors.Select(_ => new List<Sample>()).ToList();
        for (var round = 0; round < rounds; round++)
        {
            product.Advance();
            fired.Add(Measured(instances, product.Pump));
            for (var i = 0; i < floors.Count; i++)
            {
                var floor = floors[i].Floor;
                floored[i].Add(Measured(instances, () => floor.Fire(product.Now)));
            }
        }

        if (!print) return;
        Print($"{name}: timers", fired, floored, floors);
        product.Advance();
        Console.WriteLine($"{name}: a page's time goes to {await product.SectionsAsync()}");
    }

    private static Sample Measured(int instances, Func<int> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        var bytes = GC.GetTotalAllocatedBytes();
        var cpu = process.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        var done = work();
        var elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        if (done != instances) throw new InvalidOperationException($"{done} of {instances} instances moved.");
        return new(instances / elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalMicroseconds / instances, (GC.GetTotalAllocatedBytes() - bytes) / (double)instances);
    }

    private static void Print(string name, List<Sample> product, IEnumerable<List<Sample>> floors, IReadOnlyList<(string Name, IFloor Floor)> which)
    {
        var ours = Median(product);
        Console.WriteLine(Line(name, ours));
        foreach (var (samples, i) in floors.Select((samples, i) => (samples, i)))
        {
            var floor = Median(samples);
            Console.WriteLine(Line($"{name}, floor ({which[i].Name})", floor) + string.Create(CultureInfo.InvariantCulture,
                $"  ratio {ours.PerSecond / floor.PerSecond:N2}, of processor time {floor.CpuMicroseconds / ours.CpuMicroseconds:N2}"));
        }
    }

    private static string Line(string name, Sample sample) => string.Create(CultureInfo.InvariantCulture,
        $"{name,-52} {sample.PerSecond,10:N0}/s {sample.CpuMicroseconds,8:N1} µs CPU {sample.BytesEach,8:N0} B");

    private static Sample Median(List<Sample> samples) => samples.OrderBy(sample => sample.PerSecond).ElementAt(samples.Count / 2);
}
