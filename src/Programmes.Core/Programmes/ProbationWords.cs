using Programmes.Core.Workflows;

namespace Programmes.Core.Programmes;

/// <summary>How a probation's end is told.</summary>
public static class ProbationWords
{
    public static Text Ended(Text title, ProbationStatus status) => status switch
    {
        ProbationStatus.Passed => new($"{title.Zh}：复查通过", $"{title.En}: re-check passed"),
        ProbationStatus.Failed => new($"{title.Zh}：复查不合格或到期未申请复查", $"{title.En}: failed, or no re-check asked for in time"),
        ProbationStatus.NotApplied => new($"{title.Zh}：未申请", $"{title.En}: not applied for"),
        _ => title,
    };
}
