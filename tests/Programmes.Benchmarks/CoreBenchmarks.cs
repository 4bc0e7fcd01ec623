using System.Diagnostics;
using System.Text;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;

namespace Programmes.Benchmarks;

/// <summary>Decisions and days in memory, and whole programmes rehearsed.</summary>
internal static class CoreBenchmarks
{
    private const int ChainLength = 100;
    private const int Runs = 10_000;

    public static void Decide()
    {
        var chain = Chain(ChainLength);
        var context = new DecisionContext { Now = ChinaTime.StartOf(new DateOnly(2023, 9, 1)), Calendar = WorkingDayCalendar.Official };
        Measure.Run($"Decide: simple activity, in chains of {ChainLength}", Runs * ChainLength, () =>
        {
            for (var i = 0; i < Runs; i++) Interpreter.Decide(chain, Interpreter.NewInstance("i"), new Start(), context);
        });
        var ten = Chain(10);
        Measure.Run("Decide: simple activity, in workflows of 10", Runs * 10 * 10, () =>
        {
            for (var i = 0; i < Runs * 10; i++) Interpreter.Decide(ten, Interpreter.NewInstance("i"), new Start(), context);
        });
        var waiting = DefinitionReader.Read("""
            {"definitionId":"w","root":{"id":"r","type":"Elsa.Sequence","activities":[
              {"id":"a","type":"Elsa.Delay"},{"id":"b","type":"Elsa.Delay"}]}}
            """, "w").Definition!;
        var started = Interpreter.Decide(waiting, Interpreter.NewInstance("i"), new Start(), context).State;
        var due = new TimerDue(started.Bookmarks[0].Id) { NominalAt = started.Bookmarks[0].DueAt };
        Measure.Run("Decide: a timer fires and the next is set", Runs * 10, () =>
        {
            for (var i = 0; i < Runs * 10; i++) Interpreter.Decide(waiting, started, due, context);
        });
        var json = StateJson.Serialize(started);
        Measure.Run("State: read and written as JSON", Runs * 10, () =>
        {
            for (var i = 0; i < Runs * 10; i++) StateJson.SerializeToUtf8(StateJson.Deserialize(json));
        });
    }

    public static void Days()
    {
        var calendar = WorkingDayCalendar.Official;
        var from = new DateOnly(2020, 1, 1);
        var sum = 0;
        Measure.Run("AddWorkingDays, 1 to 250 days", 1_000_000, () =>
        {
            for (var i = 0; i < 1_000_000; i++) sum += calendar.AddWorkingDays(from.AddDays(i % 3000), 1 + i % 250).DayNumber;
        });
        GC.KeepAlive(sum);
    }

    /// <param name="launchFile">The sample launch; its folder holds the definitions.</param>
    public static void Rehearse(string launchFile, int stations)
    {
        var definitions = new DefinitionSet(Directory.EnumerateFiles(Path.GetDirectoryName(launchFile)!, "*.json")
            .Where(file => !Path.GetFileName(file).StartsWith("launch", StringComparison.Ordinal))
            .Select(file => DefinitionReader.Read(File.ReadAllText(file), file).Definition!));
        var reading = LaunchReader.Read(File.ReadAllText(launchFile), launchFile);
        var launch = reading.Launch ?? throw new InvalidOperationException(reading.Problems[0].Message.En);
        Measure.Run("Dry run of the sample programme", 1, () => Rehearsal.Run(launch, definitions, WorkingDayCalendar.Official, new RehearsalOptions()));

        var units = Enumerable.Range(1, stations).Select(i => launch.Units[0] with { Id = $"n{i}", Name = $"示例乡镇{i}综合文化站", Mail = $"n{i}@example.org" }).ToList();
        var regular = launch.Batches.Where(batch => !batch.Supplementary).ToList();
        var national = launch with
        {
            Units = units,
            Batches = [.. launch.Batches.Select(batch => batch.Supplementary ? batch : batch with
            {
                Units = [.. units.Where((_, i) => i % regular.Count == regular.IndexOf(batch)).Select(unit => unit.Id)],
            })],
        };
        var started = Stopwatch.GetTimestamp();
        var report = Rehearsal.Run(national, definitions, WorkingDayCalendar.Official, new RehearsalOptions());
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine($"Dry run of {stations:N0} stations to {report.Summary.FinishedOn:yyyy-MM-dd}: {seconds:N2} s, {report.Summary.Decisions:N0} decisions, {report.Events.Count:N0} events, {report.Mails.Total:N0} mails, {GC.GetTotalMemory(false) / 1024 / 1024:N0} MiB heap");
    }

    private static WorkflowDefinition Chain(int length)
    {
        var json = new StringBuilder("{\"definitionId\":\"c\",\"root\":{\"id\":\"r\",\"type\":\"Elsa.Flowchart\",\"activities\":[");
        json.AppendJoin(',', Enumerable.Range(0, length).Select(i => $"{{\"id\":\"a{i}\",\"type\":\"Elsa.WriteLine\",\"text\":\"x\"}}"));
        json.Append("],\"connections\":[");
        json.AppendJoin(',', Enumerable.Range(1, length - 1).Select(i => $"{{\"source\":{{\"activity\":\"a{i - 1}\"}},\"target\":{{\"activity\":\"a{i}\"}}}}"));
        return DefinitionReader.Read(json.Append("]}}").ToString(), "c").Definition!;
    }
}
