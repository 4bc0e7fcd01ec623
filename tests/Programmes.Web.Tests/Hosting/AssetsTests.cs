using System.Net;
using System.Text.RegularExpressions;

namespace Programmes.Web.Tests.Hosting;

public sealed partial class AssetsTests(WebApp app) : IClassFixture<WebApp>
{
    [Theory]
    [InlineData("app", "css", "text/css")]
    [InlineData("app", "js", "text/javascript")]
    [InlineData("icons", "svg", "image/svg+xml")]
    public async Task Bundle_IsServedUnderTheNameThatThePageGivesIt(string name, string extension, string type)
    {
        var html = await (await app.AdministratorAsync()).GetStringAsync("/");
        var path = Regex.Match(html, $"/dist/{name}\\.\\w+\\.{extension}").Value;

        var answer = await app.Browser().GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        answer.Content.Headers.ContentLength.ShouldNotBe(0);
    }

    [Fact]
    public async Task Icons_OfThePageAreAllInTheSprite()
    {
        var html = await (await app.AdministratorAsync()).GetStringAsync("/");
        var sprite = await app.Browser().GetStringAsync("/dist/icons.svg");

        var used = IconUse().Matches(html).Select(match => match.Groups[1].Value).Distinct().ToList();

        used.Count.ShouldBeGreaterThan(8);
        used.ShouldAllBe(name => sprite.Contains($"id=\"{name}\""));
    }

    [GeneratedRegex("icons\\.\\w+\\.svg#([a-z0-9-]+)")]
    private static partial Regex IconUse();
}
