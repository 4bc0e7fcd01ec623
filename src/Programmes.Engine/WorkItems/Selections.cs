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
        // A selection that was returned and made again counts as it stands now, in each batch by its latest run.
        var latest = db.BatchSteps.Where(step => step.ProgrammeId == item.ProgrammeId && step.Step == item.Activity && step.Batch != item.Batch)
            .GroupBy(step => step.Batch).Select(runs => runs.Max(step => step.Id));
        var others = db.BatchSteps.Where(step => latest.Contains(step.Id)).Select(step => step.SubjectId);
        var selected = db.StepRows.Where(row => row.Outcome == Quota.Selected && row.Status == StepRowStatus.Decided);
        return (await selected.CountAsync(row => row.SubjectId == item.Id && row.UnitId != except, cancellationToken).ConfigureAwait(false),
            await selected.CountAsync(row => others.Contains(row.SubjectId), cancellationToken).ConfigureAwait(false));
    }
}
