using System.Net;
using System.Text.RegularExpressions;

namespace Programmes.Web.Tests.Localisation;

public sealed partial class LanguageTests(WebApp app) : IClassFixture<WebApp>
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
        var html = await app.Browser(accepted).GetStringAsync("/");

        html.ShouldContain($"<html lang=\"{language}\">");
    }

    [Fact]
    public async Task Choice_OutlastsTheBrowsersPreferenceAndLeadsBack()
    {
        var browser = app.Browser("zh-CN");
        var token = Token().Match(await browser.GetStringAsync("/")).Groups[1].Value;

        var answer = await browser.PostAsync("/language", Form(token, "en", "/errors/404?a=1"));

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
        var token = Token().Match(await browser.GetStringAsync("/")).Groups[1].Value;

        var answer = await browser.PostAsync("/language", Form(token, "zh", returnUrl));

        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task Chinese_IsWrittenAsItIs() =>
        (await app.Browser().GetStringAsync("/")).ShouldContain("<h1 class=\"page-title\">总览</h1>");

    private static FormUrlEncodedContent Form(string token, string language, string? returnUrl) => new(new Dictionary<string, string>
    {
        ["__RequestVerificationToken"] = token,
        ["language"] = language,
        ["returnUrl"] = returnUrl ?? "",
    });

    [GeneratedRegex("name=\"request-verification-token\" content=\"([^\"]+)\"")]
    private static partial Regex Token();
}
