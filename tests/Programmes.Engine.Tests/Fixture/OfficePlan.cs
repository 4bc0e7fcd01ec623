using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;

namespace Programmes.Engine.Tests.Fixture;

/// <summary>One batch of two units below a county, with offices, and whatever work a test gives the programme and the units; all of it opens at the launch.</summary>
public static class OfficePlan
{
    public const string Programme = "office-plan";
    public static readonly DateOnly StartsOn = new(2023, 7, 3);

    public static Person UnitA { get; } = new("unit-a") { ProgrammeId = Programme, UnitId = "a" };
    public static Person UnitB { get; } = new("unit-b") { ProgrammeId = Programme, UnitId = "b" };
    public static Person Lead { get; } = new("lead") { ProgrammeId = Programme, OfficeRole = "lead" };
    public static Person County { get; } = new("county") { ProgrammeId = Programme, OfficeRole = "county" };
    public static Person Government { get; } = new("government") { ProgrammeId = Programme, OfficeRole = "government" };

    public static JsonObject Work(string id, string role, params (string Name, JsonNode? Value)[] more)
    {
        var json = new JsonObject { ["id"] = id, ["type"] = "Programmes.WorkItem", ["title"] = id, ["role"] = role };
        foreach (var (name, value) in more) json[name] = value;
        return json;
    }

    public static async Task<EngineHost> LaunchAsync(JsonObject[] ofProgramme, JsonObject[] ofUnits, LaunchMode mode = LaunchMode.AsPlanned, DateOnly? on = null, Action<JsonObject>? amend = null, Action<IServiceCollection>? more = null)
    {
        var host = await EngineHost.StartAsync(on ?? StartsOn, more: more);
        var dispatchBatches = new JsonObject { ["id"] = "batches", ["type"] = "Programmes.DispatchBatches", ["workflowDefinitionId"] = "office-plan-batch" };
        var dispatchUnits = new JsonObject { ["id"] = "units", ["type"] = "Programmes.DispatchUnits", ["workflowDefinitionId"] = "office-plan-unit" };
        var definitions = new[] { Chart(Programme, [dispatchBatches, .. ofProgramme]), Chart("office-plan-batch", [dispatchUnits]), Chart("office-plan-unit", ofUnits) };
        (await host.Get<PublishDefinitions>().PublishAsync(definitions, null)).ShouldBeEmpty();
        var launch = Launch();
        amend?.Invoke(launch);
        await host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, launch.ToJsonString(), "launch.json", mode, warningsConfirmed: true);
        await host.Get<Pump>().RunAsync();
        return host;
    }

    public static JsonObject Launch() => new()
    {
        ["definition"] = Programme, ["id"] = Programme, ["name"] = "示例整治", ["startsOn"] = "2023-07-03",
        ["approval"] = new JsonObject { ["number"] = "示例〔2023〕1号", ["on"] = "2023-06-30" },
        ["offices"] = new JsonObject
        {
            ["lead"] = Office("示例领导小组办公室", "lead@example.org"), ["county"] = Office("示例县文化局", "county@example.org"), ["government"] = Office("示例县政府", "government@example.org"),
        },
        ["units"] = new JsonArray(Unit("a", "示例一站"), Unit("b", "示例二站")),
        ["batches"] = new JsonArray(new JsonObject { ["number"] = 1, ["name"] = "第一批", ["start"] = "2023-07-03", ["units"] = new JsonArray("a", "b") }),
    };

    public static WorkflowDefinition Chart(string id, JsonObject[] activities)
    {
        var start = new JsonObject { ["id"] = "start", ["type"] = "Elsa.Start" };
        var wires = new JsonArray([.. activities.Select(activity => (JsonNode)new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = "start", ["port"] = "Done" }, ["target"] = new JsonObject { ["activity"] = activity["id"]!.GetValue<string>(), ["port"] = "In" },
        })]);
        var json = new JsonObject
        {
            ["definitionId"] = id, ["name"] = id, ["version"] = 1,
            ["root"] = new JsonObject { ["id"] = "root", ["type"] = "Elsa.Flowchart", ["activities"] = new JsonArray([start, .. activities.Select(activity => activity.DeepClone())]), ["connections"] = wires },
        };
        var reading = DefinitionReader.Read(json.ToJsonString(), $"{id}.json");
        reading.Problems.ShouldBeEmpty();
        return reading.Definition!;
    }

    private static JsonObject Office(string name, string mail) => new() { ["name"] = name, ["mail"] = mail };

    private static JsonObject Unit(string id, string name) => new() { ["id"] = id, ["name"] = name, ["mail"] = $"{id}@example.org", ["superior"] = "county" };
}
