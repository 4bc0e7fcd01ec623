using Programmes.Core.Calendars;

namespace Programmes.Core.Tests.Calendars;

public class ImportedNoticeTests
{
    private const string Notice2027 = """
        { "notices": [ { "id": "2027-1", "year": 2027, "number": 1, "issuedOn": "2026-11-03", "source": "a file",
          "holidays": [
            { "name": "元旦", "off": ["2026-12-31/2027-01-02"], "work": ["2026-12-27"] },
            { "name": "春节", "off": ["2027-02-05/2027-02-11"], "work": [] } ] } ] }
        """;

    [Fact]
    public void With_LaterNotice_SettlesItsYearAndReachesBack()
    {
        NoticeFile.TryParse(Notice2027, out var notices, out _).ShouldBeTrue();
        var calendar = WorkingDayCalendar.Official.With(notices.Single());
        calendar.ProvisionalFrom.ShouldBe(new DateOnly(2027, 12, 26));
        calendar.IsProvisional(new(2026, 12, 27)).ShouldBeFalse();
        calendar.Day(new(2026, 12, 27)).Kind.ShouldBe(DayKind.MakeUpWorkingDay);
        calendar.Day(new(2026, 12, 31)).Kind.ShouldBe(DayKind.Holiday);
        // The notice is the whole truth of its year: a holiday that it does not name is a plain day.
        calendar.IsWorkingDay(new(2027, 5, 3)).ShouldBeTrue();
        calendar.AsKnownOn(new(2026, 11, 2)).ProvisionalFrom.ShouldBe(new DateOnly(2026, 12, 26));
        WorkingDayCalendar.Official.ProvisionalFrom.ShouldBe(new DateOnly(2026, 12, 26));
    }

    [Fact]
    public void With_NoticeAfterAGap_SettlesOnlyItsOwnYear()
    {
        var calendar = WorkingDayCalendar.Official.With(new HolidayNotice("2028-1", 2028, 1, new(2027, 11, 1), "a file", [new(new(2028, 1, 1), false, "元旦")]));
        calendar.ProvisionalFrom.ShouldBe(new DateOnly(2026, 12, 26));
        calendar.IsProvisional(new(2027, 12, 31)).ShouldBeTrue();
        calendar.IsProvisional(new(2028, 6, 1)).ShouldBeFalse();
        calendar.IsProvisional(new(2028, 12, 26)).ShouldBeTrue();
    }

    [Fact]
    public void With_AmendmentAlone_LeavesTheYearProvisional()
    {
        var calendar = WorkingDayCalendar.Official.With(new HolidayNotice("2027-2", 2027, 2, new(2027, 3, 1), "a file", [new(new(2027, 9, 3), false, "纪念日")]));
        calendar.IsWorkingDay(new(2027, 9, 3)).ShouldBeFalse();
        calendar.IsProvisional(new(2027, 9, 3)).ShouldBeTrue();
    }

    [Fact]
    public void With_LaterNoticeForADay_ReplacesTheEarlierEntry()
    {
        var calendar = WorkingDayCalendar.Official.With(new HolidayNotice("2026-2", 2026, 2, new(2026, 3, 1), "a file", [new(new(2026, 10, 10), false, "国庆节")]));
        calendar.IsWorkingDay(new(2026, 10, 10)).ShouldBeFalse();
        calendar.Day(new(2026, 10, 10)).Notice.ShouldBe("2026-2");
        WorkingDayCalendar.Official.IsWorkingDay(new(2026, 10, 10)).ShouldBeTrue();
    }

    [Fact]
    public void With_NoticeThatIsThere_Throws() =>
        Should.Throw<ArgumentException>(() => WorkingDayCalendar.Official.With(WorkingDayCalendar.Official.Notices[0])).Message.ShouldContain("2010-1");

    [Theory]
    [InlineData("2027-1", 2027, "2025-12-31", "outside")]
    [InlineData("2027-1", 2027, "2028-01-01", "outside")]
    [InlineData("2027", 2027, "2027-01-01", "year-number")]
    [InlineData("2127-1", 2127, "2127-01-01", "between")]
    public void With_NoticeThatCannotBe_SaysWhy(string id, int year, string on, string reason) =>
        Should.Throw<ArgumentException>(() => WorkingDayCalendar.Official.With(
            new HolidayNotice(id, year, 1, new(2026, 11, 1), "a file", [new(DateOnly.Parse(on, System.Globalization.CultureInfo.InvariantCulture), false, "元旦")])))
            .Message.ShouldContain(reason);

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{ "notices": [ { "id": "2027-1" } ] }""")]
    [InlineData("""{ "notices": [ { "id": "2027-1", "year": 2027, "number": 1, "issuedOn": "2026-11-31", "source": "x", "holidays": [] } ] }""")]
    [InlineData("""{ "notices": [ { "id": "2027-1", "year": 2027, "number": 1, "issuedOn": "2026-11-03", "source": "x", "holidays": [ { "name": "元旦", "off": ["2027-01-03/2027-01-01"] } ] } ] }""")]
    [InlineData("""{ "notices": [ { "id": "2027-1", "year": 2027, "number": 1, "issuedOn": "2026-11-03", "source": "x", "holidays": [ { "name": "元旦", "off": ["2027-01-01/2127-01-01"] } ] } ] }""")]
    [InlineData("""{ "notices": [ { "id": "2027-1", "year": 2027, "number": 1, "issuedOn": "2026-11-03", "source": "x", "holidays": [ { "name": "元旦", "off": ["2027-01-01"], "work": ["2027-01-01"] } ] } ] }""")]
    [InlineData("""{ "notices": [ 5 ] }""")]
    public void TryParse_NoNoticeFile_SaysWhyInBothLanguages(string json)
    {
        NoticeFile.TryParse(json, out var notices, out var error).ShouldBeFalse();
        notices.ShouldBeEmpty();
        error.Zh.ShouldNotBeNullOrEmpty();
        error.En.ShouldNotBeNullOrEmpty();
    }
}
