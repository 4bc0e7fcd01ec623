using Programmes.Core.Calendars;

namespace Programmes.Core.Tests.Calendars;

/// <summary>Predictions against what the notices of 2010 to 2026 then said.</summary>
public class StatutoryHolidaysTests
{
    private static readonly WorkingDayCalendar Official = WorkingDayCalendar.Official;
    // A calendar that knows no notice shows the prediction for every year.
    private static readonly WorkingDayCalendar Predicted = Official.AsKnownOn(new(2009, 12, 7));

    // Qingming, Dragon Boat, Mid-Autumn and the first lunar day, from printed calendars.
    [Theory]
    [InlineData(2010, "04-05", "06-16", "09-22", "02-14")]
    [InlineData(2011, "04-05", "06-06", "09-12", "02-03")]
    [InlineData(2012, "04-04", "06-23", "09-30", "01-23")]
    [InlineData(2013, "04-04", "06-12", "09-19", "02-10")]
    [InlineData(2014, "04-05", "06-02", "09-08", "01-31")]
    [InlineData(2015, "04-05", "06-20", "09-27", "02-19")]
    [InlineData(2016, "04-04", "06-09", "09-15", "02-08")]
    [InlineData(2017, "04-04", "05-30", "10-04", "01-28")]
    [InlineData(2018, "04-05", "06-18", "09-24", "02-16")]
    [InlineData(2019, "04-05", "06-07", "09-13", "02-05")]
    [InlineData(2020, "04-04", "06-25", "10-01", "01-25")]
    [InlineData(2021, "04-04", "06-14", "09-21", "02-12")]
    [InlineData(2022, "04-05", "06-03", "09-10", "02-01")]
    [InlineData(2023, "04-05", "06-22", "09-29", "01-22")]
    [InlineData(2024, "04-04", "06-10", "09-17", "02-10")]
    [InlineData(2025, "04-04", "05-31", "10-06", "01-29")]
    [InlineData(2026, "04-05", "06-19", "09-25", "02-17")]
    // A leap fourth month (2020), a leap second one (2023) and a leap sixth one (2025) stand above; these are to come.
    [InlineData(2028, "04-04", "05-28", "10-03", "01-26")]
    [InlineData(2031, "04-05", "06-24", "10-01", "01-23")]
    [InlineData(2033, "04-04", "06-01", "09-08", "01-31")]
    public void Of_Year_PredictsTheMovableDays(int year, string qingming, string dragonBoat, string midAutumn, string springFestival)
    {
        OnlyDay("清明节").ShouldBe(qingming);
        OnlyDay("端午节").ShouldBe(dragonBoat);
        OnlyDay("中秋节").ShouldBe(midAutumn);
        StatutoryHolidays.LunarDay(year, 1, 1).ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(springFestival);

        string OnlyDay(string name) => StatutoryHolidays.Of(year, DateOnly.MaxValue).Single(day => day.Name.Zh == name)
            .On.ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(2012, new[] { "01-22", "01-23", "01-24" }, 1)]
    [InlineData(2014, new[] { "01-31", "02-01", "02-02" }, 1)]
    [InlineData(2024, new[] { "02-10", "02-11", "02-12" }, 1)]
    [InlineData(2025, new[] { "01-28", "01-29", "01-30", "01-31" }, 2)]
    [InlineData(2030, new[] { "02-02", "02-03", "02-04", "02-05" }, 2)]
    public void Of_Year_FollowsTheListOfItsTime(int year, string[] springFestival, int labourDays)
    {
        var days = StatutoryHolidays.Of(year, DateOnly.MaxValue).ToList();
        days.Where(day => day.Name.Zh == "春节").Select(day => day.On.ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(springFestival);
        days.Count(day => day.Name.Zh == "劳动节").ShouldBe(labourDays);
        days.Count.ShouldBe(year >= 2025 ? 13 : 11);
    }

    [Fact]
    public void Of_2010To2026_EveryPredictedDayWasOff()
    {
        for (var year = 2010; year <= 2026; year++)
            foreach (var (on, name) in StatutoryHolidays.Of(year, DateOnly.MaxValue))
                Official.IsWorkingDay(on).ShouldBeFalse($"{on:yyyy-MM-dd} {name}");
    }

    [Fact]
    public void Day_TwoPredictedHolidaysMeet_BothAreNamed() =>
        Predicted.Day(new(2020, 10, 1)).Name!.Value.ShouldBe(new Text("中秋节、国庆节", "Mid-Autumn Festival and National Day"));

    [Fact]
    public void Of_EveryYearOfTheCalendar_HasItsDays()
    {
        for (var year = 2010; year <= 2099; year++)
            StatutoryHolidays.Of(year, DateOnly.MaxValue).ShouldAllBe(day => day.On.Year == year);
    }
}
