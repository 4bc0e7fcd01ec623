using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Audit;

[Authorize(Policies.Manage)]
public sealed class IndexModel(AuditQuery query) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string? Actor { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Subject { get; set; }

    public Paged<AuditLine> Lines { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Lines = await query.RunAsync(Person, Actor, Subject, PageNumber, cancellationToken);
}
