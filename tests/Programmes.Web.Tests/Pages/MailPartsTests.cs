using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Web.Hosting;

namespace Programmes.Web.Tests.Pages;

/// <summary>Templates, single mails, and what an address chooses without signing in.</summary>
public sealed class MailPartsTests(WebApp app) : IClassFixture<WebApp>
{
    private const string Hostile = "<p style=\"color:red\">您好</p><script>alert(1)</script>";

    [Fact]
    public async Task Templates_EachIsShown_ItsHtmlInAFrameOfItsOwn()
    {
        var browser = await app.AdministratorAsync("zh");
        var page = await browser.GetAsync("/mails/templates");
        var html = await page.Content.ReadAsStringAsync();
        page.Headers.GetValues("Content-Security-Policy").ShouldBe([$"{SecurityHeadersPolicy}; frame-src 'self'"]);
        foreach (var name in MailTemplates.Names)
        {
            html.ShouldContain($"<iframe class=\"mail-frame\" sandbox");
            html.ShouldContain($"src=\"/mails/templates/{name}/html\"");
            await ShowsSafelyAsync(browser, $"/mails/templates/{name}/html", "示例");
        }

        html.ShouldContain("系统自带");
        html.ShouldContain("【工作提醒】2023年9月28日");
        html.ShouldContain("href=\"/mails/test\"");
        (await browser.GetAsync("/mails/templates/none/html")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var path in new[] { "/mails/templates", "/mails/templates/digest/html", "/mails/1/html", "/mails/1.eml" })
        {
            (await (await app.SignedInAsync(PersonRole.Reader)).GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await app.Browser().GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        }
    }

    /// <summary>The host starts, sends by the shipped template, and says where the fault is.</summary>
    [Fact]
    public async Task Templates_FaultyFileOfTheOffice_IsReplacedAndTold()
    {
        var folder = Directory.CreateTempSubdirectory("faulty-");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "mail"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mail", "digest.html.hbs"), "<p>\n{{nobody}}</p>");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "mail", "notify.txt.hbs"), "主题：本办通知\n{{to}}\n");
        using var faulty = app.WithWebHostBuilder(builder => builder.UseSetting("Programmes:Workflows", folder.FullName));
        var browser = await faulty.SignedInAsync("zh");

        var html = WebUtility.HtmlDecode(await browser.GetStringAsync("/mails/templates"));

        html.ShouldContain("有 1 处错误");
        html.ShouldContain(Path.Combine(folder.FullName, "mail", "digest.html.hbs"));
        html.ShouldContain("第 2 行");
        html.ShouldContain("本办通知");
        html.ShouldContain("本单位的文件");
        (await browser.GetStringAsync("/mails/templates/digest/html")).ShouldContain("示例");
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Mail_ItsHtml_IsOnlyEverInAFrame()
    {
        var id = await QueueAsync("zhan@example.org", Hostile);
        var browser = await app.AdministratorAsync("zh");
        var page = await browser.GetStringAsync($"/mails/{id}");
        page.ShouldContain($"href=\"/mails/{id}?html=true\"");
        page.ShouldContain($"href=\"/mails/{id}.eml\"");
        page.ShouldNotContain("<iframe");
        page = await browser.GetStringAsync($"/mails/{id}?html=true");
        page.ShouldContain($"<iframe class=\"mail-frame\" sandbox src=\"/mails/{id}/html\"");
        page.ShouldNotContain("alert(1)");
        await ShowsSafelyAsync(browser, $"/mails/{id}/html", Hostile);
        (await browser.GetAsync("/mails/999999/html")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var file = await browser.GetAsync($"/mails/{id}.eml");
        file.Content.Headers.ContentType!.MediaType.ShouldBe("message/rfc822");
        file.Content.Headers.ContentDisposition!.ToString().ShouldBe($"attachment; filename=mail-{id}.eml; filename*=UTF-8''mail-{id}.eml");
        var eml = await file.Content.ReadAsStringAsync();
        eml.ShouldContain("To: ");
        eml.ShouldContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Hostile))[..60]);
        eml.ShouldContain("List-Unsubscribe: ");

        var without = await QueueAsync(null, null);
        (await browser.GetStringAsync($"/mails/{without}")).ShouldNotContain(".eml\"");
        (await browser.GetAsync($"/mails/{without}.eml")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GetAsync($"/mails/{without}/html")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Choices_OwnLink_WorksWithoutSignIn()
    {
        var link = (await app.Services.GetRequiredService<MailChoices>().LinkForAsync("Zhan@example.org"))!.PathAndQuery;
        var browser = app.Browser("zh");
        var page = await browser.GetAsync(link);
        var html = await page.Content.ReadAsStringAsync();
        page.StatusCode.ShouldBe(HttpStatusCode.OK, html);
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();
        html.ShouldContain("z***@example.org");
        html.ShouldNotContain("zhan@example.org");
        html.ShouldContain("value=\"Daily\" checked");
        html.ShouldContain("由本单位其他联系人接收");

        var query = System.Web.HttpUtility.ParseQueryString(link[link.IndexOf('?', StringComparison.Ordinal)..]);
        var fields = new Dictionary<string, string> { ["a"] = query["a"]!, ["k"] = query["k"]!, ["digest"] = "Pressing" };
        var saved = await (await browser.SubmitAsync(link, fields, "/mail/choices")).Content.ReadAsStringAsync();
        saved.ShouldContain("自下一次汇总起生效");
        (await browser.GetStringAsync(link)).ShouldContain("value=\"Pressing\" checked");
        await using (var db = Db()) (await db.MailChoices.SingleAsync(row => row.Mail == "zhan@example.org")).Digest.ShouldBe(DigestChoice.Pressing);

        // Without the page's token (as a mail program's one click would post) nothing changes.
        (await browser.PostAsync(link, new FormUrlEncodedContent(new Dictionary<string, string> { ["List-Unsubscribe"] = "One-Click" }))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        fields["k"] = new string('A', 43);
        fields["digest"] = "None";
        (await browser.SubmitAsync(link, fields, "/mail/choices")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        fields["k"] = query["k"]!;
        fields["digest"] = "7";
        (await (await browser.SubmitAsync(link, fields, "/mail/choices")).Content.ReadAsStringAsync()).ShouldNotContain("自下一次汇总起生效");
        await using (var db = Db()) (await db.MailChoices.SingleAsync(row => row.Mail == "zhan@example.org")).Digest.ShouldBe(DigestChoice.Pressing);
    }

    [Theory]
    [InlineData("/mail/choices")]
    [InlineData("/mail/choices?a=emhhbkBleGFtcGxlLm9yZw&k=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Choices_WrongLink_Is404WithWords(string path)
    {
        var answer = await app.Browser("zh").GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("链接无效");
        html.ShouldNotContain("example.org");
    }

    private static string SecurityHeadersPolicy => SecurityHeaders.ContentSecurityPolicy;

    private static async Task ShowsSafelyAsync(HttpClient browser, string path, string content)
    {
        var answer = await browser.GetAsync(path);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(content);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        var policy = answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldStartWith("default-src 'none'; style-src 'unsafe-inline'; sandbox;");
        policy.ShouldContain("frame-ancestors 'self'");
        policy.ShouldNotContain("script-src");
        answer.Headers.GetValues("X-Frame-Options").ShouldBe(["SAMEORIGIN"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    private ProgrammesDb Db() => app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContext();

    private async Task<long> QueueAsync(string? to, string? html)
    {
        await using var db = Db();
        var now = app.Time.GetUtcNow();
        var row = db.Outbox.Add(new() { MessageId = FrozenMail.MessageIdOf($"{Guid.NewGuid()}", "example.org"), ToAddress = to, ToName = "示例单位", Subject = "提醒", Text = "您好", Html = html, Kind = "digest", QueuedAt = now, NotBefore = now }).Entity;
        await db.SaveChangesAsync();
        return row.Id;
    }
}
