namespace Programmes.Core.Calendars;

/// <summary>Days and instants in Asia/Shanghai, the only time zone in which the product counts days.</summary>
public static class ChinaTime
{
    /// <summary>+08:00.</summary>
    // Fixed rather than read from the machine's time zone database: mainland China has had one zone and no summer
    // time since 1992, and a rehearsal must give the same days on a machine without that database.
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The day in Asia/Shanghai on which an instant falls.</summary>
    public static DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(Offset).DateTime);

    /// <summary>The first instant of a day: 00:00 in Asia/Shanghai, as UTC.</summary>
    public static DateTimeOffset StartOf(DateOnly on) => InstantOf(on, TimeOnly.MinValue);

    /// <summary>
    /// The instant at which a day ends, as UTC: 24:00 in Asia/Shanghai, which is the next day's 00:00 (Civil Code,
    /// article 203), or the close of business where an office chooses so.
    /// </summary>
    /// <param name="on">The last day of the period, inclusive.</param>
    /// <param name="businessClose">Local close of business; null or 00:00 means 24:00.</param>
    public static DateTimeOffset EndOf(DateOnly on, TimeOnly? businessClose = null) =>
        businessClose is { } close && close != TimeOnly.MinValue ? InstantOf(on, close) : StartOf(on).AddDays(1);

    private static DateTimeOffset InstantOf(DateOnly on, TimeOnly local) =>
        new DateTimeOffset(on.ToDateTime(local), Offset).ToUniversalTime();
}
