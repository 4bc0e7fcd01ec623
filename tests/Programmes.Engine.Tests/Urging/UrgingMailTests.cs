using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Tests.Mail;
using Programmes.Engine.Urging;
using Programmes.Engine.WorkItems;
using Programmes.Storage.Mail;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Urging;

/// <summary>What becomes of urgings: two stations owe a report since 25 September 2023 and a plan by 31 October; the second has no address. Today is 28 September.</summary>
public sealed class UrgingMailTests : IAsyncLifetime
{
    private static readonly Person Supervisor = new("supervisor") { IsSupervisor = true };
    private EngineHost host = null!;

    public async Task InitializeAsync()
    {
        host = await OfficePlan.LaunchAsync(
            [], [OfficePlan.Work("report", "unit", ("due", "2023-09-25"), ("clause", "三（一）"), ("reminders", "none")), OfficePlan.Work("plan", "unit", ("due", "2023-10-31"), ("reminders", "none"))],
            amend: launch =>
            {
                launch["units"]![1]!.AsObject().Remove("mail");
                launch["offices"]!["inspection"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "示例督查室", ["mail"] = "inspection@example.org" };
                launch["supervisor"] = "inspection";
            });
        host.Clock.To(new(2023, 9, 28), 10);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    private async Task<T> ReadAsync<T>(Func<Storage.ProgrammesDb, Task<T>> read)
    {
        await using var db = host.Db();
        return await read(db);
    }

    private Task<string> IdAsync(string activity, string unit) => ReadAsync(db => db.WorkItems.Where(row => row.Activity == activity && row.UnitId == unit).Select(row => row.Id).SingleAsync());

    private async Task UrgeAsync(string words, params (string Activity, string Unit)[] items)
    {
        var ids = new List<string>();
        foreach (var (activity, unit) in items) ids.Add(await IdAsync(activity, unit));
        await host.Get<UrgeWork>().UrgeAsync(Supervisor, new(ids, words));
    }

    private Task<List<OutboxRow>> MailsAsync() => ReadAsync(db => db.Outbox.AsNoTracking().Where(row => row.Kind == "urging").OrderBy(row => row.Id).ToListAsync());

    private async Task<string> StateAsync(string activity, string unit) =>
        UrgingWords.Of((await host.Get<UrgingQuery>().ListAsync(Supervisor, new(WorkItem: await IdAsync(activity, unit)))).Rows[0].State).Zh;

    [Fact]
    public async Task Mail_IsOneForTheUnit_InTheOfficesWording()
    {
        await UrgeAsync("请于10月9日前报送。\n联系人：督查室。", ("plan", "a"), ("report", "a"));
        (await StateAsync("report", "a")).ShouldBe("待发送");

        await host.MailAsync();

        var mail = (await MailsAsync()).ShouldHaveSingleItem();
        (mail.ToAddress, mail.Status, mail.Subject).ShouldBe(("a@example.org", OutboxStatus.Sent, "【催办】示例整治：2项工作请抓紧办理"));
        var (report, plan) = (await IdAsync("report", "a"), await IdAsync("plan", "a"));
        mail.Text.ShouldBe($"""
            示例一站：

            您好。示例整治有下列2项工作尚未办结，现予催办。

            请于10月9日前报送。

            联系人：督查室。

            1. report（示例一站）
               方案三（一）
               期限：2023年9月25日（周一），已逾期3个工作日
               https://programmes.example.org/work/{report}
            2. plan（示例一站）
               期限：2023年10月31日（周二），请按期办理
               https://programmes.example.org/work/{plan}

            已经办结的，请在系统中提交；确有困难不能按期办结的，请说明原因，需要延期的请申请延期。

            示例督查室
            2023年9月28日
            （本邮件由系统自动发送，请勿直接回复。）

            """.ReplaceLineEndings("\n"));
        mail.Html!.ShouldContain($"<a href=\"https://programmes.example.org/work/{report}\">report</a>");
        foreach (var activity in new[] { "report", "plan" }) (await StateAsync(activity, "a")).ShouldBe("已发送");
        await host.MailAsync();
        (await MailsAsync()).Count.ShouldBe(1, "it is told once");
    }

    [Fact]
    public async Task Mail_WithHostileWords_HasNeitherTheirHeadersNorTheirMarkup()
    {
        await UrgeAsync("请抓紧\r\nBcc: x@example.org\r\n\r\n<script>alert(1)</script>{{to}}\u0007", ("report", "a"));
        await host.MailAsync();

        var file = Directory.GetFiles(host.MailFolder, "*.eml").Select(path => ParsedMail.Read(File.ReadAllBytes(path))).Single(mail => ParsedMail.Decode(mail["Subject"]).StartsWith("【催办】", StringComparison.Ordinal));
        ParsedMail.Decode(file["Subject"]).ShouldBe("【催办】report");
        file.Headers.ShouldNotContain(header => header.Name.Equals("Bcc", StringComparison.OrdinalIgnoreCase));
        var mail = (await MailsAsync()).ShouldHaveSingleItem();
        mail.Text.ShouldContain("\nBcc: x@example.org\n");
        mail.Text.ShouldContain("<script>alert(1)</script>{{to}}\n");
        mail.Html!.ShouldNotContain("<script>");
        mail.Html!.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;{{to}}</p>");
    }

    [Fact]
    public async Task State_FollowsTheMails()
    {
        await UrgeAsync("请抓紧", ("report", "a"), ("report", "b"));
        await host.Get<ComposeMails>().RunAsync();
        (await StateAsync("report", "a")).ShouldBe("待发送");
        (await StateAsync("report", "b")).ShouldBe("无邮箱，未送达");

        var outbox = host.Get<OutboxStore>();
        foreach (var mail in await outbox.LeaseAsync("test", host.Clock.Now, TimeSpan.FromMinutes(1), 10)) await outbox.MarkFailedAsync(mail.Id, "test", "550 no such user", host.Clock.Now, permanent: true);
        (await StateAsync("report", "a")).ShouldBe("发送失败");
        await using (var db = host.Db()) await db.Outbox.Where(row => row.Kind == "urging" && row.ToAddress != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, OutboxStatus.Bounced));
        (await StateAsync("report", "a")).ShouldBe("被退回");
    }

    [Fact]
    public async Task State_WithSeveralRecipients_IsSentAndSaysHowManyWereNotReached()
    {
        await using (var db = host.Db())
        {
            foreach (var name in new[] { "wang", "li" })
                db.Contacts.Add(new() { ProgrammeId = OfficePlan.Programme, Role = "unit", UnitId = "a", Name = name, Mail = $"{name}@example.org", Duty = ContactDuty.Handler, AddedAt = host.Clock.Now, AddedBy = "office" });
            await db.SaveChangesAsync();
        }

        await UrgeAsync("请抓紧", ("report", "a"));
        await host.Get<ComposeMails>().RunAsync();
        (await MailsAsync()).Select(mail => mail.ToAddress).ShouldBe(["wang@example.org", "li@example.org"], ignoreOrder: true);
        await using (var db = host.Db()) await db.Outbox.Where(row => row.ToAddress == "li@example.org").ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, OutboxStatus.Bounced));
        await host.Get<SendOutbox>().RunAsync();
        (await StateAsync("report", "a")).ShouldBe("已发送，另有 1 个收件人未送达");
    }

    [Fact]
    public async Task DoneBeforeItIsSent_IsNotUrgedAnyMore()
    {
        await UrgeAsync("请抓紧", ("report", "a"));
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, await IdAsync("report", "a"));
        await host.MailAsync();
        (await MailsAsync()).ShouldBeEmpty();
        (await StateAsync("report", "a")).ShouldBe("发送前已办结");
    }

    [Fact]
    public async Task Bulletin_SaysWhatWasDoneAfterwards_AndBecomesAPaper()
    {
        await UrgeAsync("请抓紧", ("report", "a"), ("plan", "a"), ("report", "b"));
        await host.Get<UrgeWork>().UrgeAsync(Supervisor, new([await IdAsync("report", "b")], "电话已告知站长") { Channel = UrgingChannel.Call });
        await host.MailAsync();
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, await IdAsync("report", "a"));
        host.Clock.To(new(2023, 10, 9), 9);
        var query = host.Get<UrgingQuery>();

        var bulletin = await query.BulletinAsync(Supervisor, OfficePlan.Programme, new(2023, 9, 1), new(2023, 9, 28));
        bulletin.Words.Zh.ShouldBe("""
            示例整治催办情况通报

            2023年9月1日至2023年9月28日，共催办任务 3 项，涉及单位 2 个。发送催办邮件 1 次，合计 3 项次，其中 1 项次未送达。另行督促：电话 1 项次。
            截至2023年10月9日，上述任务已办结 1 项，已提交待审核 0 项，尚未办结 2 项（其中逾期 1 项）。

            尚未办结的任务（按主管单位和单位名称排列，不分先后）：

            示例县文化局
            示例一站：plan，期限2023年10月31日。
            示例二站：report，期限2023年9月25日，已逾期6个工作日。

            请有关单位抓紧办理，逾期的说明原因。

            """, StringCompareShould.IgnoreLineEndings);
        (await query.BulletinAsync(Supervisor, OfficePlan.Programme, new(2023, 9, 29))).Items.ShouldBe(0, "the period includes its first and last day");
        (await query.BulletinAsync(Supervisor, OfficePlan.Programme, new(2023, 9, 28), new(2023, 9, 28))).Items.ShouldBe(3);
        var paper = await host.Get<IssuePaper>().IssueAsync(EngineHost.Office, new(PaperKind.Bulletin, "示例〔2023〕30号", "催办情况通报", bulletin.Words.Zh) { Programme = OfficePlan.Programme, Issuer = "lead", ToUnits = [NewPaper.AllUnits] });
        (await ReadAsync(db => db.Papers.SingleAsync(row => row.Id == paper))).Body.ShouldContain("共催办任务 3 项");
        foreach (var person in new[] { OfficePlan.UnitA, OfficePlan.County, Person.Nobody })
            (await Should.ThrowAsync<RefusedException>(() => query.BulletinAsync(person, OfficePlan.Programme, new(2023, 9, 1)))).IsForbidden.ShouldBeTrue();
    }

    [Fact]
    public async Task MissedWork_IsNotCountedAsDone()
    {
        await UrgeAsync("请抓紧", ("report", "a"), ("plan", "b"));
        await using (var db = host.Db())
        {
            await db.WorkItems.Where(row => row.Activity == "report").ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, WorkItemStatus.Completed).SetProperty(row => row.Outcome, WorkOnItem.MissedOutcome));
            await db.WorkItems.Where(row => row.Activity == "plan").ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, WorkItemStatus.Cancelled));
        }

        var bulletin = await host.Get<UrgingQuery>().BulletinAsync(Supervisor, OfficePlan.Programme, new(2023, 9, 1));
        (bulletin.Done, bulletin.Dropped).ShouldBe((0, 2));
        bulletin.Words.Zh.ShouldContain("尚未办结 0 项，截止未报或取消 2 项。");
    }
}
