using System.Text.Json.Nodes;
using System.Xml.Linq;
using Programmes.Core.Pictures;
using Programmes.Core.Workflows;

namespace Programmes.Core.Tests.Pictures;

public class WorkflowPictureTests
{
    private static readonly string Workflows = Path.Combine(AppContext.BaseDirectory, "workflows");

    public static TheoryData<string> Shipped =>
        [.. Directory.EnumerateFiles(Workflows, "*.json", SearchOption.AllDirectories).Where(file => JsonNode.Parse(File.ReadAllText(file))?["root"] is not null)
            .Select(file => Path.GetRelativePath(Workflows, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Picture_InTheRepository_IsThatOfItsDefinition(string file)
    {
        var picture = Path.Combine(Workflows, Path.ChangeExtension(file, ".svg"));
        const string Refresh = "run: dotnet run --project src/Programmes.Cli -- picture workflows";

        File.Exists(picture).ShouldBeTrue($"{file} has no picture; {Refresh}");
        File.ReadAllText(picture).ShouldBe(WorkflowPicture.Render(Read(file)), $"the picture of {file} is out of date; {Refresh}");
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Boxes_OfOneCanvas_DoNotTouchEachOther(string file)
    {
        var open = new Stack<PictureBox>([new PictureBuilder("zh").Root(Read(file).Root)]);
        while (open.TryPop(out var frame))
        {
            foreach (var box in frame.Children)
            {
                open.Push(box);
                (box.X >= -0.01 && box.Y >= -0.01 && box.X + box.Width <= frame.Width + 0.01 && box.Bottom <= frame.Height + 0.01).ShouldBeTrue($"{Name(box)} leaves its frame");
                foreach (var other in frame.Children.TakeWhile(other => other != box))
                    (box.X + box.Width <= other.X || other.X + other.Width <= box.X || box.Bottom <= other.Y || other.Bottom <= box.Y).ShouldBeTrue($"{Name(box)} lies on {Name(other)}");
            }
        }
    }

    /// <summary>The branches of a parallel step are boxes without words.</summary>
    private static string Name(PictureBox box) => box.Title.Count > 0 ? box.Title[0] : $"{box.Shape}";

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Outcomes_OfOneBox_CanBeReadSideBySide(string file)
    {
        var open = new Stack<PictureBox>([new PictureBuilder("zh").Root(Read(file).Root)]);
        while (open.TryPop(out var frame))
        {
            foreach (var box in frame.Children) open.Push(box);
            foreach (var level in frame.Lines.Where(line => line.Label.Length > 0).DistinctBy(line => (line.Label, line.LabelX, line.LabelY)).GroupBy(line => line.LabelY))
            {
                var end = double.NegativeInfinity;
                foreach (var line in level.OrderBy(line => line.LabelX))
                {
                    line.LabelX.ShouldBeGreaterThan(end, $"{line.Label} covers another outcome");
                    end = line.LabelX + PictureWords.Measure(line.Label) * PictureBuilder.SmallSize;
                }
            }
        }
    }

    [Fact]
    public void Picture_ShowsEveryStepAndEveryOutcomeThatIsFollowed()
    {
        var texts = Texts(WorkflowPicture.Render(Read("tongjiang-grading/station.json")));

        texts.ShouldContain("结转下一批");
        texts.ShouldContain("记录：未达标");
        string.Concat(texts).ShouldContain("对标自查，形成问题清单和台账");
        texts.Where(text => text is "通过" or "不通过" or "列入建议名单" or "不列入" or "无异议" or "异议成立" or "认定命名" or "不予认定" or "已结转" or "结论为最终").ShouldBeUnique();
        texts.ShouldContain("异议成立");
        texts.ShouldNotContain("办结");
    }

    [Fact]
    public void Picture_InEnglish_HasNoChineseButTheNamesOfTheDefinition()
    {
        var texts = Texts(WorkflowPicture.Render(Read("tongjiang-grading/batch.json"), "en"));

        texts.ShouldContain("Work item");
        texts.ShouldContain("Returned");
        texts.ShouldContain("version 1");
    }

    [Fact]
    public void Definition_WithoutPlacesAndWithALoop_GrowsDownwards()
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(Workflows, "tongjiang-grading/batch.json")))!;
        foreach (var metadata in Metadata(json["root"]!)) metadata.Remove("designer");
        var content = new PictureBuilder("zh").Root(DefinitionReader.Read(json.ToJsonString(), "batch.json").Definition!.Root);

        var recognition = content.Children.Single(box => box.Title[0] == "上报、审核与认定命名");
        var submit = recognition.Children.Single(box => box.Title[0] == "上报上级主管部门");
        var review = recognition.Children.Single(box => box.Title[0] == "上级主管部门审核");
        var correct = recognition.Children.Single(box => box.Title[0] == "按审核意见补正");
        review.Y.ShouldBeGreaterThan(submit.Bottom);
        correct.Y.ShouldBeGreaterThan(review.Bottom);
        var back = recognition.Lines.Single(line => line.Points[^1].Y < line.Points[0].Y);
        back.Points[^1].Y.ShouldBe(submit.Y + submit.Height / 2);
    }

    [Theory]
    [InlineData("核实线上数据、实地评估", "核实线上数据、|实地评估")]
    [InlineData("提出等级建议名单和等级意见", "提出等级建议名单|和等级意见")]
    [InlineData("纳入年度目标绩效考核（第一年）", "纳入年度目标绩效考核|（第一年）")]
    [InlineData("短标题", "短标题")]
    [InlineData("一二三四五六七八九十一二三四五六七八九十", "一二三四五六七|八九十一二三四|五六七八九十")]
    public void Title_ThatIsLong_BreaksWhereOneWouldPause(string title, string lines) => string.Join('|', PictureWords.Wrap(title)).ShouldBe(lines);

    private static WorkflowDefinition Read(string file)
    {
        var reading = DefinitionReader.Read(File.ReadAllText(Path.Combine(Workflows, file)), file);
        return reading.Definition.ShouldNotBeNull(string.Join('\n', reading.Problems));
    }

    private static List<string> Texts(string svg) => [.. XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").SelectMany(element => element.Value.Split(" · "))];

    private static IEnumerable<JsonObject> Metadata(JsonNode node) => node switch
    {
        JsonObject parent => parent.SelectMany(property => property.Key == "metadata" && property.Value is JsonObject metadata ? [metadata] : property.Value is null ? [] : Metadata(property.Value)),
        JsonArray items => items.SelectMany(item => item is null ? [] : Metadata(item)),
        _ => [],
    };
}
