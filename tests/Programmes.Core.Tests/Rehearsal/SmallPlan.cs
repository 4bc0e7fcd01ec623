using System.Text.Json.Nodes;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;
using static Programmes.Core.Tests.Workflows.Flow;
using Played = Programmes.Core.Rehearsal.Rehearsal;

namespace Programmes.Core.Tests.Rehearsal;

/// <summary>A programme of one or more batches, put together in a test and rehearsed.</summary>
internal sealed class SmallPlan
{
    private static readonly string[] Pass = ["Pass", "Fail"];

    public JsonObject Programme { get; set; } = Chart("programme", "", Act("Programmes.DispatchBatches", "batches", ("workflowDefinitionId", "batch")));
    public JsonObject Batch { get; set; } = Chart("batch", "", Act("Programmes.DispatchUnits", "units", ("workflowDefinitionId", "unit")));
    public JsonObject Unit { get; set; } = Chart("unit", "", Work("file", "unit", "2023-08-31"));
    public TimeOnly? BusinessClose { get; set; }
    public string? Reminders { get; set; }
    public List<Batch> Batches { get; } = [new() { Number = 1, Name = "第一批", Start = "2023-07-03", Units = ["u1", "u2"] }];

    public static JsonObject Chart(string id, string connections, params JsonObject[] activities)
    {
        var json = ChartJson(connections, activities);
        json["definitionId"] = id;
        return json;
    }

    /// <summary>Activities that all begin at once.</summary>
    public static JsonObject Beside(string id, params JsonObject[] activities) =>
        Chart(id, string.Join(';', activities.Select(activity => $"start -> {activity["id"]}")), [Act("Start", "start"), .. activities]);

    public static JsonObject Work(string id, string role, string? due, params (string Name, JsonNode? Value)[] more) =>
        Act("Programmes.WorkItem", id, [("title", id), ("role", role), .. due is null ? Array.Empty<(string, JsonNode?)>() : [("due", due)], .. more]);

    /// <summary>Judges units, with the outcomes Pass and Fail.</summary>
    public static JsonObject Judge(string id, string due, string units = "all") => Work(id, "office", due, ("units", units), ("rowOutcomes", new JsonArray([.. Pass.Select(outcome => (JsonNode)outcome)])));

    public static JsonObject Notice(string id, params (string Name, JsonNode? Value)[] more) => Act("Programmes.PublicNotice", id, [("title", id), ("role", "office"), .. more]);

    public static JsonObject Await(string id, string step, params string[] outcomes) =>
        Act("Programmes.AwaitBatchStep", id, ("step", step), ("outcomes", new JsonArray([.. outcomes.Select(outcome => (JsonNode)outcome)])));

    public static JsonObject Stage(string id, string end, JsonObject body) => Act("Programmes.Stage", id, ("title", id), ("end", end), ("body", body));

    public RehearsalReport Rehearse(BehaviourPolicy policy = BehaviourPolicy.OnTime, Action<RehearsalEvent>? listener = null)
    {
        var launch = new Launch
        {
            Definition = "programme", Id = "p", Name = "p", Approval = new("1", new(2023, 6, 30)), StartsOn = new(2023, 7, 3), BusinessClose = BusinessClose, Reminders = Reminders,
            Offices = new Dictionary<string, Office> { ["office"] = new("办公室", "office@example.org") },
            Units = [new("u1", "一", "u1@example.org"), new("u2", "二", "u2@example.org")], Batches = Batches,
        };
        return Played.Run(launch, new DefinitionSet([Read(Programme), Read(Batch), Read(Unit)]), WorkingDayCalendar.Official, new(policy) { Listener = listener });
    }
}
