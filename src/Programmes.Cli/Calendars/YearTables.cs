using System.Globalization;
using Programmes.Core.Calendars;
using Spectre.Console;

namespace Programmes.Cli.Calendars;

/// <summary>A year for people: twelve months with their marks, the days out of turn, the notices.</summary>
internal static class YearTables
{
    private const int MonthColumns = 38;
    private static readonly string[] WeekdaysZh = ["一", "二", "三", "四", "五", "六", "日"];
    private static readonly string[] WeekdaysEn = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

    public static void Write(Session session, int year, bool provisional, IReadOnlyList<HolidayNotice> notices, IReadOnlyList<CalendarDay> days)
    {
        var screen = session.Terminal.Screen;
        screen.WriteLine(provisional
            ? session.Say($"{year} 年（暂定：当年放假通知尚未发布，按法定节假日推算）", $"{year} (provisional: no notice for the year yet; statutory holidays)")
            : session.Say($"{year} 年", $"{year}"));
        screen.WriteLine(session.Say("休 = 放假，班 = 补班；周末不另标注", "H = day off, W = make-up working day; plain weekends carry no mark"));
        screen.WriteLine();

        var inARow = Math.Clamp(session.Terminal.Width / MonthColumns, 1, 4);
        var grid = new Grid();
        for (var i = 0; i < inARow; i++) grid.AddColumn();
        foreach (var row in days.GroupBy(day => day.On.Month).Select(month => Month(session, month.Key, [.. month])).Chunk(inARow)) grid.AddRow(row);
        screen.Write(grid);

        WriteOutOfTurn(session, screen, days);
        screen.WriteLine();
        screen.WriteLine(notices.Count == 0 ? session.Say("依据：法定节假日办法（尚无通知）", "From: the statutory list (no notice yet)") : session.Say("依据：", "From:"));
        foreach (var notice in notices)
            screen.WriteLine(session.Say($"  {notice.Id}，{notice.IssuedOn:yyyy-MM-dd} 发布，{notice.Source}", $"  {notice.Id}, issued on {notice.IssuedOn:yyyy-MM-dd}, {notice.Source}"));
    }

    private static Table Month(Session session, int month, IReadOnlyList<CalendarDay> days)
    {
        var table = new Table { Border = TableBorder.None, ShowRowSeparators = false };
        table.Title = new TableTitle(session.Say($"{month} 月", CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month)));
        foreach (var weekday in session.IsChinese ? WeekdaysZh : WeekdaysEn) table.AddColumn(new TableColumn(weekday) { Alignment = Justify.Left, Padding = new(0, 0, 1, 0), NoWrap = true, Width = 4 });
        var cells = new List<Markup>();
        for (var i = 0; i < Weekday(days[0].On); i++) cells.Add(new(""));
        cells.AddRange(days.Select(day => Cell(session, day)));
        foreach (var week in cells.Chunk(7)) table.AddRow(week);
        return table;
    }

    private static Markup Cell(Session session, CalendarDay day)
    {
        var number = day.On.Day.ToString("00", CultureInfo.InvariantCulture);
        return day.Kind switch
        {
            DayKind.Holiday or DayKind.LocalDayOff => new($"[red]{number}{session.Say("休", "H")}[/]"),
            DayKind.MakeUpWorkingDay or DayKind.LocalWorkingDay => new($"[yellow]{number}{session.Say("班", "W")}[/]"),
            DayKind.Weekend => new($"[grey]{number}[/]"),
            _ => new(number),
        };
    }

    private static void WriteOutOfTurn(Session session, IAnsiConsole screen, IReadOnlyList<CalendarDay> days)
    {
        screen.WriteLine();
        foreach (var occasion in days.Where(day => day.Name is not null).GroupBy(day => day.Name!.Value))
        {
            var off = Runs(occasion.Where(day => !day.IsWorking)).Select(run => run.First == run.Last ? $"{run.First:MM-dd}" : session.Say($"{run.First:MM-dd} 至 {run.Last:MM-dd}", $"{run.First:MM-dd} to {run.Last:MM-dd}"));
            var worked = occasion.Where(day => day.IsWorking).Select(day => $"{day.On:MM-dd}").ToList();
            var line = session.Say($"{occasion.Key.Zh}：休 {string.Join("、", off)}", $"{occasion.Key.En}: off {string.Join(", ", off)}");
            if (worked.Count > 0) line += session.Say($"；班 {string.Join("、", worked)}", $"; make-up {string.Join(", ", worked)}");
            screen.WriteLine(line);
        }
    }

    private static List<(DateOnly First, DateOnly Last)> Runs(IEnumerable<CalendarDay> days)
    {
        var runs = new List<(DateOnly First, DateOnly Last)>();
        foreach (var day in days)
        {
            if (runs.Count > 0 && runs[^1].Last.AddDays(1) == day.On) runs[^1] = (runs[^1].First, day.On);
            else runs.Add((day.On, day.On));
        }

        return runs;
    }

    /// <summary>Monday is 0.</summary>
    private static int Weekday(DateOnly on) => ((int)on.DayOfWeek + 6) % 7;
}
