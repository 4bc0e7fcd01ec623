using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;

namespace Programmes.Core.Tests.Programmes;

/// <summary>The shipped definitions of the standardisation pilot, held to the paragraphs of the plan that they come from.</summary>
public class StandardisationPilotTests
{
    private static readonly ShippedPlan Plan = new("standardisation-pilot", "programme.json", "standard.json", "batch.json", "banner.json");
    private static readonly RehearsalReport OnTime = Plan.Rehearse(BehaviourPolicy.OnTime);

    private static IEnumerable<RehearsalEvent> Of(string activity, string kind = EventKinds.WorkDue) => OnTime.Events.Where(e => e.Activity == activity && e.Kind == kind);

    [Fact]
    public void Plan_Shipped_IsInOrder() => Plan.ShouldBeInOrder("康巴什", "鄂尔多斯");

    // 三（一） to 三（五）; a month without a day is read as its last day, the start of a month as its first.
    [Theory]
    [InlineData("phase1", "2014-10-01", "2014-10-31")]
    [InlineData("phase2", "2014-11-01", "2014-12-31")]
    [InlineData("phase3", "2015-01-01", "2015-12-31")]
    [InlineData("phase4", "2015-06-01", "2015-06-30")]
    [InlineData("phase5", "2015-11-01", "2015-11-30")]
    public void Phase_OfThePlan_HasItsDays(string stage, string from, string until)
    {
        Of(stage, EventKinds.StageOpened).ShouldHaveSingleItem().On.ShouldBe(Day(from));
        Of(stage, EventKinds.StageClosed).ShouldHaveSingleItem().On.ShouldBe(Day(until));
    }

    // 二（一） to 二（三）: three families of three standards each go through the same steps.
    [Theory]
    [InlineData("draft", "2014-12-10")] // 三（二）: begun in November, first drafts in December
    [InlineData("consult", "2014-12-22")] // 三（二）: opinions sought widely
    [InlineData("revise", "2014-12-26")] // 三（二）: revised within December
    [InlineData("approve", "2014-12-31")]
    [InlineData("issue", "2014-12-31")] // 三（三）: in force from January on
    [InlineData("amend", "2015-06-19")]
    [InlineData("approveAmended", "2015-06-30")] // 三（四）: revised in June
    [InlineData("accept", "2015-11-30")] // 三（五）: accepted in November
    public void Standards_Nine_EachHaveTheStep(string step, string due)
    {
        Of(step).Count().ShouldBe(9);
        Of(step).ShouldAllBe(e => e.On == Day(due));
        Of(step).Select(e => e.Title).ShouldBeUnique();
    }

    [Fact]
    public void Standards_CiteTheirOwnParagraphs() =>
        Enumerable.Range(1, 3).SelectMany(family => Enumerable.Range(1, 3).Select(item => $"二（{"一二三"[family - 1]}）{item}")).ShouldBe(
            new[] { "guaranteeDuties", "guaranteeLayout", "guaranteeServices", "technicalFacilities", "technicalManagement", "technicalDigital", "evaluationPerformance", "evaluationMerit", "evaluationSocial" }
                .Select(id => ((System.Text.Json.JsonElement)((Core.Workflows.LiteralExpression)Plan.Step("standardisation-pilot", id).Inputs["input"]).Value!).GetProperty("clause").GetString()!));

    [Theory]
    [InlineData("leadingGroup", "2014-10-31")] // 三（一）；四（一）
    [InlineData("workPlan", "2014-10-31")] // 三（一）
    [InlineData("mobilise", "2014-10-31")] // 三（一）
    [InlineData("research", "2014-11-30")] // 三（二）: a Sunday, the last working day before it is 11-28
    [InlineData("body", "2014-10-31")] // 四（一）
    [InlineData("acceptance", "2015-11-30")] // 三（五）
    [InlineData("summary", "2015-11-30")] // 三（五）
    public void Step_OfAPhase_IsDueWithinIt(string step, string due) => Of(step).ShouldAllBe(e => e.On == Day(due));

    [Fact]
    public void Rehearsal_OnTime_EndsWith2015_AndWarnsOnlyOfTheSunday()
    {
        // 一（四）: from September 2014 to the end of 2015; nothing is named for September itself.
        (OnTime.Summary.StartsOn, OnTime.Summary.FinishedOn).ShouldBe((Day("2014-09-01"), Day("2015-12-31")));
        OnTime.Events[0].On.ShouldBe(Day("2014-10-01"));
        OnTime.Problems.Select(problem => (problem.Code, problem.ActivityId)).ShouldBe([("rest-day", "research")]);
        (OnTime.Summary.GoalReached, OnTime.Summary.GoalTotal).ShouldBe((8, 8));
    }

    [Fact]
    public void Survey_OfTheThirdParty_ComesBeforeTheAssessmentAndItsPublication() =>
        OnTime.Events.Where(e => e is { Kind: EventKinds.WorkCompleted, Activity: "survey" or "assess" or "publish" or "useResults" }).Select(e => e.Activity).ShouldBe(["survey", "assess", "publish", "useResults"]);

    [Fact]
    public void Thresholds_ThatThePlanNames_AreAskedFor()
    {
        var groups = Plan.Example.Forms["implementation"].Groups;
        groups.Select(group => group.Items.Count(item => item.Kind == FormItemKind.YesNo)).ShouldBe([3, 10, 4, 7, 4, 0, 0]); // three circles, 十个一, 四个一, 七个一
        var asked = groups.SelectMany(group => group.Items).ToDictionary(item => item.Key);
        foreach (var key in new[] { "circle10min", "circle2km", "circle10km", "s1", "v1", "c1", "postsLeast" }) asked[key].Required.ShouldBeTrue(key);
        asked["postsLeast"].Title.ShouldContain("至少 3 名");
    }

    [Fact]
    public void Rehearsal_AllFailTheAcceptanceFirst_AreAcceptedAfterRectification() =>
        Plan.Rehearse(BehaviourPolicy.FailFirst).Summary.Results.ShouldBe(new Dictionary<string, int> { ["整改后通过验收"] = 8 });

    [Theory]
    [InlineData(BehaviourPolicy.Late, 1)]
    [InlineData(BehaviourPolicy.Random, 1)]
    [InlineData(BehaviourPolicy.Random, 2)]
    [InlineData(BehaviourPolicy.Random, 3)]
    public void Rehearsal_HoweverPeopleWork_Ends(BehaviourPolicy policy, long seed) => Plan.ShouldEnd(policy, seed);

    private static DateOnly Day(string on) => DateOnly.ParseExact(on, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
