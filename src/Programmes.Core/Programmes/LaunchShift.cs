using System.Globalization;
using System.Text.RegularExpressions;
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

    private static Dictionary<string, string> Shift(IReadOnlyDictionary<string, string> dates, int days) => dates.ToDictionary(date => date.Key, date => Shift(date.Value, days));

    private static string Shift(string rule, int days)
    {
        // The canonical text prints every fixed day as yyyy-MM-dd, whatever way it was typed.
        var canonical = DateRule.TryParse(rule, out var parsed, out _, out _) ? parsed.Text : rule;
        return PrintedDay().Replace(canonical, match => DateOnly.TryParseExact(match.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on)
            ? on.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : match.Value);
    }

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b")]
    private static partial Regex PrintedDay();
}
