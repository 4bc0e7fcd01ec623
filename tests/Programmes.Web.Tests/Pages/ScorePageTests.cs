using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;

namespace Programmes.Web.Tests.Pages;

/// <summary>The office that assesses stations on site sees their own scores and gives its own beside them.</summary>
public sealed class ScorePageTests(FormPlanApp fixture) : IClassFixture<FormPlanApp>
{
    private const string OwnScores = """{"premises":"yes","staff":"yes","open":"9.5","events":"12","survey":"5","problems":[{"what":"标牌缺失"}]}""";

    private readonly PlanApp plan = fixture.Plan;

    private Task<HttpClient> SignedInAsync(PersonRole role, string? office = null, string? unit = null) => plan.App.SignedInAsync(role, officeRole: office, programmeId: PlanApp.Programme, unitId: unit, acceptLanguage: "zh");

    [Fact]
    public async Task AssessingOffice_SeesBothTotals_SavesItsScores_AndNobodyElseDoes()
    {
        // The sheet asks for a photograph, which says nothing about scores.
        await using (var db = await plan.App.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync())
            await db.WorkItems.Where(row => row.UnitId == "s01" && row.Form == "score-sheet").ExecuteUpdateAsync(set => set.SetProperty(row => row.FormValues, OwnScores).SetProperty(row => row.SubmittedOn, new DateOnly(2023, 8, 1)).SetProperty(row => row.SubmittedBy, "示例一站"));
        await plan.AdvanceAsync(new(2023, 10, 9));
        var work = plan.App.Services.GetRequiredService<WorkListQuery>();
        var verify = (await work.RunAsync(new("x") { ProgrammeId = PlanApp.Programme, OfficeRole = "departments" }, WorkShown.All, false, 1)).Lines.Rows.Single(row => row.Title.En.StartsWith("Verify", StringComparison.Ordinal)).Id;
        var office = await SignedInAsync(PersonRole.Office, "departments");
        var step = await office.GetStringAsync($"/work/{verify}");
        step.ShouldContain("自评 26.5 分，未审核评分");
        step.ShouldNotContain($"/work/{verify}/scores/s02", customMessage: "it has not submitted a sheet");

        var page = $"/work/{verify}/scores/s01";
        var html = await office.GetStringAsync(page);
        html.ShouldContain("尚无对照");
        var refused = await office.SubmitAsync(page, new() { ["f.open"] = "11", ["f.events"] = "10", ["f.survey"] = "5" });
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        html = await refused.Content.ReadAsStringAsync();
        html.ShouldContain("“开放时间”最高 10 分");
        html.ShouldContain("value=\"11\"", customMessage: "what was typed stays");
        (await office.SubmitAsync(page, new() { ["f.open"] = "8", ["f.events"] = "12.5", ["f.premises"] = "no" })).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        html = await office.GetStringAsync(page);
        html.ShouldContain("低 1.5 分");
        html.ShouldContain("高 0.5 分");
        html.ShouldContain("低 1 分，按双方都评的 2 项计");
        (await office.GetStringAsync($"/work/{verify}")).ShouldContain("自评 26.5 分，审核 20.5 分（低 1 分，按双方都评的 2 项计）");
        (await office.SubmitAsync(page, new() { ["Stamp"] = "empty", ["f.open"] = "7" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "somebody saved meanwhile");

        foreach (var other in new[] { await SignedInAsync(PersonRole.Unit, unit: "s01"), await SignedInAsync(PersonRole.Unit, unit: "s02"), await SignedInAsync(PersonRole.Office, "province") })
        {
            (await other.GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await other.SubmitAsync("/work", new() { ["f.open"] = "1" }, page)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        (await (await SignedInAsync(PersonRole.Reader)).SubmitAsync("/work", new() { ["f.open"] = "1" }, page)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await office.GetAsync($"/work/{verify}/scores/s33")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "of another batch");
        (await plan.Administrator.GetStringAsync("/audit")).ShouldContain("26.5 → 20.5");
    }
}
