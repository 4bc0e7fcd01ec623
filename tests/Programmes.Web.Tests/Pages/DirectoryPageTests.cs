using System.Net;
using Programmes.Engine.People;

namespace Programmes.Web.Tests.Pages;

public sealed class DirectoryPageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private static Dictionary<string, string> Contact(string unit, string mail, string person = "经办岗") =>
        new() { ["programme"] = PlanApp.Programme, ["role"] = "unit", ["unit"] = unit, ["person"] = person, ["mail"] = mail, ["duty"] = "Handler" };

    [Fact]
    public async Task Office_AddsAContact_ThatStandsInTheList_EncodedAndRemovable()
    {
        var answer = await plan.Administrator.SubmitAsync("/directory", Contact("s01", "s01-office@example.org", "<i>经办</i>岗"), "/directory?handler=Add");
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        var page = await plan.Administrator.GetStringAsync($"/directory?programme={PlanApp.Programme}&name=乡镇01");
        page.ShouldContain("s01-office@example.org");
        page.ShouldContain("&lt;i&gt;经办&lt;/i&gt;岗");
        page.ShouldNotContain("<i>经办");
        var refused = await plan.Administrator.SubmitAsync("/directory", Contact("s01", "no address"), "/directory?handler=Add");
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("不是邮件地址");
    }

    [Fact]
    public async Task Unit_SeesAndKeepsItsOwnOnly()
    {
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s02", acceptLanguage: "zh");
        var page = await unit.GetStringAsync("/directory");
        page.ShouldContain("示例乡镇02综合文化站");
        page.ShouldNotContain("示例乡镇03综合文化站");
        (await unit.SubmitAsync("/directory", Contact("s03", "x@example.org"), "/directory?handler=Add")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await unit.SubmitAsync("/directory", Contact("s02", "s02-office@example.org"), "/directory?handler=Add")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var away = await unit.SubmitAsync("/directory", new() { ["programme"] = PlanApp.Programme, ["mail"] = "s03@example.org", ["by"] = "某岗", ["byMail"] = "y@example.org", ["from"] = "2040-01-01", ["until"] = "2040-01-05" }, "/directory?handler=Substitute");
        away.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await away.Content.ReadAsStringAsync()).ShouldContain("没有找到通讯录中的这个邮箱");
    }

    [Fact]
    public async Task Preview_ShowsTheComingMornings_ToTheOfficeAlone()
    {
        var page = await plan.Administrator.GetStringAsync($"/mails/preview?programme={PlanApp.Programme}");
        page.ShouldContain("今后 30 天的提醒");
        page.ShouldContain("新任务");
        var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s01", acceptLanguage: "zh");
        (await unit.GetAsync("/mails/preview")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
