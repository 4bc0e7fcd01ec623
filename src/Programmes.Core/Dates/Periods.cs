using Programmes.Core.Calendars;

namespace Programmes.Core.Dates;

/// <summary>Adds a period to a day by the counting rules of <see cref="DateRule"/>.</summary>
public static class Periods
{
    /// <summary>The day on which a period from a day ends, inclusive, with its explanation.</summary>
    /// <param name="from">The day counted from, which itself does not count.</param>
    /// <param name="period">How long; negative counts back.</param>
    /// <param name="calendar">The working days.</param>
    /// <param name="exact">True to leave an end on a rest day where it is; false rolls a forward period in days to years to the next working day.</param>
    /// <param name="fromTheDayItself">True to count <paramref name="from"/> as the first day: forward periods in working days, days and weeks only.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count leaves the calendar.</exception>
    /// <exception cref="ArgumentException"><paramref name="fromTheDayItself"/> with months, years or backwards.</exception>
    public static ResolvedDate Add(DateOnly from, Period period, WorkingDayCalendar calendar, bool exact = false, bool fromTheDayItself = false)
    {
        if (fromTheDayItself && (period.Amount < 0 || period.Unit is PeriodUnit.Months or PeriodUnit.Years))
            throw new ArgumentException("Only a forward period in working days, days or weeks can count the day itself.", nameof(fromTheDayItself));
        var steps = CountStep.Of([period], exact, fromTheDayItself);
        return steps[0].TryCount(calendar, from, out var counted, out var error)
            ? new(counted.On, counted.IsProvisional, new PeriodWhy(from, steps, calendar))
            : throw new ArgumentOutOfRangeException(nameof(period), period, error.En);
    }

    /// <summary>As above, for a period as text: "5 working days".</summary>
    /// <exception cref="FormatException">The text is no period; the message says why and where.</exception>
    public static ResolvedDate Add(DateOnly from, string period, WorkingDayCalendar calendar, bool exact = false, bool fromTheDayItself = false) =>
        Add(from, Period.Parse(period), calendar, exact, fromTheDayItself);
}
