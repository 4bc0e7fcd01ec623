using System.Globalization;

namespace Programmes.Core.Calendars;

/// <summary>
/// The holidays that all citizens have by the Regulation on Public Holidays (全国年节及纪念日放假办法), for years whose
/// notice is not out. Only the days themselves: which days are exchanged or made up is for the notice to say.
/// </summary>
internal static class StatutoryHolidays
{
    /// <summary>A version of the list.</summary>
    /// <param name="PromulgatedOn">From this day on it is known.</param>
    /// <param name="FromYear">From this year on it applies.</param>
    /// <param name="SpringFestivalFrom">First day relative to the first lunar day of the year; −1 is New Year's Eve.</param>
    /// <param name="SpringFestivalTo">Last day, likewise, inclusive.</param>
    /// <param name="LabourDays">Days off from 1 May on.</param>
    public sealed record Law(DateOnly PromulgatedOn, int FromYear, int SpringFestivalFrom, int SpringFestivalTo, int LabourDays);

    /// <summary>State Council orders 513, 644 and 795, oldest first.</summary>
    public static readonly IReadOnlyList<Law> Laws =
    [
        new(new(2007, 12, 14), 2008, -1, 1, 1),
        new(new(2013, 12, 11), 2014, 0, 2, 1),
        new(new(2024, 11, 10), 2025, -1, 2, 2),
    ];

    private static readonly ChineseLunisolarCalendar Lunar = new();

    /// <summary>The days off of a year (2008 to 2099), by the newest law that applies to it and is known on the day given.</summary>
    public static IEnumerable<(DateOnly On, Text Name)> Of(int year, DateOnly knownOn)
    {
        var law = Laws[0];
        foreach (var candidate in Laws)
            if (candidate.FromYear <= year && candidate.PromulgatedOn <= knownOn) law = candidate;

        yield return (new(year, 1, 1), HolidayNames.NewYear);
        var lunarNewYear = LunarDay(year, 1, 1);
        for (var day = law.SpringFestivalFrom; day <= law.SpringFestivalTo; day++)
            yield return (lunarNewYear.AddDays(day), HolidayNames.SpringFestival);
        yield return (Qingming(year), HolidayNames.Qingming);
        for (var day = 0; day < law.LabourDays; day++)
            yield return (new(year, 5, 1 + day), HolidayNames.LabourDay);
        yield return (LunarDay(year, 5, 5), HolidayNames.DragonBoat);
        yield return (LunarDay(year, 8, 15), HolidayNames.MidAutumn);
        for (var day = 1; day <= 3; day++)
            yield return (new(year, 10, day), HolidayNames.NationalDay);
    }

    /// <summary>The Gregorian day of a lunar date; the month is never the leap one, in which no holiday falls.</summary>
    internal static DateOnly LunarDay(int lunarYear, int month, int day)
    {
        // The BCL numbers months through the year, so that a leap month pushes itself and those after it up by one.
        var leap = Lunar.GetLeapMonth(lunarYear);
        var ordinal = leap > 0 && month >= leap ? month + 1 : month;
        return DateOnly.FromDateTime(Lunar.ToDateTime(lunarYear, ordinal, day, 0, 0, 0, 0));
    }

    /// <summary>
    /// The day of the solar term 清明 (the sun at 15°), by the usual formula for 2000 to 2099:
    /// ⌊0.2422 y + 4.81⌋ − ⌊y / 4⌋ of April, y being the last two digits of the year.
    /// </summary>
    internal static DateOnly Qingming(int year)
    {
        var y = year - 2000;
        // In whole ten-thousandths: floating point must not decide a floor.
        return new(year, 4, ((2422 * y) + 48100) / 10000 - (y / 4));
    }
}
