using System.Text.Json.Nodes;
using Programmes.Core.Calendars;
using Programmes.Core.Workflows;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Workflows;

/// <summary>A county fails on 30 June 2025 and may keep its qualification for half a year.</summary>
public class ProbationTests
{
    private static Driven Failed(string on, params (string Name, JsonNode? Value)[] more)
    {
        var probation = Act("Programmes.Probation", "keep", [("title", "保留创建资格"), ("checker", "office"), .. more]);
        var driven = new Driven(Chart("keep:Passed -> p; keep:Failed -> f; keep:NotApplied -> n", probation, Line("p"), Line("f"), Line("n"))) { Clock = ChinaTime.StartOf(Day(on)).AddHours(15) };
        return driven.Send(new Start());
    }

    private static OpenWorkItem Last(Driven driven) => driven.Commands.OfType<OpenWorkItem>().Last();

    private static ProbationStatus Status(Driven driven) => driven.Commands.OfType<MoveProbation>().Last().Status;

    [Theory]
    [InlineData("2025-06-30", "2025-12-30")]
    // The corresponding day is missing: the month's last one.
    [InlineData("2024-08-31", "2025-02-28")]
    // 1 May 2025 is a holiday: the next working day is the 6th.
    [InlineData("2024-11-01", "2025-05-06")]
    public void HalfAYear_EndsOnItsCorrespondingDay(string failedOn, string keptUntil) =>
        Failed(failedOn).Commands.OfType<OpenProbation>().Single().KeptUntil.On.ShouldBe(Day(keptUntil));

    [Fact]
    public void Applied_Rectified_Passed()
    {
        var driven = Failed("2025-06-30");
        Last(driven).Due!.On.ShouldBe(new DateOnly(2025, 7, 21));
        driven.Send(new WorkItemClosed(Last(driven).Id, "Apply"));
        Status(driven).ShouldBe(ProbationStatus.Rectifying);
        Last(driven).Due!.On.ShouldBe(new DateOnly(2025, 12, 30));
        driven.Clock = ChinaTime.StartOf(new DateOnly(2025, 12, 30)).AddHours(23);
        driven.Send(new WorkItemClosed(Last(driven).Id, "Done"));
        Status(driven).ShouldBe(ProbationStatus.RecheckAsked);
        Last(driven).Role.ShouldBe("office");
        driven.Clock = ChinaTime.StartOf(new DateOnly(2026, 1, 15)).AddHours(9);
        driven.Send(new WorkItemClosed(Last(driven).Id, "Pass"));
        driven.Written.ShouldBe("p");
    }

    [Fact]
    public void NotApplied_EndsWithTheLastDayOfTheApplication()
    {
        var driven = Failed("2025-06-30").FireNext();
        driven.Clock.ShouldBe(ChinaTime.EndOf(new DateOnly(2025, 7, 21)));
        driven.Written.ShouldBe("n");
        driven.State.Bookmarks.ShouldBeEmpty();
    }

    [Fact]
    public void NoRecheckAskedForInTime_Fails()
    {
        var driven = Failed("2025-06-30");
        driven.Send(new WorkItemClosed(Last(driven).Id, "Apply")).FireNext();
        driven.Clock.ShouldBe(ChinaTime.EndOf(new DateOnly(2025, 12, 30)));
        driven.Written.ShouldBe("f");
    }

    [Fact]
    public void RecheckFailed_EndsIt_UnlessAnotherIsLeft()
    {
        var driven = Failed("2025-06-30");
        driven.Send(new WorkItemClosed(Last(driven).Id, "Apply")).Send(new WorkItemClosed(driven.Commands.OfType<OpenWorkItem>().Last().Id, "Done"));
        driven.Send(new WorkItemClosed(Last(driven).Id, "Fail"));
        driven.Written.ShouldBe("f");

        driven = Failed("2025-06-30", ("rechecks", Literal(2, "Int32")));
        driven.Send(new WorkItemClosed(Last(driven).Id, "Apply"));
        driven.Send(new WorkItemClosed(Last(driven).Id, "Done"));
        driven.Send(new WorkItemClosed(Last(driven).Id, "Fail"));
        Status(driven).ShouldBe(ProbationStatus.Rectifying);
        driven.Send(new WorkItemClosed(Last(driven).Id, "Done"));
        driven.Send(new WorkItemClosed(Last(driven).Id, "Pass"));
        driven.Written.ShouldBe("p");
    }

    [Fact]
    public void ApplicationHandedInInTime_IsNotOverdueWhileItsApprovalTakesLonger()
    {
        var submitted = new DelayedApproval();
        var probation = Act("Programmes.Probation", "keep", ("title", "保留创建资格"), ("checker", "office"), ("approver", "office"));
        var driven = new Driven(Chart("keep:NotApplied -> n", probation, Line("n")), d => new DecisionContext { Now = d.Clock, Calendar = WorkingDayCalendar.Official, Facts = submitted }) { Clock = ChinaTime.StartOf(new DateOnly(2025, 6, 30)) };
        driven.Send(new Start()).FireNext();
        driven.Written.ShouldBe("");
        driven.Send(new WorkItemClosed(Last(driven).Id, "Apply"));
        Status(driven).ShouldBe(ProbationStatus.Rectifying);
    }

    [Fact]
    public void Period_ThatIsNone_IsALocatedError() =>
        DefinitionReader.Read(ChartJson("", Act("Programmes.Probation", "keep", ("title", "t"), ("checker", "office"), ("period", "半年多"))).ToJsonString(), "t.json")
            .Problems.ShouldContain(problem => problem.Code == "period" && problem.ActivityId == "keep");

    private sealed class DelayedApproval : IFacts
    {
        public int OpenChildren(string instance, int node) => 0;
        public int UnitCount(int batch) => 0;
        public (int Reached, int Total) Goal() => (0, 0);
        public bool IsSubmitted(string workItem) => true;
        public int OpenEntries(string ledger) => 0;
        public DateOnly? DueOn(string workItem) => null;
    }
}
