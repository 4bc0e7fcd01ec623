using Programmes.Web.Localisation;

namespace Programmes.Web.Tests.Localisation;

public sealed class DateFormatTests
{
    private static readonly DateOnly On = new(2023, 9, 28);

    [Fact]
    public void Day_NamesTheWeekday()
    {
        DateFormat.Day(On, "zh").ShouldBe("2023年9月28日（周四）");
        DateFormat.Day(On, "en").ShouldBe("Thu 28 Sep 2023");
    }

    [Fact]
    public void ShortDay_FitsATable()
    {
        DateFormat.ShortDay(On, "zh").ShouldBe("2023-09-28");
        DateFormat.ShortDay(On, "en").ShouldBe("28 Sep 2023");
    }

    [Fact]
    public void Days_NameTheYearOnceIfItIsTheSame()
    {
        DateFormat.Days(On, new(2023, 10, 9), "zh").ShouldBe("2023年9月28日至10月9日");
        DateFormat.Days(On, new(2024, 1, 3), "zh").ShouldBe("2023年9月28日至2024年1月3日");
        DateFormat.Days(On, new(2023, 10, 9), "en").ShouldBe("28 Sep to 9 Oct 2023");
        DateFormat.Days(On, new(2024, 1, 3), "en").ShouldBe("28 Sep 2023 to 3 Jan 2024");
        DateFormat.Days(On, On, "en").ShouldBe("Thu 28 Sep 2023");
    }

    [Fact]
    public void Instant_IsBeijingTime()
    {
        var at = new DateTimeOffset(2023, 9, 27, 16, 4, 59, TimeSpan.Zero);

        DateFormat.Instant(at, "zh").ShouldBe("2023年9月28日（周四）00:04");
        DateFormat.Instant(at, "en").ShouldBe("Thu 28 Sep 2023, 00:04");
    }
}
