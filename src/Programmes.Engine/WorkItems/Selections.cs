using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.WorkItems;

/// <summary>How much of a quota is used.</summary>
internal static class Selections
{
    /// <param name="except">A unit that does not count, because it is being decided about.</param>
    public static async Task<(int Here, int Elsewhere)> CountAsync(ProgrammesDb db, WorkItemRow item, string? except, CancellationToken cancellationToken)
    {
        var selected = db.StepRows.Where(row => row.ProgrammeId == item.ProgrammeId && row.Step == item.Activity && row.Outcome == Quota.Selected && row.Status == StepRowStatus.Decided);
        return (await selected.CountAsync(row => row.SubjectId == item.Id && row.UnitId != except, cancellationToken).ConfigureAwait(false),
            await selected.CountAsync(row => row.SubjectId != item.Id, cancellationToken).ConfigureAwait(false));
    }
}
