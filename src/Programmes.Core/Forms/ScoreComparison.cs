using Programmes.Core.Programmes;

namespace Programmes.Core.Forms;

/// <summary>One item of a score sheet as two saw it.</summary>
/// <param name="Own">What the unit gave itself; null: nothing.</param>
/// <param name="Given">What its reviewer gave; null: not scored yet.</param>
public sealed record ScoredItem(FormItem Item, decimal? Own, decimal? Given)
{
    /// <summary>How far the reviewer is above the unit's own score, negative below; null: one of them is missing.</summary>
    public decimal? Difference => Given - Own;
}

/// <param name="Part">As on the form; null: none.</param>
public sealed record ScoredGroup(string? Part, string Title, IReadOnlyList<ScoredItem> Items);

/// <summary>A unit's own scores (自评) beside those of its reviewer (审核评分).</summary>
/// <param name="Difference">Over the items that both have scored, reviewer less unit.</param>
/// <param name="Both">How many those are.</param>
public sealed record ScoreComparison(IReadOnlyList<ScoredGroup> Groups, FormSum Own, FormSum Given, decimal Difference, int Both)
{
    /// <summary>Null: the form scores nothing.</summary>
    public static ScoreComparison? Of(Form form, FormValues own, FormValues given)
    {
        if (FormSum.Of(form, own) is not { } ownSum || FormSum.Of(form, given) is not { } givenSum) return null;
        var groups = form.Groups
            .Select(group => new ScoredGroup(group.Part, group.Title, [.. group.Items.Where(item => item.Kind == FormItemKind.Score).Select(item => new ScoredItem(item, FormCheck.Number(own.Text(item.Key)), FormCheck.Number(given.Text(item.Key))))]))
            .Where(group => group.Items.Count > 0).ToList();
        var both = groups.SelectMany(group => group.Items).Select(item => item.Difference).OfType<decimal>().ToList();
        return new(groups, ownSum, givenSum, both.Sum(), both.Count);
    }

    /// <summary>The form with nothing but its scores, none of them required: a reviewer may score some today and the others tomorrow.</summary>
    public static Form ScoresOf(Form form) => form with
    {
        Groups = [.. form.Groups.Select(group => group with { Items = [.. group.Items.Where(item => item.Kind == FormItemKind.Score).Select(item => item with { Required = false })] }).Where(group => group.Items.Count > 0)],
    };
}
