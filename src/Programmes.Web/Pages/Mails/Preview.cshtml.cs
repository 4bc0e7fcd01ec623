using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

/// <summary>What mornings will tell in the next days, as things stand now.</summary>
[Authorize(Policies.Manage)]
public sealed class PreviewModel(ReminderPreviewQuery query, ProgrammeQueries programmes) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];
    public ReminderPreview Found { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        Found = await query.RunAsync(Person, Programme, To, cancellationToken);
    }
}
