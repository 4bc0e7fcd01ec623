using Microsoft.AspNetCore.Authorization;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Notices;

/// <summary>Objections that wait to be accepted, over all notices.</summary>
[Authorize(Policies.Manage)]
public sealed class ObjectionsModel(ObjectionQueries query) : OfficePage
{
    public Paged<WaitingObjection> Lines { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Lines = await query.InboxAsync(Person, PageNumber, cancellationToken);
}
