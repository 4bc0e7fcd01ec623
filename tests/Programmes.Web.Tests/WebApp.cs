using Microsoft.AspNetCore.Mvc.Testing;

namespace Programmes.Web.Tests;

/// <summary>The real application in memory, one for all tests of a class.</summary>
public sealed class WebApp : WebApplicationFactory<Program>
{
    /// <summary>A browser that follows no redirects, with the languages it would name.</summary>
    public HttpClient Browser(string? acceptLanguage = null)
    {
        var client = CreateClient(new() { AllowAutoRedirect = false });
        if (acceptLanguage is not null) client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(acceptLanguage);
        return client;
    }
}
