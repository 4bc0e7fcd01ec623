using System.Net;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Programmes;
using Programmes.Storage;
using Programmes.Storage.Mail;

namespace Programmes.Web.Tests.Pages;

/// <summary>What the settings and health pages tell the administrator, and what they never show.</summary>
public sealed class SettingsPageTests : IAsyncLifetime
{
    private const string MailPassword = "never-shown-7f3a";

    private readonly SmallPlan plan = new();

    public Task InitializeAsync()
    {
        plan.App.Settings["Programmes:Mail:Smtp:Host"] = "mail.example.org";
        plan.App.Settings["Programmes:Mail:BaseUrl"] = "https://programmes.example.org";
        plan.App.Settings["Programmes:Mail:Smtp:User"] = "office@example.org";
        plan.App.Settings["Programmes:Mail:Smtp:Password"] = MailPassword;
        return plan.InitializeAsync();
    }

    public Task DisposeAsync() => plan.DisposeAsync();

    [Fact]
    public async Task Settings_ShowHowItIsInstalled_WithoutItsSecrets()
    {
        var html = WebUtility.HtmlDecode(await (await plan.App.AdministratorAsync("zh")).GetStringAsync("/settings"));

        foreach (var words in new[] { "SMTP mail.example.org", "https://programmes.example.org/", "连续输错 5 次，锁定 15 分钟", "放假安排已知至", "SQLite" }) html.ShouldContain(words);
        html.ShouldNotContain(MailPassword);
    }

    [Fact]
    public async Task SignInRules_AreKept_AndANonsenseHourIsRefused()
    {
        var browser = await plan.App.AdministratorAsync("zh");
        foreach (var hours in new[] { "0", "-3", "100000", "drei" })
        {
            var refused = await browser.SubmitAsync("/settings", new() { ["SessionIdleHours"] = hours });
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, hours);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("没有保存");
        }

        (await browser.SubmitAsync("/settings", new() { ["SessionIdleHours"] = "3" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        (await browser.GetStringAsync("/settings")).ShouldContain("name=\"SessionIdleHours\" value=\"3\"");
        (await browser.GetStringAsync("/audit")).ShouldContain("settings.");
    }

    [Fact]
    public async Task Health_CountsWhatNeedsSomebody()
    {
        var browser = await plan.App.AdministratorAsync("zh");
        (await browser.GetStringAsync("/health")).ShouldContain("0 封放弃发送，0 封被退回");
        await plan.Get<SuspendProgramme>().RunAsync(SmallPlan.Office, SmallPlan.Programme, "汛期");
        await using (var db = await plan.Get<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync())
        {
            foreach (var status in new[] { OutboxStatus.Dead, OutboxStatus.Dead, OutboxStatus.Bounced })
                db.Outbox.Add(new() { MessageId = $"<{Guid.NewGuid():N}@example.org>", ToAddress = "a@example.org", ToName = "a", Subject = "s", Text = "t", Html = "h", Kind = "digest", QueuedAt = plan.App.Time.GetUtcNow(), NotBefore = plan.App.Time.GetUtcNow(), Status = status });
            await db.SaveChangesAsync();
        }

        var html = await browser.GetStringAsync("/health");

        html.ShouldContain("2 封放弃发送，1 封被退回");
        html.ShouldContain("0 处未解决；暂停的专项工作 1 个");
        html.ShouldContain("没有运行中的工作节点", customMessage: "this host runs no jobs");
    }
}
