using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

[Authorize(Policies.Manage)]
public sealed class IndexModel(MailQueries query) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public MailState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    public Paged<MailLine> Mails { get; private set; } = null!;
    public IReadOnlyDictionary<MailState, int> Counts { get; private set; } = new Dictionary<MailState, int>();

    public async Task OnGetAsync(CancellationToken cancellationToken) => (Mails, Counts) = await query.ListAsync(Person, State, null, To, PageNumber, cancellationToken);
}
