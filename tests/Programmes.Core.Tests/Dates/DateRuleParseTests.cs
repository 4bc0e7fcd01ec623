using Programmes.Core.Dates;

namespace Programmes.Core.Tests.Dates;

public class DateRuleParseTests
{
    [Theory]
    [InlineData("2023-09-30", "2023-09-30")]
    [InlineData("  selfAssessmentDue ", "selfAssessmentDue")]
    [InlineData("accepted+6 months", "accepted + 6 months")]
    [InlineData("accepted + 1 months", "accepted + 1 month")]
    [InlineData("published  +  5  Working  Days ,  from the day itself", "published + 5 working days, from the day itself")]
    [InlineData("batch.start + 2 years, exact", "batch.start + 2 years, exact")]
    [InlineData("a + 1 week, exact, from the day itself", "a + 1 week, from the day itself, exact")]
    [InlineData("a + 6 months - 3 working days", "a + 6 months - 3 working days")]
    [InlineData("earliest( a , b + 1 day, exact , c )", "earliest(a, b + 1 day, exact, c)")]
    [InlineData("latest(a, b) - 1 year", "latest(a, b) - 1 year")]
    [InlineData("a + half a year", "a + 6 months")]
    // As offices type: full-width signs, Chinese units and words.
    [InlineData("published＋５个工作日，当日起算", "published + 5 working days, from the day itself")]
    [InlineData("published − 3 工作日", "published - 3 working days")]
    [InlineData("batch.start + 2年，不顺延", "batch.start + 2 years, exact")]
    [InlineData("a＋6个月－3天", "a + 6 months - 3 days")]
    [InlineData("a + 2周 + 10日 + 半年", "a + 2 weeks + 10 days + 6 months")]
    [InlineData("最晚（a、2023年9月5日）", "latest(a, 2023-09-05)")]
    [InlineData("开工日 + 1个星期", "开工日 + 1 week")]
    public void TryParse_Readable_GivesTheCanonicalTextThatParsesBack(string text, string canonical)
    {
        DateRule.TryParse(text, out var rule, out var error, out _).ShouldBeTrue(error.En);
        rule.Text.ShouldBe(canonical);
        rule.ToString().ShouldBe(canonical);
        DateRule.Parse(canonical).Text.ShouldBe(canonical);
        rule.Words.En.ShouldBe(canonical);
        DateRule.Parse(rule.Words.Zh).Text.ShouldBe(canonical);
    }

    [Theory]
    [InlineData("", 0, "missing")]
    [InlineData("   ", 3, "missing")]
    [InlineData("2023-02-30", 0, "2023-02-28")]
    [InlineData("a + 3 days, exact, exact", 19, "twice")]
    [InlineData("latest(a, 2024-02-30)", 10, "2024-02-29")]
    [InlineData("2023-13-01", 0, "no month 13")]
    [InlineData("2023-9-5", 0, "2023-09-05")]
    [InlineData("2023-09", 0, "A rule starts with a date")]
    [InlineData("5 working days", 0, "published + 5 working days")]
    [InlineData("1999-01-01", 0, "2010 to 2099")]
    [InlineData("20230-01-01", 0, "A rule starts with a date")]
    [InlineData("published + 5 workin days", 14, "\"working days\"")]
    [InlineData("published + 6 moths", 14, "\"months\"")]
    [InlineData("published + 6 parsecs", 14, "use working days")]
    [InlineData("published + 6", 13, "unit is missing")]
    [InlineData("published + 6, exact", 13, "unit is missing")]
    [InlineData("published + days", 12, "an amount")]
    [InlineData("self-check", 5, "hyphen")]
    [InlineData("a + 3 days, exat", 12, "\"exact\"")]
    [InlineData("a + 3 days, from day itself", 12, "\"from the day itself\"")]
    [InlineData("a + 3 days, please", 12, "the options are")]
    [InlineData("a + 3 days,", 11, "the options are")]
    [InlineData("a + 6 months, from the day itself", 14, "working days, days or weeks")]
    [InlineData("a - 6 days, from the day itself", 12, "forward")]
    [InlineData("a, from the day itself", 3, "forward")]
    [InlineData("a b", 2, "Unexpected \"b\"")]
    [InlineData("a + 3 days)", 10, "Unexpected")]
    [InlineData("a + 36501 days", 4, "36500")]
    [InlineData("a + 99999999999999 days", 4, "36500")]
    [InlineData("latest a", 7, "followed by")]
    [InlineData("latest(a)", 8, "two dates")]
    [InlineData("latest(a, b", 11, "\",\" or \")\"")]
    [InlineData("latest(a, )", 10, "a date or a name")]
    [InlineData("exact", 0, "no name")]
    [InlineData("a..b + 1 day", 0, "no name")]
    [InlineData("a. + 1 day", 0, "no name")]
    [InlineData("?", 0, "a date or a name")]
    [InlineData("a+1 day+1 day+1 day+1 day+1 day+1 day+1 day+1 day+1 day", 49, "at most 8 terms")]
    [InlineData("latest(a, latest(a, latest(a, latest(a, latest(a, b)))))", 40, "at most 4 deep")]
    [InlineData("latest(a,a,a,a,a,a,a,a,a)", 23, "At most 8")]
    public void TryParse_Fault_SaysWhereAndWhy(string text, int position, string reason)
    {
        DateRule.TryParse(text, out var rule, out var error, out var at).ShouldBeFalse();
        rule.ShouldBeNull();
        error.En.ShouldContain(reason);
        error.Zh.ShouldNotBeNullOrEmpty();
        at.ShouldBe(position);
    }

    [Fact]
    public void TryParse_DateThatDoesNotExist_SaysSoInChinese()
    {
        _ = DateRule.TryParse("a + 1 day - 1 day", out _, out _, out _);
        _ = DateRule.TryParse("2023-02-30", out _, out var error, out _);
        error.Zh.ShouldBe("2023年2月没有30日，该月共28天；是否指 2023-02-28？");
    }

    [Fact]
    public void TryParse_TooLong_IsRefusedAtTheLimit()
    {
        DateRule.TryParse("a" + new string(' ', DateRule.LengthMax - 1), out _, out _, out _).ShouldBeTrue();
        DateRule.TryParse("a" + new string(' ', DateRule.LengthMax), out _, out var error, out var position).ShouldBeFalse();
        position.ShouldBe(DateRule.LengthMax);
        error.En.ShouldContain("400");
        DateRule.TryParse(new string('a', DateRule.AnchorNameMax + 1), out _, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Parse_Fault_ThrowsWithThePosition() =>
        Should.Throw<FormatException>(() => DateRule.Parse("a + 5 workin days")).Message.ShouldContain("position 6");

    [Fact]
    public void Words_Rule_IsChineseForChineseReaders()
    {
        DateRule.Parse("latest(a - 1 week, b + 5 working days, from the day itself, exact)").Words.Zh.ShouldBe("最晚（a - 1周，b + 5个工作日，当日起算，不顺延）");
        DateRule.Parse("a + 2 years + 3 days").Words.Zh.ShouldBe("a + 2年 + 3天");
    }

    [Fact]
    public void Anchors_Nested_AreNamedOnceInOrder() =>
        DateRule.Parse("latest(b.start + 1 day, earliest(a, b.start), 2023-01-03)").Anchors.ShouldBe(["b.start", "a"]);

    [Theory]
    [InlineData("selfAssessmentDue", true)]
    [InlineData("batch.start", true)]
    [InlineData("_x1", true)]
    [InlineData("开工日", true)]
    [InlineData("最早开工日", true)]
    [InlineData("exactly", true)]
    [InlineData("", false)]
    [InlineData("1a", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a-b", false)]
    [InlineData("a b", false)]
    [InlineData("exact", false)]
    [InlineData("Latest", false)]
    public void IsAnchorName_Name_IsWhatARuleCanRead(string name, bool isName)
    {
        DateRule.IsAnchorName(name).ShouldBe(isName);
        (DateRule.TryParse(name, out var rule, out _, out _) && rule!.Anchors.SequenceEqual([name])).ShouldBe(isName);
    }
}
