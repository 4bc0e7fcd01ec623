using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Engine.People;
using Programmes.Web.Tests.Pages;

namespace Programmes.Web.Tests.People;

/// <summary>
/// Walks every page and endpoint with every role against <see cref="RightsTable"/>. A new address without a line there fails,
/// whoever may open it: rights are said, not left over.
/// </summary>
public sealed partial class RightsTests(PlanApp plan) : IClassFixture<PlanApp>
{
    private List<RouteEndpoint> Endpoints => [.. plan.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null && endpoint.RoutePattern.RawText != "{**path:file}")];

    private static string RouteOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    [Fact]
    public void EveryAddress_HasALineAndEveryLineAnAddress()
    {
        var routes = Endpoints.Select(RouteOf).Distinct().Order(StringComparer.Ordinal).ToList();
        var missing = routes.Except(RightsTable.Rows.Keys).ToList();
        missing.ShouldBeEmpty("Add to RightsTable.Rows, with who may open it:\n" + string.Join('\n', missing.Select(route => $"        [\"{route}\"] = {Suggested(route)},")));
        RightsTable.Rows.Keys.Except(routes).ShouldBeEmpty("these lines of RightsTable lead nowhere; remove them");
    }

    [Fact]
    public async Task EveryRole_OpensWhatTheTableSaysAndNothingElse()
    {
        var browsers = new Dictionary<string, HttpClient> { [RightsTable.Anyone] = plan.App.Browser() };
        foreach (var role in Enum.GetValues<PersonRole>())
            browsers[role.Key()] = role switch
            {
                PersonRole.Office => await plan.App.SignedInAsync(role, officeRole: "departments", programmeId: PlanApp.Programme, acceptLanguage: "zh"),
                PersonRole.Unit => await plan.App.SignedInAsync(role, programmeId: PlanApp.Programme, unitId: "s01", acceptLanguage: "zh"),
                _ => await plan.App.SignedInAsync(role, acceptLanguage: "zh"),
            };
        var (faults, asked) = (new List<string>(), 0);
        foreach (var endpoint in Endpoints)
        {
            var route = RouteOf(endpoint);
            if (!RightsTable.Rows.TryGetValue(route, out var allowed)) continue;
            var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];
            foreach (var (role, browser) in browsers)
                foreach (var method in (methods.Count == 0 ? ["GET"] : methods))
                {
                    using var request = new HttpRequestMessage(new(method), PathOf(route));
                    if (method == "POST") request.Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
                    using var answer = await browser.SendAsync(request);
                    asked++;
                    var may = allowed == RightsTable.Anyone || allowed.Split(' ').Contains(role);
                    if (may == IsRefused(answer)) faults.Add($"{role} {method} {route}: {(int)answer.StatusCode}, and the table says {(may ? "yes" : "no")}");
                }
        }

        faults.ShouldBeEmpty(string.Join('\n', faults));
        asked.ShouldBeGreaterThan(200);
    }

    /// <summary>403, 401, or the way to the sign-in. What is allowed may still be nothing (404), or want more (400, 405, 422).</summary>
    private static bool IsRefused(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
        || answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString.Contains("/sign-in", StringComparison.Ordinal);

    private static string Suggested(string route) => route.StartsWith("/api/v1", StringComparison.Ordinal) ? nameof(RightsTable.Token) : nameof(RightsTable.Everybody);

    private static string PathOf(string route) => Parameter().Replace(route, match => match.Value.StartsWith("{id", StringComparison.Ordinal) && route.StartsWith("/programmes", StringComparison.Ordinal) ? PlanApp.Programme : "1");

    [GeneratedRegex("\\{[^}]*\\}")]
    private static partial Regex Parameter();
}
