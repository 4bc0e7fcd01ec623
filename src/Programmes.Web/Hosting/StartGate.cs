using Programmes.Core;
using Programmes.Engine.Hosting;
using Programmes.Web.Api;
using Programmes.Web.Localisation;

namespace Programmes.Web.Hosting;

/// <summary>While this node waits for its database, it says so to everybody, by words that need no database: no session, no form, no token.</summary>
internal static class StartGate
{
    private const int RetrySeconds = 10;

    private static readonly Text Title = new("系统正在启动", "The system is starting");

    private static readonly Text Detail = new(
        "数据库暂时不能使用，或正在升级。一旦可用，系统会自动开始工作，本页每十秒自动重试。",
        "The database is not available, or is being upgraded. The system begins by itself as soon as it can; this page tries again every ten seconds.");

    private static readonly Text Kept = new("此前保存的内容不受影响；刚才提交的没有保存。", "What was saved before is untouched; what was just sent was not kept.");

    public static void UseStartGate(this WebApplication app)
    {
        var start = app.Services.GetRequiredService<NodeStart>();
        app.Use((context, next) => start.IsReady || IsAsset(context.Request.Path) ? next(context) : AnswerAsync(context));
    }

    private static bool IsAsset(PathString path) => path.StartsWithSegments("/dist") || path.StartsWithSegments("/health") || path == "/favicon.svg";

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = $"{RetrySeconds}";
        context.Response.Headers.CacheControl = "no-store";
        if (context.Request.Path.StartsWithSegments(ApiRoutes.Prefix)) return ApiProblems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, Title);
        var words = context.RequestServices.GetRequiredService<Words>();
        var root = context.Request.PathBase;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="{words.HtmlLanguage}">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <meta http-equiv="refresh" content="{RetrySeconds}">
              <title>{words[Title]}</title>
              <link rel="icon" href="{root}/favicon.svg" type="image/svg+xml">
              <link rel="stylesheet" href="{root}/dist/app.css">
            </head>
            <body>
              <main class="container-xl">
                <section class="error-page">
                  <p class="error-code" aria-hidden="true">503</p>
                  <h1>{words[Title]}</h1>
                  <p class="error-detail">{words[Detail]}</p>
                  <p class="error-kept">{words[Kept]}</p>
                </section>
              </main>
            </body>
            </html>
            """, context.RequestAborted);
    }
}
