using Microsoft.AspNetCore.Authorization;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Public;

[AllowAnonymous]
public sealed class NoticesModel(PublicNoticeQueries query) : OfficePage
{
    public Paged<NoticeLine> Lines { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Lines = await query.ListAsync(PageNumber, cancellationToken);
}
