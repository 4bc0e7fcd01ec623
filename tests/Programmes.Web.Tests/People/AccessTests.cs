using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Web.People;

namespace Programmes.Web.Tests.People;

/// <summary>Walks everything that the application answers to, so that a new page is covered before anybody thinks of it.</summary>
public sealed partial class AccessTests(WebApp app) : IClassFixture<WebApp>
{
    private static readonly string[] OpenToAll = ["sign-in", "setup", "invitation", "account/forgotten", "account/reset", "language", "errors/", "health/", "public/notices", "public/objections", "calendar/feeds/", "mail/choices"];

    private List<RouteEndpoint> Endpoints => [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)];

    [Fact]
    public async Task EveryAddress_AsksForASignInUnlessItIsListed()
    {
        var browser = app.Browser();
        var asked = 0;
        foreach (var endpoint in Endpoints)
        {
            var path = Path(endpoint);
            if (OpenToAll.Any(open => path[1..].StartsWith(open, StringComparison.Ordinal))) continue;
            endpoint.Metadata.GetMetadata<IAllowAnonymous>().ShouldBeNull($"{path} is open to everybody without being listed");
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
            {
                using var request = new HttpRequestMessage(method, path);
                var answer = await browser.SendAsync(request);
                var refused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.MethodNotAllowed
                    || (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString.Contains("/sign-in", StringComparison.Ordinal));
                refused.ShouldBeTrue($"{method} {path} answered {answer.StatusCode} to a stranger");
                asked++;
            }
        }

        asked.ShouldBeGreaterThan(8);
        (await browser.GetAsync("/nowhere")).Headers.Location!.PathAndQuery.ShouldStartWith("/sign-in");
    }

    [Fact]
    public async Task EveryForm_IsRefusedWithoutItsToken()
    {
        var browser = await app.AdministratorAsync();
        foreach (var endpoint in Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null))
        {
            var path = Path(endpoint);
            // Failed requests are executed again there; it changes nothing.
            if (path.StartsWith("/errors/", StringComparison.Ordinal)) continue;
            var answer = await browser.PostAsync(path, new FormUrlEncodedContent([new("Name", "x")]));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, $"POST {path} without a token");
        }
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/favicon.svg")]
    public async Task HealthAndAssets_AreOpen(string path) => (await app.Browser().GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

    [Theory]
    [InlineData(PersonRole.Administrator, Policies.Administer, Policies.Manage, Policies.SeeAll, Policies.Supervise, Policies.Staff)]
    [InlineData(PersonRole.LeadingOffice, Policies.Manage, Policies.SeeAll, Policies.Supervise, Policies.Staff)]
    [InlineData(PersonRole.Supervisor, Policies.SeeAll, Policies.Supervise, Policies.Staff)]
    [InlineData(PersonRole.Office, Policies.Staff)]
    [InlineData(PersonRole.Unit)]
    [InlineData(PersonRole.Reader, Policies.SeeAll, Policies.Staff)]
    public async Task Role_OpensItsPoliciesAndNoOther(PersonRole role, params string[] granted)
    {
        var authorization = app.Services.GetRequiredService<IAuthorizationService>();
        var principal = new SignedIn("1", "somebody", "Somebody", role, "stamp") { Places = [new("p", "verifier", null), new("p", null, "u")] }.ToPrincipal("test");
        string[] all = [Policies.Administer, Policies.Manage, Policies.SeeAll, Policies.Supervise, Policies.Staff];

        foreach (var policy in all)
            (await authorization.AuthorizeAsync(principal, policy)).Succeeded.ShouldBe(granted.Contains(policy), policy);
    }

    [Fact]
    public void Claims_CarryAPersonWithItsScopeAndNothingMore()
    {
        var unit = new SignedIn("1", "somebody", "Somebody", PersonRole.Unit, "stamp") { Places = [new("p", "verifier", null), new("p", null, "u") { HasLeft = true }, new("q", null, "v")], ScopeName = "Unit", MustChangePassword = true };

        var read = unit.ToPrincipal("test").ToSignedIn()!;
        read.Places.ShouldBe(unit.Places);
        (read with { Places = unit.Places, Scopes = unit.Scopes }).ShouldBe(unit);
        unit.ToPrincipal("test").ToPerson().Places.ShouldBe([new("p", null, "u") { HasLeft = true }, new("q", null, "v")], "a unit's account never acts as an office");
        var supervisor = new SignedIn("1", "somebody", "Somebody", PersonRole.Supervisor, "stamp") { Scopes = [new("p", AdministrativeLevel.County), new("p", OfficeRole: "city")] };
        supervisor.ToPrincipal("test").ToPerson().Scopes.ShouldBe(supervisor.Scopes);
        supervisor.ToPrincipal("test").ToPerson().CanSeeAll.ShouldBeFalse();
        new System.Security.Claims.ClaimsPrincipal().ToPerson().ShouldBe(Person.Nobody);
    }

    [Fact]
    public async Task UnitPerson_IsKeptOutOfTheAccountsAndSeesItsName()
    {
        await AddUnitAsync("p1", "u1", "示例文化站");

        var browser = await app.SignedInAsync(PersonRole.Unit, programmeId: "p1", unitId: "u1");

        (await browser.GetAsync("/accounts")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.GetAsync("/accounts/create")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.SubmitAsync("/", [], "/accounts?handler=Reset")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var html = await browser.GetStringAsync("/");
        html.ShouldContain("<small>示例文化站</small>");
        html.ShouldNotContain("href=\"/accounts\"");
    }

    [Fact]
    public async Task UnitAccount_NeedsAUnitThatIsThere()
    {
        var accounts = app.Services.GetRequiredService<ManageAccounts>();

        await Should.ThrowAsync<RefusedException>(() => accounts.CreateAsync(Person.Engine, new("unit-1", null, PersonRole.Unit)));
        await Should.ThrowAsync<RefusedException>(() => accounts.CreateAsync(Person.Engine, new("unit-1", null, PersonRole.Unit, ProgrammeId: "none", UnitId: "none")));
        await Should.ThrowAsync<RefusedException>(() => accounts.CreateAsync(Person.Engine, new("office-1", null, PersonRole.Office)));
        await Should.ThrowAsync<RefusedException>(() => accounts.CreateAsync(new("reader") { IsReader = true }, new("reader-1", null, PersonRole.Reader)));
    }

    private async Task AddUnitAsync(string programme, string unit, string name)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        db.Programmes.Add(new() { Id = programme, DefinitionId = "d", DefinitionHash = "h", Name = "示例专项工作", ApprovalNumber = "1", InstanceId = programme, LaunchedBy = "admin" });
        db.Units.Add(new() { ProgrammeId = programme, UnitId = unit, Name = name });
        await db.SaveChangesAsync();
    }

    private static string Path(RouteEndpoint endpoint) => "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "1");

    [GeneratedRegex("\\{[^}]*\\}")]
    private static partial Regex Parameter();
}
