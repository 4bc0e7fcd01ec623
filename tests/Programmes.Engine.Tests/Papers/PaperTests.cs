using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Mail;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Papers;

/// <summary>Papers with number, recipients and copies; signed for, answered, accepted, withdrawn.</summary>
public sealed class PaperTests : IAsyncLifetime
{
    private static readonly DateOnly Due = new(2023, 7, 14);

    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await OfficePlan.LaunchAsync([OfficePlan.Work("lead-work", "lead")], [OfficePlan.Work("unit-work", "unit")]);

    public async Task DisposeAsync() => await host.DisposeAsync();

    private static NewPaper Order(string number = "示例督〔2023〕1号") =>
        new(PaperKind.SupervisionOrder, number, "关于限期整改的督办单", "请于期限前整改。\n逾期通报。") { Programme = OfficePlan.Programme, ToUnits = ["a", "b"], Cc = ["government"], ReplyBy = Due };

    private static NewPaper Circular(string number) => new(PaperKind.Circular, number, "关于报送材料的通知") { Programme = OfficePlan.Programme, To = ["county"] };

    private Task<long> IssueAsync(Person person, NewPaper paper) => host.Get<IssuePaper>().IssueAsync(person, paper);

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Should.ThrowAsync<RefusedException>(act)).Words.Zh;

    private Task<string> RefusedAsync(NewPaper paper) => RefusedAsync(() => IssueAsync(OfficePlan.Lead, paper));

    private async Task<List<OutboxRow>> MailsAsync()
    {
        await host.Get<ComposeMails>().RunAsync();
        await using var db = host.Db();
        return await db.Outbox.AsNoTracking().Where(row => row.Kind == "paper").OrderBy(row => row.Id).ToListAsync();
    }

    private async Task<PaperState> StateAsync(long paper) => (await host.Get<PaperQueries>().FindAsync(EngineHost.Office, paper))!.Head.State;

    [Fact]
    public async Task Issue_MailsMainRecipientsAndCopies_InTheLayoutOfPapers()
    {
        await IssueAsync(OfficePlan.Lead, Order());

        var mails = await MailsAsync();
        mails.Select(mail => mail.ToAddress).ShouldBe(["a@example.org", "b@example.org", "government@example.org"]);
        mails.ShouldAllBe(mail => mail.Status == OutboxStatus.Queued);
        mails[0].Subject.ShouldBe("【督办单】关于限期整改的督办单（示例督〔2023〕1号）");
        foreach (var part in new[] { "示例督〔2023〕1号", "主送：示例一站、示例二站", "请于期限前整改。", "答复期限：2023年7月14日（含当日）", "示例领导小组办公室", "2023年7月3日", "抄送：示例县政府" })
            mails[2].Text.ShouldContain(part);
        mails[2].Html!.ShouldContain("抄送：示例县政府");
    }

    [Fact]
    public async Task SameNumber_InAnySpelling_IsRefused_AndTheAttemptIsRecorded()
    {
        await IssueAsync(OfficePlan.Lead, Order("示例〔2023〕7号"));

        (await RefusedAsync(Order(" 示例 [２０２３] 7号"))).ShouldContain("已登记过");

        await using var db = host.Db();
        (await db.Papers.CountAsync()).ShouldBe(1);
        (await db.Audit.SingleAsync(row => row.Action == "refused.paper.issue")).Details!.ShouldContain("依据");
        (await MailsAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task WithdrawnNumber_StaysUsed()
    {
        var paper = await IssueAsync(OfficePlan.Lead, Order("示例〔2023〕7号"));
        await host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.Lead, paper, "文号有误");

        (await RefusedAsync(Order("示例〔2023〕7号"))).ShouldContain("已登记过");
    }

    [Fact]
    public async Task MissingParts_AreRefused()
    {
        (await RefusedAsync(Order() with { ReplyBy = null })).ShouldContain("督办单须写明答复期限");
        (await RefusedAsync(Order() with { Kind = PaperKind.RectificationOpinion, ReplyBy = null })).ShouldContain("整改意见须写明答复期限");
        (await RefusedAsync(Order() with { ReplyBy = OfficePlan.StartsOn.AddDays(-1) })).ShouldContain("不能早于印发日期");
        (await RefusedAsync(Order() with { IssuedOn = OfficePlan.StartsOn.AddDays(1) })).ShouldContain("不能晚于今天");
        (await RefusedAsync(Order() with { Number = "无" })).ShouldContain("文号");
        (await RefusedAsync(Order() with { Title = "标题\n第二行" })).ShouldContain("一行");
        (await RefusedAsync(Order() with { ToUnits = [], To = [] })).ShouldContain("主送");
        (await RefusedAsync(Order() with { To = ["goverment"] })).ShouldContain("是否为“government”");
        (await RefusedAsync(Order() with { ToUnits = ["c"] })).ShouldContain("所涉参与单位");
        (await RefusedAsync(new NewPaper(PaperKind.Announcement, "示例〔2023〕2号", "公告") { Programme = OfficePlan.Programme, ReplyBy = Due })).ShouldContain("不要求答复");
        await using var db = host.Db();
        (await db.Papers.CountAsync()).ShouldBe(0);
        (await MailsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ClosedRoom_IsAnnouncedByItsUnit_WithTheDayOfReopening()
    {
        var closure = new NewPaper(PaperKind.ClosureAnnouncement, "示例一站〔2023〕1号", "关于暂停开放的公告", "因维修暂停开放。") { Programme = OfficePlan.Programme, Cc = ["unit.superior"] };
        (await RefusedAsync(() => IssueAsync(OfficePlan.UnitA, closure))).ShouldContain("计划恢复开放");
        (await RefusedAsync(() => IssueAsync(OfficePlan.UnitA, closure with { ReopensOn = OfficePlan.StartsOn }))).ShouldContain("晚于印发日期");

        var paper = await IssueAsync(OfficePlan.UnitA, closure with { ReopensOn = new DateOnly(2023, 7, 20) });

        var mail = (await MailsAsync()).ShouldHaveSingleItem();
        mail.ToAddress.ShouldBe("county@example.org");
        mail.Text.ShouldContain("计划恢复开放：2023年7月20日");
        mail.Text.ShouldContain("\n示例一站\n");
        (await host.Get<PaperQueries>().FindAsync(OfficePlan.County, paper)).ShouldNotBeNull();
        (await host.Get<PaperQueries>().FindAsync(OfficePlan.UnitB, paper)).ShouldBeNull();
    }

    [Fact]
    public async Task SupervisionOrder_ClosesOnlyOnceTheIssuerAcceptsEveryAnswer()
    {
        var papers = host.Get<ReplyToPaper>();
        var paper = await IssueAsync(OfficePlan.Lead, Order());

        await papers.ReplyAsync(OfficePlan.UnitA, paper, "已整改");
        (await RefusedAsync(() => papers.ReplyAsync(OfficePlan.UnitA, paper, "再报"))).ShouldContain("等待发文单位确认");
        (await StateAsync(paper)).ShouldBe(PaperState.Issued, "the other unit has not answered");
        await papers.ReplyAsync(OfficePlan.UnitB, paper, "正在整改");
        (await StateAsync(paper)).ShouldBe(PaperState.Replied);
        (await Should.ThrowAsync<RefusedException>(() => papers.AcceptAsync(OfficePlan.UnitA, paper))).IsForbidden.ShouldBeTrue();

        await papers.ReturnAsync(OfficePlan.Lead, paper, "未写明完成时间", "b");
        await papers.AcceptAsync(OfficePlan.Lead, paper);
        (await StateAsync(paper)).ShouldBe(PaperState.Issued, "one answer was returned");
        await papers.ReplyAsync(OfficePlan.UnitB, paper, "已于今日完成");
        (await StateAsync(paper)).ShouldBe(PaperState.Replied);
        await papers.AcceptAsync(OfficePlan.Lead, paper);
        (await StateAsync(paper)).ShouldBe(PaperState.Closed);

        (await RefusedAsync(() => papers.ReplyAsync(OfficePlan.UnitA, paper, "再报"))).ShouldContain("已办结");
        (await RefusedAsync(() => host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.Lead, paper, "x"))).ShouldContain("已办结");
        // Three at the issue; to the issuer one an answer; to the unit one with the reason.
        (await MailsAsync()).Skip(3).Select(mail => mail.ToAddress).ShouldBe(["lead@example.org", "lead@example.org", "b@example.org", "lead@example.org"]);
        (await MailsAsync())[5].Text.ShouldContain("未写明完成时间");
    }

    [Fact]
    public async Task Units_SeeOnlyWhatWasSentToThem_AndNotEachOthersAnswers()
    {
        var paper = await IssueAsync(OfficePlan.Lead, Order());
        await host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitA, paper, "一站的答复");
        var toCounty = await IssueAsync(OfficePlan.Lead, Circular("示例〔2023〕9号"));

        var seen = (await host.Get<PaperQueries>().FindAsync(OfficePlan.UnitB, paper))!;
        seen.Replies.ShouldBeEmpty();
        seen.Recipients.Single(to => to.UnitId == "a").RepliedOn.ShouldBeNull();
        (await host.Get<PaperQueries>().FindAsync(OfficePlan.UnitB, toCounty)).ShouldBeNull();
        (await host.Get<PaperQueries>().ListAsync(OfficePlan.UnitB, OfficePlan.Programme, 1)).Rows.Select(line => line.Id).ShouldBe([paper]);
        (await RefusedAsync(() => host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitB, toCounty, "x"))).ShouldContain("没有找到");
        (await Should.ThrowAsync<RefusedException>(() => host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.Government, paper, "x"))).IsForbidden.ShouldBeTrue("a copy is for information");
    }

    [Fact]
    public async Task Reply_AfterWithdrawal_IsRefused_AndAllAreTold()
    {
        var paper = await IssueAsync(OfficePlan.Lead, Order());
        (await Should.ThrowAsync<RefusedException>(() => host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.UnitA, paper, "x"))).IsForbidden.ShouldBeTrue();
        (await RefusedAsync(() => host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.Lead, paper, " "))).ShouldContain("撤回理由");

        await host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.Lead, paper, "事项已另行布置");

        (await RefusedAsync(() => host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitA, paper, "已整改"))).ShouldContain("2023-07-03 撤回");
        (await RefusedAsync(() => host.Get<ReplyToPaper>().SignAsync(OfficePlan.UnitA, paper))).ShouldContain("撤回");
        var told = (await MailsAsync()).Skip(3).ToList();
        told.Select(mail => mail.ToAddress).ShouldBe(["a@example.org", "b@example.org", "government@example.org"]);
        told.ShouldAllBe(mail => mail.Subject.StartsWith("【督办单·撤回】") && mail.Text.Contains("事项已另行布置"));
        (await host.Get<PaperQueries>().UnsignedAsync(EngineHost.Office, OfficePlan.Programme, 1)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Unsigned_AreListed_UntilTheySign()
    {
        var paper = await IssueAsync(OfficePlan.Lead, Order());
        var queries = host.Get<PaperQueries>();
        (await queries.UnsignedAsync(OfficePlan.Lead, OfficePlan.Programme, 1)).Rows.Select(debt => debt.Name).ShouldBe(["示例一站", "示例二站", "示例县政府"]);
        (await queries.UnsignedAsync(OfficePlan.UnitB, OfficePlan.Programme, 1)).Rows.Select(debt => debt.Name).ShouldBe(["示例二站"]);

        var other = await IssueAsync(OfficePlan.Lead, Order() with { Number = "示例〔2023〕99号" });
        await host.Get<ReplyToPaper>().SignAsync(OfficePlan.UnitA, paper);
        await host.Get<ReplyToPaper>().SignAsync(EngineHost.Office, paper, "government");
        (await queries.ListAsync(OfficePlan.Lead, OfficePlan.Programme, 1)).Rows.Select(line => (line.Id, line.Unsigned)).ShouldBe([(other, 3), (paper, 1)]);
        await host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.Lead, other, "重复印发");

        (await queries.UnsignedAsync(OfficePlan.Lead, OfficePlan.Programme, 1)).Rows.Select(debt => debt.Name).ShouldBe(["示例二站"]);
        (await RefusedAsync(() => host.Get<ReplyToPaper>().SignAsync(EngineHost.Office, paper))).ShouldContain("代哪个收文单位");
    }

    [Fact]
    public async Task OverdueAnswers_AreListed_FromTheDayAfter()
    {
        var paper = await IssueAsync(OfficePlan.Lead, Order());
        await host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitA, paper, "已整改");
        var queries = host.Get<PaperQueries>();

        host.Clock.To(Due, 23.9);
        (await queries.OverdueRepliesAsync(OfficePlan.Lead, OfficePlan.Programme, 1)).Rows.ShouldBeEmpty();
        host.Clock.To(Due.AddDays(3), 9);

        var late = (await queries.OverdueRepliesAsync(OfficePlan.Lead, OfficePlan.Programme, 1)).Rows.ShouldHaveSingleItem();
        (late.UnitId, late.WorkingDaysLate).ShouldBe(("b", 1));
    }

    [Fact]
    public async Task Request_IsClosedByTheApprovalOfTheOfficeThatItWentTo()
    {
        var request = await IssueAsync(OfficePlan.UnitA, new(PaperKind.Request, "示例一站〔2023〕2号", "关于延期的请示", "请批示。") { To = ["county"], Cc = ["lead"] });
        var approval = new NewPaper(PaperKind.Approval, "示例县〔2023〕3号", "关于延期的批复", "同意。") { Programme = OfficePlan.Programme, ToUnits = ["a"], Unit = "a", Answers = request };
        (await RefusedAsync(() => IssueAsync(OfficePlan.Government, approval))).ShouldContain("不是主送批复单位");

        await IssueAsync(OfficePlan.County, approval);

        (await StateAsync(request)).ShouldBe(PaperState.Closed);
        (await host.Get<PaperQueries>().FindAsync(OfficePlan.UnitA, request))!.Recipients.Single(to => to.Role == "county").RepliedOn.ShouldBe(OfficePlan.StartsOn);
        (await RefusedAsync(() => IssueAsync(OfficePlan.County, approval with { Number = "示例县〔2023〕4号" }))).ShouldContain("已有批复");
    }

    [Fact]
    public async Task Nobody_IssuesInAnothersName()
    {
        async Task ForbiddenAsync(Person person, NewPaper paper) => (await Should.ThrowAsync<RefusedException>(() => IssueAsync(person, paper))).IsForbidden.ShouldBeTrue();

        await ForbiddenAsync(OfficePlan.County, Order() with { Issuer = "lead" });
        await ForbiddenAsync(OfficePlan.UnitA, Order() with { ToUnits = [], To = ["county"] });
        await ForbiddenAsync(OfficePlan.UnitA, new(PaperKind.Request, "示例〔2023〕2号", "请示") { To = ["county"], Issuer = "unit", Unit = "b" });
        await ForbiddenAsync(new("reader") { IsReader = true }, Order() with { Issuer = "lead" });
        await ForbiddenAsync(new("other") { OfficeRole = "lead", ProgrammeId = "another" }, Order());
        (await RefusedAsync(() => IssueAsync(OfficePlan.UnitA, new(PaperKind.Request, "示例〔2023〕2号", "请示") { To = ["county"], ToUnits = ["b"] }))).ShouldContain("不能发给其他参与单位");
    }

    [Fact]
    public async Task Scan_IsAttachedByTheIssuer_AndReadByRecipientsOnly()
    {
        var paper = await IssueAsync(OfficePlan.Lead, Order() with { ToUnits = ["a"] });
        var subject = new EvidenceSubject(EvidenceSubjectKind.Paper, $"{paper}");
        var attach = host.Get<AttachEvidence>();
        byte[] scan = [.. "%PDF-1.7\n%%EOF\n"u8];

        var file = await attach.AttachAsync(OfficePlan.Lead, subject, new MemoryStream(scan), "盖章扫描件.pdf");

        (await host.Get<ReadEvidence>().OpenAsync(OfficePlan.UnitA, file)).ShouldNotBeNull().Content.Dispose();
        (await host.Get<ReadEvidence>().OpenAsync(OfficePlan.UnitB, file)).ShouldBeNull();
        (await Should.ThrowAsync<RefusedException>(() => attach.AttachAsync(OfficePlan.UnitA, subject, new MemoryStream(scan), "x.pdf"))).IsForbidden.ShouldBeTrue();
    }

    [Fact]
    public async Task Recipient_WithoutAnAddress_StandsOnThePrintableList()
    {
        await host.DisposeAsync();
        host = await OfficePlan.LaunchAsync([OfficePlan.Work("lead-work", "lead")], [OfficePlan.Work("unit-work", "unit")], amend: launch => launch["units"]![0]!.AsObject().Remove("mail"));

        await IssueAsync(OfficePlan.Lead, Order());

        var mail = (await MailsAsync())[0];
        (mail.Status, mail.ToName).ShouldBe((OutboxStatus.NoAddress, "示例一站"));
        mail.Text.ShouldContain("请于期限前整改。");
    }

    [Fact]
    public async Task UnsignedWork_IsListed_UntilSomebodySigns()
    {
        var unsigned = host.Get<UnsignedWorkQuery>();
        (await unsigned.RunAsync(EngineHost.Office, OfficePlan.Programme, 1)).Total.ShouldBe(3);
        var own = (await unsigned.RunAsync(OfficePlan.UnitA, OfficePlan.Programme, 1)).Rows.ShouldHaveSingleItem();

        await host.Get<WorkItems.WorkOnItem>().SignForAsync(OfficePlan.UnitA, own.Id);

        (await unsigned.RunAsync(OfficePlan.UnitA, OfficePlan.Programme, 1)).Rows.ShouldBeEmpty();
        (await unsigned.RunAsync(EngineHost.Office, OfficePlan.Programme, 1)).Total.ShouldBe(2);
    }
}
