using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Engine.Launching;
using Programmes.Engine.Mail;
using Programmes.Engine.Pumping;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Mail;

/// <summary>The whole of Wuhu's plan for a year, with the stations whose number ends in 7 and two counties late: how many mails a person gets.</summary>
public sealed class WuhuYearTests
{
    [Fact]
    public async Task Year_OfSeventyThreeStations_NobodyGetsMoreThanTheCap_AndOneDigestAMorning()
    {
        var from = new DateOnly(2022, 11, 15);
        await using var host = await EngineHost.StartAsync(from);
        var launch = await File.ReadAllTextAsync(Path.Combine(EngineHost.Workflows, "wuhu-rectification", "launch.example.json"));
        await host.Get<LaunchProgramme>().LaunchAsync(EngineHost.Office, launch, "launch.json", LaunchMode.AsPlanned, warningsConfirmed: true);
        await host.Get<Pump>().RunAsync();
        var late = 0;
        await new Days(host) { Does = item => item.UnitId is { } unit ? unit[^1] != '7' : item.Role is not ("county03" or "county06") }.PassUntilAsync(from.AddYears(1));

        await using var db = host.Db();
        var mails = await db.Outbox.AsNoTracking().Select(mail => new { mail.ToAddress, mail.Kind, mail.QueuedAt, mail.Status, mail.Subject, mail.Text }).ToListAsync();
        mails.ShouldAllBe(mail => mail.Status == OutboxStatus.Sent, "the sample gives everybody an address");
        var days = mails.GroupBy(mail => (mail.ToAddress, On: ChinaTime.DateOf(mail.QueuedAt))).ToList();
        days.Max(day => day.Count()).ShouldBeLessThanOrEqualTo(ComposeMails.PerDayMax);
        days.Max(day => day.Count(mail => mail.Kind == "digest")).ShouldBe(1);
        foreach (var day in days) WorkingDayCalendar.Official.IsWorkingDay(day.Key.On).ShouldBeTrue($"{day.Key}");
        foreach (var mail in mails) late += mail.Text.Contains("逾期", StringComparison.Ordinal) ? 1 : 0;
        late.ShouldBeGreaterThan(20, "the late ones were told");
        // A station hears a few times a year, its county more often, the bureau no more than every other working morning.
        var perPerson = mails.GroupBy(mail => mail.ToAddress!).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        perPerson["w01@example.org"].ShouldBeInRange(2, 40);
        perPerson.Values.Max().ShouldBeLessThanOrEqualTo(130);
    }
}
