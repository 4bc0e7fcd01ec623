using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Reminders;
using Programmes.Engine.Feeds;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Feeds;

/// <summary>What a calendar program reads by a secret address.</summary>
public sealed class FeedTests : IAsyncLifetime
{
    private const string Programme = OfficePlan.Programme;
    private static readonly JsonObject Report = OfficePlan.Work("report", "lead", ("due", "2023-10-20"));
    private static readonly JsonObject File = OfficePlan.Work("file", "unit", ("due", "2023-09-30"), ("reviewer", "county"), ("clause", "三（一）"));

    private EngineHost Host { get; set; } = null!;

    private Calendars Of => new(Host, Programme);

    private ManageFeeds Feeds => Host.Get<ManageFeeds>();

    private static Person Office => EngineHost.Office;

    public async Task InitializeAsync()
    {
        Host = await OfficePlan.LaunchAsync([Report], [File]);
        Host.Clock.To(On(2023, 9, 14), 10);
    }

    public Task DisposeAsync() => Host.DisposeAsync().AsTask();

    [Fact]
    public async Task Own_ExtensionGranted_MovesTheSameEntry()
    {
        var secret = await Of.OfUnitAsync("a");
        var item = await ItemAsync("a", "file");
        var before = (await Of.ReadAsync(secret))[$"work-{item.Id}@programmes"];
        before["DTSTART;VALUE=DATE"].ShouldBe("20230930");
        before["DTEND;VALUE=DATE"].ShouldBe("20231001");
        before["URL"].ShouldBe($"https://programmes.example.org/work/{Uri.EscapeDataString(item.Id)}");
        before["DESCRIPTION"].ShouldContain("为什么是这一天");
        before["DESCRIPTION"].ShouldContain("此前最后一个工作日是2023年9月28日");

        await Host.Get<ReviewItem>().AnswerExtensionAsync(Office, item.Id, On(2023, 10, 13), "汛期");
        await PumpAsync();

        var after = (await Of.ReadAsync(secret))[before["UID"]];
        after["DTSTART;VALUE=DATE"].ShouldBe("20231013");
        Calendars.Number(after).ShouldBeGreaterThan(Calendars.Number(before));
        after["DESCRIPTION"].ShouldContain("原期限：2023年9月30日");
        after["STATUS"].ShouldBe("CONFIRMED");
    }

    [Fact]
    public async Task Own_WorkDone_IsTickedForAWhileAndThenLeaves()
    {
        var secret = await Of.OfUnitAsync("a");
        var item = await ItemAsync("a", "file");
        var uid = $"work-{item.Id}@programmes";
        var open = (await Of.ReadAsync(secret))[uid];
        await Of.WriteAsync(db => db.WorkItems.Where(row => row.Id == item.Id).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Status, WorkItemStatus.Completed).SetProperty(row => row.ClosedOn, On(2023, 9, 15)).SetProperty(row => row.Version, row => row.Version + 1)));

        var done = (await Of.ReadAsync(secret))[uid];
        done["SUMMARY"].ShouldBe($"✓ {open["SUMMARY"]}");
        Calendars.Number(done).ShouldBeGreaterThan(Calendars.Number(open));

        Host.Clock.To(On(2023, 9, 15).AddDays(ReadFeed.ShownAfterCalendarDays), 10);
        (await Of.ReadAsync(secret)).ShouldContainKey(uid);
        Host.Clock.To(On(2023, 9, 15).AddDays(ReadFeed.ShownAfterCalendarDays + 1), 10);
        (await Of.ReadAsync(secret)).ShouldNotContainKey(uid);
    }

    [Fact]
    public async Task Own_WorkWaived_IsCancelled()
    {
        var secret = await Of.OfUnitAsync("a");
        var item = await ItemAsync("a", "file");
        await Host.Get<ReviewItem>().WaiveAsync(Office, item.Id, "不再适用");
        (await Of.ReadAsync(secret))[$"work-{item.Id}@programmes"]["STATUS"].ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task Unit_SeesItsOwnWorkOnly()
    {
        var ids = await ReadAsync(db => db.WorkItems.Where(row => row.UnitId == "a").Select(row => row.Id).ToListAsync());
        foreach (var secret in new[] { await Of.OfUnitAsync("a"), await Of.OfUnitAsync("a", Programme) })
        {
            var shown = (await Of.ReadAsync(secret)).Keys.Where(uid => uid.StartsWith("work-", StringComparison.Ordinal)).ToList();
            shown.ShouldNotBeEmpty();
            shown.ShouldBeSubsetOf(ids.Select(id => $"work-{id}@programmes"));
        }
    }

    [Fact]
    public async Task Programme_ForTheOffice_TellsTheUnitsOfAStepTogether()
    {
        var secret = await Of.FeedAsync(await Of.AccountAsync(PersonRole.LeadingOffice), Programme);
        var before = await Of.ReadAsync(secret);
        var uid = $"step-{Programme}-1-file@programmes";
        before.Keys.Where(key => key.Contains("-file", StringComparison.Ordinal)).ShouldBe([uid]);
        before[uid]["SUMMARY"].ShouldContain("个单位");

        // One unit gets more time: an entry of its own, and the others keep theirs.
        await Host.Get<ReviewItem>().AnswerExtensionAsync(Office, (await ItemAsync("a", "file")).Id, On(2023, 10, 13), "汛期");
        await PumpAsync();

        var after = await Of.ReadAsync(secret);
        after[uid]["DTSTART;VALUE=DATE"].ShouldBe("20230930");
        Calendars.Number(after[uid]).ShouldBeGreaterThan(Calendars.Number(before[uid]));
        after[$"step-{Programme}-1-file-20231013@programmes"]["SUMMARY"].ShouldContain("1 个单位");
    }

    [Fact]
    public async Task Read_UnknownRevokedOrDisabled_IsNothing()
    {
        var account = await Of.AccountAsync(PersonRole.Unit, "a");
        var secret = await Of.FeedAsync(account, null);
        var other = await Of.FeedAsync(account, Programme);
        foreach (var unknown in new[] { "", "x", new string('A', secret.Length), secret[..^1], secret + "A", secret.ToUpperInvariant() })
            (await Host.Get<ReadFeed>().RunAsync(unknown)).ShouldBeNull();

        var line = (await Feeds.ListAsync(account)).Single(one => one.ProgrammeId is null);
        await Should.ThrowAsync<RefusedException>(() => Feeds.RevokeAsync(new("x"), "somebody-else", line.Id));
        (await Host.Get<ReadFeed>().RunAsync(secret)).ShouldNotBeNull();
        await Feeds.RevokeAsync(new("a"), account, line.Id);
        (await Host.Get<ReadFeed>().RunAsync(secret)).ShouldBeNull();
        (await Feeds.ListAsync(account)).Select(one => one.ProgrammeId).ShouldBe([Programme]);

        (await Host.Get<ReadFeed>().RunAsync(other)).ShouldNotBeNull();
        await Of.WriteAsync(db => db.Users.Where(row => row.Id == account).ExecuteUpdateAsync(set => set.SetProperty(row => row.LockoutEnd, AccountStore.Disabled)));
        (await Host.Get<ReadFeed>().RunAsync(other)).ShouldBeNull();
    }

    [Fact]
    public async Task Read_RoleChanged_ShowsWhatTheAccountMaySeeNow()
    {
        var account = await Of.AccountAsync(PersonRole.Unit, "a");
        var secret = await Of.FeedAsync(account, Programme);
        (await Of.ReadAsync(secret)).Keys.ShouldNotContain(uid => uid.StartsWith("step-", StringComparison.Ordinal));

        await Of.WriteAsync(db => db.UserRoles.Where(row => row.UserId == account).ExecuteUpdateAsync(set => set.SetProperty(row => row.RoleId, PersonRole.Reader.Key())));
        (await Of.ReadAsync(secret)).Keys.ShouldContain(uid => uid.StartsWith("step-", StringComparison.Ordinal));

        await Of.WriteAsync(db => db.UserRoles.Where(row => row.UserId == account).ExecuteDeleteAsync());
        (await Of.ReadAsync(secret)).ShouldBeEmpty();
        (await Host.Get<ReadFeed>().RunAsync(secret))!.Calendar.ShouldNotContain("示例整治");
    }

    [Fact]
    public async Task Create_SecretIsKeptNowhere_AndOnlySoManyLive()
    {
        var account = await Of.AccountAsync(PersonRole.Unit, "a");
        await Should.ThrowAsync<RefusedException>(() => Feeds.CreateAsync(new("a") { ProgrammeId = "another", UnitId = "a" }, account, Programme));
        var secrets = new List<string>();
        for (var i = 0; i < ManageFeeds.LiveMax; i++) secrets.Add(await Of.FeedAsync(account, null));
        secrets.Distinct().Count().ShouldBe(ManageFeeds.LiveMax);
        secrets.ShouldAllBe(secret => secret.Length == 43);
        (await Should.ThrowAsync<RefusedException>(() => Of.FeedAsync(account, null))).Words.Zh.ShouldContain("最多 10 个");
        await Feeds.RevokeAsync(new("a"), account, (await Feeds.ListAsync(account))[0].Id);
        await Of.FeedAsync(account, null);

        var rows = await ReadAsync(db => db.CalendarFeeds.ToListAsync());
        rows.ShouldAllBe(row => row.SecretHash.Length == 64 && !secrets.Contains(row.SecretHash));
        var audit = await ReadAsync(db => db.Audit.Where(row => row.Action.StartsWith("calendar-feed.")).ToListAsync());
        audit.Select(row => row.Action).ShouldBe([.. Enumerable.Repeat("calendar-feed.created", ManageFeeds.LiveMax), "calendar-feed.revoked", "calendar-feed.created"]);
        audit.ShouldAllBe(row => !secrets.Any(secret => $"{row.Subject}{row.Details}".Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Read_Often_RecordsItsUseOnceAnHour_AndHasTheSameTag()
    {
        var account = await Of.AccountAsync(PersonRole.Unit, "a");
        var secret = await Of.FeedAsync(account, null);
        (await Feeds.ListAsync(account))[0].UsedAt.ShouldBeNull();
        var first = (await Host.Get<ReadFeed>().RunAsync(secret))!;
        var used = (await Feeds.ListAsync(account))[0].UsedAt.ShouldNotBeNull();
        Host.Clock.Now += TimeSpan.FromMinutes(59);
        var second = (await Host.Get<ReadFeed>().RunAsync(secret))!;
        (await Feeds.ListAsync(account))[0].UsedAt.ShouldBe(used);
        (second.Tag, second.Calendar == first.Calendar).ShouldBe((first.Tag, false));
        Host.Clock.Now += TimeSpan.FromMinutes(1);
        await Host.Get<ReadFeed>().RunAsync(secret);
        (await Feeds.ListAsync(account))[0].UsedAt.ShouldBe(used.AddHours(1));
    }

    [Fact]
    public void Nearest_MoreThanTheLimit_DropsTheFarthest()
    {
        var today = On(2023, 9, 14);
        var entries = new[] { -40, -2, 5, 90, 0 }.Select(days => new CalendarEntry($"{days}", 0, "t", null, today.AddDays(days), today.AddDays(days))).Append(new("long", 0, "t", null, today.AddDays(-60), today.AddDays(60)));
        ReadFeed.Nearest(entries, today, 4).Select(entry => entry.Uid).ShouldBe(["long", "-2", "0", "5"]);
    }

    [Fact]
    public async Task Own_OfAReviewer_ShowsWhatWaitsForReview()
    {
        var account = await Of.AccountAsync(PersonRole.Office);
        await Of.WriteAsync(db =>
        {
            db.AccountPlaces.Add(new() { AccountId = account, OfficeRole = "county" });
            return db.SaveChangesAsync();
        });
        var secret = await Of.FeedAsync(account, null);
        (await Of.ReadAsync(secret)).ShouldBeEmpty();

        var item = await ItemAsync("a", "file");
        await Host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, item.Id);

        (await Of.ReadAsync(secret)).ShouldHaveSingleItem().Value["SUMMARY"].ShouldBe("审核：file（示例一站）");
        (await Of.ReadAsync(await Of.OfUnitAsync("a")))[$"work-{item.Id}@programmes"]["SUMMARY"].ShouldBe("〔已提交〕file");
    }

    [Fact]
    public async Task Own_OnADemonstrationClock_SaysSo()
    {
        await using var host = await OfficePlan.LaunchAsync([Report], [File], LaunchMode.Demonstration, On(2025, 1, 6));
        var of = new Calendars(host, Programme);
        (await of.ReadAsync(await of.OfUnitAsync("a"))).ShouldHaveSingleItem().Value["SUMMARY"].ShouldBe("〔演示〕file");
    }

    [Fact]
    public async Task Own_MoreThanTheLimit_KeepsTheNearestAndSaysSo()
    {
        var item = await ItemAsync("a", "file");
        await Of.WriteAsync(async db =>
        {
            for (var i = 1; i <= ReadFeed.EntriesMax + 20; i++)
                db.WorkItems.Add(new() { Id = $"more-{i:D4}", InstanceId = item.InstanceId, ProgrammeId = Programme, UnitId = "a", Activity = "more", TitleZh = $"第{i}项", TitleEn = "more", Role = "unit", Outcomes = "[]", OpenedOn = On(2023, 9, 1), DueOn = On(2023, 9, 14).AddDays(i) });
            return await db.SaveChangesAsync();
        });

        var entries = await Of.ReadAsync(await Of.OfUnitAsync("a"));

        entries.Count.ShouldBe(ReadFeed.EntriesMax + 1);
        entries.ShouldContainKey($"work-{item.Id}@programmes");
        entries.ShouldContainKey("work-more-0001@programmes");
        entries.ShouldNotContainKey($"work-more-{ReadFeed.EntriesMax + 1:D4}@programmes");
        var limit = entries.Single(one => one.Key.StartsWith("more-", StringComparison.Ordinal)).Value;
        (limit["DTSTART;VALUE=DATE"], limit["SUMMARY"]).ShouldBe(("20230914", "日程较多，仅显示离今天最近的 500 项，其余请登录专项工作台查看"));
    }

    private static DateOnly On(int year, int month, int day) => new(year, month, day);

    private Task<int> PumpAsync() => Host.Get<Pump>().RunAsync();

    private Task<WorkItemRow> ItemAsync(string unit, string activity) => ReadAsync(db => db.WorkItems.AsNoTracking().SingleAsync(row => row.UnitId == unit && row.Activity == activity));

    private async Task<T> ReadAsync<T>(Func<ProgrammesDb, Task<T>> query)
    {
        await using var db = Host.Db();
        return await query(db);
    }
}
