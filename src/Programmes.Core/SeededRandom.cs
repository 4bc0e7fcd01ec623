namespace Programmes.Core;

/// <summary>Random numbers from a recorded seed (SplitMix64): the same seed gives the same numbers on every machine and in every release.</summary>
public sealed class SeededRandom(long seed)
{
    private ulong state = unchecked((ulong)seed);

    public ulong NextBits()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 (inclusive) to <paramref name="limit"/> (exclusive).</summary>
    public int Next(int limit) => (int)(NextBits() % (ulong)limit);

    /// <summary>Both ends inclusive.</summary>
    public int Between(int low, int high) => low + Next(high - low + 1);

    public bool Chance(int percent) => Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];
}
