using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Programmes;

public class OfficeTreeTests
{
    [Fact]
    public void Lines_NameEachOfficeWithAllAboveIt()
    {
        var offices = new Dictionary<string, Office>
        {
            ["province"] = new("省"), ["city"] = new("市", Superior: "province"), ["county"] = new("县", Superior: "city"), ["other"] = new("其他", Superior: "nobody"),
        };

        OfficeTree.Lines(offices).ShouldBe([new("province", "province"), new("city", "city"), new("city", "province"), new("county", "county"), new("county", "city"), new("county", "province"), new("other", "other")], ignoreOrder: true);
    }

    [Fact]
    public void Chain_EndsInARingAndBeyondTheDepth()
    {
        var ring = new Dictionary<string, Office> { ["a"] = new("a", Superior: "b"), ["b"] = new("b", Superior: "a") };
        OfficeTree.Chain(ring, "a").ShouldBeNull();
        Should.Throw<InvalidOperationException>(() => OfficeTree.Lines(ring));
        var deep = Enumerable.Range(0, OfficeTree.DepthMax + 1).ToDictionary(i => $"o{i}", i => new Office($"o{i}", Superior: i == 0 ? null : $"o{i - 1}"));
        OfficeTree.Chain(deep, $"o{OfficeTree.DepthMax - 1}")!.Count.ShouldBe(OfficeTree.DepthMax);
        OfficeTree.Chain(deep, $"o{OfficeTree.DepthMax}").ShouldBeNull();
    }
}
