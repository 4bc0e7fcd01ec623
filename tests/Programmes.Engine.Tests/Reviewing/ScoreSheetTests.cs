using System.Text.Json.Nodes;
using Programmes.Core.Forms;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;

namespace Programmes.Engine.Tests.Reviewing;

/// <summary>A sheet with a reviewer of its own: the unit sees the reviewer's scores when the work comes back, not before.</summary>
public sealed class ScoreSheetTests
{
    private static async Task<(EngineHost Host, string Sheet)> SubmittedAsync()
    {
        var host = await OfficePlan.LaunchAsync([], [OfficePlan.Work("sheet", "unit", ("form", "sheet"), ("reviewer", "county"))],
            amend: launch => launch["forms"] = JsonNode.Parse("""{ "sheet": { "title": "评分表", "groups": [ { "title": "业务", "items": [ { "key": "open", "title": "开放时间", "kind": "score", "pointsMax": 10, "required": true }, { "key": "events", "title": "活动", "kind": "score" } ] } ] } }"""));
        var sheet = (await host.Get<WorkListQuery>().RunAsync(OfficePlan.UnitA, WorkShown.All, false, 1)).Lines.Rows[0].Id;
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, sheet, formJson: """{"open":"9","events":"3"}""");
        return (host, sheet);
    }

    private static FormValues Scores(string open) => FormValues.Parse($$"""{"open":"{{open}}"}""");

    [Fact]
    public async Task Reviewer_Scores_AndTheUnitSeesThem_OnceTheSheetIsReturned()
    {
        var (host, sheet) = await SubmittedAsync();
        await using var _ = host;
        var sheets = host.Get<ScoreSheets>();
        (await sheets.FindAsync(OfficePlan.UnitA, sheet, null)).ShouldBeNull("under review");
        (await sheets.FindAsync(OfficePlan.Government, sheet, null)).ShouldBeNull();

        await sheets.ScoreAsync(OfficePlan.County, sheet, null, Scores("7.5"), "empty");

        var scores = (await sheets.FindAsync(OfficePlan.County, sheet, null))!.Scores;
        (scores.Own.Given, scores.Given.Given, scores.Given.Missing, scores.Difference, scores.Both).ShouldBe((12m, 7.5m, 1, -1.5m, 1));
        (await sheets.FindAsync(OfficePlan.UnitA, sheet, null)).ShouldBeNull("still under review");
        await Should.ThrowAsync<RefusedException>(() => sheets.ScoreAsync(OfficePlan.County, sheet, null, Scores("7"), "empty"));
        await host.Get<ReviewItem>().ReturnAsync(OfficePlan.County, sheet, "开放时间不实");
        var seen = (await sheets.FindAsync(OfficePlan.UnitA, sheet, null))!;
        (seen.MayScore, seen.Scores.Given.Given).ShouldBe((false, 7.5m));
        (await sheets.FindAsync(OfficePlan.UnitB, sheet, null)).ShouldBeNull();
    }

    [Fact]
    public async Task Scores_OfAnybodyElse_OrBeyondTheSheet_AreRefused()
    {
        var (host, sheet) = await SubmittedAsync();
        await using var _ = host;
        var sheets = host.Get<ScoreSheets>();
        (await Should.ThrowAsync<FieldsRefusedException>(() => sheets.ScoreAsync(OfficePlan.County, sheet, null, Scores("10.5"), null))).Problems.ShouldHaveSingleItem().Field.ShouldBe("open");
        foreach (var other in new[] { OfficePlan.UnitA, OfficePlan.UnitB, OfficePlan.Lead }) await Should.ThrowAsync<RefusedException>(() => sheets.ScoreAsync(other, sheet, null, Scores("1"), null));
        await host.Get<ReviewItem>().CompleteAsync(OfficePlan.County, sheet);
        await Should.ThrowAsync<RefusedException>(() => sheets.ScoreAsync(OfficePlan.County, sheet, null, Scores("8"), null));
        (await sheets.FindAsync(OfficePlan.County, sheet, null))!.Scores.Given.Missing.ShouldBe(2);
    }
}
