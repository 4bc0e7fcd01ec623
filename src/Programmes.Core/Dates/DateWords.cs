using System.Globalization;

namespace Programmes.Core.Dates;

/// <summary>Days as people write them in both languages; never by the machine's culture.</summary>
internal static class DateWords
{
    private const string Weekdays = "日一二三四五六";

    /// <summary>2023年10月8日（周日） · Sun 8 October 2023.</summary>
    public static Text Full(DateOnly on) => new(
        string.Create(CultureInfo.InvariantCulture, $"{on.Year}年{Day(on).Zh}（周{Weekdays[(int)on.DayOfWeek]}）"),
        string.Create(CultureInfo.InvariantCulture, $"{on:ddd} {Day(on).En} {on.Year}"));

    /// <summary>10月7日（周六） · Sat 7 October; with the year where it is not the one that the reader has in mind.</summary>
    public static Text Short(DateOnly on, int yearInMind) => on.Year == yearInMind
        ? new($"{Day(on).Zh}（周{Weekdays[(int)on.DayOfWeek]}）", string.Create(CultureInfo.InvariantCulture, $"{on:ddd} {Day(on).En}"))
        : Full(on);

    /// <summary>9月29日至10月6日 · 29 September to 6 October; a single day is not a range.</summary>
    public static Text Range(DateOnly first, DateOnly last, int yearInMind)
    {
        var from = InYear(first, yearInMind);
        if (first == last) return from;
        var to = InYear(last, first.Year);
        // The Chinese text leaves the month out the second time, as notices do.
        var zhTo = first.Year == last.Year && first.Month == last.Month ? $"{last.Day}日" : to.Zh;
        return new($"{from.Zh}至{zhTo}", $"{from.En} to {to.En}");
    }

    private static Text InYear(DateOnly on, int yearInMind) => on.Year == yearInMind
        ? Day(on)
        : new($"{on.Year}年{Day(on).Zh}", $"{Day(on).En} {on.Year}");

    private static Text Day(DateOnly on) => new(
        string.Create(CultureInfo.InvariantCulture, $"{on.Month}月{on.Day}日"),
        on.ToString("d MMMM", CultureInfo.InvariantCulture));
}
