using Programmes.Core.Calendars;

namespace Programmes.Core.Programmes;

/// <summary>How dates move when a suspended programme is resumed and the time lost is given back.</summary>
public static class Suspensions
{
    /// <summary>
    /// The day so many calendar days later; where a working day would become a rest day, the next working day. A day that was
    /// printed on a rest day stays as printed, like any fixed date.
    /// </summary>
    /// <param name="days">The length of the suspension in calendar days.</param>
    public static DateOnly Move(DateOnly on, int days, WorkingDayCalendar calendar)
    {
        var moved = on.AddDays(days);
        if (on < WorkingDayCalendar.MinDate || moved > WorkingDayCalendar.MaxDate || !calendar.IsWorkingDay(on)) return moved;
        return calendar.WorkingDayOnOrAfter(moved);
    }
}
