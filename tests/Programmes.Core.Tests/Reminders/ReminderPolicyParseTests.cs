using Programmes.Core.Reminders;

namespace Programmes.Core.Tests.Reminders;

public class ReminderPolicyParseTests
{
    private const string Example = "10 and 3 working days before, on the day, 1 working day after, then every 5 working days, at most 6, escalate after 2";

    [Theory]
    [InlineData(Example, Example)]
    [InlineData("提前10、3个工作日，当日，逾期1个工作日，此后每5个工作日，最多6次，2次后抄送上级", Example)]
    [InlineData("提前１０、３个工作日；到期当日；逾期后1个工作日；每5个工作日；不超过6次；逾期提醒2次后升级", Example)]
    [InlineData("On the day , 3 , 10 working days BEFORE, 1 working day after, every 5 working days, at most 6 times, escalate after 2 reminders", Example)]
    [InlineData("到期前10和3个工作日，当天，1个工作日后，之后每5个工作日，最多6次，2次后报告上级", Example)]
    [InlineData("every 5 days", "then every 5 days, at most 6")]
    [InlineData("1, 2 and 3 days after", "1, 2 and 3 days after")]
    [InlineData("7 days before, 3 working days before, 1 day before", "3 working days before, 7 and 1 days before")]
    [InlineData("1 day after, escalate after 0", "1 day after, escalate after 0")]
    [InlineData(" none ", "none")]
    [InlineData("不提醒", "none")]
    public void TryParse_Readable_GivesTheCanonicalTextThatParsesBackInBothLanguages(string text, string canonical)
    {
        ReminderPolicy.TryParse(text, out var policy, out var error, out _).ShouldBeTrue(error.En);
        policy!.Words.En.ShouldBe(canonical);
        ReminderPolicy.Parse(policy.Words.En).Words.ShouldBe(policy.Words);
        ReminderPolicy.Parse(policy.Words.Zh).Words.ShouldBe(policy.Words);
    }

    [Fact]
    public void Words_Chinese_IsWhatAnOfficeWouldWrite() =>
        ReminderPolicy.Parse(Example).Words.Zh.ShouldBe("提前10、3个工作日，当日，逾期1个工作日，此后每5个工作日，逾期提醒最多6次，逾期提醒2次后抄送上级");

    [Theory]
    [InlineData("", 0, "before")]
    [InlineData("   ", 3, "before")]
    [InlineData("10 workin days before", 3, "\"working days\"")]
    [InlineData("3 weeks before", 2, "\"working days\" or \"days\"")]
    [InlineData("10", 2, "after 10 comes")]
    [InlineData("10 working days", 15, "\"before\" or \"after\"")]
    [InlineData("10 working days befor", 16, "\"before\"")]
    [InlineData("on day", 0, "\"on the day\"")]
    [InlineData("on the day, ", 12, "before")]
    [InlineData("on the day on the day", 11, "\",\"")]
    [InlineData("on the day, on the day", 12, "twice")]
    [InlineData("every 5 days, every 6 days", 14, "twice")]
    [InlineData("3 days before, 3 days before", 15, "twice")]
    [InlineData("every 0 days", 6, "1 to 366")]
    [InlineData("every days", 6, "number is missing")]
    [InlineData("367 days before", 0, "1 to 366")]
    [InlineData("99999999999999999999 days before", 0, "1 to 366")]
    [InlineData("every 5 days, at most 51", 22, "1 to 50")]
    [InlineData("on the day, at most 3", 12, "no overdue reminder to cap")]
    [InlineData("1 and 2 days after, every 5 days, at most 1", 34, "more than the cap of 1")]
    [InlineData("on the day, escalate after 1", 12, "could escalate")]
    [InlineData("1 day after, escalate after 1", 13, "none is left")]
    [InlineData("every 5 days, at most 3, escalate after 3", 25, "none is left")]
    [InlineData("1,2,3,4,5,6,7,8,9 days before", 16, "At most 8")]
    [InlineData("1,2,3,4,5,6,7,8 days before, 1 working day before", 29, "At most 8")]
    [InlineData("none, on the day", 0, "unknown")]
    [InlineData("whenever it suits", 0, "unknown: here comes")]
    [InlineData("提前3周", 3, "\"working days\" or \"days\"")]
    public void TryParse_Fault_SaysWhereAndWhy(string text, int position, string reason)
    {
        ReminderPolicy.TryParse(text, out var policy, out var error, out var at).ShouldBeFalse();
        policy.ShouldBeNull();
        error.En.ShouldContain(reason);
        error.Zh.ShouldNotBeNullOrEmpty();
        at.ShouldBe(position);
    }

    [Fact]
    public void TryParse_TooLong_IsRefusedAtTheLimit()
    {
        ReminderPolicy.TryParse("none".PadRight(ReminderPolicy.LengthMax), out _, out _, out _).ShouldBeTrue();
        ReminderPolicy.TryParse("none".PadRight(ReminderPolicy.LengthMax + 1), out _, out var error, out var position).ShouldBeFalse();
        position.ShouldBe(ReminderPolicy.LengthMax);
        error.En.ShouldContain("300");
    }

    [Fact]
    public void Parse_Fault_ThrowsWithThePosition() =>
        Should.Throw<FormatException>(() => ReminderPolicy.Parse("on the day, sometimes")).Message.ShouldContain("position 12");

    [Fact]
    public void Default_Text_IsItsOwnCanonicalText() => ReminderPolicy.Default.Words.En.ShouldBe(ReminderPolicy.DefaultText);
}
