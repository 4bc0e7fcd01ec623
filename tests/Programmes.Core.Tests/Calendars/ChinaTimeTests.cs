using Programmes.Core.Calendars;

namespace Programmes.Core.Tests.Calendars;

public class ChinaTimeTests
{
    [Theory]
    [InlineData("2023-09-30T15:59:59Z", "2023-09-30")]
    [InlineData("2023-09-30T16:00:00Z", "2023-10-01")]
    [InlineData("2023-09-30T20:00:00-05:00", "2023-10-01")]
    // Summer, in which Shanghai had other clocks until 1991.
    [InlineData("2026-07-01T15:30:00Z", "2026-07-01")]
    public void DateOf_Instant_IsTheDayInShanghai(string instant, string on) =>
        ChinaTime.DateOf(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(On(on));

    [Fact]
    public void StartOf_Day_IsUtc()
    {
        var start = ChinaTime.StartOf(new(2023, 10, 1));
        start.ShouldBe(new DateTimeOffset(2023, 9, 30, 16, 0, 0, TimeSpan.Zero));
        start.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void EndOf_Day_IsTheNextDaysStart()
    {
        ChinaTime.EndOf(new(2023, 12, 31)).ShouldBe(ChinaTime.StartOf(new(2024, 1, 1)));
        ChinaTime.EndOf(new(2023, 12, 31), new TimeOnly(0, 0)).ShouldBe(ChinaTime.StartOf(new(2024, 1, 1)));
        ChinaTime.EndOf(new(2023, 12, 31)).Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void EndOf_CloseOfBusiness_IsThatHourInShanghai() =>
        ChinaTime.EndOf(new(2023, 12, 29), new TimeOnly(17, 30)).ShouldBe(new DateTimeOffset(2023, 12, 29, 9, 30, 0, TimeSpan.Zero));

    private static DateOnly On(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
