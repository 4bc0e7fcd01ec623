using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Public;

[AllowAnonymous]
public sealed class NoticeModel(PublicNoticeQueries query, CurrentPerson current) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    public PublicNotice Notice { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Id, current.IsSignedIn, PageNumber, cancellationToken) is not { } notice) return NotFound();
        Notice = notice;
        return Page();
    }
}
