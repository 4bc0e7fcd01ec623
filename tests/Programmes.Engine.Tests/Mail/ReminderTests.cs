using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Mail;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;
using Programmes.Storage.Mail;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Mail;

/// <summary>Who is told of what on which day, through the engine. 2023-07-03 is a Monday; 2023-09-29 to 10-06 is a holiday.</summary>
public sealed class ReminderTests : IAsyncLifetime
{
    private const string Ladder = "3 working days before, on the day, 1 working day after, then every 2 working days, at most 5, escalate after 1, supervisor after 2";
    private EngineHost host = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    // The runner calls no IAsyncDisposable: each host would leave its folder behind.
    public async Task DisposeAsync() => await host.DisposeAsync();

    private async Task LaunchAsync(JsonObject[] ofUnits, Action<JsonObject>? amend = null, params JsonObject[] ofProgramme) =>
        host = await OfficePlan.LaunchAsync(ofProgramme, ofUnits, amend: amend);

    private static JsonObject Report(string due, string? reviewer = null, string? reminders = null) =>
        OfficePlan.Work("report", "unit", [("due", due), .. reviewer is null ? Array.Empty<(string, JsonNode?)>() : [("reviewer", reviewer)], .. reminders is null ? Array.Empty<(string, JsonNode?)>() : [("reminders", reminders)]]);

    /// <summary>What each morning from the clock's day to <paramref name="last"/> tells: date, kind, addresses.</summary>
    private async Task<List<string>> MorningsAsync(DateOnly last, double hour = 8.6)
    {
        var told = new List<string>();
        for (var day = host.Clock.Today; day <= last; day = day.AddDays(1))
        {
            host.Clock.To(day, hour);
            await host.Get<Pump>().RunAsync();
            told.AddRange((await NewMailsAsync()).GroupBy(mail => mail.Kind).Select(kind => $"{day:MM-dd} {kind.Key} {string.Join(' ', kind.Select(mail => mail.ToAddress?.Split('@')[0] ?? "-").Order())}"));
        }

        return told;
    }

    private long last;

    private async Task<List<OutboxRow>> NewMailsAsync()
    {
        await host.MailAsync();
        await using var db = host.Db();
        var mails = await db.Outbox.AsNoTracking().Where(row => row.Id > last).OrderBy(row => row.Id).ToListAsync();
        last = mails.Count > 0 ? mails[^1].Id : last;
        return mails;
    }

    private async Task<WorkItemRow> ItemAsync(string unit, string activity = "report")
    {
        await using var db = host.Db();
        return await db.WorkItems.AsNoTracking().SingleAsync(row => row.UnitId == unit && row.Activity == activity);
    }

    private Task SubmitAsync(Person person, WorkItemRow item) => host.Get<WorkOnItem>().SubmitAsync(person, item.Id);

    private static Action<JsonObject> Policy(string policy) => launch => (launch["reminders"], launch["supervisor"]) = (policy, "lead");

    [Fact]
    public async Task NewWork_IsToldTheNextMorning_ThenByItsPolicy_AndUpTheLadder()
    {
        await LaunchAsync([Report("2023-07-14")], Policy(Ladder));
        var b = await ItemAsync("b");
        host.Clock.To(new(2023, 7, 12), 15);
        (await MorningsAsync(new(2023, 7, 12))).ShouldBe(["07-12 digest a b"], "after a stop one current digest tells what is new and what is due soon");
        await SubmitAsync(OfficePlan.UnitB, b);
        (await MorningsAsync(new(2023, 8, 10))).ShouldBe(
        [
            "07-14 digest a", // on the day
            "07-17 digest a", // 1 working day after
            "07-19 digest a county", // its superior
            "07-21 digest a county lead", // and the supervisor
            "07-25 digest a county lead",
            "07-27 digest a county lead", // at most 5
        ]);
        await using var db = host.Db();
        var supervised = await db.Outbox.SingleAsync(mail => mail.ToAddress == "lead@example.org" && mail.QueuedAt < new DateTimeOffset(2023, 7, 22, 0, 0, 0, TimeSpan.Zero));
        supervised.Text.ShouldContain("本项由您督促办理。");
        supervised.Text.ShouldContain("已逾期5个工作日");
        (await db.Reminders.CountAsync(row => row.MessageId == supervised.MessageId && row.Escalated)).ShouldBe(1);
    }

    private async Task LaterAsync(double hour)
    {
        host.Clock.To(host.Clock.Today, hour);
        (await NewMailsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Returned_IsToldAtOnceWithTheReason_AndItsRemindersBeginAnew()
    {
        await LaunchAsync([Report("2023-07-14", reviewer: "county")], Policy("1 working day before, 1 working day after"));
        (await MorningsAsync(new(2023, 7, 3))).ShouldBe(["07-03 digest a b"]);
        var item = await ItemAsync("a");
        host.Clock.To(new(2023, 7, 4), 15);
        await SubmitAsync(OfficePlan.UnitA, item);
        // The reviewer is told the next morning, and every five working days while it waits.
        (await MorningsAsync(new(2023, 7, 12))).ShouldBe(["07-05 digest county", "07-12 digest county"]);
        host.Clock.To(new(2023, 7, 12), 16);
        await host.Get<ReviewItem>().ReturnAsync(OfficePlan.County, item.Id, "缺少附件。\n请补盖公章。");
        var returned = (await NewMailsAsync()).ShouldHaveSingleItem();
        (returned.Kind, returned.ToAddress, returned.Subject).ShouldBe(("returned", "a@example.org", "【退回】report（示例一站）"));
        foreach (var words in new[] { "退回单位：示例县文化局", "缺少附件。", "请补盖公章。", "第1次退回", "到期日：2023年7月14日" }) returned.Text.ShouldContain(words);
        (await MorningsAsync(new(2023, 7, 18))).ShouldBe(["07-13 digest a b", "07-17 digest a b"]);
        // Done: nothing more.
        await SubmitAsync(OfficePlan.UnitA, item);
        await host.Get<ReviewItem>().CompleteAsync(OfficePlan.County, item.Id);
        await host.Get<ReviewItem>().WaiveAsync(EngineHost.Office, (await ItemAsync("b")).Id, "已另行核实");
        (await MorningsAsync(new(2023, 9, 1))).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReturnedWork_DoneBeforeTheMailIsWritten_IsNotToldAnyMore()
    {
        await LaunchAsync([Report("2023-07-14", reviewer: "county")]);
        await NewMailsAsync();
        var item = await ItemAsync("a");
        await SubmitAsync(OfficePlan.UnitA, item);
        await host.Get<ReviewItem>().ReturnAsync(OfficePlan.County, item.Id, "请补正");
        await SubmitAsync(OfficePlan.UnitA, item);
        await host.Get<ReviewItem>().CompleteAsync(OfficePlan.County, item.Id);
        await host.Get<ComposeMails>().RunAsync();
        await using var db = host.Db();
        (await db.Outbox.CountAsync(row => row.Kind == "returned")).ShouldBe(0);
        (await db.MailRequests.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task ReturnedWork_DoneBeforeTheMailIsSent_TakesTheMailBack()
    {
        await LaunchAsync([Report("2023-07-14", reviewer: "county")]);
        await NewMailsAsync();
        var item = await ItemAsync("a");
        await SubmitAsync(OfficePlan.UnitA, item);
        await host.Get<ReviewItem>().ReturnAsync(OfficePlan.County, item.Id, "请补正");
        await host.Get<ComposeMails>().RunAsync();
        await SubmitAsync(OfficePlan.UnitA, item);
        await host.Get<ReviewItem>().CompleteAsync(OfficePlan.County, item.Id);
        await host.Get<SendOutbox>().RunAsync();
        await using var db = host.Db();
        (await db.Outbox.SingleAsync(row => row.Kind == "returned")).Status.ShouldBe(OutboxStatus.Withdrawn);
    }

    [Fact]
    public async Task ExtensionGranted_MovesTheReminders_AndKeepsTheOverdueOne()
    {
        await LaunchAsync([Report("2023-07-14", reminders: "1 working day before, 1 working day after")]);
        await MorningsAsync(new(2023, 7, 3));
        var item = await ItemAsync("a");
        await host.Get<ReviewItem>().AnswerExtensionAsync(EngineHost.Office, item.Id, new(2023, 9, 28), "同意延期");
        (await MorningsAsync(new(2023, 10, 9))).ShouldBe(["07-13 digest b", "07-17 digest b", "09-27 digest a", "10-07 digest a"], "10-07 is the first working day after the holiday");
    }

    [Fact]
    public async Task StepsOwnPolicy_HoldsAfterAMove_AndTheLaunchsForTheStepComesFirst()
    {
        await LaunchAsync([Report("2023-07-14", reminders: "on the day"), OfficePlan.Work("list", "unit", ("due", "2023-07-14"), ("reminders", "on the day"))], launch =>
        {
            launch["reminders"] = "10 working days before";
            launch["stepReminders"] = new JsonObject { ["list"] = "2 working days after" };
        });
        (await MorningsAsync(new(2023, 7, 3))).ShouldBe(["07-03 digest a b"], "a policy that only tells what is late does not announce");
        await using (var db = host.Db()) (await db.Reminders.Select(row => row.SubjectId).Distinct().CountAsync()).ShouldBe(2);
        await host.Get<ReviewItem>().AnswerExtensionAsync(EngineHost.Office, (await ItemAsync("a")).Id, new(2023, 7, 20), "同意延期");
        (await MorningsAsync(new(2023, 7, 31))).ShouldBe(["07-14 digest b", "07-18 digest a b", "07-20 digest a"]);
    }

    [Fact]
    public async Task RestDays_AreQuiet_UnlessTheStepSaysOtherwise()
    {
        await LaunchAsync([Report("2023-10-02", reminders: "1 day before, 1 day after"), OfficePlan.Work("watch", "unit", ("due", "2023-10-02"), ("reminders", "1 day before, 1 day after, on rest days too"))]);
        await MorningsAsync(new(2023, 7, 3));
        (await MorningsAsync(new(2023, 10, 8))).ShouldBe(["09-28 digest a b", "10-01 digest a b", "10-03 digest a b", "10-07 digest a b"]);
        await using var db = host.Db();
        var atNight = await db.Outbox.Where(mail => mail.ToAddress == "a@example.org").OrderBy(mail => mail.Id).Select(mail => mail.Text).ToListAsync();
        atNight[2].ShouldContain("watch");
        atNight[2].ShouldNotContain("report");
    }

    [Fact]
    public async Task BusinessClose_OverdueDuringTheDay_IsToldAtOnce_OnceADay()
    {
        await LaunchAsync([Report("2023-07-05")], launch => launch["businessClose"] = "17:30");
        await MorningsAsync(new(2023, 7, 5));
        await SubmitAsync(OfficePlan.UnitB, await ItemAsync("b"));
        await LaterAsync(17.4);
        host.Clock.To(new(2023, 7, 5), 17.6);
        var mail = (await NewMailsAsync()).ShouldHaveSingleItem();
        (mail.Kind, mail.ToAddress).ShouldBe(("overdue", "a@example.org"));
        mail.Text.ShouldContain("今日已逾期");
        await LaterAsync(18);
    }

    [Fact]
    public async Task OneDigest_OverAllProgrammes_HoldsLedgerEntriesAndPapersToAnswer()
    {
        await LaunchAsync([Report("2023-07-14"), new() { ["id"] = "ledger", ["type"] = "Programmes.Ledger", ["title"] = "问题台账", ["role"] = "unit", ["reviewer"] = "county", ["until"] = "2023-07-31" }], Policy("2 working days before, 1 working day after"));
        await MorningsAsync(new(2023, 7, 3));
        string ledger;
        await using (var db = host.Db()) ledger = await db.Ledgers.Where(row => row.UnitId == "a").Select(row => row.Id).SingleAsync();
        var entry = await host.Get<OpenEntry>().OpenAsync(OfficePlan.UnitA, ledger, new("场地", "消防通道堵塞", Assignment: new("示例一站", "站长", new(2023, 7, 14))));
        await host.Get<IssuePaper>().IssueAsync(EngineHost.Office, new(PaperKind.SupervisionOrder, "示例督〔2023〕1号", "关于限期整改的督办单", "请整改。") { Programme = OfficePlan.Programme, Issuer = "lead", ToUnits = ["a"], ReplyBy = new(2023, 7, 14) });
        (await MorningsAsync(new(2023, 7, 12))).ShouldBe(["07-03 paper a", "07-04 digest a", "07-12 digest a b"]);
        await using (var db = host.Db())
        {
            var texts = await db.Outbox.Where(mail => mail.ToAddress == "a@example.org" && mail.Kind == "digest").OrderBy(mail => mail.Id).Select(mail => mail.Text).ToListAsync();
            texts[1].ShouldContain("问题台账第1项：消防通道堵塞");
            foreach (var words in new[] { "共3项", "问题台账第1项：消防通道堵塞", "答复督办单《关于限期整改的督办单》（示例督〔2023〕1号）", "report" }) texts[2].ShouldContain(words);
        }

        // Handed in for closing, the entry goes to who closes it; answered, the paper is silent.
        await host.Get<SubmitEntry>().SubmitAsync(OfficePlan.UnitA, entry, "已清理");
        await host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitA, 1, "已整改");
        await SubmitAsync(OfficePlan.UnitA, await ItemAsync("a"));
        (await MorningsAsync(new(2023, 7, 17))).ShouldBe(["07-12 paper lead", "07-13 digest county", "07-17 digest b"]);
    }

    [Fact]
    public async Task Notices_WaitForTheMorning_AndManyForOneAddressAreOneMail()
    {
        JsonObject Tell(string id, string role) => new() { ["id"] = id, ["type"] = "Programmes.Notify", ["roles"] = new JsonArray(role), ["subject"] = $"通知{id}", ["body"] = $"内容{id}" };
        await LaunchAsync([Tell("one", "county"), Tell("two", "county"), Tell("own", "unit")]);
        // At the launch it is 8 o'clock: the notices wait for half past eight.
        (await NewMailsAsync()).ShouldBeEmpty();
        host.Clock.To(OfficePlan.StartsOn, 8.6);
        var mails = (await NewMailsAsync()).Where(mail => mail.Kind == "notify").ToList();
        mails.Select(mail => (mail.ToAddress, mail.Subject)).ShouldBe([("a@example.org", "通知own"), ("b@example.org", "通知own"), ("county@example.org", "【通知】示例整治：4件")], ignoreOrder: true);
        var bundle = mails.Single(mail => mail.ToAddress == "county@example.org").Text;
        foreach (var words in new[] { "1. 通知", "2. 通知", "内容one", "内容two", "（示例一站、示例二站）" }) bundle.ShouldContain(words);
    }

    [Fact]
    public async Task RequestThatCannotBeComposed_IsADeadLetter_AndHoldsUpNobody()
    {
        await LaunchAsync([Report("2023-07-14", reviewer: "county")]);
        await MorningsAsync(new(2023, 7, 3));
        await using (var db = host.Db())
        {
            foreach (var (key, kind, payload) in new[] { ("bad|1", "returned", "no json"), ("bad|2", "unheard-of", "{}"), ("bad|3", "notify", "null") })
                db.MailRequests.Add(new() { Key = key, ProgrammeId = OfficePlan.Programme, Role = "county", Kind = kind, Payload = payload, RequestedAt = host.Clock.Now, NotBefore = host.Clock.Now });
            await db.SaveChangesAsync();
        }

        var item = await ItemAsync("a");
        await SubmitAsync(OfficePlan.UnitA, item);
        await host.Get<ReviewItem>().ReturnAsync(OfficePlan.County, item.Id, "请补正");
        var mails = await NewMailsAsync();
        mails.Where(mail => mail.Status == OutboxStatus.Dead).Select(mail => mail.LastError).ShouldBe(["JsonException", "InvalidOperationException", "JsonException"], ignoreOrder: true);
        mails.ShouldContain(mail => mail.Kind == "returned" && mail.Status == OutboxStatus.Sent);
    }

    [Fact]
    public async Task AtOnce_BeyondTheCap_WaitsForTheNextMorning_AndNothingIsLost()
    {
        await LaunchAsync([.. Enumerable.Range(1, ComposeMails.PerDayMax + 5).Select(i => OfficePlan.Work($"w{i:D2}", "unit", ("due", "2023-07-31"), ("reviewer", "county")))]);
        await MorningsAsync(new(2023, 7, 3));
        await using (var db = host.Db())
            foreach (var item in await db.WorkItems.AsNoTracking().Where(row => row.UnitId == "a").OrderBy(row => row.Activity).ToListAsync())
            {
                await SubmitAsync(OfficePlan.UnitA, item);
                await host.Get<ReviewItem>().ReturnAsync(OfficePlan.County, item.Id, "请补正");
            }

        (await NewMailsAsync()).Count.ShouldBe(ComposeMails.AtOnceMax - 1, "the digest counts, and one is left for what falls overdue today");
        await LaterAsync(18);
        host.Clock.To(new(2023, 7, 4), 8.6);
        (await NewMailsAsync()).Count(mail => mail.Kind == "returned").ShouldBe(ComposeMails.PerDayMax + 5 - (ComposeMails.AtOnceMax - 1));
        (await MorningsAsync(new(2023, 7, 7))).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAgain_TellsNobodyTwice_AndWhatComesUpAfterwardsWaitsADay()
    {
        await LaunchAsync([Report("2023-07-14"), OfficePlan.Work("second", "unit", ("due", "2023-07-14"))], Policy("2 working days before"));
        await MorningsAsync(new(2023, 7, 3));
        // Killed after the mails and before the rows moved on: as if the mornings had not been set.
        await using (var db = host.Db())
        {
            await db.WorkItems.Where(row => row.UnitId == "a").ExecuteUpdateAsync(set => set.SetProperty(row => row.NextReminderOn, new DateOnly(2023, 7, 3)).SetProperty(row => row.RemindersSent, 0));
            await db.Reminders.Where(row => row.SubjectId == db.WorkItems.First(item => item.UnitId == "a" && item.Activity == "second").Id).ExecuteDeleteAsync();
        }

        await LaterAsync(9);
        (await ItemAsync("a")).NextReminderOn.ShouldBe(new DateOnly(2023, 7, 12), "it was told");
        (await ItemAsync("a", "second")).NextReminderOn.ShouldBe(new DateOnly(2023, 7, 4), "the mail of the day did not name it");
        (await MorningsAsync(new(2023, 7, 11))).ShouldBe(["07-04 digest a"]);
    }

    [Fact]
    public async Task DigestChoices_AreKept_AsLongAsSomebodyIsTold()
    {
        await LaunchAsync([Report("2023-07-14")], Policy("3 and 1 working days before, 1 working day after"));
        await using (var db = host.Db())
        {
            db.Contacts.AddRange(Contact("a", "甲", "one@example.org"), Contact("a", "乙", "two@example.org"), Contact("a", "丙", "head@example.org", ContactDuty.Head));
            db.MailChoices.AddRange(new() { Mail = "one@example.org", Digest = DigestChoice.Pressing }, new() { Mail = "b@example.org", Digest = DigestChoice.None });
            await db.SaveChangesAsync();
        }

        // The office's own address gives way to its people; who alone answers for a unit is told whatever was chosen.
        (await MorningsAsync(new(2023, 7, 17))).ShouldBe(["07-03 digest b two", "07-11 digest b two", "07-13 digest b two", "07-17 digest b head one two"]);
    }

    [Fact]
    public async Task Substitute_GetsTheMailsOfTheDays_AndOfNoOthers()
    {
        await LaunchAsync([Report("2023-07-14")], Policy("3, 2 and 1 working days before"));
        await using (var db = host.Db())
        {
            db.Contacts.Add(Contact("a", "甲", "one@example.org"));
            db.Substitutions.AddRange(
                Away("one@example.org", "乙", "two@example.org", new(2023, 7, 11), new(2023, 7, 12)), Away("two@example.org", "丙", "three@example.org", new(2023, 7, 12), new(2023, 7, 12)));
            await db.SaveChangesAsync();
        }

        (await MorningsAsync(new(2023, 7, 13))).ShouldBe(["07-03 digest b one", "07-11 digest b two", "07-12 digest b three", "07-13 digest b one"]);
        await using (var db = host.Db()) (await db.Outbox.SingleAsync(mail => mail.ToAddress == "three@example.org")).ToName.ShouldBe("丙（代乙（代示例一站 甲））");
    }

    [Fact]
    public async Task NoAddressAtAll_StandsOnThePrintedList_UntilSomebodyIsThere()
    {
        await LaunchAsync([Report("2023-07-14")], launch =>
        {
            launch["units"]![0]!.AsObject().Remove("mail");
            launch["reminders"] = "3 and 2 working days before";
        });
        (await MorningsAsync(new(2023, 7, 11))).ShouldBe(["07-03 digest - b", "07-11 digest - b"]);
        await using (var db = host.Db())
        {
            var printed = await db.Outbox.OrderBy(mail => mail.Id).FirstAsync(mail => mail.ToAddress == null);
            (printed.Status, printed.ToName).ShouldBe((OutboxStatus.NoAddress, "示例一站"));
            printed.Text.ShouldContain("示例一站：\n\n您好。");
            db.Contacts.Add(Contact("a", "值班室", "duty@example.org", ContactDuty.Fallback));
            await db.SaveChangesAsync();
        }

        (await MorningsAsync(new(2023, 7, 12))).ShouldBe(["07-12 digest b duty"]);
    }

    [Fact]
    public async Task Digest_CarriesItsDeadlinesAsACalendar()
    {
        await LaunchAsync([Report("2023-07-14")]);
        await MorningsAsync(new(2023, 7, 3));
        await using var db = host.Db();
        var mail = await db.Outbox.SingleAsync(row => row.ToAddress == "a@example.org");
        mail.Calendar!.ShouldContain("DTSTART;VALUE=DATE:20230714");
        mail.Calendar!.ShouldContain($"UID:work-{(await ItemAsync("a")).Id}");
    }

    private ContactRow Contact(string unit, string name, string mail, ContactDuty duty = ContactDuty.Handler) =>
        new() { ProgrammeId = OfficePlan.Programme, Role = "unit", UnitId = unit, Name = name, Mail = mail, Duty = duty, AddedAt = host.Clock.Now, AddedBy = "office" };

    private SubstitutionRow Away(string mail, string name, string to, DateOnly from, DateOnly until) =>
        new() { Mail = mail, SubstituteName = name, SubstituteMail = to, FromOn = from, UntilOn = until, MadeAt = host.Clock.Now, MadeBy = "office" };
}
