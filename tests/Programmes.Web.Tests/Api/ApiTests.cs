using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Web.Api;
using Programmes.Web.Tests.Pages;

namespace Programmes.Web.Tests.Api;

public sealed class ApiTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private ManageTokens Tokens => plan.App.Services.GetRequiredService<ManageTokens>();

    private async Task<(HttpClient Client, CreatedAccount Account)> ClientAsync(NewAccount wanted, bool mayWrite = true, int days = 30)
    {
        var account = await plan.App.AddAccountAsync(wanted);
        return (With(await Tokens.CreateAsync(new(account.Name), account.Id, "test", mayWrite, days)), account);
    }

    private HttpClient With(string token)
    {
        var client = plan.App.Browser();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    private static string Fresh() => $"api-{Guid.NewGuid():N}";

    private static NewAccount Unit(string unit) => new(Fresh(), null, PersonRole.Unit, ProgrammeId: PlanApp.Programme, UnitId: unit);

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        answer.StatusCode.ShouldBe(status, await answer.Content.ReadAsStringAsync());
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("zh").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("en").GetString().ShouldNotBeNullOrEmpty();
        return problem;
    }

    [Fact]
    public async Task Unit_SeesAndFilesItsOwn_AndNothingOfOthers()
    {
        var (client, _) = await ClientAsync(Unit("s05"));
        var list = await client.GetFromJsonAsync<JsonElement>("/api/v1/work");
        var rows = list.GetProperty("lines").GetProperty("rows").EnumerateArray().ToList();
        rows.ShouldNotBeEmpty();
        rows.ShouldAllBe(row => row.GetProperty("role").GetString() == "unit");
        var own = await plan.WorkOfAsync("s05");
        (await client.PostAsync($"/api/v1/work/{own}/sign", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var shown = await client.GetFromJsonAsync<JsonElement>($"/api/v1/work/{own}");
        shown.GetProperty("state").GetString().ShouldBe("Signed");

        var others = await plan.WorkOfAsync("s06");
        await ProblemAsync(await client.GetAsync($"/api/v1/work/{others}"), HttpStatusCode.NotFound);
        await ProblemAsync(await client.PostAsync($"/api/v1/work/{others}/sign", null), HttpStatusCode.Forbidden);
        await ProblemAsync(await client.PostAsJsonAsync($"/api/v1/work/{others}/submit", new { }), HttpStatusCode.Forbidden);
        await ProblemAsync(await client.PostAsJsonAsync($"/api/v1/work/{own}/accept", new { }), HttpStatusCode.Forbidden);
        await ProblemAsync(await client.PostAsync("/api/v1/launches", new StringContent("{}", Encoding.UTF8, "application/json")), HttpStatusCode.Forbidden);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/me")).GetProperty("role").GetString().ShouldBe("unit");
    }

    [Fact]
    public async Task ReadToken_MayNotWrite()
    {
        var (client, _) = await ClientAsync(Unit("s07"), mayWrite: false);
        (await client.GetAsync("/api/v1/programmes")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var own = await plan.WorkOfAsync("s07");
        (await ProblemAsync(await client.PostAsync($"/api/v1/work/{own}/sign", null), HttpStatusCode.Forbidden)).GetProperty("zh").GetString()!.ShouldContain("只能查看");
    }

    [Fact]
    public async Task RevokedExpiredForgedAndDisabled_AreAllTheSame401()
    {
        var (client, account) = await ClientAsync(Unit("s08"), days: 1);
        (await client.GetAsync("/api/v1/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ProblemAsync(await With(ManageTokens.Prefix + new string('A', 43)).GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized);
        await ProblemAsync(await plan.App.Browser().GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized);
        await ProblemAsync(await plan.App.Browser().GetAsync("/api/v1/nothing-here"), HttpStatusCode.Unauthorized);
        await Tokens.RevokeAsync(new(account.Name), account.Id, (await Tokens.ListAsync(account.Id)).Single().Id);
        await ProblemAsync(await client.GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized);

        var expiring = With(await Tokens.CreateAsync(new(account.Name), account.Id, "short", false, 1));
        var lasting = With(await Tokens.CreateAsync(new(account.Name), account.Id, "long", false, 9));
        plan.App.Time.Advance(TimeSpan.FromDays(1));
        await ProblemAsync(await expiring.GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized);
        (await lasting.GetAsync("/api/v1/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await plan.App.Services.GetRequiredService<ManageAccounts>().DisableAsync(Person.Engine, account.Id);
        await ProblemAsync(await lasting.GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Cookie_OpensNothingHere()
    {
        var browser = await plan.App.AdministratorAsync();
        await ProblemAsync(await browser.GetAsync("/api/v1/programmes"), HttpStatusCode.Unauthorized);
        await ProblemAsync(await browser.PostAsync("/api/v1/launches", new StringContent("{}", Encoding.UTF8, "application/json")), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Launch_IsCheckedRehearsedAndRefusedWithItsProblems()
    {
        var (client, _) = await ClientAsync(new(Fresh(), null, PersonRole.LeadingOffice));
        StringContent Broken() => new("""{ "definition": "none" }""", Encoding.UTF8, "application/json");
        var checkedLaunch = await (await client.PostAsync("/api/v1/launches/check", Broken())).Content.ReadFromJsonAsync<JsonElement>();
        checkedLaunch.GetProperty("hasErrors").GetBoolean().ShouldBeTrue();
        checkedLaunch.GetProperty("problems").EnumerateArray().ShouldContain(problem => problem.GetProperty("code").GetString() == "missing-field");
        (await ProblemAsync(await client.PostAsync("/api/v1/launches", Broken()), HttpStatusCode.UnprocessableEntity)).GetProperty("problems").GetArrayLength().ShouldBeGreaterThan(1);

        var json = (await File.ReadAllTextAsync(PlanApp.SampleFile("tongjiang-grading"))).Replace(PlanApp.Programme, "api-launched", StringComparison.Ordinal);
        var rehearsed = await (await client.PostAsync("/api/v1/launches/rehearse?mode=Demonstration", new StringContent(json, Encoding.UTF8, "application/json"))).Content.ReadFromJsonAsync<JsonElement>();
        rehearsed.GetProperty("hasErrors").GetBoolean().ShouldBeFalse(rehearsed.ToString());
        rehearsed.GetProperty("mails").GetInt32().ShouldBeGreaterThan(0);
        var launched = await client.PostAsync("/api/v1/launches?mode=Demonstration&confirmed=true", new StringContent(json, Encoding.UTF8, "application/json"));
        launched.StatusCode.ShouldBe(HttpStatusCode.Created, await launched.Content.ReadAsStringAsync());
        (await client.GetFromJsonAsync<JsonElement>(launched.Headers.Location!.OriginalString)).GetProperty("id").GetString().ShouldBe("api-launched");
    }

    [Fact]
    public async Task BadRequests_AreProblemsInBothLanguages()
    {
        var (client, _) = await ClientAsync(Unit("s09"));
        await ProblemAsync(await client.GetAsync("/api/v1/nothing"), HttpStatusCode.NotFound);
        await ProblemAsync(await client.GetAsync("/api/v1/work?page=x"), HttpStatusCode.BadRequest);
        await ProblemAsync(await client.GetAsync("/api/v1/programmes/none"), HttpStatusCode.NotFound);
        var own = await plan.WorkOfAsync("s09");
        await ProblemAsync(await client.PostAsync($"/api/v1/work/{own}/submit", new StringContent("{ nothing", Encoding.UTF8, "application/json")), HttpStatusCode.BadRequest);
        await ProblemAsync(await client.PostAsync($"/api/v1/work/{own}/submit", new StringContent("x", new MediaTypeHeaderValue("text/plain"))), HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task TooManyRequests_AreRefused_ForThatTokenOnly()
    {
        var (client, _) = await ClientAsync(Unit("s10"));
        var (other, _) = await ClientAsync(Unit("s11"));
        for (var i = 0; i < ApiRoutes.RequestsPerMinuteMax; i++) (await client.GetAsync("/api/v1/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/api/v1/me")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await other.GetAsync("/api/v1/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Document_ListsEveryOperation_AndThePageToo()
    {
        var browser = await plan.App.SignedInAsync(PersonRole.Reader);
        var document = await browser.GetFromJsonAsync<JsonElement>("/api/v1/openapi.json");
        document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ShouldContain("/api/v1/work/{id}/submit");
        var page = await browser.GetStringAsync("/api");
        foreach (var path in document.GetProperty("paths").EnumerateObject()) page.ShouldContain($"<code>{path.Name}</code>");
    }

    [Fact]
    public async Task Page_MakesATokenThatIsShownOnce()
    {
        var browser = await plan.App.SignedInAsync(PersonRole.Reader, acceptLanguage: "zh");
        var html = await (await browser.SubmitAsync("/settings/tokens", new() { ["Name"] = "报表", ["Days"] = "30" }, "/settings/tokens?handler=Create")).Content.ReadAsStringAsync();
        var token = System.Text.RegularExpressions.Regex.Match(html, "pgm_[A-Za-z0-9_-]{43}").Value;
        (await With(token).GetAsync("/api/v1/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var later = await browser.GetStringAsync("/settings/tokens");
        later.ShouldContain("报表");
        later.ShouldNotContain(token);
        (await browser.SubmitAsync("/settings/tokens", new() { ["Name"] = "", ["Days"] = "30" }, "/settings/tokens?handler=Create")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await browser.SubmitAsync("/settings/tokens", new() { ["Name"] = "x", ["Days"] = "3660" }, "/settings/tokens?handler=Create")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var stranger = await plan.App.AddAccountAsync(new(Fresh(), null, PersonRole.Reader));
        await Should.ThrowAsync<RefusedException>(async () => await Tokens.RevokeAsync(new(stranger.Name), stranger.Id, 1));
    }
}
