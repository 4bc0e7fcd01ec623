using Programmes.Core.Rehearsal;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Programmes;

/// <summary>The shipped definitions of the rectification, held to the paragraphs of the plan that they come from.</summary>
public class WuhuRectificationPlanTests
{
    private static readonly ShippedPlan Plan = new("wuhu-rectification", "programme.json", "stations.json", "county.json", "station.json");
    private static readonly RehearsalReport OnTime = Plan.Rehearse(BehaviourPolicy.OnTime);

    private static IEnumerable<RehearsalEvent> Of(string activity, string kind = EventKinds.WorkDue) => OnTime.Events.Where(e => e.Activity == activity && e.Kind == kind);

    [Fact]
    public void Plan_Shipped_IsInOrder() => Plan.ShouldBeInOrder("芜湖", "镜湖", "三山");

    [Fact]
    public void Sample_HasSeventyThreeStationsUnderSevenCountiesAndTwoZones()
    {
        // 二.
        Plan.Example.Units.Count.ShouldBe(73);
        Plan.Example.Units.Select(unit => unit.Superior).Distinct().Count().ShouldBe(9);
        OnTime.Summary.GoalReached.ShouldBe(73);
    }

    [Theory]
    [InlineData("mobilisation", "2022-11-15", "2022-11-25")] // 四（一）
    [InlineData("correction", "2022-11-26", "2022-12-20")] // 四（二）
    [InlineData("supervision", "2022-12-21", "2023-01-20")] // 四（三）
    [InlineData("summary", "2023-01-21", "2023-06-30")] // 四（四）
    [InlineData("phase5", "2023-07-01", "2024-06-30")] // 三（四）
    public void Phase_BeginsOnItsPrintedDay_AndIsOverByItsEnd(string stage, string begins, string ends)
    {
        Of(stage, EventKinds.StageOpened).Single().On.ShouldBe(Day(begins));
        Of(stage, EventKinds.StageClosed).Single().On.ShouldBeLessThanOrEqualTo(Day(ends));
    }

    [Theory]
    [InlineData("report1", "2022-12-20")]
    [InlineData("report2", "2023-01-20")]
    [InlineData("report3", "2023-06-20")]
    public void EveryDate_OfTheReports_HoldsForNineCounties(string report, string due)
    {
        // 印发通知.
        Of(report).Count().ShouldBe(9);
        Of(report).ShouldAllBe(e => e.On == Day(due));
    }

    [Fact]
    public void EveryDate_OfTheSupervision_IsWithinItsPhase()
    {
        // 四（三）、三（三）.
        foreach (var activity in new[] { "daily", "unannounced", "cross", "bulletin", "joint" })
            Of(activity).ShouldAllBe(e => e.On >= Day("2022-12-21") && e.On <= Day("2023-01-20"), activity);
        Of("daily").Count().ShouldBe(2);
    }

    [Fact]
    public void Ledger_OfEachStation_IsOpenedAndCleared()
    {
        OnTime.Events.Count(e => e.Kind == EventKinds.LedgerOpened).ShouldBe(73);
        OnTime.Events.Count(e => e.Kind == EventKinds.LedgerClosed).ShouldBe(73);
    }

    [Theory]
    [InlineData(BehaviourPolicy.Late, 1)]
    [InlineData(BehaviourPolicy.FailFirst, 1)]
    [InlineData(BehaviourPolicy.Random, 1)]
    [InlineData(BehaviourPolicy.Random, 2)]
    public void Rehearsal_WhateverPeopleDo_Ends(BehaviourPolicy policy, long seed) => Plan.ShouldEnd(policy, seed);
}
