using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Programmes;

/// <summary>The shipped definitions of the demonstration counties, held to the paragraphs of the plan that they come from.</summary>
public class DemonstrationCountyPlanTests
{
    private static readonly ShippedPlan Plan = new("demonstration-county", "programme.json", "batch.json", "county.json");
    private static readonly RehearsalReport OnTime = Plan.Rehearse(BehaviourPolicy.OnTime);

    private static IEnumerable<RehearsalEvent> Of(string activity, int batch, string kind = EventKinds.WorkDue) => OnTime.Events.Where(e => e.Activity == activity && e.Batch == batch && e.Kind == kind);

    [Fact]
    public void Plan_Shipped_IsInOrder() => Plan.ShouldBeInOrder();

    [Fact]
    public void Sample_HasThreeBatchesOfAtMostFortyPerCent_EachAYearAfterTheOneBefore()
    {
        // 五：ten in the first batch; 40 % of 80 counties are 32 in all.
        Plan.Example.Batches.Select(batch => batch.Settings["batchPlaces"]).ShouldBe(["10", "12", "10"]);
        Plan.Example.Batches.Sum(batch => int.Parse(batch.Settings["batchPlaces"], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(Quota.ShareOf(40, 80));
        OnTime.Summary.Batches.Select(batch => batch.StartedOn!.Value.Year).ShouldBe([2023, 2024, 2025]);
        OnTime.Summary.Results["命名示范县（区）"].ShouldBe(32);
    }

    // 五：in year Y the first batch starts; in Y+1 its mid-term check, and the second applies; in Y+2 its acceptance, and the second's mid-term check.
    [Theory]
    [InlineData(1, "2023-02-28", "2024-06-28", "2025-06-30")]
    [InlineData(2, "2024-02-28", "2025-06-27", "2026-06-30")]
    [InlineData(3, "2025-02-28", "2026-06-26", "2027-06-30")]
    public void EveryDate_OfACycle_FollowsFromItsYear(int batch, string apply, string midTerm, string acceptance)
    {
        Of("apply", batch).ShouldAllBe(e => e.On == Day(apply));
        Of("midTerm", batch).Single().On.ShouldBe(Day(midTerm));
        Of("acceptance", batch).Single().On.ShouldBe(Day(acceptance));
        // Five full working days each, before the qualification and before the naming.
        Of("notice", batch, EventKinds.NoticeOpened).Count().ShouldBe(1);
        Of("acceptanceNotice", batch, EventKinds.NoticeOpened).Count().ShouldBe(1);
        // 九（二）：nine quarters touch the two years; a report each year.
        Of("quarterly", batch).GroupBy(e => e.Unit).ShouldAllBe(reports => reports.Count() == 9);
        Of("yearly", batch).GroupBy(e => e.Unit).ShouldAllBe(reports => reports.Count() == 3);
        // 八（二）（三）、六（三）.
        Of("praise", batch).Count().ShouldBe(1);
        Of("reward", batch).Count().ShouldBe(1);
        Of("recheck", batch).Count().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void NotSelected_TriesAgainInTheNextBatch() =>
        OnTime.Events.Where(e => e.Kind == EventKinds.CarriedOver).GroupBy(e => e.Batch).Select(group => (group.Key, group.Count())).ShouldBe([((int?)1, 2), (2, 2)]);

    [Fact]
    public void FailFirst_ShowsProbation_RecheckAndEveryEnding()
    {
        var report = Plan.Rehearse(BehaviourPolicy.FailFirst);
        report.Problems.ShouldNotContain(problem => problem.Severity == ProblemSeverity.Error);
        var probation = report.Events.First(e => e is { Kind: EventKinds.ProbationOpened, Batch: 1 });
        // 六（二）：failed on 30 June 2025, half a year.
        probation.On.ShouldBe(new DateOnly(2025, 6, 30));
        probation.DueOn.ShouldBe(new DateOnly(2025, 12, 30));
        report.Events.Where(e => e.Kind == EventKinds.ProbationEnded).Select(e => e.Title.Zh).Distinct()
            .ShouldBe(["保留创建资格：复查通过", "保留创建资格：复查不合格或到期未申请复查", "保留创建资格：未申请"], ignoreOrder: true);
        report.Summary.Results.Keys.ShouldBe(["取消创建资格", "命名示范县（区）"], ignoreOrder: true);
        report.Events.ShouldContain(e => e.Activity == "nameAfterRecheck");
        report.Events.ShouldContain(e => e.Activity == "confirmLapse");
    }

    [Theory]
    [InlineData(BehaviourPolicy.Late, 1)]
    [InlineData(BehaviourPolicy.Random, 1)]
    [InlineData(BehaviourPolicy.Random, 2)]
    [InlineData(BehaviourPolicy.Random, 3)]
    public void Rehearsal_WhateverPeopleDo_Ends(BehaviourPolicy policy, long seed)
    {
        var report = Plan.Rehearse(policy, seed);
        report.Problems.ShouldNotContain(problem => problem.Severity == ProblemSeverity.Error);
        report.Events.ShouldNotContain(e => e.Kind == EventKinds.Incident);
        report.Summary.FinishedOn.ShouldNotBeNull();
    }
}
