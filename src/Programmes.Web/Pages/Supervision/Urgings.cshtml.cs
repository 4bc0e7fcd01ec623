using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Supervision;

/// <summary>Who was urged, when, by whom, and what became of it.</summary>
public sealed class UrgingsModel(UrgingQuery query, ProgrammeQueries programmes) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    public Paged<UrgingLine> Lines { get; private set; } = null!;
    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        Lines = await query.ListAsync(Person, new(string.IsNullOrEmpty(Programme) ? null : Programme, Page: PageNumber), cancellationToken);
    }
}
