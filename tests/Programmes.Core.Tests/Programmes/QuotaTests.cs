using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Programmes;

public class QuotaTests
{
    [Theory]
    [InlineData(40, 101, 40)]
    [InlineData(40, 102, 40)]
    [InlineData(40, 103, 41)]
    [InlineData(33.3, 10, 3)]
    [InlineData(0, 100, 0)]
    public void Share_IsOfWholeUnits(decimal percent, int of, int most) => Quota.ShareOf(percent, of).ShouldBe(most);

    [Fact]
    public void Batch_IsFull_AtItsOwnNumber()
    {
        var quota = new Quota(10, null, null);
        quota.Refuse(9, 100).ShouldBeNull();
        quota.Refuse(10, 0)!.Value.Zh.ShouldContain("本批名额 10 个");
    }

    [Fact]
    public void AllBatchesTogether_AreFull_AtTheirShare()
    {
        var quota = new Quota(20, 40, new Text("100 个的 40%", "40% of 100"));
        quota.Refuse(9, 30).ShouldBeNull();
        var refusal = quota.Refuse(10, 30)!.Value;
        refusal.Zh.ShouldContain("100 个的 40%");
        refusal.En.ShouldContain("30 are selected in other batches");
    }
}
