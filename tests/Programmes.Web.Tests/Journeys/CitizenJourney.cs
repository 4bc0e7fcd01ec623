using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Xunit.Abstractions;

namespace Programmes.Web.Tests.Journeys;

/// <summary>A citizen objects to a unit on a public notice. The office accepts it: that unit waits, and the others go on.</summary>
public sealed partial class CitizenJourney(Journey journey, ITestOutputHelper output) : IClassFixture<Journey>, IDisposable
{
    private const string Programme = "tongjiang-grading-2023";
    private const string Author = "示例来信人";

    public void Dispose() => journey.Tell(output);

    [BrowserFact]
    public async Task Citizen_ObjectsToAUnit_WhichIsSuspended_WhileTheOthersGoOn()
    {
        await journey.StartAsync(new(2023, 7, 3));
        await journey.LaunchAsync("tongjiang-grading");
        await journey.AddAccountAsync(new("office", null, PersonRole.LeadingOffice));
        await journey.AddAccountAsync(new("station", null, PersonRole.Unit, null, Programme, "s01"));
        var notice = await journey.UntilNoticeAsync(Programme);
        var units = (await journey.Service<NoticeQueries>().FindAsync(Person.Engine, notice, null, 1))!.Units;

        // From the list to the form, without an account.
        var citizen = await journey.BrowseAsync();
        await citizen.GotoAsync("/public/notices");
        await citizen.Locator($"a[href$='{notice}']").First.ClickAsync();
        (await citizen.ContentAsync()).ShouldNotContain("@example.org");
        await citizen.GetByRole(AriaRole.Link, new() { Name = "网上提出异议" }).ClickAsync();
        await citizen.GetByLabel("被异议单位", new() { Exact = true }).SelectOptionAsync("s01");
        await citizen.GetByLabel("个人实名").CheckAsync();
        await citizen.Locator("#Author").FillAsync(Author);
        await citizen.Locator("#Contact").FillAsync("author@example.org");
        await citizen.GetByLabel("异议内容和理由").FillAsync("该站公示的开放时间与门口公告不一致，十月份有三个周末没有开门。");
        var sum = Sum().Match(await citizen.GetByText("请计算").InnerTextAsync());
        await citizen.GetByLabel("请计算").FillAsync($"{int.Parse(sum.Groups[1].Value, CultureInfo.InvariantCulture) + int.Parse(sum.Groups[2].Value, CultureInfo.InvariantCulture)}");
        await citizen.GetByLabel("我保证所述属实").CheckAsync();
        journey.Pass(TimeSpan.FromMinutes(3));
        await citizen.GetByRole(AriaRole.Button, new() { Name = "提交异议" }).ClickAsync();
        var receipt = await citizen.Locator("#receipt").InnerTextAsync();

        // Received suspends nothing; the unit does not learn who objected.
        (await SuspendedAsync(notice)).ShouldBeEmpty();
        var desk = await journey.BrowseAsync("office");
        await desk.GotoAsync("/notices/objections");
        await desk.GetByRole(AriaRole.Link, new() { Name = units.Rows.First(unit => unit.UnitId == "s01").Unit }).ClickAsync();
        await desk.GetByRole(AriaRole.Button, new() { Name = "受理", Exact = true }).ClickAsync();
        (await SuspendedAsync(notice)).ShouldBe(["s01"]);
        var station = await journey.BrowseAsync("station");
        await station.GotoAsync($"/notices/{notice}");
        (await station.ContentAsync()).ShouldNotContain(Author);

        await citizen.GotoAsync("/public/objections");
        await citizen.GetByLabel("回执编号").FillAsync(receipt);
        await citizen.GetByRole(AriaRole.Button, new() { Name = "查询" }).ClickAsync();
        await Assertions.Expect(citizen.GetByText("已受理").First).ToBeVisibleAsync();

        // The window closes: the others go on to be named, this one waits for the decision.
        await journey.UntilAsync((await journey.Service<NoticeQueries>().FindAsync(Person.Engine, notice, null, 1))!.Closes.On.AddDays(1));
        await Journey.SignInAsync(desk, "office");
        await desk.GotoAsync($"/programmes/{Programme}?view=Board&batch=1");
        await Assertions.Expect(desk.GetByRole(AriaRole.Row, new() { Name = units.Rows.First(unit => unit.UnitId == "s01").Unit })).ToContainTextAsync("中止");
        await Assertions.Expect(desk.GetByRole(AriaRole.Row, new() { Name = units.Rows.First(unit => unit.UnitId == "s02").Unit })).ToContainTextAsync("无异议");
        await citizen.GotoAsync($"/public/notices/{notice}");
        (await citizen.ContentAsync()).ShouldNotContain(units.Rows.First(unit => unit.UnitId == "s02").Unit);
    }

    private async Task<IReadOnlyList<string>> SuspendedAsync(string notice) =>
        [.. (await journey.Service<NoticeQueries>().FindAsync(Person.Engine, notice, null, 1))!.Units.Rows.Where(unit => unit.Status == StepRowStatus.Suspended).Select(unit => unit.UnitId)];

    [GeneratedRegex("请计算：(\\d+) 加 (\\d+)")]
    private static partial Regex Sum();
}
