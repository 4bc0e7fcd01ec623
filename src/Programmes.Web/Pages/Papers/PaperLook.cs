using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Papers;

/// <summary>States of papers as light and words.</summary>
public static class PaperLook
{
    public static Light LightOf(PaperState state, int workingDaysLate) => state switch
    {
        PaperState.Closed => Light.Done,
        PaperState.Withdrawn => Light.Suspended,
        _ => workingDaysLate > 0 ? Light.Late : Light.Open,
    };

    public static Text Word(PaperState state, int workingDaysLate, bool asks) => state switch
    {
        PaperState.Closed => new("已办结", "Closed"),
        PaperState.Withdrawn => new("已撤回", "Withdrawn"),
        PaperState.Replied => new("已答复，待确认", "Answered, to be accepted"),
        _ when workingDaysLate > 0 => new($"逾期未答复 {workingDaysLate} 个工作日", $"Answers {workingDaysLate} working days late"),
        _ => asks ? new("待答复", "Waits for answers") : new("已印发", "Issued"),
    };

    public static Text Duty(PaperDuty duty) => duty switch
    {
        PaperDuty.Sign => new("待签收", "To sign for"),
        PaperDuty.Reply => new("待答复", "To answer"),
        _ => new("待确认答复", "Answers to accept"),
    };

    public static Text Name(PapersShown shown) => shown switch
    {
        PapersShown.All => new("全部", "All"),
        PapersShown.Unsigned => new("未签收", "Not signed for"),
        PapersShown.Waiting => new("待答复", "Waits for answers"),
        PapersShown.Overdue => new("逾期未答复", "Answers late"),
        _ => new("待确认答复", "Answers to accept"),
    };

    /// <summary>In the order in which offices use them; an approval is written from the request that it answers.</summary>
    public static readonly IReadOnlyList<PaperKind> Kinds =
    [
        PaperKind.SupervisionOrder, PaperKind.Circular, PaperKind.Bulletin, PaperKind.Criticism, PaperKind.RectificationOpinion, PaperKind.Request, PaperKind.Approval, PaperKind.Announcement, PaperKind.ClosureAnnouncement,
    ];
}
