using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Web.Tests.People;

public sealed class SignInTests(WebApp app) : IClassFixture<WebApp>
{
    private const string Refusal = "账号名或密码不正确";

    [Fact]
    public async Task SignIn_LeadsBackToThePageAndSignOutEndsIt()
    {
        var account = await AddAsync();
        var browser = app.Browser();
        (await browser.GetAsync("/accounts?p=2")).Headers.Location!.PathAndQuery.ShouldBe("/sign-in?returnUrl=%2Faccounts%3Fp%3D2");

        (await browser.TrySignInAsync(account.Name, account.Password, "/?a=1")).Headers.Location!.OriginalString.ShouldBe("/?a=1");
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.SubmitAsync("/", [], "/sign-out")).Headers.Location!.OriginalString.ShouldBe("/sign-in");

        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await ActionsAsync(account)).ShouldBe(["account.created", "account.password-changed", "account.signed-in", "account.signed-out"]);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    public async Task SignIn_LeadsNowhereElse(string returnUrl) =>
        (await app.Browser().TrySignInAsync(WebApp.AdministratorName, WebApp.AdministratorPassword, returnUrl)).Headers.Location!.OriginalString.ShouldBe("/");

    [Fact]
    public async Task Refusals_AreTheSameForKnownAndUnknownAndDisabledAccounts()
    {
        var known = await AddAsync();
        var disabled = await AddAsync();
        await app.Services.GetRequiredService<ManageAccounts>().DisableAsync(Person.Engine, disabled.Id);

        var words = new List<string>();
        foreach (var (name, password) in new[] { (known.Name, "wrong-password"), ("nobody-here", "wrong-password"), (disabled.Name, disabled.Password) })
            words.Add(Alert(await (await app.Browser().TrySignInAsync(name, password)).Content.ReadAsStringAsync()));

        words[0].ShouldContain(Refusal);
        words.Distinct().Count().ShouldBe(1);
        static string Alert(string html) => html[html.IndexOf("form-errors", StringComparison.Ordinal)..html.IndexOf("<form", html.IndexOf("form-errors", StringComparison.Ordinal), StringComparison.Ordinal)];
    }

    [Fact]
    public async Task FifthWrongPassword_LocksForAQuarterOfAnHour()
    {
        var account = await AddAsync();
        for (var i = 0; i < AccountDoor.FailuresMax; i++) await app.Browser().TrySignInAsync(account.Name, "wrong-password");

        (await (await app.Browser().TrySignInAsync(account.Name, account.Password)).Content.ReadAsStringAsync()).ShouldContain(Refusal);
        app.Time.Advance(AccountDoor.LockedFor);

        await app.Browser().SignInAsync(account.Name, account.Password);
        var actions = await ActionsAsync(account);
        actions.Count(action => action == "account.sign-in-failed").ShouldBe(AccountDoor.FailuresMax);
        actions.Count(action => action == "account.locked").ShouldBe(1);
    }

    [Fact]
    public async Task RightPassword_ForgetsTheWrongOnesBeforeIt()
    {
        var account = await AddAsync();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 1; i < AccountDoor.FailuresMax; i++) await app.Browser().TrySignInAsync(account.Name, "wrong-password");
            await app.Browser().SignInAsync(account.Name, account.Password);
        }
    }

    [Fact]
    public async Task GuessesAtOnce_AreNotMoreThanOneByOne()
    {
        var account = await AddAsync();
        var door = app.Services.GetRequiredService<AccountDoor>();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => door.EnterAsync(account.Name, $"guess-number-{i}"))));

        (await ActionsAsync(account)).Count(action => action == "account.sign-in-failed").ShouldBe(AccountDoor.FailuresMax);
        (await door.EnterAsync(account.Name, account.Password)).ShouldBeNull();
    }

    [Fact]
    public async Task UnknownNames_LeaveNothingInTheAudit()
    {
        await app.Browser().TrySignInAsync("my-secret-password", "wrong-password");

        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.Audit.AnyAsync(row => row.Actor == "my-secret-password" || row.Subject == "my-secret-password" || row.Details == "my-secret-password")).ShouldBeFalse();
    }

    [Fact]
    public async Task InitialPassword_HasToBeChangedFirst()
    {
        var accounts = app.Services.GetRequiredService<ManageAccounts>();
        var account = await accounts.CreateAsync(Person.Engine, new($"new-{Guid.NewGuid():N}", "新同事", PersonRole.Administrator));
        var browser = app.Browser();
        await browser.SignInAsync(account.Name, account.Password);

        foreach (var path in new[] { "/", "/accounts", "/nowhere" })
            (await browser.GetAsync(path)).Headers.Location!.OriginalString.ShouldBe("/account/password");
        (await browser.SubmitAsync("/account/password", [], "/accounts?handler=Enable")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ChangeAsync(browser, account.Password, account.Password)).StatusCode.ShouldBe(HttpStatusCode.OK, "the new password must differ");
        (await ChangeAsync(browser, "wrong-password", "a-password-of-my-own")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await ChangeAsync(browser, account.Password, "a-password-of-my-own")).Headers.Location!.OriginalString.ShouldBe("/");
        (await browser.GetAsync("/accounts")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.GetStringAsync("/")).ShouldContain("新同事");
    }

    [Fact]
    public async Task NewPassword_EndsOtherSignInsButNotThisOne()
    {
        var account = await AddAsync();
        var here = app.Browser();
        var elsewhere = app.Browser();
        await here.SignInAsync(account.Name, account.Password);
        await elsewhere.SignInAsync(account.Name, account.Password);

        await ChangeAsync(here, account.Password, "a-password-of-my-own");
        app.Time.Advance(TimeSpan.FromMinutes(1));

        (await here.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await elsewhere.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Session_EndsAfterEightIdleHoursAndNotWhileInUse()
    {
        var browser = await app.AdministratorAsync();
        for (var i = 0; i < 3; i++)
        {
            app.Time.Advance(TimeSpan.FromHours(7));
            (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        app.Time.Advance(TimeSpan.FromHours(8.5));
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Cookie_IsOutOfReachForScriptsAndOtherSites()
    {
        var cookie = await SessionCookieAsync(app, "http://localhost");

        cookie.ShouldStartWith("programmes.session=");
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldNotContain("secure");
        cookie.ShouldNotContain("expires", customMessage: "it goes with the browser");
        (await SessionCookieAsync(app, "https://localhost")).ShouldContain("secure");
    }

    [Fact]
    public async Task Cookie_OfAHostWithHttpsAlone_IsBoundToIt()
    {
        using var secure = new WebApp { Settings = { ["Programmes:HttpsOnly"] = "true" } };

        var cookie = await SessionCookieAsync(secure, "https://localhost");

        cookie.ShouldStartWith("__Host-programmes.session=");
        cookie.ShouldContain("secure");
        cookie.ShouldContain("path=/;");
        cookie.ShouldNotContain("domain");
    }

    [Fact]
    public async Task PartialRequest_WithoutASession_MovesTheWholePageToTheSignIn()
    {
        var browser = app.Browser();
        browser.DefaultRequestHeaders.Add("HX-Request", "true");
        browser.DefaultRequestHeaders.Add("HX-Current-URL", "http://localhost/accounts?p=2");

        var answer = await browser.GetAsync("/");

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.GetValues("HX-Redirect").ShouldHaveSingleItem().ShouldBe("/sign-in?returnUrl=%2Faccounts%3Fp%3D2");
    }

    private static async Task<string> SessionCookieAsync(WebApp app, string address)
    {
        var browser = app.CreateClient(new() { AllowAutoRedirect = false, BaseAddress = new(address) });
        var answer = await browser.TrySignInAsync(WebApp.AdministratorName, WebApp.AdministratorPassword);
        return answer.Headers.GetValues("Set-Cookie").Single(value => value.Contains("session=", StringComparison.Ordinal)).Replace("Session=", "session=", StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient browser, string present, string wanted) =>
        browser.SubmitAsync("/account/password", new() { ["Present"] = present, ["Wanted"] = wanted, ["Again"] = wanted });

    private Task<CreatedAccount> AddAsync() => app.AddAccountAsync(new($"person-{Guid.NewGuid():N}", null, PersonRole.Reader));

    private async Task<List<string>> ActionsAsync(CreatedAccount account)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        return await db.Audit.Where(row => row.Subject == account.Id).OrderBy(row => row.Id).Select(row => row.Action).ToListAsync();
    }
}
