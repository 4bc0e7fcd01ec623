namespace Programmes.Core.Workflows;

/// <summary>What people call the outcomes that definitions name in English.</summary>
public static class OutcomeWords
{
    private static readonly Dictionary<string, Text> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Done"] = new("办结", "Done"), ["Pass"] = new("通过", "Pass"), ["Fail"] = new("不通过", "Fail"),
        ["Passed"] = new("通过", "Passed"), ["Failed"] = new("未通过", "Failed"), ["NotApplied"] = new("未申请", "Not applied"),
        ["Proposed"] = new("列入建议名单", "Proposed"), ["NotProposed"] = new("不列入", "Not proposed"),
        ["NoObjection"] = new("无异议", "No objection"), ["Upheld"] = new("异议成立", "Upheld"), ["Dismissed"] = new("异议不成立", "Dismissed"),
        ["Named"] = new("认定命名", "Named"), ["NotNamed"] = new("不予认定", "Not named"),
        ["Approved"] = new("同意", "Approved"), ["Agreed"] = new("同意", "Agreed"), ["Rejected"] = new("不同意", "Rejected"),
        ["Returned"] = new("退回修改", "Returned"), ["Selected"] = new("入选", "Selected"), ["NotSelected"] = new("未入选", "Not selected"),
        ["Overdue"] = new("逾期", "Overdue"), ["Reached"] = new("已达标", "Reached"), ["NotReached"] = new("未达标", "Not reached"),
        ["CarriedOver"] = new("已结转", "Carried over"), ["Final"] = new("结论为最终", "Final"),
        ["Cleared"] = new("全部销号", "Cleared"), ["Unresolved"] = new("逾期未销号", "Unresolved"), ["Drawn"] = new("抽中", "Drawn"), ["NotDrawn"] = new("未抽中", "Not drawn"),
        ["Recommended"] = new("推荐", "Recommended"), ["NotRecommended"] = new("不推荐", "Not recommended"), ["Qualified"] = new("取得资格", "Qualified"), ["NotQualified"] = new("不取得资格", "Not qualified"),
        ["Apply"] = new("申请", "Apply"), ["Waive"] = new("不申请", "Does not apply"), ["Refused"] = new("不予批准", "Refused"), ["Missed"] = new("未报", "Missed"),
        ["Good"] = new("较好", "Good"), ["Fair"] = new("一般", "Fair"), ["NeedsWork"] = new("需整改", "Needs work"), ["Rectify"] = new("需整改", "To be rectified"), ["Set"] = new("已制定", "Set"),
        ["Draw"] = new("抽查", "Spot-check"), ["Key"] = new("重点对象", "Key station"), ["Ordinary"] = new("一般对象", "Ordinary"), ["Criticise"] = new("通报批评", "Criticise"), ["NotNeeded"] = new("不需要", "Not needed"),
        ["True"] = new("是", "Yes"), ["False"] = new("否", "No"), ["Default"] = new("其他情形", "Otherwise"),
    };

    /// <summary>An outcome without words of its own, such as an office's own grade, is its own word.</summary>
    public static Text Of(string outcome) => Words.GetValueOrDefault(outcome, Text.Same(outcome));
}
