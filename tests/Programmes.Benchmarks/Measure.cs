using System.Diagnostics;
using System.Globalization;

namespace Programmes.Benchmarks;

/// <summary>One figure: how many a second, and what each allocates. Warmed up, then the median of several rounds.</summary>
internal sealed record Figure(string Name, double PerSecond, double BytesEach)
{
    public double NanosecondsEach => 1e9 / PerSecond;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name,-52} {PerSecond,14:N0}/s {NanosecondsEach,12:N0} ns {BytesEach,10:N0} B");
}

internal static class Measure
{
    private const int Rounds = 5;

    /// <param name="count">How many things <paramref name="work"/> does.</param>
    public static Figure Run(string name, int count, Action work)
    {
        work();
        var rates = new List<double>();
        var bytes = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            work();
            rates.Add(count / Stopwatch.GetElapsedTime(started).TotalSeconds);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count;
        }

        rates.Sort();
        var figure = new Figure(name, rates[Rounds / 2], bytes);
        Console.WriteLine(figure);
        return figure;
    }
}
