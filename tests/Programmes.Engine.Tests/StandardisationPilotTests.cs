using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests;

/// <summary>
/// Three banners through the sixteen months: q01 passes, q02 passes after rectification, q08 does not.
/// The leading group returns one draft standard once.
/// </summary>
public sealed class PlayedPilot() : PlayedPlan("standardisation-pilot", new(2014, 9, 1), "q01", "q02", "q08")
{
    public const string Returned = "绩效考核标准";

    public string WithoutThresholds { get; private set; } = "";

    protected override async Task PlayAsync()
    {
        var returned = false;
        var days = new Days(Host)
        {
            RowOutcome = (item, unit) => item.Activity == "acceptance" && unit != "q01" ? "Fail" : null,
            Does = item => !(item.Activity == "recheck" && item.UnitId == "q08") && (returned || item.Activity != "approve" || !item.TitleZh.EndsWith(Returned, StringComparison.Ordinal)),
        };

        await days.PassUntilAsync(new(2014, 12, 28));
        Host.Clock.To(new(2014, 12, 29), 10);
        var draft = (await ItemsAsync("approve")).Single(item => item.TitleZh.EndsWith(Returned, StringComparison.Ordinal));
        await Host.Get<WorkOnItem>().SubmitAsync(EngineHost.Office, draft.Id, "Returned", comment: "指标不够具体");
        returned = true;

        await days.PassUntilAsync(new(2015, 5, 19));
        Host.Clock.To(new(2015, 5, 20), 10);
        var report = await ItemAsync("implement", "q01");
        WithoutThresholds = await RefusedAsync(() => Host.Get<WorkOnItem>().SubmitAsync(Of("q01"), report.Id, formJson: """{ "stations": 9 }"""));

        await days.PassUntilAsync(new(2015, 12, 23));
        Host.Clock.To(new(2015, 12, 24), 10);
        await Host.Get<WorkOnItem>().SubmitAsync(EngineHost.Office, (await ItemAsync("recheck", "q08")).Id, "Fail");
        await days.PassUntilAsync(new(2015, 12, 31));
    }
}

/// <summary>The pilot's plan through the engine, paragraph by paragraph.</summary>
public sealed class StandardisationPilotTests(PlayedPilot pilot) : IClassFixture<PlayedPilot>
{
    [Fact] // 一（四）: from September 2014 to the end of 2015, sixteen months; no step is named for September.
    public async Task Pilot_LastsFromSeptemberToTheEndOfTheNextYear()
    {
        await using var db = pilot.Host.Db();
        (await db.Incidents.CountAsync()).ShouldBe(0);
        (await db.WorkItems.MinAsync(row => row.OpenedOn)).ShouldBe(new(2014, 10, 1));
        (await db.Events.SingleAsync(row => row.Kind == "programme-finished")).HappenedOn.ShouldBe(new(2015, 12, 31));
        (await db.Stimuli.CountAsync() + await db.Bookmarks.CountAsync()).ShouldBe(0);
    }

    [Fact] // 一（三）: by the end of 2015 the goal is counted.
    public async Task Goal_IsCountedAtTheEndOf2015()
    {
        await using var db = pilot.Host.Db();
        var goal = await db.Events.SingleAsync(row => row.Kind == "goal");
        (goal.HappenedOn, goal.TitleZh).ShouldBe((new DateOnly(2015, 12, 31), "试点目标（2015年底）：2／3"));
    }

    [Fact] // 三（一） to 三（五）
    public async Task Phases_Five_OpenAndCloseOnTheirDays()
    {
        await using var db = pilot.Host.Db();
        (await db.Stages.OrderBy(row => row.OpenedOn).ThenBy(row => row.Activity).ToListAsync()).Select(row => $"{row.TitleZh} {row.OpenedOn:yyyy-MM-dd} {row.ClosedOn:yyyy-MM-dd}").ShouldBe(
            ["试点启动 2014-10-01 2014-10-31", "制定标准 2014-11-01 2014-12-31", "实施 2015-01-01 2015-12-31", "完善提高 2015-06-01 2015-06-30", "总结 2015-11-01 2015-11-30"]);
    }

    [Fact] // 三（一）: the work plan goes to every banner; 四（一）: the city's and each banner's own body.
    public async Task Start_SetsUpBodies_AndSendsThePlanToTheBanners()
    {
        (await pilot.ItemAsync("leadingGroup")).DueOn.ShouldBe(new(2014, 10, 31));
        foreach (var unit in new[] { "q01", "q02", "q08" }) (await pilot.ItemAsync("body", unit)).ClosedOn.ShouldBe(new DateOnly(2014, 10, 31));
        var plan = await pilot.ItemAsync("workPlan");
        await using var db = pilot.Host.Db();
        var paper = await db.Papers.SingleAsync(row => row.WorkItemId == plan.Id);
        (await db.PaperRecipients.Where(row => row.PaperId == paper.Id).Select(row => row.UnitId).ToListAsync()).ShouldBe(["q01", "q02", "q08"], ignoreOrder: true);
    }

    [Fact] // 二；二（一）1；四（一）；四（二）
    public async Task Banner_HasItsPlanReviewed_ItsBudgetAndFundRecorded()
    {
        var plan = await pilot.ItemAsync("plan", "q08");
        (plan.Reviewer, plan.Status).ShouldBe(("pilotOffice", WorkItemStatus.Completed));
        (await pilot.ItemAsync("commit", "q08")).FormValues!.ShouldContain("budget");
        (await pilot.ItemAsync("fund", "q08")).FormValues!.ShouldContain("amount");
        (await pilot.ItemAsync("cityFund")).Role.ShouldBe("finance");
    }

    [Fact] // 二（一） to 二（三）; 三（二）: research and drafting from November, drafts, opinions and revision in December.
    public async Task Standards_Nine_AreDraftedConsultedOnAndRevised()
    {
        foreach (var step in new[] { "draft", "consult", "revise" })
        {
            var items = await pilot.ItemsAsync(step);
            items.Count.ShouldBe(9, step);
            items.Select(item => item.TitleZh).ShouldBeUnique();
            items.ShouldAllBe(item => item.OpenedOn >= new DateOnly(2014, 11, 1) && item.ClosedOn <= new DateOnly(2014, 12, 31));
        }

        (await pilot.ItemsAsync("draft")).Select(item => item.Clause).Order().ShouldBe(["二（一）1", "二（一）2", "二（一）3", "二（三）1", "二（三）2", "二（三）3", "二（二）1", "二（二）2", "二（二）3"], ignoreOrder: true);
        (await pilot.ItemAsync("research")).ClosedOn.ShouldBe(new DateOnly(2014, 11, 28), "11-30 is a Sunday");
    }

    [Fact] // 三（二）
    public async Task Draft_ThatIsReturned_IsReworkedAndApprovedInTime()
    {
        var tries = (await pilot.ItemsAsync("approve")).Where(item => item.TitleZh.EndsWith(PlayedPilot.Returned, StringComparison.Ordinal)).ToList();
        tries.Select(item => item.Outcome).ShouldBe(["Returned", "Approved"]);
        (await pilot.ItemAsync("rework")).TitleZh.ShouldBe($"按审定意见修改：{PlayedPilot.Returned}");
        (await pilot.ItemsAsync("issue")).Count(item => item.ClosedOn == new DateOnly(2014, 12, 31)).ShouldBe(9);
    }

    [Fact] // 三（三）
    public async Task InForce_On1January2015_TheBannersAreToldAndBegin()
    {
        await using var db = pilot.Host.Db();
        var told = await db.Outbox.Where(row => row.Subject.Contains("标准开始实施")).ToListAsync();
        told.Select(mail => mail.ToAddress).Order().ShouldBe(["q01@example.org", "q02@example.org", "q08@example.org"]);
        // The first three days of the year are a holiday; Sunday the 4th is a make-up working day.
        told.ShouldAllBe(mail => Core.Calendars.ChinaTime.DateOf(mail.QueuedAt) == new DateOnly(2015, 1, 4));
        (await pilot.ItemAsync("implement", "q02")).OpenedOn.ShouldBe(new(2015, 1, 1));
    }

    [Fact] // 二（一）2、3；二（二）；四（三）: circles, 十个一, 四个一, 七个一, at least three posts.
    public async Task Report_WithoutTheThresholds_IsRefused()
    {
        pilot.WithoutThresholds.ShouldContain("有综合文化站的");
        var report = await pilot.ItemAsync("implement", "q01");
        foreach (var key in new[] { "circle10min", "circle2km", "circle10km", "s10", "v4", "c7", "postsLeast" }) report.FormValues!.ShouldContain($"\"{key}\"");
    }

    [Fact] // 四（三）；四（五）
    public async Task Training_OfEachHalfYear_IsReportedByEveryBannerAndTheCity()
    {
        (await pilot.ItemsAsync("training", "q01")).Select(item => (item.TitleZh, item.DueOn)).ShouldBe(
            [("文化骨干和管理人员培训（2015年上半年）", new DateOnly(2015, 6, 23)), ("文化骨干和管理人员培训（2015年下半年）", new DateOnly(2015, 11, 23))]);
        (await pilot.ItemsAsync("cityTraining")).Count.ShouldBe(2);
        foreach (var step in new[] { "teams", "linking" }) (await pilot.ItemAsync(step)).Status.ShouldBe(WorkItemStatus.Completed); // 四（三）；四（四）
    }

    [Fact] // 三（四）
    public async Task Standards_AreRevisedAgainInJune()
    {
        (await pilot.ItemAsync("review")).OpenedOn.ShouldBe(new(2015, 6, 1));
        (await pilot.ItemsAsync("amend")).Count(item => item.OpenedOn == new DateOnly(2015, 6, 1)).ShouldBe(9);
        (await pilot.ItemsAsync("approveAmended")).Count(item => item.ClosedOn == new DateOnly(2015, 6, 30)).ShouldBe(9);
    }

    [Fact] // 二（三）
    public async Task Assessment_AfterTheThirdPartysSurvey_IsPublishedAndUsed()
    {
        var survey = await pilot.ItemAsync("survey");
        var assess = await pilot.ItemAsync("assess");
        var publish = await pilot.ItemAsync("publish");
        survey.Role.ShouldBe("thirdParty");
        assess.OpenedOn.ShouldBe(survey.ClosedOn!.Value);
        publish.OpenedOn.ShouldBe(assess.ClosedOn!.Value);
        (await pilot.ItemAsync("useResults")).OpenedOn.ShouldBe(publish.ClosedOn!.Value);
        await using var db = pilot.Host.Db();
        (await db.Papers.SingleAsync(row => row.WorkItemId == publish.Id)).Kind.ShouldBe(Core.Programmes.PaperKind.Announcement);
        (await db.StepRows.CountAsync(row => row.SubjectId == assess.Id && row.Outcome == "Good")).ShouldBe(3);
    }

    [Fact] // 三（五）
    public async Task Acceptance_InNovember_JudgesEachBanner_AndRectifiersOnceMore()
    {
        (await pilot.ItemsAsync("accept")).Count(item => item.ClosedOn == new DateOnly(2015, 11, 30)).ShouldBe(9);
        (await pilot.ItemAsync("acceptance")).ClosedOn.ShouldBe(new DateOnly(2015, 11, 30));
        (await pilot.ItemAsync("summary")).Status.ShouldBe(WorkItemStatus.Completed);
        (await pilot.ItemAsync("selfSummary", "q02")).ClosedOn.ShouldBe(new DateOnly(2015, 11, 13));
        await using var db = pilot.Host.Db();
        var results = await db.UnitResults.Where(row => row.Final && !row.Superseded).OrderBy(row => row.UnitId).ToListAsync();
        results.Select(row => (row.UnitId, row.Result, row.Achieved)).ShouldBe([("q01", "通过验收", true), ("q02", "整改后通过验收", true), ("q08", "未通过验收", false)]);
    }
}
