using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Reviewing;

/// <summary>Many at once: each stands for itself, and what could not be done is told with its reason.</summary>
public sealed class ReviewManyTests
{
    private static Task<EngineHost> LaunchAsync() => OfficePlan.LaunchAsync(
        [OfficePlan.Work("sum", "lead", ("due", "2023-07-20"))],
        [OfficePlan.Work("report", "unit", ("due", "2023-07-14"), ("reviewer", "county")), OfficePlan.Work("grade", "unit", ("reviewer", "county"), ("outcomes", new JsonArray("Pass", "Fail")))]);

    private static async Task<string> WorkAsync(EngineHost host, Person person, string title) =>
        (await host.Get<WorkListQuery>().RunAsync(person, WorkShown.All, false, 1)).Lines.Rows.Single(row => row.Title.Zh == title).Id;

    [Fact]
    public async Task Work_IsAccepted_AndTheRestIsToldWithItsReason()
    {
        await using var host = await LaunchAsync();
        var (a, b) = (await WorkAsync(host, OfficePlan.UnitA, "report"), await WorkAsync(host, OfficePlan.UnitB, "report"));
        var choice = await WorkAsync(host, OfficePlan.UnitA, "grade");
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, a);
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, choice);
        var many = host.Get<ReviewMany>();

        var outcome = await many.AcceptWorkAsync(OfficePlan.County, [a, a, b, choice, "nothing"]);

        outcome.Done.ShouldBe(1);
        outcome.Refused.ToDictionary(one => one.Id, one => one.Words.Zh).ShouldBe(
            new Dictionary<string, string> { [b] = "此任务尚未提交，无可审核", [choice] = "结果须逐项选择，请打开办理", ["nothing"] = "没有找到此任务" }, ignoreOrder: true);
        outcome.Refused.Single(one => one.Id == b).Title.Zh.ShouldContain("示例二站");
        await using var db = host.Db();
        (await db.WorkItems.Where(row => row.ClosedOn != null).Select(row => row.Id).ToListAsync()).ShouldBe([a]);
    }

    [Fact]
    public async Task Strangers_AreTold_NoTitles_AndTooManyAreRefused()
    {
        await using var host = await LaunchAsync();
        var a = await WorkAsync(host, OfficePlan.UnitA, "report");
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, a);
        var many = host.Get<ReviewMany>();

        var outcome = await many.AcceptWorkAsync(OfficePlan.Government, [a, "nothing"]);

        (outcome.Done, outcome.Refused.Single(one => one.Id == a).Title.Zh).ShouldBe((0, a));
        (await Should.ThrowAsync<RefusedException>(() => many.AcceptWorkAsync(OfficePlan.Government, [a]))).IsForbidden.ShouldBeTrue();
        (await Should.ThrowAsync<RefusedException>(() => many.AcceptWorkAsync(OfficePlan.County, []))).Words.Zh.ShouldContain("请先选择");
        (await Should.ThrowAsync<RefusedException>(() => many.AcceptWorkAsync(OfficePlan.County, [.. Enumerable.Range(0, ReviewMany.Max + 1).Select(i => $"{i}")]))).Words.Zh.ShouldContain($"{ReviewMany.Max + 1}");
    }

    [Fact]
    public async Task Extensions_AreGranted_ToTheDayThatWasAskedFor()
    {
        await using var host = await LaunchAsync();
        var (a, b) = (await WorkAsync(host, OfficePlan.UnitA, "report"), await WorkAsync(host, OfficePlan.UnitB, "report"));
        await host.Get<ReviewItem>().AskExtensionAsync(OfficePlan.UnitA, a, new(2023, 7, 21), "设备未到");
        var many = host.Get<ReviewMany>();
        await Should.ThrowAsync<RefusedException>(() => many.GrantAsync(OfficePlan.County, [a], " "));

        var outcome = await many.GrantAsync(OfficePlan.County, [a, b], "情况属实");

        (outcome.Done, outcome.Refused.ShouldHaveSingleItem().Words.Zh).ShouldBe((1, "没有待答复的延期申请"));
        var item = (await host.Get<WorkItemQuery>().RunAsync(OfficePlan.County, a))!;
        (item.Due!.On, item.OriginalDueOn).ShouldBe((new DateOnly(2023, 7, 21), new DateOnly(2023, 7, 14)));
    }

    [Fact]
    public async Task Reassigned_WorkKeepsWhatWasFilledIn_AndIsSignedForAnew()
    {
        await using var host = await LaunchAsync();
        var a = await WorkAsync(host, OfficePlan.UnitA, "report");
        await host.Get<WorkOnItem>().SignForAsync(OfficePlan.UnitA, a);
        await host.Get<WorkOnItem>().SaveDraftAsync(OfficePlan.UnitA, a, """{"note":"已填"}""");
        var reassign = host.Get<ReassignItem>();
        foreach (var (to, reason) in new[] { ("county", "x"), ("unit", "x"), ("nobody", "x"), ("government", " ") })
            await Should.ThrowAsync<RefusedException>(() => reassign.ReassignAsync(EngineHost.Office, a, to, reason));
        (await Should.ThrowAsync<RefusedException>(() => reassign.ReassignAsync(OfficePlan.County, a, "government", "x"))).IsForbidden.ShouldBeTrue();

        await reassign.ReassignAsync(EngineHost.Office, a, "government", "由县政府代办");

        await using var db = host.Db();
        var row = await db.WorkItems.SingleAsync(one => one.Id == a);
        (row.Role, row.Status, row.UnitId, row.FormValues).ShouldBe(("government", WorkItemStatus.Open, "a", """{"note":"已填"}"""));
        await Should.ThrowAsync<RefusedException>(() => host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, a));
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.Government, a);
        (await Should.ThrowAsync<RefusedException>(() => reassign.ReassignAsync(EngineHost.Office, a, "lead", "x"))).Words.Zh.ShouldContain("正在审核");
    }
}
