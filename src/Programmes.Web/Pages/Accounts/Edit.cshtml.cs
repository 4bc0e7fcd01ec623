using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.People;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Accounts;

/// <summary>One account: who it is, what it may do, and how it signs in.</summary>
[Authorize(Policies.Administer)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class EditModel(ManageAccounts accounts, AccountLinks links, Authenticator authenticator, HandOverAccount handOver, PlaceDirectory directory) : AccountForm(accounts, directory)
{
    private readonly ManageAccounts accounts = accounts;

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    public AccountEntry Account { get; private set; } = null!;

    /// <summary>The account that takes over; kept when it is refused.</summary>
    public string? Taker { get; private set; }

    /// <summary>Shown this once.</summary>
    public InvitedAccount? Invited { get; private set; }

    public override async Task OnPageHandlerExecutionAsync(Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutingContext context, Microsoft.AspNetCore.Mvc.Filters.PageHandlerExecutionDelegate next)
    {
        Account = await accounts.FindAsync(Person, Id, HttpContext.RequestAborted);
        await base.OnPageHandlerExecutionAsync(context, next);
    }

    public Task OnGetAsync()
    {
        ModelState.Clear();
        (DisplayName, Mail, Role) = (Account.DisplayName, Account.Mail, Account.Role);
        FillPlaces();
        return LoadAsync();
    }

    private void FillPlaces()
    {
        Places = [.. Account.Places.Where(place => !place.Supervises).Select(place => PlaceKey.Of(new Place(place.ProgrammeId, place.OfficeRole, place.UnitId)))];
        Scopes = [.. Account.Places.Where(place => place.Supervises).Select(place => PlaceKey.Of(new SupervisionScope(place.ProgrammeId, place.Level, place.OfficeRole, place.UnitId)))];
    }

    public Task<IActionResult> OnPostAsync() => ActAsync(
        () => accounts.EditAsync(Person, Id, new(DisplayName, Mail, Role!.Value, ChosenPlaces, ChosenScopes), HttpContext.RequestAborted),
        new("账号已更新", "The account is updated"), ShowAsync, Back);

    public Task<IActionResult> OnPostTwoFactorAsync()
    {
        ModelState.Clear();
        return ActAsync(() => authenticator.ResetAsync(Person, Id, HttpContext.RequestAborted), new("身份验证器已重置，本人下次登录后可重新设置", "The authenticator is reset; the person can set it up anew"), ShowAsync, Back);
    }

    /// <summary>All places go to another account.</summary>
    public async Task<IActionResult> OnPostHandOverAsync(string? taker, bool disable)
    {
        ModelState.Clear();
        Taker = taker;
        if (string.IsNullOrWhiteSpace(taker)) ModelState.AddModelError("taker", Words["请填写接手的账号", "Name the account that takes over"]);
        return await ActAsync(
            () => handOver.RunAsync(Person, Id, taker!, disable, HttpContext.RequestAborted),
            disable ? new($"“{Account.Name}”的单位已移交给“{taker}”，账号已停用", $"The places of “{Account.Name}” are now those of “{taker}”, and the account is disabled") : new($"“{Account.Name}”的单位已移交给“{taker}”", $"The places of “{Account.Name}” are now those of “{taker}”"),
            AgainAsync, Back);

        async Task<IActionResult> AgainAsync()
        {
            (DisplayName, Mail, Role) = (Account.DisplayName, Account.Mail, Account.Role);
            FillPlaces();
            return await ShowAsync();
        }
    }

    /// <summary>Shown in this answer instead of after a redirect, so that the link is in no cookie.</summary>
    public async Task<IActionResult> OnPostInviteAsync()
    {
        ModelState.Clear();
        try
        {
            Invited = await links.InviteAgainAsync(Person, Id, HttpContext.RequestAborted);
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            ModelState.AddModelError("", Words[refused.Words]);
        }

        await OnGetAsync();
        return Page();
    }

    private async Task<IActionResult> ShowAsync()
    {
        await LoadAsync();
        return Page();
    }

    private IActionResult Back() => RedirectToPage("/Accounts/Edit", new { Id });
}
