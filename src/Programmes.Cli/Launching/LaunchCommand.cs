using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Cli.Output;
using Programmes.Cli.Sources;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;

namespace Programmes.Cli.Launching;

/// <summary><c>programmes launch</c>: checks, rehearses and launches a programme on the web host's database.</summary>
internal static class LaunchCommand
{
    private static readonly Dictionary<string, LaunchMode> Modes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["as-planned"] = LaunchMode.AsPlanned, ["demonstration"] = LaunchMode.Demonstration, ["shifted"] = LaunchMode.Shifted, ["backfilled"] = LaunchMode.Backfilled,
    };

    private sealed record Asked(string File, LaunchMode Mode, bool Confirmed, string? Database, string? Workflows, bool Json);

    /// <param name="Programme">Null: not launched.</param>
    private sealed record Outcome(string? Programme, Launch? Launch, IReadOnlyList<Problem> Problems);

    public static Command Of(Session session)
    {
        var file = Arguments.File(session, "launch", session.Say("启动文件", "The launch file"));
        var mode = new Option<LaunchMode>("--mode")
        {
            HelpName = string.Join('|', Modes.Keys),
            Description = session.Say("方案日期已过时：演示时钟、整体顺延、补录；默认按方案（日期已过则拒绝）", "For a plan in the past: on a demonstration clock, shifted, or backfilled; default as planned, which refuses past dates"),
            CustomParser = result =>
            {
                var typed = result.Tokens[0].Value;
                if (Modes.TryGetValue(typed, out var known)) return known;
                result.AddError(session.Say($"不能是“{typed}”；可用：{string.Join("、", Modes.Keys)}", $"cannot be \"{typed}\"; use {string.Join(", ", Modes.Keys)}"));
                return default;
            },
        };
        var confirm = new Option<bool>("--confirm") { Description = session.Say("已看过警告，仍然启动", "The warnings were seen; launch all the same") };
        var database = EngineRun.DatabaseOption(session);
        var workflows = Arguments.Folder(session, "--workflows", session.Say("启动前发布的流程定义目录（默认与网站相同）", "The folder of definitions to publish first (default: the web host's)"));
        var json = Arguments.Json(session);
        var command = new ExampleCommand("launch", session.Say("启动专项工作；有错误或警告未确认时不启动，返回 2", "Launch a programme; with an error, or a warning not confirmed, nothing is launched and the exit code is 2"), "programmes launch workflows/tongjiang-grading/launch.example.json --mode demonstration --confirm")
        {
            file, mode, confirm, database, workflows, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            session, new(parsed.GetValue(file)!, parsed.GetValue(mode), parsed.GetValue(confirm), parsed.GetValue(database), parsed.GetValue(workflows), parsed.GetValue(json)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Session session, Asked asked, CancellationToken cancellation)
    {
        var outcome = new Outcome(null, null, []);
        if (!SourceFile.TryReadText(Path.GetFullPath(asked.File, session.Terminal.Folder), asked.File, out var text, out var unreadable)) outcome = outcome with { Problems = [unreadable] };
        else
        {
            // A file that cannot be a launch is refused before any database is touched.
            var reading = LaunchReader.Read(text, asked.File);
            if (reading.Launch is null) outcome = outcome with { Problems = reading.Problems };
            else
            {
                var engine = new EngineRun(session, asked.Database);
                outcome = await engine.DoAsync(engine.WorkflowFolder(asked.Workflows), services => LaunchAsync(services.GetRequiredService<LaunchProgramme>(), asked, text, cancellation), cancellation).ConfigureAwait(false);
            }
        }

        if (asked.Json) WriteJson(session, asked, outcome);
        else Show(session, asked, outcome);
        if (outcome.Programme is null) Advise(session, asked, outcome.Problems);
        return outcome.Programme is null ? ExitCodes.Wrong : ExitCodes.Done;
    }

    private static async Task<Outcome> LaunchAsync(LaunchProgramme launch, Asked asked, string text, CancellationToken cancellation)
    {
        var preview = await launch.PreviewAsync(text, asked.File, asked.Mode, cancellation).ConfigureAwait(false);
        var problems = preview.Problems.Select(problem => problem.File is not null ? problem : problem with { File = problem.Definition ?? asked.File }).ToList();
        if (preview.HasErrors || preview.HasWarnings && !asked.Confirmed) return new(null, preview.Launch, problems);
        try
        {
            return new(await launch.LaunchAsync(EngineRun.Person, text, asked.File, asked.Mode, asked.Confirmed, cancellation).ConfigureAwait(false), preview.Launch, problems);
        }
        catch (LaunchRefusedException refused)
        {
            return new(null, preview.Launch, [.. problems.Where(problem => refused.Problems.All(other => other.Code != problem.Code)), .. refused.Problems]);
        }
    }

    private static void WriteJson(Session session, Asked asked, Outcome outcome) =>
        Json.Write(session.Terminal, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("launched", outcome.Programme is not null);
            writer.WriteString("programme", outcome.Programme);
            writer.WriteString("mode", NameOf(asked.Mode));
            writer.Problems(session, outcome.Problems);
            writer.WriteEndObject();
        });

    private static void Show(Session session, Asked asked, Outcome outcome)
    {
        ProblemOutput.Write(session, outcome.Problems, number => outcome.Launch?.FindBatch(number)?.Name ?? session.Say($"批次 {number}", $"batch {number}"));
        var count = ProblemOutput.Count(session, outcome.Problems);
        session.Terminal.Out.WriteLine(outcome is { Programme: { } id, Launch: { } launch }
            ? session.Say($"已启动：{id}　{launch.Name}，自 {launch.StartsOn:yyyy-MM-dd}（{NameOf(asked.Mode)}）；{count}", $"Launched: {id} {launch.Name}, from {launch.StartsOn:yyyy-MM-dd} ({NameOf(asked.Mode)}); {count}")
            : session.Say($"没有启动：{count}", $"Nothing was launched: {count}"));
    }

    /// <summary>What to type next.</summary>
    private static void Advise(Session session, Asked asked, IReadOnlyList<Problem> problems)
    {
        var error = session.Terminal.Error;
        if (problems.Any(problem => problem.Code == "dates-past"))
            error.WriteLine(session.Say(
                "方案日期已过，请选其一：--mode demonstration（演示时钟）、--mode shifted（整体顺延）、--mode backfilled（补录）",
                "The plan is in the past; choose --mode demonstration (a clock of its own), --mode shifted (all dates moved) or --mode backfilled (past steps recorded as done)"));
        else if (!problems.HaveErrors() && !asked.Confirmed)
            error.WriteLine(session.Say("有警告；看过后如仍要启动，请加 --confirm", "There are warnings; to launch all the same, add --confirm"));
    }

    private static string NameOf(LaunchMode mode) => Modes.First(known => known.Value == mode).Key;
}
