using System.Globalization;

namespace Programmes.Core.Calendars;

/// <summary>A notice of the General Office of the State Council on the holidays of a year (节假日安排的通知).</summary>
/// <param name="Id">"year-number", such as "2015-2".</param>
/// <param name="Year">The year that it arranges; it can reach back into December of the year before.</param>
/// <param name="Number">1 for the yearly notice, which covers the whole year; 2 and more amend it.</param>
/// <param name="IssuedOn">The day of issue, Asia/Shanghai: from that day on it is known.</param>
/// <param name="Source">Address or document number.</param>
/// <param name="Entries">The days named, each at most once; each replaces what earlier notices say of that day.</param>
public sealed record HolidayNotice(
    string Id, int Year, int Number, DateOnly IssuedOn, string Source, IReadOnlyList<NoticeEntry> Entries)
{
    public const int EntriesMax = 120;

    internal static string IdOf(int year, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{year}-{number}");

    /// <summary>Why the notice cannot stand in a calendar, or null if it can.</summary>
    internal Text? Fault()
    {
        if (Id != IdOf(Year, Number) || Number < 1)
            return new($"通知编号应为“年份-序号”（如 {IdOf(Year, 1)}），不能是“{Id}”。", $"A notice's id is \"year-number\", such as \"{IdOf(Year, 1)}\", not \"{Id}\".");
        if (Year < WorkingDayCalendar.MinDate.Year || Year > WorkingDayCalendar.MaxDate.Year)
            return new($"通知 {Id}：年份应在 {WorkingDayCalendar.MinDate.Year} 至 {WorkingDayCalendar.MaxDate.Year} 之间。", $"Notice {Id}: the year must lie between {WorkingDayCalendar.MinDate.Year} and {WorkingDayCalendar.MaxDate.Year}.");
        if (Entries.Count is 0 or > EntriesMax)
            return new($"通知 {Id}：应列出 1 至 {EntriesMax} 天，现为 {Entries.Count} 天。", $"Notice {Id} must name 1 to {EntriesMax} days, not {Entries.Count}.");
        var seen = new HashSet<DateOnly>();
        foreach (var entry in Entries)
        {
            if (!seen.Add(entry.On))
                return new($"通知 {Id}：{entry.On:yyyy-MM-dd} 重复出现。", $"Notice {Id} names {entry.On:yyyy-MM-dd} twice.");
            if (entry.On < WorkingDayCalendar.MinDate || entry.On < FirstDay || entry.On > LastDay)
                return new($"通知 {Id}：{entry.On:yyyy-MM-dd} 不在 {FirstDay:yyyy-MM-dd} 至 {LastDay:yyyy-MM-dd} 之间。", $"Notice {Id}: {entry.On:yyyy-MM-dd} is outside {FirstDay:yyyy-MM-dd} to {LastDay:yyyy-MM-dd}.");
        }
        return null;
    }

    private DateOnly FirstDay => new(Year - 1, 12, WorkingDayCalendar.NextNoticeReachesBackToDay);
    private DateOnly LastDay => new(Year, 12, 31);
}

/// <summary>One day named by a notice.</summary>
/// <param name="On">The day, Asia/Shanghai.</param>
/// <param name="IsWorking">False for a day off; true for a day worked, usually a make-up weekend.</param>
/// <param name="Name">The holiday in the notice's own words, such as 中秋节、国庆节.</param>
public sealed record NoticeEntry(DateOnly On, bool IsWorking, string Name);
