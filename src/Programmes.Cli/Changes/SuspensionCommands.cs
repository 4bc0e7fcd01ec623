using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Cli.Engines;
using Programmes.Engine.Programmes;

namespace Programmes.Cli.Changes;

/// <summary><c>programmes programme suspend</c> and <c>resume</c>.</summary>
internal static class SuspensionCommands
{
    private static readonly Dictionary<string, ResumeMode> Modes = new(StringComparer.OrdinalIgnoreCase) { ["keep"] = ResumeMode.KeepDates, ["move"] = ResumeMode.MoveDates };

    public static Command Suspend(Session session) => new ChangeCommand(
        session, "suspend", new("暂停：不到期、不提醒、不办理，公示不期满", "Suspend: nothing falls due, nobody is reminded, no work is filed, no notice closes"),
        "programmes programme suspend tongjiang-grading-2023 --reason 防汛应急 --document 示例〔2023〕9号")
        .Does((services, asked, cancellation) => services.GetRequiredService<SuspendProgramme>().RunAsync(EngineRun.Person, asked.Programme, asked.Reason, asked.Document, cancellation));

    public static Command Resume(Session session)
    {
        var dates = new Option<ResumeMode>("--dates")
        {
            HelpName = string.Join('|', Modes.Keys),
            Description = session.Say("keep 日期不变，已到期的依次发生；move 暂停首日起的日期顺延，公示重新发布", "keep: dates stay, what fell due happens in order; move: dates from the suspension's first day on move by its length, notices are published anew"),
            Required = true,
            CustomParser = result =>
            {
                var typed = result.Tokens[0].Value;
                if (Modes.TryGetValue(typed, out var known)) return known;
                result.AddError(session.Say($"不能是“{typed}”；可用：{string.Join("、", Modes.Keys)}", $"cannot be \"{typed}\"; use {string.Join(", ", Modes.Keys)}"));
                return default;
            },
        };
        return new ChangeCommand(
            session, "resume", new("恢复暂停的专项工作", "Resume a suspended programme"),
            "programmes programme resume tongjiang-grading-2023 --dates move --reason 应急响应解除", dates)
            .Does((services, asked, cancellation) => services.GetRequiredService<ResumeProgramme>().RunAsync(EngineRun.Person, asked.Programme, asked.Parsed.GetValue(dates), asked.Reason, asked.Document, cancellation));
    }
}
