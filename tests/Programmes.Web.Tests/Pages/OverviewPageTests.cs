using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Programmes.Core.Programmes;
using Programmes.Engine.Papers;
using Programmes.Engine.People;

namespace Programmes.Web.Tests.Pages;

/// <summary>The overview's tile of papers: how many wait, and the lists behind the numbers.</summary>
public sealed class OverviewPageTests : IAsyncLifetime
{
    private static readonly HtmlParser Parser = new();

    private readonly SmallPlan plan = new();

    public Task InitializeAsync() => plan.InitializeAsync();

    public Task DisposeAsync() => plan.DisposeAsync();

    /// <summary>Null: the page has no such tile.</summary>
    private static async Task<IElement?> TileAsync(HttpClient browser) =>
        Parser.ParseDocument(await browser.GetStringAsync("/")).QuerySelectorAll(".tile").FirstOrDefault(tile => tile.QuerySelector("a[href^='/papers?']") is not null);

    private Task<long> OrderAsync(int number, params string[] units) => plan.Get<IssuePaper>().IssueAsync(SmallPlan.Office, new(PaperKind.SupervisionOrder, $"示例督〔2023〕{number}号", "关于限期整改的督办单", "请答复。")
    {
        Programme = SmallPlan.Programme, Issuer = "lead", To = [], ToUnits = units, ReplyBy = new(2023, 7, 7),
    });

    [Fact]
    public async Task Papers_AreCountedByWhatTheyWaitFor_AndEachNumberLeadsToItsList()
    {
        var lead = await plan.LeadAsync();
        (await TileAsync(lead)).ShouldBeNull("no paper was issued");

        await OrderAsync(1, "a", "b");
        var second = await OrderAsync(2, "a");
        var unit = new Person("a") { ProgrammeId = SmallPlan.Programme, UnitId = "a" };
        await plan.Get<ReplyToPaper>().SignAsync(unit, second);
        var tile = (await TileAsync(lead)).ShouldNotBeNull();
        tile.TextContent.ShouldContain("公文");
        Number(tile, "Unsigned").ShouldBe("1");
        tile.TextContent.ShouldContain("2 件待答复");
        tile.QuerySelector("a[href='/papers?shown=Overdue']").ShouldBeNull("nothing is late yet");
        tile.QuerySelector(".light-open").ShouldNotBeNull();

        await plan.Get<ReplyToPaper>().ReplyAsync(unit, second, "已整改");
        await plan.AdvanceAsync(new(2023, 7, 10));
        tile = (await TileAsync(lead)).ShouldNotBeNull();
        tile.TextContent.ShouldContain("1 件待答复");
        tile.QuerySelector("a[href='/papers?shown=Overdue']").ShouldNotBeNull().TextContent.ShouldBe("1 件逾期未答复");
        tile.QuerySelector(".light-late").ShouldNotBeNull();
        foreach (var link in tile.QuerySelectorAll("a").Select(one => one.GetAttribute("href")!).Distinct()) (await lead.GetStringAsync(link)).ShouldContain("示例督〔2023〕1号");

        // A unit counts what went to it, and nothing of others.
        Number((await TileAsync(await plan.UnitAsync("b"))).ShouldNotBeNull(), "Unsigned").ShouldBe("1");
        (await TileAsync(await plan.UnitAsync("c"))).ShouldBeNull();

        static string Number(IElement tile, string shown) => tile.QuerySelector($"a[href='/papers?shown={shown}'] strong").ShouldNotBeNull().TextContent;
    }
}
