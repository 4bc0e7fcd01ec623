using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Notices;

public sealed class IndexModel(NoticeQueries query) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public NoticeState? State { get; set; }

    public Paged<NoticeLine> Lines { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Lines = await query.ListAsync(Person, null, State, PageNumber, cancellationToken);
}
