using Programmes.Core.Calendars;

namespace Programmes.Core.Tests.Calendars;

public class WorkingDayCalendarTests
{
    private static readonly WorkingDayCalendar Official = WorkingDayCalendar.Official;

    [Fact]
    public void Notices_Official_AreAllTwentyInOrderOfIssue()
    {
        Official.Notices.Select(notice => notice.Id).ShouldBe(
        [
            "2010-1", "2011-1", "2012-1", "2013-1", "2014-1", "2015-1", "2015-2", "2016-1", "2017-1", "2018-1",
            "2019-1", "2019-2", "2020-1", "2020-2", "2021-1", "2022-1", "2023-1", "2024-1", "2025-1", "2026-1",
        ]);
        Official.Notices.ShouldAllBe(notice => notice.Source.Contains("gov.cn/zhengce/"));
        Official.Notices.Single(notice => notice.Id == "2015-2").IssuedOn.ShouldBe(new DateOnly(2015, 5, 13));
    }

    [Theory]
    [InlineData("2023-09-28", DayKind.WorkingDay, null, null)]
    [InlineData("2023-09-29", DayKind.Holiday, "中秋节、国庆节", "2023-1")]
    [InlineData("2023-10-01", DayKind.Holiday, "中秋节、国庆节", "2023-1")]
    [InlineData("2023-10-07", DayKind.MakeUpWorkingDay, "中秋节、国庆节", "2023-1")]
    [InlineData("2023-10-14", DayKind.Weekend, null, null)]
    // A notice reaches back into December of the year before.
    [InlineData("2011-12-31", DayKind.MakeUpWorkingDay, "元旦", "2012-1")]
    [InlineData("2018-12-29", DayKind.MakeUpWorkingDay, "元旦", "2019-1")]
    [InlineData("2018-12-31", DayKind.Holiday, "元旦", "2019-1")]
    [InlineData("2022-12-31", DayKind.Holiday, "元旦", "2023-1")]
    // A Monday that the second notice of 2020 expressly names as worked.
    [InlineData("2020-02-03", DayKind.WorkingDay, "春节", "2020-2")]
    [InlineData("2020-02-01", DayKind.Holiday, "春节", "2020-2")]
    [InlineData("2020-01-30", DayKind.Holiday, "春节", "2020-1")]
    [InlineData("2026-02-28", DayKind.MakeUpWorkingDay, "春节", "2026-1")]
    public void Day_Official_SaysKindNameAndNotice(string on, DayKind kind, string? name, string? notice)
    {
        var day = Official.Day(Date(on));
        day.Kind.ShouldBe(kind);
        day.Name?.Zh.ShouldBe(name);
        (day.Name is null).ShouldBe(name is null);
        day.Notice.ShouldBe(notice);
        day.IsProvisional.ShouldBeFalse();
        day.IsWorking.ShouldBe(kind is DayKind.WorkingDay or DayKind.MakeUpWorkingDay);
    }

    [Fact]
    public void Day_JointHoliday_IsNamedInEnglishToo() =>
        Official.Day(new(2023, 9, 29)).Name!.Value.En.ShouldBe("Mid-Autumn Festival and National Day");

    // Days off and days worked that the notices name for each year, New Year days of the December before included.
    [Theory]
    [InlineData(2010, 29, 8)]
    [InlineData(2014, 22, 5)]
    [InlineData(2015, 26, 5)]
    [InlineData(2019, 24, 7)]
    [InlineData(2020, 30, 7)]
    [InlineData(2023, 27, 7)]
    [InlineData(2026, 33, 6)]
    public void Notices_Year_NameAsManyDaysAsPrinted(int year, int off, int worked)
    {
        var named = Official.Notices.Where(notice => notice.Year == year).SelectMany(notice => notice.Entries)
            .GroupBy(entry => entry.On).Select(entries => entries.Last().IsWorking).ToList();
        named.Count(isWorking => !isWorking).ShouldBe(off);
        named.Count(isWorking => isWorking).ShouldBe(worked);
    }

    // Working days a year, counted by hand: 365 or 366, less weekends and days off, plus make-up days.
    [Theory]
    [InlineData(2023, 249)]
    [InlineData(2024, 251)]
    [InlineData(2025, 248)]
    [InlineData(2026, 248)]
    public void WorkingDaysBetween_WholeYear_IsThePublishedNumber(int year, int workingDays) =>
        Official.WorkingDaysBetween(new(year - 1, 12, 31), new(year, 12, 31)).ShouldBe(workingDays);

    [Theory]
    [InlineData("2023-09-25", 5, "2023-10-08")]
    [InlineData("2023-12-01", 5, "2023-12-08")]
    [InlineData("2023-11-30", 5, "2023-12-07")]
    [InlineData("2023-09-30", 0, "2023-09-30")]
    [InlineData("2023-10-08", -5, "2023-09-25")]
    [InlineData("2023-10-01", 1, "2023-10-07")]
    [InlineData("2023-10-01", -1, "2023-09-28")]
    public void AddWorkingDays_Counts_MakeUpDaysAndSkipsHolidays(string from, int workingDays, string result) =>
        Official.AddWorkingDays(Date(from), workingDays).ShouldBe(Date(result));

    [Theory]
    [InlineData("2023-09-30", "2023-10-07", "2023-09-28")]
    [InlineData("2023-12-31", "2024-01-02", "2023-12-29")]
    [InlineData("2025-05-31", "2025-06-03", "2025-05-30")]
    [InlineData("2026-02-28", "2026-02-28", "2026-02-28")]
    public void WorkingDayOn_RestDay_IsTheNextOrTheLast(string on, string after, string before)
    {
        Official.WorkingDayOnOrAfter(Date(on)).ShouldBe(Date(after));
        Official.WorkingDayOnOrBefore(Date(on)).ShouldBe(Date(before));
    }

    [Fact]
    public void ProvisionalFrom_Official_Is26DecemberOfTheLastNoticedYear()
    {
        Official.ProvisionalFrom.ShouldBe(new DateOnly(2026, 12, 26));
        Official.IsProvisional(new(2026, 12, 25)).ShouldBeFalse();
        Official.IsProvisional(new(2026, 12, 26)).ShouldBeTrue();
        Official.Day(new(2027, 3, 3)).IsProvisional.ShouldBeTrue();
        // An inner year's end is settled: the next notice is out.
        Official.IsProvisional(new(2025, 12, 31)).ShouldBeFalse();
    }

    [Fact]
    public void Day_BeyondTheLastNotice_IsWeekendsAndStatutoryHolidays()
    {
        // Spring Festival 2027 is 6 February; by the list of 2025 New Year's Eve to the third day are off.
        Official.Day(new(2027, 2, 5)).ShouldBe(new(new(2027, 2, 5), DayKind.Holiday, new("春节", "Spring Festival"), null, true));
        Official.IsWorkingDay(new(2027, 2, 4)).ShouldBeTrue();
        Official.Day(new(2027, 2, 8)).Kind.ShouldBe(DayKind.Holiday);
        Official.IsWorkingDay(new(2027, 2, 9)).ShouldBeTrue();
        Official.Day(new(2027, 5, 2)).Kind.ShouldBe(DayKind.Holiday);
        Official.Day(new(2027, 5, 3)).Kind.ShouldBe(DayKind.WorkingDay);
        Official.Day(new(2027, 1, 1)).Kind.ShouldBe(DayKind.Holiday);
        Official.Day(new(2026, 12, 26)).Kind.ShouldBe(DayKind.Weekend);
    }

    [Theory]
    [InlineData("2009-12-31")]
    [InlineData("2100-01-01")]
    public void AnyQuestion_OutsideTheCalendar_SaysItsRange(string on)
    {
        var day = Date(on);
        Should.Throw<ArgumentOutOfRangeException>(() => Official.Day(day)).Message.ShouldContain("2010-01-01 to 2099-12-31");
        Should.Throw<ArgumentOutOfRangeException>(() => Official.IsProvisional(day));
        Should.Throw<ArgumentOutOfRangeException>(() => Official.AddWorkingDays(day, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => Official.WorkingDaysBetween(day, new(2023, 1, 1)));
        Official.TryAddWorkingDays(day, 1, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("2099-12-30", 5)]
    [InlineData("2010-01-05", -5)]
    [InlineData("2023-01-01", int.MaxValue)]
    [InlineData("2023-01-01", int.MinValue)]
    public void AddWorkingDays_ResultOutsideTheCalendar_Throws(string from, int workingDays) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Official.AddWorkingDays(Date(from), workingDays));

    [Fact]
    public void AddWorkingDays_Counting_AllocatesNothing()
    {
        _ = Official.AddWorkingDays(new(2023, 1, 1), 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) _ = Official.AddWorkingDays(new(2023, 1, 1), i - 500);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
