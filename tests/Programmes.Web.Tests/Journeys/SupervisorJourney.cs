using System.IO.Compression;
using Microsoft.Playwright;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Xunit.Abstractions;

namespace Programmes.Web.Tests.Journeys;

/// <summary>A supervisor finds the county that is late, urges it and takes the list away as a workbook; once in Chinese, once in English.</summary>
public sealed class SupervisorJourney(Journey journey, ITestOutputHelper output) : IClassFixture<Journey>, IDisposable
{
    private const string Programme = "wuhu-rectification-2022";
    private const string LateCounty = "county03";

    private sealed record Words(string Locale, string Filter, string Text, string Urge, string Urged, string Urgings, string Export);

    private static readonly Words Chinese = new("zh-CN", "筛选", "催办内容", "催办", "已催办", "催办记录", "导出 Excel");
    private static readonly Words English = new("en-GB", "Filter", "What to say", "Urge", "urged", "Urgings", "Export to Excel");

    public void Dispose() => journey.Tell(output);

    [BrowserFact]
    public async Task Supervisor_FindsTheLateCounty_UrgesIt_AndExportsTheList()
    {
        await journey.StartAsync(new(2022, 11, 15));
        await journey.LaunchAsync("wuhu-rectification");
        await journey.AddAccountAsync(new("supervisor", null, PersonRole.Supervisor));
        await journey.AddAccountAsync(new("inspector", null, PersonRole.Supervisor));

        // Every other county hands in its plan; one forgets, and the day goes by.
        var list = journey.Service<WorkListQuery>();
        var plans = (await list.RunAsync(Person.Engine, WorkShown.All, true, 1, Programme)).Lines.Rows.Where(line => line.Title.Zh == "制定具体方案").ToList();
        plans.Count.ShouldBeGreaterThan(5);
        foreach (var plan in plans.Where(line => line.Role != LateCounty)) await journey.Service<Engine.WorkItems.WorkOnItem>().SubmitAsync(Person.Engine, plan.Id, null, null);
        var late = plans.Single(line => line.Role == LateCounty);
        await journey.UntilAsync(late.Due!.On.AddDays(1));

        await FindAndUrgeAsync("supervisor", Chinese, late.Id, late.Office!);
        await journey.UntilAsync(late.Due.On.AddDays(10));
        await FindAndUrgeAsync("inspector", English, late.Id, late.Office!);
        (await journey.Service<UrgingQuery>().ListAsync(Person.Engine, new(Programme, WorkItem: late.Id))).Total.ShouldBe(2);
    }

    private async Task FindAndUrgeAsync(string account, Words words, string work, string county)
    {
        var page = await journey.BrowseAsync(account, words.Locale);
        await page.GotoAsync("/");
        await page.Locator("a.tile").First.ClickAsync();
        await page.Locator("select[name=role]").SelectOptionAsync(LateCounty);
        await page.GetByRole(AriaRole.Button, new() { Name = words.Filter, Exact = true }).ClickAsync();
        var row = page.Locator("main table tbody tr", new() { Has = page.Locator($"a[href$='/work/{work}']") });
        await Assertions.Expect(row).ToContainTextAsync(county);
        await row.Locator("input[type=checkbox]").CheckAsync();
        await page.GetByLabel(words.Text).FillAsync("请于三日内补报具体方案，并说明原因。");
        await page.GetByRole(AriaRole.Button, new() { Name = words.Urge, Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(words.Urged);

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = words.Export }).ClickAsync());
        download.SuggestedFilename.ShouldEndWith(".xlsx");
        await using var workbook = await ZipFile.OpenReadAsync(await download.PathAsync());
        using var sheet = new StreamReader(await workbook.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync());
        (await sheet.ReadToEndAsync()).ShouldContain(county);

        await page.GetByRole(AriaRole.Link, new() { Name = words.Urgings }).First.ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(county);
    }
}
