using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;

namespace Programmes.Core.Tests.Programmes;

/// <summary>The shipped definitions of the grading, held to the paragraphs of the plan that they come from.</summary>
public class TongjiangGradingTests
{
    private static readonly string[] Files = ["programme.json", "batch.json", "station.json"];

    private static readonly Dictionary<string, WorkflowDefinition> ById = Files.Select(file => Read(file).Definition!).ToDictionary(definition => definition.DefinitionId);

    public static TheoryData<string> DefinitionFiles => [.. Files];

    private static DefinitionReading Read(string file) => DefinitionReader.Read(LaunchFiles.Text($"tongjiang-grading/{file}"), file);

    private static Launch Example()
    {
        var reading = LaunchReader.Read(LaunchFiles.Text("tongjiang-grading/launch.example.json"), "launch.example.json");
        reading.Problems.ShouldBeEmpty();
        return reading.Launch!;
    }

    [Theory]
    [MemberData(nameof(DefinitionFiles))]
    public void Definition_Shipped_ReadsWithoutAProblem(string file) => Read(file).Problems.ShouldBeEmpty();

    [Fact]
    public void Example_WithItsDefinitions_HasNothingMissingAndNothingUnused() =>
        LaunchChecks.Check(Example(), ById.Values).ShouldBeEmpty();

    [Fact]
    public void Example_Batches_HoldNineteenElevenAndThreeStations()
    {
        var launch = Example();
        launch.Units.Count.ShouldBe(33);
        launch.Batches.Select(batch => (batch.Number, batch.Units.Count, batch.Supplementary)).ShouldBe([(1, 19, false), (2, 11, false), (3, 3, false), (4, 0, true)]);
    }

    // One row of the plan's first batch each: definition, step, date parameter, its day, role, paragraph.
    [Theory]
    [InlineData("tongjiang-grading-station", "selfCheck", "selfCheckDue", "2023-08-31", "unit", "三（一）；四（二）")]
    [InlineData("tongjiang-grading-station", "rectify", "rectifyDue", "2023-10-20", "unit", "四（二）")]
    [InlineData("tongjiang-grading-station", "file", "filingDue", "2023-09-30", "unit", "三（二）")]
    [InlineData("tongjiang-grading-batch", "verify", "verifyDue", "2023-10-31", "departments", "三（二）")]
    [InlineData("tongjiang-grading-batch", "propose", "proposeDue", "2023-11-30", "departments", "三（二）")]
    [InlineData("tongjiang-grading-batch", "submit", "submitDue", null, "departments", "三（二）")]
    [InlineData("tongjiang-grading-batch", "review", "reviewDue", null, "superior", "三（二）")]
    [InlineData("tongjiang-grading-batch", "naming", "earliest(namingDue, batchDue)", "2023-12-31", "province", "三（二）")]
    public void Step_OfTheFirstBatch_HasItsDateRoleAndParagraph(string definition, string step, string due, string? on, string role, string clause)
    {
        var activity = ById[definition].Find(step).ShouldNotBeNull();
        Input(activity, "due").ShouldBe(due);
        Input(activity, "role").ShouldBe(role);
        Input(activity, "clause").ShouldBe(clause);
        if (on is not null) Example().Batches[0].Dates[due.Contains('(') ? "namingDue" : due].ShouldBe(on);
    }

    [Fact]
    public void Notice_OfTheProposedList_IsOpenForFiveWorkingDaysAndThenSentUp()
    {
        var notice = ById["tongjiang-grading-batch"].Find("notice").ShouldNotBeNull();
        Input(notice, "workingDays").ShouldBe("5");
        Input(notice, "units").ShouldBe("propose:Proposed");
        Input(notice, "clause").ShouldBe("三（二）");
        Input(ById["tongjiang-grading-batch"].Find("naming")!, "units").ShouldBe("notice:NoObjection");
    }

    [Fact]
    public void Step_ThatIsShown_CitesItsParagraphAndHasBothTitles()
    {
        foreach (var activity in ById.Values.SelectMany(definition => definition.Activities.Values))
        {
            if (activity.Descriptor.FindInput("clause") is not null) Input(activity, "clause").ShouldNotBeNullOrEmpty(activity.Id);
            if (activity.Descriptor.FindInput("titleEn") is not null) Input(activity, "titleEn").ShouldNotBeNullOrEmpty(activity.Id);
            if (activity.Parent is { Graph: not null }) activity.Source["metadata"]!["designer"]!["position"].ShouldNotBeNull(activity.Id);
        }
    }

    [Fact]
    public void Steps_OnOneCanvas_DoNotLieOnEachOther()
    {
        foreach (var chart in ById.Values.SelectMany(definition => definition.Activities.Values).Where(activity => activity.Graph is not null))
            chart.Children.Select(child => child.Source["metadata"]!["designer"]!["position"]!.ToJsonString()).ShouldBeUnique();
    }

    [Fact]
    public void ScoreSheet_HasThreePartsSixGroupsAndThirtyFourNumberedItems()
    {
        var groups = Example().Forms["score-sheet"].Groups;
        var scored = groups.SelectMany(group => group.Items).Where(item => item.Kind == FormItemKind.Score).ToList();
        scored.Select(item => item.Title).ShouldBe(Enumerable.Range(1, 34).Select(number => $"第{number}项（名称由启动单位填写）"));
        scored.ShouldAllBe(item => item.PointsMax == null);
        groups.Select(group => group.Part).OfType<string>().Distinct().ShouldBe(["必备条件", "基础指标", "提高指标"]);
        groups.Where(group => group.Part is not null).Select(group => group.Title).ShouldBe(["保障条件", "业务建设", "公众满意度", "品牌化特色化建设", "创新实践", "示范表彰"]);
    }

    [Fact]
    public void Rehearsal_OnTime_NamesAllStationsByTheEndOf2025()
    {
        var report = Rehearse(BehaviourPolicy.OnTime);
        report.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ShouldBeEmpty();
        report.Summary.Results.ShouldBe(new Dictionary<string, int> { ["认定命名"] = 33 }, ignoreOrder: true);
        report.Summary.FinishedOn.ShouldBe(new DateOnly(2025, 12, 31));
        report.Summary.Batches.Select(batch => batch.FinishedOn).ShouldBe([new(2023, 12, 29), new(2024, 12, 31), new(2025, 5, 30), null]);
    }

    [Fact]
    public void Rehearsal_OnTime_PointsOutThatTheNoticeOutlastsNovember()
    {
        // Reading A: published on 11-30, closed on 12-07; reading B wants it closed within November.
        var late = Rehearse(BehaviourPolicy.OnTime).Problems.Where(problem => problem.Code == "notice-after-stage").ShouldHaveSingleItem();
        late.Severity.ShouldBe(ProblemSeverity.Warning);
        (late.Batch, late.On).ShouldBe((1, new DateOnly(2023, 12, 7)));
    }

    [Fact]
    public void Rehearsal_ReadingB_ClosesAndSendsUpWithinNovember()
    {
        var example = Example();
        var first = example.Batches[0];
        var dates = new Dictionary<string, string>(first.Dates) { ["proposeDue"] = "2023-11-22", ["noticeCloseBy"] = "2023-11-29", ["submitDue"] = "latest(2023-11-30, opened)" };
        var launch = example with { Batches = [first with { Dates = dates }, .. example.Batches.Skip(1)] };
        LaunchChecks.Check(launch, ById.Values).ShouldBeEmpty();
        var report = Rehearse(BehaviourPolicy.OnTime, launch);
        report.Problems.ShouldNotContain(problem => problem.Severity == ProblemSeverity.Error || problem.Code == "notice-after-stage");
        report.Events.Single(e => e is { Batch: 1, Kind: EventKinds.NoticeClosed }).On.ShouldBe(new(2023, 11, 29));
        report.Events.Single(e => e is { Batch: 1, Kind: EventKinds.WorkCompleted, Activity: "submit" }).On.ShouldBe(new(2023, 11, 30));
    }

    [Fact]
    public void Rehearsal_AllFailFirst_IsStillThroughByTheEndOf2025()
    {
        var report = Rehearse(BehaviourPolicy.FailFirst);
        report.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ShouldBeEmpty();
        report.Summary.Results.ShouldBe(new Dictionary<string, int> { ["认定命名"] = 33 }, ignoreOrder: true);
        // Each failed in its own batch and passed in the next: 19 in the second, 11 in the third, 3 in the supplementary round.
        report.Events.Where(e => e.Kind == EventKinds.Result && e.Title.Zh.StartsWith("认定命名", StringComparison.Ordinal)).GroupBy(e => e.Batch)
            .Select(group => (group.Key, group.Count())).ShouldBe([((int?)2, 19), (3, 11), (4, 3)], ignoreOrder: true);
        report.Summary.FinishedOn.ShouldBe(new DateOnly(2025, 12, 31));
        report.Summary.Batches[3].FinishedOn.ShouldBe(new DateOnly(2025, 11, 28));
    }

    [Fact]
    public void Example_EachLaterBatch_TakesUnitsUntilTheOneBeforeHasItsResults()
    {
        var batches = Example().Batches;
        for (var i = 1; i < batches.Count; i++)
        {
            string.CompareOrdinal(batches[i].IntakeUntil, batches[i - 1].Dates["namingDue"]).ShouldBePositive(batches[i].Name);
            string.CompareOrdinal(batches[i].IntakeUntil, batches[i].Dates["filingDue"]).ShouldBeNegative(batches[i].Name);
        }
    }

    [Fact]
    public void Rehearsal_EverybodyLate_StillEnds()
    {
        var report = Rehearse(BehaviourPolicy.Late);
        report.Problems.ShouldNotContain(problem => problem.Code == "not-finished");
        report.Summary.Results.Values.Sum().ShouldBe(33);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Rehearsal_ByChance_EndsForEveryStationWithOneFinalResult(long seed)
    {
        var report = Rehearse(BehaviourPolicy.Random, seed: seed);
        report.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ShouldBeEmpty();
        report.Summary.FinishedOn.ShouldNotBeNull();
        report.Summary.Results.Values.Sum().ShouldBe(33);
    }

    [Fact]
    public void Rehearsal_ListReturnedByTheSuperior_IsCorrectedAndSentUpAgain()
    {
        var report = Enumerable.Range(1, 20).Select(seed => Rehearse(BehaviourPolicy.Random, seed: seed)).First(r => r.Events.Any(e => e.Activity == "correct"));
        var batch = report.Events.First(e => e.Activity == "correct").Batch;
        report.Events.Where(e => e.Batch == batch && e is { Kind: EventKinds.WorkCompleted, Activity: "submit" or "review" or "correct" })
            .Select(e => e.Activity).Take(5).ShouldBe(["submit", "review", "correct", "submit", "review"]);
    }

    private static RehearsalReport Rehearse(BehaviourPolicy policy, Launch? launch = null, long seed = 1) =>
        Core.Rehearsal.Rehearsal.Run(launch ?? Example(), new DefinitionSet(ById.Values), WorkingDayCalendar.Official, new(policy, seed));

    private static string? Input(Activity activity, string name) =>
        activity.Inputs.GetValueOrDefault(name) is LiteralExpression literal ? WorkflowValue.AsText(literal.Value) : null;
}
