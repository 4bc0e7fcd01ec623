using System.Globalization;
using System.Text.RegularExpressions;
using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Core.Programmes;

/// <summary>Moves a whole plan in time: every printed date by the same number of days, everything that counts from them with it.</summary>
public static partial class LaunchShift
{
    private const int DaysInWeek = 7;

    /// <summary>
    /// The plan begun on <paramref name="startsOn"/> or up to six days later: by whole weeks, so that a date keeps its day of the week.
    /// The approving document keeps its date.
    /// </summary>
    public static Launch To(Launch launch, DateOnly startsOn)
    {
        var days = startsOn.DayNumber - launch.StartsOn.DayNumber;
        return By(launch, (int)Math.Ceiling(days / (double)DaysInWeek) * DaysInWeek);
    }

    /// <param name="days">Calendar days; negative: earlier.</param>
    public static Launch By(Launch launch, int days) => launch with
    {
        StartsOn = launch.StartsOn.AddDays(days),
        Dates = Shift(launch.Dates, days),
        Batches = [.. launch.Batches.Select(batch => batch with
        {
            Start = Shift(batch.Start, days),
            IntakeUntil = batch.IntakeUntil is null ? null : Shift(batch.IntakeUntil, days),
            Dates = Shift(batch.Dates, days),
        })],
    };

    /// <summary>
    /// The plan after a suspension: every day from <paramref name="from"/> on comes so many calendar days later (see
    /// <see cref="Suspensions.Move"/>); what lies before stays, and what counts from it and would fall into the suspension or after
    /// it becomes a printed day.
    /// </summary>
    /// <param name="from">The first day of the suspension.</param>
    public static Launch After(Launch launch, DateOnly from, int days, WorkingDayCalendar calendar)
    {
        string Printed(string rule) => ShiftDays(rule, on => on < from ? on : Suspensions.Move(on, days, calendar));
        var moved = launch with
        {
            StartsOn = launch.StartsOn < from ? launch.StartsOn : Suspensions.Move(launch.StartsOn, days, calendar),
            Dates = launch.Dates.ToDictionary(date => date.Key, date => Printed(date.Value)),
            Batches = [.. launch.Batches.Select(batch => batch with
            {
                Start = Printed(batch.Start),
                IntakeUntil = batch.IntakeUntil is null ? null : Printed(batch.IntakeUntil),
                Dates = batch.Dates.ToDictionary(date => date.Key, date => Printed(date.Value)),
            })],
        };

        // Rules that count from a day before the suspension, and so did not move. One becomes printed in a turn, the first that
        // counts from nothing that is still to move; what counts from it moves with it. Bounded: each turn settles a rule for good.
        for (var left = moved.Dates.Count + moved.Batches.Sum(batch => batch.Dates.Count + 2); left > 0; left--)
            if (Settle(launch, moved, from, days, calendar) is { } settled) moved = settled;
            else break;
        return moved;
    }

    private static Launch? Settle(Launch launch, Launch moved, DateOnly from, int days, WorkingDayCalendar calendar)
    {
        foreach (var (name, rule) in moved.Dates)
            if (Stuck(launch, moved, null, rule, launch.Dates[name], from, calendar) is { } old)
                return moved with { Dates = With(moved.Dates, name, Print(old)) };
        foreach (var batch in moved.Batches)
        {
            var before = launch.FindBatch(batch.Number)!;
            if (Stuck(launch, moved, batch, batch.Start, before.Start, from, calendar) is { } start) return Replace(batch with { Start = Print(start) });
            if (batch.IntakeUntil is { } intake && Stuck(launch, moved, batch, intake, before.IntakeUntil!, from, calendar) is { } until) return Replace(batch with { IntakeUntil = Print(until) });
            foreach (var (name, rule) in batch.Dates)
                if (Stuck(launch, moved, batch, rule, before.Dates[name], from, calendar) is { } old) return Replace(batch with { Dates = With(batch.Dates, name, Print(old)) });
        }

        return null;

        Launch Replace(Batch changed) => moved with { Batches = [.. moved.Batches.Select(batch => batch.Number == changed.Number ? changed : batch)] };

        string Print(DateOnly old) => Suspensions.Move(old, days, calendar).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>The day that the rule gave, and still gives, though it lies in the suspension or after it; null: it moved, or need not.</summary>
    private static DateOnly? Stuck(Launch launch, Launch moved, Batch? batch, string rule, string oldRule, DateOnly from, WorkingDayCalendar calendar)
    {
        var old = new LaunchDates(launch, batch is null ? null : launch.FindBatch(batch.Number), calendar).Of(oldRule);
        if (old is null || old.On < from || new LaunchDates(moved, batch, calendar).Of(rule) is not { } now || now.On > old.On) return null;
        return old.On;
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> dates, string name, string rule) =>
        dates.ToDictionary(date => date.Key, date => date.Key == name ? rule : date.Value);

    private static Dictionary<string, string> Shift(IReadOnlyDictionary<string, string> dates, int days) => dates.ToDictionary(date => date.Key, date => Shift(date.Value, days));

    private static string Shift(string rule, int days) => ShiftDays(rule, on => on.AddDays(days));

    private static string ShiftDays(string rule, Func<DateOnly, DateOnly> move)
    {
        // The canonical text prints every fixed day as yyyy-MM-dd, whatever way it was typed.
        var canonical = DateRule.TryParse(rule, out var parsed, out _, out _) ? parsed.Text : rule;
        return PrintedDay().Replace(canonical, match => DateOnly.TryParseExact(match.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on)
            ? move(on).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : match.Value);
    }

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b")]
    private static partial Regex PrintedDay();
}
