using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Engine.People;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Account;

[AllowAnonymous]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class SignInModel : PageModel
{
    private readonly AccountDoor door;
    private readonly CurrentPerson person;
    private readonly Words words;
    private readonly SignInTicket tickets;
    private readonly SignInThrottle throttle;

    public SignInModel(IServiceProvider services)
    {
        door = services.GetRequiredService<AccountDoor>();
        person = services.GetRequiredService<CurrentPerson>();
        words = services.GetRequiredService<Words>();
        tickets = services.GetRequiredService<SignInTicket>();
        throttle = services.GetRequiredService<SignInThrottle>();
    }

    [BindProperty, StringLength(256), Display(Name = "账号名|Account name")]
    public string? Name { get; set; }

    [BindProperty, StringLength(PasswordRules.LengthMax), DataType(DataType.Password), Display(Name = "密码|Password")]
    public string? Password { get; set; }

    [BindProperty, StringLength(32), Display(Name = "验证码|Code")]
    public string? Code { get; set; }

    /// <summary>Of the first step; the second begins with it.</summary>
    [BindProperty]
    public string? Ticket { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>The password was right, and the code is asked for.</summary>
    public bool AsksForCode => Ticket is not null;

    private IPAddress? From => HttpContext.Connection.RemoteIpAddress;

    public IActionResult OnGet()
    {
        ModelState.Clear();
        return person.IsSignedIn ? Onward() : Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Ticket = null;
        if (string.IsNullOrWhiteSpace(Name)) ModelState.AddModelError(nameof(Name), words["请填写账号名", "Type the account's name"]);
        if (string.IsNullOrEmpty(Password)) ModelState.AddModelError(nameof(Password), words["请填写密码", "Type the password"]);
        if (!ModelState.IsValid) return Page();
        if (await throttle.IsShutAsync(From, HttpContext.RequestAborted)) return Shut();
        if (await door.EnterAsync(Name!, Password!, From?.ToString(), HttpContext.RequestAborted) is { } account)
        {
            if (!account.AwaitsCode) return await EnterAsync(account);
            ModelState.Clear();
            Ticket = tickets.Make(account);
            return Page();
        }

        await throttle.FailsAsync(From, HttpContext.RequestAborted);
        // The same words for a wrong password, an unknown name, a locked and a disabled account: strangers must not learn names.
        ModelState.AddModelError("", words[
            $"账号名或密码不正确，或账号已停用。连续 {AccountDoor.FailuresMax} 次输错密码，账号锁定 {AccountDoor.LockedFor.TotalMinutes} 分钟。",
            $"The account name or the password is wrong, or the account is disabled. After {AccountDoor.FailuresMax} wrong passwords in a row an account is locked for {AccountDoor.LockedFor.TotalMinutes} minutes."]);
        return Page();
    }

    public async Task<IActionResult> OnPostCodeAsync()
    {
        if (await throttle.IsShutAsync(From, HttpContext.RequestAborted)) return Shut();
        if (tickets.Read(Ticket) is not var (id, stamp))
        {
            Ticket = null;
            ModelState.Clear();
            ModelState.AddModelError("", words["请重新输入账号名和密码", "Sign in with your password again"]);
            return Page();
        }

        if (await door.EnterCodeAsync(id, stamp, Code ?? "", From?.ToString(), HttpContext.RequestAborted) is { } account) return await EnterAsync(account);
        await throttle.FailsAsync(From, HttpContext.RequestAborted);
        ModelState.AddModelError("", words["验证码不正确或已用过；多次输错，账号会被锁定", "The code is wrong or was used; after several wrong ones the account is locked"]);
        return Page();
    }

    private async Task<IActionResult> EnterAsync(SignedIn account)
    {
        await HttpContext.SignInAsync(account);
        return Onward();
    }

    private PageResult Shut()
    {
        Ticket = null;
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        ModelState.AddModelError("", words[
            $"从此网络登录失败的次数过多，请 {SignInThrottle.Window.TotalMinutes} 分钟后再试",
            $"Too many sign-ins failed from this network; try again in {SignInThrottle.Window.TotalMinutes} minutes"]);
        return Page();
    }

    private LocalRedirectResult Onward() => LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "~/");
}
