using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Contacts;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Mail;

public sealed class DirectoryTests : IAsyncLifetime
{
    private const string Policy = "10 and 3 working days before, on the day, 1 working day after, then every 5 working days, at most 6, escalate after 1, supervisor after 2";
    private EngineHost host = null!;

    public async Task InitializeAsync() => host = await OfficePlan.LaunchAsync(
        [OfficePlan.Work("sum-up", "county", ("due", "2023-07-21"))],
        [OfficePlan.Work("report", "unit", ("due", "2023-07-14")), OfficePlan.Work("list", "unit", ("due", "2023-07-28"), ("reminders", "1 day before, 1 day after, on rest days too"))],
        amend: launch =>
        {
            (launch["reminders"], launch["supervisor"]) = (Policy, "lead");
            launch["units"]![1]!.AsObject().Remove("mail");
        });

    public async Task DisposeAsync() => await host.DisposeAsync();

    private ManageDirectory Directory => host.Get<ManageDirectory>();

    private static NewContact Of(string unit, string mail, string name = "经办岗") => new(OfficePlan.Programme, Roles.Unit, unit, name, mail, ContactDuty.Handler);

    private static async Task<RefusedException> RefusedAsync(Func<Task> act) => await Should.ThrowAsync<RefusedException>(act);

    private static NewSubstitution Away(string mail, int from, int until, string to = "two@example.org") => new(mail, "代班岗", to, new(2023, 7, from), new(2023, 7, until), "外出培训");

    [Fact]
    public async Task Unit_KeepsItsOwnPeople_AndNobodyElses()
    {
        var id = await Directory.AddContactAsync(OfficePlan.UnitA, Of("a", "One@Example.org"));
        (await RefusedAsync(() => Directory.AddContactAsync(OfficePlan.UnitA, Of("b", "one@example.org")))).IsForbidden.ShouldBeTrue();
        (await RefusedAsync(() => Directory.AddContactAsync(OfficePlan.UnitA, Of("a", "one@example.org")))).Words.Zh.ShouldContain("已在");
        await RefusedAsync(() => Directory.RemoveContactAsync(OfficePlan.UnitB, id));
        (await RefusedAsync(() => Directory.AddContactAsync(new("x") { IsReader = true }, Of("a", "x@example.org")))).IsForbidden.ShouldBeTrue();
        var seen = await host.Get<DirectoryQuery>().RunAsync(OfficePlan.UnitA, OfficePlan.Programme, false, null, 1);
        seen.Offices.ShouldBeEmpty();
        seen.Units.Rows.ShouldHaveSingleItem().Name.ShouldBe("示例一站");
        (await host.Get<DirectoryQuery>().RunAsync(OfficePlan.UnitA with { ProgrammeId = "other" }, OfficePlan.Programme, false, null, 1)).Units.Total.ShouldBe(0);
        await Directory.RemoveContactAsync(OfficePlan.UnitA, id);
        await using var db = host.Db();
        (await db.Audit.Where(row => row.Action.StartsWith("directory.")).Select(row => row.Action).ToListAsync()).ShouldBe(["directory.contact-added", "directory.contact-removed"]);
        (await db.Audit.Where(row => row.Action.StartsWith("directory.")).ToListAsync()).ShouldAllBe(row => !(row.Details + row.Subject).Contains('@'), "the audit is no list of addresses");
    }

    [Theory]
    [InlineData("no address", "岗位")]
    [InlineData("a@example.org\r\nBcc: b@example.org", "岗位")]
    [InlineData("a@example.org,b@example.org", "岗位")]
    [InlineData("a@example.org", " \r\n ")]
    public async Task HostileOrEmptyContacts_AreRefused_AndNothingIsKept(string mail, string name)
    {
        await RefusedAsync(() => Directory.AddContactAsync(EngineHost.Office, Of("a", mail, name)));
        await using var db = host.Db();
        (await db.Contacts.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Name_WithLineBreaksAndMarks_IsOneLine()
    {
        await Directory.AddContactAsync(EngineHost.Office, Of("a", "a1@example.org", "经办\r\nBcc: x@example.org\u202E岗"));
        await using var db = host.Db();
        (await db.Contacts.SingleAsync()).Name.ShouldBe("经办 Bcc: x@example.org岗");
    }

    [Fact]
    public async Task Unreachable_AreListed_UntilSomebodyIsThere_AndAgainWhenMailBounces()
    {
        async Task<string> ListAsync() => string.Join(' ', (await host.Get<DirectoryQuery>().RunAsync(EngineHost.Office, OfficePlan.Programme, true, null, 1)).Units.Rows.Select(line => $"{line.UnitId}:{line.State}"));
        (await ListAsync()).ShouldBe("b:Unreachable");
        await Directory.AddContactAsync(EngineHost.Office, Of("b", "b1@example.org"));
        (await ListAsync()).ShouldBe("");
        await using (var db = host.Db())
        {
            db.Outbox.Add(new() { MessageId = "<x@example.org>", ToAddress = "a@example.org", ToName = "a", Subject = "s", Text = "t", Kind = "digest", QueuedAt = host.Clock.Now, NotBefore = host.Clock.Now, Status = OutboxStatus.Bounced });
            await db.SaveChangesAsync();
        }

        (await ListAsync()).ShouldBe("a:Bounced");
        await using (var db = host.Db())
        {
            db.Outbox.Add(new() { MessageId = "<y@example.org>", ToAddress = "a@example.org", ToName = "a", Subject = "s", Text = "t", Kind = "digest", QueuedAt = host.Clock.Now, NotBefore = host.Clock.Now, Status = OutboxStatus.Sent });
            await db.SaveChangesAsync();
        }

        (await ListAsync()).ShouldBe("");
    }

    [Fact]
    public async Task Substitution_IsBoundedDatedAndOnePerDay()
    {
        (await RefusedAsync(() => Directory.SubstituteAsync(EngineHost.Office, Away("nobody@example.org", 5, 6)))).Words.Zh.ShouldContain("没有找到");
        (await RefusedAsync(() => Directory.SubstituteAsync(OfficePlan.UnitB, Away("a@example.org", 5, 6)))).Words.Zh.ShouldContain("没有找到");
        await RefusedAsync(() => Directory.SubstituteAsync(EngineHost.Office, Away("a@example.org", 6, 5)));
        await RefusedAsync(() => Directory.SubstituteAsync(EngineHost.Office, Away("a@example.org", 1, 2)));
        await RefusedAsync(() => Directory.SubstituteAsync(EngineHost.Office, Away("a@example.org", 5, 6, to: "A@example.org")));
        var id = await Directory.SubstituteAsync(OfficePlan.UnitA, Away("A@example.org", 5, 12));
        (await RefusedAsync(() => Directory.SubstituteAsync(EngineHost.Office, Away("a@example.org", 12, 13)))).Words.Zh.ShouldContain("2023-07-05 至 2023-07-12");
        (await host.Get<DirectoryQuery>().SubstitutionsAsync(OfficePlan.UnitA)).ShouldHaveSingleItem().SubstituteMail.ShouldBe("two@example.org");
        (await host.Get<DirectoryQuery>().SubstitutionsAsync(OfficePlan.UnitB)).ShouldBeEmpty();
        await RefusedAsync(() => Directory.EndSubstitutionAsync(OfficePlan.UnitB, id));
        await Directory.EndSubstitutionAsync(OfficePlan.UnitA, id);
        await Directory.SubstituteAsync(EngineHost.Office, Away("a@example.org", 12, 13));
    }

    [Fact]
    public async Task Preview_OfThirtyDays_IsWhatThenGoesOut()
    {
        await Directory.SubstituteAsync(EngineHost.Office, Away("a@example.org", 10, 14));
        var start = host.Clock.Today;
        var preview = await host.Get<ReminderPreviewQuery>().RunAsync(EngineHost.Office, null, null);
        var expected = preview.Mails.Select(mail => $"{mail.On:MM-dd} {(mail.Address.Length > 0 ? mail.Address : mail.Name)} {mail.Items}").Order(StringComparer.Ordinal).ToList();
        for (var day = start; day <= preview.Until; day = day.AddDays(1))
        {
            host.Clock.To(day, 8.6);
            await host.Get<Pump>().RunAsync();
            await host.MailAsync();
        }

        await using var db = host.Db();
        var sent = await db.Outbox.Where(mail => mail.Kind == "digest").ToListAsync();
        var told = await db.Reminders.GroupBy(row => row.MessageId).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count);
        sent.Select(mail => $"{Core.Calendars.ChinaTime.DateOf(mail.QueuedAt):MM-dd} {mail.ToAddress ?? mail.ToName} {told[mail.MessageId]}").Order(StringComparer.Ordinal).ShouldBe(expected);
        expected.Count.ShouldBeGreaterThan(20);
        expected.ShouldContain("07-14 two@example.org 1");
        (await RefusedAsync(() => host.Get<ReminderPreviewQuery>().RunAsync(OfficePlan.County, null, null))).IsForbidden.ShouldBeTrue();
        (await host.Get<ReminderPreviewQuery>().RunAsync(EngineHost.Office, null, "nobody")).Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Policy_ChangedInMidCourse_HoldsFromTheNextMorning_AndIsOnRecord()
    {
        var change = host.Get<ChangeReminders>();
        async Task<int> MorningAsync(DateOnly on)
        {
            host.Clock.To(on, 8.6);
            await host.Get<Pump>().RunAsync();
            await using var before = host.Db();
            var known = await before.Outbox.CountAsync();
            await host.MailAsync();
            return await before.Outbox.CountAsync() - known;
        }

        (await MorningAsync(new(2023, 7, 3))).ShouldBe(3);
        (await RefusedAsync(() => change.RunAsync(EngineHost.Office, OfficePlan.Programme, null, "10 workings days before", "减少邮件"))).Words.Zh.ShouldContain("第");
        (await RefusedAsync(() => change.RunAsync(EngineHost.Office, OfficePlan.Programme, "reprot", "none", "减少邮件"))).Words.Zh.ShouldContain("report");
        (await RefusedAsync(() => change.RunAsync(OfficePlan.County, OfficePlan.Programme, null, "none", "减少邮件"))).IsForbidden.ShouldBeTrue();
        (await RefusedAsync(() => change.RunAsync(EngineHost.Office, OfficePlan.Programme, null, Policy, "减少邮件"))).Words.Zh.ShouldContain("没有变化");
        await change.RunAsync(EngineHost.Office, OfficePlan.Programme, "report", "不提醒", "由县局电话通知");
        await change.RunAsync(EngineHost.Office, OfficePlan.Programme, null, "5 working days before", "减少邮件");
        var told = new List<string>();
        for (var day = new DateOnly(2023, 7, 4); day <= new DateOnly(2023, 7, 31); day = day.AddDays(1))
            if (await MorningAsync(day) is > 0 and var count) told.Add($"{day:MM-dd} {count}");
        // The county's own work by the new policy; the list by its step's own.
        told.ShouldBe(["07-14 1", "07-27 2", "07-29 2"]);
        await using var db = host.Db();
        (await db.ProgrammeChanges.OrderBy(row => row.Id).Select(row => row.Reason).ToListAsync()).ShouldBe(["由县局电话通知", "减少邮件"]);
    }
}
