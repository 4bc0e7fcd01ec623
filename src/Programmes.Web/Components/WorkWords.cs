using Programmes.Core;
using Programmes.Core.Workflows;
using Programmes.Engine.Queries;

namespace Programmes.Web.Components;

/// <summary>What people call the states, outcomes and kinds that definitions and tables name in English.</summary>
public static class WorkWords
{
    private static readonly Dictionary<string, Text> Events = new(StringComparer.Ordinal)
    {
        ["SignedFor"] = new("签收", "Signed for"), ["Saved"] = new("保存草稿", "Draft saved"), ["Submitted"] = new("提交", "Submitted"),
        ["Withdrawn"] = new("撤回", "Taken back"), ["Returned"] = new("退回", "Returned"), ["Completed"] = new("办结", "Completed"),
        ["Waived"] = new("免办", "Waived"), ["FiledForUnit"] = new("代为提交", "Filed for the unit"), ["Suspended"] = new("中止", "Suspended"),
        ["Released"] = new("恢复", "Released"), ["ExtensionAsked"] = new("申请延期", "Extension asked for"), ["ExtensionGranted"] = new("准予延期", "Extension granted"),
        ["ExtensionRefused"] = new("不准延期", "Extension refused"), ["Urged"] = new("催办", "Urged"), ["Reopened"] = new("重新打开", "Reopened"), ["Commented"] = new("说明", "Comment"), ["DatesMoved"] = new("暂停后顺延", "Moved after a suspension"),
        ["Reassigned"] = new("改派", "Reassigned"), ["EvidenceAttached"] = new("上传材料", "Evidence attached"), ["EvidenceWithdrawn"] = new("撤回材料", "Evidence withdrawn"),
    };

    private static readonly Dictionary<string, Text> Kinds = new(StringComparer.Ordinal)
    {
        ["carried-over"] = new("结转", "Carried over"), ["batch-finished"] = new("批次结束", "Batch finished"), ["programme-finished"] = new("专项工作结束", "Programme finished"),
        ["goal"] = new("目标评估", "Goal"), ["stage-opened"] = new("阶段开始", "Stage opens"), ["stage-closed"] = new("阶段结束", "Stage closes"),
        ["notice-opened"] = new("公示开始", "Notice opens"), ["notice-closed"] = new("公示期满", "Notice closes"), ["work-due"] = new("期限", "Due"), ["result"] = new("结论", "Result"),
        ["mail"] = new("邮件", "Mail"), ["incident"] = new("异常", "Incident"),
        ["unit-admitted"] = new("中途加入", "Late joiner"), ["unit-withdrawn"] = new("退出", "Withdrawal"), ["unit-merged"] = new("并入", "Merger"),
        ["office-changed"] = new("单位变更", "Office changed"), ["duty-handed-over"] = new("职责移交", "Duty handed over"),
        ["programme-suspended"] = new("暂停", "Suspended"), ["programme-resumed"] = new("恢复", "Resumed"),
    };

    public static Text Outcome(string name) => OutcomeWords.Of(name);

    public static Text Event(string name) => Events.GetValueOrDefault(name, Text.Same(name));

    public static Text Kind(string name) => Kinds.GetValueOrDefault(name, Text.Same(name));

    public static Text Role(string role, string? office) => role == "unit" ? new("参与单位", "Participating units") : Text.Same(string.IsNullOrEmpty(office) ? role : office);

    /// <summary>A file's length, such as 2.4 MB.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.#} MB"),
    };

    public static Text Batch(int number) => new($"第 {number} 批", $"Batch {number}");

    public static Light ToLight(this WorkLight light) => light switch
    {
        WorkLight.Late => Light.Late,
        WorkLight.Soon => Light.DueSoon,
        WorkLight.Done => Light.Done,
        WorkLight.Waiting or WorkLight.None => Light.Waiting,
        WorkLight.Suspended => Light.Suspended,
        _ => Light.Open,
    };

    /// <summary>The light's word, with the days left where there is a date.</summary>
    public static Text Word(WorkLight light, int workingDaysLeft, bool hasDue) => light switch
    {
        WorkLight.Late => workingDaysLeft < 0 ? new($"逾期 {-workingDaysLeft} 个工作日", $"{-workingDaysLeft} working days late") : new("已逾期", "Late"),
        WorkLight.Soon => workingDaysLeft <= 0 ? new("临期：今天到期", "Due today") : new($"临期：还有 {workingDaysLeft} 个工作日", $"Due in {workingDaysLeft} working days"),
        WorkLight.Submitted => new("已提交，待审核", "Submitted, under review"),
        WorkLight.Fine when hasDue => new($"正常：还有 {workingDaysLeft} 个工作日", $"Fine: {workingDaysLeft} working days left"),
        WorkLight.Fine => new("进行中，未设期限", "Open, without a date"),
        WorkLight.None => new("不涉及", "Not concerned"),
        _ => StatusLightTagHelper.Word(light.ToLight()),
    };

    public static Text State(WorkState state) => state switch
    {
        WorkState.Open => new("待签收", "To sign for"),
        WorkState.Signed => new("办理中", "In progress"),
        WorkState.Submitted => new("待审核", "Under review"),
        WorkState.Returned => new("已退回", "Returned"),
        WorkState.Completed => new("已办结", "Completed"),
        WorkState.Waived => new("已免办", "Waived"),
        _ => new("已取消", "Cancelled"),
    };

    /// <summary>On the button that leads to it.</summary>
    public static Text Verb(WorkState state) => state switch
    {
        WorkState.Open => new("查看并签收", "Sign for it"),
        WorkState.Returned => new("修改", "Correct"),
        WorkState.Submitted => new("查看", "Look at it"),
        _ => new("办理", "Work on it"),
    };

    /// <summary>What the person does next with a work item.</summary>
    public static Text NextStep(WorkState state, bool mayFile, bool mayReview, bool suspended) => (state, mayFile, mayReview) switch
    {
        _ when suspended => new("已中止，恢复后再办理", "Suspended: to be worked on once it is released"),
        (WorkState.Open, true, _) => new("下一步：签收", "Next: sign for it"),
        (WorkState.Signed, true, _) => new("下一步：填报并提交", "Next: fill in and submit"),
        (WorkState.Returned, true, _) => new("下一步：按退回意见修改后重新提交", "Next: correct it as the reviewer says, and submit again"),
        (WorkState.Submitted, _, true) => new("下一步：审核", "Next: review it"),
        (WorkState.Submitted, _, _) => new("已提交，等待审核", "Submitted, waiting for review"),
        _ => State(state),
    };

    public static Text State(ProgrammeState state) => state switch
    {
        ProgrammeState.Running => new("进行中", "Running"),
        ProgrammeState.Finished => new("已结束", "Finished"),
        _ => new("已撤销", "Cancelled"),
    };

    public static Text State(NoticeState state) => state switch
    {
        NoticeState.Open => new("公示中", "Open"),
        NoticeState.Closed => new("公示期满", "Closed"),
        _ => new("已撤回", "Withdrawn"),
    };

    public static Text State(ObjectionState state) => state switch
    {
        ObjectionState.Lead => new("线索（不中止公示）", "Lead (suspends nothing)"),
        ObjectionState.Filed => new("待受理", "Filed"),
        ObjectionState.Lapsed => new("单位已退出，终止", "Ended: the unit left"),
        ObjectionState.Accepted => new("已受理，核查中", "Accepted, being looked into"),
        ObjectionState.Upheld => new("成立", "Upheld"),
        ObjectionState.Dismissed => new("不成立", "Dismissed"),
        _ => new("不予受理", "Not accepted"),
    };

    /// <summary>As its author reads it.</summary>
    public static Text PublicState(ObjectionState state) => state switch
    {
        ObjectionState.Filed => new("已收到，待决定是否受理", "Received; not yet accepted"),
        ObjectionState.Accepted => new("已受理，正在核查", "Accepted, being looked into"),
        ObjectionState.Upheld => new("异议成立", "Upheld"),
        ObjectionState.Dismissed => new("异议不成立", "Dismissed"),
        ObjectionState.Lead => new("作为线索处理", "Kept as a lead"),
        ObjectionState.Lapsed => new("终止：该单位已退出", "Ended: the unit left"),
        _ => new("不予受理", "Not accepted"),
    };

    /// <summary>What a state means for an objection's author.</summary>
    public static Text Explained(ObjectionState state) => state switch
    {
        ObjectionState.Filed => new("公示单位正在审查；受理前公示照常进行。", "The office is looking at it; until it is accepted the notice goes on."),
        ObjectionState.Accepted => new("该单位的公示结论已经中止，核查后作出决定。", "The outcome of the unit is suspended until the office has decided."),
        ObjectionState.Upheld => new("核查属实，该单位的公示结论不再成立。", "It was found true; the unit's outcome does not stand."),
        ObjectionState.Dismissed => new("核查后不成立，该单位的公示照常进行。", "It was not found true; the unit goes on."),
        ObjectionState.Lead => new("匿名、逾期或者不符合受理条件的，转为线索核查，不中止公示。", "What is anonymous, late or cannot be accepted is looked into as a lead and suspends nothing."),
        ObjectionState.Lapsed => new("该单位已不再参加此项工作，异议随之终止。", "The unit takes part no longer, and the objection ended with that."),
        _ => new("公示单位没有受理，理由见处理意见。", "The office did not accept it; the decision says why."),
    };

    public static Text ObjectionKind(string kind) => kind switch
    {
        "Sealed" => new("单位盖章", "Under a seal"),
        "Anonymous" => new("匿名", "Anonymous"),
        _ => new("实名", "Under a real name"),
    };

    public static Text State(MailState state) => state switch
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
}
