using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.People;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Accounts;

/// <summary>Makes an account with an initial password to hand over, or invites by mail.</summary>
[Authorize(Policies.Administer)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class CreateModel(ManageAccounts accounts, AccountLinks links, PlaceDirectory directory) : AccountForm(accounts, directory)
{
    private readonly ManageAccounts accounts = accounts;

    [BindProperty, StringLength(64), Display(Name = "账号名|Account name")]
    public string? Name { get; set; }

    public CreatedAccount? Created { get; private set; }

    public InvitedAccount? Invited { get; private set; }

    public Task OnGetAsync() => LoadAsync();

    public Task<IActionResult> OnPostAsync()
    {
        if (string.IsNullOrWhiteSpace(Name)) ModelState.AddModelError(nameof(Name), Words["请填写账号名", "Type the account's name"]);
        return DoAsync(async () => Created = await accounts.CreateAsync(
            Person, new(Name!, DisplayName, Role!.Value) { Places = ChosenPlaces, Scopes = ChosenScopes, Mail = Mail }, HttpContext.RequestAborted));
    }

    public Task<IActionResult> OnPostInviteAsync()
    {
        if (string.IsNullOrWhiteSpace(Mail)) ModelState.AddModelError(nameof(Mail), Words["发送邀请须填写邮箱", "An invitation needs a mail address"]);
        return DoAsync(async () => Invited = await links.InviteAsync(Person, new(Mail!, DisplayName, Role!.Value, ChosenPlaces, ChosenScopes), HttpContext.RequestAborted));
    }

    private async Task<IActionResult> DoAsync(Func<Task> act)
    {
        if (ModelState.IsValid)
        {
            try
            {
                await act();
                return Page();
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                ModelState.AddModelError("", Words[refused.Words]);
            }
        }

        await LoadAsync();
        return Page();
    }
}
