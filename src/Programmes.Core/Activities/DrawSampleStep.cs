using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>随机抽查: draws units of the batch and goes on; nobody is told but the workflows that wait for it.</summary>
internal static class DrawSampleStep
{
    private const decimal ShareMax = 100;

    public static string[]? Draw(Run run, Activity activity, NodeState? parent)
    {
        if (run.Context is not { Launch: { } launch, Batch: not null, Unit: null }) throw new ActivityFault("no-batch", new("只有批次的流程才能抽查参与单位", "Only a batch's workflow can draw its units"));
        if (!UnitSelection.TryParse(run.Text(activity, "units", parent) ?? "all", out var selection))
            throw new ActivityFault("units", new("抽查范围应为 all 或“步骤:结果”", "The candidates must be all or step:Outcome"));
        var rule = Rule(run, activity, parent);
        if (rule.PerSuperior || rule.CrossCheck) CheckSuperiors(launch, rule);
        var id = run.NextSubject();
        var seed = run.Text(activity, "seed", parent) ?? Sampling.SeedOf(id, run.Today);
        run.Remember($"{activity.Id}.opened");
        run.Remember($"{activity.Id}.completed");
        run.Emit(new DrawUnits(id, activity.Id, Texts.Title(run, activity, parent), selection!, rule, seed, run.Today, run.Text(activity, "clause", parent)));
        run.Emit(new DeliverRows(id, activity.Id, run.Today));
        return null;
    }

    private static SampleRule Rule(Run run, Activity activity, NodeState? parent)
    {
        int? count = run.Text(activity, "count", parent) is null ? null : run.Number(activity, "count", parent);
        var share = run.Decimal(activity, "share", parent);
        if (count is null == share is null) throw new ActivityFault("sample-size", new($"“{activity.DisplayText}”的抽取数（count）和比例（share）须填且只填一项", $"\"{activity.DisplayText}\" needs either count or share"));
        if (count < 1 || share is <= 0 or > ShareMax) throw new ActivityFault("sample-size", new($"“{activity.DisplayText}”的抽取数至少为 1，比例在 0 至 {ShareMax} 之间", $"\"{activity.DisplayText}\" draws at least 1, or a share of 0 to {ShareMax} percent"));
        return new(count, share, run.Flag(activity, "perSuperior", parent), run.Flag(activity, "crossCheck", parent));
    }

    private static void CheckSuperiors(Launch launch, SampleRule rule)
    {
        var superiors = launch.Units.Select(unit => unit.Superior).Distinct().ToList();
        if (superiors.Contains(null)) throw new ActivityFault("superior-missing", new("有参与单位没有写明上级（superior），不能按上级抽取或互查；请补上", "Some units name no superior, so that they cannot be drawn by superior or cross-checked; name it"));
        if (rule.CrossCheck && superiors.Count < 2) throw new ActivityFault("cross-check", new("互查至少要有两个上级单位", "A cross-check needs at least two superiors"));
    }
}
