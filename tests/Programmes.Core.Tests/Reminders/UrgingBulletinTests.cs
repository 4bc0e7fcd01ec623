using Programmes.Core.Calendars;
using Programmes.Core.Reminders;
using static Programmes.Core.Tests.Workflows.Flow;

namespace Programmes.Core.Tests.Reminders;

public class UrgingBulletinTests
{
    private static readonly string[] Superiors = ["示例乙区文化局", "示例甲县文化局"];

    private static UrgedWork Work(string id, string superior, string owner, string? due, UrgedStanding standing = UrgedStanding.Open) =>
        new(id, new($"任务{id}", $"Work {id}"), superior, owner, owner, due is null ? null : Day(due), standing);

    private static UrgingBulletin Compose(UrgingEntry[] entries, params UrgedWork[] work) =>
        UrgingBulletin.Compose("示例专项治理", entries, work, Day("2023-09-01"), Day("2023-09-28"), Day("2023-10-09"), Superiors, WorkingDayCalendar.Official);

    [Fact]
    public void Bulletin_SaysWhatCameOfIt_AndNamesWhatIsOpenByTheOfficeAboveAndByName()
    {
        var bulletin = Compose(
            [
                new("act1", "1", UrgingChannel.Mail, UrgingDelivery.Sent), new("act1", "2", UrgingChannel.Mail, UrgingDelivery.Bounced), new("act1", "3", UrgingChannel.Mail, UrgingDelivery.Sent),
                new("act2", "1", UrgingChannel.Mail, UrgingDelivery.NoAddress), new("act2", "4", UrgingChannel.Mail, UrgingDelivery.Waiting),
                new("act3", "1", UrgingChannel.Visit, UrgingDelivery.Logged), new("act3", "5", UrgingChannel.Call, UrgingDelivery.Logged), new("act4", "6", UrgingChannel.Call, UrgingDelivery.Logged),
            ],
            Work("1", "示例甲县文化局", "二站", "2023-09-25"), Work("2", "示例甲县文化局", "一站", "2023-10-31"), Work("3", "示例乙区文化局", "三站", "2023-09-20", UrgedStanding.Done),
            Work("4", "示例乙区文化局", "四站", null), Work("5", "", "示例县政府", "2023-10-08"), Work("6", "示例乙区文化局", "三站", "2023-09-20", UrgedStanding.UnderReview));

        (bulletin.Items, bulletin.Owners, bulletin.Acts, bulletin.Mails, bulletin.NotDelivered).ShouldBe((6, 5, 2, 5, 2));
        bulletin.Others.ShouldBe(new Dictionary<UrgingChannel, int> { [UrgingChannel.Call] = 2, [UrgingChannel.Visit] = 1 });
        bulletin.Words.Zh.ShouldBe("""
            示例专项治理催办情况通报

            2023年9月1日至2023年9月28日，共催办任务 6 项，涉及单位 5 个。发送催办邮件 2 次，合计 5 项次，其中 2 项次未送达。另行督促：电话 2 项次，上门 1 项次。
            截至2023年10月9日，上述任务已办结 1 项，已提交待审核 1 项，尚未办结 4 项（其中逾期 2 项）。

            尚未办结的任务（按主管单位和单位名称排列，不分先后）：
            示例县政府：任务5，期限2023年10月8日，已逾期1个工作日。

            示例乙区文化局
            四站：任务4。

            示例甲县文化局
            一站：任务2，期限2023年10月31日。
            二站：任务1，期限2023年9月25日，已逾期6个工作日。

            请有关单位抓紧办理，逾期的说明原因。

            """, StringCompareShould.IgnoreLineEndings);
        bulletin.Words.En.ShouldContain("1 done, 1 under review, 4 open, 2 of them overdue");
    }

    [Fact]
    public void Bulletin_TheMostUrgedUnit_DoesNotComeFirst()
    {
        var entries = Enumerable.Range(1, 9).Select(i => new UrgingEntry($"act{i}", "z", UrgingChannel.Mail, UrgingDelivery.Sent)).Append(new("act1", "a", UrgingChannel.Mail, UrgingDelivery.Sent)).ToArray();
        Compose(entries, Work("z", "示例甲县文化局", "乙站", "2023-01-03"), Work("a", "示例甲县文化局", "丙站", "2023-09-27")).Open.Select(one => one.Owner).ShouldBe(["丙站", "乙站"], "by name");
    }

    [Fact]
    public void Bulletin_WithoutUrgings_SaysSo() => Compose([]).Words.Zh.ShouldContain("2023年9月1日至2023年9月28日，没有催办。");

    [Fact]
    public void Bulletin_AllDone_AsksNobody()
    {
        var words = Compose([new("act1", "1", UrgingChannel.Mail, UrgingDelivery.Sent)], Work("1", "示例甲县文化局", "一站", "2023-09-25", UrgedStanding.Done)).Words.Zh;
        words.ShouldContain("已办结 1 项，已提交待审核 0 项，尚未办结 0 项。");
        words.ShouldNotContain("请有关单位");
    }

    [Fact]
    public void Bulletin_OfManyWorkItems_CountsWhatItDoesNotName()
    {
        var work = Enumerable.Range(0, UrgingBulletin.OpenNamedMax + 7).Select(i => Work($"{i:D4}", "示例甲县文化局", $"示例乡镇{i:D4}综合文化站", "2023-09-25")).ToArray();
        var bulletin = Compose([.. work.Select(one => new UrgingEntry("act", one.Id, UrgingChannel.Mail, UrgingDelivery.Sent))], work);
        bulletin.Open.Count.ShouldBe(UrgingBulletin.OpenNamedMax + 7);
        bulletin.Words.Zh.ShouldContain("其余 7 项从略。");
    }
}
