using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Web.Tests.People;

public sealed partial class TwoFactorTests(WebApp app) : IClassFixture<WebApp>
{
    private Authenticator Authenticator => app.Services.GetRequiredService<Authenticator>();

    private string CodeOf(string key) => new Totp(Base32Encoding.ToBytes(key.Replace(" ", ""))).ComputeTotp(app.Time.GetUtcNow().UtcDateTime);

    private async Task<(CreatedAccount Account, string Key, IReadOnlyList<string> Codes)> EnrolledAsync(PersonRole role = PersonRole.Reader)
    {
        var account = await app.AddAccountAsync(new($"two-{Guid.NewGuid():N}", null, role));
        var key = (await Authenticator.BeginAsync(account.Id)).Key;
        var (_, codes) = await Authenticator.EnableAsync(new(account.Name), account.Id, CodeOf(key));
        app.Time.Advance(TimeSpan.FromMinutes(1));
        return (account, key, codes);
    }

    private static async Task<(HttpResponseMessage Answer, string? Ticket)> PasswordAsync(HttpClient browser, CreatedAccount account)
    {
        var answer = await browser.TrySignInAsync(account.Name, account.Password);
        return (answer, Ticket().Match(await answer.Content.ReadAsStringAsync()) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null);
    }

    private static Task<HttpResponseMessage> CodeAsync(HttpClient browser, string? ticket, string code) =>
        browser.SubmitAsync("/sign-in", new() { ["Ticket"] = ticket ?? "", ["Code"] = code }, "/sign-in?handler=Code");

    [Fact]
    public async Task Page_SetsItUp_WithAPictureAndATypedKey()
    {
        var account = await app.AddAccountAsync(new($"two-{Guid.NewGuid():N}", null, PersonRole.Reader));
        var browser = app.Browser("zh");
        await browser.SignInAsync(account.Name, account.Password);
        var html = await browser.GetStringAsync("/account/authenticator");
        html.ShouldContain("<svg class=\"qr\"");
        var key = KeyText().Match(html).Groups[1].Value;

        (await browser.SubmitAsync("/account/authenticator", new() { ["Code"] = "000000" }, "/account/authenticator?handler=Enable")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var done = await (await browser.SubmitAsync("/account/authenticator", new() { ["Code"] = CodeOf(key) }, "/account/authenticator?handler=Enable")).Content.ReadAsStringAsync();
        Regex.Count(done, "<li><code>").ShouldBe(Authenticator.RecoveryCodes);
        (await browser.GetStringAsync("/account/authenticator")).ShouldNotContain("<li><code>", customMessage: "they are shown once");
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        var row = await db.Users.SingleAsync(one => one.Id == account.Id);
        row.AuthenticatorSecret.ShouldNotBeNull().ShouldNotContain(key.Replace(" ", ""), customMessage: "the secret lies under data protection");
    }

    [Fact]
    public async Task SignIn_NeedsTheCode_AndACodeOpensOnce()
    {
        var (account, key, _) = await EnrolledAsync();
        var browser = app.Browser();
        var (answer, ticket) = await PasswordAsync(browser, account);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        ticket.ShouldNotBeNull();
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect, "the password alone opens nothing");

        var code = CodeOf(key);
        (await CodeAsync(browser, ticket, code)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var other = app.Browser();
        (await CodeAsync(other, (await PasswordAsync(other, account)).Ticket, code)).StatusCode.ShouldBe(HttpStatusCode.OK, "a code that was used");
        (await other.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task RecoveryCode_OpensOnce()
    {
        var (account, _, codes) = await EnrolledAsync();
        var browser = app.Browser();
        (await CodeAsync(browser, (await PasswordAsync(browser, account)).Ticket, codes[0].ToUpperInvariant())).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var other = app.Browser();
        (await CodeAsync(other, (await PasswordAsync(other, account)).Ticket, codes[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Authenticator.StateAsync(account.Id)).CodesLeft.ShouldBe(Authenticator.RecoveryCodes - 1);
    }

    [Fact]
    public async Task WrongCodes_LockTheAccount_EvenWithTheRightPasswordBetween()
    {
        var (account, key, _) = await EnrolledAsync();
        var browser = app.Browser();
        for (var i = 0; i < AccountDoor.FailuresMax; i++)
        {
            var (_, ticket) = await PasswordAsync(browser, account);
            if (ticket is not null) await CodeAsync(browser, ticket, $"00000{i}");
        }

        (await PasswordAsync(browser, account)).Ticket.ShouldBeNull("it is locked");
        app.Time.Advance(AccountDoor.LockedFor + TimeSpan.FromMinutes(1));
        (await CodeAsync(browser, (await PasswordAsync(browser, account)).Ticket, CodeOf(key))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Ticket_ExpiresAndCannotBeForged()
    {
        var (account, key, _) = await EnrolledAsync();
        var browser = app.Browser();
        var (_, ticket) = await PasswordAsync(browser, account);
        (await CodeAsync(browser, "forged", CodeOf(key))).StatusCode.ShouldBe(HttpStatusCode.OK);
        app.Time.Advance(TimeSpan.FromMinutes(6));
        (await CodeAsync(browser, ticket, CodeOf(key))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Administrator_ResetsIt_AndNobodyElse()
    {
        var (account, _, _) = await EnrolledAsync();
        (await Should.ThrowAsync<RefusedException>(() => Authenticator.ResetAsync(new("x") { IsLeadingOffice = true }, account.Id))).IsForbidden.ShouldBeTrue();
        (await (await app.AdministratorAsync()).SubmitAsync($"/accounts/{account.Id}", [], $"/accounts/{account.Id}?handler=TwoFactor")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await app.Browser().SignInAsync(account.Name, account.Password);
    }

    [Fact]
    public async Task WhereItIsRequired_NothingElseOpensBeforeItIsSetUp()
    {
        var settings = app.Services.GetRequiredService<OfficeSettings>();
        await settings.ChangeAsync(Person.Engine, new(TwoFactorForManagers: true));
        try
        {
            var account = await app.AddAccountAsync(new($"two-{Guid.NewGuid():N}", null, PersonRole.LeadingOffice));
            var browser = app.Browser("zh");
            await browser.SignInAsync(account.Name, account.Password);
            (await browser.GetAsync("/programmes")).Headers.Location!.OriginalString.ShouldBe("/account/authenticator");
            (await browser.GetStringAsync("/account/authenticator")).ShouldContain("须启用身份验证器");
            var tokens = app.Services.GetRequiredService<ManageTokens>();
            (await tokens.EnterAsync(await tokens.CreateAsync(new(account.Name), account.Id, "t", false, 1))).ShouldBeNull("a token is no way around it");
            var key = (await Authenticator.BeginAsync(account.Id)).Key;
            await browser.SubmitAsync("/account/authenticator", new() { ["Code"] = CodeOf(key) }, "/account/authenticator?handler=Enable");
            (await browser.GetAsync("/programmes")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await Should.ThrowAsync<RefusedException>(() => Authenticator.DisableAsync(new(account.Name), account.Id, CodeOf(key)))).Words.Zh.ShouldContain("必须使用");
            await (await app.SignedInAsync(PersonRole.Reader)).GetStringAsync("/programmes");
        }
        finally
        {
            await settings.ChangeAsync(Person.Engine, new());
        }
    }

    [GeneratedRegex("name=\"Ticket\" value=\"([^\"]+)\"")]
    private static partial Regex Ticket();

    [GeneratedRegex("authenticator-key\">([^<]+)<")]
    private static partial Regex KeyText();
}
