using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Ledgers;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Programmes;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;

namespace Programmes.Engine.Tests.Operations;

/// <summary>Two stations that each keep a ledger until 31 August 2023.</summary>
public sealed class LedgerChangeTests : IAsyncLifetime
{
    private static readonly JsonObject Problems = new()
    {
        ["id"] = "problems", ["type"] = "Programmes.Ledger", ["title"] = "问题台账", ["reviewer"] = "unit.superior", ["until"] = "2023-08-31", ["areas"] = new JsonArray("设施设备"),
    };

    private EngineHost host = null!;
    private string entry = "";

    public async Task InitializeAsync()
    {
        host = await OfficePlan.LaunchAsync([], [Problems]);
        await using var db = host.Db();
        var ledger = await db.Ledgers.Where(row => row.UnitId == "a").Select(row => row.Id).SingleAsync();
        entry = await host.Get<OpenEntry>().OpenAsync(OfficePlan.UnitA, ledger, new("设施设备", "阅览室未开放", Assignment: new("示例镇人民政府", "分管副镇长", new(2023, 8, 15))));
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Merged_OpenEntriesGoOnInTheOthersLedger()
    {
        var outcome = await host.Get<MergeUnits>().RunAsync(EngineHost.Office, OfficePlan.Programme, "a", "b", "乡镇区划调整");

        await using var db = host.Db();
        var moved = await db.LedgerEntries.SingleAsync(row => row.UnitId == "b");
        outcome.Open.Where(thing => thing.Kind == "ledger-entry").Select(thing => thing.Id).ShouldBe([entry, moved.Id]);
        (moved.Problem, moved.DeadlineOn, moved.Status, moved.SourceReference).ShouldBe(("阅览室未开放", new DateOnly(2023, 8, 15), LedgerEntryStatus.Assigned, "示例一站第 1 号"));
        (await db.Ledgers.SingleAsync(row => row.UnitId == "a")).Status.ShouldBe(LedgerStatus.Cancelled);
        (await db.LedgerEntries.SingleAsync(row => row.Id == entry)).Status.ShouldBe(LedgerEntryStatus.Assigned, "the record stays");
        (await db.LedgerEvents.SingleAsync(row => row.EntryId == moved.Id)).Details!.ShouldContain(entry);

        // It keeps the other's ledger from being cleared on its last day.
        host.Clock.To(new(2023, 9, 1), 0);
        await host.Get<Pump>().RunAsync();
        (await db.Ledgers.AsNoTracking().SingleAsync(row => row.UnitId == "b")).Status.ShouldBe(LedgerStatus.Open);
    }

    [Fact]
    public async Task Suspended_TheLedgerAndItsEntriesGetTheirTimeBack()
    {
        host.Clock.To(new(2023, 8, 1), 10);
        await host.Get<SuspendProgramme>().RunAsync(EngineHost.Office, OfficePlan.Programme, "防汛应急");
        host.Clock.To(new(2023, 8, 22), 10);
        await host.Get<ResumeProgramme>().RunAsync(EngineHost.Office, OfficePlan.Programme, ResumeMode.MoveDates, "应急响应解除");
        await host.Get<Pump>().RunAsync();

        await using var db = host.Db();
        (await db.LedgerEntries.SingleAsync(row => row.Id == entry)).DeadlineOn.ShouldBe(new DateOnly(2023, 9, 5));
        (await db.Ledgers.Select(row => row.UntilOn).Distinct().SingleAsync()).ShouldBe(new DateOnly(2023, 9, 21));
        (await db.Bookmarks.Where(row => row.DueAt != null).Select(row => row.DueAt).Distinct().SingleAsync()).ShouldBe(ChinaTime.EndOf(new(2023, 9, 21)));
    }
}
