using System.Text.Json.Nodes;
using Programmes.Core.Calendars;
using Programmes.Core.Workflows;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Workflows;

public class RecurringWorkTests
{
    private static JsonObject Recurring(params (string Name, JsonNode? Value)[] more) =>
        Act("Programmes.RecurringWork", "report", [("title", "季度动态"), ("titleEn", "Quarterly report"), ("role", "unit"), ("every", "Quarter"), .. more]);

    private static Driven Begin(string on, JsonObject recurring)
    {
        var driven = new Driven(Chart("report -> z; report:Missed -> m", recurring, Line("z"), Line("m"))) { Clock = ChinaTime.StartOf(Day(on)).AddHours(9) };
        return driven.Send(new Start());
    }

    private static OpenWorkItem Last(Driven driven) => driven.Commands.OfType<OpenWorkItem>().Last();

    [Fact]
    public void EachPeriod_OpensInItsTime_IsNamed_AndEndsWithTheLast()
    {
        var driven = Begin("2023-07-03", Recurring(("from", "2023-07-03"), ("until", "2023-12-31"), ("opens", "period.end - 10 working days"), ("due", "period.end + 10 days")));
        driven.Commands.OfType<OpenWorkItem>().ShouldBeEmpty();
        driven.FireNext();
        // 30 September 2023 is in the National Day week: ten working days before it is the 15th.
        Last(driven).OpenedOn.ShouldBe(new DateOnly(2023, 9, 15));
        Last(driven).Title.ShouldBe(new Text("季度动态（2023年第三季度）", "Quarterly report (2023 Q3)"));
        Last(driven).Due!.On.ShouldBe(new DateOnly(2023, 10, 10));
        driven.Send(new WorkItemClosed(Last(driven).Id, "Done"));
        driven.Written.ShouldBe("");
        driven.FireNext();
        driven.Send(new WorkItemClosed(Last(driven).Id, "Done"));
        driven.Written.ShouldBe("z");
        driven.State.Status.ShouldBe(InstanceStatus.Finished);
        driven.State.Bookmarks.ShouldBeEmpty();
    }

    [Fact]
    public void DueOnAHoliday_StaysAsPrinted_APeriodThatEndsOnOneRolls()
    {
        // The third quarter of 2023 ends on 30 September, a holiday; ten days later is a working day, nine days later (9 October) too; four days later is not.
        var driven = Begin("2023-07-03", Recurring(("from", "2023-07-03"), ("until", "2023-09-30"), ("due", "period.end")));
        Last(driven).Due!.On.ShouldBe(new DateOnly(2023, 9, 30));
        driven = Begin("2023-07-03", Recurring(("from", "2023-07-03"), ("until", "2023-09-30"), ("due", "period.end + 4 days")));
        Last(driven).Due!.On.ShouldBe(new DateOnly(2023, 10, 7));
    }

    [Fact]
    public void LatePeriod_StaysOpenBesideTheNext_WhenNothingClosesIt()
    {
        var driven = Begin("2023-07-03", Recurring(("from", "2023-07-03"), ("until", "2023-12-31"), ("due", "period.end")));
        var first = Last(driven).Id;
        driven.FireNext();
        var second = Last(driven).Id;
        second.ShouldNotBe(first);
        driven.Send(new WorkItemClosed(second, "Done")).Send(new WorkItemClosed(first, "Done"));
        driven.Written.ShouldBe("z");
    }

    [Fact]
    public void PeriodThatIsClosed_IsMissed_AndTakesNothingAfterwards()
    {
        var driven = Begin("2023-07-03", Recurring(("from", "2023-07-03"), ("until", "2023-09-30"), ("due", "2023-10-10"), ("closes", "2023-10-31")));
        var item = Last(driven).Id;
        driven.FireNext();
        driven.Clock.ShouldBe(ChinaTime.EndOf(new DateOnly(2023, 10, 31)));
        driven.Commands.OfType<CloseWorkItem>().Single().Outcome.ShouldBe("Missed");
        driven.Lines.Order().ShouldBe(["m", "z"]);
        var count = driven.Commands.Count;
        driven.Send(new WorkItemClosed(item, "Done"));
        driven.Commands.Count.ShouldBe(count);
    }

    [Fact]
    public void ExtensionBeyondTheClosingDate_MovesTheClosingToo()
    {
        var driven = Begin("2023-07-03", Recurring(("from", "2023-07-03"), ("until", "2023-09-30"), ("due", "2023-10-10"), ("closes", "2023-10-31")));
        driven.Send(new DueMoved(Last(driven).Id, new DateOnly(2023, 11, 15), "因灾"));
        driven.State.WakeAt.ShouldBe(ChinaTime.EndOf(new DateOnly(2023, 11, 15)));
    }

    [Fact]
    public void TasksOfAPlan_StandInTheInstructionsOfTheirMonth()
    {
        var plan = new JsonObject { ["2020-06"] = "清理标牌", ["2020-07"] = "整合功能室" };
        var monthly = Act("Programmes.RecurringWork", "report", ("title", "按月调度"), ("role", "unit"), ("every", "Month"), ("from", "2020-06-11"), ("until", "2020-07-31"), ("due", "period.end"),
            ("instructions", "报本月进展"), ("tasks", Expr("Object", plan)));
        var driven = Begin("2020-06-11", monthly);
        Last(driven).Instructions.ShouldBe("报本月进展\n本期任务：清理标牌");
        driven.FireNext();
        Last(driven).Instructions.ShouldBe("报本月进展\n本期任务：整合功能室");
    }

    [Fact]
    public void Cancelled_TakesBackAllOpenPeriods()
    {
        var fork = Act("Fork", "root", ("joinMode", Literal("WaitAny")), ("branches", new JsonArray(Recurring(("from", "2023-01-03"), ("until", "2023-12-31"), ("due", "period.end")), Wait("stop"))));
        var driven = new Driven(Read(new JsonObject { ["definitionId"] = "test", ["name"] = "test", ["version"] = 1, ["root"] = fork })) { Clock = ChinaTime.StartOf(new DateOnly(2023, 7, 3)) };
        driven.Send(new Start());
        driven.Commands.OfType<OpenWorkItem>().Count().ShouldBe(3);
        driven.Event("stop");
        driven.Commands.OfType<CloseWorkItem>().Count(closed => closed.End == WorkItemEnd.Cancelled).ShouldBe(3);
    }

    [Theory]
    [InlineData("due", "period.ende", "date-anchor")]
    [InlineData("every", "Week", "input-choice")]
    public void Definition_ThatCannotWork_IsALocatedError(string input, string value, string code)
    {
        var activity = Recurring(("from", "2023-07-03"), ("until", "2023-12-31"), ("due", "period.end"));
        activity[input] = value;
        DefinitionReader.Read(ChartJson("", activity).ToJsonString(), "t.json").Problems.ShouldContain(problem => problem.Code == code && problem.ActivityId == "report");
    }

    [Fact]
    public void PeriodAnchors_AreUnknownToOtherActivities() =>
        DefinitionReader.Read(ChartJson("", Act("Programmes.WorkItem", "w", ("title", "w"), ("role", "unit"), ("due", "period.end"))).ToJsonString(), "t.json")
            .Problems.ShouldContain(problem => problem.Code == "date-anchor");
}
