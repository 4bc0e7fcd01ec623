using System.Net;
using Programmes.Engine.People;

namespace Programmes.Web.Tests.Pages;

public sealed class WorkPageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private Task<HttpClient> UnitAsync(string unit) => plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: unit, acceptLanguage: "zh");

    [Fact]
    public async Task List_ForAUnit_HoldsItsOwnWorkOnly()
    {
        var html = await (await UnitAsync("s03")).GetStringAsync("/work?everybody=true");

        html.ShouldContain("示例乡镇03综合文化站");
        html.ShouldNotContain("示例乡镇04综合文化站");
        html.ShouldContain("<span class=\"count\">", customMessage: "the menu says how much waits");
        html.ShouldNotContain("href=\"/audit\"", customMessage: "the menu offers nothing that is forbidden");
    }

    [Fact]
    public async Task WorkOfAnotherUnit_IsNotFound_AndCannotBeSubmitted()
    {
        var unit = await UnitAsync("s05");
        var others = await plan.WorkOfAsync("s06");

        (await unit.GetAsync($"/work/{others}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var answer = await unit.SubmitAsync("/work", new() { ["comment"] = "x" }, $"/work/{others}?handler=Submit");
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await plan.Administrator.GetStringAsync($"/work/{others}")).ShouldContain("待签收");
    }

    [Fact]
    public async Task Sign_ShowsTheWorkAsInProgress()
    {
        var unit = await UnitAsync("s07");
        var work = await plan.WorkOfAsync("s07");

        (await unit.SubmitAsync($"/work/{work}", [], $"/work/{work}?handler=Sign")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var html = await unit.GetStringAsync($"/work/{work}");
        html.ShouldContain("已签收");
        html.ShouldContain("办理中");
        html.ShouldContain("依据：方案三（一）；四（二）。");
        html.ShouldContain("为什么是这一天？");
    }

    [Fact]
    public async Task Draft_WithHostileText_IsKeptAndEncoded()
    {
        var unit = await UnitAsync("s08");
        var work = await plan.WorkOfAsync("s08");
        var page = await unit.GetStringAsync($"/work/{work}");
        var field = System.Text.RegularExpressions.Regex.Match(page, "<textarea[^>]*name=\"(f\\.[^\"]+)\"").Groups[1].Value;
        field.ShouldNotBeEmpty();

        (await unit.SubmitAsync($"/work/{work}", new() { [field] = "</textarea><script>alert(1)</script>" }, $"/work/{work}?handler=Save")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var html = await unit.GetStringAsync($"/work/{work}");
        html.ShouldContain("&lt;/textarea&gt;&lt;script&gt;alert(1)");
        html.ShouldNotContain("<script>alert(1)");
    }

    [Fact]
    public async Task Extension_IsAskedForAndGranted_AndKeepsTheFirstDate()
    {
        var unit = await UnitAsync("s09");
        var work = await plan.WorkOfAsync("s09");

        (await unit.SubmitAsync($"/work/{work}", new() { ["until"] = "2023-09-15", ["reason"] = "暴雨停电" }, $"/work/{work}?handler=Ask")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await plan.Administrator.GetStringAsync("/work?shown=Extensions")).ShouldContain(work);
        (await plan.Administrator.SubmitAsync($"/work/{work}", new() { ["until"] = "2023-09-15", ["reason"] = "同意", ["grant"] = "true" }, $"/work/{work}?handler=Answer")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        var html = await unit.GetStringAsync($"/work/{work}");
        html.ShouldContain("2023年9月15日（周五）");
        html.ShouldContain("原期限 2023年8月31日（周四）");
    }

    [Fact]
    public async Task Extension_BeforeTheDueDate_IsRefusedOnThePage()
    {
        var unit = await UnitAsync("s10");
        var work = await plan.WorkOfAsync("s10");

        var answer = await unit.SubmitAsync($"/work/{work}", new() { ["until"] = "2023-08-01", ["reason"] = "x" }, $"/work/{work}?handler=Ask");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("延期日期应晚于现期限");
    }
}
