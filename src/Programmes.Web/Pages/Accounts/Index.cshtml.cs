using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Web.Components;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Accounts;

[Authorize(Policies.Administer)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel(ManageAccounts accounts, CurrentPerson person, Words words) : PageModel
{
    private const int PageMax = 100_000;

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public AccountPage List { get; private set; } = new([], false);

    /// <summary>An account whose password was just reset: the only time it is shown.</summary>
    public CreatedAccount? Fresh { get; private set; }

    public string OwnName => person.Person.Name;

    /// <summary>What the account serves or supervises, in a line.</summary>
    public string Scope(AccountEntry account)
    {
        if (account.Places is not [var first, ..]) return account.Role is PersonRole.Supervisor ? words["全部", "The whole"] : "—";
        var name = first.Level is { } level ? words[level.Words()] : first.Name;
        var line = $"{name}{(name is null ? "" : " · ")}{first.ProgrammeName ?? words["所有专项工作", "all programmes"]}";
        return account.Places.Count == 1 ? line : words[$"{line} 等 {account.Places.Count} 个", $"{line} and {account.Places.Count - 1} more"];
    }

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostResetAsync(string id)
    {
        try
        {
            // Shown in this answer instead of after a redirect, so that the password is in no cookie and no address.
            Fresh = await accounts.ResetPasswordAsync(person.Person, id, HttpContext.RequestAborted);
        }
        catch (RefusedException refused)
        {
            ModelState.AddModelError("", words[refused.Words]);
        }

        await LoadAsync();
        return Page();
    }

    public Task<IActionResult> OnPostDisableAsync(string id) =>
        DoAsync(() => accounts.DisableAsync(person.Person, id, HttpContext.RequestAborted), new("账号已停用", "The account is disabled"));

    public Task<IActionResult> OnPostEnableAsync(string id) =>
        DoAsync(() => accounts.EnableAsync(person.Person, id, HttpContext.RequestAborted), new("账号已恢复", "The account is enabled"));

    private async Task<IActionResult> DoAsync(Func<Task> act, Text done)
    {
        try
        {
            await act();
            this.Say(FlashKind.Success, done);
        }
        catch (RefusedException refused)
        {
            this.Say(FlashKind.Failure, refused.Words);
        }

        return RedirectToPage();
    }

    private async Task LoadAsync()
    {
        P = Math.Clamp(P, 1, PageMax);
        List = await accounts.ListAsync(person.Person, Q, P, HttpContext.RequestAborted);
    }
}
