using Microsoft.AspNetCore.Authorization;
using Programmes.Engine.Queries;

namespace Programmes.Web.Pages.Public;

[AllowAnonymous]
public sealed class NoticesModel(PublicNoticeQueries query) : PublicPage
{
    public Paged<NoticeLine> Lines { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Robots("noarchive");
        Lines = await query.ListAsync(PageNumber, cancellationToken);
    }
}
