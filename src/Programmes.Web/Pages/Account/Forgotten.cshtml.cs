using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Engine.People;
using Programmes.Web.Localisation;

namespace Programmes.Web.Pages.Account;

/// <summary>Asks for a link to set a new password. The answer is the same whether there is such an account or not.</summary>
[AllowAnonymous]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class ForgottenModel : PageModel
{
    private readonly AccountLinks links;
    private readonly SignInThrottle throttle;
    private readonly Words words;

    public ForgottenModel(IServiceProvider services)
    {
        links = services.GetRequiredService<AccountLinks>();
        throttle = services.GetRequiredService<SignInThrottle>();
        words = services.GetRequiredService<Words>();
    }

    [BindProperty, Required, StringLength(256), Display(Name = "账号名或邮箱|Account name or mail address")]
    public string Name { get; set; } = "";

    public bool IsAsked { get; private set; }

    public void OnGet() => ModelState.Clear();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Page();
        if (await throttle.IsShutAsync(HttpContext.Connection.RemoteIpAddress, HttpContext.RequestAborted))
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            ModelState.AddModelError("", words["请求过于频繁，请稍后再试", "Too many requests; try again later"]);
            return Page();
        }

        // Each one counts, as a failed sign-in does: nobody shall have mails sent by the hundred.
        await throttle.FailsAsync(HttpContext.Connection.RemoteIpAddress, HttpContext.RequestAborted);
        await links.AskResetAsync(Name, HttpContext.RequestAborted);
        IsAsked = true;
        return Page();
    }
}
