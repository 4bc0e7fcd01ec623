using System.Threading.RateLimiting;
using Microsoft.Net.Http.Headers;
using Programmes.Core.Reminders;
using Programmes.Engine.Feeds;

namespace Programmes.Web.Feeds;

/// <summary>Where calendar programs read, without sign-in: the address itself is the key.</summary>
internal static class CalendarFeeds
{
    /// <summary>From one address; a whole town may come from behind one.</summary>
    public const int RequestsPerMinuteMax = 300;

    private const string Path = "/calendar/feeds";
    private const string Limit = "calendar-feeds";

    public static void AddCalendarFeeds(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Limit, http => RateLimitPartition.GetFixedWindowLimiter(
            http.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = RequestsPerMinuteMax, Window = TimeSpan.FromMinutes(1) }));
        limiter.OnRejected = async (context, cancellationToken) =>
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.HttpContext.Response.Headers.RetryAfter = "60";
            context.HttpContext.Response.ContentType = "text/plain; charset=utf-8";
            await context.HttpContext.Response.WriteAsync("请求过于频繁，请稍后再试。 Too many requests; try again in a minute.", cancellationToken);
        };
    });

    public static void MapCalendarFeeds(this WebApplication app) =>
        app.MapMethods($"{Path}/{{secret}}.ics", [HttpMethods.Get, HttpMethods.Head], ReadAsync).AllowAnonymous().RequireRateLimiting(Limit);

    /// <summary>The address of a calendar as the person's own browser reaches this host; calendar programs are told the same.</summary>
    public static string AddressOf(HttpRequest request, string secret) => $"{request.Scheme}://{request.Host}{request.PathBase}{Path}/{secret}.ics";

    private static async Task<IResult> ReadAsync(string secret, HttpContext http, ReadFeed feeds)
    {
        http.Response.Headers.CacheControl = "private, no-cache";
        // Unknown, revoked or of a disabled account: the answer is the same, and names no reason.
        if (await feeds.RunAsync(secret, http.RequestAborted) is not { } feed)
            return Results.Text("没有此日历订阅，或者已经停用。 There is no such calendar, or it was revoked.", "text/plain; charset=utf-8", statusCode: StatusCodes.Status404NotFound);
        var tag = new EntityTagHeaderValue($"\"{feed.Tag}\"");
        http.Response.GetTypedHeaders().ETag = tag;
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false))) return Results.StatusCode(StatusCodes.Status304NotModified);
        http.Response.Headers.ContentDisposition = "inline; filename=\"programmes.ics\"";
        return Results.Text(feed.Calendar, $"{ICalendarText.MediaType}; charset=utf-8");
    }
}
