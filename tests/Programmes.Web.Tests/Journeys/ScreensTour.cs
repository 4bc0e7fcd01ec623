using Programmes.Engine.People;
using Programmes.Engine.Queries;

namespace Programmes.Web.Tests.Journeys;

/// <summary>
/// Every page in a real browser, in the middle of a programme: nothing scrolls sideways, at a desk's width or a phone's, no script
/// fails, and the browser refuses nothing. With PROGRAMMES_SCREENS set to a folder the pictures of the guides are written there.
/// </summary>
public sealed class ScreensTour(Journey journey) : IClassFixture<Journey>
{
    private const string Programme = "tongjiang-grading-2023";
    private const int Desk = 1366;
    private const int DeskHeight = 768;
    private const int Phone = 390;
    private const int PhoneHeight = 844;

    private static readonly string? Folder = Environment.GetEnvironmentVariable("PROGRAMMES_SCREENS");

    /// <summary>Who looks, at what, under which name; <c>{…}</c> is filled in once there is data.</summary>
    private static readonly (string Account, string Name, string Address)[] Pages =
    [
        ("", "sign-in", "/sign-in"),
        ("", "public-notices", "/public/notices"),
        ("office", "overview", "/"),
        ("office", "programmes", "/programmes"),
        ("office", "programme", $"/programmes/{Programme}"),
        ("office", "board", $"/programmes/{Programme}?view=Board&batch=1"),
        ("office", "programme-notices", $"/programmes/{Programme}?view=Notices"),
        ("office", "programme-history", $"/programmes/{Programme}?view=History"),
        ("office", "launch-plan", "/programmes/launch"),
        ("station", "work", "/work"),
        ("station", "work-item", "/work/{work}"),
        ("office", "supervision", "/supervision?programme=" + Programme),
        ("office", "urgings", "/supervision/urgings"),
        ("office", "notices", "/notices"),
        ("office", "calendar", "/calendar"),
        ("office", "directory", "/directory?programme=" + Programme),
        ("office", "mails", "/mails"),
        ("office", "mail-preview", "/mails/preview"),
        ("office", "definitions", "/definitions"),
        ("admin", "accounts", "/accounts"),
        ("admin", "audit", "/audit"),
    ];

    [BrowserFact]
    public async Task EveryPage_AtADeskAndOnAPhone_FitsAndRunsWithoutAFault()
    {
        await journey.StartAsync(new(2023, 7, 3));
        await journey.LaunchAsync("tongjiang-grading");
        await journey.AddAccountAsync(new("office", "办公室经办人", PersonRole.LeadingOffice));
        await journey.AddAccountAsync(new("station", "示例站经办人", PersonRole.Unit, null, Programme, "s01"));
        await journey.UntilAsync(new(2023, 9, 1));
        var work = (await journey.Service<WorkListQuery>().RunAsync(new("x") { ProgrammeId = Programme, UnitId = "s01" }, WorkShown.All, false, 1)).Lines.Rows[0].Id;

        var faults = new List<string>();
        foreach (var (width, height) in new[] { (Desk, DeskHeight), (Phone, PhoneHeight) })
        {
            foreach (var group in Pages.GroupBy(page => page.Account))
            {
                var page = await journey.BrowseAsync(group.Key.Length == 0 ? null : group.Key, width: width, height: height);
                page.Console += (_, message) =>
                {
                    if (message.Type is "error" or "warning") faults.Add($"{page.Url} {width}: {message.Text}");
                };
                page.PageError += (_, error) => faults.Add($"{page.Url} {width}: {error}");
                foreach (var (_, name, address) in group)
                {
                    var answer = await page.GotoAsync(address.Replace("{work}", work, StringComparison.Ordinal));
                    if (answer is not { Ok: true }) faults.Add($"{address} {width}: answered {answer?.Status}");
                    if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth")) faults.Add($"{address} {width}: scrolls sideways");
                    if (Folder is not null) await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, (width == Desk ? name : $"phone-{name}") + ".png") });
                }
            }
        }

        faults.ShouldBeEmpty();
    }
}
