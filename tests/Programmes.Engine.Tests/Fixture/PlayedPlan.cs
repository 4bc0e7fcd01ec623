using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Fixture;

/// <summary>A plan that ships, with a few of its units, played once through the engine for all tests of a class; they look at what it left.</summary>
public abstract class PlayedPlan(string folder, DateOnly startsOn, params string[] units) : IAsyncLifetime
{
    public EngineHost Host { get; private set; } = null!;
    public string Programme { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Host = await EngineHost.StartAsync(startsOn);
        var launch = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(EngineHost.Workflows, folder, "launch.example.json")))!;
        foreach (var list in new[] { launch["units"]!.AsArray(), launch["batches"]![0]!["units"]!.AsArray() })
            foreach (var other in list.Where(unit => !units.Contains(unit is JsonObject named ? (string)named["id"]! : (string)unit!)).ToList()) list.Remove(other);
        Programme = await Host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, launch.ToJsonString(), "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true);
        await PlayAsync();
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Whoever files for a unit: sees and does its own work only.</summary>
    public Person Of(string unit) => new(unit) { ProgrammeId = Programme, UnitId = unit };

    /// <summary>All work items of a step, in the order in which they opened; null: of the city or the bureau.</summary>
    public async Task<List<WorkItemRow>> ItemsAsync(string activity, string? unit = null)
    {
        await using var db = Host.Db();
        return await db.WorkItems.AsNoTracking().Where(row => row.Activity == activity && row.UnitId == unit).OrderBy(row => row.OpenedOn).ThenBy(row => row.Id).ToListAsync();
    }

    public async Task<WorkItemRow> ItemAsync(string activity, string? unit = null) => (await ItemsAsync(activity, unit)).ShouldHaveSingleItem();

    protected abstract Task PlayAsync();

    protected static async Task<string> RefusedAsync(Func<Task> act) => (await Should.ThrowAsync<RefusedException>(act)).Words.Zh;
}
