using Programmes.Core.Calendars;
using Programmes.Core.Reminders;

namespace Programmes.Core.Tests.Reminders;

public class ReminderScheduleTests
{
    private static readonly WorkingDayCalendar Official = WorkingDayCalendar.Official;

    // National Day 2023: off from Fri 29 September to Fri 6 October; worked on Sat 7 and Sun 8 October.
    // Spring Festival 2024: off from Sat 10 to Sat 17 February; worked on Sun 4 and Sun 18 February.
    [Theory]
    [InlineData("the due date is a Saturday in the holiday", ReminderPolicy.DefaultText, "2023-09-01", "2023-09-30",
        "09-15 Before 1; 09-26 Before 2; 09-28 OnDay 1; 10-07 Overdue 1; 10-12 Overdue 2!; 10-19 Overdue 3!; 10-26 Overdue 4!; 11-02 Overdue 5!; 11-09 Overdue 6!")]
    [InlineData("the due date lies in the Spring Festival", ReminderPolicy.DefaultText, "2024-01-02", "2024-02-16",
        "01-30 Before 1; 02-07 Before 2; 02-09 OnDay 1; 02-18 Overdue 1; 02-23 Overdue 2!; 03-01 Overdue 3!; 03-08 Overdue 4!; 03-15 Overdue 5!; 03-22 Overdue 6!")]
    [InlineData("the due date is a make-up Sunday", "7 days before, on the day, 3 days after, every 7 days, at most 3", "2023-09-01", "2023-10-08",
        "09-28 Before 1; 10-08 OnDay 1; 10-11 Overdue 1; 10-18 Overdue 2; 10-25 Overdue 3")]
    [InlineData("an overdue day in the holiday moves behind it", "3 days after", "2023-09-01", "2023-09-26", "10-07 Overdue 1")]
    [InlineData("two intervals meet behind the holiday", "2, 3 and 12 days after, escalate after 1", "2023-09-01", "2023-09-27", "10-07 Overdue 1; 10-09 Overdue 2!")]
    [InlineData("one before and the day itself meet: the day remains", "1 working day before, on the day", "2024-02-01", "2024-02-16", "02-09 OnDay 1")]
    [InlineData("without the day itself the one before remains", "1 working day before", "2024-02-01", "2024-02-16", "02-09 Before 1")]
    [InlineData("opened after the first reminder", "10 and 3 working days before, on the day", "2023-09-20", "2023-09-28", "09-25 Before 1; 09-28 OnDay 1")]
    [InlineData("opened on a reminder day", "3 working days before", "2023-09-25", "2023-09-28", "09-25 Before 1")]
    [InlineData("opened a day too late for it", "3 working days before", "2023-09-26", "2023-09-28", "")]
    [InlineData("opened long after the due date, on a Saturday", "1 working day after, then every 5 working days, at most 2", "2023-10-14", "2023-09-20", "10-16 Overdue 1; 10-23 Overdue 2")]
    [InlineData("opened late, the listed intervals stay", "1 and 3 working days after", "2023-10-12", "2023-09-20", "10-12 Overdue 1; 10-16 Overdue 2")]
    [InlineData("every calendar day is every working day", "every 1 day, at most 4", "2023-09-01", "2023-09-27", "09-28 Overdue 1; 10-07 Overdue 2; 10-08 Overdue 3; 10-09 Overdue 4")]
    [InlineData("none", "none", "2023-09-01", "2023-09-30", "")]
    public void Next_FromTheOpeningOn_GivesTheDaysCountedByHand(string why, string policy, string openedOn, string dueOn, string expected) =>
        Written(Walk(ReminderPolicy.Parse(policy), Date(openedOn), Date(dueOn))).ShouldBe(expected, why);

    [Theory]
    [InlineData(null, "2023-09-15")]
    [InlineData("2023-08-01", "2023-09-15")]
    [InlineData("2023-09-14", "2023-09-15")]
    [InlineData("2023-09-15", "2023-09-26")]
    [InlineData("2023-09-28", "2023-10-07")]
    [InlineData("2023-10-20", "2023-10-26")]
    [InlineData("2023-11-08", "2023-11-09")]
    [InlineData("2023-11-09", null)]
    [InlineData("9999-12-31", null)]
    public void Next_After_IsStrictlyAfter(string? after, string? expected) =>
        (ReminderPolicy.Default.Next(new(2023, 9, 1), new(2023, 9, 30), after is null ? null : Date(after), Official)?.On)
            .ShouldBe(expected is null ? (DateOnly?)null : Date(expected));

    [Fact]
    public void Next_DateMovedBackBehindTheLastReminder_StillBringsTheOverdueOne()
    {
        var policy = ReminderPolicy.Parse("on the day, 1 working day after");
        var movedOn = new DateOnly(2023, 10, 12);
        policy.Next(movedOn, new(2023, 10, 9), null, Official).ShouldBe(new ReminderDay(movedOn, ReminderKind.Overdue, 1));
    }

    [Fact]
    public void Next_DateSlidesAgainAndAgain_LeavesAllOverdueReminders()
    {
        var policy = ReminderPolicy.Default;
        var due = new DateOnly(2023, 3, 31);
        DateOnly? after = null;
        for (var slide = 0; slide < 20; slide++)
        {
            after = policy.Next(new(2023, 3, 1), due, after, Official)!.Value.On;
            due = due.AddDays(7);
        }
        Walk(policy, new(2023, 3, 1), due).Count(day => day.Kind == ReminderKind.Overdue).ShouldBe(6);
    }

    [Theory]
    [InlineData("2099-12-31", "on the day, 1 working day after, every 5 days", 1)]
    [InlineData("2010-01-01", "10 working days before, 366 days before, on the day", 0)]
    public void Next_AtTheEndsOfTheCalendar_OnlyDropsWhatLiesOutside(string dueOn, string policy, int count) =>
        Walk(ReminderPolicy.Parse(policy), WorkingDayCalendar.MinDate, Date(dueOn)).Count.ShouldBe(count);

    [Fact]
    public void Next_DateOutsideTheCalendar_IsRefused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => ReminderPolicy.Default.Next(new(2023, 1, 1), new(2100, 1, 1), null, Official));
        Should.Throw<ArgumentOutOfRangeException>(() => ReminderPolicy.Default.Next(new(2009, 1, 1), new(2023, 1, 1), null, Official));
    }

    [Fact]
    public void Next_AnyDates_WorkingDaysAscendingBoundedAndNoOverdueLost()
    {
        string[] policies =
        [
            ReminderPolicy.DefaultText, "every 1 day, at most 50", "1 working day after", "30 and 7 days before, 5 working days before, on the day, every 7 days",
            "1, 2, 5 and 9 days after, 1, 3 and 4 working days after, then every 3 days, at most 9, escalate after 0", "on the day",
        ];
        const int seed = 20230930;
        var random = new Random(seed);
        for (var i = 0; i < 3000; i++)
        {
            var policy = ReminderPolicy.Parse(policies[i % policies.Length]);
            var due = new DateOnly(2011, 1, 1).AddDays(random.Next(365 * 60));
            var opened = due.AddDays(random.Next(-200, 200));
            var days = Walk(policy, opened, due);
            var where = $"seed {seed}, run {i}: \"{policy}\" opened {opened:yyyy-MM-dd} due {due:yyyy-MM-dd}";

            days.ShouldAllBe(day => Official.IsWorkingDay(day.On) && day.On >= opened, where);
            days.ShouldAllBe(day => (day.Kind == ReminderKind.Overdue) == (day.On > due), where);
            days.Zip(days.Skip(1)).ShouldAllBe(pair => pair.First.On < pair.Second.On && pair.First.Kind <= pair.Second.Kind, where);
            days.Count.ShouldBeLessThanOrEqualTo(ReminderPolicy.StepsMax + 1 + ReminderPolicy.OverdueMax, where);
            var overdue = days.Where(day => day.Kind == ReminderKind.Overdue).ToList();
            overdue.Select(day => day.Number).ShouldBe(Enumerable.Range(1, overdue.Count), where);
            var most = policy.Words.En switch { "on the day" => 0, "1 working day after" => 1, var words when words.Contains("at most 50") => 50, var words when words.Contains("at most 9") => 9, _ => 6 };
            overdue.Count.ShouldBe(most, where);
        }
    }

    [Fact]
    public void Next_Rehearsed_AllocatesNothing()
    {
        var policy = ReminderPolicy.Default;
        _ = Count();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = Count();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        count.ShouldBe(9);

        int Count()
        {
            var count = 0;
            DateOnly? after = null;
            while (policy.Next(new(2023, 9, 1), new(2023, 9, 30), after, Official) is { } day) (after, count) = (day.On, count + 1);
            return count;
        }
    }

    private static List<ReminderDay> Walk(ReminderPolicy policy, DateOnly openedOn, DateOnly dueOn)
    {
        var days = new List<ReminderDay>();
        DateOnly? after = null;
        while (policy.Next(openedOn, dueOn, after, Official) is { } day)
        {
            days.Add(day);
            after = day.On;
            days.Count.ShouldBeLessThan(100);
        }
        return days;
    }

    private static string Written(IEnumerable<ReminderDay> days) =>
        string.Join("; ", days.Select(day => $"{day.On:MM-dd} {day.Kind} {day.Number}{(day.Escalates ? "!" : "")}"));

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
