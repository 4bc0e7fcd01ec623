using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Mail;

namespace Programmes.Web.Tests.Pages;

public sealed class MailPageTests : IDisposable
{
    private const string Password = "s3cret-password";
    private readonly WebApp app = new()
    {
        // Port 9 takes nothing on any machine.
        Settings = { ["Programmes:Mail:Smtp:Host"] = "127.0.0.1", ["Programmes:Mail:Smtp:Port"] = "9", ["Programmes:Mail:Smtp:Security"] = "none", ["Programmes:Mail:Smtp:User"] = "office", ["Programmes:Mail:Smtp:Password"] = Password },
    };

    public void Dispose() => app.Dispose();

    private ProgrammesDb Db() => app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContext();

    private async Task<long[]> QueueAsync(params OutboxStatus[] statuses)
    {
        await using var db = Db();
        var now = app.Time.GetUtcNow();
        var rows = statuses.Select((status, i) => new OutboxRow
        {
            MessageId = FrozenMail.MessageIdOf($"{i}", "example.org"), ToName = "单位", ToAddress = "u@example.org", Subject = "提醒", Text = "t", Kind = "notify", QueuedAt = now, NotBefore = now, Status = status, Attempts = 17,
        }).ToList();
        db.Outbox.AddRange(rows);
        await db.SaveChangesAsync();
        return [.. rows.Select(row => row.Id)];
    }

    private async Task<string[]> StatusesAsync()
    {
        await using var db = Db();
        return [.. await db.Outbox.OrderBy(row => row.Id).Select(row => $"{row.Status} {row.Attempts}").ToListAsync()];
    }

    [Fact]
    public async Task FailedMails_AreSentAgain_OneOrAll()
    {
        var browser = await app.AdministratorAsync("zh");
        (await browser.GetStringAsync("/mails")).ShouldNotContain("重发全部失败邮件");
        var ids = await QueueAsync(OutboxStatus.Dead, OutboxStatus.Dead, OutboxStatus.Dead, OutboxStatus.Bounced, OutboxStatus.Sent);
        string PageOf(int i) => $"/mails/{ids[i].ToString(CultureInfo.InvariantCulture)}";

        (await browser.GetStringAsync(PageOf(4))).ShouldNotContain("重新发送");
        (await browser.GetStringAsync(PageOf(3))).ShouldContain("重新发送");
        (await browser.SubmitAsync(PageOf(3), [], $"{PageOf(3)}?handler=Retry")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.SubmitAsync(PageOf(0), [], $"{PageOf(0)}?handler=Retry")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await StatusesAsync()).ShouldBe(["Queued 0", "Dead 17", "Dead 17", "Queued 0", "Sent 17"]);
        var sent = await browser.SubmitAsync(PageOf(4), [], $"{PageOf(4)}?handler=Retry");
        sent.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await sent.Content.ReadAsStringAsync()).ShouldContain("没有发送失败");

        (await browser.GetStringAsync("/mails")).ShouldContain("2 封发送失败的邮件将重新发送");
        (await browser.SubmitAsync("/mails", [], "/mails?handler=RetryDead")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await StatusesAsync()).ShouldBe(["Queued 0", "Queued 0", "Queued 0", "Queued 0", "Sent 17"]);
        (await browser.GetStringAsync("/mails")).ShouldContain("已重新排队 2 封");
    }

    [Fact]
    public async Task HeldMails_AreShown_AndSentOrDropped_OneOrAll()
    {
        var browser = await app.AdministratorAsync("zh");
        (await browser.GetStringAsync("/mails")).ShouldNotContain("由备份恢复");
        var ids = await QueueAsync(OutboxStatus.Held, OutboxStatus.Held, OutboxStatus.Held, OutboxStatus.Held, OutboxStatus.Sent);
        string PageOf(int i) => $"/mails/{ids[i].ToString(CultureInfo.InvariantCulture)}";

        foreach (var address in new[] { "/mails", "/mails?state=Held", "/mails?to=nobody" }) (await browser.GetStringAsync(address)).ShouldContain("备份时待发的 4 封邮件暂不发送");
        (await browser.GetStringAsync("/mails?state=Held")).ShouldContain("恢复后暂不发送");
        (await browser.GetStringAsync(PageOf(0))).ShouldContain("不再发送");
        (await browser.GetStringAsync(PageOf(4))).ShouldNotContain("不再发送");
        (await browser.SubmitAsync(PageOf(0), [], $"{PageOf(0)}?handler=SendHeld")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.SubmitAsync(PageOf(1), [], $"{PageOf(1)}?handler=DropHeld")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await StatusesAsync()).ShouldBe(["Queued 0", "Withdrawn 17", "Held 17", "Held 17", "Sent 17"]);
        var sent = await browser.SubmitAsync(PageOf(4), [], $"{PageOf(4)}?handler=SendHeld");
        sent.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await sent.Content.ReadAsStringAsync()).ShouldContain("不是暂不发送的邮件");

        var supervisor = await app.SignedInAsync(PersonRole.Supervisor, acceptLanguage: "zh");
        (await supervisor.SubmitAsync("/", [], "/mails?handler=DropHeld")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.SubmitAsync("/mails", [], "/mails?handler=SendHeld")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetStringAsync("/mails")).ShouldContain("已排队 2 封");
        (await StatusesAsync()).ShouldBe(["Queued 0", "Withdrawn 17", "Queued 0", "Queued 0", "Sent 17"]);
        (await browser.SubmitAsync("/mails", [], "/mails?handler=DropHeld")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task TestMail_ThatDoesNotGo_SaysWhy_AndNeverThePassword()
    {
        var browser = await app.AdministratorAsync("zh");
        var shown = await browser.GetStringAsync("/mails/test");
        shown.ShouldContain("邮件服务器 127.0.0.1:9，不加密，以 office 登录");
        shown.ShouldContain("未发现问题");
        var answer = await browser.SubmitAsync("/mails/test", new() { ["To"] = "a@example.org" });
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        html.ShouldContain("测试邮件没有发出");
        html.ShouldContain("连接不上邮件服务器 127.0.0.1:9：对方拒绝连接");
        (await (await browser.SubmitAsync("/mails/test", new() { ["To"] = "nonsense" })).Content.ReadAsStringAsync()).ShouldContain("不是邮件地址");

        await QueueAsync(OutboxStatus.Queued);
        await app.Services.GetRequiredService<SendOutbox>().RunAsync();
        var list = WebUtility.HtmlDecode(await browser.GetStringAsync("/mails"));
        list.ShouldContain("起邮件发不出去：连接不上邮件服务器 127.0.0.1:9");
        (await browser.GetStringAsync("/mails/test")).ShouldContain("发不出去");
        foreach (var page in new[] { shown, html, list, app.Output }) page.ShouldNotContain(Password);
    }

    [Fact]
    public async Task Others_MayNeitherTestNorRetry()
    {
        var ids = await QueueAsync(OutboxStatus.Dead);
        var supervisor = await app.SignedInAsync(PersonRole.Supervisor, acceptLanguage: "zh");
        (await supervisor.GetAsync("/mails/test")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await supervisor.SubmitAsync("/", [], "/mails?handler=RetryDead")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await supervisor.SubmitAsync("/", [], $"/mails/{ids[0].ToString(CultureInfo.InvariantCulture)}?handler=Retry")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await supervisor.SubmitAsync("/", new() { ["To"] = "a@example.org" }, "/mails/test")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await StatusesAsync()).ShouldBe(["Dead 17"]);
    }

    [Theory]
    [InlineData("Programmes:Mail:Smtp:Security", "starttls", "Programmes:Mail:Smtp:Port", "465", "Security=tls")]
    [InlineData("Programmes:Mail:Smtp:Host", "mail.example.org", "Programmes:Mail:Smtp:Port", "25", "No sign-in without encryption")]
    public void WrongSettings_AreToldAtStart(string name, string value, string other, string otherValue, string expected)
    {
        app.Settings[name] = value;
        app.Settings[other] = otherValue;
        var error = Should.Throw<InvalidOperationException>(() => app.Services).Message;
        error.ShouldContain(expected);
        error.ShouldNotContain(Password);
    }
}
