namespace Programmes.Web.Tests.Hosting;

public sealed class SecurityHeadersTests(WebApp app) : IClassFixture<WebApp>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/nowhere")]
    [InlineData("/favicon.svg")]
    public async Task AnyAnswer_CarriesTheHeaders(string path)
    {
        var answer = await app.Browser().GetAsync(path);

        var policy = answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldStartWith("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        policy.ShouldNotContain("http");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
    }

    [Fact]
    public async Task Page_HoldsNothingThatThePolicyForbids()
    {
        var html = await (await app.AdministratorAsync()).GetStringAsync("/");

        html.ShouldNotContain(" style=");
        html.ShouldNotContain("<style");
        html.ShouldNotContain(" onclick=");
        html.ShouldNotContain("<script>");
        html.ShouldNotContain("//cdn", Case.Insensitive);
    }
}
