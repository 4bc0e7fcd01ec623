namespace Programmes.Benchmarks;

/// <summary>The rows of a start and of a timer, read and written by SQL alone: nothing is parsed, nothing decided.</summary>
internal interface IFloor
{
    /// <summary>Starts all that were sent their start, in pages. Returns how many.</summary>
    int Start(DateTimeOffset now);

    /// <summary>Fires all timers due, in pages. Returns how many.</summary>
    int Fire(DateTimeOffset now);
}

/// <summary>The rows that a workflow of delays has, by rule instead of by decision: ids come from one counter, three for each delay.</summary>
internal static class FloorRows
{
    /// <summary>A page of the floors has what a page of the product has.</summary>
    public const int PageMax = Engine.Pumping.Pump.PageMax;

    public const long HourMicroseconds = 3_600_000_000;

    public static string Activity(int round) => round < 10 ? $"d0{round}" : $"d{round}";

    /// <summary>The bookmark of the delay that began with this version of the instance; its execution is one less, its node two.</summary>
    public static int Bookmark(int version) => 3 * version + 2;

    public static string FirstState(string id) =>
        $$"""{"format":1,"instanceId":"{{id}}","subStatus":"Suspended","counter":5,"nodes":[{"id":1,"activity":"r","execution":2,"cursor":1},{"id":3,"activity":"d00","parent":1,"execution":4}],"bookmarks":[{"id":5,"node":3,"activity":"d00","dueAt":"2024-02-29T17:00:00+00:00"}],"dates":{},"input":{},"variables":{},"output":{},"batchOutcomes":{},"outcomes":[]}""";
}
