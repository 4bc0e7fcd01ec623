using Programmes.Core.Calendars;
using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Programmes;

public sealed class SlackTests
{
    private static readonly Text Proposal = new("提出建议名单", "Proposal");
    private static readonly Text Notice = new("公示", "Notice");

    [Fact]
    public void Tightest_TheFirstBatchInNovember_CountsFromToday()
    {
        var slack = Tightest(new(2023, 11, 15), new SlackStep(Proposal, new(2023, 11, 30)))!;
        slack.WorkingDays.ShouldBe(11);
        slack.LastDayOn.ShouldBe(new(2023, 11, 30));
    }

    [Fact]
    public void Tightest_ANoticeNotPublishedYet_ReservesItsWindow()
    {
        // Five working days that end on Thursday 7 December begin after Thursday 30 November.
        var slack = Tightest(new(2023, 11, 28), new SlackStep(Proposal, new(2023, 12, 29)), new SlackStep(Notice, new(2023, 12, 7), 5))!;
        slack.Step.Title.ShouldBe(Notice);
        slack.LastDayOn.ShouldBe(new(2023, 11, 30));
        slack.WorkingDays.ShouldBe(2);
    }

    [Fact]
    public void Tightest_OverAHoliday_CountsNoDayOfIt() =>
        // 29 September to 6 October 2023 are off; 7 and 8 October are worked.
        Tightest(new(2023, 9, 28), new SlackStep(Proposal, new(2023, 10, 9)))!.WorkingDays.ShouldBe(3);

    [Fact]
    public void Tightest_ADayThatIsOver_IsNegative() => Tightest(new(2023, 12, 5), new SlackStep(Proposal, new(2023, 11, 30)))!.WorkingDays.ShouldBe(-3);

    [Fact]
    public void Tightest_NothingWithALastDay_IsNone() => Tightest(new(2023, 12, 5)).ShouldBeNull();

    private static Slack? Tightest(DateOnly today, params SlackStep[] open) => Slack.Tightest(today, open, WorkingDayCalendar.Official);
}
