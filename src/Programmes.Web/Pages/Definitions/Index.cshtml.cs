using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Definitions;

public sealed class IndexModel(DefinitionQueries query) : OfficePage
{
    public Paged<DefinitionLine> Lines { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Lines = await query.ListAsync(Person, PageNumber, cancellationToken);
}
