using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Programmes.Core.Calendars;

namespace Programmes.Cli;

/// <summary>Arguments and options that several commands share.</summary>
internal static class Arguments
{
    public static Option<bool> Json(Session session) => new("--json") { Description = session.Say("输出 JSON（字段见 docs/cli.md）", "Write JSON (fields: docs/cli.md)") };

    public static Option<DateOnly?> AsKnownOn(Session session) => new("--as-known-on")
    {
        HelpName = session.Say("日期", "date"),
        Description = session.Say("只依据该日（含）以前发布的放假通知", "Use only holiday notices issued by that day"),
        CustomParser = result => Date(session, result),
    };

    /// <summary>A day as yyyy-MM-dd within the calendar; anything else is an error of the argument.</summary>
    public static DateOnly? Date(Session session, ArgumentResult result)
    {
        var typed = result.Tokens[0].Value;
        if (!DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on))
            result.AddError(session.Say($"“{typed}”不是有效日期；请写成 年-月-日，如 2023-09-25", $"\"{typed}\" is no valid date; write year-month-day, such as 2023-09-25"));
        else if (on < WorkingDayCalendar.MinDate || on > WorkingDayCalendar.MaxDate)
            result.AddError(session.Say(
                $"{typed} 超出工作日历的范围（{WorkingDayCalendar.MinDate:yyyy-MM-dd} 至 {WorkingDayCalendar.MaxDate:yyyy-MM-dd}）",
                $"{typed} is outside the calendar ({WorkingDayCalendar.MinDate:yyyy-MM-dd} to {WorkingDayCalendar.MaxDate:yyyy-MM-dd})"));
        return on;
    }
}
