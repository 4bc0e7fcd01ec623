using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Programmes.Web.Api;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Api;

/// <param name="IsWrite">Needs a token that may act.</param>
public sealed record ApiLine(string Method, string Path, string Summary, bool IsWrite);

/// <summary>What the HTTP API offers, for who writes programs; made from the routes themselves.</summary>
public sealed class IndexModel(EndpointDataSource endpoints) : OfficePage
{
    public IReadOnlyList<ApiLine> Lines { get; private set; } = [];

    public static string DocumentPath => ApiRoutes.DocumentPath;

    public void OnGet() => Lines =
    [
        .. from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
           let summary = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary
           where summary is not null && endpoint.RoutePattern.RawText!.StartsWith(ApiRoutes.Prefix, StringComparison.Ordinal)
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
           select new ApiLine(method, endpoint.RoutePattern.RawText!.Replace(":long", "", StringComparison.Ordinal), summary, endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(one => one.Policy == ApiTokenHandler.WritePolicy)),
    ];
}
