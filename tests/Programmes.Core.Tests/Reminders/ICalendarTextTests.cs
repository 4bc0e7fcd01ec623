using System.Text;
using Programmes.Core.Reminders;

namespace Programmes.Core.Tests.Reminders;

public class ICalendarTextTests
{
    private static readonly DateTimeOffset Stamp = new(2023, 9, 28, 8, 30, 0, TimeSpan.FromHours(8));

    [Fact]
    public void Of_OneEntry_IsAWholeCalendar()
    {
        var text = ICalendarText.Of("我的待办", [Entry() with { Url = "https://example.org/work/w1", Categories = ["评定", "a,b"] }], Stamp);

        text.Split("\r\n").ShouldBe(
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Programmes//Programmes//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "NAME:我的待办", "X-WR-CALNAME:我的待办", "X-WR-TIMEZONE:Asia/Shanghai", "REFRESH-INTERVAL;VALUE=DURATION:PT4H", "X-PUBLISHED-TTL:PT4H",
            "BEGIN:VEVENT", "UID:work-w1@programmes", "DTSTAMP:20230928T003000Z", "SEQUENCE:3", "DTSTART;VALUE=DATE:20230930", "DTEND;VALUE=DATE:20231001",
            "SUMMARY:开展自查", @"DESCRIPTION:三（一）\n第一行", @"CATEGORIES:评定,a\,b", "URL:https://example.org/work/w1", "STATUS:CONFIRMED", "TRANSP:TRANSPARENT",
            "END:VEVENT", "END:VCALENDAR", "",
        ]);
    }

    [Fact]
    public void Of_Cancelled_SaysSo()
    {
        var text = ICalendarText.Of("n", [Entry() with { Cancelled = true }], Stamp);
        text.ShouldContain("\r\nSTATUS:CANCELLED\r\n");
        text.ShouldNotContain("CONFIRMED");
    }

    [Fact]
    public void Of_SeveralDays_EndsAfterTheLast()
    {
        ICalendarText.Of("n", [Entry() with { From = new(2023, 2, 27), Until = new(2023, 2, 28) }], Stamp).ShouldContain("DTEND;VALUE=DATE:20230301\r\n");
        ICalendarText.Of("n", [Entry() with { From = new(2023, 2, 28), Until = new(2023, 2, 1) }], Stamp).ShouldContain("DTEND;VALUE=DATE:20230301\r\n");
        ICalendarText.Of("n", [Entry() with { Until = DateOnly.MaxValue }], Stamp).ShouldNotContain("DTEND");
    }

    [Fact]
    public void Of_NoEntries_StillHoldsAComponent() =>
        ICalendarText.Of("n", [], Stamp).ShouldContain("BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\n");

    [Theory]
    [InlineData("a\r\nEND:VEVENT\r\nBEGIN:VEVENT", "SUMMARY:a END:VEVENT BEGIN:VEVENT")]
    [InlineData("a\nb\rc\u2028d\u0085e\u000bf\u000cg", "SUMMARY:a b c d ef g")]
    [InlineData(@"a\nb;c,d:e""", @"SUMMARY:a\\nb\;c\,d:e""")]
    [InlineData("a\0b\u0007c\u001bd\u007fe\tf", "SUMMARY:abcde f")]
    [InlineData("a\u202etxt.exe\u2066b", "SUMMARY:atxt.exeb")]
    public void Of_HostileTitle_StaysInItsProperty(string hostile, string line)
    {
        var text = ICalendarText.Of(hostile, [Entry() with { Title = hostile }], Stamp);
        text.Split("\r\n").ShouldContain(line);
        text.Split("\r\n").Count(one => one.StartsWith("BEGIN:VEVENT", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("uid", "a\r\nX-EVIL:1")]
    [InlineData("description", "a\r\nX-EVIL:1\n\rX-EVIL:2")]
    [InlineData("category", "a\r\nX-EVIL:1")]
    [InlineData("name", "a\r\nX-EVIL:1")]
    [InlineData("url", "https://example.org/\r\nX-EVIL:1")]
    [InlineData("url", "javascript:alert(1)//X-EVIL:1")]
    public void Of_HostileAnything_AddsNoProperty(string where, string hostile)
    {
        var entry = where switch
        {
            "uid" => Entry() with { Uid = hostile },
            "description" => Entry() with { Description = hostile },
            "category" => Entry() with { Categories = [hostile] },
            "url" => Entry() with { Url = hostile },
            _ => Entry(),
        };
        var text = ICalendarText.Of(where == "name" ? hostile : "n", [entry], Stamp, where == "name" ? hostile : null);
        text.Split("\r\n").ShouldNotContain(line => line.StartsWith("X-EVIL", StringComparison.Ordinal) || line.StartsWith("URL:javascript", StringComparison.Ordinal));
        text.ShouldNotContain("\n\n");
        text.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain(c => char.IsControl(c));
    }

    // Not as an attribute's argument, in which half a character cannot be kept.
    [Fact]
    public void Of_HalfACharacter_IsReplaced() =>
        ICalendarText.Of("n", [Entry() with { Title = "a\ud83d" }], Stamp).Split("\r\n").ShouldContain("SUMMARY:a\ufffd");

    [Fact]
    public void Of_LongWords_AreFoldedBetweenCharacters()
    {
        foreach (var start in Enumerable.Range(0, 8))
        {
            var title = new string('a', start) + string.Concat(Enumerable.Repeat("整改𠮷é", 20));
            var text = ICalendarText.Of("n", [Entry() with { Title = title }], Stamp);
            foreach (var line in text.Split("\r\n"))
            {
                Encoding.UTF8.GetByteCount(line).ShouldBeLessThanOrEqualTo(75);
                line.ShouldNotContain('\ufffd');
            }

            text.Replace("\r\n ", "", StringComparison.Ordinal).ShouldContain($"SUMMARY:{title}\r\n");
        }
    }

    [Fact]
    public void Of_MoreThanTheLimits_IsBounded()
    {
        var text = ICalendarText.Of("n", Enumerable.Range(0, ICalendarText.EntriesMax + 5).Select(i => Entry() with { Uid = $"{i}" }), Stamp);
        text.Split("BEGIN:VEVENT").Length.ShouldBe(ICalendarText.EntriesMax + 1);

        var longOne = ICalendarText.Of("n", [Entry() with { Title = new string('文', 900), Description = new string('文', 9_000) }], Stamp).Replace("\r\n ", "", StringComparison.Ordinal);
        longOne.ShouldContain($"SUMMARY:{new string('文', ICalendarText.TitleMax - 1)}…\r\n");
        longOne.ShouldContain($"DESCRIPTION:{new string('文', ICalendarText.DescriptionMax - 1)}…\r\n");
    }

    private static CalendarEntry Entry() => new(CalendarEntry.UidOf("work", "w1"), 3, "开展自查", "三（一）\n第一行", new(2023, 9, 30), new(2023, 9, 30));
}
