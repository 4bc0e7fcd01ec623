using System.Globalization;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;

namespace Programmes.Core.Tests.Reminders;

public class ReminderPlanTests
{
    private static readonly WorkingDayCalendar Official = WorkingDayCalendar.Official;

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("opened at midnight", "2023-09-27", 0, "2023-10-20", "3 working days before", "2023-09-27")]
    [InlineData("opened after the morning", "2023-09-27", 9, "2023-10-20", "3 working days before", "2023-09-28")]
    [InlineData("opened in the holiday", "2023-09-30", 0, "2023-10-20", "3 working days before", "2023-10-07")]
    [InlineData("opened on the last evening before it", "2023-09-28", 15, "2023-10-20", "3 working days before", "2023-10-07")]
    [InlineData("no date", "2023-09-27", 9, null, "3 working days before", "2023-09-28")]
    [InlineData("only what is late", "2023-09-27", 9, "2023-10-10", "1 working day after", "2023-10-11")]
    [InlineData("an earlier reminder on a rest day", "2023-09-28", 15, "2023-10-02", "1 day before, on rest days too", "2023-10-01")]
    [InlineData("due that very day", "2023-09-27", 9, "2023-09-27", "on the day, 1 working day after", "2023-09-28")]
    [InlineData("nothing", "2023-09-27", 9, "2023-10-10", "none", null)]
    public void First_IsTheNextMorning(string because, string openedOn, int hour, string? dueOn, string policy, string? expected)
    {
        var openedAt = ChinaTime.StartOf(Day(openedOn)).AddHours(hour);
        ReminderPlan.First(ReminderPolicy.Parse(policy), openedAt, dueOn is null ? null : Day(dueOn), Official).ShouldBe(expected is null ? null : Day(expected), because);
    }

    [Fact]
    public void Current_AfterAStop_IsTheLatestGoneBy()
    {
        var policy = ReminderPolicy.Parse("3 working days before, on the day, 1 working day after, escalate after 0");
        var (opened, due) = (new DateOnly(2023, 7, 3), new DateOnly(2023, 7, 14));
        ReminderPlan.Current(policy, opened, due, new(2023, 7, 10), Official).ShouldBeNull();
        ReminderPlan.Current(policy, opened, due, new(2023, 7, 13), Official)!.Value.Kind.ShouldBe(ReminderKind.Before);
        ReminderPlan.Current(policy, opened, due, new(2023, 9, 1), Official).ShouldBe(new ReminderDay(new(2023, 7, 17), ReminderKind.Overdue, 1, Escalation.Superior));
    }

    [Theory]
    [InlineData("2023-09-27", 3, "2023-09-27", 8.5)]
    [InlineData("2023-09-27", 20, "2023-09-27", 20)]
    [InlineData("2023-09-30", 12, "2023-10-07", 8.5)]
    public void Civil_IsNeitherAtNightNorOnARestDay(string on, double hour, string expectedOn, double expectedHour) =>
        ReminderPlan.Civil(ChinaTime.StartOf(Day(on)).AddHours(hour), Official).ShouldBe(ChinaTime.StartOf(Day(expectedOn)).AddHours(expectedHour));

    [Theory]
    [InlineData("1 working day after, then every 5 working days, escalate after 1, supervisor after 3", "逾期1个工作日，此后每5个工作日，逾期提醒最多6次，逾期提醒1次后抄送上级，逾期提醒3次后报督办", "0 1 1 2")]
    [InlineData("逾期1、2、3、4天，3次后报督办单位，1次后抄送上级", "逾期1、2、3、4天，逾期提醒1次后抄送上级，逾期提醒3次后报督办", "0 1 1 2")]
    [InlineData("1, 2, 3 and 4 working days after, supervisor after 2, on rest days too", "逾期1、2、3、4个工作日，逾期提醒2次后报督办，休息日也提醒", "0 0 2 2")]
    public void Ladder_GoesUpStepByStep_AndIsWrittenBack(string text, string words, string rungs)
    {
        var policy = ReminderPolicy.Parse(text);
        policy.Words.Zh.ShouldBe(words);
        ReminderPolicy.Parse(policy.Words.Zh).Words.ShouldBe(policy.Words);
        ReminderPolicy.Parse(policy.Words.En).Words.ShouldBe(policy.Words);
        var (due, told, days) = (new DateOnly(2023, 7, 10), (DateOnly?)null, new List<int>());
        for (var i = 0; i < 4 && policy.Next(due, due, told, Official) is { } day; told = day.On, i++) days.Add((int)day.Escalation);
        string.Join(' ', days).ShouldBe(rungs);
    }

    [Theory]
    [InlineData("1 day after, supervisor after 1", "none is left")]
    [InlineData("1 and 2 days after, escalate after 1, supervisor after 0", "not told before")]
    [InlineData("on the day, supervisor after 1", "could escalate")]
    [InlineData("1 day after, on rest days too, on rest days too", "given twice")]
    public void Ladder_ThatContradictsItself_IsRefused(string text, string words)
    {
        ReminderPolicy.TryParse(text, out _, out var error, out _).ShouldBeFalse();
        error.En.ShouldContain(words);
    }

    [Fact]
    public void RestDays_LeaveARemindersDayWhereItFalls()
    {
        var policy = ReminderPolicy.Parse("1 day before, on the day, 1 day after, on rest days too");
        var (due, told, days) = (new DateOnly(2023, 10, 2), (DateOnly?)null, new List<DateOnly>());
        while (policy.Next(new(2023, 9, 1), due, told, Official) is { } day) days.Add((told = day.On).Value);
        days.ShouldBe([new(2023, 10, 1), new(2023, 10, 2), new(2023, 10, 3)]);
    }

    [Fact]
    public void Directory_HandlersComeBeforeTheOfficesOwnAddress_ThenFallbacks_AndHeadsWithWhatPresses()
    {
        var launch = new Launch
        {
            Definition = "d", Id = "p", Name = "示例", Approval = new("1号", new(2023, 6, 30)), StartsOn = new(2023, 7, 3), Supervisor = "bureau", Batches = [],
            Offices = new Dictionary<string, Office> { ["county"] = new("县局", "county@example.org"), ["bureau"] = new("市局") },
            Units = [new("a", "一站", "a@example.org", Superior: "county"), new("b", "二站", Superior: "county"), new("c", "三站")],
        };
        Contact Of(string unit, string name, ContactDuty duty) => new("unit", unit, name, $"{name}@example.org", duty);
        var directory = new MailDirectory(launch, [Of("a", "h1", ContactDuty.Handler), Of("a", "h2", ContactDuty.Handler), Of("a", "head", ContactDuty.Head), Of("a", "spare", ContactDuty.Fallback), Of("b", "spareB", ContactDuty.Fallback), Of("c", "headC", ContactDuty.Head)], []);
        string Reach(string unit, MailOccasion occasion) => string.Join(' ', directory.Reach("unit", unit, occasion, new(2023, 7, 3)).Select(to => to.Address.Split('@')[0]));
        Reach("a", MailOccasion.Ordinary).ShouldBe("h1 h2");
        Reach("a", MailOccasion.Pressing).ShouldBe("h1 h2 head");
        Reach("b", MailOccasion.Ordinary).ShouldBe("spareB");
        Reach("c", MailOccasion.Ordinary).ShouldBe("headC");
        MailDirectory.Of(launch).Reach("unit", "b", MailOccasion.Pressing, new(2023, 7, 3)).ShouldBe([new Addressee("", "二站")]);
        directory.Above("unit", "a", Escalation.Superior).ShouldBe(["county"]);
        directory.Above("unit", "a", Escalation.Supervisor).ShouldBe(["county", "bureau"]);
        directory.Above("unit", "c", Escalation.Superior).ShouldBe(["bureau"]);
        directory.Above("bureau", null, Escalation.Supervisor).ShouldBeEmpty();
    }
}
