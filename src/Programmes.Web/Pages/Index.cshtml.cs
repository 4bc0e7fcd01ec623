using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages;

public sealed class IndexModel(OverviewQuery query) : OfficePage
{
    public Overview Overview { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Overview = await query.RunAsync(Person, cancellationToken);
}
