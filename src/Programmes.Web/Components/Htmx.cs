namespace Programmes.Web.Components;

/// <summary>What the server knows of htmx 4. Every handler must also answer a plain form, where <see cref="IsPartial"/> is false.</summary>
public static class Htmx
{
    /// <summary>The request wants a fragment of a page, not the whole.</summary>
    public static bool IsPartial(this HttpRequest request) =>
        request.Headers["HX-Request"] == "true" && request.Headers["HX-Request-Type"] != "full";

    /// <summary>Makes the browser go to another page after a partial request; a plain redirect would be fetched into the fragment.</summary>
    public static void GoTo(this HttpResponse response, string url) => response.Headers["HX-Redirect"] = url;
}
