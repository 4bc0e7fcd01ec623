using Programmes.Core.Calendars;
using Programmes.Core.Dates;
using Programmes.Engine.Definitions;

namespace Programmes.Engine.Queries;

public sealed record CalendarYear(int Year, IReadOnlyList<IReadOnlyList<CalendarDay>> Months, IReadOnlyList<HolidayNotice> Notices, DateOnly ProvisionalFrom, DateOnly Today, int WorkingDays);

/// <summary>The working-day calendar that everything counts by.</summary>
public sealed class CalendarQuery(CalendarSource calendars, TimeProvider time)
{
    public static int YearMin => WorkingDayCalendar.MinDate.Year;
    public static int YearMax => WorkingDayCalendar.MaxDate.Year;

    public DateOnly Today => ChinaTime.DateOf(time.GetUtcNow());

    /// <param name="year">Within <see cref="YearMin"/> and <see cref="YearMax"/>.</param>
    public CalendarYear Year(int year)
    {
        var calendar = calendars.Current;
        var months = new List<IReadOnlyList<CalendarDay>>(12);
        for (var month = 1; month <= 12; month++)
            months.Add([.. Enumerable.Range(1, DateTime.DaysInMonth(year, month)).Select(day => calendar.Day(new(year, month, day)))]);
        return new(year, months, [.. calendar.Notices.Where(notice => notice.Year == year)], calendar.ProvisionalFrom, Today, months.Sum(month => month.Count(day => day.IsWorking)));
    }

    /// <summary>Counts from a day by a rule such as <c>5 working days</c>, <c>6个月</c> or <c>- 10 working days</c>.</summary>
    public DateResolution Count(DateOnly from, string by)
    {
        var text = by.Trim();
        if (text.Length == 0) return new(false, null, new("请填写要计的期间，例如 5个工作日", "Say what to count, such as 5 working days"), null);
        var sign = text[0] is '+' or '-' or '－' or '＋' ? "" : "+ ";
        var rule = $"{from:yyyy-MM-dd} {sign}{text}";
        if (!DateRule.TryParse(rule, out var parsed, out var error, out _)) return new(false, null, error, null);
        if (from < WorkingDayCalendar.MinDate || from > WorkingDayCalendar.MaxDate)
            return new(false, null, new($"日历自 {YearMin} 年至 {YearMax} 年", $"The calendar covers {YearMin} to {YearMax}"), null);
        return parsed.Resolve(calendars.Current, _ => null);
    }
}
