using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Feeds;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.WorkItems;

namespace Programmes.Engine.Tests.Feeds;

/// <summary>Days until which papers are answered and qualifications kept, in calendars.</summary>
public sealed class DatesOfPapersTests : IAsyncLifetime
{
    private const string Programme = OfficePlan.Programme;
    private static readonly DateOnly Due = new(2023, 7, 14);

    private static readonly JsonObject Keep = new()
    {
        ["id"] = "keep", ["type"] = "Programmes.Probation", ["title"] = "保留创建资格", ["role"] = "unit", ["checker"] = "county",
        ["period"] = "6 months", ["applyWithin"] = "15 working days", ["recheckWithin"] = "1 month", ["rechecks"] = 1, ["clause"] = "六（二）",
    };

    private EngineHost host = null!;

    private Calendars Of => new(host, Programme);

    public async Task InitializeAsync() => host = await OfficePlan.LaunchAsync([], [Keep]);

    public async Task DisposeAsync() => await host.DisposeAsync();

    private Task<long> OrderAsync() => host.Get<IssuePaper>().IssueAsync(OfficePlan.Lead, new(PaperKind.SupervisionOrder, "示例督〔2023〕1号", "关于限期整改的督办单", "请于期限前整改。") { Programme = Programme, ToUnits = ["a", "b"], Cc = ["government"], ReplyBy = Due });

    private async Task<string> LeadAsync() => await Of.FeedAsync(await Of.AccountAsync(PersonRole.LeadingOffice), Programme);

    [Fact]
    public async Task Paper_IsAnEntryOfWhoAnswersIt_AndRisesWithEachAnswer()
    {
        var paper = await OrderAsync();
        var (own, whole, lead) = (await Of.OfUnitAsync("a"), await Of.OfUnitAsync("a", Programme), await LeadAsync());
        var uid = $"reply-{paper}-1@programmes";

        var asked = (await Of.ReadAsync(own))[uid];
        (asked["SUMMARY"], asked["DTSTART;VALUE=DATE"]).ShouldBe(("答复：关于限期整改的督办单", "20230714"));
        asked["URL"].ShouldBe($"https://programmes.example.org/papers/{paper}");
        (await Of.ReadAsync(whole))[uid]["SEQUENCE"].ShouldBe(asked["SEQUENCE"], "one entry, whichever calendar it is met in");
        foreach (var secret in new[] { own, whole }) (await Of.ReadAsync(secret)).Keys.Where(key => key.StartsWith("reply-", StringComparison.Ordinal) || key.StartsWith("paper-", StringComparison.Ordinal)).ShouldBe([uid], "a unit knows its own answer only");
        var watched = (await Of.ReadAsync(lead))[$"paper-{paper}@programmes"];
        watched["SUMMARY"].ShouldBe("公文答复期限：关于限期整改的督办单（0／2 已答复）");

        await host.Get<ReplyToPaper>().ReplyAsync(OfficePlan.UnitA, paper, "已整改");
        var answered = (await Of.ReadAsync(own))[uid];
        answered["SUMMARY"].ShouldBe("✓ 答复：关于限期整改的督办单");
        Calendars.Number(answered).ShouldBeGreaterThan(Calendars.Number(asked));
        var half = (await Of.ReadAsync(lead))[$"paper-{paper}@programmes"];
        half["SUMMARY"].ShouldContain("1／2 已答复");
        Calendars.Number(half).ShouldBeGreaterThan(Calendars.Number(watched));

        // Returned, it is owed again, and no calendar program keeps the tick.
        await host.Get<ReplyToPaper>().ReturnAsync(OfficePlan.Lead, paper, "请附材料", "a");
        var returned = (await Of.ReadAsync(own))[uid];
        returned["SUMMARY"].ShouldBe(asked["SUMMARY"]);
        Calendars.Number(returned).ShouldBeGreaterThan(Calendars.Number(answered));

        await host.Get<WithdrawPaper>().WithdrawAsync(OfficePlan.Lead, paper, "重复制发");
        var withdrawn = (await Of.ReadAsync(own))[uid];
        withdrawn["STATUS"].ShouldBe("CANCELLED");
        Calendars.Number(withdrawn).ShouldBeGreaterThan(Calendars.Number(returned));
        host.Clock.To(new DateOnly(2023, 7, 3).AddDays(ReadFeed.ShownAfterCalendarDays + 1), 10);
        (await Of.ReadAsync(own)).ShouldNotContainKey(uid);
    }

    [Fact]
    public async Task Copy_OwesNoAnswer_AndHasNoEntry()
    {
        await OrderAsync();
        var account = await Of.AccountAsync(PersonRole.Office);
        await Of.WriteAsync(db =>
        {
            db.AccountPlaces.Add(new() { AccountId = account, ProgrammeId = Programme, OfficeRole = "government" });
            return db.SaveChangesAsync();
        });
        foreach (var feed in new[] { await Of.FeedAsync(account, null), await Of.FeedAsync(account, Programme) })
            (await Of.ReadAsync(feed)).Keys.ShouldNotContain(key => key.StartsWith("reply-", StringComparison.Ordinal) || key.StartsWith("paper-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Probation_IsAnEntryOfItsUnitAndOfTheOffice_AndMovesWithIt()
    {
        var (own, other, lead) = (await Of.OfUnitAsync("a"), await Of.OfUnitAsync("b"), await LeadAsync());
        var id = await OfAsync("a");
        var uid = $"probation-{id}@programmes";

        var kept = (await Of.ReadAsync(own))[uid];
        (kept["SUMMARY"], kept["DTSTART;VALUE=DATE"]).ShouldBe(("保留创建资格期满", "20240103"));
        kept["DESCRIPTION"].ShouldContain("最迟2023年7月24日申请保留");
        (await Of.ReadAsync(other)).Keys.ShouldBe([$"probation-{await OfAsync("b")}@programmes", .. (await Of.ReadAsync(other)).Keys.Where(key => !key.StartsWith("probation-", StringComparison.Ordinal))], ignoreOrder: true);
        var seen = (await Of.ReadAsync(lead))[uid];
        seen["SUMMARY"].ShouldBe("保留创建资格期满（示例一站）");
        seen["SEQUENCE"].ShouldBe(kept["SEQUENCE"]);

        // It applies, the programme stands still and its dates move, it does not pass: each time the number rises.
        await host.Get<WorkOnItem>().SubmitAsync(OfficePlan.UnitA, await OpenAsync("a"), "Apply");
        await host.Get<Pump>().RunAsync();
        var applied = (await Of.ReadAsync(own))[uid];
        Calendars.Number(applied).ShouldBeGreaterThan(Calendars.Number(kept));
        host.Clock.To(new DateOnly(2023, 8, 1), 9);
        await host.Get<SuspendProgramme>().RunAsync(EngineHost.Office, Programme, "防汛");
        host.Clock.To(new DateOnly(2023, 8, 8), 9);
        await host.Get<ResumeProgramme>().RunAsync(EngineHost.Office, Programme, ResumeMode.MoveDates, "汛期结束");
        await host.Get<Pump>().RunAsync();
        var moved = (await Of.ReadAsync(own))[uid];
        moved["DTSTART;VALUE=DATE"].ShouldBe("20240110");
        Calendars.Number(moved).ShouldBeGreaterThan(Calendars.Number(applied));

        host.Clock.To(new DateOnly(2024, 1, 11), 9);
        await host.Get<Pump>().RunAsync();
        var ended = (await Of.ReadAsync(own))[uid];
        ended["SUMMARY"].ShouldBe("〔未通过〕保留创建资格期满");
        Calendars.Number(ended).ShouldBeGreaterThan(Calendars.Number(moved));
        host.Clock.To(new DateOnly(2024, 1, 11).AddDays(ReadFeed.ShownAfterCalendarDays + 1), 10);
        (await Of.ReadAsync(own)).ShouldNotContainKey(uid);
    }

    private async Task<string> OfAsync(string unit)
    {
        await using var db = host.Db();
        return await db.Probations.Where(row => row.UnitId == unit).Select(row => row.Id).SingleAsync();
    }

    private async Task<string> OpenAsync(string unit)
    {
        await using var db = host.Db();
        return await db.WorkItems.Where(row => row.UnitId == unit && row.ClosedOn == null).Select(row => row.Id).SingleAsync();
    }
}
