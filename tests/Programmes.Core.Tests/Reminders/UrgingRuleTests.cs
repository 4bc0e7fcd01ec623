using Programmes.Core.Calendars;
using Programmes.Core.Reminders;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Reminders;

public class UrgingRuleTests
{
    private static readonly WorkingDayCalendar Calendar = WorkingDayCalendar.Official;
    private static readonly UrgeableWork Open = new(false, false, false, null, null);

    // National Day 2023: 29 September to 6 October are off, 7 and 8 October (a weekend) are worked.
    [Theory]
    [InlineData("2023-09-28", 2, "2023-10-08")]
    [InlineData("2023-09-28", 1, "2023-10-07")]
    [InlineData("2023-09-28", 0, "2023-09-28")]
    [InlineData("2023-09-30", 2, "2023-10-08")]
    [InlineData("2023-09-25", 2, "2023-09-27")]
    [InlineData("2023-09-22", 2, "2023-09-26")]
    [InlineData("2099-12-31", 2, "2099-12-31")]
    public void AgainOn_CountsWorkingDaysAfterTheLastTime(string last, int every, string again) =>
        UrgingRule.AgainOn(Day(last), every, Calendar).ShouldBe(Day(again));

    [Theory]
    [InlineData("2023-09-28", false)]
    [InlineData("2023-10-07", false)]
    [InlineData("2023-10-08", true)]
    [InlineData("2023-10-21", true)]
    public void Hindrance_WithinTheInterval_NamesTheDayFromWhichOn(string on, bool may)
    {
        var why = UrgingRule.Hindrance(Open with { LastMailedOn = Day("2023-09-28") }, UrgingChannel.Mail, Day(on), 2, Calendar);
        if (may) why.ShouldBeNull();
        else why.ShouldNotBeNull().Zh.ShouldBe("2023年9月28日已催办，2023年10月8日起方可再次催办（每2个工作日最多一次）");
    }

    [Fact]
    public void Hindrance_WithoutAnInterval_IsNoneOnTheSameDay() =>
        UrgingRule.Hindrance(Open with { LastMailedOn = Day("2023-09-28") }, UrgingChannel.Mail, Day("2023-09-28"), 0, Calendar).ShouldBeNull();

    [Theory]
    [InlineData(UrgingChannel.Call)]
    [InlineData(UrgingChannel.Message)]
    [InlineData(UrgingChannel.Visit)]
    public void Hindrance_ForACall_KnowsNoInterval_ButTheWorkMustBeOpen(UrgingChannel channel)
    {
        var today = Day("2023-09-28");
        UrgingRule.Hindrance(Open with { LastMailedOn = today }, channel, today, 2, Calendar).ShouldBeNull();
        UrgingRule.Hindrance(Open with { IsClosed = true }, channel, today, 2, Calendar).ShouldNotBeNull();
    }

    [Fact]
    public void Hindrance_ByTheStateOfTheWork_SaysWhich()
    {
        Why(Open).ShouldBeNull("not due yet is no reason");
        Why(Open with { IsClosed = true }).ShouldBe("已办结或取消");
        Why(Open with { IsUnderReview = true }).ShouldBe("已提交，待审核");
        Why(Open with { IsSuspended = true }).ShouldBe("已中止，恢复后方可催办");
        Why(Open with { UnitLeftOn = Day("2023-09-01") }).ShouldBe("单位已于2023年9月1日退出或并入其他单位");

        static string? Why(UrgeableWork work) => UrgingRule.Hindrance(work, UrgingChannel.Mail, Day("2023-09-28"), 2, Calendar)?.Zh;
    }

    [Theory]
    [InlineData("2023-09-25", "已逾期3个工作日", "3 working days overdue")]
    [InlineData("2023-09-27", "已逾期1个工作日", "1 working day overdue")]
    [InlineData("2023-09-28", "今日到期，请按期办理", "due today: please keep to the date")]
    [InlineData("2023-10-31", "请按期办理", "please keep to the date")]
    [InlineData(null, "请抓紧办理", "please see to it")]
    public void Line_SaysHowLate_OrAsksPolitely(string? due, string zh, string en)
    {
        var line = UrgingRule.Line(new("w1", Text.Same("报告"), "示例", null, null, due is null ? null : Day(due), [], false, "/work/w1"), Day("2023-09-28"), Calendar);
        line.Left.ShouldBe(new Text(zh, en));
        (line.Due is null).ShouldBe(due is null);
    }

    [Fact]
    public void Line_OnARestDayAfterTheDueDate_CountsNoWorkingDay() =>
        UrgingRule.Line(new("w1", Text.Same("报告"), "示例", null, null, Day("2023-09-28"), [], false, "/work/w1"), Day("2023-10-01"), Calendar).Left!.Value.Zh.ShouldBe("已逾期");

    [Theory]
    [InlineData(1, 1, 0, 0, 0, UrgingDelivery.Sent, "已发送")]
    [InlineData(0, 2, 1, 1, 1, UrgingDelivery.Sent, "已发送，另有 3 个收件人未送达")]
    [InlineData(1, 0, 1, 0, 0, UrgingDelivery.Waiting, "待发送")]
    [InlineData(0, 0, 1, 1, 0, UrgingDelivery.Bounced, "被退回")]
    [InlineData(0, 0, 1, 0, 1, UrgingDelivery.Failed, "发送失败")]
    [InlineData(0, 0, 0, 0, 1, UrgingDelivery.NoAddress, "无邮箱，未送达")]
    [InlineData(0, 0, 0, 0, 0, UrgingDelivery.Withdrawn, "发送前已办结")]
    public void State_OfSeveralMails_IsOne(int waiting, int sent, int failed, int bounced, int noAddress, UrgingDelivery delivery, string words)
    {
        var state = UrgingState.Of(waiting, sent, failed, bounced, noAddress);
        state.Delivery.ShouldBe(delivery);
        UrgingWords.Of(state).Zh.ShouldBe(words);
    }
}
