using Programmes.Core.Calendars;

namespace Programmes.Core.Tests.Calendars;

public class AsKnownOnTests
{
    private static readonly WorkingDayCalendar Official = WorkingDayCalendar.Official;

    [Fact]
    public void AsKnownOn_2015_TheSeptemberDaysCameInMay()
    {
        var before = Official.AsKnownOn(new(2015, 5, 12));
        var after = Official.AsKnownOn(new(2015, 5, 13));
        before.IsWorkingDay(new(2015, 9, 3)).ShouldBeTrue();
        before.IsWorkingDay(new(2015, 9, 6)).ShouldBeFalse();
        after.IsWorkingDay(new(2015, 9, 3)).ShouldBeFalse();
        after.IsWorkingDay(new(2015, 9, 4)).ShouldBeFalse();
        after.Day(new(2015, 9, 6)).Kind.ShouldBe(DayKind.MakeUpWorkingDay);
        before.AddWorkingDays(new(2015, 9, 1), 5).ShouldBe(new DateOnly(2015, 9, 8));
        after.AddWorkingDays(new(2015, 9, 1), 5).ShouldBe(new DateOnly(2015, 9, 9));
        before.ProvisionalFrom.ShouldBe(new DateOnly(2015, 12, 26));
    }

    [Fact]
    public void AsKnownOn_2019_LabourDayGrewInMarch()
    {
        var before = Official.AsKnownOn(new(2019, 3, 21));
        var after = Official.AsKnownOn(new(2019, 3, 22));
        before.Day(new(2019, 5, 1)).Notice.ShouldBe("2019-1");
        before.IsWorkingDay(new(2019, 5, 2)).ShouldBeTrue();
        before.IsWorkingDay(new(2019, 4, 28)).ShouldBeFalse();
        before.IsWorkingDay(new(2019, 5, 5)).ShouldBeFalse();
        after.Day(new(2019, 5, 1)).Notice.ShouldBe("2019-2");
        after.IsWorkingDay(new(2019, 5, 2)).ShouldBeFalse();
        after.IsWorkingDay(new(2019, 4, 28)).ShouldBeTrue();
        after.IsWorkingDay(new(2019, 5, 5)).ShouldBeTrue();
    }

    [Fact]
    public void AsKnownOn_2020_SpringFestivalWasExtendedInJanuary()
    {
        var before = Official.AsKnownOn(new(2020, 1, 26));
        var after = Official.AsKnownOn(new(2020, 1, 27));
        before.IsWorkingDay(new(2020, 1, 31)).ShouldBeTrue();
        before.Day(new(2020, 2, 1)).Kind.ShouldBe(DayKind.MakeUpWorkingDay);
        before.Day(new(2020, 2, 2)).Kind.ShouldBe(DayKind.Weekend);
        before.AddWorkingDays(new(2020, 1, 23), 1).ShouldBe(new DateOnly(2020, 1, 31));
        after.AddWorkingDays(new(2020, 1, 23), 1).ShouldBe(new DateOnly(2020, 2, 3));
        after.IsWorkingDay(new(2020, 1, 19)).ShouldBeTrue();
    }

    [Fact]
    public void AsKnownOn_TheNextNotice_MakesTheYearsEndProvisionalUntilItIsOut()
    {
        var before = Official.AsKnownOn(new(2011, 12, 5));
        before.ProvisionalFrom.ShouldBe(new DateOnly(2011, 12, 26));
        before.IsWorkingDay(new(2011, 12, 31)).ShouldBeFalse();
        Official.AsKnownOn(new(2011, 12, 6)).IsWorkingDay(new(2011, 12, 31)).ShouldBeTrue();
    }

    [Fact]
    public void AsKnownOn_BeforeTheFirstNotice_EverythingIsProvisional()
    {
        var calendar = Official.AsKnownOn(new(2009, 12, 7));
        calendar.Notices.ShouldBeEmpty();
        calendar.ProvisionalFrom.ShouldBe(WorkingDayCalendar.MinDate);
        calendar.IsProvisional(new(2010, 1, 1)).ShouldBeTrue();
        calendar.Day(new(2010, 1, 1)).Kind.ShouldBe(DayKind.Holiday);
        calendar.IsWorkingDay(new(2010, 2, 20)).ShouldBeFalse();
        Official.AsKnownOn(DateOnly.MinValue).IsWorkingDay(new(2010, 2, 15)).ShouldBeFalse();
    }

    [Fact]
    public void AsKnownOn_StatutoryList_IsTheOnePromulgatedByThen()
    {
        // The list of 2025 was promulgated on 2024-11-10; two days after it the notice of 2025 came.
        Official.AsKnownOn(new(2024, 11, 9)).IsWorkingDay(new(2025, 5, 2)).ShouldBeTrue();
        Official.AsKnownOn(new(2024, 11, 10)).IsWorkingDay(new(2025, 5, 2)).ShouldBeFalse();
        // New Year's Eve 2025-01-28, a Tuesday.
        Official.AsKnownOn(new(2024, 11, 9)).IsWorkingDay(new(2025, 1, 28)).ShouldBeTrue();
        Official.AsKnownOn(new(2024, 11, 10)).IsWorkingDay(new(2025, 1, 28)).ShouldBeFalse();
    }

    [Fact]
    public void AsKnownOn_SameKnowledge_IsTheSameCalendar()
    {
        Official.AsKnownOn(new(2023, 6, 1)).ShouldBeSameAs(Official.AsKnownOn(new(2023, 7, 1)));
        Official.AsKnownOn(new(2030, 1, 1)).ShouldBeSameAs(Official);
        Official.AsKnownOn(new(2023, 6, 1)).ShouldNotBeSameAs(Official.AsKnownOn(new(2023, 10, 25)));
    }

    [Fact]
    public void AsKnownOn_LocalDay_IsUnknownBeforeItsDecision()
    {
        var local = new LocalDay(new(2023, 7, 28), false, new("防汛停工", "Closed for floods"), "市防指〔2023〕1号", new(2023, 7, 27));
        var calendar = Official.With([local]);
        calendar.Day(local.On).ShouldBe(new(local.On, DayKind.LocalDayOff, local.Name, local.Source, false));
        calendar.AsKnownOn(new(2023, 7, 26)).IsWorkingDay(local.On).ShouldBeTrue();
        calendar.AsKnownOn(new(2023, 7, 27)).IsWorkingDay(local.On).ShouldBeFalse();
        Official.IsWorkingDay(local.On).ShouldBeTrue();
    }

    [Fact]
    public void With_TwoDecisionsOnADay_TheLaterPrevails()
    {
        var on = new DateOnly(2023, 7, 28);
        Official.With(
        [
            new(on, true, Text.Same("复工"), "2", new(2023, 7, 28)),
            new(on, false, Text.Same("停工"), "1", new(2023, 7, 27)),
        ]).Day(on).Kind.ShouldBe(DayKind.LocalWorkingDay);
    }
}
