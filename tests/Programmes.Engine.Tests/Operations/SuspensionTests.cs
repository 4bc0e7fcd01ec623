using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Engine.Launching;
using Programmes.Engine.Mail;
using Programmes.Engine.Notices;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.WorkItems;
using Programmes.Storage.Notices;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Operations;

public sealed class SuspensionTests : OperationTests
{
    private SuspendProgramme Suspensions => Host.Get<SuspendProgramme>();

    private ResumeProgramme Resumptions => Host.Get<ResumeProgramme>();

    private async Task SuspendAsync(DateOnly on)
    {
        Host.Clock.To(on, 10);
        await Suspensions.RunAsync(Office, Programme, "防汛应急", "示例〔2023〕9号");
    }

    private async Task ResumeAsync(DateOnly on, ResumeMode mode)
    {
        Host.Clock.To(on, 10);
        await Resumptions.RunAsync(Office, Programme, mode, "应急响应解除");
        await PumpAsync();
    }

    private Task<Dictionary<string, DateOnly?>> DuesAsync(string unit) => ReadAsync(db => db.WorkItems.Where(row => row.UnitId == unit && row.ClosedOn == null).ToDictionaryAsync(row => row.Activity, row => row.DueOn));

    /// <summary>Days pass, on which nobody can do anything and nothing may happen.</summary>
    private async Task StandStillAsync(DateOnly from, DateOnly last)
    {
        var before = await FactsAsync();
        for (var day = from.AddDays(1); day < last; day = day.AddDays(1))
        {
            Host.Clock.To(day, 9);
            await PumpAsync();
            await Host.Get<SendDigests>().RunAsync();
        }

        (await FactsAsync()).ShouldBe(before);
        var item = await ReadAsync(db => db.WorkItems.Where(row => row.ClosedOn == null).OrderBy(row => row.Id).FirstAsync());
        (await Should.ThrowAsync<RefusedException>(() => Host.Get<WorkOnItem>().SignForAsync(Office, item.Id))).Words.Zh.ShouldContain($"自 {from:yyyy-MM-dd} 起暂停（防汛应急）");
        (await Should.ThrowAsync<RefusedException>(() => Host.Get<WithdrawUnit>().RunAsync(Office, Programme, "s19", "退出"))).Words.Zh.ShouldContain("恢复后方可办理");
    }

    private Task<(int, int, int, int, int)> FactsAsync() => ReadAsync(async db => (
        await db.Outbox.CountAsync(), await db.Reminders.CountAsync(), await db.Events.CountAsync(), await db.ActivityExecutions.CountAsync(), await db.Notices.CountAsync(row => row.Status == NoticeStatus.Open)));

    [Fact]
    public async Task MovedDates_GiveEverybodyTheLostTimeBack()
    {
        await RunUntilAsync(On(2023, 9, 14));
        await SuspendAsync(On(2023, 9, 15));
        (await RefusedAsync("programme.suspended", () => Suspensions.RunAsync(Office, Programme, "再次"))).ShouldContain("已经暂停");
        await StandStillAsync(On(2023, 9, 15), On(2023, 10, 20));

        await ResumeAsync(On(2023, 10, 20), ResumeMode.MoveDates);

        // 35 days later: 09-30, printed on a rest day, stays printed; 10-20 becomes a Friday.
        (await DuesAsync("s01")).ShouldBe(new Dictionary<string, DateOnly?> { ["file"] = On(2023, 11, 4), ["rectify"] = On(2023, 11, 24) }, ignoreOrder: true);
        var moved = await ReadAsync(db => db.WorkItems.SingleAsync(row => row.UnitId == "s01" && row.Activity == "file"));
        moved.OriginalDueOn.ShouldBe(On(2023, 9, 30));
        moved.DueAt.ShouldBe(ChinaTime.EndOf(On(2023, 11, 4)));
        moved.NextReminderOn!.Value.ShouldBeGreaterThan(On(2023, 10, 1));
        moved.Why!.ShouldContain("2023-09-30");
        (await ReadAsync(db => db.WorkItemEvents.CountAsync(row => row.WorkItemId == moved.Id && row.Kind == WorkItemEventKind.DatesMoved))).ShouldBe(1);
        var revision = await ReadAsync(db => db.LaunchRevisions.SingleAsync(row => row.Revision == 2));
        revision.LaunchJson.ShouldContain("\"verifyDue\": \"2023-12-05\"");
        revision.LaunchJson.ShouldContain("\"selfCheckDue\": \"2023-08-31\"");
        var history = await HistoryAsync();
        history.Select(change => change.Kind).ShouldBe(["programme-resumed", "programme-suspended"]);
        history[0].Details!.Value.GetProperty("days").GetInt32().ShouldBe(35);
        (await RefusedAsync("programme.resumed", () => Resumptions.RunAsync(Office, Programme, ResumeMode.KeepDates, "再次"))).ShouldContain("没有暂停");

        await PassUntilAsync(On(2024, 2, 8));
        (await ReadAsync(db => db.Incidents.CountAsync())).ShouldBe(0);
        var verify = await ReadAsync(db => db.WorkItems.SingleAsync(row => row.Batch == 1 && row.Activity == "verify"));
        // The stage opens a working day after the moved filing date, as the plan says.
        (verify.OpenedOn, verify.DueOn).ShouldBe((On(2023, 11, 6), (DateOnly?)On(2023, 12, 5)));
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.Batch == 1 && row.Achieved))).ShouldBe(19);
        (await ReadAsync(db => db.UnitResults.Where(row => row.Batch == 1).MinAsync(row => row.ResultOn))).ShouldBeGreaterThan(On(2024, 1, 1));
    }

    [Fact]
    public async Task KeptDates_LetWhatFellDueHappenInItsOrder()
    {
        await RunUntilAsync(On(2023, 9, 14));
        await SuspendAsync(On(2023, 9, 15));
        await StandStillAsync(On(2023, 9, 15), On(2023, 10, 20));

        await ResumeAsync(On(2023, 10, 20), ResumeMode.KeepDates);

        (await DuesAsync("s01")).ShouldBe(new Dictionary<string, DateOnly?> { ["file"] = On(2023, 9, 30), ["rectify"] = On(2023, 10, 20) }, ignoreOrder: true);
        // Verification opened on its day, though nobody was there.
        (await ReadAsync(db => db.WorkItems.SingleAsync(row => row.Batch == 1 && row.Activity == "verify"))).OpenedOn.ShouldBe(On(2023, 10, 7));
        (await ReadAsync(db => db.LaunchRevisions.CountAsync())).ShouldBe(1);
        await PassUntilAsync(On(2024, 1, 2));
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.Batch == 1 && row.Achieved))).ShouldBe(19);
        (await ReadAsync(db => db.Incidents.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task OverANotice_MovedDatesGiveItAFullWindow()
    {
        await RunUntilAsync(On(2023, 11, 30));
        var old = await ReadAsync(db => db.Notices.Select(row => row.Id).SingleAsync());
        await SuspendAsync(On(2023, 12, 4));
        // The public may still object.
        var (objection, status) = await Host.Get<ObjectToNotice>().FileAsync(Office, old, new("s03", ObjectionKind.RealName, "填报数据与实际不符", "某群众"));
        status.ShouldBe(ObjectionStatus.Filed);
        await Host.Get<ObjectToNotice>().AcceptAsync(Office, objection);
        await StandStillAsync(On(2023, 12, 4), On(2023, 12, 18));

        await ResumeAsync(On(2023, 12, 18), ResumeMode.MoveDates);

        var (first, second) = await ReadAsync(async db => (await db.Notices.SingleAsync(row => row.Id == old), await db.Notices.SingleAsync(row => row.Replaces == old)));
        (first.Status, first.Reason).ShouldBe((NoticeStatus.Withdrawn, "应急响应解除"));
        (second.PublishedOn, second.ClosesOn, second.Status).ShouldBe((On(2023, 12, 18), On(2023, 12, 25), NoticeStatus.Open));
        (await ReadAsync(db => db.Objections.SingleAsync())).NoticeId.ShouldBe(second.Id);
        await PassUntilAsync(On(2023, 12, 26));
        (await ReadAsync(db => db.Notices.SingleAsync(row => row.Id == second.Id))).Status.ShouldBe(NoticeStatus.Closed);
        (await ReadAsync(db => db.StepRows.CountAsync(row => row.SubjectId == second.Id && row.Outcome == "NoObjection"))).ShouldBe(18);
    }

    [Fact]
    public async Task Demonstration_StandsStillOnItsOwnClock()
    {
        Host.Clock.To(On(2026, 3, 2), 9);
        await Host.Get<LaunchProgramme>().LaunchAsync(Office, TongjiangTests.LaunchFile, "launch.json", LaunchMode.Demonstration, warningsConfirmed: true);
        await PumpAsync();
        await Host.Get<ControlProgramme>().AdvanceClockAsync(Office, Programme, On(2023, 8, 15));
        await Suspensions.RunAsync(Office, Programme, "演示暂停");
        await Host.Get<ControlProgramme>().AdvanceClockAsync(Office, Programme, On(2023, 10, 16));
        var before = await FactsAsync();
        await PumpAsync();
        (await FactsAsync()).ShouldBe(before);

        await Resumptions.RunAsync(Office, Programme, ResumeMode.MoveDates, "演示恢复");
        await PumpAsync();

        // 62 days after 08-31.
        (await DuesAsync("s01"))["selfCheck"].ShouldBe(On(2023, 11, 1));
        (await ReadAsync(db => db.Incidents.CountAsync())).ShouldBe(0);
    }
}
