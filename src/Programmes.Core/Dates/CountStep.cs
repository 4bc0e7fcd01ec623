using Programmes.Core.Calendars;

namespace Programmes.Core.Dates;

/// <summary>What one step of counting came to.</summary>
/// <param name="From">The day from which it counted.</param>
/// <param name="Nominal">Where the count ended before any rolling.</param>
/// <param name="On">The result: <paramref name="Nominal"/>, or the next working day after it.</param>
/// <param name="IsProvisional">True if a day that the count looked at is provisional.</param>
internal readonly record struct Counted(DateOnly From, DateOnly Nominal, DateOnly On, bool IsProvisional);

/// <summary>
/// One period to count: working days, or a run of neighbouring terms in days to years that go the same way. Such a run
/// is one period (a year and six months are eighteen months), so that only its end can roll.
/// </summary>
internal sealed class CountStep
{
    private CountStep(Period[] terms, bool rolls, bool fromTheDayItself) =>
        (Terms, Rolls, FromTheDayItself) = (terms, rolls, fromTheDayItself);

    /// <summary>The terms, with signs; working days stand alone.</summary>
    public Period[] Terms { get; }
    /// <summary>True if an end on a rest day moves to the next working day (Civil Code, article 203).</summary>
    public bool Rolls { get; }
    /// <summary>True if the day counted from is day 1 (some offices count the day of publication).</summary>
    public bool FromTheDayItself { get; }

    public bool InWorkingDays => Terms[0].Unit == PeriodUnit.WorkingDays;
    public bool Forward => Terms[0].Amount >= 0;
    public bool IsNothing => Array.TrueForAll(Terms, term => term.Amount == 0);

    public static CountStep[] Of(Period[] terms, bool exact, bool fromTheDayItself)
    {
        var steps = new List<CountStep>();
        for (var first = 0; first < terms.Length;)
        {
            var end = first + 1;
            if (terms[first].Unit != PeriodUnit.WorkingDays)
                while (end < terms.Length && terms[end].Unit != PeriodUnit.WorkingDays && (terms[end].Amount < 0) == (terms[first].Amount < 0))
                    end++;
            var forwardCalendar = terms[first].Unit != PeriodUnit.WorkingDays && terms[first].Amount >= 0;
            steps.Add(new(terms[first..end], forwardCalendar && !exact, fromTheDayItself && first == 0));
            first = end;
        }
        return [.. steps];
    }

    /// <summary>Counts from a day; false with a reason if the calendar ends before the count does.</summary>
    public bool TryCount(WorkingDayCalendar calendar, DateOnly from, out Counted counted, out Text error)
    {
        counted = new(from, from, from, false);
        error = default;
        if (IsNothing) return true;
        if (!DayTable.Covers(from))
        {
            error = OutOfRange(from);
            return false;
        }
        return InWorkingDays
            ? TryCountWorkingDays(calendar, from, out counted, out error)
            : TryCountCalendar(calendar, from, out counted, out error);
    }

    private bool TryCountWorkingDays(WorkingDayCalendar calendar, DateOnly from, out Counted counted, out Text error)
    {
        error = default;
        var amount = Terms[0].Amount;
        // A first day that counts but is a rest day changes nothing: there is nothing on it to count.
        if (FromTheDayItself && calendar.IsWorkingDay(from)) amount--;
        if (!calendar.TryAddWorkingDays(from, amount, out var on))
        {
            counted = default;
            error = OutOfRange(from);
            return false;
        }
        // The day counted from matters only if it is itself counted.
        var provisional = amount < 0
            ? AnyProvisional(calendar, on, from.AddDays(-1))
            : AnyProvisional(calendar, FromTheDayItself ? from : from.AddDays(1), on);
        counted = new(from, on, on, provisional);
        return true;
    }

    private bool TryCountCalendar(WorkingDayCalendar calendar, DateOnly from, out Counted counted, out Text error)
    {
        error = default;
        counted = default;
        if (!TryNominal(from, out var nominal) || !DayTable.Covers(nominal))
        {
            error = OutOfRange(from);
            return false;
        }
        if (!Rolls)
        {
            // Nothing of the calendar was looked at.
            counted = new(from, nominal, nominal, false);
            return true;
        }
        var on = nominal;
        if (!calendar.IsWorkingDay(nominal) && !calendar.TryAddWorkingDays(nominal, 1, out on))
        {
            error = OutOfRange(from);
            return false;
        }
        counted = new(from, nominal, on, AnyProvisional(calendar, nominal, on));
        return true;
    }

    private bool TryNominal(DateOnly from, out DateOnly nominal)
    {
        var on = from;
        var months = 0L;
        nominal = from;
        for (var i = 0; i < Terms.Length; i++)
        {
            var term = Terms[i];
            if (term.Unit is PeriodUnit.Months or PeriodUnit.Years)
            {
                // Neighbouring months and years are added up first: the 31st must not shrink twice.
                months += term.Unit == PeriodUnit.Years ? 12L * term.Amount : term.Amount;
                if (i + 1 < Terms.Length && Terms[i + 1].Unit is PeriodUnit.Months or PeriodUnit.Years) continue;
                if (!TryAddMonths(on, months, out on)) return false;
                months = 0;
            }
            else
            {
                var number = on.DayNumber + ((term.Unit == PeriodUnit.Weeks ? 7L : 1L) * term.Amount);
                if (i == 0 && FromTheDayItself) number--;
                if (number < DateOnly.MinValue.DayNumber || number > DateOnly.MaxValue.DayNumber) return false;
                on = DateOnly.FromDayNumber((int)number);
            }
        }
        nominal = on;
        return true;
    }

    private static bool TryAddMonths(DateOnly from, long months, out DateOnly result)
    {
        var total = (from.Year * 12L) + (from.Month - 1) + months;
        result = from;
        if (total < 12 || total > (9999 * 12L) + 11) return false;
        // DateOnly ends on the corresponding day or the month's last day: article 202.
        result = from.AddMonths((int)months);
        return true;
    }

    // Provisional days are the calendar's end, but for years noticed out of turn; the ends of a range tell.
    private static bool AnyProvisional(WorkingDayCalendar calendar, DateOnly first, DateOnly last)
    {
        if (last < calendar.ProvisionalFrom) return false;
        if (calendar.IsProvisional(first) || calendar.IsProvisional(last) || first < calendar.ProvisionalFrom) return true;
        for (var year = first.Year; year < last.Year; year++)
            if (calendar.IsProvisional(new(year, 12, 31))) return true;
        return false;
    }

    private static Text OutOfRange(DateOnly from) => new(
        $"自 {from:yyyy-MM-dd} 计算的日期超出工作日历范围（{WorkingDayCalendar.MinDate:yyyy-MM-dd} 至 {WorkingDayCalendar.MaxDate:yyyy-MM-dd}）。",
        $"counted from {from:yyyy-MM-dd}, the date leaves the working-day calendar ({WorkingDayCalendar.MinDate:yyyy-MM-dd} to {WorkingDayCalendar.MaxDate:yyyy-MM-dd}).");
}
