using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <summary>Open work that nobody has signed for (未签收), the oldest first: whom to call.</summary>
public sealed class UnsignedWorkQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 50;

    /// <summary>Of what the person may see in the programme.</summary>
    public async Task<Paged<WorkLine>> RunAsync(Person person, string programme, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var rows = await db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == programme && row.ClosedOn == null && row.Status == WorkItemStatus.Open).Where(Visibility.Work(db, person))
            .OrderBy(row => row.OpenedOn).ThenBy(row => row.Id).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return rows.With(await WorkListQuery.LinesAsync(db, set, rows.Rows, cancellationToken).ConfigureAwait(false));
    }
}
