using System.Globalization;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Spectre.Console;

namespace Programmes.Cli.DryRuns;

/// <summary>A rehearsal for people: by day and batch, units that do the same in one line.</summary>
internal sealed class Timeline(Session session, Launch launch, bool eachUnit)
{
    private sealed record Line(string Kind, Programmes.Core.Text Title, DateOnly? DueOn, bool Provisional)
    {
        public int Count { get; set; }

        /// <summary>The first unit; all of them where each is wanted.</summary>
        public List<string> Units { get; } = [];
    }

    private const int Programme = 0;

    // A notice closes on a day that is over when it happens, so that days do not come in order.
    private readonly SortedDictionary<DateOnly, SortedDictionary<int, Dictionary<(string Kind, string? Activity, Programmes.Core.Text Title, DateOnly? DueOn), Line>>> days = [];
    private readonly Dictionary<string, string> names = launch.Units.ToDictionary(unit => unit.Id, unit => unit.Name, StringComparer.Ordinal);

    public void Add(RehearsalEvent what)
    {
        if (!days.TryGetValue(what.On, out var day)) days[what.On] = day = [];
        if (!day.TryGetValue(what.Batch ?? Programme, out var lines)) day[what.Batch ?? Programme] = lines = [];
        var key = (what.Kind, what.Activity, what.Title, what.DueOn);
        if (!lines.TryGetValue(key, out var line)) lines[key] = line = new(what.Kind, what.Title, what.DueOn, what.Provisional);
        line.Count++;
        if (what.Unit is { } unit && (eachUnit || line.Units.Count == 0)) line.Units.Add(names.GetValueOrDefault(unit, unit));
    }

    public string BatchName(int number) => number == Programme
        ? session.Say("专项工作", "programme")
        : launch.FindBatch(number)?.Name ?? session.Say($"批次 {number}", $"batch {number}");

    public void Write(IAnsiConsole screen)
    {
        foreach (var (on, day) in days)
        {
            var weekday = session.Say($"周{"日一二三四五六"[(int)on.DayOfWeek]}", on.ToString("ddd", CultureInfo.InvariantCulture));
            screen.MarkupLine($"[bold]{on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}[/] {weekday}");
            foreach (var (number, lines) in day)
                foreach (var line in lines.Values) WriteLine(screen, BatchName(number), line);
        }
    }

    private void WriteLine(IAnsiConsole screen, string batch, Line line)
    {
        var who = line switch
        {
            { Units.Count: 0, Count: 1 } => "",
            { Units.Count: 0 } => session.Say($" {line.Count} 次", $" {line.Count} times"),
            { Count: 1 } => $" {line.Units[0]}",
            _ => session.Say($" {line.Count} 家", $" {line.Count} units"),
        };
        var due = line is { DueOn: { } on, Kind: EventKinds.WorkOpened or EventKinds.NoticeOpened or EventKinds.ProbationOpened or EventKinds.LedgerOpened or EventKinds.Reminder } ? session.Say($"，至 {on:yyyy-MM-dd}", $", until {on:yyyy-MM-dd}") : "";
        var provisional = line.Provisional ? session.Say("（暂定）", " (provisional)") : "";
        screen.MarkupLine($"  {Markup.Escape(batch)}{Markup.Escape(who)} [{ColourOf(line.Kind)}]{session.Say(EventWords.Of(line.Kind))}[/] {Markup.Escape(session.Say(line.Title))}{due}{provisional}");
        if (!eachUnit || line.Units.Count < 2) return;
        foreach (var unit in line.Units) screen.WriteLine($"    {unit}");
    }

    private static string ColourOf(string kind) => kind switch
    {
        EventKinds.WorkOverdue or EventKinds.Incident => "red",
        EventKinds.Reminder or EventKinds.Mail => "grey",
        EventKinds.NoticeOpened or EventKinds.NoticeClosed => "blue",
        EventKinds.WorkCompleted or EventKinds.Result => "green",
        _ => "default",
    };
}
