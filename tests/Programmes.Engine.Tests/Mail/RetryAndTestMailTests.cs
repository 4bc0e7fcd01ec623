using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Tests.Mail.Smtp;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Mail;

public class RetryAndTestMailTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);
    private static readonly Person Supervisor = new("s") { IsSupervisor = true };

    [SmtpFact]
    public async Task Retry_DeadMail_GoesWithTheSameId_AndIsAudited()
    {
        using var server = SmtpServer.Start(new { recipients = new Dictionary<string, string> { ["u0@example.org"] = "550 no", ["u1@example.org"] = "550 no", ["u2@example.org"] = "550 no" } });
        await using var host = await EngineHost.StartAsync(Day, smtp: server.Settings());
        await OutboxTests.QueueAsync(host, 4);
        await host.Get<SendOutbox>().RunAsync();
        var rows = await OutboxTests.RowsAsync(host);
        rows.Select(row => row.Status).ShouldBe([OutboxStatus.Dead, OutboxStatus.Dead, OutboxStatus.Dead, OutboxStatus.Sent]);
        server.Change(new { recipients = new Dictionary<string, string>() });
        host.Clock.Now += TimeSpan.FromDays(1);

        var retry = host.Get<RetryMails>();
        (await Should.ThrowAsync<RefusedException>(() => retry.RetryAsync(Supervisor, [rows[0].Id]))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => retry.RetryDeadAsync(Supervisor))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => retry.RetryAsync(EngineHost.Office, [rows[0].Id, rows[3].Id]))).Words.Zh.ShouldBe($"邮件 {rows[3].Id} 没有发送失败，也没有被退回，不能重发");
        (await OutboxTests.RowsAsync(host))[0].Status.ShouldBe(OutboxStatus.Dead, "all or none");
        await Should.ThrowAsync<RefusedException>(() => retry.RetryAsync(EngineHost.Office, [4_711]));

        await retry.RetryAsync(EngineHost.Office, [rows[0].Id]);
        (await OutboxTests.RowsAsync(host))[0].Attempts.ShouldBe(0);
        (await retry.RetryDeadAsync(EngineHost.Office)).ShouldBe(2);
        (await retry.RetryDeadAsync(EngineHost.Office)).ShouldBe(0);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(3);
        server.Taken().Select(one => one.Id).ShouldBe(rows.Select(row => row.MessageId), ignoreOrder: true);
        await using var db = host.Db();
        (await db.Audit.Where(row => row.Action == "mail.retried").OrderBy(row => row.Id).Select(row => $"{row.Actor} {row.Subject} {row.Details}").ToListAsync()).ShouldBe([$"office {rows[0].Id} ", "office dead 2"]);
    }

    [Fact]
    public async Task Retry_BouncedMail_IsQueuedAgain()
    {
        await using var host = await EngineHost.StartAsync(Day);
        await OutboxTests.QueueAsync(host, 1, (row, _) => (row.Status, row.SentAt) = (OutboxStatus.Bounced, host.Clock.Now));
        var id = (await OutboxTests.RowsAsync(host))[0].Id;
        await host.Get<RetryMails>().RetryAsync(EngineHost.Office, [id]);
        var row = (await OutboxTests.RowsAsync(host))[0];
        (row.Status, row.SentAt).ShouldBe((OutboxStatus.Queued, null));
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(1);
    }

    [SmtpFact]
    public async Task TestMail_GoesAtOnce_AndSaysWhatHappened()
    {
        using var server = SmtpServer.Start(new { mail = "451 later" });
        await using var host = await EngineHost.StartAsync(Day, smtp: server.Settings());
        await OutboxTests.QueueAsync(host, 1);
        await host.Get<SendOutbox>().RunAsync();
        host.Get<MailHealth>().IsResting.ShouldBeTrue();

        var test = host.Get<SendTestMail>();
        (await Should.ThrowAsync<RefusedException>(() => test.SendAsync(Supervisor, "a@example.org"))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => test.SendAsync(EngineHost.Office, "a@example.org\r\nRCPT TO:<x@example.org>"))).Words.Zh.ShouldContain("不是邮件地址");
        (await test.SendAsync(EngineHost.Office, "a@example.org")).Reason!.Value.Zh.ShouldBe("邮件服务器不接受发件人：服务器答复 451 later");
        server.Change(new { mail = (string?)null });
        (await test.SendAsync(EngineHost.Office, " a@example.org ")).ShouldBe(Delivery.Done);
        var taken = server.Taken().ShouldHaveSingleItem();
        taken.To.ShouldBe(["a@example.org"]);
        taken.Subject.ShouldBe(SendTestMail.Subject);
        taken.Mail.GetProperty("text").GetString()!.ShouldContain("2026-03-02 08:00（北京时间）");
        host.Get<MailHealth>().IsResting.ShouldBeFalse("it works again");
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(0, "behind the pause that it was given");
        await using var db = host.Db();
        (await db.Audit.Where(row => row.Action == "mail.tested").Select(row => row.Details).ToListAsync()).ShouldBe(["Unavailable", "Delivered"]);
    }
}
