using System.Text;
using Microsoft.Playwright;
using Programmes.Engine.People;
using Xunit.Abstractions;

namespace Programmes.Web.Tests.Journeys;

/// <summary>A station on a phone: signs for its self-check, fills in the score sheet, attaches evidence, is returned, corrects, and is accepted.</summary>
public sealed class StationJourney(Journey journey, ITestOutputHelper output) : IClassFixture<Journey>, IDisposable
{
    private const string Programme = "tongjiang-grading-2023";
    private const string Station = "station01";
    private const string Office = "office";

    public void Dispose() => journey.Tell(output);

    [BrowserFact]
    public async Task Station_FillsInTheScoreSheetWithEvidence_IsReturned_Corrects_AndIsAccepted()
    {
        // The office of this journey reviews each self-check and wants evidence; the sample leaves both to the office.
        var workflows = journey.AmendedWorkflows("tongjiang-grading", "station", "selfCheck", step =>
        {
            step["reviewer"] = Journey.Input("leadingGroupOffice");
            step["evidence"] = Journey.Input("Required");
        });
        await journey.StartAsync(new(2023, 7, 3), workflows);
        await journey.LaunchAsync("tongjiang-grading");
        await journey.AddAccountAsync(new(Station, null, PersonRole.Unit, null, Programme, "s01"));
        await journey.AddAccountAsync(new(Office, null, PersonRole.LeadingOffice));

        var phone = await journey.BrowseAsync(Station, width: 390, height: 844);
        await phone.GotoAsync("/work");
        await phone.GetByRole(AriaRole.Link, new() { Name = "对标自查" }).First.ClickAsync();
        var address = phone.Url;
        await phone.GetByRole(AriaRole.Button, new() { Name = "签收" }).First.ClickAsync();
        foreach (var item in Enumerable.Range(1, 34)) await phone.GetByLabel($"第{item}项（名称由启动单位填写）").FillAsync("2");
        await phone.GetByLabel("自查发现的问题").FillAsync("无");
        await phone.GetByRole(AriaRole.Button, new() { Name = "保存草稿" }).ClickAsync();
        (await phone.Locator(".form-total").InnerTextAsync()).ShouldContain("68");

        // Without evidence it is not taken, and nothing that was filled in is lost.
        await phone.GetByRole(AriaRole.Button, new() { Name = "提交审核" }).ClickAsync();
        await Assertions.Expect(phone.GetByRole(AriaRole.Alert).First).ToContainTextAsync("佐证");
        await Assertions.Expect(phone.GetByLabel("第34项（名称由启动单位填写）")).ToHaveValueAsync("2");
        await phone.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "自查台账.pdf", MimeType = "application/pdf", Buffer = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n") });
        await phone.GetByRole(AriaRole.Button, new() { Name = "上传" }).ClickAsync();
        await Assertions.Expect(phone.GetByText("自查台账.pdf").First).ToBeVisibleAsync();
        await phone.GetByRole(AriaRole.Button, new() { Name = "提交审核" }).ClickAsync();
        (await ScrollsSidewaysAsync(phone)).ShouldBeFalse();

        var desk = await journey.BrowseAsync(Office);
        await desk.GotoAsync(address);
        await desk.GetByLabel("退回理由").FillAsync("第3项缺少依据，请补充说明后重新提交。");
        await desk.GetByRole(AriaRole.Button, new() { Name = "退回", Exact = true }).ClickAsync();

        await phone.GotoAsync(address);
        await Assertions.Expect(phone.GetByText("第3项缺少依据").First).ToBeVisibleAsync();
        await phone.GetByLabel("第3项（名称由启动单位填写）").FillAsync("1");
        await phone.GetByRole(AriaRole.Button, new() { Name = "提交审核" }).ClickAsync();

        await desk.GotoAsync(address);
        await desk.GetByRole(AriaRole.Button, new() { Name = "同意并办结" }).ClickAsync();
        await phone.GotoAsync(address);
        await Assertions.Expect(phone.GetByText("已办结").First).ToBeVisibleAsync();
        (await phone.Locator(".form-total").InnerTextAsync()).ShouldContain("67");
    }

    private static Task<bool> ScrollsSidewaysAsync(IPage page) => page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
}
