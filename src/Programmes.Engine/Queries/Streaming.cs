using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Programmes.Engine.Queries;

/// <summary>Whole lists for files: one query runs through, and what belongs to its rows is looked up for some hundred of them at a time.</summary>
internal static class Streaming
{
    private const int ChunkMax = 500;

    /// <param name="lines">May not use the context that <paramref name="rows"/> reads with: it is busy.</param>
    public static async IAsyncEnumerable<TLine> InChunksAsync<TRow, TLine>(this IQueryable<TRow> rows, Func<IReadOnlyList<TRow>, Task<IReadOnlyList<TLine>>> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chunk = new List<TRow>(ChunkMax);
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            chunk.Add(row);
            if (chunk.Count < ChunkMax) continue;
            foreach (var line in await lines(chunk).ConfigureAwait(false)) yield return line;
            chunk.Clear();
        }

        foreach (var line in await lines(chunk).ConfigureAwait(false)) yield return line;
    }
}
