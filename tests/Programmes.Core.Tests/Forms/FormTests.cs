using Programmes.Core.Forms;
using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Forms;

public class FormTests
{
    private static readonly FormItem Score = new("score", "得分", FormItemKind.Score, PointsMax: 10) { PointsMin = 2 };
    private static readonly FormItem Table = new("rows", "清单", FormItemKind.Table, Required: true) { RowsMax = 2, Columns = [new("what", "问题", FormItemKind.Text, Required: true), new("on", "日期", FormItemKind.Date)] };
    private static readonly FormItem Condition = new("house", "有馆舍", FormItemKind.YesNo) { IfNo = "不参评" };

    private static Form Of(params FormItem[] items) => new("f", "表", [new("组", items)]);

    [Theory]
    [InlineData("2", null)]
    [InlineData("10", null)]
    [InlineData("9.25", null)]
    [InlineData("1.9", "最低 2 分")]
    [InlineData("10.01", "最高 10 分")]
    [InlineData("9.255", "最多两位小数")]
    [InlineData("1,000", "应为数字")]
    [InlineData("1e1", "应为数字")]
    public void Check_Score_HoldsItsBounds(string text, string? problem)
    {
        var problems = FormCheck.Check(Of(Score), FormValues.Parse($$"""{"score":"{{text}}"}"""));

        if (problem is null) problems.ShouldBeEmpty();
        else problems.ShouldHaveSingleItem().Words.Zh.ShouldContain(problem);
    }

    [Fact]
    public void Check_Table_NamesRowAndColumn_AndHoldsItsBound()
    {
        FormCheck.Check(Of(Table), FormValues.Empty).ShouldHaveSingleItem().Words.Zh.ShouldContain("至少填写一行");

        var problems = FormCheck.Check(Of(Table), FormValues.Parse("""{"rows":[{"what":"一"},{"on":"2023-02-30"},{"what":"三"}]}"""));

        problems.Select(problem => (problem.Row, problem.Column)).ShouldBe([(null, null), (1, "what"), (1, "on")]);
        problems[0].Words.Zh.ShouldContain("最多 2 行");
    }

    [Fact]
    public void Check_File_AsksForOneWhereItIsRequired()
    {
        var form = Of(new FormItem("photo", "照片", FormItemKind.File, Required: true));

        FormCheck.Check(form, FormValues.Empty).Count.ShouldBe(1);
        FormCheck.Check(form, FormValues.Empty, new Dictionary<string, int> { ["photo"] = 1 }).ShouldBeEmpty();
    }

    [Fact]
    public void Sum_CountsWhatIsThere_AndSaysWhatIsMissing()
    {
        var other = new FormItem("other", "另一项", FormItemKind.Score);
        var values = FormValues.Parse("""{"score":"9.5","other":0.25}""");

        FormSum.Of(Of(Score), values).ShouldBe(new FormSum(9.5m, 10, 0));
        FormSum.Of(Of(Score, other), values).ShouldBe(new FormSum(9.75m, null, 0));
        FormSum.Of(Of(Score), FormValues.Empty).ShouldBe(new FormSum(0, 10, 1));
        FormSum.Of(Of(Condition), values).ShouldBeNull();
    }

    [Fact]
    public void Conditions_TellThoseNotMetFromThoseNotAnswered()
    {
        FormConditions.Of(Of(Condition), FormValues.Parse("""{"house":"no"}""")).Unmet.ShouldBe([Condition]);
        var open = FormConditions.Of(Of(Condition), FormValues.Empty);
        (open.Unmet.Count, open.Open).ShouldBe((0, 1));
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("no json")]
    [InlineData(null)]
    public void Values_ThatCannotBeRead_AreEmpty(string? json) => FormValues.Parse(json).ToJson().ShouldBe("{}");

    [Fact]
    public void Values_DropWhatIsEmpty_AndComeBackAsTheyWere()
    {
        var values = FormValues.Parse("""{"a":" 一 ","b":"","rows":[{"what":"甲","on":""},{"what":" "},{"what":"乙"}],"n":5}""");

        values.ToJson().ShouldBe("""{"a":"一","n":"5","rows":[{"what":"甲"},{"what":"乙"}]}""");
        FormValues.Parse(values.ToJson()).ToJson().ShouldBe(values.ToJson());
    }
}
