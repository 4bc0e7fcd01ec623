using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Web.Layout;

namespace Programmes.Web.Tests.Errors;

public sealed class ErrorPageTests(WebApp app) : IClassFixture<WebApp>
{
    [Theory]
    [InlineData(400, "请求没有被接受", "The request was not accepted")]
    [InlineData(403, "没有权限", "Not allowed")]
    [InlineData(404, "没有找到这个页面", "Page not found")]
    [InlineData(500, "系统出现故障", "Something went wrong here")]
    public async Task Page_SaysInBothLanguagesWhatHappened(int code, string zh, string en)
    {
        foreach (var (language, title) in new[] { ("zh", zh), ("en", en) })
        {
            var answer = await app.Browser(language).GetAsync($"/errors/{code}");

            ((int)answer.StatusCode).ShouldBe(code);
            var html = await answer.Content.ReadAsStringAsync();
            html.ShouldContain($"<h1 data-error-title>{title}</h1>");
            html.ShouldContain("class=\"error-kept\"");
        }
    }

    [Fact]
    public async Task UnknownAddress_ShowsThePageInTheFrame()
    {
        var answer = await (await app.AdministratorAsync()).GetAsync("/nowhere?a=1");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("没有找到这个页面");
        html.ShouldContain("value=\"/nowhere?a=1\"", customMessage: "choosing the other language must lead back to the address that was asked for");
    }

    [Fact]
    public async Task FormWithoutToken_IsRefusedWithAPage()
    {
        var answer = await app.Browser().PostAsync("/language", new FormUrlEncodedContent([new("language", "en")]));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("请求没有被接受");
        answer.Headers.TryGetValues("Set-Cookie", out var cookies);
        (cookies ?? []).ShouldNotContain(cookie => cookie.StartsWith("programmes.language", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PartialRequest_GetsOnlyTheWords()
    {
        var browser = await app.AdministratorAsync();
        browser.DefaultRequestHeaders.Add("HX-Request", "true");

        var html = await (await browser.GetAsync("/nowhere")).Content.ReadAsStringAsync();

        html.ShouldContain("data-error-title");
        html.ShouldNotContain("<html");
    }

    [Fact]
    public async Task Failure_ShowsAReferenceAndNoneOfItsInsides()
    {
        using var broken = app.WithWebHostBuilder(builder => builder.ConfigureTestServices(services =>
            services.AddHttpContextAccessor().AddScoped(provider =>
                provider.GetRequiredService<IHttpContextAccessor>().HttpContext!.Request.Path == "/"
                    ? throw new InvalidOperationException("the inside of the failure")
                    : new Frame())));

        var answer = await (await broken.SignedInAsync()).GetAsync("/");

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("error-reference");
        html.ShouldNotContain("the inside of the failure");
        answer.Headers.Contains("Content-Security-Policy").ShouldBeTrue();
    }
}
