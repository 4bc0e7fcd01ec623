using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;

namespace Programmes.Core.Tests.Programmes;

/// <summary>The shipped definitions of the one-door coverage, held to the paragraphs of the plan that they come from.</summary>
public class OneDoorCoverageTests
{
    private static readonly ShippedPlan Plan = new("one-door-coverage", "programme.json", "batch.json", "unit.json");
    private static readonly RehearsalReport OnTime = Plan.Rehearse(BehaviourPolicy.OnTime);

    private static List<RehearsalEvent> Of(string activity, string kind = EventKinds.WorkDue) => [.. OnTime.Events.Where(e => e.Activity == activity && e.Kind == kind)];

    [Fact]
    public void Plan_Shipped_IsInOrder() => Plan.ShouldBeInOrder("资阳", "益阳", "长春");

    [Fact]
    public void Meeting_OfTheMiddleTenDays_IsHeldByTheLastWorkingDayInThem()
    {
        // 四（二）: mid-June is 06-11 to 06-20, a Saturday.
        Of("meeting", EventKinds.WorkOpened).Single().On.ShouldBe(Day("2020-06-11"));
        Of("meeting").Single().On.ShouldBe(Day("2020-06-20"));
        Of("meeting", EventKinds.WorkCompleted).Single().On.ShouldBe(Day("2020-06-19"));
        OnTime.Problems.Select(problem => (problem.Code, problem.ActivityId)).ShouldBe([("rest-day", "meeting")]);
    }

    [Fact]
    public void Measures_OfEveryUnit_AreDueByTheEndOfJune() // 四（四）
    {
        Of("measures").Count.ShouldBe(8);
        Of("measures").ShouldAllBe(e => e.On == Day("2020-06-30"));
    }

    [Fact]
    public void Study_OnceByTheBureauAndByEachUnit() => Of("study").Count.ShouldBe(9); // 四（一）

    [Fact]
    public void CheckIn_EveryMonth_IsCalledByTheBureauAndAnsweredByEachUnit()
    {
        // 四（三）: June to December; the bureau begins, the units answer, the bureau is through before the month ends.
        Of("call", EventKinds.WorkOpened).Select(e => (e.On.Month, Titled: e.Title.Zh)).ShouldBe(Enumerable.Range(6, 7).Select(month => (month, $"按月调度（2020年{month}月）")));
        Of("checkIn").GroupBy(e => e.On.Month).Select(group => (group.Key, group.Count())).ShouldBe(Enumerable.Range(6, 7).Select(month => (month, 8)));
        foreach (var month in Enumerable.Range(7, 6))
        {
            var call = Of("call", EventKinds.WorkOpened).Single(e => e.On.Month == month).On;
            var asked = Of("checkIn", EventKinds.WorkOpened).Where(e => e.On.Month == month).Select(e => e.On).Distinct().ShouldHaveSingleItem();
            asked.ShouldBeGreaterThan(call);
            Of("call").Single(e => e.On.Month == month).On.ShouldBeGreaterThan(Of("checkIn").First(e => e.On.Month == month).On);
        }
    }

    [Fact]
    public void Plan_AsksForTheMonthsTasks_AndForPostsNotNames()
    {
        // 五（二）: tasks month by month, one leader in charge, a section that carries it out.
        var items = Plan.Example.Forms["plan"].Groups.SelectMany(group => group.Items).ToList();
        items.Where(item => item.Key.StartsWith("2020-", StringComparison.Ordinal)).Select(item => item.Key).ShouldBe(Enumerable.Range(6, 7).Select(month => $"2020-{month:00}"));
        items.ShouldAllBe(item => item.Required);
        items.Single(item => item.Key == "leader").Title.ShouldContain("不填姓名");
    }

    [Fact]
    public void Indicators_Three_AreNumbers()
    {
        // 三: rooms merged, signs to the rules, rules of use; of how many villages.
        var numbers = Plan.Example.Forms["check-in"].Groups.SelectMany(group => group.Items).Where(item => item.Kind == FormItemKind.Number).ToList();
        numbers.Select(item => item.Key).ShouldBe(["villages", "merged", "signs", "rules"]);
        numbers.ShouldAllBe(item => item.Required);
    }

    [Fact]
    public void Supervisions_Two_AreKeptFromTheUnits()
    {
        // 五（四）: on days that the launch sets; nobody is reminded before they are due.
        foreach (var (step, from) in new[] { ("supervision1", "2020-08-18"), ("supervision2", "2020-11-10") })
        {
            Of(step, EventKinds.WorkOpened).Single().On.ShouldBe(Day(from));
            Of(step, EventKinds.Reminder).ShouldBeEmpty();
            ShippedPlan.Input(Plan.Step("one-door-coverage-batch", step), "unannounced").ShouldBe("true");
        }
    }

    [Fact]
    public void Rehearsal_EveryUnitFailsTheFirstSupervision_RectifiesAndIsThroughWithTheYear()
    {
        var report = Plan.Rehearse(BehaviourPolicy.FailFirst);
        report.Events.Count(e => e is { Activity: "opinion1", Kind: EventKinds.WorkCompleted }).ShouldBe(8);
        report.Events.Count(e => e is { Activity: "rectify1", Kind: EventKinds.WorkCompleted }).ShouldBe(8);
        report.Summary.Results.ShouldBe(new Dictionary<string, int> { ["按规定落实"] = 8 });
        report.Summary.FinishedOn.ShouldBe(Day("2020-12-31")); // 五（一）: in the year's assessments
    }

    [Theory]
    [InlineData(BehaviourPolicy.Late, 1)]
    [InlineData(BehaviourPolicy.Random, 1)]
    [InlineData(BehaviourPolicy.Random, 2)]
    [InlineData(BehaviourPolicy.Random, 3)]
    public void Rehearsal_HoweverPeopleWork_Ends(BehaviourPolicy policy, long seed) => Plan.ShouldEnd(policy, seed);

    private static DateOnly Day(string on) => DateOnly.ParseExact(on, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
