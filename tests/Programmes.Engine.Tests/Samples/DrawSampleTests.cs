using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage;

namespace Programmes.Engine.Tests.Samples;

/// <summary>Six stations below two counties: two are drawn for unannounced checks by the other county, before their own workflows begin.</summary>
public class DrawSampleTests
{
    private static async Task<EngineHost> StartAsync(string? seed)
    {
        var host = await EngineHost.StartAsync(OfficePlan.StartsOn);
        var draw = new JsonObject
        {
            ["id"] = "draw", ["type"] = "Programmes.DrawSample", ["title"] = "暗访抽查", ["count"] = Literal(2, "Int32"), ["crossCheck"] = Literal(true, "Boolean"), ["clause"] = "三（一）",
        };
        if (seed is not null) draw["seed"] = seed;
        var visit = OfficePlan.Work("visit", "lead", ("units", "draw:Drawn"));
        var batch = new JsonObject
        {
            ["definitionId"] = "office-plan-batch", ["name"] = "batch", ["version"] = 1,
            ["root"] = new JsonObject
            {
                ["id"] = "root", ["type"] = "Elsa.Sequence",
                ["activities"] = new JsonArray(draw, visit, new JsonObject { ["id"] = "units", ["type"] = "Programmes.DispatchUnits", ["workflowDefinitionId"] = "office-plan-unit" }),
            },
        };
        var wait = new JsonObject { ["id"] = "wait", ["type"] = "Programmes.AwaitBatchStep", ["step"] = "draw", ["outcomes"] = new JsonArray("Drawn", "NotDrawn") };
        var dispatch = new JsonObject { ["id"] = "batches", ["type"] = "Programmes.DispatchBatches", ["workflowDefinitionId"] = "office-plan-batch" };
        WorkflowDefinition[] definitions = [OfficePlan.Chart(OfficePlan.Programme, [dispatch]), DefinitionReader.Read(batch.ToJsonString(), "batch.json").Definition!, OfficePlan.Chart("office-plan-unit", [wait])];
        (await host.Get<PublishDefinitions>().PublishAsync(definitions, null)).ShouldBeEmpty();
        var launch = OfficePlan.Launch();
        launch["units"] = new JsonArray([.. Enumerable.Range(1, 6).Select(i => (JsonNode)new JsonObject { ["id"] = $"s{i}", ["name"] = $"示例{i}站", ["mail"] = $"s{i}@example.org", ["superior"] = i < 4 ? "county" : "government" })]);
        launch["batches"]![0]!["units"] = new JsonArray([.. Enumerable.Range(1, 6).Select(i => (JsonNode)$"s{i}")]);
        (await host.Get<LaunchProgramme>().PreviewAsync(launch.ToJsonString(), "launch.json", LaunchMode.AsPlanned)).Problems.Where(problem => problem.Severity == Core.ProblemSeverity.Error).ShouldBeEmpty();
        await host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, launch.ToJsonString(), "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true);
        await host.Get<Pump>().RunAsync();
        return host;
    }

    private static JsonObject Literal(JsonNode value, string type) => new() { ["typeName"] = type, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };

    private static IReadOnlyList<DrawnUnit> Expected(string seed) =>
        Sampling.Draw([.. Enumerable.Range(1, 6).Select(i => new Candidate($"s{i}", i < 4 ? "county" : "government"))], new(2, null, false, true), ["county", "government"], seed);

    [Fact]
    public async Task Drawn_AreThoseOfTheSeed_CheckedByTheOtherCounty_AndVisited()
    {
        await using var host = await StartAsync("公证处2023-1");
        await using var db = host.Db();
        var drawn = await db.StepRows.Where(row => row.Step == "draw" && row.Outcome == Sampling.Drawn).OrderBy(row => row.UnitId).ToListAsync();
        drawn.Select(row => new DrawnUnit(row.UnitId, row.Grade)).ShouldBe(Expected("公证处2023-1"));
        (await db.StepRows.Where(row => row.Step == "visit").OrderBy(row => row.UnitId).Select(row => row.UnitId).ToListAsync()).ShouldBe(drawn.Select(row => row.UnitId));
        (await db.Incidents.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Units_StartedAfterTheDraw_GoOnWithTheirOutcome()
    {
        await using var host = await StartAsync("s");
        await using (var db = host.Db())
            (await db.Instances.CountAsync(row => row.UnitId != null)).ShouldBe(0);
        var visit = await Read(host, db => db.WorkItems.SingleAsync());
        await new Days(host).DoAsync(visit);
        await host.Get<Pump>().RunAsync();

        var ends = await Read(host, db => db.ActivityExecutions.Where(row => row.Activity == "wait").Select(row => row.Outcome!).ToListAsync());
        ends.Order().ShouldBe(["Drawn", "Drawn", "NotDrawn", "NotDrawn", "NotDrawn", "NotDrawn"]);
        (await Read(host, db => db.Instances.CountAsync(row => row.UnitId != null && row.Status == InstanceStatus.Running))).ShouldBe(0);
    }

    [Fact]
    public async Task History_NamesTheSeedToTheOffice_AndTellsUnitsAndCountiesNothing()
    {
        await using var host = await StartAsync(null);
        var records = new ProgrammeRecords(host.Get<IDbContextFactory<ProgrammesDb>>());
        var shown = (await records.HistoryAsync(EngineHost.Office, OfficePlan.Programme, 1)).Rows.Single(row => row.Kind == "units-drawn");
        var seed = shown.Title.Zh.Split("随机种子 ")[1];
        shown.Title.Zh.ShouldStartWith("暗访抽查：从 6 个单位中抽取 2 个");
        (await Read(host, db => db.StepRows.Where(row => row.Step == "draw" && row.Outcome == Sampling.Drawn).OrderBy(row => row.UnitId).Select(row => row.UnitId).ToListAsync())).ShouldBe(Expected(seed).Select(unit => unit.Unit));

        var station = new Engine.People.Person("s1") { ProgrammeId = OfficePlan.Programme, UnitId = Expected(seed)[0].Unit };
        foreach (var person in new[] { station, OfficePlan.County })
            (await records.HistoryAsync(person, OfficePlan.Programme, 1)).Rows.ShouldAllBe(row => row.Kind != "units-drawn");
        (await Read(host, db => db.Outbox.CountAsync())).ShouldBe(0);
    }

    private static async Task<T> Read<T>(EngineHost host, Func<ProgrammesDb, Task<T>> query)
    {
        await using var db = host.Db();
        return await query(db);
    }
}
