using System.Globalization;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Programmes;

public class SuspensionTests
{
    private static readonly DateOnly From = new(2023, 9, 15);

    [Theory]
    [InlineData("2023-10-20", 35, "2023-11-24")]
    [InlineData("2023-09-15", 14, "2023-10-07")] // 09-29 begins the Mid-Autumn and National Day week; 10-07 is worked.
    [InlineData("2023-09-30", 35, "2023-11-04")] // Printed on a rest day, it stays printed, on a Saturday.
    public void Move_GivesTheDaysBack_AndRollsAWorkingDayOffARestDay(string on, int days, string moved) =>
        Suspensions.Move(Day(on), days, WorkingDayCalendar.Official).ShouldBe(Day(moved));

    [Fact]
    public void Launch_AfterASuspension_MovesWhatLiesAfterItsFirstDay()
    {
        var launch = Launch(
            new() { ["past"] = "2023-08-31", ["printed"] = "2023-10-20", ["along"] = "printed - 5 working days", ["fromPast"] = "past + 2 months", ["further"] = "fromPast + 3 days", ["runtime"] = "opened + 5 days" },
            new() { ["own"] = "2023-09-15", ["ofBatch"] = "batch.start + 6 months" });

        var moved = LaunchShift.After(launch, From, 35, WorkingDayCalendar.Official);

        moved.StartsOn.ShouldBe(launch.StartsOn);
        moved.Dates["past"].ShouldBe("2023-08-31");
        moved.Dates["printed"].ShouldBe("2023-11-24");
        moved.Dates["along"].ShouldBe("printed - 5 working days", "it moves with what it counts from");
        moved.Dates["fromPast"].ShouldBe("2023-12-05", "10-31 was counted from a day that did not move");
        moved.Dates["further"].ShouldBe("fromPast + 3 days");
        moved.Dates["runtime"].ShouldBe("opened + 5 days");
        moved.Batches[0].Start.ShouldBe("2023-07-03");
        moved.Batches[0].Dates["own"].ShouldBe("2023-10-20");
        moved.Batches[0].Dates["ofBatch"].ShouldBe("2024-02-07");
        moved.Batches[1].Start.ShouldBe("2024-02-06");
        moved.Batches[1].IntakeUntil.ShouldBe("2024-08-02");
    }

    private static DateOnly Day(string on) => DateOnly.ParseExact(on, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Launch Launch(Dictionary<string, string> dates, Dictionary<string, string> ofFirst) => new()
    {
        Definition = "d", Id = "p", Name = "p", Approval = new("1", new(2023, 6, 30)), StartsOn = new(2023, 7, 3), Dates = dates,
        Offices = new Dictionary<string, Office>(), Units = [],
        Batches = [new() { Number = 1, Name = "一", Start = "2023-07-03", Dates = ofFirst }, new() { Number = 2, Name = "二", Start = "2024-01-02", IntakeUntil = "2024-06-28" }],
    };
}
