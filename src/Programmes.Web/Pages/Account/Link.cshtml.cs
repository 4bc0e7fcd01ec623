using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Engine.People;
using Programmes.Web.Components;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Account;

/// <summary>What a link that was mailed leads to. It signs nobody in: whoever holds it still shows the new password, and the code.</summary>
public abstract class LinkPage : PageModel
{
    private readonly SignInThrottle throttle;

    private protected LinkPage(IServiceProvider services)
    {
        Links = services.GetRequiredService<AccountLinks>();
        throttle = services.GetRequiredService<SignInThrottle>();
        Words = services.GetRequiredService<Words>();
    }

    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    [BindProperty, Required, StringLength(PasswordRules.LengthMax, MinimumLength = PasswordRules.LengthMin), DataType(DataType.Password), Display(Name = "密码|Password")]
    public string Password { get; set; } = "";

    [BindProperty, Required, Compare(nameof(Password), ErrorMessage = "两次输入的密码不一致。|The passwords are not the same."), DataType(DataType.Password), Display(Name = "再次输入密码|Password again")]
    public string Again { get; set; } = "";

    /// <summary>Null: the link does not hold.</summary>
    public LinkedAccount? Account { get; private set; }

    private protected AccountLinks Links { get; }

    private protected Words Words { get; }

    private protected async Task<bool> FindAsync(bool invitation)
    {
        // Its address is a secret: no other page shall be told where the visitor came from.
        Response.Headers["Referrer-Policy"] = "no-referrer";
        if (!await throttle.IsShutAsync(HttpContext.Connection.RemoteIpAddress, HttpContext.RequestAborted)) Account = await Links.FindAsync(Token, invitation, HttpContext.RequestAborted);
        if (Account is not null) return true;
        await throttle.FailsAsync(HttpContext.Connection.RemoteIpAddress, HttpContext.RequestAborted);
        ModelState.Clear();
        Response.StatusCode = StatusCodes.Status404NotFound;
        return false;
    }

    private protected async Task<IActionResult> SetAsync(bool invitation, Func<Task> set)
    {
        if (!await FindAsync(invitation) || !ModelState.IsValid) return Page();
        try
        {
            await set();
        }
        catch (RefusedException refused)
        {
            ModelState.AddModelError("", Words[refused.Words]);
            return Page();
        }

        this.Say(FlashKind.Success, invitation ? new("账号已开通，请登录", "Your account is ready; sign in") : new("密码已设置，请登录", "The password is set; sign in"));
        return LocalRedirect("~" + Session.SignInPath);
    }
}

[AllowAnonymous]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class InvitationModel(IServiceProvider services) : LinkPage(services)
{
    [BindProperty, Required, StringLength(64), Display(Name = "账号名|Account name")]
    public string Name { get; set; } = "";

    [BindProperty, StringLength(64), Display(Name = "姓名|Name")]
    public string? DisplayName { get; set; }

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        if (await FindAsync(invitation: true)) (Name, DisplayName) = (Account!.Name, Account.DisplayName);
    }

    public Task<IActionResult> OnPostAsync() => SetAsync(invitation: true, () => Links.AcceptAsync(Token, Name, DisplayName, Password, HttpContext.RequestAborted));
}

[AllowAnonymous]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class ResetModel(IServiceProvider services) : LinkPage(services)
{
    public async Task OnGetAsync()
    {
        ModelState.Clear();
        await FindAsync(invitation: false);
    }

    public Task<IActionResult> OnPostAsync() => SetAsync(invitation: false, () => Links.ResetAsync(Token, Password, HttpContext.RequestAborted));
}
