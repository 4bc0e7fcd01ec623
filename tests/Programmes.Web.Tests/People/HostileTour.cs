using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Web.Tests.Pages;

namespace Programmes.Web.Tests.People;

/// <summary>
/// Everything that a hostile visitor would try on every page that links lead to: forms with forged tokens, scripts in every text field, another
/// unit's addresses. Nothing may break (500), be done without a token, come back unencoded, or tell a unit of another.
/// </summary>
public sealed class HostileTour : IAsyncLifetime
{
    /// <summary>For each test its own: afterwards little is as it was.</summary>
    private readonly PlanApp plan = new();

    private const string Script = "\"'></textarea></title><script>alert('hostile')</script><img src=x onerror=alert(1)>=1+1";
    private const int PagesMax = 400;

    /// <summary>Addresses taken of one route; what differs by its id alone is not looked at again and again.</summary>
    private const int EachMax = 2;

    /// <summary>What ends the visit itself.</summary>
    private static readonly string[] Leave = ["/sign-out", "/language"];

    private static readonly HtmlParser Parser = new();

    public Task InitializeAsync() => plan.InitializeAsync();

    public Task DisposeAsync() => plan.DisposeAsync();

    [Fact]
    public async Task ForgedTokens_AreRefused_OnEveryForm()
    {
        var (faults, forms) = (new List<string>(), 0);
        foreach (var (_, action, fields) in await FormsAsync(plan.Administrator))
        {
            foreach (var token in new[] { null, "forged", new string('x', 5_000) })
            {
                var forged = fields.Where(field => field.Key != Token).Append(new(Token, token ?? ""));
                using var answer = await plan.Administrator.PostAsync(new Uri(action, UriKind.Relative), new FormUrlEncodedContent(token is null ? fields.Where(field => field.Key != Token) : forged));
                if (answer.StatusCode != HttpStatusCode.BadRequest) faults.Add($"{action}: {(int)answer.StatusCode}");
            }

            forms++;
        }

        faults.ShouldBeEmpty(string.Join('\n', faults));
        forms.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task ScriptsInEveryTextField_ComeBackAsText()
    {
        var faults = new List<string>();
        var typed = 0;
        var browser = plan.Administrator;
        foreach (var (page, action, fields) in await FormsAsync(browser, fill: true))
        {
            // Some of what is posted takes the account away that posts it.
            if ((await browser.GetAsync(new Uri("/accounts", UriKind.Relative))).StatusCode != HttpStatusCode.OK) browser = await plan.App.SignedInAsync(PersonRole.Administrator, acceptLanguage: "zh");
            var sent = fields.Where(field => field.Key != Token).Append(new(Token, await browser.TokenAsync("/accounts")));
            using var answer = await browser.PostAsync(new Uri(action, UriKind.Relative), new FormUrlEncodedContent(sent));
            typed += fields.Count(field => field.Value.Contains("hostile", StringComparison.Ordinal));
            await JudgeAsync($"{page} → {action}", answer, faults);
        }

        // What was kept is shown elsewhere too.
        browser = await plan.App.SignedInAsync(PersonRole.Administrator, acceptLanguage: "zh");
        foreach (var (address, answer) in await PagesAsync(browser)) Judge(address, answer, faults);
        faults.ShouldBeEmpty(string.Join('\n', faults));
        typed.ShouldBeGreaterThan(60);
    }

    [Fact]
    public async Task AnotherUnitsAddresses_TellAUnitNothing()
    {
        var mine = await plan.WorkOfAsync("s01");
        var other = await plan.WorkOfAsync("s02");
        var title = "示例乡镇02";
        using var unit = await plan.App.SignedInAsync(PersonRole.Unit, programmeId: PlanApp.Programme, unitId: "s01", acceptLanguage: "zh");
        var faults = new List<string>();
        var asked = 0;
        // Every address that the office reaches for the other unit, and every address of one's own with the other's id put in.
        var addresses = (await PagesAsync(plan.Administrator)).Select(page => page.Address)
            .Concat((await PagesAsync(unit)).Select(page => page.Address.Replace(mine, other, StringComparison.Ordinal).Replace("s01", "s02", StringComparison.Ordinal)))
            .Concat([$"/work/{other}", $"/work/{other}/scores", $"/work/{other}/reassign", $"/exports/programmes/{PlanApp.Programme}/board.xlsx", $"/api/v1/work/{other}"]).Distinct().ToList();
        foreach (var address in addresses)
        {
            using var answer = await unit.GetAsync(new Uri(address, UriKind.Relative));
            asked++;
            if ((int)answer.StatusCode >= 500) faults.Add($"{address}: {(int)answer.StatusCode}");
            // Of the public notices anybody may read whom they are about; and a search shows what was searched for.
            var names = Uri.UnescapeDataString(address).Contains(title, StringComparison.Ordinal) || address.StartsWith("/public/", StringComparison.Ordinal);
            if (answer.IsSuccessStatusCode && !names && (await answer.Content.ReadAsStringAsync()).Contains(title, StringComparison.Ordinal)) faults.Add($"{address} names the other unit");
        }

        foreach (var handler in new[] { "Sign", "Save", "Draft", "Submit", "TakeBack", "Ask", "Answer", "Return", "Complete", "Waive", "Urge", "Withdraw", "Row" })
        {
            using var answer = await unit.SubmitAsync($"/work/{mine}", new() { ["outcome"] = "Done", ["reason"] = "x" }, $"/work/{other}?handler={handler}");
            asked++;
            if (answer.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest)) faults.Add($"{handler} on another's work: {(int)answer.StatusCode}");
        }

        faults.ShouldBeEmpty(string.Join('\n', faults));
        asked.ShouldBeGreaterThan(60);
        (await plan.App.Services.GetRequiredService<WorkItemQuery>().RunAsync(Person.Engine, other))!.State.ShouldBe(WorkState.Open);
    }

    private const string Token = "__RequestVerificationToken";

    private List<(string Text, TemplateMatcher Matcher)>? routes;

    private static async Task JudgeAsync(string what, HttpResponseMessage answer, List<string> faults)
    {
        if ((int)answer.StatusCode >= 500) faults.Add($"{what}: {(int)answer.StatusCode}");
        if (answer.Content.Headers.ContentType?.MediaType == "text/html") Judge(what, Parser.ParseDocument(await answer.Content.ReadAsStringAsync()), faults);
    }

    /// <summary>What was typed is text, never an element or an attribute.</summary>
    private static void Judge(string what, IHtmlDocument page, List<string> faults)
    {
        if (page.Scripts.Any(script => script.Text.Contains("hostile", StringComparison.Ordinal)) || page.QuerySelector("[onerror]") is not null) faults.Add($"{what}: what was typed became a part of the page");
    }

    /// <summary>The forms of all pages, each once, with what a browser would send.</summary>
    private async Task<List<(string Page, string Action, List<KeyValuePair<string, string>> Fields)>> FormsAsync(HttpClient browser, bool fill = false)
    {
        var found = new List<(string, string, List<KeyValuePair<string, string>>)>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (address, page) in await PagesAsync(browser))
        {
            foreach (var form in page.Forms.Where(form => string.Equals(form.Method, "post", StringComparison.OrdinalIgnoreCase)))
            {
                var action = form.GetAttribute("action") is { Length: > 0 } stated ? stated : address;
                if (!action.StartsWith('/')) action = address.Split('?')[0] + action;
                if (Leave.Any(end => action.StartsWith(end, StringComparison.Ordinal))) continue;
                var fields = FieldsOf(form, fill);
                foreach (var button in form.QuerySelectorAll("button").OfType<IHtmlButtonElement>().Where(button => button.Type == "submit").DefaultIfEmpty(null))
                {
                    var to = button?.GetAttribute("formaction") is { Length: > 0 } other ? other.StartsWith('/') ? other : address.Split('?')[0] + other : action;
                    if (!known.Add($"{RouteOf(to)}|{string.Join(',', fields.Select(field => field.Key))}|{button?.Name}={button?.Value}")) continue;
                    found.Add((address, to, button?.Name is { Length: > 0 } name ? [.. fields, new(name, button.Value)] : fields));
                }
            }
        }

        return found;
    }

    private static List<KeyValuePair<string, string>> FieldsOf(IHtmlFormElement form, bool fill)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var element in form.Elements)
        {
            switch (element)
            {
                case IHtmlInputElement { Name: { Length: > 0 } name } input when input.Type is "checkbox" or "radio":
                    if (input.IsChecked) fields.Add(new(name, input.Value));
                    break;
                case IHtmlInputElement { Name: { Length: > 0 } name, Type: not ("submit" or "file") } input:
                    fields.Add(new(name, fill && input.Type is "text" or "search" or "email" or "tel" or "url" or "password" ? Script : input.Value));
                    break;
                case IHtmlTextAreaElement { Name: { Length: > 0 } name } area:
                    fields.Add(new(name, fill ? Script : area.Value));
                    break;
                case IHtmlSelectElement { Name: { Length: > 0 } name } select:
                    fields.Add(new(name, select.Options.Length == 0 ? "" : select.Options.GetOptionAt(select.Options.Length - 1).Value));
                    break;
            }
        }

        return fields;
    }

    /// <summary>Every page that links lead to from the first one, a few of each route.</summary>
    private async Task<List<(string Address, IHtmlDocument Page)>> PagesAsync(HttpClient browser)
    {
        var pages = new List<(string, IHtmlDocument)>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = new Queue<string>(["/", "/work", "/settings", "/accounts", "/programmes/launch", "/public/notices", "/sign-in", "/account/forgotten"]);
        while (open.TryDequeue(out var address) && pages.Count < PagesMax)
        {
            var route = RouteOf(address);
            if (!known.Add(address) || Leave.Any(end => address.StartsWith(end, StringComparison.Ordinal)) || taken.GetValueOrDefault(route) >= EachMax) continue;
            taken[route] = taken.GetValueOrDefault(route) + 1;
            using var answer = await browser.GetAsync(new Uri(address, UriKind.Relative));
            if (!answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType != "text/html") continue;
            var page = Parser.ParseDocument(await answer.Content.ReadAsStringAsync());
            pages.Add((address, page));
            foreach (var link in page.QuerySelectorAll("a[href^='/']"))
                if (link.GetAttribute("href") is { } href && !href.StartsWith("//", StringComparison.Ordinal)) open.Enqueue(href.Split('#')[0]);
        }

        return pages;
    }

    /// <summary>The route's pattern with the names of its query, so that a page's views count each by itself.</summary>
    private string RouteOf(string address)
    {
        var parts = address.Split('?', 2);
        routes ??= [.. plan.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(one => one.Metadata.GetMetadata<StaticAssetDescriptor>() is null && one.RoutePattern.RawText is { } text && !text.Contains("**", StringComparison.Ordinal))
            .OrderBy(one => one.Order).ThenBy(one => one.RoutePattern.Parameters.Count).Select(one => (one.RoutePattern.RawText!, new TemplateMatcher(new(one.RoutePattern), [])))];
        var route = routes.Find(one => one.Matcher.TryMatch(parts[0], [])).Text;
        return $"{route ?? parts[0]}?{(parts.Length < 2 ? "" : string.Join(',', parts[1].Split('&').Select(pair => pair.StartsWith("view=", StringComparison.Ordinal) || pair.StartsWith("handler=", StringComparison.Ordinal) ? pair : pair.Split('=')[0])))}";
    }
}
