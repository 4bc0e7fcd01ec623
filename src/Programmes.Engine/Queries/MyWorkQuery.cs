using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <summary>Where a duty stands on one's own list; each is in one section, the most pressing that fits.</summary>
public enum WorkSectionKind { Returned, Late, New, Soon, Open, Waiting, Done }

/// <param name="MaySign">Not signed for yet.</param>
/// <param name="Words">The reviewer's, where it was returned.</param>
public sealed record MyWorkLine(WorkLine Work, bool MaySign, string? Words = null, string? By = null, DateTimeOffset? At = null);

public sealed record WorkSection(WorkSectionKind Kind, int Total, IReadOnlyList<MyWorkLine> Lines);

/// <summary>One's own work at a glance: what to do next comes first.</summary>
public sealed class MyWorkQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    /// <summary>Lines of a section; the rest is a click away.</summary>
    public const int LinesMax = 10;

    /// <summary>Sections that hold something, in the order of <see cref="WorkSectionKind"/>.</summary>
    public async Task<IReadOnlyList<WorkSection>> RunAsync(Person person, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var owed = db.WorkItems.AsNoTracking().Where(Visibility.Owed(person));
        var sections = new List<WorkSection>();
        foreach (var kind in Enum.GetValues<WorkSectionKind>())
        {
            // A unit has few; what offices finished in all the years is found on the programmes' pages.
            if (kind == WorkSectionKind.Done && !person.HasUnit) continue;
            var rows = owed.Where(Holds(kind, set));
            var total = await rows.CountAsync(cancellationToken).ConfigureAwait(false);
            if (total == 0) continue;
            var ordered = kind == WorkSectionKind.Done ? rows.OrderByDescending(row => row.ClosedOn).ThenByDescending(row => row.Id) : rows.OrderBy(row => row.DueOn == null).ThenBy(row => row.DueOn).ThenBy(row => row.Id);
            var found = await ordered.Take(LinesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
            sections.Add(new(kind, total, await LinesAsync(db, set, kind, found, cancellationToken).ConfigureAwait(false)));
        }

        return sections;
    }

    /// <summary>What waits to be signed for, the most pressing first.</summary>
    public async Task<IReadOnlyList<string>> UnsignedAsync(Person person, int max, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.WorkItems.Where(Visibility.Owed(person)).Where(row => row.ClosedOn == null && row.Status == WorkItemStatus.Open && !row.Suspended)
            .OrderBy(row => row.DueOn == null).ThenBy(row => row.DueOn).ThenBy(row => row.Id).Select(row => row.Id).Take(max).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Expression<Func<WorkItemRow, bool>> Holds(WorkSectionKind kind, ClockSet set)
    {
        Expression<Func<WorkItemRow, bool>> late = set.IsLate(), soon = set.IsSoon();
        return kind switch
        {
            WorkSectionKind.Returned => row => row.ClosedOn == null && row.Status == WorkItemStatus.Returned,
            WorkSectionKind.Late => Predicates.And(row => row.ClosedOn == null && row.Status != WorkItemStatus.Returned, late),
            WorkSectionKind.New => Predicates.And(row => row.ClosedOn == null && row.Status == WorkItemStatus.Open && !row.Suspended, Predicates.Not(late)),
            WorkSectionKind.Soon => Predicates.And(row => row.ClosedOn == null && row.Status == WorkItemStatus.Signed, soon),
            WorkSectionKind.Open => Predicates.And(row => row.ClosedOn == null && (row.Status == WorkItemStatus.Signed || row.Status == WorkItemStatus.Open && row.Suspended), Predicates.Not(Predicates.Or(late, soon))),
            WorkSectionKind.Waiting => row => row.ClosedOn == null && row.Status == WorkItemStatus.Submitted,
            _ => row => row.ClosedOn != null && row.Status != WorkItemStatus.Cancelled,
        };
    }

    private static async Task<IReadOnlyList<MyWorkLine>> LinesAsync(ProgrammesDb db, ClockSet set, WorkSectionKind kind, List<WorkItemRow> rows, CancellationToken cancellationToken)
    {
        var lines = await WorkListQuery.LinesAsync(db, set, rows, cancellationToken).ConfigureAwait(false);
        if (kind != WorkSectionKind.Returned) return [.. lines.Zip(rows, (line, row) => new MyWorkLine(line, row.Status == WorkItemStatus.Open && !row.Suspended))];
        var ids = rows.ConvertAll(row => row.Id);
        var returned = await db.WorkItemEvents.AsNoTracking().Where(one => ids.Contains(one.WorkItemId) && one.Kind == WorkItemEventKind.Returned).OrderBy(one => one.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. lines.Select(line => returned.FindLast(one => one.WorkItemId == line.Id) is { } last ? new MyWorkLine(line, false, last.Reason, last.Actor, last.At) : new MyWorkLine(line, false))];
    }
}
