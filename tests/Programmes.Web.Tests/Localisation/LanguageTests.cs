using System.Net;

namespace Programmes.Web.Tests.Localisation;

public sealed class LanguageTests(WebApp app) : IClassFixture<WebApp>
{
    [Theory]
    [InlineData(null, "zh-CN")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN")]
    [InlineData("en-US,en;q=0.9", "en")]
    [InlineData("en,zh-CN;q=0.9", "en")]
    [InlineData("zh,en", "zh-CN")]
    [InlineData("fr,de;q=0.5", "zh-CN")]
    [InlineData("*", "zh-CN")]
    public async Task Browser_GetsEnglishOnlyIfItRanksItAboveChinese(string? accepted, string language)
    {
        var html = await app.Browser(accepted).GetStringAsync("/sign-in");

        html.ShouldContain($"<html lang=\"{language}\">");
    }

    [Fact]
    public async Task Choice_OutlastsTheBrowsersPreferenceAndLeadsBack()
    {
        var browser = await app.AdministratorAsync("zh-CN");

        var answer = await browser.SubmitAsync("/", Form("en", "/errors/404?a=1"), "/language");

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe("/errors/404?a=1");
        (await browser.GetStringAsync("/")).ShouldContain("<h1 class=\"page-title\">Overview</h1>");
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData(null)]
    public async Task Choice_LeadsNowhereElse(string? returnUrl)
    {
        var browser = app.Browser();

        var answer = await browser.SubmitAsync("/sign-in", Form("zh", returnUrl), "/language");

        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task Chinese_IsWrittenAsItIs() =>
        (await (await app.AdministratorAsync()).GetStringAsync("/")).ShouldContain("<h1 class=\"page-title\">总览</h1>");

    private static Dictionary<string, string> Form(string language, string? returnUrl) => new()
    {
        ["language"] = language,
        ["returnUrl"] = returnUrl ?? "",
    };
}
