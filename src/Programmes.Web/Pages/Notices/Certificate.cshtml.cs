using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Notices;

/// <summary>公示情况说明: made from the record when the window has closed, for print and seal.</summary>
public sealed class CertificateModel(NoticeQueries query) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    public NoticeShown Notice { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Person, Id, null, PageNumber, NoticeQueries.CertificateUnitsMax, cancellationToken) is not { State: NoticeState.Closed } notice) return NotFound();
        Notice = notice;
        ShowClock(notice.IsDemonstration, notice.Now);
        return Page();
    }
}
