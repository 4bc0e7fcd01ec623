using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Exports;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Urging;

namespace Programmes.Engine.Tests.Exports;

/// <summary>Lists as workbooks: what the page shows to this person, all of it, and nothing else.</summary>
public sealed class ListExportTests : IAsyncLifetime
{
    private const string Hostile = "=HYPERLINK(\"https://example.org\",\"领奖\")";
    private static readonly DateOnly Due = new(2023, 7, 14);

    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await OfficePlan.LaunchAsync(
        [OfficePlan.Work("lead-work", "lead", ("due", "2023-07-14"))], [OfficePlan.Work("unit-work", "unit", ("due", "2023-07-14"), ("reviewer", "county"))],
        amend: launch => launch["units"]![1]!["name"] = Hostile);

    public async Task DisposeAsync() => await host.DisposeAsync();

    private ListExports Lists => host.Get<ListExports>();

    private void PassTheDueDay() => host.Clock.Now = Core.Calendars.ChinaTime.StartOf(Due.AddDays(3)).AddHours(9);

    [Fact]
    public async Task Late_ListsEveryUnitWithRealDates_AndNamesWithSignsStayText()
    {
        PassTheDueDay();

        var file = await Lists.SupervisionAsync(EngineHost.Office, new(SupervisionShown.Late, OfficePlan.Programme, null, null, null), "zh");

        file.Name.ShouldBe("逾期任务-2023-07-17.xlsx");
        var rows = file.ValidRows();
        rows[0].Values.ShouldContain("剩余工作日");
        rows.Count.ShouldBe(4);
        rows.Skip(1).ShouldAllBe(row => row[5] == "2023-07-14" && row[9] == "逾期" && row[8] == "-1");
        rows.Count(row => row.GetValueOrDefault(3) == Hostile).ShouldBe(1);
    }

    [Fact]
    public async Task Late_ForAUnit_HoldsItsOwnOnly()
    {
        PassTheDueDay();

        var rows = (await Lists.SupervisionAsync(OfficePlan.UnitA, new(SupervisionShown.Late, null, null, null, null), "zh")).ValidRows();

        rows.Count.ShouldBe(2);
        rows[1][3].ShouldBe("示例一站");
    }

    [Fact]
    public async Task Late_FilteredByRole_HoldsThatRoleOnly()
    {
        PassTheDueDay();

        var rows = (await Lists.SupervisionAsync(EngineHost.Office, new(SupervisionShown.Late, OfficePlan.Programme, null, "lead", null), "en")).ValidRows();

        rows.Count.ShouldBe(2);
        rows[1][4].ShouldBe("示例领导小组办公室");
        rows[1][9].ShouldBe("Late");
    }

    [Fact]
    public async Task Work_OfAUnit_AndOfEverybody()
    {
        (await Lists.WorkAsync(OfficePlan.UnitA, WorkShown.All, true, null, "zh")).ValidRows().Count.ShouldBe(2);
        (await Lists.WorkAsync(EngineHost.Office, WorkShown.All, true, null, "zh")).ValidRows().Count.ShouldBe(4);
        (await Lists.WorkAsync(EngineHost.Office, WorkShown.LateRows, true, null, "zh")).ValidRows().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Board_HasAColumnForEachStep_AndAUnitSeesItsLineOnly()
    {
        var rows = (await Lists.BoardAsync(EngineHost.Office, OfficePlan.Programme, 1, null, BoardFilter.All, "zh")).ValidRows();

        rows[0][3].ShouldContain("unit-work");
        rows.Count.ShouldBe(3);
        (await Lists.BoardAsync(OfficePlan.UnitA, OfficePlan.Programme, 1, null, BoardFilter.All, "zh")).ValidRows().Count.ShouldBe(2);
        await Should.ThrowAsync<RefusedException>(() => Lists.BoardAsync(new("stranger"), OfficePlan.Programme, 1, null, BoardFilter.All, "zh"));
        await Should.ThrowAsync<RefusedException>(() => Lists.BoardAsync(EngineHost.Office, OfficePlan.Programme, 9, null, BoardFilter.All, "zh"));
    }

    [Fact]
    public async Task Urgings_AreListedWithWhatBecameOfThem()
    {
        PassTheDueDay();
        var late = await host.Get<UrgingQuery>().OverdueAsync(EngineHost.Office, OfficePlan.Programme);
        await host.Get<UrgeWork>().UrgeAsync(EngineHost.Office, new(late.Ids, "=请抓紧") { Channel = UrgingChannel.Call });

        var rows = (await Lists.UrgingsAsync(EngineHost.Office, new(OfficePlan.Programme), "zh")).ValidRows();

        rows.Count.ShouldBe(4);
        rows[1][5].ShouldBe("电话");
        rows[1][7].ShouldBe("=请抓紧");
        (await Lists.UrgingsAsync(OfficePlan.UnitB, new(), "zh")).ValidRows().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Papers_ResultsLedgerAndMails_AreValidFilesToo()
    {
        await host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.Circular, "示例〔2023〕2号", "关于报送材料的通知") { Programme = OfficePlan.Programme, To = ["county"] });
        await host.MailAsync();

        (await Lists.PapersAsync(EngineHost.Office, OfficePlan.Programme, null, "zh")).ValidRows()[1][0].ShouldBe("示例〔2023〕2号");
        (await Lists.ResultsAsync(EngineHost.Office, OfficePlan.Programme, "zh")).ValidRows().Count.ShouldBe(1);
        (await Lists.LedgerAsync(EngineHost.Office, new(OfficePlan.Programme), "zh")).ValidRows().Count.ShouldBe(1);
        (await Lists.MailsAsync(EngineHost.Office, null, OfficePlan.Programme, null, "zh")).ValidRows().Count.ShouldBeGreaterThan(1);
        (await Should.ThrowAsync<RefusedException>(() => Lists.MailsAsync(OfficePlan.UnitA, null, null, null, "zh"))).IsForbidden.ShouldBeTrue();
    }

    [Fact]
    public async Task EveryExport_IsKeptInTheAuditTrail()
    {
        using (await Lists.WorkAsync(OfficePlan.UnitA, WorkShown.All, false, null, "zh")) { }

        await using var db = host.Db();
        var row = await db.Audit.SingleAsync(one => one.Action == "list.exported");
        (row.Actor, row.Subject, row.Details).ShouldBe(("unit-a", "work", "1 行"));
    }

    [Fact]
    public async Task CutList_SaysSoOnBothSheets()
    {
        var table = new SheetTable<int>(new("名单", "List"), [new(new("数", "Number"), 10, Engine.Exports.Sheets.Cell (number) => Engine.Exports.Sheets.Cell.Of(number))]);
        using var file = new MemoryStream();

        (await table.WriteAsync(file, Enumerable.Range(1, 10).ToAsyncEnumerable(), 3, "zh", "office", DateTimeOffset.UnixEpoch, default)).ShouldBe(3);

        file.Position = 0;
        Workbooks.Rows(file)[^1][0].ShouldContain("只导出前 3 行");
    }
}
