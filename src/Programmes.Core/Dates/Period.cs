using System.Globalization;

namespace Programmes.Core.Dates;

public enum PeriodUnit { WorkingDays, Days, Weeks, Months, Years }

/// <summary>A length of time as people write it: "5 working days", "6 months", "5个工作日".</summary>
/// <param name="Amount">How many units; negative counts back.</param>
/// <param name="Unit">What is counted.</param>
public readonly record struct Period(int Amount, PeriodUnit Unit)
{
    /// <summary>Largest amount in any unit: enough for the whole calendar in days.</summary>
    public const int AmountMax = 36_500;

    /// <summary>Reads a period; a sign is allowed. <paramref name="position"/> is the 0-based character of the fault.</summary>
    public static bool TryParse(string text, out Period period, out Text error, out int position) =>
        new DateRuleParser(text).ParsePeriod(out period, out error, out position);

    public static bool TryParse(string text, out Period period) => TryParse(text, out period, out _, out _);

    /// <exception cref="FormatException">The text is no period; the message says why and where.</exception>
    public static Period Parse(string text) =>
        TryParse(text, out var period, out var error, out var position)
            ? period
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{error.En} (position {position})"));

    /// <summary>The canonical text, which parses back: "5 working days".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount} {PeriodUnits.Name(Unit, Amount)}");
}

/// <summary>The words for units.</summary>
internal static class PeriodUnits
{
    /// <summary>Every accepted spelling, longest first where one begins another.</summary>
    public static readonly (string Word, PeriodUnit Unit)[] Words =
    [
        ("working days", PeriodUnit.WorkingDays), ("working day", PeriodUnit.WorkingDays),
        ("days", PeriodUnit.Days), ("day", PeriodUnit.Days),
        ("weeks", PeriodUnit.Weeks), ("week", PeriodUnit.Weeks),
        ("months", PeriodUnit.Months), ("month", PeriodUnit.Months),
        ("years", PeriodUnit.Years), ("year", PeriodUnit.Years),
        ("个工作日", PeriodUnit.WorkingDays), ("工作日", PeriodUnit.WorkingDays),
        ("个自然日", PeriodUnit.Days), ("自然日", PeriodUnit.Days), ("天", PeriodUnit.Days), ("日", PeriodUnit.Days),
        ("个星期", PeriodUnit.Weeks), ("星期", PeriodUnit.Weeks), ("周", PeriodUnit.Weeks),
        ("个月", PeriodUnit.Months), ("月", PeriodUnit.Months), ("年", PeriodUnit.Years),
    ];

    public static string Name(PeriodUnit unit, int amount)
    {
        var one = amount is 1 or -1;
        return unit switch
        {
            PeriodUnit.WorkingDays => one ? "working day" : "working days",
            PeriodUnit.Days => one ? "day" : "days",
            PeriodUnit.Weeks => one ? "week" : "weeks",
            PeriodUnit.Months => one ? "month" : "months",
            PeriodUnit.Years => one ? "year" : "years",
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Unknown unit."),
        };
    }

    public static Text Say(int amount, PeriodUnit unit)
    {
        var zh = unit switch
        {
            PeriodUnit.WorkingDays => "个工作日",
            PeriodUnit.Days => "天",
            PeriodUnit.Weeks => "周",
            PeriodUnit.Months => "个月",
            _ => "年",
        };
        var size = Math.Abs(amount).ToString(CultureInfo.InvariantCulture);
        return new($"{size}{zh}", $"{size} {Name(unit, amount)}");
    }
}
