using Programmes.Core;
using Programmes.Core.Workflows;
using Programmes.Engine.Queries;

namespace Programmes.Engine.Exports;

/// <summary>States as files name them: without the days left, which have a column of their own.</summary>
internal static class ExportWords
{
    public static Text Of(WorkLight light) => light switch
    {
        WorkLight.Late => new("逾期", "Late"),
        WorkLight.Soon => new("临期", "Due soon"),
        WorkLight.Fine => new("正常", "Fine"),
        WorkLight.Submitted => new("已提交，待审核", "Under review"),
        WorkLight.Done => new("已完成", "Done"),
        WorkLight.Waiting => new("未开始", "Waiting"),
        WorkLight.Suspended => new("中止", "Suspended"),
        _ => new("—", "—"),
    };

    public static Text Of(WorkState state) => state switch
    {
        WorkState.Open => new("待签收", "To sign for"),
        WorkState.Signed => new("办理中", "In progress"),
        WorkState.Submitted => new("待审核", "Under review"),
        WorkState.Returned => new("已退回", "Returned"),
        WorkState.Completed => new("已办结", "Completed"),
        WorkState.Waived => new("已免办", "Waived"),
        _ => new("已取消", "Cancelled"),
    };

    public static Text Of(PaperState state) => state switch
    {
        PaperState.Issued => new("已印发", "Issued"),
        PaperState.Replied => new("已答复", "Answered"),
        PaperState.Closed => new("已办结", "Closed"),
        _ => new("已撤回", "Withdrawn"),
    };

    public static Text Of(MailState state) => state switch
    {
        MailState.Queued => new("待发送", "Queued"),
        MailState.Sent => new("已发送", "Sent"),
        MailState.Dead => new("发送失败", "Failed"),
        MailState.NoAddress => new("无邮箱，需打印", "No address: print it"),
        MailState.Bounced => new("被退回", "Bounced"),
        MailState.Kept => new("演示，不发送", "Demonstration: not sent"),
        MailState.Held => new("恢复后暂不发送", "Held after a restore"),
        _ => new("已撤回", "Withdrawn"),
    };

    public static Text Of(SupervisionShown shown) => shown switch
    {
        SupervisionShown.Late => new("逾期任务", "Late work"),
        SupervisionShown.Soon => new("临期任务", "Work due soon"),
        SupervisionShown.Unsigned => new("未签收任务", "Work not signed for"),
        _ => new("待审核任务", "Work under review"),
    };

    public static Text Of(WorkShown shown) => shown switch
    {
        WorkShown.Late => new("待办（逾期）", "Work (late)"),
        WorkShown.Today => new("待办（今天到期）", "Work (due today)"),
        WorkShown.Soon => new("待办（临期）", "Work (due soon)"),
        WorkShown.Unsigned => new("待办（待签收）", "Work (to sign for)"),
        WorkShown.Returned => new("待办（被退回）", "Work (returned)"),
        WorkShown.Review => new("待审核", "Work to review"),
        WorkShown.Extensions => new("延期申请", "Extensions asked for"),
        WorkShown.LateRows => new("补充办理", "To be made up"),
        _ => new("待办", "My work"),
    };

    public static Text Batch(int number) => new($"第 {number} 批", $"Batch {number}");

    /// <summary>The cell of a board: what came of the step, or how it stands.</summary>
    public static Text Of(BoardCell cell)
    {
        var word = cell.Outcome is { } outcome && outcome != ActivityDescriptor.DoneOutcome ? OutcomeWords.Of(outcome)
            : cell.Late && cell.Light == WorkLight.Late ? new("待补充办理", "To be made up")
            : cell.Light == WorkLight.Fine ? new("进行中", "Open")
            : Of(cell.Light);
        return cell.Grade is { } grade ? new($"{word.Zh} · {grade}", $"{word.En} · {grade}") : word;
    }
}
