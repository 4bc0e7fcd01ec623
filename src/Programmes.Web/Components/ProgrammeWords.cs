using Programmes.Core;
using Programmes.Core.Programmes;

namespace Programmes.Web.Components;

/// <summary>How a programme's time is told.</summary>
internal static class ProgrammeWords
{
    /// <summary>So little time is marked as short.</summary>
    public const int SoonWorkingDays = 5;

    public static Text Left(Slack slack) => slack.WorkingDays switch
    {
        < 0 => new($"已超过 {-slack.WorkingDays} 个工作日", $"{-slack.WorkingDays} working days too late"),
        0 => new("今天是最后一天", "Today is the last day"),
        1 => new("还有 1 个工作日的余地", "1 working day left"),
        var left => new($"还有 {left} 个工作日的余地", $"{left} working days left"),
    };

    /// <param name="last">The last day on which it can still be in time.</param>
    /// <param name="end">The day by which it has to be over.</param>
    public static Text Of(Slack slack, string last, string end) => slack.Step.ReservedWorkingDays == 0
        ? new($"“{slack.Step.Title.Zh}”最迟 {end} 结束", $"“{slack.Step.Title.En}” has to end by {end}")
        : new($"“{slack.Step.Title.Zh}”须公示 {slack.Step.ReservedWorkingDays} 个工作日并在 {end} 前期满，最迟 {last} 发布",
            $"“{slack.Step.Title.En}” runs for {slack.Step.ReservedWorkingDays} working days and has to close by {end}: publish it by {last}");
}
