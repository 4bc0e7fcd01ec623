using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;

namespace Programmes.Web.Tests;

/// <summary>What a browser does: sign in, fill in a form with its token, follow where it leads.</summary>
public static partial class Browsing
{
    private const string Password = "another-good-password";

    public static HttpClient NewBrowser(this WebApplicationFactory<Program> app, string? acceptLanguage = null)
    {
        var browser = app.CreateClient(new() { AllowAutoRedirect = false });
        if (acceptLanguage is not null) browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(acceptLanguage);
        return browser;
    }

    /// <summary>A browser in which an administrator is signed in; also for hosts made by <c>WithWebHostBuilder</c>.</summary>
    public static async Task<HttpClient> SignedInAsync(this WebApplicationFactory<Program> app, string? acceptLanguage = null)
    {
        var browser = app.NewBrowser(acceptLanguage);
        await browser.SignInAsync(WebApp.AdministratorName, WebApp.AdministratorPassword);
        return browser;
    }

    /// <summary>An account that has changed its initial password already.</summary>
    public static async Task<CreatedAccount> AddAccountAsync(this WebApplicationFactory<Program> app, NewAccount wanted)
    {
        var created = await app.Services.GetRequiredService<ManageAccounts>().CreateAsync(Person.Engine, wanted);
        await app.Services.GetRequiredService<AccountDoor>().ChangePasswordAsync(created.Id, created.Password, Password);
        return created with { Password = Password };
    }

    public static async Task SignInAsync(this HttpClient browser, string name, string password)
    {
        var answer = await browser.TrySignInAsync(name, password);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
    }

    public static Task<HttpResponseMessage> TrySignInAsync(this HttpClient browser, string name, string password, string? returnUrl = null) =>
        browser.SubmitAsync("/sign-in", new() { ["Name"] = name, ["Password"] = password, ["ReturnUrl"] = returnUrl ?? "" });

    /// <summary>Fetches a page and posts a form with the page's token.</summary>
    /// <param name="to">Where to post; the page itself if null.</param>
    public static async Task<HttpResponseMessage> SubmitAsync(this HttpClient browser, string page, Dictionary<string, string> fields, string? to = null)
    {
        var token = await browser.TokenAsync(page);
        return await browser.PostAsync(to ?? page, new FormUrlEncodedContent(fields.Append(new("__RequestVerificationToken", token))));
    }

    public static async Task<string> TokenAsync(this HttpClient browser, string page)
    {
        var html = await (await browser.GetAsync(page)).Content.ReadAsStringAsync();
        return Token().Match(html) is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException($"{page} has no token: {html}");
    }

    [GeneratedRegex("name=\"request-verification-token\" content=\"([^\"]+)\"")]
    private static partial Regex Token();
}

public static partial class SetupTokens
{
    /// <summary>The token of the link that the host printed last.</summary>
    public static string Last(string output) => Token().Matches(output)[^1].Groups[1].Value;

    [GeneratedRegex("/setup\\?token=([0-9a-f]{64})")]
    private static partial Regex Token();
}
