using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Evidence;
using Programmes.Engine.Launching;
using Programmes.Engine.Notices;
using Programmes.Engine.People;
using Programmes.Engine.Probations;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;
using Programmes.Storage.Notices;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests;

/// <summary>
/// The demonstration counties through the engine, paragraph by paragraph, with four counties in the first batch (three places)
/// and one in the second, of a province with ten: at most four over all batches.
/// </summary>
public sealed class DemonstrationCountyTests : IAsyncLifetime
{
    private const string Programme = "demonstration-county-2023";
    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await EngineHost.StartAsync(new DateOnly(2023, 1, 16));

    public async Task DisposeAsync() => await host.DisposeAsync();

    private Task<string> LaunchAsync(params (string Date, string Rule)[] firstBatch) => LaunchAsync(3, firstBatch);

    private Task<string> LaunchAsync(int places, params (string Date, string Rule)[] firstBatch)
    {
        var launch = JsonNode.Parse(File.ReadAllText(Path.Combine(EngineHost.Workflows, "demonstration-county", "launch.example.json")))!;
        var kept = new[] { "x01", "x02", "x03", "x04", "x13" };
        launch["units"] = new JsonArray([.. launch["units"]!.AsArray().Where(unit => kept.Contains((string)unit!["id"]!)).Select(unit => unit!.DeepClone())]);
        launch["settings"]!["provinceCounties"] = "10";
        var batches = launch["batches"]!.AsArray();
        batches.RemoveAt(2);
        batches[0]!["units"] = new JsonArray("x01", "x02", "x03", "x04");
        batches[0]!["settings"]!["batchPlaces"] = $"{places}";
        batches[1]!["units"] = new JsonArray("x13");
        foreach (var (date, rule) in firstBatch) batches[0]!["dates"]![date] = rule;
        return host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, launch.ToJsonString(), "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true);
    }

    private async Task<T> ReadAsync<T>(Func<Storage.ProgrammesDb, Task<T>> read)
    {
        await using var db = host.Db();
        return await read(db);
    }

    private Task<WorkItemRow> OpenAsync(string activity, string? unit = null) =>
        ReadAsync(db => db.WorkItems.AsNoTracking().SingleAsync(row => row.Activity == activity && row.UnitId == unit && row.ClosedOn == null && (unit != null || row.Batch != 2)));

    private Task<List<string>> RefusedAsync(string action) => ReadAsync(db => db.Audit.Where(row => row.Action == $"refused.{action}").Select(row => row.Details!).ToListAsync());

    private Task<string?> ResultAsync(string unit) =>
        ReadAsync(db => db.UnitResults.Where(row => row.UnitId == unit && row.Final && !row.Superseded).Select(row => row.Result).SingleOrDefaultAsync());

    [Fact]
    public async Task Application_WithoutItsInnovationDesign_IsNotTaken_AndCountiesThatDoNotApplyAreLeftOut()
    {
        // 三（三）：the innovation planning design is necessary; 四：the county applies to its city.
        await LaunchAsync();
        await new Days(host) { Does = item => item.Activity is "group" or "standards" }.PassUntilAsync(new DateOnly(2023, 2, 20));
        var apply = await OpenAsync("apply", "x01");
        var county = new Person("x01") { ProgrammeId = Programme, UnitId = "x01" };
        var form = """{"design":"创新规划设计方案","goals":"总分馆制","poverty":"no"}""";
        var refused = await Should.ThrowAsync<RefusedException>(host.Get<WorkOnItem>().SubmitAsync(county, apply.Id, formJson: form));
        refused.Words.Zh.ShouldContain("佐证材料");
        await new Days(host) { Does = item => item.UnitId is "x02" or "x03" or "x04" }.PassUntilAsync(new DateOnly(2023, 4, 5));
        // x01 never applied: its last day was 28 February, and the experts judge the other three.
        (await ResultAsync("x01")).ShouldBeNull();
        (await ReadAsync(db => db.UnitResults.Where(row => row.UnitId == "x01").Select(row => row.Result).SingleAsync())).ShouldBe("本批未申报");
        var review = await OpenAsync("expertReview");
        (await ReadAsync(db => db.StepRows.Where(row => row.SubjectId == review.Id).Select(row => row.UnitId).OrderBy(unit => unit).ToListAsync())).ShouldBe(["x02", "x03", "x04"]);
    }

    [Fact]
    public async Task Selection_IsMadeWithReasons_AndNeverAboveTheQuota()
    {
        // 五：at most 40 % of the province's counties over all batches; the batch has three places.
        await LaunchAsync();
        await new Days(host) { Does = item => item.Activity != "select" }.PassUntilAsync(new DateOnly(2023, 5, 8));
        var select = await OpenAsync("select");
        var work = host.Get<WorkOnItem>();
        await Should.ThrowAsync<RefusedException>(work.DecideRowAsync(EngineHost.Office, select.Id, "x01", Quota.Selected, null, " "));
        foreach (var unit in new[] { "x01", "x02", "x03" }) await work.DecideRowAsync(EngineHost.Office, select.Id, unit, Quota.Selected, null, "评审意见较好");
        var refused = await Should.ThrowAsync<RefusedException>(work.DecideRowAsync(EngineHost.Office, select.Id, "x04", Quota.Selected, null, "评审意见较好"));
        refused.Words.Zh.ShouldContain("本批名额 3 个");
        refused.Words.Zh.ShouldContain("方案五");
        (await RefusedAsync("units.selected")).Single().ShouldContain("本批名额 3 个");
        // Turned down first, another may take the place.
        await work.DecideRowAsync(EngineHost.Office, select.Id, "x03", Quota.NotSelected, null, "创新规划设计方案需完善");
        await work.DecideRowAsync(EngineHost.Office, select.Id, "x04", Quota.Selected, null, "国家级脱贫县，予以倾斜");
        await work.DecideRowAsync(EngineHost.Office, select.Id, "x03", Quota.NotSelected, null, "创新规划设计方案需完善");
        await new Days(host).PassUntilAsync(new DateOnly(2023, 7, 5));
        // Who was not selected may try again in the second batch.
        (await ReadAsync(db => db.BatchUnits.CountAsync(row => row.Batch == 2 && row.UnitId == "x03" && row.FromInstance != null))).ShouldBe(1);

        // 40 % of ten are four: three are taken, so that the second batch has one place left for its two candidates.
        await new Days(host) { Does = item => !(item.Activity == "select" && item.Batch == 2) }.PassUntilAsync(new DateOnly(2024, 5, 10));
        var second = await ReadAsync(db => db.WorkItems.SingleAsync(row => row.Activity == "select" && row.Batch == 2));
        await work.DecideRowAsync(EngineHost.Office, second.Id, "x13", Quota.Selected, null, "评审意见较好");
        refused = await Should.ThrowAsync<RefusedException>(work.DecideRowAsync(EngineHost.Office, second.Id, "x03", Quota.Selected, null, "再次申报"));
        refused.Words.Zh.ShouldContain("10 个的 40%");
        (await RefusedAsync("units.selected")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Approval_NeedsItsDocument_AndCanSendTheListBack()
    {
        // 六（一）：the office reviews, the leading group approves; 七（一）4.
        await LaunchAsync();
        await new Days(host) { Does = item => item.Activity != "approve" }.PassUntilAsync(new DateOnly(2023, 5, 23));
        var approve = await OpenAsync("approve");
        var refused = await Should.ThrowAsync<RefusedException>(host.Get<WorkOnItem>().SubmitAsync(EngineHost.Office, approve.Id));
        refused.Words.Zh.ShouldContain("佐证材料", Case.Sensitive, "the stamped scan");
        using var scan = new MemoryStream("%PDF-1.7\n%%EOF\n"u8.ToArray());
        await host.Get<AttachEvidence>().AttachAsync(EngineHost.Office, new(EvidenceSubjectKind.WorkItem, approve.Id), scan, "批复扫描件.pdf");
        refused = await Should.ThrowAsync<RefusedException>(host.Get<WorkOnItem>().SubmitAsync(EngineHost.Office, approve.Id));
        refused.Words.Zh.ShouldContain("批复");
        await new Days(host) { Outcome = item => item.Activity == "approve" ? "Returned" : null }.PassUntilAsync(new DateOnly(2023, 6, 20));
        (await ReadAsync(db => db.WorkItems.Where(row => row.Batch == 1 && row.UnitId == null).OrderBy(row => row.OpenedOn).ThenBy(row => row.Id).Select(row => row.Activity).ToListAsync()))
            .ShouldBe(["expertReview", "select", "officeReview", "approve", "revise", "approveAgain", "confer"], ignoreOrder: true);
        (await ReadAsync(db => db.Papers.Where(row => row.Kind == PaperKind.Approval).CountAsync())).ShouldBe(2);
        (await ReadAsync(db => db.Notices.SingleAsync())).Status.ShouldBe(NoticeStatus.Closed);
    }

    [Fact]
    public async Task NoticeOverTheNationalDayWeek_TwoObjectedTo_TheOthersGoOn()
    {
        // 六（一）：published on Monday 25 September 2023: 26, 27, 28 September, then the make-up working days 7 and 8 October.
        await LaunchAsync(("proposeDue", "2023-09-11"), ("officeReviewDue", "2023-09-15"), ("approveDue", "2023-09-25"), ("conferDue", "2023-10-20"));
        await new Days(host).PassUntilAsync(new DateOnly(2023, 9, 25));
        var notice = await ReadAsync(db => db.Notices.SingleAsync());
        notice.PublishedOn.ShouldBe(new DateOnly(2023, 9, 25));
        notice.ClosesOn.ShouldBe(new DateOnly(2023, 10, 8));
        var objections = host.Get<ObjectToNotice>();
        host.Clock.To(new DateOnly(2023, 10, 8), 23.9);
        var (last, lastStatus) = await objections.FileAsync(EngineHost.Office, notice.Id, new("x01", ObjectionKind.RealName, "设施数据不实", "某群众"));
        lastStatus.ShouldBe(ObjectionStatus.Filed, "the last day ends at 24:00");
        var (sealed_, _) = await objections.FileAsync(EngineHost.Office, notice.Id, new("x02", ObjectionKind.Sealed, "经费数据不实", "某单位"));
        var (anonymous, anonymousStatus) = await objections.FileAsync(EngineHost.Office, notice.Id, new("x03", ObjectionKind.Anonymous, "匿名反映"));
        anonymousStatus.ShouldBe(ObjectionStatus.Lead);
        await Should.ThrowAsync<RefusedException>(objections.AcceptAsync(EngineHost.Office, anonymous));
        await objections.AcceptAsync(EngineHost.Office, last);
        await objections.AcceptAsync(EngineHost.Office, sealed_);
        host.Clock.To(new DateOnly(2023, 10, 9), 8);
        await host.Get<Pump>().RunAsync();
        var (late, lateStatus) = await objections.FileAsync(EngineHost.Office, notice.Id, new("x03", ObjectionKind.RealName, "迟到的异议", "某群众"));
        lateStatus.ShouldBe(ObjectionStatus.Lead);
        var refused = await Should.ThrowAsync<RefusedException>(objections.AcceptAsync(EngineHost.Office, late));
        refused.Words.Zh.ShouldContain("公示已于 2023-10-08 期满");
        (await RefusedAsync("objection.accepted")).Count.ShouldBe(2);

        await new Days(host).PassUntilAsync(new DateOnly(2023, 10, 25));
        (await ReadAsync(db => db.UnitResults.Where(row => row.Result == "取得创建资格").Select(row => row.UnitId).ToListAsync())).ShouldBe(["x03"]);
        await objections.DecideAsync(EngineHost.Office, last, upheld: true, "经核实，反映属实");
        await objections.DecideAsync(EngineHost.Office, sealed_, upheld: false, "经核实，不成立");
        await host.Get<Pump>().RunAsync();
        var confer = await ReadAsync(db => db.StepRows.SingleAsync(row => row.Step == "confer" && row.UnitId == "x02" && row.Late));
        await host.Get<WorkOnItem>().DecideRowAsync(EngineHost.Office, confer.SubjectId, "x02", "Qualified", null, null);
        await host.Get<Pump>().RunAsync();
        (await ReadAsync(db => db.UnitResults.Where(row => row.Result == "取得创建资格").Select(row => row.UnitId).OrderBy(unit => unit).ToListAsync())).ShouldBe(["x02", "x03"]);
        (await ReadAsync(db => db.UnitResults.Where(row => row.UnitId == "x01").Select(row => row.Result).ToListAsync())).ShouldContain("本批未取得创建资格");
    }

    [Fact]
    public async Task QuarterlyReport_DueOnAHoliday_Rolls_AndAPeriodThatIsOverTakesNothing()
    {
        // 九（二）：every quarter; ten days after 30 September 2023 is a working day, after 31 December 2023 too; after 31 March 2024 as well.
        await LaunchAsync();
        await new Days(host) { Does = item => item.Activity is not ("quarterly" or "yearly") }.PassUntilAsync(new DateOnly(2024, 2, 1));
        var reports = await ReadAsync(db => db.WorkItems.Where(row => row.Activity == "quarterly" && row.UnitId == "x01").OrderBy(row => row.OpenedOn).ToListAsync());
        reports.Select(row => row.TitleZh).ShouldBe(["报送工作动态（2023年第二季度）", "报送工作动态（2023年第三季度）", "报送工作动态（2023年第四季度）"]);
        reports.Select(row => row.DueOn).ShouldBe([new DateOnly(2023, 7, 10), new DateOnly(2023, 10, 10), new DateOnly(2024, 1, 10)]);
        // Three months after 30 June 2023 is 30 September, a holiday: the period takes reports until 7 October, the make-up working day.
        reports[0].Outcome.ShouldBe("Missed");
        reports[0].ClosedOn.ShouldBe(new DateOnly(2023, 10, 8));
        reports[1].Outcome.ShouldBe("Missed");
        reports[2].ClosedOn.ShouldBeNull();
        var county = new Person("x01") { ProgrammeId = Programme, UnitId = "x01" };
        var refused = await Should.ThrowAsync<RefusedException>(host.Get<WorkOnItem>().SubmitAsync(county, reports[0].Id, formJson: """{"done":"补报"}"""));
        refused.Words.Zh.ShouldContain("截止");
        refused.Words.Zh.ShouldContain("方案九（二）");
        (await RefusedAsync("report.submitted")).Count.ShouldBe(1);
        // A late report whose period is still open is taken.
        await host.Get<WorkOnItem>().SubmitAsync(county, reports[2].Id, formJson: """{"done":"第四季度工作"}""");
    }

    [Fact]
    public async Task FailedOn30June2025_KeptUntil30December_EveryEnding()
    {
        // 六（二）：one passes the acceptance; of those that fail, one passes its re-check, one fails it, one does not apply.
        await LaunchAsync(places: 4);
        await new Days(host) { RowOutcome = (item, unit) => item.Activity == "acceptance" && unit != "x01" ? "Fail" : null, Does = item => item.Activity != "keep" }.PassUntilAsync(new DateOnly(2025, 6, 30));
        var probations = await ReadAsync(db => db.Probations.OrderBy(row => row.UnitId).ToListAsync());
        probations.Select(row => row.UnitId).ShouldBe(["x02", "x03", "x04"]);
        probations.ShouldAllBe(row => row.FromOn == new DateOnly(2025, 6, 30) && row.KeptUntilOn == new DateOnly(2025, 12, 30) && row.ApplyByOn == new DateOnly(2025, 7, 21));
        // The workflow decides at midnight, and its notice goes out in the morning.
        host.Clock.To(new DateOnly(2025, 7, 1), 9);
        await host.MailAsync();
        (await ReadAsync(db => db.Outbox.CountAsync(mail => mail.Subject == "验收结果通知" && mail.ToAddress == "x02@example.org"))).ShouldBe(1);

        // A re-check before the application is refused, with the rule and its paragraph.
        var recheck = host.Get<RecheckUnit>();
        var refused = await Should.ThrowAsync<RefusedException>(recheck.RecordAsync(EngineHost.Office, Programme, "x02", passed: true));
        refused.Words.Zh.ShouldContain("尚未申请保留创建资格");
        refused.Words.Zh.ShouldContain("方案六（二）");
        host.Clock.To(new DateOnly(2025, 7, 21), 23);
        foreach (var unit in new[] { "x02", "x03" })
        {
            var county = new Person(unit) { ProgrammeId = Programme, UnitId = unit };
            await host.Get<WorkOnItem>().SubmitAsync(county, (await OpenAsync("keep", unit)).Id);
        }

        // Handed in on the last day, approved a week later; x04 has not applied.
        host.Clock.To(new DateOnly(2025, 7, 28), 10);
        await host.Get<Pump>().RunAsync();
        foreach (var unit in new[] { "x02", "x03" }) await host.Get<ReviewItem>().CompleteAsync(EngineHost.Office, (await OpenAsync("keep", unit)).Id, "Apply");
        (await ReadAsync(db => db.Probations.Where(row => row.UnitId == "x04").Select(row => row.Status).SingleAsync())).ShouldBe(ProbationStatus.NotApplied);
        refused = await Should.ThrowAsync<RefusedException>(recheck.RecordAsync(EngineHost.Office, Programme, "x02", passed: true));
        refused.Words.Zh.ShouldContain("尚未申请复查");
        (await RefusedAsync("unit.rechecked")).Count.ShouldBe(2);

        // They rectify until the last day of the half-year and ask for their re-check; it may take longer.
        await new Days(host) { Does = item => item.Activity != "keep" }.PassUntilAsync(new DateOnly(2025, 12, 29));
        (await ResultAsync("x01")).ShouldBe("命名示范县（区）");
        (await ResultAsync("x04")).ShouldBe("取消创建资格");
        host.Clock.To(new DateOnly(2025, 12, 30), 20);
        foreach (var unit in new[] { "x02", "x03" }) await host.Get<WorkOnItem>().SubmitAsync(new Person(unit) { ProgrammeId = Programme, UnitId = unit }, (await OpenAsync("keep", unit)).Id);
        host.Clock.To(new DateOnly(2026, 1, 9), 10);
        await recheck.RecordAsync(EngineHost.Office, Programme, "x02", passed: true, "整改到位");
        await recheck.RecordAsync(EngineHost.Office, Programme, "x03", passed: false, "仍不合格");
        await new Days(host).PassUntilAsync(new DateOnly(2026, 2, 28));
        (await ResultAsync("x02")).ShouldBe("命名示范县（区）");
        (await ResultAsync("x03")).ShouldBe("取消创建资格");
        (await ReadAsync(db => db.Papers.CountAsync(row => row.UnitId == "x03" && row.Kind == PaperKind.Circular))).ShouldBe(1);
        (await ReadAsync(db => db.Incidents.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task AfterNaming_NotUpToStandardAfterRectification_IsDelistedAndAnnounced()
    {
        // 六（三）：yearly re-check and spot check; rectification within the limit; delisting, told to the public.
        await LaunchAsync(places: 4);
        var days = new Days(host) { Outcome = item => (item.Activity, item.UnitId) switch { ("recheck", "x02") => "Rectify", ("rectifyCheck", "x02") => "Fail", _ => null } };
        await days.PassUntilAsync(new DateOnly(2026, 1, 31));
        // 中期检查 and the quarterly reports ended with the cycle of two years.
        (await ReadAsync(db => db.WorkItems.CountAsync(row => row.Activity == "quarterly" && row.UnitId == "x01"))).ShouldBe(9);
        var draw = await ReadAsync(db => db.StepRows.Where(row => row.Step == "spotDraw" && row.Outcome == "Drawn").ToListAsync());
        draw.Count.ShouldBeGreaterThan(0);
        await days.PassUntilAsync(new DateOnly(2027, 9, 30));
        (await ResultAsync("x02")).ShouldBe("摘牌");
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.UnitId == "x02" && row.Result == "命名示范县（区）" && row.Superseded))).ShouldBe(1);
        (await ReadAsync(db => db.Papers.CountAsync(row => row.UnitId == "x02" && row.Kind == PaperKind.Announcement))).ShouldBe(1);
        (await ResultAsync("x01")).ShouldBe("命名示范县（区）");
        (await ReadAsync(db => db.Incidents.CountAsync())).ShouldBe(0);
    }
}
