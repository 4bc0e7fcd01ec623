using Programmes.Core.Calendars;
using Programmes.Core.Dates;
using Programmes.Core.Reminders;

namespace Programmes.Core.Tests.Reminders;

public class DigestTests
{
    private static readonly Addressee Station = new("Station1@example.org", "城关镇综合文化站");

    // The last working day before the holiday of 29 September to 6 October.
    private static readonly DateOnly Thursday = new(2023, 9, 28);

    [Fact]
    public void Compose_DaysAroundNationalDay_GroupsByHowPressingTheyAre()
    {
        var mail = Compose(
            Item("late", new(2023, 9, 25)), Item("today", Thursday), Item("holiday", new(2023, 9, 30)),
            Item("soon", new(2023, 10, 8)), Item("new", new(2023, 12, 29), isNew: true), Item("undated", null, isNew: true))!;

        mail.Groups.Select(group => (group.Urgency, group.Title.Zh, string.Join(',', group.Lines.Select(line => line.Item.WorkItemId)))).ShouldBe(
        [
            (Urgency.Overdue, "逾期", "late"),
            (Urgency.DueToday, "今日到期（含休息日到期）", "today,holiday"),
            (Urgency.DueSoon, "即将到期", "soon"),
            (Urgency.New, "新任务", "new,undated"),
        ]);
        mail.Groups.SelectMany(group => group.Lines).Select(line => line.Left?.Zh).ShouldBe(
            ["已逾期3个工作日", "今日到期", "到期日为休息日，今日是此前最后一个工作日", "还有2个工作日", "还有62个工作日", null]);
        mail.Groups[1].Lines[1].Due!.Value.Zh.ShouldBe("2023年9月30日（周六）");
        mail.Total.ShouldBe(6);
        mail.CountOf(Urgency.DueToday).ShouldBe(2);
    }

    [Fact]
    public void Compose_NewButLate_IsLate() =>
        Compose(Item("a", new(2023, 9, 1), isNew: true))!.Groups.Single().Urgency.ShouldBe(Urgency.Overdue);

    [Fact]
    public void Compose_AnyOrder_IsTheSameMail()
    {
        var items = Enumerable.Range(0, 60).Select(i => Item($"w{i:D2}", Thursday.AddDays((i * 7 % 23) - 9))).ToArray();
        var mail = Compose(items)!;
        for (var rotated = 1; rotated < items.Length; rotated += 13)
        {
            var other = Compose([.. items[rotated..], .. items[..rotated]])!;
            other.Groups.Select(Shown).ShouldBe(mail.Groups.Select(Shown));
        }

        static string Shown(DigestGroup group) => $"{group.Urgency} {string.Join(',', group.Lines.Select(line => line.Item.WorkItemId))} +{group.More}";
    }

    [Fact]
    public void Compose_TheSameWorkOfSeveralUnits_IsOneLine()
    {
        DigestItem Of(int unit) => Item($"w{unit:D2}", new(2023, 10, 8)) with { Unit = $"{unit:D2}站" };
        var group = Compose([.. Enumerable.Range(1, 12).Select(Of), Item("own", new(2023, 10, 8)) with { Unit = null }])!.Groups.Single();
        (group.Total, group.Lines.Count).ShouldBe((13, 2));
        group.Lines.Single(line => line.Same.Count == 12).Units.ShouldBe("01站、02站、03站、04站、05站、06站、07站、08站、09站、10站等12个单位");
        Compose(Of(1), Of(2))!.Groups.Single().Lines.Count.ShouldBe(2, "two are said one by one");
    }

    [Fact]
    public void ShortReason_SaysHowItWasCounted_AndNothingOfAPrintedWorkingDay()
    {
        IReadOnlyList<Text> Why(string rule)
        {
            DateRule.TryParse(rule, out var parsed, out _, out _).ShouldBeTrue();
            return parsed.Resolve(WorkingDayCalendar.Official, name => name == "surveyDue" ? ResolvedDate.Given(new(2023, 9, 27)) : null).Date!.Why;
        }

        ShortReason.Of(Why("surveyDue")).ShouldBeEmpty();
        ShortReason.Of(Why("2023-09-30")).Select(line => line.Zh).ShouldHaveSingleItem().ShouldStartWith("结果：2023年9月30日（周六）");
        var counted = ShortReason.Of(Why("surveyDue + 5 working days")).Select(line => line.Zh).ToList();
        counted[0].ShouldBe("起点：2023年9月27日（周三）。");
        counted.ShouldNotContain(line => line.Contains("规则", StringComparison.Ordinal) || line.Contains("surveyDue", StringComparison.Ordinal));
        counted[^1].ShouldStartWith("结果：");
    }

    [Fact]
    public void Compose_MoreThanTheLimit_ShowsTheOldestAndCountsTheRest()
    {
        var group = Compose([.. Enumerable.Range(1, Digest.LinesMax + 5).Select(i => Item($"w{i}", Thursday.AddDays(-i)))])!.Groups.Single();
        group.Lines.Count.ShouldBe(Digest.LinesMax);
        group.More.ShouldBe(5);
        group.Lines[0].Item.WorkItemId.ShouldBe("w25");
    }

    [Fact]
    public void Compose_GivenTwice_AppearsOnceAsOnesOwn()
    {
        var item = Item("a", Thursday);
        Compose(item with { ForSupervision = true }, item)!.Groups.Single().Lines.Single().Item.ForSupervision.ShouldBeFalse();
    }

    [Fact]
    public void Compose_NothingToTell_IsNoMail() => Compose().ShouldBeNull();

    [Fact]
    public void Compose_HandedInAndOverDuringTheDay_HaveTheirOwnGroups()
    {
        var mail = Compose(Item("review", new(2023, 9, 20)) with { SubmittedOn = new(2023, 9, 26) }, Item("over", Thursday) with { IsOver = true })!;
        mail.Groups.Select(group => (group.Urgency, group.Lines.Single().Item.WorkItemId, group.Lines.Single().Left!.Value.Zh)).ShouldBe(
            [(Urgency.Overdue, "over", "今日已逾期"), (Urgency.Review, "review", "已报送2个工作日，待审核")]);
    }

    private static DigestMail? Compose(params DigestItem[] items) => Digest.Compose(Station, Thursday, items, WorkingDayCalendar.Official);

    private static DigestItem Item(string id, DateOnly? dueOn, bool isNew = false) =>
        new(id, new("自查自评", "Self-assessment"), "乡镇综合文化站专项治理", "城关镇综合文化站", "三（一）", dueOn, [], isNew, $"/work-items/{id}");
}
