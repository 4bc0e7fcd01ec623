using System.Net;

namespace Programmes.Web.Tests.Pages;

public sealed class LaunchPageTests(PlanApp plan) : IClassFixture<PlanApp>
{
    [Fact]
    public async Task Preview_ShowsWarningsTheMainDatesAndTheMails()
    {
        var fields = await PlanApp.LaunchFieldsAsync(plan.Administrator);

        var html = await (await plan.Administrator.SubmitAsync("/programmes/launch", fields, "/programmes/launch?handler=Preview")).Content.ReadAsStringAsync();

        html.ShouldContain("处提示，请核对");
        html.ShouldContain("预演：如果各单位都按期办理");
        html.ShouldContain("2023年8月31日（周四）");
        html.ShouldContain("为什么是这一天？");
        html.ShouldContain("封：每日汇总");
    }

    [Fact]
    public async Task Launch_WithUnconfirmedWarnings_LaunchesNothing()
    {
        var fields = await PlanApp.LaunchFieldsAsync(plan.Administrator);
        fields["Basics.Id"] = "not-confirmed";

        var answer = await plan.Administrator.SubmitAsync("/programmes/launch", fields, "/programmes/launch?handler=Launch");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("请先确认提示事项，再启动");
        (await plan.Administrator.GetAsync("/programmes/not-confirmed")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Launch_WithErrors_NamesThemAndKeepsWhatWasTyped()
    {
        var fields = await PlanApp.LaunchFieldsAsync(plan.Administrator);
        fields["Basics.Id"] = "with-errors";
        fields["Json"] = fields["Json"].Replace("\"units\"", "\"unitz\"", StringComparison.Ordinal);

        var answer = await plan.Administrator.SubmitAsync("/programmes/launch", fields, "/programmes/launch?handler=Launch");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldContain("处错误，更正后才能启动");
        html.ShouldContain("unitz");
        html.ShouldContain("value=\"with-errors\"");
    }

    [Fact]
    public async Task Launch_WithAnIdThatIsTaken_IsRefusedWithWords()
    {
        var fields = await PlanApp.LaunchFieldsAsync(plan.Administrator);
        fields["Confirmed"] = "true";

        var answer = await plan.Administrator.SubmitAsync("/programmes/launch", fields, "/programmes/launch?handler=Launch");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("已被另一专项工作使用，请换一个");
    }

    [Fact]
    public async Task Launch_ByAUnit_IsForbidden()
    {
        var unit = await plan.App.SignedInAsync(Engine.People.PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s01");

        (await unit.GetAsync("/programmes/launch")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
