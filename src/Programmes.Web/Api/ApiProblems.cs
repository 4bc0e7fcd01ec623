using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.Launching;
using Programmes.Engine.People;

namespace Programmes.Web.Api;

/// <summary>What goes wrong on the API, as RFC 9457 has it, with the words in both languages.</summary>
internal static class ApiProblems
{
    private const string MediaType = "application/problem+json";

    public static void UseApiProblems(this WebApplication app) => app.UseWhen(http => http.Request.Path.StartsWithSegments(ApiRoutes.Prefix), api => api.Use(async (http, next) =>
    {
        // The pages' errors are for people.
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response.StatusCode >= StatusCodes.Status400BadRequest && http.Response.ContentType is null)
                await WriteAsync(http, http.Response.StatusCode, WordsOf(http.Response.StatusCode));
        }
        catch (RefusedException refused) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, refused.IsForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status422UnprocessableEntity, refused.Words);
        }
        catch (LaunchRefusedException refused) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, StatusCodes.Status422UnprocessableEntity, new("没有启动，问题见 problems", "Nothing was launched; see problems"), [.. refused.Problems.Select(ApiProblem.Of)]);
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, bad.StatusCode, WordsOf(bad.StatusCode));
        }
    }));

    public static Task WriteAsync(HttpContext http, int status, Text words, IReadOnlyList<ApiProblem>? problems = null)
    {
        http.Response.StatusCode = status;
        var details = new ProblemDetails { Status = status, Title = words.En, Detail = words.Zh };
        details.Extensions["zh"] = words.Zh;
        details.Extensions["en"] = words.En;
        if (problems is not null) details.Extensions["problems"] = problems;
        return http.Response.WriteAsJsonAsync(details, options: null, contentType: MediaType, http.RequestAborted);
    }

    public static IResult NotFound() => Status(StatusCodes.Status404NotFound);

    public static IResult Status(int status) => new Problem(status);

    private static Text WordsOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => new("令牌无效、已过期或已停用", "The token is missing, not valid, expired or revoked"),
        StatusCodes.Status403Forbidden => new("没有办理此事的权限", "You are not permitted to do this"),
        StatusCodes.Status404NotFound => new("没有找到", "Not found"),
        StatusCodes.Status405MethodNotAllowed => new("此地址不支持该方法", "The address does not support the method"),
        StatusCodes.Status413PayloadTooLarge => new("请求内容过大", "The request is too large"),
        StatusCodes.Status415UnsupportedMediaType => new("请求内容应为 JSON", "The request's body must be JSON"),
        StatusCodes.Status429TooManyRequests => new("请求过于频繁，请稍后再试", "Too many requests; try again later"),
        >= 500 => new("系统出错，已记录", "Something went wrong; it is recorded"),
        _ => new("请求有误", "The request is not valid"),
    };

    private sealed class Problem(int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, status, WordsOf(status));
    }
}

/// <summary>One finding about a launch file.</summary>
public sealed record ApiProblem(string Severity, string Code, Text Message, string? Property)
{
    internal static ApiProblem Of(Problem problem) => new(problem.Severity.ToString(), problem.Code, problem.Message, problem.Property);
}
