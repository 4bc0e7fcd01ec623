using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Engine.People;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Account;

[AllowAnonymous]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class SignInModel(AccountDoor door, CurrentPerson person, Words words) : PageModel
{
    [BindProperty, Required, StringLength(256), Display(Name = "账号名|Account name")]
    public string Name { get; set; } = "";

    [BindProperty, Required, StringLength(PasswordRules.LengthMax), DataType(DataType.Password), Display(Name = "密码|Password")]
    public string Password { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public IActionResult OnGet()
    {
        // Its fields are required, and nobody has filled them in yet.
        ModelState.Clear();
        return person.IsSignedIn ? Onward() : Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Page();
        if (await door.EnterAsync(Name, Password, HttpContext.RequestAborted) is { } account)
        {
            await HttpContext.SignInAsync(account);
            return Onward();
        }

        // The same words for a wrong password, an unknown name, a locked and a disabled account: strangers must not learn names.
        ModelState.AddModelError("", words[
            $"账号名或密码不正确，或账号已停用。连续 {AccountDoor.FailuresMax} 次输错密码，账号锁定 {AccountDoor.LockedFor.TotalMinutes} 分钟。",
            $"The account name or the password is wrong, or the account is disabled. After {AccountDoor.FailuresMax} wrong passwords in a row an account is locked for {AccountDoor.LockedFor.TotalMinutes} minutes."]);
        return Page();
    }

    private LocalRedirectResult Onward() => LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "~/");
}
