using System.Globalization;
using System.Text.Json.Nodes;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Launching;
using Programmes.Engine.Tests.Fixture;

namespace Programmes.Engine.Tests.Faults;

/// <summary>
/// One batch of any number of units, all launched at 8:00. Each waits an hour, and again as often as the test asks, and then tells
/// its unit: so all timers fall due at one instant, and each brings a mail.
/// </summary>
internal static class FaultPlan
{
    public const string Programme = OfficePlan.Programme;

    /// <summary>The first wait, and how long it takes; the next are <c>wait2</c>, <c>wait3</c> …</summary>
    public const string Wait = "wait1";
    public static readonly TimeSpan WaitFor = TimeSpan.FromHours(1);

    public static DateOnly StartsOn => OfficePlan.StartsOn;

    public static string UnitId(int i) => string.Create(CultureInfo.InvariantCulture, $"u{i:00000}");

    public static string Address(int i) => $"{UnitId(i)}@example.org";

    public static Task PublishAsync(EngineHost host, int waits) => PublishAsync(host,
    [
        .. Enumerable.Range(1, waits).Select(i => new JsonObject { ["id"] = string.Create(CultureInfo.InvariantCulture, $"wait{i}"), ["type"] = "Elsa.Delay", ["timeSpan"] = WaitFor.ToString("c", CultureInfo.InvariantCulture) }),
        new JsonObject { ["id"] = "tell", ["type"] = "Programmes.Notify", ["roles"] = new JsonArray("unit"), ["subject"] = "时间已到", ["body"] = "请办理。" },
    ]);

    /// <param name="ofUnit">One after the other.</param>
    public static async Task PublishAsync(EngineHost host, IEnumerable<JsonObject> ofUnit)
    {
        var unit = new JsonObject
        {
            ["definitionId"] = "office-plan-unit", ["name"] = "office-plan-unit", ["version"] = 1,
            ["root"] = new JsonObject { ["id"] = "root", ["type"] = "Elsa.Sequence", ["activities"] = new JsonArray([.. ofUnit]) },
        };
        var reading = DefinitionReader.Read(unit.ToJsonString(), "unit.json");
        reading.Problems.ShouldBeEmpty();
        var dispatchBatches = new JsonObject { ["id"] = "batches", ["type"] = "Programmes.DispatchBatches", ["workflowDefinitionId"] = "office-plan-batch" };
        var dispatchUnits = new JsonObject { ["id"] = "units", ["type"] = "Programmes.DispatchUnits", ["workflowDefinitionId"] = "office-plan-unit" };
        (await host.Get<PublishDefinitions>().PublishAsync([OfficePlan.Chart(Programme, [dispatchBatches]), OfficePlan.Chart("office-plan-batch", [dispatchUnits]), reading.Definition!], null)).ShouldBeEmpty();
    }

    /// <param name="mailed">How many of the units have an address; the others are to be told on paper.</param>
    public static string Launch(int units, int mailed)
    {
        var launch = OfficePlan.Launch();
        launch["units"] = new JsonArray([.. Enumerable.Range(1, units).Select(i => (JsonNode)new JsonObject { ["id"] = UnitId(i), ["name"] = $"示例{i}站", ["mail"] = i <= mailed ? Address(i) : null, ["superior"] = "county" })]);
        launch["batches"]![0]!["units"] = new JsonArray([.. Enumerable.Range(1, units).Select(i => (JsonNode)UnitId(i))]);
        return launch.ToJsonString();
    }

    /// <inheritdoc cref="Launch"/>
    public static Task LaunchAsync(EngineHost host, int units, int mailed) =>
        host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, Launch(units, mailed), "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true);
}
