using System.Text.Json.Nodes;
using Programmes.Core.Programmes;
using Programmes.Core.Tests.Workflows;

namespace Programmes.Core.Tests.Programmes;

public class LaunchChecksTests
{
    private static JsonObject Definition(string id, string connections, string[] dates, params JsonObject[] activities)
    {
        var json = Flow.ChartJson(connections, activities);
        json["definitionId"] = id;
        json["inputs"] = new JsonArray([.. dates.Select(date => new JsonObject { ["name"] = date, ["type"] = "String" })]);
        return json;
    }

    private static JsonObject Programme() => Definition("check", "", [], Flow.Act("Programmes.DispatchBatches", "batches", ("workflowDefinitionId", "check-batch")));

    private static JsonObject Batch(string due = "reportDue") => Definition("check-batch", "units -> verify", [.. new[] { due }.Where(d => d.All(char.IsLetter))],
        Flow.Act("Programmes.DispatchUnits", "units", ("workflowDefinitionId", "check-unit")),
        Flow.Act("Programmes.WorkItem", "verify", ("title", "核实"), ("role", "bureau"), ("due", due), ("units", "all"), ("rowOutcomes", "Pass,Fail")));

    private static JsonObject Unit(string step = "verify", string outcomes = "Pass,Fail") => Definition("check-unit", "file -> await", ["replyDue"],
        Flow.Act("Programmes.WorkItem", "file", ("title", "填报"), ("role", "unit"), ("form", "report"), ("due", "replyDue")),
        Flow.Act("Programmes.AwaitBatchStep", "await", ("step", step), ("outcomes", outcomes)));

    private static List<Problem> Check(JsonObject? launch = null, params JsonObject[] definitions) =>
        [.. LaunchChecks.Check(LaunchFiles.Launch(launch), (definitions.Length > 0 ? definitions : [Programme(), Batch(), Unit()]).Select(Flow.Read), LaunchFiles.File)];

    private static Problem One(IEnumerable<Problem> problems, string code) => problems.ShouldHaveSingleItem().ShouldSatisfy(code);

    [Fact]
    public void Check_FittingLaunch_FindsNothing() => Check().ShouldBeEmpty();

    [Fact]
    public void Check_UnknownDefinition_NamesTheNearest()
    {
        var json = LaunchFiles.Small();
        json["definition"] = "chek";
        One(Check(json), "definition-missing").Message.Zh.ShouldContain("是否为“check”");
    }

    [Fact]
    public void Check_ChildDefinitionMissing_IsFoundAtItsStep()
    {
        var problem = Check(null, Programme(), Batch()).First(p => p.Code == "definition-missing");
        problem.ActivityId.ShouldBe("units");
        problem.Message.Zh.ShouldContain("check-unit");
    }

    [Fact]
    public void Check_RoleWithoutOffice_IsFound()
    {
        var json = LaunchFiles.Small();
        json["offices"] = new JsonObject { ["bureaus"] = new JsonObject { ["name"] = "县局", ["mail"] = "a@example.org" } };
        var problem = One(Check(json), "role-missing");
        (problem.File, problem.ActivityId, problem.Property).ShouldBe((LaunchFiles.File, "verify", "offices.bureau"));
        problem.Message.Zh.ShouldContain("是否为“bureaus”");
    }

    [Fact]
    public void Check_FormMissing_IsFound()
    {
        var json = LaunchFiles.Small();
        json.Remove("forms");
        One(Check(json), "form-missing").Property.ShouldBe("forms.report");
    }

    [Fact]
    public void Check_DateMissingInSomeBatches_NamesThem()
    {
        var json = LaunchFiles.Small();
        json["dates"] = new JsonObject { ["replyDue"] = "2023-10-09" };
        var problem = One(Check(json), "date-missing");
        problem.Message.Zh.ShouldContain("第 2、3 批没有给出");
        (problem.ActivityId, problem.Property, problem.Batch).ShouldBe(("verify", "batches[1].dates.reportDue", 2));
    }

    [Fact]
    public void Check_DateThatADateCountsFrom_MustBeGivenToo()
    {
        var json = LaunchFiles.Small();
        json["dates"]!["replyDue"] = "repordDue + 5 working days";
        var problem = One(Check(json), "date-missing");
        problem.Property.ShouldBe("dates.repordDue");
        problem.Message.Zh.ShouldContain("是否为“reportDue”");
    }

    [Fact]
    public void Check_DatesInACircle_AreFoundOnce()
    {
        var json = LaunchFiles.Small();
        json["dates"] = new JsonObject { ["replyDue"] = "reportDue + 1 day", ["reportDue"] = "replyDue - 1 day" };
        json["batches"]![0]!["dates"] = new JsonObject();
        Check(json).ShouldAllBe(p => p.Code == "date-cycle");
        Check(json)[0].Message.Zh.ShouldContain("reportDue → replyDue → reportDue");
    }

    [Fact]
    public void Check_MistypedDateInABatch_IsAWarning()
    {
        // Without it the programme's date would silently hold.
        var json = LaunchFiles.Small();
        json["batches"]![0]!["dates"] = new JsonObject { ["raportDue"] = "2023-09-28" };
        var problem = One(Check(json), "date-unused");
        problem.Severity.ShouldBe(ProblemSeverity.Warning);
        problem.Property.ShouldBe("batches[0].dates.raportDue");
        problem.Message.Zh.ShouldContain("是否为“reportDue”");
    }

    [Theory]
    [InlineData("batch.start + 5 working days")]
    [InlineData("programme.start + 1 month")]
    [InlineData("units.completed + 5 days")]
    [InlineData("opened + 5 working days")]
    public void Check_DateFromWhatHappens_NeedsNoParameter(string due) =>
        Check(WithoutReportDue(), Programme(), Batch(due), Unit()).ShouldBeEmpty();

    [Fact]
    public void Check_IntakeFromTheBatchItself_IsRefused()
    {
        var json = LaunchFiles.Small();
        json["batches"]![1]!["intakeUntil"] = "batch.start + 2 months";
        One(Check(json), "date-missing").Message.Zh.ShouldContain("“第二批”用到日期“batch.start”");
    }

    [Fact]
    public void Check_AwaitedStepUnknown_IsFound() =>
        One(Check(null, Programme(), Batch(), Unit("verifi")), "step-unknown").Message.Zh.ShouldContain("是否为“verify”");

    [Fact]
    public void Check_OutcomeWithoutAWayOn_IsFound()
    {
        var problem = One(Check(null, Programme(), Batch(), Unit(outcomes: "Pass")), "step-outcome-unhandled");
        problem.ActivityId.ShouldBe("await");
        problem.Message.Zh.ShouldContain("Fail");
    }

    [Fact]
    public void Check_OutcomeThatNeverComes_IsFound() =>
        One(Check(null, Programme(), Batch(), Unit(outcomes: "Pass,Fail,Passed")), "step-outcome-unknown").ActivityId.ShouldBe("await");

    [Fact]
    public void Check_StepThatJudgesNoUnits_IsFound()
    {
        var batch = Batch();
        batch["root"]!["activities"]![1]!.AsObject().Remove("units");
        One(Check(null, Programme(), batch, Unit()), "step-without-units").ActivityId.ShouldBe("await");
    }

    [Fact]
    public void Check_SettingMissing_IsFound()
    {
        var batch = Batch();
        batch["root"]!["activities"]![1]!["instructions"] = Flow.Expr("Input", "notes", "String");
        One(Check(null, Programme(), batch, Unit()), "setting-missing").Property.ShouldBe("settings.notes");
    }

    [Fact]
    public void Check_SameVersionWithOtherContent_IsRefused()
    {
        var changed = Programme();
        changed["name"] = "另一个";
        One(Check(null, Programme(), Batch(), Unit(), changed), "definition-changed").Message.Zh.ShouldContain("第 1 版");
    }

    [Fact]
    public void Check_SeveralVersions_TheHighestCounts()
    {
        var newer = Unit("verifi");
        newer["version"] = 2;
        One(Check(null, Programme(), Batch(), newer, Unit()), "step-unknown");
    }

    [Fact]
    public void Check_NoBatches_IsFound()
    {
        var launch = LaunchFiles.Launch() with { Batches = [] };
        LaunchChecks.Check(launch, new[] { Programme(), Batch(), Unit() }.Select(Flow.Read)).ShouldContain(p => p.Code == "no-batches" && p.Property == "batches");
    }

    private static JsonObject WithoutReportDue()
    {
        var json = LaunchFiles.Small();
        json["dates"] = new JsonObject { ["replyDue"] = "2023-10-09" };
        json["batches"]![0]!["dates"] = new JsonObject();
        return json;
    }
}

internal static class ProblemAssertions
{
    public static Problem ShouldSatisfy(this Problem problem, string code)
    {
        problem.Code.ShouldBe(code);
        problem.Message.Zh.ShouldNotBeNullOrEmpty();
        problem.Message.En.ShouldNotBeNullOrEmpty();
        return problem;
    }
}
