using System.CommandLine;
using System.Globalization;
using Programmes.Cli.Output;
using Programmes.Cli.Sources;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Programmes.Cli.DryRuns;

/// <summary><c>programmes dry-run</c>: plays a whole programme in memory and shows what would happen when.</summary>
internal static class DryRunCommand
{
    private static readonly Dictionary<string, BehaviourPolicy> Policies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["on-time"] = BehaviourPolicy.OnTime, ["late"] = BehaviourPolicy.Late, ["fail-first"] = BehaviourPolicy.FailFirst, ["random"] = BehaviourPolicy.Random,
    };

    private sealed record Asked(string File, string? Workflows, RehearsalOptions Options, bool Json, bool EachUnit, string? Mails, string? MailsTo);

    /// <summary>What is played, and how its problems are located.</summary>
    private sealed record Play(Launch Launch, DefinitionSet Definitions, RehearsalOptions Options, RehearsedMails? Mails, Func<RehearsalReport, List<Problem>> Problems);

    public static Command Of(Session session)
    {
        var file = Arguments.File(session, "launch", session.Say("启动文件；流程定义取自它所在的目录", "The launch file; definitions come from its folder"));
        var policy = new Option<BehaviourPolicy>("--policy")
        {
            HelpName = string.Join('|', Policies.Keys),
            Description = session.Say("各单位如何办理：按时（默认）、逾期、首次不通过、随机", "How people behave: on time (default), late, failing first, at random"),
            CustomParser = result =>
            {
                var typed = result.Tokens[0].Value;
                if (Policies.TryGetValue(typed, out var known)) return known;
                result.AddError(session.Say($"不能是“{typed}”；可用：{string.Join("、", Policies.Keys)}", $"cannot be \"{typed}\"; use {string.Join(", ", Policies.Keys)}"));
                return default;
            },
        };
        var seed = new Option<long?>("--seed")
        {
            HelpName = session.Say("整数", "integer"), Description = session.Say("随机办理的种子（默认 1）；同一种子结果相同", "The seed of random behaviour (default 1); the same seed gives the same report"),
            CustomParser = result =>
            {
                if (long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
                result.AddError(session.Say($"应为整数，不能是“{result.Tokens[0].Value}”", $"takes an integer, not \"{result.Tokens[0].Value}\""));
                return null;
            },
        };
        var known = Arguments.AsKnownOn(session);
        var workflows = Arguments.Folder(session, "--workflows", session.Say("另外查找流程定义的目录", "Another folder with definitions"));
        var units = new Option<bool>("--units") { Description = session.Say("逐一列出单位，不合并", "List each unit instead of counting them") };
        var mails = new Option<string?>("--mails") { HelpName = session.Say("目录", "folder"), Description = session.Say("把预演中的邮件写成 .eml 文件，放入此目录", "Write the mails of the dry run into this folder, as .eml files") };
        var mailsTo = new Option<string?>("--mails-to") { HelpName = session.Say("邮箱或名称", "address or name"), Description = session.Say("只写发给此邮箱或单位的邮件，可只写一部分", "Only mails to this address or office; a part is enough") };
        var json = Arguments.Json(session);
        var command = new ExampleCommand("dry-run", session.Say("预演：在内存中走完整个专项工作；有错误时返回 2", "Dry run: play the whole programme in memory; exit code 2 if there is an error"), "programmes dry-run workflows/tongjiang-grading/launch.example.json --policy late")
        {
            file, policy, seed, known, workflows, units, mails, mailsTo, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            session,
            new(parsed.GetValue(file)!, parsed.GetValue(workflows), new(parsed.GetValue(policy), parsed.GetValue(seed) ?? 1, parsed.GetValue(known), KeepEvents: false), parsed.GetValue(json), parsed.GetValue(units), parsed.GetValue(mails), parsed.GetValue(mailsTo)),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Session session, Asked asked, CancellationToken cancellation)
    {
        var sources = new SourceFiles(session.Terminal.Folder);
        var launch = sources.OpenLaunch(asked.File);
        var own = sources.Beside(launch);
        var given = asked.Workflows is { } folder ? sources.Open(folder) : [];
        var definitions = SourceFiles.Definitions(own, given);
        var read = own.Concat(given).DistinctBy(file => file.FullPath).Where(file => file.Kind == SourceKind.Definition).ToList();
        List<Problem> problems = [.. launch.Problems, .. read.SelectMany(file => file.Problems), .. SourceFiles.Check(launch, definitions, read)];
        if (launch.Launch is not { } plan || problems.HaveErrors())
        {
            Refuse(session, asked, problems);
            return ExitCodes.Wrong;
        }

        var set = new DefinitionSet(definitions);
        var files = read.Where(file => file.Definition is { } definition && set.Find(definition.DefinitionId) == definition).ToDictionary(file => file.Definition!.DefinitionId, file => file.Name, StringComparer.Ordinal);
        var mails = asked.Mails is { } target ? new RehearsedMails(Path.GetFullPath(target, session.Terminal.Folder), asked.MailsTo) : null;
        var play = new Play(plan, set, asked.Options with { MailListener = mails is null ? null : mails.Add }, mails, report =>
        [
            .. problems,
            .. report.Problems.Select(problem => problem.File is not null ? problem : problem with { File = problem.Definition is { } id ? files.GetValueOrDefault(id) : launch.Name }),
        ]);
        var failed = asked.Json ? WriteJson(session, play, cancellation) : await ShowAsync(session, play, asked.EachUnit, cancellation).ConfigureAwait(false);
        return failed ? ExitCodes.Wrong : ExitCodes.Done;
    }

    private static void Refuse(Session session, Asked asked, List<Problem> problems)
    {
        if (asked.Json)
            Output.Json.Write(session.Terminal, writer =>
            {
                var report = new ReportJson(writer, session);
                report.Begin();
                report.End(null, problems);
            });
        else
        {
            ProblemOutput.Write(session, problems);
            session.Terminal.Out.WriteLine(session.Say($"没有预演：{ProblemOutput.Count(session, problems)}", $"Nothing was played: {ProblemOutput.Count(session, problems)}"));
        }
    }

    private static bool WriteJson(Session session, Play play, CancellationToken cancellation)
    {
        var failed = false;
        Output.Json.Write(session.Terminal, writer =>
        {
            var json = new ReportJson(writer, session);
            json.Begin();
            var report = Rehearsal.Run(play.Launch, play.Definitions, WorkingDayCalendar.Official, play.Options with { Listener = json.Event }, null, cancellation);
            var problems = play.Problems(report);
            json.End(report, problems);
            failed = problems.HaveErrors();
        });
        return failed;
    }

    private static async Task<bool> ShowAsync(Session session, Play play, bool eachUnit, CancellationToken cancellation)
    {
        var timeline = new Timeline(session, play.Launch, eachUnit);
        var progress = new ProgressBar(session, play.Launch);
        var report = await progress.ShowAsync(() => Rehearsal.Run(play.Launch, play.Definitions, WorkingDayCalendar.Official, play.Options with { Listener = timeline.Add }, progress.Report, cancellation), cancellation).ConfigureAwait(false);
        var problems = play.Problems(report);
        var screen = session.Terminal.Screen;
        ProblemOutput.Write(session, problems, timeline.BatchName);
        screen.WriteLine(session.Say($"问题：{ProblemOutput.Count(session, problems)}", $"Problems: {ProblemOutput.Count(session, problems)}"));
        screen.WriteLine();
        timeline.Write(screen);
        SummaryTable.Write(session, screen, report);
        if (play.Mails is { } mails)
            screen.WriteLine(session.Say($"邮件已写成 {mails.Written} 个文件{(mails.More > 0 ? $"，另有 {mails.More} 封未写" : "")}", $"{mails.Written} mails were written as files{(mails.More > 0 ? $"; {mails.More} more were not" : "")}"));
        return problems.HaveErrors();
    }
}
