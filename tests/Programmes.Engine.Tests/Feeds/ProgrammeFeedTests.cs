using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Notices;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Tests.Operations;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Tests.Feeds;

/// <summary>A whole programme as a calendar: steps, stages and notices.</summary>
public sealed class ProgrammeFeedTests : OperationTests
{
    private Calendars Of => new(Host, Programme);

    [Fact]
    public async Task Programme_Suspended_SaysSoAndEverythingMoves()
    {
        await RunUntilAsync(On(2023, 9, 14));
        var secret = await Of.FeedAsync(await Of.AccountAsync(PersonRole.LeadingOffice), Programme);
        var before = await Of.ReadAsync(secret);
        Host.Clock.To(On(2023, 9, 15), 10);
        await Host.Get<SuspendProgramme>().RunAsync(Office, Programme, "防汛应急", "示例〔2023〕9号");

        var suspended = await Of.ReadAsync(secret);
        suspended.Values.ShouldAllBe(entry => entry["SUMMARY"].StartsWith("〔暂停〕", StringComparison.Ordinal));
        foreach (var uid in before.Keys) Calendars.Number(suspended[uid]).ShouldBeGreaterThan(Calendars.Number(before[uid]));

        Host.Clock.To(On(2023, 10, 20), 10);
        await Host.Get<ResumeProgramme>().RunAsync(Office, Programme, ResumeMode.MoveDates, "应急响应解除");
        await PumpAsync();
        var resumed = await Of.ReadAsync(secret);
        foreach (var stage in before.Where(one => one.Key.StartsWith("stage-", StringComparison.Ordinal) && !one.Value["SUMMARY"].StartsWith('✓')))
        {
            resumed[stage.Key]["SUMMARY"].ShouldBe(stage.Value["SUMMARY"]);
            Calendars.Number(resumed[stage.Key]).ShouldBeGreaterThan(Calendars.Number(suspended[stage.Key]));
        }

        resumed[$"step-{Programme}-1-file@programmes"]["DTSTART;VALUE=DATE"].ShouldBe("20231104");
    }

    [Fact]
    public async Task Programme_Notice_IsShownFromPublicationToItsLastDay()
    {
        await RunUntilAsync(On(2023, 7, 10));
        var notice = await NoticeAsync();
        var secret = await Of.OfUnitAsync("s01", Programme);
        var uid = $"notice-{notice.Id}@programmes";
        var entry = (await Of.ReadAsync(secret))[uid];
        entry["DTSTART;VALUE=DATE"].ShouldBe($"{notice.PublishedOn:yyyyMMdd}");
        entry["DTEND;VALUE=DATE"].ShouldBe($"{notice.ClosesOn.AddDays(1):yyyyMMdd}");
        entry["SUMMARY"].ShouldStartWith("公示：");

        await Host.Get<RepublishNotice>().RunAsync(Office, notice.Id, "更正名单");
        await PumpAsync();
        var withdrawn = (await Of.ReadAsync(secret))[uid];
        withdrawn["STATUS"].ShouldBe("CANCELLED");
        Calendars.Number(withdrawn).ShouldBeGreaterThan(Calendars.Number(entry));
    }

    private async Task<NoticeRow> NoticeAsync()
    {
        for (var on = On(2023, 7, 17); on < On(2025, 7, 1); on = on.AddDays(7))
        {
            await PassUntilAsync(on);
            if (await ReadAsync(db => db.Notices.FirstOrDefaultAsync(row => row.Status == NoticeStatus.Open)) is { } notice) return notice;
        }

        throw new InvalidOperationException("No notice was opened.");
    }
}
