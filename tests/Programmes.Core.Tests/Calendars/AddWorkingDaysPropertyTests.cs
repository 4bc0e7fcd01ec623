using Programmes.Core.Calendars;

namespace Programmes.Core.Tests.Calendars;

/// <summary>The table against a loop that walks from day to day, 2010 to 2035.</summary>
public class AddWorkingDaysPropertyTests
{
    private static readonly DateOnly First = new(2010, 3, 1);
    private static readonly DateOnly Last = new(2035, 12, 31);
    private static readonly int[] Amounts = [-23, -10, -5, -2, -1, 0, 1, 2, 3, 5, 10, 22];

    public static TheoryData<string> Calendars => ["official", "as known on 2015-03-01", "with local days"];

    [Theory]
    [MemberData(nameof(Calendars))]
    public void AddWorkingDays_EveryDay_AgreesWithWalking(string which)
    {
        var calendar = Calendar(which);
        for (var from = First; from <= Last; from = from.AddDays(1))
            foreach (var amount in Amounts)
                if (calendar.AddWorkingDays(from, amount) != Walk(calendar, from, amount))
                    Assert.Fail($"{from:yyyy-MM-dd} {amount:+0;-0}: {calendar.AddWorkingDays(from, amount):yyyy-MM-dd}, walking {Walk(calendar, from, amount):yyyy-MM-dd}");
    }

    [Theory]
    [MemberData(nameof(Calendars))]
    public void AddWorkingDays_BackAgain_IsTheInverseOnWorkingDays(string which)
    {
        var calendar = Calendar(which);
        for (var from = First; from <= Last; from = from.AddDays(1))
        {
            var to = calendar.AddWorkingDays(from, 7);
            calendar.WorkingDaysBetween(from, to).ShouldBe(7);
            if (calendar.IsWorkingDay(from)) calendar.AddWorkingDays(to, -7).ShouldBe(from);
        }
    }

    [Theory]
    [MemberData(nameof(Calendars))]
    public void AddWorkingDays_LaterStart_NeverEndsEarlier(string which)
    {
        var calendar = Calendar(which);
        for (var from = First; from < Last; from = from.AddDays(1))
            calendar.AddWorkingDays(from.AddDays(1), 5).ShouldBeGreaterThanOrEqualTo(calendar.AddWorkingDays(from, 5));
    }

    private static WorkingDayCalendar Calendar(string which) => which switch
    {
        "official" => WorkingDayCalendar.Official,
        "with local days" => WorkingDayCalendar.Official.With(
        [
            new(new(2024, 7, 8), false, Text.Same("那达慕"), "test", new(2024, 1, 1)),
            new(new(2024, 7, 13), true, Text.Same("补班"), "test", new(2024, 1, 1)),
        ]),
        _ => WorkingDayCalendar.Official.AsKnownOn(new(2015, 3, 1)),
    };

    private static DateOnly Walk(WorkingDayCalendar calendar, DateOnly from, int amount)
    {
        var (on, step) = (from, Math.Sign(amount));
        for (var left = Math.Abs(amount); left > 0;)
        {
            on = on.AddDays(step);
            if (calendar.Day(on).IsWorking) left--;
        }
        return on;
    }
}
