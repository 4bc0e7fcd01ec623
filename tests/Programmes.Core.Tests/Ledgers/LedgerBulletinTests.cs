using Programmes.Core.Ledgers;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Ledgers;

public class LedgerBulletinTests
{
    private static readonly string[] Areas = ["设施设备", "人员队伍", "服务活动", "运行创新"];
    private static readonly string[] Superiors = ["示例甲县文化局", "示例乙区文化局"];

    private static BulletinEntry Entry(string area, int superior, string opened, string? deadline, string? closed = null, params string[] reopened) =>
        new(area, Superiors[superior], Day(opened), deadline is null ? null : Day(deadline), closed is null ? null : Day(closed), [.. reopened.Select(Day)]);

    private static LedgerBulletin Compose(params BulletinEntry[] entries) => LedgerBulletin.Compose("示例专项治理", entries, Day("2022-12-21"), Day("2023-01-12"), Areas, Superiors);

    [Fact]
    public void Bulletin_CountsByAreaAndByTheOfficeAbove()
    {
        var bulletin = Compose(
            Entry("人员队伍", 1, "2022-11-28", "2022-12-15", "2022-12-14"),
            Entry("设施设备", 1, "2022-11-28", "2023-01-11"),
            Entry("设施设备", 0, "2022-12-22", "2023-01-12"),
            Entry("设施设备", 0, "2022-12-01", "2023-01-20", "2023-01-05", "2022-12-25"));

        (bulletin.Total.All, bulletin.Total.Closed, bulletin.Total.Open, bulletin.Total.Overdue).ShouldBe((4, 2, 2, 1), "a deadline of today is kept until its end");
        (bulletin.Total.OpenedSince, bulletin.Total.ClosedSince, bulletin.Total.ReopenedSince).ShouldBe((1, 1, 1));
        bulletin.ByArea.Select(count => (count.Name, count.All, count.Overdue)).ShouldBe([("设施设备", 3, 1), ("人员队伍", 1, 0)]);
        bulletin.BySuperior.Select(count => (count.Name, count.All, count.Closed)).ShouldBe([("示例甲县文化局", 2, 1), ("示例乙区文化局", 2, 1)], "in the launch's order, not ranked");
        bulletin.Words.Zh.ShouldBe("""
            示例专项治理问题整改情况通报

            截至2023年1月12日，台账共登记问题 4 个，已销号 2 个，未销号 2 个，其中超过整改期限 1 个。
            2022年12月21日以来，新登记 1 个，销号 1 个，经检查未解决而重新打开 1 个次。

            一、按检查方面
            设施设备：登记 3 个，销号 1 个，未销号 2 个（超期 1 个），重新打开 1 个次。
            人员队伍：登记 1 个，销号 1 个，未销号 0 个。

            二、按县（市、区）和主管单位
            示例甲县文化局：登记 2 个，销号 1 个，未销号 1 个，重新打开 1 个次。
            示例乙区文化局：登记 2 个，销号 1 个，未销号 1 个（超期 1 个）。

            超过期限的问题，请有关单位说明原因，抓紧整改并申请销号。

            """, StringCompareShould.IgnoreLineEndings);
        bulletin.Words.En.ShouldContain("4 entries, 2 closed, 2 open, 1 of them overdue");
    }

    [Fact]
    public void Bulletin_WithoutEntries_SaysSo() => Compose().Words.Zh.ShouldContain("台账没有登记问题");

    [Fact]
    public void Bulletin_AllInTime_AsksNobody()
    {
        var words = Compose(Entry("服务活动", 0, "2022-12-22", "2023-02-01")).Words.Zh;
        words.ShouldContain("未销号 1 个，均在期限内。");
        words.ShouldNotContain("超过期限的问题");
    }
}
