using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Programme;

public sealed class IndexModel(ProgrammeQueries query) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public ProgrammeState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    public Paged<ProgrammeLine> Lines { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Lines = await query.ListAsync(Person, State, Name, PageNumber, cancellationToken: cancellationToken);
}
