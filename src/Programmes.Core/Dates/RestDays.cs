using System.Globalization;
using Programmes.Core.Calendars;

namespace Programmes.Core.Dates;

/// <summary>Puts into words which days of a span were skipped and which unusual ones were counted.</summary>
internal static class RestDays
{
    /// <summary>Items named one by one in a line; the rest is a number.</summary>
    public const int ItemsMax = 6;

    /// <summary>Neighbouring rest days of one kind and name, or a single day worked.</summary>
    private readonly record struct Run(DateOnly First, DateOnly Last, CalendarDay Day)
    {
        public int Days => Last.DayNumber - First.DayNumber + 1;
    }

    /// <summary>Lines for a span, both ends inclusive: holidays, local days off, weekends skipped; make-up and local days counted.</summary>
    public static void Describe(WorkingDayCalendar calendar, DateOnly first, DateOnly last, int yearInMind, List<Text> lines)
    {
        var runs = Runs(calendar, first, last);
        Add(lines, new("跳过：", "Skipped: "), runs.Where(run => run.Day.Kind is DayKind.Holiday or DayKind.LocalDayOff), yearInMind, Off);
        var weekends = runs.Where(run => run.Day.Kind == DayKind.Weekend).ToList();
        if (weekends.Count <= ItemsMax)
            Add(lines, new("跳过周末：", "Weekends skipped: "), weekends, yearInMind, static (run, year) => DateWords.Range(run.First, run.Last, year));
        else
            lines.Add(Numbered(weekends.Sum(run => run.Days), "跳过周末：共 {0} 天。", "Weekends skipped: {0} days."));
        Add(lines, new("计入：", "Counted: "), runs.Where(run => run.Day.Kind is DayKind.MakeUpWorkingDay or DayKind.LocalWorkingDay), yearInMind, Worked);
    }

    /// <summary>What a single day is: 10月7日（周六）补班 · a rest day by name · a working day.</summary>
    public static Text Describe(CalendarDay day) => day.Kind switch
    {
        DayKind.Holiday => new($"{day.Name?.Zh}放假{Expected(day).Zh}", $"a day off for {day.Name?.En}{Expected(day).En}"),
        DayKind.LocalDayOff => new($"{day.Name?.Zh}放假（地方规定）", $"a local day off, {day.Name?.En}"),
        DayKind.Weekend => new("周末", "a weekend"),
        DayKind.MakeUpWorkingDay => new($"{day.Name?.Zh}补班", $"a make-up working day for {day.Name?.En}"),
        DayKind.LocalWorkingDay => new($"{day.Name?.Zh}上班（地方规定）", $"a local working day, {day.Name?.En}"),
        _ => new("工作日", "a working day"),
    };

    private static Text Off(Run run, int yearInMind)
    {
        var range = DateWords.Range(run.First, run.Last, yearInMind);
        var name = run.Day.Name ?? default;
        var local = run.Day.Kind == DayKind.LocalDayOff;
        return new(
            $"{range.Zh} {name.Zh}放假{(local ? "（地方规定）" : Expected(run.Day).Zh)}",
            $"{range.En}, {name.En}{(local ? " (local)" : Expected(run.Day).En)}");
    }

    private static Text Worked(Run run, int yearInMind)
    {
        var local = run.Day.Kind == DayKind.LocalWorkingDay;
        var on = DateWords.Short(run.First, yearInMind);
        return new($"{on.Zh}{(local ? "上班（地方规定）" : "补班")}", $"{on.En}, {(local ? "local working day" : "make-up working day")}");
    }

    private static Text Expected(CalendarDay day) =>
        day.IsProvisional && day.Notice is null ? new("（预计）", " (expected)") : default;

    private static void Add(List<Text> lines, Text label, IEnumerable<Run> runs, int yearInMind, Func<Run, int, Text> say)
    {
        var zh = new List<string>();
        var en = new List<string>();
        var (more, year) = (0, yearInMind);
        foreach (var run in runs)
        {
            if (zh.Count == ItemsMax)
            {
                more += run.Days;
                continue;
            }
            var said = say(run, year);
            year = run.Last.Year;
            zh.Add(said.Zh);
            en.Add(said.En);
        }
        if (zh.Count == 0) return;
        var rest = more == 0 ? default : Numbered(more, "；另有 {0} 天", "; and {0} days more");
        lines.Add(new($"{label.Zh}{string.Join("；", zh)}{rest.Zh}。", $"{label.En}{string.Join("; ", en)}{rest.En}."));
    }

    private static Text Numbered(int number, string zh, string en) => new(
        string.Format(CultureInfo.InvariantCulture, zh, number), string.Format(CultureInfo.InvariantCulture, en, number));

    private static List<Run> Runs(WorkingDayCalendar calendar, DateOnly first, DateOnly last)
    {
        var runs = new List<Run>();
        // Bounded by the calendar, which ends in 2099.
        for (var on = first; on <= last; on = on.AddDays(1))
        {
            var day = calendar.Day(on);
            if (day.Kind == DayKind.WorkingDay) continue;
            // Days worked out of turn are few, and their weekdays are what surprises: they stay single.
            if (!day.IsWorking && runs.Count > 0 && runs[^1] is var run && run.Last.AddDays(1) == on && run.Day.Kind == day.Kind && run.Day.Name == day.Name)
                runs[^1] = run with { Last = on };
            else
                runs.Add(new(on, on, day));
        }
        return runs;
    }
}
