using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;
using Programmes.Engine.Mail;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Papers;

/// <summary>Work that is submitted only once its paper is registered.</summary>
public sealed class WorkThatNeedsAPaperTests
{
    private static readonly JsonObject[] OfProgramme = [OfficePlan.Work("criticise", "lead", ("paper", "Criticism"), ("paperTo", "county"), ("paperCc", new JsonArray("government")), ("clause", "四（三）"), ("due", "2023-07-31"))];
    private static readonly JsonObject[] OfUnits = [OfficePlan.Work("ask", "unit", ("paper", "Request"), ("paperTo", new JsonArray("unit.superior")))];

    private static async Task<WorkItemRow> ItemAsync(EngineHost host, string activity, string? unit = null)
    {
        await using var db = host.Db();
        return await db.WorkItems.AsNoTracking().SingleAsync(row => row.Activity == activity && row.UnitId == unit);
    }

    [Fact]
    public async Task Submit_WithoutItsPaper_IsRefusedWithTheRule_AndRecorded()
    {
        await using var host = await OfficePlan.LaunchAsync(OfProgramme, OfUnits);
        var item = await ItemAsync(host, "criticise");
        var work = host.Get<WorkOnItem>();

        var refused = await Should.ThrowAsync<RefusedException>(() => work.SubmitAsync(OfficePlan.Lead, item.Id));
        refused.Words.Zh.ShouldBe("此任务须登记通报批评（文号、印发日期）后提交（依据：方案四（三））");
        await using (var db = host.Db()) (await db.Audit.CountAsync(row => row.Action == "refused.work-item.submit" && row.Subject == item.Id)).ShouldBe(1);
        // Another kind is not what is asked for.
        await host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.Bulletin, "示例〔2023〕5号", "通报") { WorkItem = item.Id, To = ["county"] });
        await Should.ThrowAsync<RefusedException>(() => work.SubmitAsync(OfficePlan.Lead, item.Id));

        var paper = await host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.Criticism, "示例〔2023〕6号", "关于整改不力的通报批评") { WorkItem = item.Id });
        await host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.Lead, paper, "有误");
        await Should.ThrowAsync<RefusedException>(() => work.SubmitAsync(OfficePlan.Lead, item.Id));
        await host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.Criticism, "示例〔2023〕7号", "关于整改不力的通报批评") { WorkItem = item.Id });
        await work.SubmitAsync(OfficePlan.Lead, item.Id);

        (await ItemAsync(host, "criticise")).Status.ShouldBe(WorkItemStatus.Completed);
        await host.Get<ComposeMails>().RunAsync();
        await using (var db = host.Db())
            (await db.Outbox.Where(row => row.Subject.Contains("7号")).OrderBy(row => row.Id).Select(row => row.ToAddress).ToListAsync()).ShouldBe(["county@example.org", "government@example.org"]);
        (await Should.ThrowAsync<RefusedException>(() => host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.Criticism, "示例〔2023〕8号", "再发") { WorkItem = item.Id }))).Words.Zh.ShouldContain("已办结");
    }

    [Fact]
    public async Task Unit_AsksItsSuperior_ForItsOwnWorkOnly()
    {
        await using var host = await OfficePlan.LaunchAsync(OfProgramme, OfUnits);
        var item = await ItemAsync(host, "ask", "a");
        var request = new NewPaper(PaperKind.Request, "示例一站〔2023〕1号", "请示") { WorkItem = item.Id };

        (await Should.ThrowAsync<RefusedException>(() => host.Get<IssuePaper>().IssueAsync(OfficePlan.UnitB, request))).IsForbidden.ShouldBeTrue();
        await host.Get<IssuePaper>().IssueAsync(OfficePlan.UnitA, request);
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, item.Id);

        await using var db = host.Db();
        (await db.PaperRecipients.SingleAsync()).Role.ShouldBe("county");
        (await db.Papers.Select(row => row.Issuer).SingleAsync()).ShouldBe("unit");
    }

    [Fact]
    public async Task Backfill_DoesNotAskForPapersOfThePast()
    {
        await using var host = await OfficePlan.LaunchAsync(OfProgramme, [OfficePlan.Work("ask", "unit", ("paper", "Request"), ("paperTo", "unit.superior"), ("due", "2023-07-10"))], LaunchMode.Backfilled, new DateOnly(2023, 9, 1));

        (await ItemAsync(host, "criticise")).Status.ShouldBe(WorkItemStatus.Completed);
        await using var db = host.Db();
        (await db.Papers.CountAsync()).ShouldBe(0);
        (await db.Incidents.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Days_OfATest_RegisterWhatIsAskedFor()
    {
        await using var host = await OfficePlan.LaunchAsync(OfProgramme, OfUnits);

        await new Days(host).PassUntilAsync(new DateOnly(2023, 8, 1));

        await using var db = host.Db();
        (await db.WorkItems.CountAsync(row => row.ClosedOn == null)).ShouldBe(0);
        (await db.Papers.CountAsync()).ShouldBe(3);
    }
}
