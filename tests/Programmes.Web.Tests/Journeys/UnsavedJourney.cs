using Microsoft.Playwright;
using Programmes.Engine.People;
using Xunit.Abstractions;

namespace Programmes.Web.Tests.Journeys;

/// <summary>Leaving a page with input that was not sent asks first, in the browser's own words; what was sent or never typed asks nothing.</summary>
public sealed class UnsavedJourney(Journey journey, ITestOutputHelper output) : IClassFixture<Journey>, IDisposable
{
    private const string Programme = "tongjiang-grading-2023";

    public void Dispose() => journey.Tell(output);

    [BrowserFact]
    public async Task Leaving_WithInputThatWasNotSent_AsksFirst_AndKeepsItWhenThePersonStays()
    {
        await journey.StartAsync(new(2023, 7, 3));
        await journey.LaunchAsync("tongjiang-grading");
        await journey.AddAccountAsync(new("office", null, PersonRole.LeadingOffice));
        var page = await journey.BrowseAsync("office");
        var asked = new List<string>();
        var stays = true;
        page.Dialog += async (_, dialog) =>
        {
            asked.Add(dialog.Type);
            if (stays) await dialog.DismissAsync();
            else await dialog.AcceptAsync();
        };
        var address = new Uri(journey.Address, $"/programmes/{Programme}/manage").ToString();
        var away = page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "公文" }).First;
        var folded = page.GetByRole(AriaRole.Heading, new() { Name = "中途加入一个单位" });
        var unit = page.GetByLabel("标识（新单位用新标识）");
        var admit = page.GetByRole(AriaRole.Button, new() { Name = "加入", Exact = true });

        // Looked at and left: nothing is asked.
        await page.GotoAsync(address);
        await folded.ClickAsync();
        await unit.ClickAsync();
        await away.ClickAsync();
        await page.WaitForURLAsync(IsAway);
        asked.ShouldBeEmpty();

        // Typed and left: asked, and what was typed is still there for who stays.
        await page.GotoAsync(address);
        await folded.ClickAsync();
        await unit.ClickAsync();
        await unit.PressSequentiallyAsync("s34");
        await LeaveAsync();
        asked.ShouldBe(["beforeunload"]);
        page.Url.ShouldBe(address);
        await Assertions.Expect(unit).ToHaveValueAsync("s34");

        // Sent and left: nothing is asked.
        await page.GetByLabel("名称（新单位必填）").FillAsync("新设乡镇综合文化站");
        await page.Locator("select[name='Change.Batch']").SelectOptionAsync("2");
        await page.Locator("form[data-unsaved] textarea[name='Change.Reason']").FillAsync("新设乡镇");
        await admit.ClickAsync();
        await Assertions.Expect(page.GetByText("单位已加入").First).ToBeVisibleAsync();
        await away.ClickAsync();
        await page.WaitForURLAsync(IsAway);
        asked.Count.ShouldBe(1);

        // Refused: what stands there again is kept nowhere, so that it is asked about before it is left for good.
        await page.GotoAsync(address);
        await folded.ClickAsync();
        await unit.FillAsync("s34");
        await page.Locator("form[data-unsaved] textarea[name='Change.Reason']").FillAsync("再加一次");
        await admit.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("没有变更");
        await unit.ClickAsync();
        stays = false;
        await LeaveAsync();
        await page.WaitForURLAsync(IsAway);
        asked.ShouldBe(["beforeunload", "beforeunload"]);

        static bool IsAway(string url) => url.EndsWith("/papers", StringComparison.Ordinal);

        // A click that is called back becomes no navigation: the question itself is what can be waited for.
        async Task LeaveAsync()
        {
            var question = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            page.Dialog += (_, _) => question.TrySetResult();
            await away.ClickAsync();
            await question.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }
}
