namespace Programmes.Core.Dates;

public enum Recurrence { Month, Quarter, HalfYear, Year }

/// <summary>A calendar month, quarter, half-year or year that work recurs in.</summary>
/// <param name="Start">Its first day, inclusive.</param>
/// <param name="End">Its last day, inclusive.</param>
public readonly record struct ReportingPeriod(Recurrence Every, DateOnly Start, DateOnly End)
{
    private static readonly string[] Ordinals = ["一", "二", "三", "四"];

    public static ReportingPeriod Containing(Recurrence every, DateOnly day)
    {
        var months = MonthsOf(every);
        var start = new DateOnly(day.Year, (day.Month - 1) / months * months + 1, 1);
        return new(every, start, start.AddMonths(months).AddDays(-1));
    }

    public ReportingPeriod Next() => Containing(Every, End.AddDays(1));

    /// <summary>The part of it between two days, both inclusive.</summary>
    public ReportingPeriod Within(DateOnly from, DateOnly until) => this with { Start = from > Start ? from : Start, End = until < End ? until : End };

    /// <summary>As reports are headed: <c>2024年第一季度</c>.</summary>
    public Text Name => Every switch
    {
        Recurrence.Month => new($"{Start:yyyy}年{Start.Month}月", $"{Start:yyyy-MM}"),
        Recurrence.Quarter => new($"{Start:yyyy}年第{Ordinals[(Start.Month - 1) / 3]}季度", $"{Start:yyyy} Q{(Start.Month - 1) / 3 + 1}"),
        Recurrence.HalfYear => new($"{Start:yyyy}年{(Start.Month <= 6 ? "上" : "下")}半年", $"{Start:yyyy} H{(Start.Month <= 6 ? 1 : 2)}"),
        _ => new($"{Start:yyyy}年度", $"{Start:yyyy}"),
    };

    private static int MonthsOf(Recurrence every) => every switch
    {
        Recurrence.Month => 1,
        Recurrence.Quarter => 3,
        Recurrence.HalfYear => 6,
        _ => 12,
    };
}
