namespace Programmes.Web.Hosting;

internal static class SecurityHeaders
{
    /// <summary>
    /// Everything comes from this server, and nothing inline runs. Widths and colours that depend on data are therefore
    /// attributes of SVG and progress elements, not style attributes. <c>data:</c> images are Tabler's ticks and arrows.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>
    /// For HTML that is not ours, such as a mail's: nothing is loaded, nothing runs, no link leads out of the frame, and only
    /// our own pages show it. Its inline styles are its looks.
    /// </summary>
    public const string ShownHtmlPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    private static readonly object PolicyKey = new();

    /// <summary>Lets this page show HTML of <see cref="ShownHtmlPolicy"/> in a frame.</summary>
    public static void AllowOwnFrames(this HttpContext context) => context.Items[PolicyKey] = $"{ContentSecurityPolicy}; frame-src 'self'";

    /// <summary>HTML that is not ours, as the whole answer.</summary>
    public static IResult ShownHtml(this HttpContext context, string html)
    {
        context.Items[PolicyKey] = ShownHtmlPolicy;
        context.Response.Headers.CacheControl = "no-store";
        return Results.Content(html, "text/html; charset=utf-8");
    }

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // On starting, because error handling clears the headers that were set before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            var policy = context.Items[PolicyKey] as string ?? ContentSecurityPolicy;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = policy == ShownHtmlPolicy ? "SAMEORIGIN" : "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            return Task.CompletedTask;
        });
        return next(context);
    });
}
