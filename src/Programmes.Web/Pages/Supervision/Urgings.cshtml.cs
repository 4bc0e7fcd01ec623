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

    /// <summary>By the programme's clock.</summary>
    public DateOnly Today { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(Programme) && await programmes.HeadAsync(Person, Programme, cancellationToken) is { } head) Today = head.Today;
        else Programme = null;
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        Lines = await query.ListAsync(Person, new(Programme, Page: PageNumber), cancellationToken);
    }
}
