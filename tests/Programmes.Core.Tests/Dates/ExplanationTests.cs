using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Core.Tests.Dates;

public class ExplanationTests
{
    private static readonly WorkingDayCalendar Official = WorkingDayCalendar.Official;

    [Fact]
    public void Why_WorkingDaysOverAHoliday_NamesSkippedAndMakeUpDays() =>
        Why("published + 5 working days", new(2023, 9, 25)).ShouldBe(
        [
            new("规则：published + 5个工作日。", "Rule: published + 5 working days."),
            new("起点：published = 2023年9月25日（周一）。", "Anchor: published = Mon 25 September 2023."),
            new("向后计 5个工作日：开始的当日不计入，自下一日起算（参照《民法典》第二百零一条）。", "Counted 5 working days forward: the first day does not count (by analogy with article 201 of the Civil Code)."),
            new("跳过：9月29日至10月6日 中秋节、国庆节放假。", "Skipped: 29 September to 6 October, Mid-Autumn Festival and National Day."),
            new("计入：10月7日（周六）补班；10月8日（周日）补班。", "Counted: Sat 7 October, make-up working day; Sun 8 October, make-up working day."),
            new("结果：2023年10月8日（周日），中秋节、国庆节补班。", "Result: Sun 8 October 2023, a make-up working day for Mid-Autumn Festival and National Day."),
        ]);

    [Fact]
    public void Why_OneMakeUpDay_NamesItsWeekday() =>
        Zh("published + 4 working days", new(2023, 9, 25)).ShouldContain("计入：10月7日（周六）补班。");

    [Fact]
    public void Why_CountFromTheDayItself_SaysSo() =>
        Zh("published + 5 working days, from the day itself", new(2023, 12, 1)).ShouldBe(
        [
            "规则：published + 5个工作日，当日起算。",
            "起点：published = 2023年12月1日（周五）。",
            "自当日起算 5个工作日：当日计入（办法另有约定，参照《民法典》第二百零四条）。",
            "跳过周末：12月2日至3日。",
            "结果：2023年12月7日（周四），工作日。",
        ]);

    [Fact]
    public void Why_NoCorrespondingDay_CitesArticle202() =>
        Why("failed + 6 months", new(2024, 8, 31)).Skip(2).ShouldBe(
        [
            new("向后计 6个月：开始的当日不计入（参照《民法典》第二百零一条）。", "Counted 6 months forward: the first day does not count (by analogy with article 201 of the Civil Code)."),
            new("到期月没有31日，月末日2025年2月28日（周五）为最后一日（参照《民法典》第二百零二条）。", "The last month has no day 31: its last day, Fri 28 February 2025, ends the period (by analogy with article 202 of the Civil Code)."),
            new("当日为工作日，不需顺延。", "It is a working day: nothing to roll."),
            new("结果：2025年2月28日（周五），工作日。", "Result: Fri 28 February 2025, a working day."),
        ]);

    [Fact]
    public void Why_EndOnAMakeUpSaturday_DoesNotRoll() =>
        Zh("start + 2 years", new(2024, 2, 29)).ShouldContain("当日为春节补班，不需顺延。");

    [Fact]
    public void Why_EndOnARestDay_RollsByArticle203()
    {
        var why = Why("accepted + 6 months", new(2023, 3, 30));
        why.Select(line => line.Zh).ShouldContain("到期月的对应日2023年9月30日（周六）为最后一日（参照《民法典》第二百零二条）。");
        why.Select(line => line.Zh).ShouldContain("当日为休息日（中秋节、国庆节放假），顺延至其后第一个工作日2023年10月7日（周六）（参照《民法典》第二百零三条）。");
        why.Select(line => line.Zh).ShouldContain("跳过：9月30日至10月6日 中秋节、国庆节放假。");
        why.Select(line => line.En).ShouldContain("It is a rest day (a day off for Mid-Autumn Festival and National Day): it rolls to the next working day, Sat 7 October 2023 (by analogy with article 203 of the Civil Code).");
    }

    [Fact]
    public void Why_Exact_StaysOnTheRestDay() =>
        Zh("accepted + 6 months, exact", new(2023, 3, 30)).ShouldContain("当日为休息日（中秋节、国庆节放假），按规则不顺延。");

    [Fact]
    public void Why_FixedRestDay_StaysAndShowsTheLastWorkingDay()
    {
        var why = Why("2023-09-30", default);
        why[1].ShouldBe(new Text("固定日期：2023年9月30日（周六），照文件所印，遇休息日也不改。", "Fixed day: Sat 30 September 2023, as printed; a rest day does not move it."));
        why[2].ShouldBe(new Text("结果：2023年9月30日（周六），中秋节、国庆节放假；此前最后一个工作日是2023年9月28日（周四）。", "Result: Sat 30 September 2023, a day off for Mid-Autumn Festival and National Day; the last working day before it is Thu 28 September 2023."));
        Zh("2023-12-31", default)[2].ShouldBe("结果：2023年12月31日（周日），周末；此前最后一个工作日是2023年12月29日（周五）。");
        Zh("2023-09-28", default)[2].ShouldBe("结果：2023年9月28日（周四），工作日。");
        // A launch parameter is a printed day by another name.
        Zh("selfAssessmentDue", new(2023, 9, 30))[2].ShouldBe(why[2].Zh);
    }

    [Fact]
    public void Why_CountFromAFixedDay_CallsItTheStart() =>
        Why("2023-09-25 + 5 working days", default)[1].ShouldBe(new Text("起点：2023年9月25日（周一）。", "Start: Mon 25 September 2023."));

    [Fact]
    public void Why_BackOverNewYear_WritesTheYearThatChanges() =>
        Zh("due - 3 working days", new(2024, 1, 3)).ShouldBe(
        [
            "规则：due - 3个工作日。",
            "起点：due = 2024年1月3日（周三）。",
            "向前倒数 3个工作日：当日不计入（参照《民法典》第二百零一条），不顺延。",
            "跳过：1月1日 元旦放假。",
            "跳过周末：2023年12月30日至31日。",
            "结果：2023年12月28日（周四），工作日。",
        ]);

    [Fact]
    public void Why_Choice_NamesAllAndTheOneTaken()
    {
        var why = Why("latest(published + 5 working days, 2023-09-28)", new(2023, 9, 25));
        why[1].ShouldBe(new Text("可选：published + 5个工作日 = 2023年10月8日（周日）。", "Choice: published + 5 working days = Sun 8 October 2023."));
        why[2].Zh.ShouldBe("可选：2023-09-28 = 2023年9月28日（周四）。");
        why[3].ShouldBe(new Text("取其中最晚的：published + 5个工作日。", "The latest is taken: published + 5 working days."));
        why.Select(line => line.Zh).ShouldContain("跳过：9月29日至10月6日 中秋节、国庆节放假。");
    }

    [Fact]
    public void Why_Provisional_SaysWhatIsExpected()
    {
        var why = Why("published + 5 working days", new(2027, 9, 27));
        why.Select(line => line.Zh).ShouldContain("跳过：10月1日至3日 国庆节放假（预计）。");
        why.Select(line => line.En).ShouldContain("Skipped: 1 October to 3 October, National Day (expected).");
        why[^1].ShouldBe(new Text("暂定：所依据的节假日通知尚未发布，发布后可能变动。", "Provisional: a holiday notice that it depends on is not issued yet and may move it."));
    }

    [Fact]
    public void Why_ProvisionalAnchor_IsMarked()
    {
        var anchor = new ResolvedDate(new(2023, 1, 3), true, []);
        DateRule.Parse("a, exact").Resolve(Official, _ => anchor).Date!.Why[1].ShouldBe(
            new Text("起点：a = 2023年1月3日（周二），暂定。", "Anchor: a = Tue 3 January 2023, provisional."));
    }

    [Fact]
    public void Why_LocalDays_AreNamedAsSuch()
    {
        var calendar = Official.With(
        [
            new(new(2023, 12, 5), false, new("停电", "Power cut"), "1", new(2023, 12, 1)),
            new(new(2023, 12, 9), true, new("补班", "Make-up"), "1", new(2023, 12, 1)),
        ]);
        var why = DateRule.Parse("2023-12-04 + 4 working days").Resolve(calendar, _ => null).Date!.Why;
        why.Select(line => line.Zh).ShouldContain("跳过：12月5日 停电放假（地方规定）。");
        why.Select(line => line.Zh).ShouldContain("计入：12月9日（周六）上班（地方规定）。");
        why[^1].En.ShouldBe("Result: Sat 9 December 2023, a local working day, Make-up.");
    }

    [Fact]
    public void Why_LongCount_IsBounded()
    {
        var why = Why("a + 10000 working days", new(2010, 1, 4));
        why.Length.ShouldBeLessThanOrEqualTo(10);
        why.ShouldAllBe(line => line.Zh.Length < 400 && line.En.Length < 600);
        why.Select(line => line.Zh).ShouldContain(line => line.StartsWith("跳过周末：共 ", StringComparison.Ordinal));
        why.Select(line => line.Zh).ShouldContain(line => line.StartsWith("跳过：", StringComparison.Ordinal) && line.Contains("；另有 ", StringComparison.Ordinal));
        var nested = Why("latest(latest(latest(a+1 day-1 day+1 day-1 day+1 day-1 day+1 day,a),a)+1 day-1 day+1 day-1 day+1 day-1 day+1 day-1 day,a)+1 day-1 day+1 day-1 day+1 day-1 day+1 day-1 day", new(2023, 1, 3));
        nested.Length.ShouldBeLessThanOrEqualTo(41);
        nested[^1].Zh.ShouldStartWith("结果：");
    }

    [Fact]
    public void Why_EveryLine_HasBothLanguages()
    {
        foreach (var rule in new[] { "a", "a + 3 days", "a - 2 weeks", "a + 1 year", "earliest(a, 2023-10-01)", "a + 0 days", "a + 2 days, from the day itself" })
            Why(rule, new(2023, 9, 27)).ShouldAllBe(line => line.Zh.Length > 0 && line.En.Length > 0 && !line.En.Any(c => c > '\u2fff'));
    }

    private static string[] Zh(string rule, DateOnly anchor) => [.. Why(rule, anchor).Select(line => line.Zh)];

    private static Text[] Why(string rule, DateOnly anchor) =>
        [.. DateRule.Parse(rule).Resolve(Official, _ => ResolvedDate.Given(anchor)).Date!.Why];
}
