using Microsoft.EntityFrameworkCore;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <summary>One page of rows; pages are counted and cut by the database.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Size">Rows a page.</param>
/// <param name="Total">Rows in all.</param>
public sealed record Paged<T>(IReadOnlyList<T> Rows, int Number, int Size, int Total)
{
    public Paged<TOther> With<TOther>(IReadOnlyList<TOther> rows) => new(rows, Number, Size, Total);
}

internal static class Paging
{
    /// <summary>Beyond it nobody leafs by hand, and the database would count for long.</summary>
    public const int NumberMax = 100_000;

    public static async Task<Paged<T>> PageAsync<T>(this IQueryable<T> rows, int number, int size, CancellationToken cancellationToken)
    {
        number = Math.Clamp(number, 1, NumberMax);
        var total = await rows.CountAsync(cancellationToken).ConfigureAwait(false);
        var page = total <= (number - 1) * size ? [] : await rows.Skip((number - 1) * size).Take(size).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(page, number, size, total);
    }

    /// <summary>
    /// The next due first, those without a date last. The ids come from an index alone, and only the rows of the page are read:
    /// of a country's open work the database would otherwise read and sort every row.
    /// </summary>
    /// <param name="total">As counted before.</param>
    public static async Task<Paged<WorkItemRow>> PageByDueAsync(this IQueryable<WorkItemRow> rows, int number, int size, int total, CancellationToken cancellationToken)
    {
        number = Math.Clamp(number, 1, NumberMax);
        if (total <= (number - 1) * size) return new([], number, size, total);
        var ids = await rows.ByDue().Select(row => row.Id)
            .Skip((number - 1) * size).Take(size).ToListAsync(cancellationToken).ConfigureAwait(false);
        var found = await rows.Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken).ConfigureAwait(false);
        return new([.. ids.Where(found.ContainsKey).Select(id => found[id])], number, size, total);
    }

    /// <summary>The next due first, those without a date last.</summary>
    public static IQueryable<WorkItemRow> ByDue(this IQueryable<WorkItemRow> rows) => rows.OrderBy(row => row.DueOn == null).ThenBy(row => row.DueOn).ThenBy(row => row.Id);
}
