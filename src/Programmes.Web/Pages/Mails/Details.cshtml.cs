using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

/// <summary>A mail as its text part says it; its HTML is never put into a page.</summary>
[Authorize(Policies.Manage)]
public sealed class DetailsModel(MailQueries query) : OfficePage
{
    public MailShown Mail { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Person, id, cancellationToken) is not { } mail) return NotFound();
        Mail = mail;
        return Page();
    }
}
