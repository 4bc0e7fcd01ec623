using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Web.Tests.People;

public sealed class HostileSignInTests : IDisposable
{
    private readonly WebApp app = new();

    public void Dispose() => app.Dispose();

    private static Task<HttpResponseMessage> TryAsync(HttpClient browser, string name, string from)
    {
        browser.DefaultRequestHeaders.Remove(WebApp.VisitorHeader);
        browser.DefaultRequestHeaders.Add(WebApp.VisitorHeader, from);
        return browser.TrySignInAsync(name, "a-wrong-password");
    }

    [Fact]
    public async Task OneAddress_TryingManyAccounts_IsShutOut_AndOthersAreNot()
    {
        var account = await app.AddAccountAsync(new("honest", null, PersonRole.Reader));
        var browser = app.Browser();
        for (var i = 0; i < SignInThrottle.FailuresMax; i++) (await TryAsync(browser, $"account-{i}", "203.0.113.7")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TryAsync(browser, "account-next", "203.0.113.7")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await browser.TrySignInAsync(account.Name, account.Password)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, "even with a right password, or it would tell which is right");
        await app.Browser().SignInAsync(account.Name, account.Password);
        app.Time.Advance(SignInThrottle.Window);
        await browser.SignInAsync(account.Name, account.Password);
    }

    [Fact]
    public async Task TwoNodes_CountTogether_AndStoreNoAddress()
    {
        using var other = app.WithWebHostBuilder(_ => { });
        var (here, there) = (app.Browser(), other.NewBrowser());
        for (var i = 0; i < SignInThrottle.FailuresMax; i++) await TryAsync(i % 2 == 0 ? here : there, $"account-{i}", "203.0.113.7");
        (await TryAsync(here, "account-next", "203.0.113.7")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await TryAsync(there, "account-next", "203.0.113.7")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await TryAsync(there, "account-next", "203.0.113.8")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await using (var db = await Contexts.CreateDbContextAsync())
        {
            (await db.SignInFailures.Select(row => row.Failures).ToListAsync()).ShouldBe([SignInThrottle.FailuresMax, 1], ignoreOrder: true);
            (await db.SignInFailures.Select(row => row.Source).ToListAsync()).ShouldAllBe(source => source.Length == 5 && source.All(char.IsAsciiHexDigitLower));
        }

        app.Time.Advance(SignInThrottle.Window);
        await app.Services.GetRequiredService<SignInThrottle>().SweepAsync();
        await using var after = await Contexts.CreateDbContextAsync();
        (await after.SignInFailures.CountAsync()).ShouldBe(0);
    }

    private IDbContextFactory<ProgrammesDb> Contexts => app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>();

    [Fact]
    public async Task OneHouseholdsAddresses_CountAsOne()
    {
        var browser = app.Browser();
        for (var i = 0; i < SignInThrottle.FailuresMax; i++) await TryAsync(browser, $"account-{i}", $"2001:db8:1:2::{i:x}");
        (await TryAsync(browser, "account-next", "2001:db8:1:2:ffff::1")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await TryAsync(browser, "account-next", "2001:db8:1:3::1")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("https://evil.example.org/")]
    [InlineData("//evil.example.org")]
    [InlineData("/\\evil.example.org")]
    [InlineData("javascript:alert(1)")]
    public async Task ReturnUrl_LeadsNowhereElse(string returnUrl)
    {
        var answer = await app.Browser().TrySignInAsync(WebApp.AdministratorName, WebApp.AdministratorPassword, returnUrl);
        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task SessionCookie_IsNewWithTheSignIn_WhateverTheBrowserBrought()
    {
        var browser = app.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", "programmes.session=planted");
        var answer = await browser.TrySignInAsync(WebApp.AdministratorName, WebApp.AdministratorPassword);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("programmes.session=", StringComparison.Ordinal));
        cookie.ShouldNotContain("planted");
        cookie.ShouldContain("httponly", Case.Insensitive);
    }

    [Fact]
    public async Task AnothersSignIns_AreShownToAdministratorsOnly()
    {
        var account = await app.AddAccountAsync(new("watched", null, PersonRole.Reader));
        await app.Browser().TrySignInAsync(account.Name, "a-wrong-password");
        (await (await app.SignedInAsync(PersonRole.LeadingOffice)).GetAsync($"/account/sign-ins?account={account.Id}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await (await app.AdministratorAsync("zh")).GetStringAsync($"/account/sign-ins?account={account.Id}")).ShouldContain("密码错误");
        var own = app.Browser("zh");
        await own.SignInAsync(account.Name, account.Password);
        (await own.GetStringAsync("/account/sign-ins")).ShouldContain("密码错误");
    }

    [Fact]
    public async Task SessionEndsAfterTheHoursOfTheSettings()
    {
        var administrator = await app.AdministratorAsync();
        (await administrator.SubmitAsync("/settings", new() { ["SessionIdleHours"] = "2" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await administrator.SubmitAsync("/settings", new() { ["SessionIdleHours"] = "25" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var browser = await app.SignedInAsync(PersonRole.Reader);
        app.Time.Advance(TimeSpan.FromMinutes(110));
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
        app.Time.Advance(TimeSpan.FromMinutes(110));
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK, "each use counts anew");
        app.Time.Advance(TimeSpan.FromMinutes(121));
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }
}
