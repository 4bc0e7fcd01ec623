using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Mail;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Tests;

/// <summary>The Tongjiang plan through the engine, day by day, as its document tells it.</summary>
public sealed class TongjiangTests : IAsyncLifetime
{
    private EngineHost host = null!;

    public static string LaunchFile => File.ReadAllText(Path.Combine(EngineHost.Workflows, "tongjiang-grading", "launch.example.json"));

    public async Task InitializeAsync() => host = await EngineHost.StartAsync(new DateOnly(2023, 7, 3));

    public async Task DisposeAsync() => await host.DisposeAsync();

    private Task<string> LaunchAsync() => host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, LaunchFile, "launch.example.json", LaunchMode.AsPlanned, warningsConfirmed: true);

    [Fact]
    public async Task FirstBatch_OnTime_IsNamedByTheEndOf2023()
    {
        await LaunchAsync();
        await new Days(host).PassUntilAsync(new DateOnly(2024, 1, 2));

        await using var db = host.Db();
        (await db.Incidents.ToListAsync()).ShouldBeEmpty();
        var notice = await db.Notices.SingleAsync(row => row.Batch == 1);
        // 三（二）: proposed by 11-30, then five full working days: 12-01, 12-04 to 12-07.
        notice.PublishedOn.ShouldBe(new DateOnly(2023, 11, 30));
        notice.ClosesOn.ShouldBe(new DateOnly(2023, 12, 7));
        notice.Status.ShouldBe(NoticeStatus.Closed);
        var results = await db.UnitResults.Where(row => row.Batch == 1).ToListAsync();
        results.Count.ShouldBe(19);
        results.ShouldAllBe(row => row.Final && row.Achieved);
        var dues = (await db.WorkItems.Where(row => row.Batch == 1 && row.UnitId == "s01").ToListAsync()).ToDictionary(row => row.Activity, row => row.DueOn);
        dues.Values.ShouldContain(new DateOnly(2023, 8, 31));
        dues.Values.ShouldContain(new DateOnly(2023, 9, 30));
        dues.Values.ShouldContain(new DateOnly(2023, 10, 20));
    }

    [Fact]
    public async Task WholePlan_EveryStationHasAResult_AndTheGoalIsReached()
    {
        var id = await LaunchAsync();
        await new Days(host).PassUntilAsync(new DateOnly(2025, 12, 31));

        await using var db = host.Db();
        (await db.Incidents.ToListAsync()).ShouldBeEmpty();
        (await db.UnitResults.CountAsync(row => row.Final && !row.Superseded && row.Achieved)).ShouldBe(33);
        (await db.Events.CountAsync(row => row.Kind == "programme-finished")).ShouldBe(1);
        (await db.Programmes.Select(row => row.Status).SingleAsync()).ShouldBe(Storage.Programmes.ProgrammeStatus.Finished);
        (await db.Events.Where(row => row.Kind == "goal").Select(row => row.TitleZh).ToListAsync()).ShouldContain(title => title.Contains("33／33", StringComparison.Ordinal));
        (await db.Instances.CountAsync(row => row.ProgrammeId == id && row.FinishedAt == null)).ShouldBe(0);
        (await db.Stimuli.CountAsync()).ShouldBe(0);
        (await db.Bookmarks.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task FailedStations_AreCarriedOver_AndNamedLater()
    {
        await LaunchAsync();
        var failed = new HashSet<string>();
        await new Days(host)
        {
            RowOutcome = (item, unit) => item.Activity == "verify" && failed.Add(unit) ? "Fail" : null,
        }.PassUntilAsync(new DateOnly(2025, 12, 31));

        await using var db = host.Db();
        failed.Count.ShouldBe(33);
        (await db.Events.CountAsync(row => row.Kind == "carried-over")).ShouldBe(33);
        (await db.UnitResults.CountAsync(row => row.Final && !row.Superseded && row.Achieved)).ShouldBe(33);
        var secondTry = await db.BatchUnits.Where(row => row.Batch == 2 && row.FromInstance != null).ToListAsync();
        secondTry.Count.ShouldBe(19);
        secondTry.ShouldAllBe(row => row.FromInstance!.Contains(".b1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Objection_SuspendsItsStationOnly_UntilItIsDismissed()
    {
        await LaunchAsync();
        await new Days(host).PassUntilAsync(new DateOnly(2023, 11, 30));
        string notice;
        await using (var db = host.Db()) notice = await db.Notices.Select(row => row.Id).SingleAsync();
        var objections = host.Get<Engine.Notices.ObjectToNotice>();
        host.Clock.To(new DateOnly(2023, 12, 5), 10);
        var (id, status) = await objections.FileAsync(EngineHost.Office, notice, new("s03", ObjectionKind.RealName, "填报数据与实际不符", "某群众"));
        status.ShouldBe(ObjectionStatus.Filed);
        await objections.AcceptAsync(EngineHost.Office, id);
        var (_, lead) = await objections.FileAsync(EngineHost.Office, notice, new("s04", ObjectionKind.Anonymous, "匿名反映"));
        lead.ShouldBe(ObjectionStatus.Lead);
        // Told at once: the office of both, the station of the one that was accepted; never who objected, nor what was said.
        await host.MailAsync();
        await using (var mailed = host.Db())
        {
            var mails = await mailed.Outbox.Where(mail => mail.Kind == "objection").OrderBy(mail => mail.Id).ToListAsync();
            mails.Count(mail => mail.Subject.Contains("收到异议：", StringComparison.Ordinal)).ShouldBe(1);
            mails.Count(mail => mail.Subject.Contains("收到异议线索：", StringComparison.Ordinal)).ShouldBe(1);
            mails.ShouldContain(mail => mail.ToAddress == "s03@example.org" && mail.Subject.Contains("异议已受理", StringComparison.Ordinal));
            mails.ShouldNotContain(mail => mail.ToAddress == "s04@example.org");
            mails.ShouldAllBe(mail => !mail.Text.Contains("某群众") && !mail.Text.Contains("填报数据与实际不符") && !mail.Text.Contains("匿名反映"));
        }


        await new Days(host).PassUntilAsync(new DateOnly(2024, 1, 2));
        await using (var db = host.Db())
        {
            (await db.StepRows.CountAsync(row => row.SubjectId == notice && row.Status == StepRowStatus.Decided)).ShouldBe(18);
            (await db.UnitResults.CountAsync(row => row.Batch == 1 && row.Final)).ShouldBe(18);
        }

        await objections.DecideAsync(EngineHost.Office, id, upheld: false, "经核实，异议不成立");
        // The steps after the notice had closed for the others: the station's lines there are decided late, one after the other.
        await using (var db = host.Db())
            (await db.StepRows.Where(row => row.UnitId == "s03" && row.Late && row.Status == StepRowStatus.Open).CountAsync()).ShouldBeGreaterThan(0);
        for (var round = 0; round < 5; round++)
        {
            List<(string Subject, string Activity)> late;
            await using (var db = host.Db())
                late = (await db.StepRows.Where(row => row.UnitId == "s03" && row.Late && row.Status == StepRowStatus.Open).Select(row => new { row.SubjectId, row.Step }).ToListAsync()).ConvertAll(row => (row.SubjectId, row.Step));
            foreach (var (subject, activity) in late)
                await host.Get<WorkItems.WorkOnItem>().DecideRowAsync(EngineHost.Office, subject, "s03", activity == "name" || activity == "naming" ? "Named" : "Proposed", "三级", null);
            await host.Get<Pumping.Pump>().RunAsync();
        }

        await using (var db = host.Db()) (await db.UnitResults.CountAsync(row => row.Batch == 1 && row.Final && row.Achieved)).ShouldBe(19);
    }

    [Fact]
    public async Task Digest_AtMostOneAnAddressADay_AndEveryMailIsAFile()
    {
        await LaunchAsync();
        await new Days(host) { Does = _ => false }.PassUntilAsync(new DateOnly(2023, 9, 15));

        await using var db = host.Db();
        var mails = await db.Outbox.ToListAsync();
        mails.ShouldNotBeEmpty();
        mails.Where(mail => mail.Kind == "digest").GroupBy(mail => mail.DedupeKey).ShouldAllBe(group => group.Count() == 1);
        mails.Where(mail => mail.Status == OutboxStatus.Sent).ShouldNotBeEmpty();
        Directory.GetFiles(host.MailFolder, "*.eml").Length.ShouldBe(mails.Count(mail => mail.Status == OutboxStatus.Sent));
        var station = mails.First(mail => mail.ToAddress == "s01@example.org");
        station.Text.ShouldContain("8月31日");
    }

    [Fact]
    public async Task LaunchOfPastDates_WithoutAChoice_IsRefused()
    {
        host.Clock.To(new DateOnly(2026, 3, 2), 9);
        var refused = await Should.ThrowAsync<LaunchRefusedException>(LaunchAsync);
        refused.Problems.ShouldContain(problem => problem.Code == "dates-past");
        await using var db = host.Db();
        (await db.Programmes.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task StationInTwoBatches_IsRefusedWithTheRule_AndRecorded()
    {
        var launch = System.Text.Json.Nodes.JsonNode.Parse(LaunchFile)!;
        launch["batches"]![1]!["units"]!.AsArray().Add("s01");
        var refused = await Should.ThrowAsync<LaunchRefusedException>(host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, launch.ToJsonString(), "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true));
        refused.Problems.ShouldContain(problem => problem.Code == "unit-twice" && problem.Message.Zh.Contains("不能同时参加", StringComparison.Ordinal));
        await using var db = host.Db();
        (await db.Programmes.CountAsync()).ShouldBe(0);
        (await db.Audit.SingleAsync(row => row.Action == "refused.programme.launched")).Details!.ShouldContain("s01");
    }

    [Fact]
    public async Task Backfill_RecordsThePastWithItsDates_AndSendsNoMail()
    {
        host.Clock.To(new DateOnly(2024, 2, 1), 9);
        await host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, LaunchFile, "launch.example.json", LaunchMode.Backfilled, warningsConfirmed: true);

        await using var db = host.Db();
        (await db.UnitResults.CountAsync(row => row.Batch == 1 && row.Final)).ShouldBe(19);
        (await db.Notices.SingleAsync(row => row.Batch == 1)).ClosesOn.ShouldBe(new DateOnly(2023, 12, 7));
        (await db.WorkItems.Where(row => row.UnitId == "s01" && row.Batch == 1).Select(row => row.ClosedOn).MaxAsync())!.Value.Year.ShouldBe(2023);
        (await db.Outbox.CountAsync(row => row.Status != OutboxStatus.NoAddress)).ShouldBe(0);
        // From here on it runs in real time: its clock shows what everybody's does.
        (await db.Clocks.Where(clock => clock.Id != 0).Select(clock => clock.OffsetMicroseconds).SingleAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Backfill_OverAPastNotification_KeepsSilent()
    {
        host.Clock.To(new DateOnly(2023, 9, 1), 9);
        // The goal was judged in August, when nobody had reached it: in its time the plan would have told the office so.
        var launch = LaunchFile.Replace("\"goalDue\": \"2025-12-31\"", "\"goalDue\": \"2023-08-01\"", StringComparison.Ordinal);
        await host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, launch, "launch.json", LaunchMode.Backfilled, warningsConfirmed: true);

        await using var db = host.Db();
        (await db.Events.CountAsync(row => row.Kind == "goal")).ShouldBe(1);
        (await db.Outbox.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Demonstration_RunsOnItsOwnClock()
    {
        host.Clock.To(new DateOnly(2026, 3, 2), 9);
        var id = await host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, LaunchFile, "launch.example.json", LaunchMode.Demonstration, warningsConfirmed: true);
        await host.Get<Pumping.Pump>().RunAsync();
        await using (var db = host.Db()) (await db.WorkItems.Where(row => row.UnitId == "s01").Select(row => row.OpenedOn).Distinct().ToListAsync()).ShouldAllBe(on => on == new DateOnly(2023, 7, 3));
        await host.Get<Engine.Programmes.ControlProgramme>().AdvanceClockAsync(EngineHost.Office, id, new DateOnly(2023, 9, 4));
        await host.Get<Pumping.Pump>().RunAsync();
        await using (var db = host.Db())
        {
            var instance = await db.Instances.SingleAsync(row => row.Id == id);
            var clock = await db.Clocks.SingleAsync(row => row.Id == instance.ClockId);
            Core.Calendars.ChinaTime.DateOf(host.Clock.Now.AddMicroseconds(clock.OffsetMicroseconds)).ShouldBe(new DateOnly(2023, 9, 4));
            (await db.WorkItems.CountAsync()).ShouldBeGreaterThan(19);
        }
    }
}
