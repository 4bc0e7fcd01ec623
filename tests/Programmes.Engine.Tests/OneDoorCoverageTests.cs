using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Engine.Papers;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests;

/// <summary>
/// A township, a town and the development zone through 2020: x01 misses July's report, z01 fails the first supervision and its first
/// check, k01 fails the second supervision. z01 sets its own tasks and closes a reading room for a while.
/// </summary>
public sealed class PlayedCoverage() : PlayedPlan("one-door-coverage", new(2020, 6, 1), "x01", "z01", "k01")
{
    public Dictionary<string, string> Refused { get; } = [];
    public List<string> BoardBefore { get; } = [];
    public List<string> BoardAfter { get; } = [];

    protected override async Task PlayAsync()
    {
        var checkedOnce = false;
        var days = new Days(Host)
        {
            RowOutcome = (item, unit) => (item.Activity, unit) is ("supervision1", "z01") or ("supervision2", "k01") ? "Fail" : null,
            Does = item => !(item.Activity == "checkIn" && item.UnitId == "x01" && item.TitleZh.Contains("7月", StringComparison.Ordinal)) && (checkedOnce || item.Activity != "check1"),
        };
        var work = Host.Get<WorkOnItem>();

        await days.PassUntilAsync(new(2020, 6, 21));
        Host.Clock.To(new(2020, 6, 22), 10);
        var plan = (await ItemAsync("plan", "z01")).Id;
        var values = new JsonObject { ["goal"] = "全覆盖", ["leader"] = "党委委员", ["funds"] = "列入预算" };
        foreach (var month in Enumerable.Range(6, 7)) values[$"2020-{month:00}"] = $"{month}月整合两个村";
        Refused["section"] = await RefusedAsync(() => work.SubmitAsync(Of("z01"), plan, formJson: values.ToJsonString()));
        values["section"] = "公共文化服务股";
        await work.SubmitAsync(Of("z01"), plan, formJson: values.ToJsonString());
        await Host.Get<ReviewItem>().CompleteAsync(EngineHost.Office, plan);
        var report = (await ItemAsync("checkIn", "z01")).Id;
        Refused["indicators"] = await RefusedAsync(() => work.SubmitAsync(Of("z01"), report, formJson: """{ "progress": "已整合", "villages": 9, "merged": "全部" }"""));

        await days.PassUntilAsync(new(2020, 7, 6));
        Host.Clock.To(new(2020, 7, 7), 10);
        var closure = new NewPaper(PaperKind.ClosureAnnouncement, "示例镇01〔2020〕1号", "图书室暂停开放公告", "因维修暂停开放。") { Programme = Programme };
        Refused["closure"] = await RefusedAsync(() => Host.Get<IssuePaper>().IssueAsync(Of("z01"), closure));
        await Host.Get<IssuePaper>().IssueAsync(Of("z01"), closure with { ReopensOn = new(2020, 7, 20), Cc = ["coverageOffice"] });

        await days.PassUntilAsync(new(2020, 8, 19));
        Host.Clock.To(new(2020, 8, 20), 10);
        BoardBefore.AddRange(await BoardAsync("z01"));
        var missed = (await ItemsAsync("checkIn", "x01")).Single(item => item.TitleZh.Contains("7月", StringComparison.Ordinal)).Id;
        Refused["missed"] = await RefusedAsync(() => work.SubmitAsync(Of("x01"), missed, formJson: "{}"));

        await days.PassUntilAsync(new(2020, 8, 30));
        Host.Clock.To(new(2020, 8, 31), 10);
        BoardAfter.AddRange(await BoardAsync("z01"));
        var opinion = (await ItemAsync("opinion1", "z01")).Id;
        Refused["opinion"] = await RefusedAsync(() => work.SubmitAsync(EngineHost.Office, opinion));

        await days.PassUntilAsync(new(2020, 9, 27));
        Host.Clock.To(new(2020, 9, 28), 10);
        await work.SubmitAsync(EngineHost.Office, (await ItemAsync("check1", "z01")).Id, "Fail", comment: "标识标牌尚未更换");
        checkedOnce = true;
        await days.PassUntilAsync(new(2020, 12, 31));
    }

    private async Task<IEnumerable<string>> BoardAsync(string unit)
    {
        var board = (await Host.Get<CohortBoardQuery>().RunAsync(Of(unit), Programme, 1, null, 1))!;
        return board.Steps.Select(step => $"{step.Activity}:{board.Units.Rows.Single().Cells.GetValueOrDefault(step.Activity)?.Outcome}");
    }
}

/// <summary>The one-door plan through the engine, paragraph by paragraph.</summary>
public sealed class OneDoorCoverageTests(PlayedCoverage coverage) : IClassFixture<PlayedCoverage>
{
    private static readonly string[] Units = ["k01", "x01", "z01"];

    [Fact] // 一；三
    public async Task Year_EndsWithEveryUnitCovered()
    {
        await using var db = coverage.Host.Db();
        (await db.Incidents.CountAsync()).ShouldBe(0);
        (await db.Events.SingleAsync(row => row.Kind == "programme-finished")).HappenedOn.ShouldBe(new(2020, 12, 31));
        (await db.Events.SingleAsync(row => row.Kind == "goal")).TitleZh.ShouldBe("全覆盖目标：3／3");
        (await db.Stimuli.CountAsync() + await db.Bookmarks.CountAsync()).ShouldBe(0);
    }

    [Fact] // 二；四（一）
    public async Task Study_IsDoneOnceByTheBureauAndByEachUnit()
    {
        (await coverage.ItemAsync("group")).Role.ShouldBe("bureau");
        (await coverage.ItemAsync("study")).Role.ShouldBe("bureau");
        foreach (var unit in Units) (await coverage.ItemAsync("study", unit)).Status.ShouldBe(WorkItemStatus.Completed);
    }

    [Fact] // 四（二）
    public async Task Meeting_IsAnnouncedToEveryUnit_AndHeldInMidJune()
    {
        var notice = await coverage.ItemAsync("meetingNotice");
        await using var db = coverage.Host.Db();
        var paper = await db.Papers.SingleAsync(row => row.WorkItemId == notice.Id);
        (await db.PaperRecipients.Where(row => row.PaperId == paper.Id).Select(row => row.UnitId).ToListAsync()).ShouldBe(Units, ignoreOrder: true);
        var meeting = await coverage.ItemAsync("meeting");
        (meeting.OpenedOn, meeting.DueOn, meeting.ClosedOn).ShouldBe((new DateOnly(2020, 6, 11), new DateOnly(2020, 6, 20), new DateOnly(2020, 6, 19)));
        meeting.FormValues!.ShouldContain("signedIn");
    }

    [Fact] // 五（一）；五（二）；五（三）
    public async Task Plan_NamesALeadersPostAndASection_OrIsRefused()
    {
        coverage.Refused["section"].ShouldContain("科（股）室");
        ((string)JsonNode.Parse((await coverage.ItemAsync("plan", "z01")).FormValues!)!["leader"]!).ShouldBe("党委委员");
    }

    [Fact] // 四（三）；五（二）
    public async Task CheckIn_OfEachMonth_ShowsTheUnitsOwnTasks()
    {
        (await coverage.ItemsAsync("call")).Select(item => item.OpenedOn.Month).ShouldBe(Enumerable.Range(6, 7));
        var own = await coverage.ItemsAsync("checkIn", "z01");
        own.Count.ShouldBe(7);
        foreach (var (item, month) in own.Select((item, i) => (item, i + 6)))
        {
            item.TitleZh.ShouldBe($"当月进展（2020年{month}月）");
            item.Instructions!.ShouldEndWith($"本期任务：{month}月整合两个村");
        }

        (await coverage.ItemsAsync("checkIn", "k01"))[1].Instructions!.ShouldEndWith("本期任务：无");
    }

    [Fact] // 四（三）
    public async Task CheckIn_ThatWasMissed_TakesNothingMore_AndTheNextMonthGoesOn()
    {
        var july = (await coverage.ItemsAsync("checkIn", "x01"))[1];
        (july.Status, july.Outcome, july.ClosedOn).ShouldBe((WorkItemStatus.Cancelled, "Missed", new DateOnly(2020, 8, 15)));
        coverage.Refused["missed"].ShouldContain("不再受理");
        await using var db = coverage.Host.Db();
        (await db.Audit.CountAsync(row => row.Action == "refused.report.submitted" && row.Subject == july.Id)).ShouldBe(1);
        (await coverage.ItemsAsync("checkIn", "x01"))[2].Status.ShouldBe(WorkItemStatus.Completed);
    }

    [Fact] // 三
    public void Indicators_MustBeNumbers() => coverage.Refused["indicators"].ShouldContain("整合进综合服务平台");

    [Fact] // 四（三）
    public async Task CitysBureau_IsToldEveryQuarter() => (await coverage.ItemsAsync("cityReport")).Count.ShouldBe(3);

    [Fact] // 四（四）；附件一、二
    public async Task Measures_AndTheLongTermMechanism_AreThereByTheEndOfJune()
    {
        foreach (var unit in Units)
        {
            var measures = await coverage.ItemAsync("measures", unit);
            (measures.DueOn, measures.ClosedOn).ShouldBe((new DateOnly(2020, 6, 30), new DateOnly(2020, 6, 30)));
            foreach (var key in new[] { "keeper", "ledger", "lending", "closing" }) measures.FormValues!.ShouldContain($"\"{key}\"");
        }
    }

    [Fact] // 五（四）
    public async Task Supervision_IsNotAnnouncedToTheUnits()
    {
        (await coverage.ItemAsync("supervision1")).OpenedOn.ShouldBe(new(2020, 8, 18));
        coverage.BoardBefore.ShouldNotContain(step => step.StartsWith("supervision", StringComparison.Ordinal), "the bureau is on its way");
        coverage.BoardAfter.ShouldContain("supervision1:Fail");
        coverage.BoardAfter.ShouldNotContain(step => step.StartsWith("supervision2", StringComparison.Ordinal));
        await using var db = coverage.Host.Db();
        var mails = await db.Outbox.Where(row => row.ToAddress != null && !row.ToAddress.StartsWith("office") && !row.ToAddress.StartsWith("bureau")).ToListAsync();
        mails.ShouldNotBeEmpty();
        mails.Where(mail => ChinaTime.DateOf(mail.QueuedAt) <= new DateOnly(2020, 8, 28)).ShouldAllBe(mail => !mail.Text.Contains("督查", StringComparison.Ordinal));
    }

    [Fact] // 五（四）
    public async Task FailedUnit_GetsAnOpinionWithADeadline_RectifiesAndIsCheckedUntilItIsDone()
    {
        coverage.Refused["opinion"].ShouldContain("整改意见");
        (await coverage.ItemsAsync("opinion1", "z01")).Count.ShouldBe(2, "the first check found it undone");
        (await coverage.ItemsAsync("rectify1", "z01")).Select(item => (item.OpenedOn, item.DueOn)).ShouldBe([(new DateOnly(2020, 9, 4), (DateOnly?)new DateOnly(2020, 9, 25)), (new DateOnly(2020, 10, 12), new DateOnly(2020, 11, 2))]);
        (await coverage.ItemsAsync("check1", "z01")).Select(item => item.Outcome).ShouldBe(["Fail", "Pass"]);
        (await coverage.ItemsAsync("opinion1", "x01")).ShouldBeEmpty();
        (await coverage.ItemsAsync("opinion2", "z01")).ShouldBeEmpty();
        (await coverage.ItemsAsync("opinion2", "k01")).Count.ShouldBe(1);
        await using var db = coverage.Host.Db();
        var opinions = await db.Papers.Where(row => row.Kind == PaperKind.RectificationOpinion).ToListAsync();
        opinions.Select(row => row.UnitId).Order().ShouldBe(["k01", "z01", "z01"]);
        opinions.ShouldAllBe(row => row.ReplyByOn != null);
    }

    [Fact] // 五（一）
    public async Task Assessments_TakeTheResults_OnceEveryUnitIsThrough()
    {
        var assessments = await coverage.ItemAsync("assessments");
        await using var db = coverage.Host.Db();
        assessments.OpenedOn.ShouldBeGreaterThanOrEqualTo(await db.UnitResults.MaxAsync(row => row.ResultOn));
        assessments.FormValues!.ShouldContain("\"party\"");
    }

    [Fact] // 附件二
    public async Task ClosedRoom_IsAnnouncedByItsUnit_WithTheDayOfReopening()
    {
        coverage.Refused["closure"].ShouldContain("计划恢复开放");
        await using var db = coverage.Host.Db();
        var closure = await db.Papers.SingleAsync(row => row.Kind == PaperKind.ClosureAnnouncement);
        (closure.UnitId, closure.IssuedOn, closure.ReopensOn).ShouldBe(("z01", new DateOnly(2020, 7, 7), new DateOnly(2020, 7, 20)));
    }
}
