using Microsoft.EntityFrameworkCore;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <summary>Open work that is alike, and how much of it there is.</summary>
internal sealed record WorkGroup(
    string? ProgrammeId, string Role, int? Batch, string Activity, DateTimeOffset? DueAt, DateOnly? DueOn, bool Provisional, WorkItemStatus Status, bool Suspended, int Count);

/// <summary>
/// Open work by what tells it apart: a few hundred lines for a country's programme, from one pass over one index. What is late
/// or near is then told by each programme's own clock, in memory.
/// </summary>
internal sealed class WorkTally(IReadOnlyList<WorkGroup> groups, ClockSet set)
{
    public IReadOnlyList<WorkGroup> Groups { get; } = groups;

    /// <param name="open">Work that is not closed. The index <c>ix_work_items_open</c> holds all columns that are asked for here.</param>
    public static async Task<WorkTally> LoadAsync(IQueryable<WorkItemRow> open, ClockSet set, CancellationToken cancellationToken)
    {
        var rows = await open
            .GroupBy(row => new { row.ProgrammeId, row.Role, row.DueAt, row.DueOn, row.Status, row.Suspended, row.Batch, row.Activity, row.Provisional })
            .Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new([.. rows.Select(row => new WorkGroup(
            row.Key.ProgrammeId, row.Key.Role, row.Key.Batch, row.Key.Activity, row.Key.DueAt, row.Key.DueOn, row.Key.Provisional, row.Key.Status, row.Key.Suspended, row.Count))], set);
    }

    public WorkTally Of(Func<WorkGroup, bool> which) => new([.. Groups.Where(which)], set);

    public WorkLight LightOf(WorkGroup group) => set.LightOf(group.ProgrammeId, group.Status, group.Suspended, group.DueOn, group.DueAt);

    public int Open => Groups.Sum(group => group.Count);

    public int Late => Count(group => LightOf(group) == WorkLight.Late);

    public int Soon => Count(group => LightOf(group) == WorkLight.Soon);

    public int Count(Func<WorkGroup, bool> which) => Groups.Where(which).Sum(group => group.Count);
}
