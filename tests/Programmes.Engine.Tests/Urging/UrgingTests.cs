using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Reminders;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Urging;
using Programmes.Engine.WorkItems;
using Programmes.Storage.Mail;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Urging;

/// <summary>
/// Two stations below a county owe a report that the county reviews, due on 25 September 2023, and a plan, due on 31 October; the
/// government owes a reply, due on 25 September. Today is 28 September, the last working day before National Day.
/// </summary>
public sealed class UrgingTests : IAsyncLifetime
{
    private static readonly DateOnly Today = new(2023, 9, 28);
    private static readonly Person Supervisor = new("supervisor") { IsSupervisor = true };
    private EngineHost host = null!;

    private UrgeWork Urge => host.Get<UrgeWork>();

    private UrgingQuery Query => host.Get<UrgingQuery>();

    public async Task InitializeAsync()
    {
        host = await OfficePlan.LaunchAsync(
            [OfficePlan.Work("reply", "government", ("due", "2023-09-25"), ("clause", "四（一）"))],
            [OfficePlan.Work("report", "unit", ("due", "2023-09-25"), ("reviewer", "unit.superior"), ("clause", "三（一）")), OfficePlan.Work("plan", "unit", ("due", "2023-10-31"))]);
        host.Clock.To(Today, 10);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    private async Task<string> IdAsync(string activity, string? unit = null)
    {
        await using var db = host.Db();
        return await db.WorkItems.Where(row => row.Activity == activity && row.UnitId == unit).Select(row => row.Id).SingleAsync();
    }

    private async Task<List<string>> IdsAsync(params (string Activity, string? Unit)[] items)
    {
        var ids = new List<string>();
        foreach (var (activity, unit) in items) ids.Add(await IdAsync(activity, unit));
        return ids;
    }

    private async Task<T> ReadAsync<T>(Func<Storage.ProgrammesDb, Task<T>> read)
    {
        await using var db = host.Db();
        return await read(db);
    }

    private Task<UrgeOutcome> UrgeAsync(Person person, IReadOnlyList<string> items, UrgingChannel channel = UrgingChannel.Mail, bool skip = false, string words = "请抓紧办理") =>
        Urge.UrgeAsync(person, new(items, words) { Programme = OfficePlan.Programme, Channel = channel, SkipRefused = skip });

    private async Task<UrgingRefusedException> RefusedAsync(Person person, IReadOnlyList<string> items, bool skip = false)
    {
        var before = await FactsAsync();
        var refused = await Should.ThrowAsync<UrgingRefusedException>(() => UrgeAsync(person, items, skip: skip));
        (await FactsAsync()).ShouldBe(before, "nothing is half done");
        return refused;
    }

    private Task<(int, int, int, int)> FactsAsync() => ReadAsync(async db => (
        await db.Urgings.CountAsync(), await db.MailRequests.CountAsync(), await db.WorkItemEvents.CountAsync(), await db.Audit.CountAsync()));

    private static UrgingMail MailOf(MailRequestRow request) => JsonSerializer.Deserialize<UrgingMail>(request.Payload, JsonSerializerOptions.Web)!;

    [Fact]
    public async Task Many_OfTwoUnitsAndAnOffice_BecomeOneMailForEach()
    {
        var outcome = await UrgeAsync(Supervisor, await IdsAsync(("report", "a"), ("plan", "a"), ("report", "b"), ("reply", null)));

        (outcome.Urged.Count, outcome.Mails, outcome.Refused.Count).ShouldBe((4, 3, 0));
        var requests = await ReadAsync(db => db.MailRequests.Where(row => row.Kind == "urging").OrderBy(row => row.Key).ToListAsync());
        requests.Select(row => row.Key).ShouldBe([$"urge|{outcome.Act}|government|", $"urge|{outcome.Act}|unit|a", $"urge|{outcome.Act}|unit|b"]);
        var ofA = requests.Single(row => row.UnitId == "a");
        ofA.WorkItemId.ShouldBeNull("it goes on while one of two is open");
        requests.Single(row => row.UnitId == "b").WorkItemId.ShouldBe(await IdAsync("report", "b"), "it is not told once the only one is done");
        var mail = MailOf(ofA);
        (mail.Programme, mail.On, mail.Words, mail.Total).ShouldBe(("示例整治", Today, "请抓紧办理", 2));
        mail.Lines.Select(line => (line.Item.Title.Zh, line.Item.Unit, line.Item.Clause, line.Left!.Value.Zh)).ShouldBe([("report", "示例一站", "三（一）", "已逾期3个工作日"), ("plan", "示例一站", null, "请按期办理")]);

        var rows = await ReadAsync(db => db.Urgings.ToListAsync());
        rows.Select(row => row.Act).Distinct().ShouldBe([outcome.Act]);
        rows.ShouldAllBe(row => row.UrgedOn == Today && row.UrgedBy == "supervisor" && row.Channel == UrgingChannel.Mail && row.Text == "请抓紧办理");
        rows.Single(row => row.Role == "government").RequestKey.ShouldBe($"urge|{outcome.Act}|government|");
        (await ReadAsync(db => db.WorkItemEvents.CountAsync(row => row.Kind == WorkItemEventKind.Urged && row.Reason == "请抓紧办理"))).ShouldBe(4);
        var audit = await ReadAsync(db => db.Audit.SingleAsync(row => row.Action == "work-item.urged"));
        (audit.Actor, audit.Subject, audit.Details).ShouldBe(("supervisor", OfficePlan.Programme, $"{outcome.Act}: 邮件，4 项"));
    }

    [Fact]
    public async Task Again_WithinTwoWorkingDays_IsRefusedOverNationalDay_WhoeverUrges()
    {
        var report = await IdsAsync(("report", "a"));
        await UrgeAsync(Supervisor, report);

        foreach (var day in new[] { Today, new(2023, 10, 6), new DateOnly(2023, 10, 7) })
        {
            host.Clock.To(day, 15);
            (await RefusedAsync(EngineHost.Office, report)).Refused.ShouldHaveSingleItem().Why.Zh.ShouldBe("2023年9月28日已催办，2023年10月8日起方可再次催办（每2个工作日最多一次）");
        }

        await UrgeAsync(EngineHost.Office, report, UrgingChannel.Call, words: "已电话告知站长");
        host.Clock.To(new(2023, 10, 8), 9);
        await UrgeAsync(EngineHost.Office, report);
        (await ReadAsync(db => db.Urgings.OrderBy(row => row.Id).Select(row => row.Channel).ToListAsync())).ShouldBe([UrgingChannel.Mail, UrgingChannel.Call, UrgingChannel.Mail]);
    }

    [Fact]
    public async Task Again_AtTheSameMoment_GoesOnceOnly()
    {
        var report = await IdsAsync(("report", "a"));
        var acts = Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                await UrgeAsync(Supervisor, report);
                return 1;
            }
            catch (UrgingRefusedException)
            {
                return 0;
            }
        });
        (await Task.WhenAll(acts)).Sum().ShouldBe(1);
        (await ReadAsync(db => db.Urgings.CountAsync())).ShouldBe(1);
    }

    [Fact]
    public async Task Interval_OfTheLaunch_IsTheOneInForce()
    {
        await using var other = await OfficePlan.LaunchAsync([], [OfficePlan.Work("report", "unit", ("due", "2023-09-25"))], amend: launch => launch["urgeEveryWorkingDays"] = 0);
        await using var db = other.Db();
        var item = await db.WorkItems.Where(row => row.UnitId == "a").Select(row => row.Id).SingleAsync();
        for (var time = 0; time < 2; time++) await other.Get<UrgeWork>().UrgeAsync(Supervisor, new([item], "请抓紧办理"));
        (await db.Urgings.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task OneThatCannotBeUrged_StopsAll_UnlessItIsToBeLeftOut()
    {
        var (report, plan, other) = (await IdAsync("report", "a"), await IdAsync("plan", "a"), await IdAsync("report", "b"));
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, report);
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, plan);

        var refused = await RefusedAsync(Supervisor, [report, plan, other, "nothing"]);
        refused.Refused.Select(one => (one.WorkItem, one.Why.Zh)).ShouldBe([(report, "已提交，待审核"), (plan, "已办结或取消"), ("nothing", "没有找到此任务")]);
        refused.Words.Zh.ShouldBe("有 3 项不能催办，都没有催办：示例一站“report”：已提交，待审核；示例一站“plan”：已办结或取消；“nothing”：没有找到此任务");
        (await RefusedAsync(Supervisor, [report, plan], skip: true)).Refused.Count.ShouldBe(2, "nobody is left to be urged");

        var outcome = await UrgeAsync(Supervisor, [report, plan, other, other], skip: true);
        outcome.Urged.ShouldBe([other]);
        outcome.Refused.Select(one => one.WorkItem).ShouldBe([report, plan]);
    }

    [Fact]
    public async Task WorkOfAUnitThatLeft_IsNotUrged()
    {
        var report = await IdAsync("report", "b");
        await host.Get<WithdrawUnit>().RunAsync(EngineHost.Office, OfficePlan.Programme, "b", "撤销建制");
        (await RefusedAsync(Supervisor, [report])).Words.Zh.ShouldContain("已办结或取消");
    }

    [Fact]
    public async Task SuspendedProgramme_UrgesNobody()
    {
        var report = await IdAsync("report", "a");
        await host.Get<SuspendProgramme>().RunAsync(EngineHost.Office, OfficePlan.Programme, "防汛应急");
        (await Should.ThrowAsync<RefusedException>(() => UrgeAsync(Supervisor, [report]))).Words.Zh.ShouldContain("暂停（防汛应急）");
        (await ReadAsync(db => db.Urgings.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task SuperiorOffice_UrgesItsOwnUnitsOnly()
    {
        (await UrgeAsync(OfficePlan.County, await IdsAsync(("report", "a"), ("plan", "b")))).Mails.ShouldBe(2);
        (await RefusedAsync(OfficePlan.County, await IdsAsync(("reply", null)))).Words.Zh.ShouldContain("没有找到此任务", customMessage: "it does not even know of the government's work");
        (await RefusedAsync(OfficePlan.Government, await IdsAsync(("report", "a")))).Words.Zh.ShouldContain("没有找到此任务");
        (await RefusedAsync(OfficePlan.Government, await IdsAsync(("reply", null)))).Words.Zh.ShouldContain("您无权催办此任务", customMessage: "its own");
        var elsewhere = new Person("county") { ProgrammeId = "other", OfficeRole = "county" };
        (await Should.ThrowAsync<RefusedException>(async () => await UrgeAsync(elsewhere, await IdsAsync(("plan", "a"))))).Words.Zh.ShouldContain("没有找到此专项工作");
        MailOf(await ReadAsync(db => db.MailRequests.FirstAsync(row => row.Kind == "urging"))).UrgedBy.ShouldBe("示例县文化局", "the office, not a person");
    }

    [Fact]
    public async Task UnitsAndReaders_UrgeNobody()
    {
        var plan = await IdsAsync(("plan", "a"));
        foreach (var person in new[] { OfficePlan.UnitA, new Person("reader") { IsReader = true }, Person.Nobody })
            (await Should.ThrowAsync<RefusedException>(() => UrgeAsync(person, plan))).IsForbidden.ShouldBeTrue(person.Name);
    }

    [Theory]
    [InlineData("", "请写明催办内容")]
    [InlineData(" \r\n\u0000 ", "请写明催办内容")]
    public async Task WithoutWords_IsRefused(string words, string why) =>
        (await Should.ThrowAsync<RefusedException>(async () => await UrgeAsync(Supervisor, await IdsAsync(("report", "a")), words: words))).Words.Zh.ShouldBe(why);

    [Fact]
    public async Task TooManyOrTooLong_IsRefused()
    {
        (await Should.ThrowAsync<RefusedException>(() => UrgeAsync(Supervisor, [.. Enumerable.Range(0, UrgeWork.ItemsMax + 1).Select(i => $"{i}")]))).Words.Zh.ShouldContain("一次最多催办 500 项");
        (await Should.ThrowAsync<RefusedException>(() => UrgeAsync(Supervisor, []))).Words.Zh.ShouldContain("请选择");
        (await Should.ThrowAsync<RefusedException>(async () => await UrgeAsync(Supervisor, await IdsAsync(("report", "a")), words: new('办', UrgeWork.WordsLengthMax + 1)))).Words.Zh.ShouldContain("最长 500 字，现为 501 字");
        await UrgeAsync(Supervisor, await IdsAsync(("report", "a")), words: new('办', UrgeWork.WordsLengthMax));
    }

    [Fact]
    public async Task WorkOfTwoProgrammes_IsUrgedSeparately()
    {
        var report = await IdAsync("report", "a");
        await using (var db = host.Db()) await db.Database.ExecuteSqlAsync($"UPDATE work_items SET programme_id = 'other' WHERE activity = 'reply'");
        (await Should.ThrowAsync<UrgingRefusedException>(async () => await Urge.UrgeAsync(Supervisor, new([report, await IdAsync("reply")], "请抓紧办理")))).Words.Zh.ShouldContain("“reply”：属于另一专项工作，请分别催办");
    }

    [Fact]
    public async Task Call_IsOnRecord_WithoutAMail()
    {
        var outcome = await UrgeAsync(Supervisor, await IdsAsync(("report", "a"), ("report", "b")), UrgingChannel.Call, words: "站长答复本周报送");
        outcome.Mails.ShouldBe(0);
        (await ReadAsync(db => db.MailRequests.AnyAsync(row => row.Kind == "urging"))).ShouldBeFalse();
        (await Query.ListAsync(Supervisor, new(OfficePlan.Programme))).Rows.ShouldAllBe(line => line.State.Delivery == UrgingDelivery.Logged && line.Channel == UrgingChannel.Call);
    }

    [Fact]
    public async Task List_ShowsAUnitItsOwnOnly()
    {
        var outcome = await UrgeAsync(Supervisor, await IdsAsync(("report", "a"), ("plan", "a"), ("report", "b"), ("reply", null)));

        (await Query.ListAsync(OfficePlan.UnitA, new())).Rows.Select(line => line.UnitId).ShouldBe(["a", "a"]);
        (await Query.ListAsync(OfficePlan.UnitA, new(Unit: "b"))).Total.ShouldBe(0);
        (await Query.ListAsync(OfficePlan.County, new())).Rows.ShouldAllBe(line => line.Role == "unit");
        (await Query.ListAsync(Person.Nobody, new())).Total.ShouldBe(0);
        (await Query.ListAsync(Supervisor, new(Act: outcome.Act))).Total.ShouldBe(4);
        (await Query.ListAsync(Supervisor, new(Act: "none"))).Total.ShouldBe(0);
        (await Query.ListAsync(Supervisor, new(OfficePlan.Programme, "b"))).Rows.ShouldHaveSingleItem().Owner.ShouldBe("示例二站");
        (await Query.ListAsync(Supervisor, new(WorkItem: await IdAsync("reply")))).Rows.ShouldHaveSingleItem().Owner.ShouldBe("示例县政府");
        (await Query.ListAsync(Supervisor, new("other"))).Total.ShouldBe(0);
    }

    [Fact]
    public async Task WorkItem_ShowsItsUrgings_AndFromWhenOnItMayBeUrgedAgain()
    {
        var report = await IdAsync("report", "a");
        var works = host.Get<WorkItemQuery>();
        (await works.RunAsync(Supervisor, report)).ShouldNotBeNull().UrgeAgainOn.ShouldBeNull();
        await UrgeAsync(Supervisor, [report]);

        var shown = (await works.RunAsync(Supervisor, report)).ShouldNotBeNull();
        (shown.MayUrge, shown.UrgeAgainOn).ShouldBe((true, new DateOnly(2023, 10, 8)));
        shown.Urgings.ShouldHaveSingleItem().State.Delivery.ShouldBe(UrgingDelivery.Waiting);
        var own = (await works.RunAsync(OfficePlan.UnitA, report)).ShouldNotBeNull();
        own.MayUrge.ShouldBeFalse();
        own.Urgings.ShouldHaveSingleItem().Words.ShouldBe("请抓紧办理");
        (await works.RunAsync(OfficePlan.County, report)).ShouldNotBeNull().MayUrge.ShouldBeTrue();
    }

    [Fact]
    public async Task Supervision_MarksWhatMayBeUrged()
    {
        var (report, reply, submitted) = (await IdAsync("report", "a"), await IdAsync("reply"), await IdAsync("report", "b"));
        await UrgeAsync(Supervisor, [report]);
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitB, submitted);

        var late = await host.Get<SupervisionQuery>().RunAsync(Supervisor, new(SupervisionShown.Late, null, null, null, null), 1);
        late.Urging[report].ShouldBe(new UrgeMark(true, Today));
        late.Urging[reply].ShouldBe(new UrgeMark(true, null));
        var review = await host.Get<SupervisionQuery>().RunAsync(Supervisor, new(SupervisionShown.Review, null, null, null, null), 1);
        review.Urging[submitted].MayUrge.ShouldBeFalse();
        (await host.Get<SupervisionQuery>().RunAsync(OfficePlan.County, new(SupervisionShown.Late, null, null, null, null), 1)).Urging[report].MayUrge.ShouldBeTrue();
        (await host.Get<SupervisionQuery>().RunAsync(OfficePlan.Government, new(SupervisionShown.Late, null, null, null, null), 1)).Urging[reply].MayUrge.ShouldBeFalse();
        (await host.Get<SupervisionQuery>().RunAsync(OfficePlan.UnitA, new(SupervisionShown.Late, null, null, null, null), 1)).Urging.ShouldBeEmpty();
    }

    [Fact]
    public async Task Overdue_IsWhatThePersonMayUrge()
    {
        (await Query.OverdueAsync(Supervisor, OfficePlan.Programme)).Ids.ShouldBe(await IdsAsync(("report", "a"), ("report", "b"), ("reply", null)), ignoreOrder: true);
        (await Query.OverdueAsync(Supervisor, OfficePlan.Programme, office: "government")).Ids.ShouldBe(await IdsAsync(("reply", null)));
        (await Query.OverdueAsync(Supervisor, OfficePlan.Programme, unit: "b")).Ids.ShouldBe(await IdsAsync(("report", "b")));
        (await Query.OverdueAsync(OfficePlan.County, OfficePlan.Programme)).Ids.ShouldBe(await IdsAsync(("report", "a"), ("report", "b")), ignoreOrder: true);
        (await Query.OverdueAsync(OfficePlan.UnitA, OfficePlan.Programme)).Total.ShouldBe(0);
        (await Query.OverdueAsync(Supervisor, "other")).Total.ShouldBe(0);
    }
}
