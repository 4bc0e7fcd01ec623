using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Feeds;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.Feeds;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Settings;

/// <summary>A person's own calendars, for everybody signed in.</summary>
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class CalendarModel(ManageFeeds feeds, ProgrammeQueries programmes, CurrentPerson current) : OfficePage
{
    /// <summary>Null or empty: one's own work.</summary>
    [BindProperty]
    public string? Programme { get; set; }

    /// <summary>Of the calendar just made: the only time it is shown.</summary>
    public string? Address { get; private set; }

    /// <summary>The same, as calendar programs on this machine take it over.</summary>
    public string? OpenAddress => Address is null ? null : $"webcal{Address[Address.IndexOf(':', StringComparison.Ordinal)..]}";

    public IReadOnlyList<FeedLine> Feeds { get; private set; } = [];

    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostCreateAsync()
    {
        try
        {
            // Shown in this answer instead of after a redirect, so that the secret is in no cookie and no address of a page.
            var secret = await feeds.CreateAsync(Person, current.AccountId, string.IsNullOrEmpty(Programme) ? null : Programme, HttpContext.RequestAborted);
            Address = CalendarFeeds.AddressOf(Request, secret);
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
        () => feeds.RevokeAsync(Person, current.AccountId, id, HttpContext.RequestAborted),
        new("已停用，用此地址订阅的日历不再更新", "Revoked: calendars that use the address are no longer updated"),
        async () =>
        {
            await LoadAsync();
            return Page();
        },
        () => RedirectToPage());

    private async Task LoadAsync()
    {
        Feeds = await feeds.ListAsync(current.AccountId, HttpContext.RequestAborted);
        Programmes = await programmes.NamesAsync(Person, HttpContext.RequestAborted);
    }
}
