namespace Programmes.Core.Programmes;

/// <summary>How many units a selection may choose, in its own batch and over all batches.</summary>
/// <param name="Most">In this batch; null: no limit of its own.</param>
/// <param name="MostOverall">In this batch and all others together; null: no limit.</param>
/// <param name="Overall">How <paramref name="MostOverall"/> came about, such as 全省 100 个县级行政区的 40%.</param>
public sealed record Quota(int? Most, int? MostOverall, Text? Overall)
{
    public const string Selected = "Selected";
    public const string NotSelected = "NotSelected";

    /// <summary>Why one more cannot be selected; null: it can.</summary>
    /// <param name="selectedHere">Units selected by this step, without the one asked about.</param>
    /// <param name="selectedElsewhere">Units selected by the same step in other batches.</param>
    public Text? Refuse(int selectedHere, int selectedElsewhere)
    {
        if (Most is { } most && selectedHere >= most)
            return new($"本批名额 {most} 个，已选满；请先将其中一个改为不入选", $"This batch may select {most}, and {selectedHere} are selected; turn one of them down first");
        if (MostOverall is { } overall && selectedHere + selectedElsewhere >= overall)
            return new(
                $"各批合计名额 {overall} 个{Because(Overall?.Zh)}，其他批次已选 {selectedElsewhere} 个，本批已选 {selectedHere} 个，不能再选",
                $"All batches together may select {overall}{(Overall is { } why ? $" ({why.En})" : "")}; {selectedElsewhere} are selected in other batches and {selectedHere} here");
        return null;
    }

    private static string Because(string? why) => why is null ? "" : $"（{why}）";

    /// <summary>Whole units within a share of them; a part of a unit does not count.</summary>
    /// <param name="percent">0 to 100.</param>
    public static int ShareOf(decimal percent, int count) => (int)decimal.Floor(count * percent / 100);
}
