using System.Net;
using System.Text.RegularExpressions;
using Programmes.Engine.People;

namespace Programmes.Web.Tests.Pages;

public sealed class NoticePageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    /// <summary>One journey, because each step needs the one before.</summary>
    [Fact]
    public async Task Notice_FromPublicationToCertificate()
    {
        var notice = await plan.UntilNoticeAsync();
        var html = await plan.Administrator.GetStringAsync($"/notices/{notice}");
        html.ShouldContain("公示中");
        html.ShouldContain("第 5 日");

        // A demonstration is nobody's public notice.
        (await plan.App.Browser("zh").GetStringAsync("/public/notices")).ShouldContain("当前没有公示");
        (await plan.App.Browser("zh").GetAsync($"/public/notices/{notice}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await plan.Administrator.GetStringAsync($"/public/notices/{notice}")).ShouldContain("如何提出异议");

        (await SendAsync(notice, "Object", new() { ["unit"] = "s01", ["source"] = "RealName", ["author"] = "测试提出人", ["text"] = "<i>数据不实</i>" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        html = await plan.Administrator.GetStringAsync($"/notices/{notice}");
        html.ShouldContain("&lt;i&gt;数据不实");
        html.ShouldNotContain("测试提出人");
        var objection = Regex.Match(html, "name=\"objection\" value=\"(\\d+)\"").Groups[1].Value;
        (await (await SendAsync(notice, "Author", new() { ["objection"] = objection })).Content.ReadAsStringAsync()).ShouldContain("测试提出人");
        (await SendAsync(notice, "Accept", new() { ["objection"] = objection })).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await plan.Administrator.GetStringAsync($"/notices/{notice}")).ShouldContain("中止（异议核查中）");

        // The author is kept from the unit that is objected to.
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s01", acceptLanguage: "zh");
        (await unit.GetStringAsync($"/notices/{notice}")).ShouldNotContain("测试提出人");
        (await unit.SubmitAsync("/work", new() { ["objection"] = objection, ["upheld"] = "false", ["reason"] = "x" }, $"/notices/{notice}?handler=Decide")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        var refused = await SendAsync(notice, "Decide", new() { ["objection"] = objection, ["upheld"] = "false", ["reason"] = "" });
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("请写明处理意见");
        (await SendAsync(notice, "Decide", new() { ["objection"] = objection, ["upheld"] = "false", ["reason"] = "经核查数据属实" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var published = DateOnly.Parse(Regex.Match(html, "<time datetime=\"(\\d{4}-\\d{2}-\\d{2})\">").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        await plan.AdvanceAsync(published.AddDays(20));
        html = await plan.Administrator.GetStringAsync($"/notices/{notice}");
        html.ShouldContain("公示期满");
        var certificate = await plan.Administrator.GetStringAsync($"/notices/{notice}/certificate");
        certificate.ShouldContain("计 5 个工作日");
        certificate.ShouldContain("公示期满无异议 19 个");
        certificate.ShouldContain("受理 1 件（成立 0 件，不成立 1 件，正在核查 0 件）");
        certificate.ShouldNotContain("测试提出人");
    }

    private Task<HttpResponseMessage> SendAsync(string notice, string handler, Dictionary<string, string> fields) =>
        plan.Administrator.SubmitAsync($"/notices/{notice}", fields, $"/notices/{notice}?handler={handler}");
}
