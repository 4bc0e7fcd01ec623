using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Launching;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Mail;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;

namespace Programmes.Engine.Tests;

/// <summary>Wuhu's rectification through the engine, paragraph by paragraph, with three counties and six stations.</summary>
public sealed class WuhuRectificationTests : IAsyncLifetime
{
    private const string Programme = "wuhu-rectification-2022";
    private static readonly string[] Counties = ["county01", "county02", "zone01"];
    private EngineHost host = null!;

    public async Task InitializeAsync()
    {
        host = await EngineHost.StartAsync(new DateOnly(2022, 11, 15));
        var launch = JsonNode.Parse(File.ReadAllText(Path.Combine(EngineHost.Workflows, "wuhu-rectification", "launch.example.json")))!;
        var kept = Counties.SelectMany(county => launch["units"]!.AsArray().Where(unit => (string)unit!["superior"]! == county).Take(2)).Select(unit => unit!.DeepClone()).ToArray();
        launch["batches"]![0]!["units"] = new JsonArray([.. kept.Select(unit => JsonValue.Create((string)unit["id"]!))]);
        launch["units"] = new JsonArray(kept);
        launch["settings"]!["counties"] = string.Join('、', Counties);
        await host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, launch.ToJsonString(), "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true);
        await host.Get<Pump>().RunAsync();
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    private async Task<T> ReadAsync<T>(Func<Storage.ProgrammesDb, Task<T>> read)
    {
        await using var db = host.Db();
        return await read(db);
    }

    private static Person County(string role) => new(role) { ProgrammeId = Programme, OfficeRole = role };

    private static Person Station(string unit) => new(unit) { ProgrammeId = Programme, UnitId = unit };

    private Task<string> LedgerOfAsync(string unit) => ReadAsync(db => db.Ledgers.Where(row => row.UnitId == unit).Select(row => row.Id).SingleAsync());

    private async Task<string> ProblemAsync(string unit, Person by, DateOnly deadline, LedgerSource source = LedgerSource.Survey) =>
        await host.Get<OpenEntry>().OpenAsync(by, await LedgerOfAsync(unit), new("人员配备", "没有专职人员", source, null, new Assignment("镇政府", "分管负责人", deadline)));

    private async Task SolveAsync(string entry, string unit, string county)
    {
        // What was handed in before a reopening does not count again.
        using var photo = new MemoryStream(Encoding.ASCII.GetBytes($"%PDF-1.7\n%{host.Clock.Now:O}\n%%EOF\n"));
        await host.Get<AttachEvidence>().AttachAsync(Station(unit), new(EvidenceSubjectKind.LedgerEntry, entry), photo, "任职文件.pdf");
        await host.Get<SubmitEntry>().SubmitAsync(Station(unit), entry, "已配备专职人员一名");
        await host.Get<JudgeEntry>().CloseAsync(County(county), entry);
    }

    [Fact]
    public async Task FourPhases_RunOnThePrintedDates_AndTheFifthFollows()
    {
        // 四（一）至（四）；三（四）.
        await new Days(host).PassUntilAsync(new DateOnly(2023, 7, 3));
        var stages = await ReadAsync(db => db.Stages.OrderBy(row => row.OpenedOn).ThenBy(row => row.Id).ToListAsync());
        stages.Select(row => (row.OpenedOn, row.PlannedEndOn)).ShouldBe([
            (new DateOnly(2022, 11, 15), new DateOnly(2022, 11, 25)), (new DateOnly(2022, 11, 26), new DateOnly(2022, 12, 20)),
            (new DateOnly(2022, 12, 21), new DateOnly(2023, 1, 20)), (new DateOnly(2023, 1, 21), new DateOnly(2023, 6, 30)), (new DateOnly(2023, 7, 1), new DateOnly(2024, 6, 30))]);
        // 印发通知：a report from every county on each of the three days.
        var reports = await ReadAsync(db => db.WorkItems.Where(row => row.Activity.StartsWith("report")).ToListAsync());
        foreach (var due in new[] { new DateOnly(2022, 12, 20), new DateOnly(2023, 1, 20), new DateOnly(2023, 6, 20) })
            reports.Where(row => row.DueOn == due).Select(row => row.Role).Order().ShouldBe(Counties);
        // 一：by the end of June every station is through.
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.Final && row.Achieved))).ShouldBe(6);
        (await ReadAsync(db => db.Events.Where(row => row.Kind == "goal").Select(row => row.TitleZh).ToListAsync())).ShouldContain(title => title.Contains("6／6", StringComparison.Ordinal));
        (await ReadAsync(db => db.Incidents.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task Ledger_IsWorkedOffOneByOne_WithEvidence_AndReopenedWhereACheckFindsItUnsolved()
    {
        // 四（一）：the ledger; 四（二）：responsible office and person, solved within a time limit.
        var entry = await ProblemAsync("w01", County("county01"), new DateOnly(2022, 12, 20));
        var other = await ProblemAsync("w02", County("county01"), new DateOnly(2022, 12, 20));
        await Should.ThrowAsync<RefusedException>(host.Get<SubmitEntry>().SubmitAsync(Station("w02"), entry, "别站的问题"));
        host.Clock.To(new DateOnly(2022, 12, 12), 10);
        await host.Get<SubmitEntry>().SubmitAsync(Station("w01"), entry, "已解决");
        var refused = await Should.ThrowAsync<RefusedException>(host.Get<JudgeEntry>().CloseAsync(County("county01"), entry));
        refused.Words.Zh.ShouldContain("佐证");
        (await ReadAsync(db => db.Audit.CountAsync(row => row.Action.StartsWith("refused.ledger")))).ShouldBe(1);
        await host.Get<JudgeEntry>().ReturnAsync(County("county01"), entry, "请附任职文件");
        await SolveAsync(entry, "w01", "county01");
        await SolveAsync(other, "w02", "county01");

        // 四（三）：an unannounced check finds that it is not solved: it is open again.
        host.Clock.To(new DateOnly(2023, 1, 10), 10);
        await host.Get<ReopenEntry>().ReopenAsync(EngineHost.Office, entry, "暗访时人员不在岗", new DateOnly(2023, 2, 10));
        await new Days(host).PassUntilAsync(new DateOnly(2023, 7, 3));
        // At the end of June it is still open: the station has no result, the others go on, and those concerned were told.
        (await ReadAsync(db => db.UnitResults.Where(row => row.Final).Select(row => row.UnitId).ToListAsync())).ShouldNotContain("w01");
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.Final && row.Achieved))).ShouldBe(5);
        (await ReadAsync(db => db.Outbox.CountAsync(mail => mail.Subject == "文化站台账到期尚有问题未销号"))).ShouldBe(3);
        (await ReadAsync(db => db.Events.Where(row => row.Kind == "goal").Select(row => row.TitleZh).ToListAsync())).ShouldContain(title => title.Contains("5／6", StringComparison.Ordinal));
        (await ReadAsync(db => db.Outbox.CountAsync(mail => mail.Subject == "专项治理到期，尚有文化站问题未销号"))).ShouldBe(1);
        await SolveAsync(entry, "w01", "county01");
        await host.Get<Pump>().RunAsync();
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.Final && row.Achieved))).ShouldBe(6);
    }

    [Fact]
    public async Task Checks_AreDrawnByARecordedSeed_AreNotAnnounced_AndNoCountyChecksItself()
    {
        // 四（三）：random unannounced checks and checks across counties.
        await new Days(host).PassUntilAsync(new DateOnly(2022, 12, 21));
        var drawn = await ReadAsync(db => db.StepRows.Where(row => row.Step == "draw" && row.Outcome == "Drawn").Select(row => row.UnitId).ToListAsync());
        var superiors = await ReadAsync(db => db.Units.ToDictionaryAsync(row => row.UnitId, row => row.Superior));
        // At least one of each county.
        drawn.Select(unit => superiors[unit]).Distinct().Count().ShouldBe(3);
        (await ReadAsync(db => db.Events.Where(row => row.Activity == "draw").Select(row => row.TitleZh).ToListAsync())).ShouldContain(title => title.Contains("2022-11-15-1", StringComparison.Ordinal));
        var cross = await ReadAsync(db => db.StepRows.Where(row => row.Step == "drawCross" && row.Outcome == "Drawn").ToListAsync());
        cross.ShouldNotBeEmpty();
        cross.ShouldAllBe(row => row.Grade != null && row.Grade != superiors[row.UnitId]);
        (await ReadAsync(db => db.WorkItems.CountAsync(row => row.Activity == "unannounced" && row.Role == "cityBureau"))).ShouldBe(1);
        // 不打招呼：neither mail nor work item tells the stations before the result.
        foreach (var unit in drawn)
            (await ReadAsync(db => db.Outbox.CountAsync(mail => mail.ToAddress == $"{unit}@example.org" && (mail.Subject.Contains("抽查") || mail.Text.Contains("暗访"))))).ShouldBe(0);

        var found = drawn[0];
        await new Days(host) { RowOutcome = (item, unit) => item.Activity == "unannounced" && unit == found ? "Fail" : null }.PassUntilAsync(new DateOnly(2023, 1, 16));
        (await ReadAsync(db => db.Outbox.CountAsync(mail => mail.Subject == "暗访抽查发现问题" && mail.ToAddress == $"{found}@example.org"))).ShouldBe(1);
    }

    [Fact]
    public async Task Bulletin_IsComposedFromTheLedger_CriticismIsCopiedToTheBodiesNamed_AndTheCountyMustAct()
    {
        // 四（三）：治理情况通报；通报批评，抄报市政府、市人大、市政协.
        await ProblemAsync("w01", County("county01"), new DateOnly(2022, 12, 20));
        await new Days(host) { Does = item => item.Activity != "bulletin", Outcome = item => item is { Activity: "judge", Role: "cityBureau" } && item.InstanceId == FirstCounty() ? "Criticise" : null }.PassUntilAsync(new DateOnly(2023, 1, 17));
        var text = (await host.Get<Queries.LedgerQueries>().BulletinAsync(EngineHost.Office, Programme, new DateOnly(2022, 11, 15))).Words;
        text.Zh.ShouldContain("人员配备");
        text.Zh.ShouldNotContain("综合文化站0", Case.Sensitive, "stations are not named");
        var bulletin = await ReadAsync(db => db.WorkItems.SingleAsync(row => row.Activity == "bulletin"));
        var refused = await Should.ThrowAsync<RefusedException>(host.Get<WorkOnItem>().SubmitAsync(EngineHost.Office, bulletin.Id));
        refused.Words.Zh.ShouldContain("通报");
        await host.Get<IssuePaper>().IssueAsync(EngineHost.Office, new(PaperKind.Bulletin, "示例〔2023〕1号", "文化站专项治理情况通报", text.Zh) { WorkItem = bulletin.Id });
        await host.Get<WorkOnItem>().SubmitAsync(EngineHost.Office, bulletin.Id);
        await host.Get<ComposeMails>().RunAsync();
        var told = await ReadAsync(db => db.Outbox.Where(mail => mail.Kind == "paper").Select(mail => mail.ToAddress).ToListAsync());
        foreach (var address in new[] { "county01@example.org", "county02@example.org", "zone01@example.org", "government@example.org", "congress@example.org", "cppcc@example.org" }) told.ShouldContain(address);

        await new Days(host) { Outcome = item => item.Activity == "judge" && item.InstanceId == FirstCounty() ? "Criticise" : null }.PassUntilAsync(new DateOnly(2023, 1, 31));
        var criticism = await ReadAsync(db => db.Papers.SingleAsync(row => row.Kind == PaperKind.Criticism));
        (await ReadAsync(db => db.PaperRecipients.Where(row => row.PaperId == criticism.Id).Select(row => row.Role).ToListAsync())).ShouldBe(["county01", "cityGovernment", "peoplesCongress", "cppcc"], ignoreOrder: true);
        (await ReadAsync(db => db.WorkItems.SingleAsync(row => row.Activity == "act"))).Role.ShouldBe("county01");

        string FirstCounty()
        {
            using var db = host.Db();
            return db.WorkItems.Where(row => row.Activity == "survey" && row.Role == "county01" && row.UnitId == null).Select(row => row.InstanceId).Single();
        }
    }
}
