using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Notices;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Storage.Notices;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Operations;

public sealed class UnitTests : OperationTests
{
    private static readonly NewMember NewStation = new("s34", "新设乡镇综合文化站", "s34@example.org", "新设乡镇党委、政府");

    private AdmitUnit Admissions => Host.Get<AdmitUnit>();

    private WithdrawUnit Withdrawals => Host.Get<WithdrawUnit>();

    private MergeUnits Mergers => Host.Get<MergeUnits>();

    private Task<List<(string Step, StepRowStatus Status)>> RowsAsync(string unit) => ReadAsync(async db =>
        (await db.StepRows.Where(row => row.UnitId == unit).OrderBy(row => row.Id).Select(row => new { row.Step, row.Status }).ToListAsync()).ConvertAll(row => (row.Step, row.Status)));

    [Fact]
    public async Task OneLate_OneWithdrawn_OneMerged_AndAWholeBatchGone_ThePlanRunsToItsEnd()
    {
        // Verification opened on 10-07, a make-up working Saturday.
        await RunUntilAsync(On(2023, 10, 9));
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 1, NewStation, "新设乡镇"))).ShouldContain("批准文件");

        await Admissions.RunAsync(Office, Programme, 1, NewStation, "新设乡镇", "示例〔2023〕9号");
        (await RowsAsync("s34")).ShouldBe([("verify", StepRowStatus.Open)], "the step was open already");
        await PumpAsync();
        (await ReadAsync(db => db.WorkItems.Where(row => row.UnitId == "s34").Select(row => row.Activity).ToListAsync())).ShouldBe(["selfCheck"]);

        var rectify = await ReadAsync(db => db.WorkItems.Where(row => row.UnitId == "s02" && row.ClosedOn == null).Select(row => row.Id).SingleAsync());
        var withdrawn = await Withdrawals.RunAsync(Office, Programme, "s02", "场馆改建");
        withdrawn.Open.Select(thing => thing.Kind).ShouldBe(["work-item", "row"]);
        (await ReadAsync(db => db.WorkItems.SingleAsync(row => row.Id == rectify))).Status.ShouldBe(WorkItemStatus.Cancelled);
        (await ReadAsync(db => db.WorkItems.CountAsync(row => row.UnitId == "s02" && row.NextReminderOn != null))).ShouldBe(0);
        (await RowsAsync("s02")).ShouldBe([("verify", StepRowStatus.Dropped)]);
        var result = await ReadAsync(db => db.UnitResults.SingleAsync(row => row.UnitId == "s02"));
        (result.Result, result.Final, result.Achieved, result.Reason).ShouldBe(("退出", true, false, "场馆改建"));
        (await ReadAsync(db => db.Instances.SingleAsync(row => row.UnitId == "s02"))).SubStatus.ShouldBe(InstanceSubStatus.Cancelled);

        await Mergers.RunAsync(Office, Programme, "s03", "s04", "乡镇区划调整");
        (await ReadAsync(db => db.UnitResults.SingleAsync(row => row.UnitId == "s03"))).Result.ShouldBe("并入示例乡镇04综合文化站");
        (await ReadAsync(db => db.Units.SingleAsync(row => row.UnitId == "s03"))).MergedInto.ShouldBe("s04");
        var merged = (await HistoryAsync())[0];
        (merged.Kind, merged.Subject, merged.Details!.Value.GetProperty("into").GetString()).ShouldBe(("unit-merged", "s03", "s04"));

        // A batch that has not begun: its places close up, and it ends though nobody is left in it.
        foreach (var unit in new[] { "s31", "s32", "s33", "s21" }) await Withdrawals.RunAsync(Office, Programme, unit, "停办");
        (await ReadAsync(db => db.BatchUnits.Where(row => row.Batch == 2).OrderBy(row => row.Ordinal).Select(row => row.Ordinal).ToListAsync())).ShouldBe([.. Enumerable.Range(0, 10)]);
        (await ReadAsync(db => db.BatchUnits.CountAsync(row => row.Batch == 3))).ShouldBe(0);

        // Who withdrew may come back, into another batch.
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 1, new("s02"), "改建完成", "示例〔2023〕10号"))).ShouldContain("参加过");
        await Admissions.RunAsync(Office, Programme, 2, new("s02"), "改建完成");
        (await ReadAsync(db => db.BatchUnits.SingleAsync(row => row.UnitId == "s02" && row.Batch == 2))).FromInstance.ShouldBe($"{Programme}.b1.s02");

        // 33 at first, one more, less one merged and four withdrawn.
        (await EndAsync()).ShouldContain("29／29");
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.Final && !row.Superseded && row.Achieved))).ShouldBe(29);
        (await ReadAsync(db => db.UnitResults.Where(row => row.UnitId == "s02").OrderBy(row => row.Id).Select(row => row.Result).ToListAsync())).ShouldBe(["退出", "认定命名"]);
        (await ReadAsync(db => db.LaunchRevisions.CountAsync())).ShouldBe(9);
        (await HistoryAsync()).Count.ShouldBe(8);
    }

    [Fact]
    public async Task Withdrawal_UnderAnObjection_HoldsUpNobody()
    {
        await RunUntilAsync(On(2023, 11, 30));
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 1, NewStation, "新设乡镇", "示例〔2023〕9号"))).ShouldContain("已办结");
        var notice = await ReadAsync(db => db.Notices.Select(row => row.Id).SingleAsync());
        Host.Clock.To(On(2023, 12, 4), 10);
        var (objection, _) = await Host.Get<ObjectToNotice>().FileAsync(Office, notice, new("s03", ObjectionKind.RealName, "填报数据与实际不符", "某群众"));
        await Host.Get<ObjectToNotice>().AcceptAsync(Office, objection);

        await Withdrawals.RunAsync(Office, Programme, "s03", "停办");

        (await ReadAsync(db => db.Objections.SingleAsync())).Status.ShouldBe(ObjectionStatus.Lapsed);
        await Should.ThrowAsync<RefusedException>(() => Host.Get<ObjectToNotice>().DecideAsync(Office, objection, upheld: true, "属实"));
        await PassUntilAsync(On(2024, 1, 2));
        (await ReadAsync(db => db.UnitResults.CountAsync(row => row.Batch == 1 && row.Achieved))).ShouldBe(18);
        (await ReadAsync(db => db.Instances.SingleAsync(row => row.Id == $"{Programme}.b1"))).Status.ShouldBe(InstanceStatus.Finished);

        // What was decided about it before stays on record.
        (await RowsAsync("s03")).ShouldBe([("verify", StepRowStatus.Decided), ("propose", StepRowStatus.Decided), ("notice", StepRowStatus.Dropped)]);
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 1, NewStation, "新设乡镇", "示例〔2024〕1号"))).ShouldContain("不再接收");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 2, new("s01"), "再评"))).ShouldContain("认定命名");
        (await RefusedAsync("programme.unit-withdrawn", () => Withdrawals.RunAsync(Office, Programme, "s01", "退出"))).ShouldContain("最终结论");
    }

    [Fact]
    public async Task BadInputs_AreRefusedAndRecorded()
    {
        await RunUntilAsync(On(2023, 7, 4));
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 2, new("s01"), "调整批次"))).ShouldContain("一个单位同一时间只参加一个批次");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 3, new("s20"), "调整批次"))).ShouldContain("第二批");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 9, NewStation, "新设"))).ShouldContain("没有第 9 批");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 4, NewStation, "新设"))).ShouldContain("结转");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 2, new("s99"), "新设"))).ShouldContain("名称");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 2, NewStation with { Unit = "no good id" }, "新设"))).ShouldContain("no good id");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 2, NewStation with { Superior = "nobody" }, "新设"))).ShouldContain("nobody");
        (await RefusedAsync("programme.unit-withdrawn", () => Withdrawals.RunAsync(Office, Programme, "S01", "退出"))).ShouldContain("s01");
        (await RefusedAsync("programme.unit-merged", () => Mergers.RunAsync(Office, Programme, "s01", "s01", "合并"))).ShouldContain("自己");
        await Mergers.RunAsync(Office, Programme, "s01", "s02", "合并");
        (await RefusedAsync("programme.unit-merged", () => Mergers.RunAsync(Office, Programme, "s03", "s01", "合并"))).ShouldContain("并入 s02");
        (await RefusedAsync("programme.unit-withdrawn", () => Withdrawals.RunAsync(Office, Programme, "s01", "退出"))).ShouldContain("并入 s02");
        (await RefusedAsync("programme.unit-admitted", () => Admissions.RunAsync(Office, Programme, 2, new("s01"), "恢复"))).ShouldContain("并入 s02");
    }
}
