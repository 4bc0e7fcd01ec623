using Microsoft.Playwright;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Xunit.Abstractions;

namespace Programmes.Web.Tests.Journeys;

/// <summary>The office launches the rectification of 73 stations: step by step, from an Excel list, after a dry run.</summary>
public sealed class OfficeJourney(Journey journey, ITestOutputHelper output) : IClassFixture<Journey>, IDisposable
{
    private const string Plan = "wuhu-rectification";
    private const string Programme = "example-2022";
    private const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public void Dispose() => journey.Tell(output);

    [BrowserFact]
    public async Task Office_LaunchesSeventyThreeStations_FromAnExcelListAndADryRun()
    {
        await journey.StartAsync(new(2022, 11, 1));
        await journey.AddAccountAsync(new("office", null, PersonRole.LeadingOffice));
        var sample = LaunchReader.Read(await File.ReadAllTextAsync(Path.Combine(Journey.Workflows, Plan, "launch.example.json")), "").Launch!;

        var page = await journey.BrowseAsync("office");
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "启动专项工作" }).First.ClickAsync();
        await page.Locator($"input[name=plan][value={Plan}]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "开始填写" }).ClickAsync();

        await page.Locator("input[name='Form.Name']").FillAsync("镇街综合文化站专项治理");
        await page.Locator("input[name='Form.Id']").FillAsync(Programme);
        await page.Locator("input[name='Form.ApprovalNumber']").FillAsync("示例〔2022〕9号");
        await page.Locator("input[name='Form.ApprovedOn']").FillAsync("2022-10-28");
        await page.Locator("input[name='Form.StartsOn']").FillAsync($"{sample.StartsOn:yyyy-MM-dd}");
        await NextAsync(page, "/batches");

        if (await page.Locator("input[name='Rows[0].Name']").CountAsync() == 0) await page.GetByRole(AriaRole.Button, new() { Name = "增加一批" }).ClickAsync();
        await page.Locator("input[name='Rows[0].Name']").FillAsync(sample.Batches[0].Name);
        await page.Locator("input[name='Rows[0].Start']").FillAsync(sample.Batches[0].Start);
        await NextAsync(page, "/offices");

        // The roles of the plan are there; the counties are added as lines.
        var left = sample.Offices.ToDictionary(one => one.Key, one => one.Value);
        for (var i = 0; i < await page.Locator("fieldset.draft-row").CountAsync(); i++)
        {
            var role = await page.Locator($"input[name='Rows[{i}].Role']").InputValueAsync();
            if (!left.Remove(role, out var office)) continue;
            await page.Locator($"input[name='Rows[{i}].Name']").FillAsync(office.Name);
            await page.Locator($"input[name='Rows[{i}].Mail']").FillAsync(office.Mail ?? "");
        }

        await page.Locator("#more").FillAsync(string.Join('\n', left.Values.Select(office => $"{office.Name}，{office.Mail}")));
        await page.Locator("#supervisor").SelectOptionAsync(sample.Supervisor!);
        await NextAsync(page, "/units");

        // A list with two faults changes nothing and says where they are; the right one is taken over as a whole.
        var faulty = sample with { Units = [sample.Units[0] with { Mail = "w01 at example" }, sample.Units[1] with { Superior = null }, .. sample.Units.Skip(2).Append(sample.Units[2])] };
        await UploadAsync(page, faulty);
        await Assertions.Expect(page.Locator("#waiting")).ToContainTextAsync("w01 at example");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("现有 0 个单位");
        await page.GetByRole(AriaRole.Button, new() { Name = "放弃这份名单" }).ClickAsync();
        await UploadAsync(page, sample);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("现有 73 个单位");
        await page.GetByRole(AriaRole.Link, new() { Name = "下一步" }).ClickAsync();

        await page.Locator("#every").FillAsync("3");
        await NextAsync(page, "/rehearsal");
        await page.Locator("input[name=Mode][value=AsPlanned]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "预演", Exact = true }).ClickAsync();
        var rehearsed = await page.Locator("main").InnerTextAsync();
        rehearsed.ShouldContain("每日汇总");
        await page.Locator("#Confirmed").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "启动", Exact = true }).ClickAsync();
        await page.WaitForURLAsync($"**/programmes/{Programme}");

        await journey.UntilAsync(sample.StartsOn.AddDays(1));
        await Journey.SignInAsync(page, "office");
        await page.GotoAsync($"/programmes/{Programme}?view=Board");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("示例镇街01综合文化站");
        (await journey.Service<ProgrammeQueries>().HeadAsync(Person.Engine, Programme))!.Units.ShouldBe(73);
    }

    private static async Task NextAsync(IPage page, string step)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "保存，下一步" }).ClickAsync();
        await page.WaitForURLAsync(url => url.EndsWith(step, StringComparison.Ordinal));
    }

    private static async Task UploadAsync(IPage page, Launch launch)
    {
        using var stream = new MemoryStream();
        UnitSheet.Write(stream, launch, "zh", DateTimeOffset.UnixEpoch);
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "参与单位.xlsx", MimeType = Workbook, Buffer = stream.ToArray() });
        await page.GetByRole(AriaRole.Button, new() { Name = "上传并核对" }).ClickAsync();
    }
}
