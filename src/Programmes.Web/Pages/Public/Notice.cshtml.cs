using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Public;

[AllowAnonymous]
public sealed class NoticeModel(PublicNoticeQueries query, CurrentPerson current) : PublicPage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Part of a unit's name.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    /// <summary>Null: taken down, or never there.</summary>
    public PublicNotice? Notice { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Id, current.IsSignedIn, Name, PageNumber, cancellationToken) is not { } notice) return TakenDown();
        Notice = notice;
        Robots(string.Create(CultureInfo.InvariantCulture, $"noarchive, unavailable_after: {notice.Closes.On.AddDays(1):yyyy-MM-dd}"));
        return Page();
    }
}
