using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.People;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Settings;

/// <summary>A person's own tokens for the HTTP API, for everybody signed in.</summary>
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class TokensModel(ManageTokens tokens, CurrentPerson current) : OfficePage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public bool MayWrite { get; set; }

    [BindProperty]
    public int Days { get; set; } = 90;

    /// <summary>The token just made: the only time it is shown.</summary>
    public string? Token { get; private set; }

    public IReadOnlyList<TokenLine> Tokens { get; private set; } = [];

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostCreateAsync()
    {
        try
        {
            // Shown in this answer instead of after a redirect, so that the token is in no cookie and no address.
            Token = await tokens.CreateAsync(Person, current.AccountId, Name ?? "", MayWrite, Days, HttpContext.RequestAborted);
            (Name, MayWrite) = (null, false);
            ModelState.Clear();
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            ModelState.AddModelError("", Words[refused.Words]);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        await LoadAsync();
        return Page();
    }

    public Task<IActionResult> OnPostRevokeAsync(long id) => ActAsync(
        () => tokens.RevokeAsync(Person, current.AccountId, id, HttpContext.RequestAborted),
        new("令牌已停用", "The token is revoked"),
        async () =>
        {
            await LoadAsync();
            return Page();
        },
        () => RedirectToPage());

    private async Task LoadAsync() => Tokens = await tokens.ListAsync(current.AccountId, HttpContext.RequestAborted);
}
