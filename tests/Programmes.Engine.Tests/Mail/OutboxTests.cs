using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Smtp;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Tests.Mail.Smtp;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Mail;

/// <summary>The outbox against a mail server and its faults.</summary>
public class OutboxTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    private static Task<EngineHost> HostAsync(SmtpSettings smtp) => EngineHost.StartAsync(Day, smtp: smtp);

    private static async Task<EngineHost> HostAsync(ScriptedTransport transport)
    {
        var host = await EngineHost.StartAsync(Day, more: services => services.AddSingleton<IMailTransport>(transport));
        transport.Clock = host.Clock;
        return host;
    }

    internal static async Task QueueAsync(EngineHost host, int count, Action<OutboxRow, int>? change = null)
    {
        await using var db = host.Db();
        for (var i = 0; i < count; i++)
        {
            var row = new OutboxRow
            {
                MessageId = FrozenMail.MessageIdOf($"mail {i}", "example.org"), ToName = $"单位{i}", ToAddress = $"u{i}@example.org", Subject = $"提醒{i}", Text = $"第{i}封\n", Html = $"<p>第{i}封</p>",
                Kind = "notify", QueuedAt = host.Clock.Now, NotBefore = host.Clock.Now,
            };
            change?.Invoke(row, i);
            db.Outbox.Add(row);
        }

        await db.SaveChangesAsync();
    }

    internal static async Task<List<OutboxRow>> RowsAsync(EngineHost host)
    {
        await using var db = host.Db();
        return await db.Outbox.AsNoTracking().OrderBy(row => row.Id).ToListAsync();
    }

    [SmtpFact]
    public async Task AThousandMails_ArriveOnceEach()
    {
        using var server = SmtpServer.Start();
        await using var host = await HostAsync(server.Settings());
        await QueueAsync(host, 1_000);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(1_000);
        var taken = server.Taken();
        taken.Select(one => one.Id).ShouldBe((await RowsAsync(host)).Select(row => row.MessageId), ignoreOrder: true);
        taken.ShouldAllBe(one => one.To.Length == 1 && one.To[0] == $"u{one.Subject.Substring(2)}@example.org");
        taken.Select(one => one.Connection).Distinct().Count().ShouldBe(10);
        (await RowsAsync(host)).ShouldAllBe(row => row.Status == OutboxStatus.Sent && row.Attempts == 1 && row.SentAt != null);
    }

    [SmtpFact]
    public async Task ServerDownForADay_NoMailLosesAnAttempt_AndAllArriveAfterwards()
    {
        var port = SmtpTransportTests.Unused();
        await using var host = await HostAsync(SmtpServer.SettingsOf(port));
        await QueueAsync(host, 60);
        var health = host.Get<MailHealth>();
        var began = host.Clock.Now;
        var tries = 0;
        for (var seconds = 0; seconds < 24 * 60 * 60; seconds += 60)
        {
            if (!health.IsResting) tries++;
            await host.Get<SendOutbox>().RunAsync();
            host.Clock.Now += TimeSpan.FromMinutes(1);
        }

        tries.ShouldBeInRange(288, 295, "about every five minutes");
        var outage = health.Outage.ShouldNotBeNull();
        outage.Since.ShouldBe(began);
        outage.Reason.Zh.ShouldStartWith("连接不上邮件服务器 127.0.0.1:");
        (await RowsAsync(host)).ShouldAllBe(row => row.Status == OutboxStatus.Queued && row.Attempts == 0 && row.LeaseOwner == null);

        using var server = SmtpServer.Start(port: port);
        host.Clock.Now += MailHealth.PauseMax;
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(60);
        server.Taken().Select(one => one.Id).ShouldBeUnique();
        server.Taken().Count.ShouldBe(60);
        health.Outage.ShouldBeNull();
    }

    [SmtpFact]
    public async Task WrongPassword_NoMailLosesAnAttempt()
    {
        using var server = SmtpServer.Start(new { user = "office", password = "right", unsigned = "553 authentication is required" });
        await using var host = await HostAsync(server.Settings("office", "wrong-password"));
        await QueueAsync(host, 3);
        for (var i = 0; i < 30; i++, host.Clock.Now += MailHealth.PauseMax) await host.Get<SendOutbox>().RunAsync();
        (await RowsAsync(host)).ShouldAllBe(row => row.Status == OutboxStatus.Queued && row.Attempts == 0);
        host.Get<MailHealth>().Outage!.Reason.Zh.ShouldBe("登录邮件服务器失败，请核对账号和密码：服务器答复 535");
        server.Taken().ShouldBeEmpty();
    }

    [SmtpFact]
    public async Task RefusedRecipient_IsDeadAtOnce_AndTheOthersArrive()
    {
        using var server = SmtpServer.Start(new { recipients = new Dictionary<string, string> { ["u1@example.org"] = "550 5.1.1 no such user" } });
        await using var host = await HostAsync(server.Settings());
        await QueueAsync(host, 3);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(2);
        var dead = (await RowsAsync(host))[1];
        (dead.Status, dead.Attempts, dead.LastError).ShouldBe((OutboxStatus.Dead, 1, "邮件服务器不接受收件人：服务器答复 550 5.1.1 no such user"));
        server.Taken().Select(one => one.Subject).ShouldBe(["提醒0", "提醒2"]);
        host.Get<MailHealth>().Outage.ShouldBeNull();
    }

    [SmtpFact]
    public async Task TemporaryRefusal_IsTriedAgain_AndCounts()
    {
        using var server = SmtpServer.Start(new { greylist = true });
        await using var host = await HostAsync(server.Settings());
        await QueueAsync(host, 2);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(0);
        (await RowsAsync(host)).ShouldAllBe(row => row.Status == OutboxStatus.Queued && row.Attempts == 1 && row.LastError!.Contains("451"));
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(0, "too early");
        host.Clock.Now += OutboxStore.BackOff(1);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(2);
    }

    [SmtpFact]
    public async Task ClosedAfterEachMail_ArrivesAtLeastOnce_WithOneId()
    {
        using var server = SmtpServer.Start(new { close = "after" });
        await using var host = await HostAsync(server.Settings());
        await QueueAsync(host, 5);
        await host.Get<SendOutbox>().RunAsync();
        server.Change(new { close = (string?)null });
        host.Clock.Now += OutboxStore.BackOff(1);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(5);
        var rows = await RowsAsync(host);
        server.Taken().GroupBy(one => one.Id).ToDictionary(group => group.Key, group => group.Count()).ShouldBe(rows.ToDictionary(row => row.MessageId, _ => 2), ignoreOrder: true);
    }

    [SmtpFact]
    public async Task ServerHangs_NothingElseWaits()
    {
        using var server = SmtpServer.Start(new { hangsAt = 1 });
        await using var host = await HostAsync(server.Settings(timeoutSeconds: 120));
        await QueueAsync(host, 1);
        using var stop = new CancellationTokenSource();
        var sending = host.Get<SendOutbox>().RunAsync(cancellationToken: stop.Token);
        await UntilAsync(() => server.Taken().Count == 1);
        await host.Get<Pump>().RunAsync();
        await host.Get<SendDigests>().RunAsync();
        await QueueAsync(host, 1, (row, _) => row.MessageId = "<second@example.org>");
        sending.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task SlowServer_DoesNotOutliveTheLease()
    {
        await using var host = await HostAsync(new ScriptedTransport((_, clock) =>
        {
            clock.Now += TimeSpan.FromMinutes(1);
            return Delivery.Done;
        }));
        await QueueAsync(host, 10);
        (await host.Get<SendOutbox>().RunAsync(pagesMax: 1)).ShouldBe(3, "a fourth could end after the lease of five minutes");
        var rows = await RowsAsync(host);
        rows.Skip(3).ShouldAllBe(row => row.Attempts == 0 && row.LeaseOwner == null);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(7);
        (await RowsAsync(host)).ShouldAllBe(row => row.Status == OutboxStatus.Sent && row.Attempts == 1);
    }

    [Fact]
    public async Task MailThatEndsTheConversation_LetsTheOthersPass()
    {
        await using var host = await HostAsync(new ScriptedTransport((mail, _) => mail.Subject == "提醒0" ? new(DeliveryStatus.Unavailable, new("服务器答复 421", "421")) : Delivery.Done));
        await QueueAsync(host, 10);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(0);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(0, "it rests");
        host.Clock.Now += MailHealth.PauseAfter(1);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(9);
        (await RowsAsync(host)).Count(row => row.Status == OutboxStatus.Sent).ShouldBe(9);
    }

    [Fact]
    public async Task MailThatBreaksTheTransport_CountsAnAttempt_AndTheOthersGo()
    {
        await using var host = await HostAsync(new ScriptedTransport((mail, _) => mail.Subject == "提醒0" ? throw new InvalidOperationException("not foreseen") : Delivery.Done));
        await QueueAsync(host, 3);
        (await host.Get<SendOutbox>().RunAsync()).ShouldBe(2);
        var first = (await RowsAsync(host))[0];
        (first.Status, first.Attempts, first.LastError).ShouldBe((OutboxStatus.Queued, 1, "InvalidOperationException"));
    }

    [Fact]
    public async Task Stopped_GivesTheRestBack()
    {
        using var stop = new CancellationTokenSource();
        await using var host = await HostAsync(new ScriptedTransport((mail, _) =>
        {
            if (mail.Subject == "提醒1") stop.Cancel();
            return Delivery.Done;
        }));
        await QueueAsync(host, 5);
        await Should.ThrowAsync<OperationCanceledException>(() => host.Get<SendOutbox>().RunAsync(cancellationToken: stop.Token));
        var rows = await RowsAsync(host);
        rows.ShouldAllBe(row => row.LeaseOwner == null);
        rows.Count(row => row.Attempts == 0 && row.Status == OutboxStatus.Queued).ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task TemporaryFailures_LastTwoDays()
    {
        await using var host = await HostAsync(new ScriptedTransport((_, _) => new(DeliveryStatus.Failed, new("服务器答复 451", "451"))));
        await QueueAsync(host, 1);
        var began = host.Clock.Now;
        while ((await RowsAsync(host))[0].Status == OutboxStatus.Queued && host.Clock.Now < began.AddDays(5))
        {
            await host.Get<SendOutbox>().RunAsync();
            host.Clock.Now += TimeSpan.FromMinutes(1);
        }

        (host.Clock.Now - began).TotalHours.ShouldBeInRange(48, 52);
        (await RowsAsync(host))[0].Attempts.ShouldBe(OutboxStore.AttemptsMax);
    }

    [Fact]
    public void Pause_GrowsToFiveMinutes() =>
        Enumerable.Range(1, 7).Select(failures => MailHealth.PauseAfter(failures).TotalSeconds).ShouldBe([15, 30, 60, 120, 240, 300, 300]);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition()) await tick.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>Answers as a test says.</summary>
    private sealed class ScriptedTransport(Func<FrozenMail, SettableClock, Delivery> answer) : IMailTransport, IMailSession
    {
        public Core.Text Description => Core.Text.Same("scripted");
        public SettableClock Clock { get; set; } = null!;
        public IMailSession Open() => this;
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<Delivery> SendAsync(FrozenMail mail, CancellationToken cancel)
        {
            var delivery = answer(mail, Clock);
            cancel.ThrowIfCancellationRequested();
            return Task.FromResult(delivery);
        }
    }
}
