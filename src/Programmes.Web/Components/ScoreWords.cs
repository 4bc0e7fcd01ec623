using Programmes.Core;
using Programmes.Core.Forms;

namespace Programmes.Web.Components;

/// <summary>How two scores of one thing differ, in words: colour alone would tell some people nothing.</summary>
public static class ScoreWords
{
    /// <param name="difference">The reviewer's score less the unit's own; null: one of them is missing.</param>
    public static Text Difference(decimal? difference) => difference switch
    {
        null => new("尚无对照", "Nothing to compare"),
        0 => new("一致", "The same"),
        > 0 => new($"高 {FormSum.Shown(difference.Value)} 分", $"{FormSum.Shown(difference.Value)} higher"),
        _ => new($"低 {FormSum.Shown(-difference.Value)} 分", $"{FormSum.Shown(-difference.Value)} lower"),
    };

    public static Text Points(decimal? points) => points is { } given ? Text.Same(FormSum.Shown(given)) : new("未填", "None");

    /// <summary>Both totals in a line.</summary>
    public static Text Totals(ScoreComparison scores) => scores.Given.Missing == scores.Groups.Sum(group => group.Items.Count)
        ? new($"自评 {FormSum.Shown(scores.Own.Given)} 分，未审核评分", $"Own score {FormSum.Shown(scores.Own.Given)}, not scored by the reviewer")
        : new($"自评 {FormSum.Shown(scores.Own.Given)} 分，审核 {FormSum.Shown(scores.Given.Given)} 分（{Sum(scores).Zh}）", $"Own score {FormSum.Shown(scores.Own.Given)}, reviewer's {FormSum.Shown(scores.Given.Given)} ({Sum(scores).En})");

    /// <summary>The whole difference, and over how much of the sheet where that is not all of it.</summary>
    public static Text Sum(ScoreComparison scores)
    {
        var words = Difference(scores.Both == 0 ? null : scores.Difference);
        return scores.Both == 0 || scores.Given.Missing == 0 && scores.Own.Missing == 0
            ? words : new($"{words.Zh}，按双方都评的 {scores.Both} 项计", $"{words.En}, over the {scores.Both} items that both scored");
    }
}
