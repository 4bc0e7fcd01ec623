using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;

namespace Programmes.Web.Tests.People;

public sealed partial class AccountsPageTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public async Task Create_ShowsTheInitialPasswordOnceAndItWorks()
    {
        var browser = await app.AdministratorAsync();

        var html = await (await CreateAsync(browser, "zhang.san")).Content.ReadAsStringAsync();

        var password = Password().Match(html).Groups[1].Value;
        password.Length.ShouldBeGreaterThanOrEqualTo(PasswordRules.LengthMin);
        (await browser.GetStringAsync("/accounts")).ShouldNotContain(password);
        await app.Browser().SignInAsync("ZHANG.SAN", password);
    }

    [Fact]
    public async Task Create_RefusesANameThatIsTaken()
    {
        var browser = await app.AdministratorAsync();
        await CreateAsync(browser, "li.si");

        var html = await (await CreateAsync(browser, "Li.Si")).Content.ReadAsStringAsync();

        html.ShouldContain("已经有人使用");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("two words")]
    [InlineData("<script>")]
    [InlineData("engine")]
    public async Task Create_RefusesABadName(string name) =>
        (await (await CreateAsync(await app.AdministratorAsync(), name)).Content.ReadAsStringAsync()).ShouldContain("form-errors");

    [Fact]
    public async Task Disable_EndsTheSessionAndEnableLetsInAgain()
    {
        var account = await app.AddAccountAsync(new($"person-{Guid.NewGuid():N}", null, PersonRole.Reader));
        var administrator = await app.AdministratorAsync();
        var browser = app.Browser();
        await browser.SignInAsync(account.Name, account.Password);

        (await PostAsync(administrator, "Disable", account.Id)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await app.Browser().TrySignInAsync(account.Name, account.Password)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await PostAsync(administrator, "Enable", account.Id);
        await app.Browser().SignInAsync(account.Name, account.Password);
    }

    [Fact]
    public async Task Reset_ReplacesThePassword()
    {
        var account = await app.AddAccountAsync(new($"person-{Guid.NewGuid():N}", null, PersonRole.Reader));

        var html = await (await PostAsync(await app.AdministratorAsync(), "Reset", account.Id)).Content.ReadAsStringAsync();

        var browser = app.Browser();
        (await app.Browser().TrySignInAsync(account.Name, account.Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await browser.SignInAsync(account.Name, Password().Match(html).Groups[1].Value);
        (await browser.GetAsync("/")).Headers.Location!.OriginalString.ShouldBe("/account/password");
    }

    [Fact]
    public async Task OwnAccount_CannotBeDisabled()
    {
        var door = app.Services.GetRequiredService<AccountDoor>();
        var own = (await door.EnterAsync(WebApp.AdministratorName, WebApp.AdministratorPassword))!;
        var browser = await app.AdministratorAsync();

        await PostAsync(browser, "Disable", own.AccountId);

        (await browser.GetStringAsync("/")).ShouldContain("不能停用自己的账号");
        await app.AdministratorAsync();
    }

    [Fact]
    public async Task List_FindsByPartOfTheName()
    {
        var account = await app.AddAccountAsync(new($"find-{Guid.NewGuid():N}", "查找对象", PersonRole.Supervisor));
        var browser = await app.AdministratorAsync();

        var html = await browser.GetStringAsync("/accounts?q=" + Uri.EscapeDataString("查找"));

        html.ShouldContain(account.Name);
        html.ShouldContain("督办人员");
        html.ShouldNotContain($"<strong>{WebApp.AdministratorName}</strong>");
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient browser, string name) =>
        browser.SubmitAsync("/accounts/create", new() { ["Name"] = name, ["DisplayName"] = "", ["Role"] = nameof(PersonRole.Reader) });

    private static Task<HttpResponseMessage> PostAsync(HttpClient browser, string handler, string id) =>
        browser.SubmitAsync("/accounts", new() { ["id"] = id }, $"/accounts?handler={handler}");

    [GeneratedRegex("initial-password\"><code>([^<]+)<")]
    private static partial Regex Password();
}
