using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Web.Tests.People;

public sealed partial class AccountLinkTests : IDisposable
{
    private readonly WebApp app = new() { Settings = { ["Programmes:Mail:BaseUrl"] = "https://programmes.example.org" } };

    public void Dispose() => app.Dispose();

    private AccountLinks Links => app.Services.GetRequiredService<AccountLinks>();

    private async Task<T> ReadAsync<T>(Func<ProgrammesDb, Task<T>> read)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        return await read(db);
    }

    private async Task<string> MailedTokenAsync(string mail) =>
        Token().Match(await ReadAsync(db => db.Outbox.Where(row => row.ToAddress == mail).OrderByDescending(row => row.Id).Select(row => row.Text).FirstAsync())).Groups[1].Value;

    private static Task<HttpResponseMessage> AcceptAsync(HttpClient browser, string token, string name) => browser.SubmitAsync(
        $"/invitation?token={token}", new() { ["Token"] = token, ["Name"] = name, ["DisplayName"] = "示例人员", ["Password"] = "a-new-password-1", ["Again"] = "a-new-password-1" });

    [Fact]
    public async Task Invitation_OpensAnAccountOnce_AndIsReadByItsRecipientOnly()
    {
        var administrator = await app.AdministratorAsync("zh");
        var shown = await (await administrator.SubmitAsync("/accounts/create", new() { ["Mail"] = "new@example.org", ["Role"] = "LeadingOffice" }, "/accounts/create?handler=Invite")).Content.ReadAsStringAsync();
        shown.ShouldContain("邀请已发往");
        var token = await MailedTokenAsync("new@example.org");
        var mail = await ReadAsync(db => db.Outbox.Where(row => row.ToAddress == "new@example.org").SingleAsync());
        mail.Subject.ShouldContain("邀请您开通账号");
        (await administrator.GetStringAsync($"/mails/{mail.Id}")).ShouldNotContain(token);
        (await administrator.GetAsync($"/mails/{mail.Id}.eml")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await administrator.GetAsync($"/mails/{mail.Id}/html")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ReadAsync(db => db.AccountLinks.Select(row => row.SecretHash).SingleAsync())).ShouldNotBe(token);
        (await app.Browser().TrySignInAsync("new@example.org", "a-new-password-1")).StatusCode.ShouldBe(HttpStatusCode.OK, "nobody is in before it is accepted");

        (await (await AcceptAsync(app.Browser("zh"), token, "x")).Content.ReadAsStringAsync()).ShouldContain("form-errors");
        (await AcceptAsync(app.Browser(), token, "wang.wu")).Headers.Location!.OriginalString.ShouldBe("/sign-in");
        await app.Browser().SignInAsync("wang.wu", "a-new-password-1");
        (await app.Browser().GetAsync($"/invitation?token={token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "it works once");
    }

    [Fact]
    public async Task Invitation_ExpiresAndIsReplaced()
    {
        var invited = await Links.InviteAsync(Person.Engine, new("late@example.org", null, PersonRole.Reader, [], []));
        var first = await MailedTokenAsync("late@example.org");
        await Links.InviteAgainAsync(Person.Engine, invited.Id);
        (await Links.FindAsync(first, invitation: true)).ShouldBeNull("the new one took its place");
        var second = await MailedTokenAsync("late@example.org");
        (await Links.FindAsync(second, invitation: false)).ShouldBeNull("it sets no forgotten password");
        (await Links.FindAsync(second, invitation: true)).ShouldNotBeNull();
        app.Time.Advance(AccountLinks.InvitationValidFor);
        (await Links.FindAsync(second, invitation: true)).ShouldBeNull();
        (await Should.ThrowAsync<RefusedException>(() => Links.InviteAsync(Person.Engine, new("LATE@example.org", null, PersonRole.Reader, [], [])))).Words.Zh.ShouldContain("已有账号");
        (await Should.ThrowAsync<RefusedException>(() => Links.InviteAsync(new("x") { IsLeadingOffice = true }, new("a@example.org", null, PersonRole.Reader, [], [])))).IsForbidden.ShouldBeTrue();
    }

    [Fact]
    public async Task ForgottenPassword_AnswersTheSameForUnknownNames_AndMailsAFewLinksAtMost()
    {
        var account = await app.AddAccountAsync(new($"lost-{Guid.NewGuid():N}", null, PersonRole.Reader) { Mail = "lost@example.org" });
        var browser = app.Browser("zh");
        var answers = new List<string>();
        foreach (var name in new[] { account.Name, "nobody-at-all", "LOST@example.org", account.Name, account.Name, account.Name })
            answers.Add(Volatile().Replace(await (await browser.SubmitAsync("/account/forgotten", new() { ["Name"] = name })).Content.ReadAsStringAsync(), ""));
        answers.Distinct().Count().ShouldBe(1);
        (await ReadAsync(db => db.Outbox.CountAsync(row => row.ToAddress == "lost@example.org"))).ShouldBe(AccountLinks.ResetsPerHourMax);

        var signedIn = app.Browser();
        await signedIn.SignInAsync(account.Name, account.Password);
        var token = await MailedTokenAsync("lost@example.org");
        (await browser.SubmitAsync($"/account/reset?token={token}", new() { ["Token"] = token, ["Password"] = "a-new-password-2", ["Again"] = "a-new-password-2" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await app.Browser().SignInAsync(account.Name, "a-new-password-2");
        app.Time.Advance(TimeSpan.FromMinutes(1));
        (await signedIn.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect, "the other sign-ins end");
        (await app.Browser().GetAsync($"/account/reset?token={token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Recovery_OfAnAdministrator_ReplacesWhatWasShownBefore_WorksOnce_AndExpires()
    {
        await app.AdministratorAsync();
        var first = await Links.RecoverAdministratorAsync(Person.Engine, null, authenticator: false);
        var second = await Links.RecoverAdministratorAsync(Person.Engine, " ADMIN ", authenticator: true);
        (second.Name, second.HadAuthenticator).ShouldBe((WebApp.AdministratorName, false));
        second.Link.ShouldStartWith("https://programmes.example.org/account/reset?token=");
        (await app.Browser().GetAsync(first.Path)).StatusCode.ShouldBe(HttpStatusCode.NotFound, "the later one took its place");
        var token = Token().Match(second.Path).Groups[1].Value;
        (await ReadAsync(db => db.Audit.Where(row => row.Action == "account.administrator-recovery").Select(row => row.Actor + row.Details).ToListAsync())).ShouldAllBe(words => words == "engineadmin" && !words.Contains(token));

        (await app.Browser().SubmitAsync(second.Path, new() { ["Token"] = token, ["Password"] = "a-new-password-3", ["Again"] = "a-new-password-3" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await app.Browser().SignInAsync(WebApp.AdministratorName, "a-new-password-3");
        (await app.Browser().GetAsync(second.Path)).StatusCode.ShouldBe(HttpStatusCode.NotFound, "it works once");

        var third = await Links.RecoverAdministratorAsync(Person.Engine, null, authenticator: false);
        app.Time.Advance(AccountLinks.ResetValidFor);
        (await app.Browser().GetAsync(third.Path)).StatusCode.ShouldBe(HttpStatusCode.NotFound, "it has expired");
    }

    [Fact]
    public async Task Recovery_IsForAdministratorsOnly_AndNamesThemWhereThereAreSeveral()
    {
        await app.AdministratorAsync();
        var reader = await app.AddAccountAsync(new($"reader-{Guid.NewGuid():N}", null, PersonRole.Reader));
        (await Should.ThrowAsync<RefusedException>(() => Links.RecoverAdministratorAsync(Person.Engine, reader.Name, false))).Words.Zh.ShouldContain("没有名为");
        (await Should.ThrowAsync<RefusedException>(() => Links.RecoverAdministratorAsync(new("x") { IsLeadingOffice = true }, null, false))).IsForbidden.ShouldBeTrue();
        var other = await app.AddAccountAsync(new("second-admin", null, PersonRole.Administrator));
        (await Should.ThrowAsync<RefusedException>(() => Links.RecoverAdministratorAsync(Person.Engine, null, false))).Words.Zh.ShouldContain("admin、second-admin");
        await app.Services.GetRequiredService<ManageAccounts>().DisableAsync(Person.Engine, other.Id);
        (await Should.ThrowAsync<RefusedException>(() => Links.RecoverAdministratorAsync(Person.Engine, other.Name, false))).Words.Zh.ShouldContain("已停用");
        (await Links.RecoverAdministratorAsync(Person.Engine, null, false)).Name.ShouldBe(WebApp.AdministratorName);
    }

    [GeneratedRegex("token=([A-Za-z0-9_-]{43})")]
    private static partial Regex Token();

    [GeneratedRegex("request-verification-token\" content=\"[^\"]+\"|name=\"__RequestVerificationToken\"[^>]*>")]
    private static partial Regex Volatile();
}
