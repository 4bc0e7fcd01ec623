using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Evidence;
using Programmes.Engine.Ledgers;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Evidence;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Ledgers;

namespace Programmes.Engine.Tests.Ledgers;

/// <summary>Two stations keep a ledger from 3 July to 31 August 2023; their county closes the entries.</summary>
public class LedgerTests
{
    private static readonly DateOnly Deadline = new(2023, 8, 15);
    private static readonly Assignment ToTownship = new("示例镇人民政府", "分管副镇长", Deadline);

    private static JsonObject Ledger(params (string Name, JsonNode? Value)[] more)
    {
        var json = new JsonObject
        {
            ["id"] = "problems", ["type"] = "Programmes.Ledger", ["title"] = "问题台账", ["titleEn"] = "Ledger", ["reviewer"] = "unit.superior", ["until"] = "2023-08-31",
            ["areas"] = new JsonArray("设施设备", "人员队伍"), ["clause"] = "二（二）",
        };
        foreach (var (name, value) in more) json[name] = value;
        return json;
    }

    private static Task<EngineHost> StartAsync(params (string Name, JsonNode? Value)[] more) => OfficePlan.LaunchAsync([], [Ledger(more)]);

    private static async Task<LedgerRow> LedgerOfAsync(EngineHost host, string unit)
    {
        await using var db = host.Db();
        return await db.Ledgers.AsNoTracking().SingleAsync(row => row.UnitId == unit);
    }

    private static async Task<LedgerEntryRow> EntryAsync(EngineHost host, string id)
    {
        await using var db = host.Db();
        return await db.LedgerEntries.AsNoTracking().SingleAsync(row => row.Id == id);
    }

    private static async Task<string> EnterAsync(EngineHost host, string unit = "a", Person? by = null) =>
        await host.Get<OpenEntry>().OpenAsync(by ?? OfficePlan.UnitA, (await LedgerOfAsync(host, unit)).Id, new("设施设备", "阅览室未开放", Assignment: ToTownship));

    private static async Task HandInAsync(EngineHost host, string entry, string text = "1")
    {
        using var file = new MemoryStream(Files.Pdf(text));
        await host.Get<AttachEvidence>().AttachAsync(OfficePlan.UnitA, new(EvidenceSubjectKind.LedgerEntry, entry), file, "整改情况.pdf");
    }

    private static async Task ToEndOfAsync(EngineHost host, DateOnly day)
    {
        host.Clock.To(day.AddDays(1), 0);
        await host.Get<Pump>().RunAsync();
    }

    private static async Task CloseAsync(EngineHost host, string entry)
    {
        await HandInAsync(host, entry);
        await host.Get<SubmitEntry>().SubmitAsync(OfficePlan.UnitA, entry, "阅览室已按时开放");
        await host.Get<JudgeEntry>().CloseAsync(OfficePlan.County, entry);
    }

    [Fact]
    public async Task Entry_FromOpeningToClosing_LeavesItsHistory()
    {
        await using var host = await StartAsync();
        var entry = await EnterAsync(host);
        await HandInAsync(host, entry);
        await host.Get<SubmitEntry>().SubmitAsync(OfficePlan.UnitA, entry, "已开放");
        await host.Get<JudgeEntry>().ReturnAsync(OfficePlan.County, entry, "照片看不清");
        await host.Get<SubmitEntry>().SubmitAsync(OfficePlan.UnitA, entry, "已重新拍摄");
        await host.Get<JudgeEntry>().CloseAsync(OfficePlan.County, entry, comment: "属实");

        var row = await EntryAsync(host, entry);
        (row.Status, row.Number, row.Office, row.DeadlineOn, row.ClosedBy, row.Done).ShouldBe((LedgerEntryStatus.Closed, 1, "示例镇人民政府", Deadline, "county", "已重新拍摄"));
        var history = (await new LedgerQueriesOf(host).Query.HistoryAsync(OfficePlan.UnitA, entry)).ShouldNotBeNull();
        history.Select(line => line.Kind).ShouldBe([
            LedgerEventKind.Opened, LedgerEventKind.Assigned, LedgerEventKind.Submitted, LedgerEventKind.Returned, LedgerEventKind.Submitted, LedgerEventKind.Closed]);
        history[3].Reason.ShouldBe("照片看不清");
    }

    [Fact]
    public async Task Entry_WithoutEvidence_IsNotClosed_AndTheAttemptIsRecordedWithTheRule()
    {
        await using var host = await StartAsync();
        var entry = await EnterAsync(host);
        await host.Get<SubmitEntry>().SubmitAsync(OfficePlan.UnitA, entry, "已开放");

        var refused = await Should.ThrowAsync<RefusedException>(() => host.Get<JudgeEntry>().CloseAsync(OfficePlan.County, entry));
        refused.Words.Zh.ShouldContain("没有佐证材料，不能销号");
        refused.Words.Zh.ShouldContain("二（二）");
        (await EntryAsync(host, entry)).Status.ShouldBe(LedgerEntryStatus.Submitted);
        await using var db = host.Db();
        var audit = await db.Audit.SingleAsync(row => row.Action == "refused.ledger-entry.closed");
        (audit.Subject, audit.Actor).ShouldBe((entry, "county"));
    }

    [Fact]
    public async Task Ledger_WithoutProblems_IsClearedAtTheEndOfItsLastDay()
    {
        await using var host = await StartAsync();
        await ToEndOfAsync(host, new(2023, 8, 30));
        (await LedgerOfAsync(host, "a")).Status.ShouldBe(LedgerStatus.Open);
        await ToEndOfAsync(host, new(2023, 8, 31));
        (await LedgerOfAsync(host, "a")).Status.ShouldBe(LedgerStatus.Cleared);
        await using var db = host.Db();
        (await db.Instances.SingleAsync(row => row.UnitId == "a")).Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public async Task Ledger_WithAnOpenProblemAtItsEnd_IsUnresolved_AndClearedWithTheLastEntry()
    {
        await using var host = await StartAsync();
        var entry = await EnterAsync(host);
        await ToEndOfAsync(host, new(2023, 8, 31));
        (await LedgerOfAsync(host, "a")).Status.ShouldBe(LedgerStatus.Open);
        await using (var db = host.Db())
            (await db.Events.Where(row => row.UnitId == "a" && row.Kind == "ledger-unresolved").Select(row => row.TitleZh).SingleAsync()).ShouldBe("问题台账：1 个问题未销号");

        host.Clock.To(new(2023, 9, 5), 10);
        await CloseAsync(host, entry);
        (await LedgerOfAsync(host, "a")).ClosedOn.ShouldBe(new DateOnly(2023, 9, 5));
        await using var after = host.Db();
        (await after.Instances.SingleAsync(row => row.UnitId == "a")).Status.ShouldBe(InstanceStatus.Finished);
    }

    [Fact]
    public async Task ClosedLedger_TakesNoNewEntries_AndTheAttemptIsRecorded()
    {
        await using var host = await StartAsync();
        await ToEndOfAsync(host, new(2023, 8, 31));

        var refused = await Should.ThrowAsync<RefusedException>(() => EnterAsync(host));
        refused.Words.Zh.ShouldContain("不再登记新问题");
        await using var db = host.Db();
        (await db.Audit.CountAsync(row => row.Action == "refused.ledger-entry.opened")).ShouldBe(1);
    }

    [Fact]
    public async Task Entry_FoundUnsolvedAfterTheLedgerWasCleared_ReopensItAndNeedsNewEvidence()
    {
        await using var host = await StartAsync();
        var entry = await EnterAsync(host);
        await CloseAsync(host, entry);
        await ToEndOfAsync(host, new(2023, 8, 31));
        host.Clock.To(new(2023, 10, 10), 9);

        await Should.ThrowAsync<RefusedException>(() => host.Get<ReopenEntry>().ReopenAsync(OfficePlan.UnitA, entry, "自己打开", new(2023, 10, 31)));
        await host.Get<ReopenEntry>().ReopenAsync(OfficePlan.County, entry, "暗访时未开放", new(2023, 10, 31));
        (await LedgerOfAsync(host, "a")).Status.ShouldBe(LedgerStatus.Reopened);
        (await EntryAsync(host, entry)).Reopened.ShouldBe(1);

        await host.Get<SubmitEntry>().SubmitAsync(OfficePlan.UnitA, entry, "已恢复开放");
        (await Should.ThrowAsync<RefusedException>(() => host.Get<JudgeEntry>().CloseAsync(OfficePlan.County, entry))).Words.Zh.ShouldContain("重新打开后没有新的佐证材料");
        await HandInAsync(host, entry, "october");
        await host.Get<JudgeEntry>().CloseAsync(OfficePlan.County, entry);
        var ledger = await LedgerOfAsync(host, "a");
        (ledger.Status, ledger.ClosedOn).ShouldBe((LedgerStatus.Cleared, new DateOnly(2023, 10, 10)));
    }

    [Fact]
    public async Task Evidence_OfAClosedEntry_CannotBeChanged()
    {
        await using var host = await StartAsync();
        var entry = await EnterAsync(host);
        await CloseAsync(host, entry);
        (await Should.ThrowAsync<RefusedException>(() => HandInAsync(host, entry, "2"))).Words.Zh.ShouldContain("已销号");
    }

    [Fact]
    public async Task Ledger_OfAnotherUnit_IsNeitherSeenNorTouched()
    {
        await using var host = await StartAsync();
        var entry = await EnterAsync(host);
        var query = new LedgerQueriesOf(host).Query;

        (await query.EntriesAsync(OfficePlan.UnitB, new(OfficePlan.Programme))).Rows.ShouldBeEmpty();
        (await query.LedgersAsync(OfficePlan.UnitB, new(OfficePlan.Programme))).Rows.Select(row => row.UnitId).ShouldBe(["b"]);
        (await query.HistoryAsync(OfficePlan.UnitB, entry)).ShouldBeNull();
        (await Should.ThrowAsync<RefusedException>(() => host.Get<SubmitEntry>().SubmitAsync(OfficePlan.UnitB, entry, "代办"))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => host.Get<JudgeEntry>().CloseAsync(OfficePlan.UnitA, entry, "已开放"))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => query.BulletinAsync(OfficePlan.UnitA, OfficePlan.Programme, OfficePlan.StartsOn))).IsForbidden.ShouldBeTrue();
        (await query.LedgersAsync(OfficePlan.County, new(OfficePlan.Programme, Superior: "county"))).Total.ShouldBe(2);
        (await query.LedgersAsync(OfficePlan.Government, new(OfficePlan.Programme))).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Lists_AndTheBulletin_TellWhatIsOverdue()
    {
        await using var host = await StartAsync();
        var first = await EnterAsync(host);
        await EnterAsync(host, "b", OfficePlan.UnitB);
        host.Clock.To(new(2023, 8, 10), 9);
        await CloseAsync(host, first);
        var query = new LedgerQueriesOf(host).Query;
        host.Clock.To(Deadline, 23);
        (await query.EntriesAsync(EngineHost.Office, new(OfficePlan.Programme, OverdueOnly: true))).Total.ShouldBe(0, "the last day counts in full");
        host.Clock.To(Deadline.AddDays(1), 9);

        var overdue = (await query.EntriesAsync(EngineHost.Office, new(OfficePlan.Programme, OverdueOnly: true))).Rows.Single();
        (overdue.Unit, overdue.Superior, overdue.IsOverdue).ShouldBe(("示例二站", "示例县文化局", true));
        (await query.EntriesAsync(EngineHost.Office, new(OfficePlan.Programme, Status: LedgerEntryStatus.Closed, Area: "设施设备", Unit: "a"))).Total.ShouldBe(1);
        var bulletin = await query.BulletinAsync(EngineHost.Office, OfficePlan.Programme, new(2023, 8, 1));
        (bulletin.Total.All, bulletin.Total.Closed, bulletin.Total.Overdue, bulletin.Total.OpenedSince, bulletin.Total.ClosedSince).ShouldBe((2, 1, 1, 0, 1));
        bulletin.BySuperior.Single().Name.ShouldBe("示例县文化局");
        bulletin.Words.Zh.ShouldNotContain("示例一站");
    }

    [Fact]
    public async Task Entry_WithAWrongAreaOrAPastDeadline_IsRefusedWithWhatToDo()
    {
        await using var host = await StartAsync();
        var ledger = (await LedgerOfAsync(host, "a")).Id;
        (await Should.ThrowAsync<RefusedException>(() => host.Get<OpenEntry>().OpenAsync(OfficePlan.UnitA, ledger, new("设施", "漏水")))).Words.Zh.ShouldContain("设施设备、人员队伍");
        (await Should.ThrowAsync<RefusedException>(() => host.Get<OpenEntry>().OpenAsync(OfficePlan.UnitA, ledger, new("设施设备", "漏水", Assignment: ToTownship with { Deadline = new(2023, 7, 2) })))).Words.Zh.ShouldContain("已过");
        await using var db = host.Db();
        (await db.LedgerEntries.CountAsync()).ShouldBe(0);
    }

    private sealed class LedgerQueriesOf(EngineHost host)
    {
        public LedgerQueries Query { get; } = new(host.Get<IDbContextFactory<Storage.ProgrammesDb>>(), new ProgrammeClocks(host.Get<Definitions.CalendarSource>(), host.Clock));
    }
}
