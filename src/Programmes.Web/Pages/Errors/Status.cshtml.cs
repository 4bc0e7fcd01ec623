using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Core;
using Programmes.Engine.Hosting;

namespace Programmes.Web.Pages.Errors;

/// <summary>
/// Says what happened, and what became of one's work. Requests are executed again here with their method, so a form that
/// lacked a token must not be asked for it a second time.
/// </summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class StatusModel : PageModel
{
    public int Code { get; private set; }

    /// <summary>Finds the failure in the log; null where the log holds nothing about it.</summary>
    public string? Reference { get; private set; }

    public Text Title => Code switch
    {
        400 => new("请求没有被接受", "The request was not accepted"),
        403 => new("没有权限", "Not allowed"),
        404 => new("没有找到这个页面", "Page not found"),
        500 => new("系统出现故障", "Something went wrong here"),
        503 => new("数据库暂时不能使用", "The database is not available"),
        _ => new("请求没有完成", "The request was not completed"),
    };

    public Text Detail => Code switch
    {
        400 => new(
            "页面可能已经过期（例如在另一个窗口登录或退出过），或者提交的内容不完整。请返回上一页，刷新后再提交一次。",
            "The page may have expired (for example because you signed in or out in another window), or what was sent is incomplete. Please go back, reload the page and send it again."),
        403 => new(
            "您的账号没有查看或办理此项的权限。如果这属于您的职责，请联系牵头单位的工作人员。",
            "Your account may not see or do this. If it is part of your duties, please ask the staff of the leading office."),
        404 => new(
            "地址可能有误，或者内容已经移到别处。已经发布的内容不会被删除，可以从左侧菜单查找。",
            "The address may be wrong, or the content has moved. Nothing that was published is ever deleted; look for it from the menu."),
        500 => new(
            "故障已经记录，请稍后重试。如果仍然出现，请联系管理员。",
            "The failure has been recorded. Please try again in a while; if it happens again, tell your administrator."),
        503 => new(
            "数据库正在重新启动、无法连接，或者存储空间已满。系统会自动重试，请过几分钟再提交；如果仍然不行，请联系管理员。",
            "It is being restarted, cannot be reached, or its disk is full. Try again in a few minutes; if it still fails, tell your administrator."),
        _ => new("请返回上一页重试。", "Please go back and try again."),
    };

    public Text Kept => Code switch
    {
        404 => new("没有任何内容因此改变。", "Nothing was changed by this."),
        500 or 503 => new(
            "这次提交没有保存一半的情况：要么全部保存，要么全部没有保存。此前保存的内容不受影响。",
            "Nothing is ever half saved: this submission was kept entirely or not at all. What was saved before is untouched."),
        _ => new("这次提交没有保存，此前保存的内容不受影响。", "This submission was not saved. What was saved before is untouched."),
    };

    public void OnGet([FromRoute] int code) => Show(code);

    /// <summary>From the route alone: what was posted may have a field of that name.</summary>
    public void OnPost([FromRoute] int code) => Show(code);

    private void Show(int code)
    {
        Code = code is >= 400 and <= 599 ? code : 404;
        if (HttpContext.Features.Get<IExceptionHandlerFeature>() is { Error: var error } && DatabaseLocation.IsAway(error)) Code = StatusCodes.Status503ServiceUnavailable;
        Response.StatusCode = Code;
        if (Code >= 500) Reference = Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;
        // Choosing the other language leads back to the page that failed, where it can be fetched, not to this one.
        var failed = HttpContext.Features.Get<IStatusCodeReExecuteFeature>();
        HttpContext.Items["ReturnUrl"] = !HttpMethods.IsGet(Request.Method) || failed is null ? null : $"{failed.OriginalPathBase}{failed.OriginalPath}{failed.OriginalQueryString}";
    }
}
