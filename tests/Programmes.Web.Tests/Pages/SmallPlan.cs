using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;

namespace Programmes.Web.Tests.Pages;

/// <summary>
/// Stations a and b below one county and c below another; each reports to its county by 14 July 2023 and keeps a ledger that its
/// county closes; the office sums up by 20 July. On a demonstration clock that shows 3 July.
/// </summary>
public sealed class SmallPlan : IAsyncLifetime
{
    public const string Programme = "small-plan";
    public static readonly Person Office = new("test-office") { IsLeadingOffice = true };

    public WebApp App { get; } = new();

    public async Task InitializeAsync()
    {
        var report = Work("report", "unit", "2023-07-14", ("title", "报送自查报告"), ("titleEn", "Report"), ("reviewer", "unit.superior"));
        var ledger = new JsonObject { ["id"] = "problems", ["type"] = "Programmes.Ledger", ["title"] = "问题台账", ["titleEn"] = "Ledger", ["reviewer"] = "unit.superior", ["until"] = "2023-08-31", ["evidence"] = "Optional", ["areas"] = new JsonArray("设施设备", "人员队伍") };
        var definitions = new[]
        {
            Chart(Programme, new JsonObject { ["id"] = "batches", ["type"] = "Programmes.DispatchBatches", ["workflowDefinitionId"] = "small-batch" }, Work("summary", "lead", "2023-07-20", ("title", "汇总"), ("titleEn", "Sum up"))),
            Chart("small-batch", new JsonObject { ["id"] = "units", ["type"] = "Programmes.DispatchUnits", ["workflowDefinitionId"] = "small-unit" }),
            Chart("small-unit", report, ledger),
        };
        (await Get<PublishDefinitions>().PublishAsync(definitions, null)).ShouldBeEmpty();
        await Get<LaunchProgramme>().LaunchAsync(Office, Launch().ToJsonString(), "launch.json", LaunchMode.Demonstration, true);
        await Get<Pump>().RunAsync();
    }

    public Task DisposeAsync()
    {
        App.Dispose();
        return Task.CompletedTask;
    }

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public Task<HttpClient> LeadAsync(string language = "zh") => App.SignedInAsync(PersonRole.LeadingOffice, acceptLanguage: language);

    public Task<HttpClient> OfficeAsync(string role) => App.SignedInAsync(PersonRole.Office, officeRole: role, programmeId: Programme, acceptLanguage: "zh");

    public Task<HttpClient> UnitAsync(string unit) => App.SignedInAsync(PersonRole.Unit, programmeId: Programme, unitId: unit, acceptLanguage: "zh");

    /// <summary>The unit's report.</summary>
    public async Task<string> ReportAsync(string unit) => (await Get<WorkListQuery>().RunAsync(new("x") { ProgrammeId = Programme, UnitId = unit }, WorkShown.All, false, 1)).Lines.Rows[0].Id;

    public async Task<string> LedgerAsync(string unit) => (await Get<LedgerQueries>().LedgersAsync(Office, new(Programme, unit))).Rows[0].Id;

    public async Task AdvanceAsync(DateOnly to)
    {
        await Get<ControlProgramme>().AdvanceClockAsync(Office, Programme, to);
        await Get<Pump>().RunAsync();
    }

    public static async Task<HttpResponseMessage> SendAsync(HttpClient browser, string page, string to, params (string Name, string Value)[] fields)
    {
        var token = await browser.TokenAsync(page);
        return await browser.PostAsync(to, new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)).Append(new("__RequestVerificationToken", token))));
    }

    private static JsonObject Launch() => new()
    {
        ["definition"] = Programme, ["id"] = Programme, ["name"] = "示例整治", ["startsOn"] = "2023-07-03", ["supervisor"] = "lead",
        ["approval"] = new JsonObject { ["number"] = "示例〔2023〕1号", ["on"] = "2023-06-30" },
        ["offices"] = new JsonObject { ["lead"] = Named("示例领导小组办公室"), ["county"] = Named("示例甲县文化局"), ["other"] = Named("示例乙县文化局") },
        ["units"] = new JsonArray(Unit("a", "示例一站", "county"), Unit("b", "示例二站", "county"), Unit("c", "示例三站", "other")),
        ["batches"] = new JsonArray(new JsonObject { ["number"] = 1, ["name"] = "第一批", ["start"] = "2023-07-03", ["units"] = new JsonArray("a", "b", "c") }),
    };

    private static JsonObject Named(string name) => new() { ["name"] = name, ["mail"] = "office@example.org" };

    private static JsonObject Unit(string id, string name, string superior) => new() { ["id"] = id, ["name"] = name, ["mail"] = $"{id}@example.org", ["superior"] = superior };

    private static JsonObject Work(string id, string role, string due, params (string Name, JsonNode Value)[] more)
    {
        var json = new JsonObject { ["id"] = id, ["type"] = "Programmes.WorkItem", ["role"] = role, ["due"] = due };
        foreach (var (name, value) in more) json[name] = value;
        return json;
    }

    private static WorkflowDefinition Chart(string id, params JsonObject[] activities)
    {
        var wires = new JsonArray([.. activities.Select(activity => (JsonNode)new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = "start", ["port"] = "Done" }, ["target"] = new JsonObject { ["activity"] = activity["id"]!.GetValue<string>(), ["port"] = "In" },
        })]);
        var json = new JsonObject
        {
            ["definitionId"] = id, ["name"] = id, ["version"] = 1,
            ["root"] = new JsonObject { ["id"] = "root", ["type"] = "Elsa.Flowchart", ["activities"] = new JsonArray([new JsonObject { ["id"] = "start", ["type"] = "Elsa.Start" }, .. activities]), ["connections"] = wires },
        };
        var reading = DefinitionReader.Read(json.ToJsonString(), $"{id}.json");
        reading.Problems.ShouldBeEmpty();
        return reading.Definition!;
    }
}
