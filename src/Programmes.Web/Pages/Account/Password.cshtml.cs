using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Engine.People;
using Programmes.Web.Components;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Account;

/// <summary>One's own password; the only page there is while somebody else knows it.</summary>
[BeforePasswordChange, BeforeTwoFactor]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class PasswordModel(AccountDoor door, CurrentPerson person, Words words) : PageModel
{
    [BindProperty, Required, StringLength(PasswordRules.LengthMax), DataType(DataType.Password), Display(Name = "原密码|Present password")]
    public string Present { get; set; } = "";

    [BindProperty, Required, StringLength(PasswordRules.LengthMax, MinimumLength = PasswordRules.LengthMin), DataType(DataType.Password), Display(Name = "新密码|New password")]
    public string Wanted { get; set; } = "";

    [BindProperty, Required, Compare(nameof(Wanted), ErrorMessage = "两次输入的新密码不一致。|The new passwords are not the same."), DataType(DataType.Password), Display(Name = "再次输入新密码|New password again")]
    public string Again { get; set; } = "";

    public bool IsForced => User.ToSignedIn()?.MustChangePassword == true;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Page();
        try
        {
            // The account's other sign-ins end; this browser goes on with a new cookie.
            await HttpContext.SignInAsync(await door.ChangePasswordAsync(person.AccountId, Present, Wanted, HttpContext.RequestAborted));
        }
        catch (RefusedException refused)
        {
            ModelState.AddModelError("", words[refused.Words]);
            return Page();
        }

        this.Say(FlashKind.Success, new("密码已修改", "Your password has been changed"));
        return LocalRedirect("~/");
    }
}
