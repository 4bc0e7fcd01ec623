using System.CommandLine;
using System.Globalization;
using Programmes.Cli.Output;
using Programmes.Core.Calendars;

namespace Programmes.Cli.Calendars;

/// <summary><c>programmes calendar show</c>: a year's days off and make-up working days, and the notices that they come from.</summary>
internal static class ShowCommand
{
    public static Command Of(Session session)
    {
        var year = new Argument<int>("year")
        {
            HelpName = session.Say("年份", "year"), Description = session.Say("如 2024", "Such as 2024"),
            CustomParser = result =>
            {
                var typed = result.Tokens[0].Value;
                if (int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= WorkingDayCalendar.MinDate.Year && number <= WorkingDayCalendar.MaxDate.Year) return number;
                result.AddError(session.Say(
                    $"年份应在 {WorkingDayCalendar.MinDate.Year} 至 {WorkingDayCalendar.MaxDate.Year} 之间，不能是“{typed}”",
                    $"The year lies between {WorkingDayCalendar.MinDate.Year} and {WorkingDayCalendar.MaxDate.Year}; it cannot be \"{typed}\""));
                return 0;
            },
        };
        var known = Arguments.AsKnownOn(session);
        var json = Arguments.Json(session);
        var command = new ExampleCommand("show", session.Say("查看全年的休息日、补班日及所依据的通知", "A year's days off and make-up working days, and the notices that they come from"), "programmes calendar show 2024")
        {
            year, known, json,
        };
        command.SetAction(parsed => Run(session, parsed.GetValue(year), parsed.GetValue(known), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, int year, DateOnly? knownOn, bool json)
    {
        var calendar = knownOn is { } on ? WorkingDayCalendar.Official.AsKnownOn(on) : WorkingDayCalendar.Official;
        var days = new List<CalendarDay>();
        for (var day = new DateOnly(year, 1, 1); day.Year == year && day <= WorkingDayCalendar.MaxDate; day = day.AddDays(1)) days.Add(calendar.Day(day));
        // A notice reaches back into December of the year before, so that two years' notices can speak of one.
        var notices = calendar.Notices.Where(notice => notice.Entries.Any(entry => entry.On.Year == year)).ToList();
        var provisional = !notices.Exists(notice => notice.Year == year);
        if (json) Json.Write(session.Terminal, writer => YearJson.Write(writer, session, year, provisional, notices, days));
        else YearTables.Write(session, year, provisional, notices, days);
        return ExitCodes.Done;
    }
}
