using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Core.Tests.Dates;

public class PeriodTests
{
    private static readonly WorkingDayCalendar Official = WorkingDayCalendar.Official;

    [Theory]
    [InlineData("5 working days", 5, PeriodUnit.WorkingDays, "5 working days")]
    [InlineData("1 working days", 1, PeriodUnit.WorkingDays, "1 working day")]
    [InlineData("6 months", 6, PeriodUnit.Months, "6 months")]
    [InlineData("2 years", 2, PeriodUnit.Years, "2 years")]
    [InlineData("3 days", 3, PeriodUnit.Days, "3 days")]
    [InlineData(" 2 weeks ", 2, PeriodUnit.Weeks, "2 weeks")]
    [InlineData("-10 working days", -10, PeriodUnit.WorkingDays, "-10 working days")]
    [InlineData("半年", 6, PeriodUnit.Months, "6 months")]
    [InlineData("５个工作日", 5, PeriodUnit.WorkingDays, "5 working days")]
    public void TryParse_Period_ReadsAmountAndUnit(string text, int amount, PeriodUnit unit, string canonical)
    {
        Period.TryParse(text, out var period).ShouldBeTrue();
        period.ShouldBe(new Period(amount, unit));
        period.ToString().ShouldBe(canonical);
        Period.Parse(canonical).ShouldBe(period);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("5", 1)]
    [InlineData("5 workin days", 2)]
    [InlineData("5 days, exact", 8)]
    [InlineData("days", 0)]
    public void TryParse_Fault_SaysWhere(string text, int position)
    {
        Period.TryParse(text, out _, out var error, out var at).ShouldBeFalse();
        at.ShouldBe(position);
        error.Zh.ShouldNotBeNullOrEmpty();
        Should.Throw<FormatException>(() => Period.Parse(text)).Message.ShouldContain($"position {position}");
    }

    [Fact]
    public void Add_Period_CountsAndExplains()
    {
        var end = Periods.Add(new(2023, 9, 25), "5 working days", Official);
        end.On.ShouldBe(new DateOnly(2023, 10, 8));
        end.Why[0].ShouldBe(new Text("起算：2023年9月25日（周一）。", "Counted from Mon 25 September 2023."));
        end.Why[^1].Zh.ShouldBe("结果：2023年10月8日（周日），中秋节、国庆节补班。");
        Periods.Add(new(2023, 3, 30), new Period(6, PeriodUnit.Months), Official).On.ShouldBe(new DateOnly(2023, 10, 7));
        Periods.Add(new(2023, 3, 30), "6 months", Official, exact: true).On.ShouldBe(new DateOnly(2023, 9, 30));
        Periods.Add(new(2023, 12, 1), "5 working days", Official, fromTheDayItself: true).On.ShouldBe(new DateOnly(2023, 12, 7));
        Periods.Add(new(2023, 12, 29), "-10 working days", Official).On.ShouldBe(new DateOnly(2023, 12, 15));
    }

    [Fact]
    public void Add_WhatCannotBeCounted_Throws()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Periods.Add(new(2023, 1, 3), "90 years", Official)).Message.ShouldContain("2099-12-31");
        Should.Throw<ArgumentException>(() => Periods.Add(new(2023, 1, 3), "1 month", Official, fromTheDayItself: true));
        Should.Throw<FormatException>(() => Periods.Add(new(2023, 1, 3), "soon", Official));
    }
}
