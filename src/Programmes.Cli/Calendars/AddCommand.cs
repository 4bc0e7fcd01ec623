using System.CommandLine;
using Programmes.Cli.Output;
using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Cli.Calendars;

/// <summary><c>programmes calendar add</c>: the day on which a period ends, and why.</summary>
internal static class AddCommand
{
    public static Command Of(Session session)
    {
        var from = new Argument<DateOnly?>("date")
        {
            Arity = ArgumentArity.ExactlyOne, HelpName = session.Say("日期", "date"), Description = session.Say("起算日，本身不计入，如 2023-09-25", "The day counted from, which itself does not count, such as 2023-09-25"),
            CustomParser = result => Arguments.Date(session, result),
        };
        var words = new Argument<string[]>("period")
        {
            HelpName = session.Say("期间", "period"), Arity = ArgumentArity.OneOrMore,
            Description = session.Say("如 \"5 working days\"、\"6 months\"、\"-10 working days\"、5个工作日", "Such as \"5 working days\", \"6 months\", \"-10 working days\""),
        };
        words.Validators.Add(result =>
        {
            // An argument that takes several words also takes a mistyped option.
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } option) result.AddError(session.Say($"不认识选项“{option.Value}”", $"The option \"{option.Value}\" is not known"));
            else if (result.Tokens.Count > 0 && !Period.TryParse(Join(result.Tokens.Select(token => token.Value)), out _, out var error, out _)) result.AddError(session.Say(error));
        });
        var known = Arguments.AsKnownOn(session);
        var exact = new Option<bool>("--exact") { Description = session.Say("期间末日遇休息日不顺延", "Leave an end on a rest day where it is") };
        var json = Arguments.Json(session);
        var command = new ExampleCommand("add", session.Say("推算期间届满之日，并说明理由", "The day on which a period ends, and why"), "programmes calendar add 2023-09-25 \"5 working days\"")
        {
            from, words, known, exact, json,
        };
        command.SetAction(parsed => Run(session, parsed.GetValue(from)!.Value, Period.Parse(Join(parsed.GetValue(words)!)), parsed.GetValue(known), parsed.GetValue(exact), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, DateOnly from, Period period, DateOnly? knownOn, bool exact, bool json)
    {
        var calendar = knownOn is { } on ? WorkingDayCalendar.Official.AsKnownOn(on) : WorkingDayCalendar.Official;
        ResolvedDate result;
        try
        {
            result = Periods.Add(from, period, calendar, exact);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageException(new($"参数 <期间>：{from:yyyy-MM-dd} 加 {period} 超出工作日历的范围（至 {WorkingDayCalendar.MaxDate:yyyy-MM-dd}）", $"Argument <period>: {from:yyyy-MM-dd} plus {period} lies outside the calendar, which ends on {WorkingDayCalendar.MaxDate:yyyy-MM-dd}"));
        }

        var rule = exact ? $"{period}, exact" : period.ToString();
        if (json)
            Json.Write(session.Terminal, writer =>
            {
                writer.WriteStartObject();
                writer.Day("from", from);
                writer.WriteString("rule", rule);
                writer.Day("result", result.On);
                writer.WriteBoolean("provisional", result.IsProvisional);
                writer.Lines("why", result.Why.Select(session.Say));
                writer.WriteEndObject();
            });
        else
        {
            session.Terminal.Out.WriteLine(result.IsProvisional ? session.Say($"{result.On:yyyy-MM-dd}（暂定）", $"{result.On:yyyy-MM-dd} (provisional)") : $"{result.On:yyyy-MM-dd}");
            foreach (var line in result.Why) session.Terminal.Out.WriteLine($"  {session.Say(line)}");
        }

        return ExitCodes.Done;
    }

    private static string Join(IEnumerable<string> words) => string.Join(' ', words);
}
