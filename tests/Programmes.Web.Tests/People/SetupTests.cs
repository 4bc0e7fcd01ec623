using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Web.Tests.People;

/// <summary>The way to the first administrator: by the link that the host prints, once, on the machine itself.</summary>
public sealed class SetupTests : IDisposable
{
    private readonly WebApp app = new() { IsSetUp = false };

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task Link_SetsTheAdministratorUpOnce()
    {
        var browser = app.Browser();
        var token = SetupTokens.Last(app.Output);
        (await browser.GetStringAsync($"/setup?token={token}")).ShouldContain("完成设置");

        var answer = await SetUpAsync(browser, token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe("/");
        (await browser.GetAsync("/accounts")).StatusCode.ShouldBe(HttpStatusCode.OK, "the new administrator is signed in");
        (await app.Browser().GetAsync($"/setup?token={token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await app.Browser().GetAsync("/setup")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await app.Browser().SignInAsync("first", "a-long-password");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/accounts")]
    [InlineData("/sign-in")]
    [InlineData("/nowhere")]
    public async Task EveryPage_LeadsToWhereTheLinkIs(string path)
    {
        var answer = await app.Browser().GetAsync(path);

        answer.Headers.Location!.OriginalString.ShouldBe("/setup");
        var page = await app.Browser().GetStringAsync("/setup");
        page.ShouldContain("控制台");
        page.ShouldNotContain("<form method=\"post\" action=\"/setup", customMessage: "without the token there is nothing to fill in");
        page.ShouldNotContain(SetupTokens.Last(app.Output));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("short")]
    public async Task WrongToken_IsRefused(string token)
    {
        var browser = app.Browser();
        if (token.Length > 0) (await browser.GetAsync($"/setup?token={token}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await SetUpAsync(browser, token)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await AdministratorsAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(WebApp.VisitorHeader, "192.0.2.7")]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("Forwarded", "for=192.0.2.7")]
    public async Task AnotherMachine_IsRefusedEvenWithTheToken(string header, string value)
    {
        var browser = app.Browser();
        browser.DefaultRequestHeaders.Add(header, value);
        var token = SetupTokens.Last(app.Output);

        (await browser.GetAsync($"/setup?token={token}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await SetUpAsync(browser, token)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await AdministratorsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task ExpiredLink_IsRefusedAndANewOneIsPrinted()
    {
        _ = app.Services;
        var token = SetupTokens.Last(app.Output);
        app.Time.Advance(FirstAdministrator.LinkValidFor);

        (await app.Browser().GetAsync($"/setup?token={token}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await app.Browser().GetAsync("/setup")).StatusCode.ShouldBe(HttpStatusCode.OK);

        SetupTokens.Last(app.Output).ShouldNotBe(token);
        (await SetUpAsync(app.Browser(), SetupTokens.Last(app.Output))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task WeakPassword_IsRefusedAndTheLinkStillWorks()
    {
        var browser = app.Browser();
        var token = SetupTokens.Last(app.Output);

        (await SetUpAsync(browser, token, password: "123456789")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SetUpAsync(browser, token, password: "1111111111")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await AdministratorsAsync()).ShouldBe(0);
        (await SetUpAsync(browser, token)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task TwoPostsAtOnce_MakeOneAdministrator()
    {
        var browsers = Enumerable.Range(0, 4).Select(_ => app.Browser()).ToList();
        var token = SetupTokens.Last(app.Output);
        var form = await Task.WhenAll(browsers.Select(browser => browser.TokenAsync("/setup")));

        var answers = await Task.WhenAll(browsers.Select((browser, i) => browser.PostAsync("/setup", Fields(token, $"first{i}", "a-long-password", form[i]))));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Redirect).ShouldBe(1);
        answers.Count(answer => answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound).ShouldBe(3);
        (await AdministratorsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task LinkOfOneNode_WorksOnEveryOther_Once()
    {
        _ = app.Services;
        var token = SetupTokens.Last(app.Output);
        using var other = app.WithWebHostBuilder(_ => { });
        var there = other.NewBrowser();
        var otherToken = SetupTokens.Last(app.Output);

        (await SetUpAsync(there, token)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        (await app.Browser().GetAsync($"/setup?token={otherToken}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Should.ThrowAsync<RefusedException>(() => app.Services.GetRequiredService<FirstAdministrator>().CreateAsync(otherToken, "second", null, "a-long-password"));
        (await AdministratorsAsync()).ShouldBe(1);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        (await db.Settings.Where(row => row.Key.StartsWith("setup-link")).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Database_HoldsNoLink_AndForgetsTheExpired()
    {
        _ = app.Services;
        var token = SetupTokens.Last(app.Output);
        app.Time.Advance(FirstAdministrator.LinkValidFor);
        (await app.Browser().GetAsync("/setup")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        var kept = await db.Settings.Where(row => row.Key.StartsWith("setup-link")).ToListAsync();
        kept.Count.ShouldBe(1);
        kept.ShouldAllBe(row => !row.Key.Contains(token) && !row.Key.Contains(SetupTokens.Last(app.Output)));
    }

    [Fact]
    public async Task TwoNodesAtOnce_MakeOneAdministrator()
    {
        var here = app.Services.GetRequiredService<FirstAdministrator>();
        var token = SetupTokens.Last(app.Output);
        using var other = app.WithWebHostBuilder(_ => { });
        var there = other.Services.GetRequiredService<FirstAdministrator>();
        var otherToken = SetupTokens.Last(app.Output);

        var results = await Task.WhenAll(Try(here, token, "one"), Try(there, otherToken, "two"));

        otherToken.ShouldNotBe(token);
        results.Count(made => made).ShouldBe(1);
        (await AdministratorsAsync()).ShouldBe(1);

        static Task<bool> Try(FirstAdministrator first, string token, string name) => Task.Run(async () =>
        {
            try
            {
                await first.CreateAsync(token, name, null, "a-long-password");
                return true;
            }
            catch (RefusedException)
            {
                return false;
            }
        });
    }

    private static async Task<HttpResponseMessage> SetUpAsync(HttpClient browser, string token, string password = "a-long-password") =>
        await browser.PostAsync("/setup", Fields(token, "first", password, await browser.TokenAsync("/setup")));

    private static FormUrlEncodedContent Fields(string token, string name, string password, string formToken) => new(new Dictionary<string, string>
    {
        ["Token"] = token, ["Name"] = name, ["Password"] = password, ["Again"] = password, ["__RequestVerificationToken"] = formToken,
    });

    private async Task<int> AdministratorsAsync()
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        return await db.UserRoles.CountAsync();
    }
}
