using System.Globalization;
using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Core.Tests.Dates;

public class DateRuleResolveTests
{
    private static readonly WorkingDayCalendar Official = WorkingDayCalendar.Official;

    [Theory]
    // Notices of five working days over make-up days, plainly, and with the first day counted.
    [InlineData("a + 5 working days", "2023-09-25", "2023-10-08")]
    [InlineData("a + 5 working days", "2023-12-01", "2023-12-08")]
    [InlineData("a + 5 working days, from the day itself", "2023-12-01", "2023-12-07")]
    // Published on a Saturday, there is nothing on the day itself to count.
    [InlineData("a + 5 working days, from the day itself", "2023-12-02", "2023-12-08")]
    [InlineData("a + 1 working day, from the day itself", "2023-12-01", "2023-12-01")]
    // Half a year and two years that meet no corresponding day.
    [InlineData("a + 6 months", "2024-08-31", "2025-02-28")]
    [InlineData("a + 2 years", "2024-02-29", "2026-02-28")]
    [InlineData("a + 6 months", "2025-06-30", "2025-12-30")]
    // Rolling: 2023-09-30 is in the holiday that ends on 6 October; `exact` stays.
    [InlineData("a + 6 months", "2023-03-30", "2023-10-07")]
    [InlineData("a + 6 months, exact", "2023-03-30", "2023-09-30")]
    [InlineData("a + 2 years, exact", "2021-12-31", "2023-12-31")]
    [InlineData("a + 2 years", "2021-12-31", "2024-01-02")]
    [InlineData("a + 3 days", "2023-12-01", "2023-12-04")]
    [InlineData("a + 2 days", "2023-12-01", "2023-12-04")]
    [InlineData("a + 3 days, from the day itself", "2023-12-04", "2023-12-06")]
    [InlineData("a + 2 weeks", "2023-09-18", "2023-10-07")]
    [InlineData("a + 1 week, from the day itself", "2023-12-04", "2023-12-11")]
    // A make-up Saturday is no rest day.
    [InlineData("a + 5 days", "2024-02-13", "2024-02-18")]
    // Backward counts never roll.
    [InlineData("a - 10 working days", "2023-12-31", "2023-12-18")]
    [InlineData("a - 1 months", "2023-10-30", "2023-09-30")]
    [InlineData("a - 6 months", "2023-08-31", "2023-02-28")]
    [InlineData("a - 1 week", "2023-12-10", "2023-12-03")]
    // One period of eighteen months, not twelve and then six; it rolls once, at its end.
    [InlineData("a + 1 year + 6 months, exact", "2024-02-29", "2025-08-29")]
    [InlineData("a + 1 day + 2 days", "2023-12-01", "2023-12-04")]
    [InlineData("a + 6 months - 3 working days", "2023-03-30", "2023-09-26")]
    [InlineData("a + 5 working days + 2 days", "2023-11-30", "2023-12-11")]
    [InlineData("a - 2 days + 1 working day", "2023-12-04", "2023-12-04")]
    [InlineData("a + 0 days", "2023-10-01", "2023-10-01")]
    [InlineData("a", "2023-10-01", "2023-10-01")]
    public void Resolve_FromAnAnchor_CountsByTheRules(string rule, string anchor, string result) =>
        Resolved(rule, On(anchor)).On.ShouldBe(On(result));

    [Theory]
    [InlineData("2023-09-30", "2023-09-30")]
    [InlineData("2023-09-30 + 3 days", "2023-10-07")]
    [InlineData("2023-09-30 - 3 days", "2023-09-27")]
    [InlineData("2023-09-30-3 days", "2023-09-27")]
    [InlineData("earliest(2023-09-30, 2023-10-02 - 3 days)", "2023-09-29")]
    [InlineData("latest(2023-09-30, 2023-10-02 - 3 days)", "2023-09-30")]
    [InlineData("latest(2023-12-01 + 5 working days, from the day itself, 2023-12-06) + 1 working day", "2023-12-08")]
    [InlineData("earliest(latest(2023-12-01, 2023-12-04), 2023-12-05)", "2023-12-04")]
    public void Resolve_WithoutAnchors_NeedsNone(string rule, string result) =>
        DateRule.Parse(rule).Resolve(Official, _ => null).Date!.On.ShouldBe(On(result));

    [Fact]
    public void Resolve_MissingAnchor_NamesTheFirst()
    {
        var resolution = DateRule.Parse("latest(known + 1 day, batch.start, other)").Resolve(
            Official, name => name == "known" ? ResolvedDate.Given(new(2023, 1, 3)) : null);
        resolution.Success.ShouldBeFalse();
        resolution.Date.ShouldBeNull();
        resolution.MissingAnchor.ShouldBe("batch.start");
        resolution.Error!.Value.Zh.ShouldContain("batch.start");
        resolution.Error!.Value.En.ShouldContain("batch.start");
    }

    [Theory]
    [InlineData("a + 80 years", "2023-01-03")]
    [InlineData("a + 30000 working days", "2023-01-03")]
    [InlineData("a - 20 years", "2023-01-03")]
    [InlineData("a + 36500 years", "2023-01-03")]
    [InlineData("a - 36500 weeks", "2023-01-03")]
    [InlineData("a + 1 working day", "2009-06-01")]
    [InlineData("a + 1 year", "2009-06-01")]
    [InlineData("a + 1 day", "2099-12-31")]
    public void Resolve_BeyondTheCalendar_IsALocatedError(string rule, string anchor)
    {
        var resolution = DateRule.Parse(rule).Resolve(Official, _ => ResolvedDate.Given(On(anchor)));
        resolution.Success.ShouldBeFalse();
        resolution.MissingAnchor.ShouldBeNull();
        resolution.Error!.Value.En.ShouldContain(rule);
        resolution.Error!.Value.En.ShouldContain("2010-01-01 to 2099-12-31");
    }

    [Theory]
    [InlineData("2026-12-18 + 5 working days", "2026-12-25", false)]
    [InlineData("2026-12-18 + 6 working days", "2026-12-28", true)]
    [InlineData("2026-06-25 + 6 months", "2026-12-25", false)]
    [InlineData("2026-06-26 + 6 months", "2026-12-28", true)]
    [InlineData("2026-06-26 + 6 months, exact", "2026-12-26", false)]
    // A printed day stands whatever a notice will say.
    [InlineData("2028-10-01", "2028-10-01", false)]
    [InlineData("2028-10-09 - 2 weeks", "2028-09-25", false)]
    // Only days that were counted matter, and the day counted back from is not.
    [InlineData("2026-12-26 - 1 working day", "2026-12-25", false)]
    [InlineData("2026-12-28 - 1 working day", "2026-12-25", true)]
    [InlineData("earliest(2026-12-01, 2026-12-18 + 6 working days)", "2026-12-01", true)]
    public void Resolve_ProvisionalDays_MarkWhatDependsOnThem(string rule, string result, bool isProvisional)
    {
        var date = DateRule.Parse(rule).Resolve(Official, _ => null).Date!;
        date.On.ShouldBe(On(result));
        date.IsProvisional.ShouldBe(isProvisional);
        date.Why.Any(line => line.Zh.StartsWith("暂定", StringComparison.Ordinal) && line.En.StartsWith("Provisional", StringComparison.Ordinal)).ShouldBe(isProvisional);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a + 1 week, exact")]
    [InlineData("latest(a, 2023-12-01)")]
    public void Resolve_ProvisionalAnchor_IsProvisionalToo(string rule)
    {
        var anchor = new ResolvedDate(new(2023, 1, 3), true, []);
        DateRule.Parse(rule).Resolve(Official, _ => anchor).Date!.IsProvisional.ShouldBeTrue();
    }

    [Fact]
    public void Resolve_AsKnownOn_CountsWithWhatWasKnown()
    {
        var rule = DateRule.Parse("2020-01-23 + 3 days");
        rule.Resolve(Official.AsKnownOn(new(2020, 1, 20)), _ => null).Date!.On.ShouldBe(new DateOnly(2020, 1, 31));
        rule.Resolve(Official.AsKnownOn(new(2020, 1, 27)), _ => null).Date!.On.ShouldBe(new DateOnly(2020, 2, 3));
    }

    [Fact]
    public void Resolve_LinesNotRead_WritesNone()
    {
        var rule = DateRule.Parse("a + 5 working days");
        var anchor = ResolvedDate.Given(new(2023, 9, 25));
        AnchorLookup lookup = _ => anchor;
        _ = rule.Resolve(Official, lookup);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _ = rule.Resolve(Official, lookup);
        // The explanation alone takes kilobytes.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).ShouldBeLessThan(250);
    }

    [Fact]
    public void Equals_SameDayAndWords_AreTheSame()
    {
        Resolved("a + 5 working days", new(2023, 9, 25)).ShouldBe(Resolved("a + 5 working days", new(2023, 9, 25)));
        Resolved("a + 5 working days", new(2023, 9, 25)).ShouldNotBe(ResolvedDate.Given(new(2023, 10, 8)));
    }

    private static ResolvedDate Resolved(string rule, DateOnly anchor)
    {
        var resolution = DateRule.Parse(rule).Resolve(Official, name => name == "a" ? ResolvedDate.Given(anchor) : null);
        resolution.Error.ShouldBeNull();
        resolution.Success.ShouldBeTrue();
        return resolution.Date!;
    }

    private static DateOnly On(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
