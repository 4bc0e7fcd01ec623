using Programmes.Core.Rehearsal;
using static Programmes.Core.Tests.Rehearsal.SmallPlan;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Rehearsal;

public class RehearsalTests
{
    [Fact]
    public void OnTime_SimplePlan_EndsWithoutProblems()
    {
        var report = new SmallPlan().Rehearse();

        report.Problems.ShouldBeEmpty();
        report.Summary.FinishedOn.ShouldBe(new DateOnly(2023, 8, 31));
        report.Summary.Batches[0].StartedOn.ShouldBe(new DateOnly(2023, 7, 3));
        report.Events.First(what => what.Kind == EventKinds.WorkOpened).DueOn.ShouldBe(new DateOnly(2023, 8, 31));
    }

    [Fact]
    public void OnTime_OfficeClosingAtNoon_IsNotOverdue()
    {
        var report = new SmallPlan { BusinessClose = new(12, 0) }.Rehearse();

        report.Summary.Events.Keys.ShouldNotContain(EventKinds.WorkOverdue);
    }

    [Fact]
    public void WaitingRows_OfAStepThatOpenedTooEarly_OpenWithTheDecision()
    {
        var plan = new SmallPlan
        {
            // Both steps open on the first day, and the one that selects is decided last.
            Batch = Beside("batch", Act("Programmes.DispatchUnits", "units", ("workflowDefinitionId", "unit")), Judge("verify", "2023-09-15"), Judge("name", "2023-08-31", "verify:Pass"), Notice("notice", ("units", "verify:Pass"))),
            Unit = Chart("unit", "v:Pass -> n; n:Pass -> p", Await("v", "verify", "Pass", "Fail"), Await("n", "name", "Pass", "Fail"), Await("p", "notice", "NoObjection", "Upheld")),
        };

        var report = plan.Rehearse();

        report.Problems.ShouldBeEmpty();
        report.Summary.FinishedOn.ShouldBe(new DateOnly(2023, 9, 15));
    }

    [Fact]
    public void Notice_OfTheProgrammeOrOfAUnit_KeepsNoRows()
    {
        var plan = new SmallPlan
        {
            Programme = Chart("programme", "batches -> final", Act("Programmes.DispatchBatches", "batches", ("workflowDefinitionId", "batch")), Notice("final")),
            Unit = Chart("unit", "", Notice("own")),
        };

        var report = plan.Rehearse();

        report.Problems.ShouldBeEmpty();
        report.Summary.Events[EventKinds.NoticeClosed].ShouldBe(3);
        report.Events.Where(what => what.Kind == EventKinds.NoticeClosed).Select(what => what.Title.Zh).ShouldBe(["own", "own", "final"]);
    }

    [Fact]
    public void NoticeAfterStage_LooksAtTheStageAroundItOnly()
    {
        var units = Act("Programmes.DispatchUnits", "units", ("workflowDefinitionId", "unit"));
        var beside = new SmallPlan { Batch = Beside("batch", Stage("other", "2023-07-05", Work("work", "office", "2023-07-31")), Notice("notice"), units.DeepClone().AsObject()) };
        var around = new SmallPlan { Batch = Beside("batch", Stage("short", "2023-07-04", Notice("notice")), units) };

        beside.Rehearse().Problems.ShouldBeEmpty();
        var problem = around.Rehearse().Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("notice-after-stage");
        problem.Definition.ShouldBe("batch");
    }

    [Fact]
    public void FailFirst_ProblemsOfASupplementaryRound_AreFound()
    {
        var plan = new SmallPlan
        {
            Batch = Chart("batch", "begin -> units; begin -> verify", Act("Programmes.WaitUntil", "begin", ("on", "batch.start")), Act("Programmes.DispatchUnits", "units", ("workflowDefinitionId", "unit")), Judge("verify", "batch.start + 1 month, exact")),
            Unit = Chart("unit", "v:Fail -> again", Await("v", "verify", "Pass", "Fail"), Act("Programmes.CarryOver", "again")),
        };
        plan.Batches.Add(new() { Number = 2, Name = "补评", Start = "2023-09-01", Supplementary = true });

        plan.Rehearse().Problems.ShouldNotContain(problem => problem.Batch == 2);
        plan.Rehearse(BehaviourPolicy.FailFirst).Problems.ShouldContain(problem => problem.Code == "rest-day" && problem.Batch == 2 && problem.On == new DateOnly(2023, 10, 1));
    }

    [Fact]
    public void Reminders_ThatDoNotParse_AreAProblem()
    {
        var report = new SmallPlan { Reminders = "whenever" }.Rehearse();

        report.Problems.ShouldHaveSingleItem().Code.ShouldBe("reminders");
        report.Summary.FinishedOn.ShouldNotBeNull();
    }

    [Fact]
    public void PollingLoop_IsAProblemAndEnds()
    {
        var report = new SmallPlan { Unit = Chart("unit", "poll -> again; again:True -> poll", Act("Timer", "poll", ("interval", "00:01:00")), Act("FlowDecision", "again", ("condition", true))) }.Rehearse();

        report.Problems.Select(problem => problem.Code).ShouldBe(["endless-loop", "not-finished"]);
    }

    [Fact]
    public void RecordResult_OutsideAUnit_IsAProblem()
    {
        var report = new SmallPlan { Batch = Chart("batch", "", Act("Programmes.RecordResult", "result", ("result", "达标"), ("final", true))) }.Rehearse();

        report.Problems.ShouldHaveSingleItem().Code.ShouldBe("no-unit");
    }

    [Fact]
    public void EqualIdsInTwoDefinitions_AreReportedEach()
    {
        var plan = new SmallPlan
        {
            Batch = Beside("batch", Act("Programmes.DispatchUnits", "units", ("workflowDefinitionId", "unit")), Work("file", "office", "2023-09-30")),
            Unit = Chart("unit", "", Work("file", "unit", "2023-09-30")),
        };

        plan.Rehearse().Problems.Select(problem => (problem.Code, problem.Definition)).ShouldBe([("rest-day", "batch"), ("rest-day", "unit")], ignoreOrder: true);
    }

    [Theory]
    [InlineData(BehaviourPolicy.OnTime)]
    [InlineData(BehaviourPolicy.Random)]
    public void Listener_HearsWhatTheReportKeeps(BehaviourPolicy policy)
    {
        var heard = new List<RehearsalEvent>();
        var plan = new SmallPlan();

        var report = plan.Rehearse(policy, heard.Add);

        heard.ShouldBe(report.Events);
        heard.Select(what => what.At).ShouldBeInOrder();
    }

    [Fact]
    public void Closed_IsTheLastDayOfTheNotice()
    {
        // Article 203: the window ends at 24:00 of its last day, which is the next day's first instant.
        var plan = new SmallPlan { Batch = Chart("batch", "notice:NoObjection -> after", Notice("notice"), Work("after", "office", "closed + 3 working days")) };

        var after = plan.Rehearse().Events.First(what => what.Activity == "after");

        plan.Rehearse().Events.First(what => what.Kind == EventKinds.NoticeClosed).On.ShouldBe(new DateOnly(2023, 7, 10));
        after.DueOn.ShouldBe(new DateOnly(2023, 7, 13));
    }
}
