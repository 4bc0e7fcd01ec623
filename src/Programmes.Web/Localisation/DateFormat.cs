using System.Globalization;

namespace Programmes.Web.Localisation;

/// <summary>The one place that decides how days and instants look. The weekday is always there: people plan by it.</summary>
public static class DateFormat
{
    /// <summary>China has had one time zone without daylight saving time since 1991, so no time-zone database is needed.</summary>
    private static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);

    private static readonly string[] WeekdaysZh = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

    public static string Day(DateOnly on, string language) => IsEnglish(language)
        ? English(on, "ddd d MMM yyyy")
        : $"{on.Year}年{on.Month}月{on.Day}日（{WeekdaysZh[(int)on.DayOfWeek]}）";

    public static string ShortDay(DateOnly on, string language) => English(on, IsEnglish(language) ? "d MMM yyyy" : "yyyy-MM-dd");

    public static string Days(DateOnly from, DateOnly until, string language)
    {
        if (from == until) return Day(from, language);
        var sameYear = from.Year == until.Year;
        if (IsEnglish(language)) return $"{English(from, sameYear ? "d MMM" : "d MMM yyyy")} to {English(until, "d MMM yyyy")}";
        return $"{from.Year}年{from.Month}月{from.Day}日至{(sameYear ? "" : $"{until.Year}年")}{until.Month}月{until.Day}日";
    }

    public static string Instant(DateTimeOffset at, string language)
    {
        var local = at.ToOffset(Shanghai);
        var time = local.ToString("HH:mm", CultureInfo.InvariantCulture);
        return Day(DateOnly.FromDateTime(local.DateTime), language) + (IsEnglish(language) ? ", " : "") + time;
    }

    /// <summary>For the <c>datetime</c> attribute of a time element.</summary>
    public static string Machine(DateOnly on) => English(on, "yyyy-MM-dd");

    private static bool IsEnglish(string language) => language.StartsWith("en", StringComparison.OrdinalIgnoreCase);

    private static string English(DateOnly on, string format) => on.ToString(format, CultureInfo.InvariantCulture);
}
