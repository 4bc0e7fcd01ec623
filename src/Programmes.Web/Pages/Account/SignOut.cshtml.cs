using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Engine.People;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Account;

/// <summary>By a form only: a link on a strange page must not sign anybody out.</summary>
[BeforePasswordChange, BeforeTwoFactor]
public sealed class SignOutModel(AccountDoor door, CurrentPerson person) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("~/");

    public async Task<IActionResult> OnPostAsync()
    {
        await door.LeaveAsync(person.Person, person.AccountId, HttpContext.RequestAborted);
        await HttpContext.SignOutAsync(Session.Scheme);
        return LocalRedirect("~" + Session.SignInPath);
    }
}
