using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Evidence;
using Programmes.Storage;

namespace Programmes.Engine.Safekeeping;

/// <summary>Whether the contents that a database names are there.</summary>
/// <param name="Files">Contents that rows name, each counted once.</param>
/// <param name="Bytes">Of those that are there.</param>
/// <param name="Missing">How many are not there, or not as long as their row says.</param>
/// <param name="FirstMissing">Hashes of the first of them.</param>
public sealed record EvidenceCount(long Files, long Bytes, long Missing, IReadOnlyList<string> FirstMissing)
{
    public const int FirstMax = 10;
}

/// <summary>The contents that the rows of a database name, page by page.</summary>
internal static class EvidenceNamed
{
    private const int PageMax = 500;

    /// <summary>Looks for each content, and at its length.</summary>
    public static Task<EvidenceCount> CountAsync(Func<ProgrammesDb> open, IEvidenceStore store, CancellationToken cancellationToken) => EachAsync(open, async (hash, length) =>
    {
        var content = store.Open(hash);
        if (content is null) return false;
        await using (content.ConfigureAwait(false)) return content.Length == length;
    }, cancellationToken);

    /// <summary>Copies each content, checking it against its hash.</summary>
    public static Task<EvidenceCount> CopyAsync(Func<ProgrammesDb> open, IEvidenceStore from, IEvidenceStore to, CancellationToken cancellationToken) => EachAsync(open, async (hash, length) =>
    {
        var content = from.Open(hash);
        if (content is null) return false;
        await using (content.ConfigureAwait(false)) return await KeepAsync(to, content, hash, length, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Keeps a content if it is what its hash says.</summary>
    public static async Task<bool> KeepAsync(IEvidenceStore store, Stream content, string hash, long length, CancellationToken cancellationToken)
    {
        using var staged = await store.StageAsync(content, length, cancellationToken).ConfigureAwait(false);
        if (staged is null || staged.Hash != hash) return false;
        staged.Keep();
        return true;
    }

    /// <param name="there">Whether a content, by its hash and length in bytes, is there.</param>
    public static async Task<EvidenceCount> EachAsync(Func<ProgrammesDb> open, Func<string, long, Task<bool>> there, CancellationToken cancellationToken)
    {
        var (files, bytes, missing, first, last) = (0L, 0L, 0L, new List<string>(), "");
        while (true)
        {
            var db = open();
            await using (db.ConfigureAwait(false))
            {
                var page = await db.EvidenceFiles.AsNoTracking().Where(row => row.Hash.CompareTo(last) > 0).GroupBy(row => row.Hash)
                    .Select(same => new { Hash = same.Key, Length = same.Max(row => row.LengthBytes) }).OrderBy(one => one.Hash).Take(PageMax).ToListAsync(cancellationToken).ConfigureAwait(false);
                if (page.Count == 0) return new(files, bytes, missing, first);
                foreach (var one in page)
                {
                    files++;
                    if (await there(one.Hash, one.Length).ConfigureAwait(false))
                    {
                        bytes += one.Length;
                        continue;
                    }

                    if (++missing <= EvidenceCount.FirstMax) first.Add(one.Hash);
                }

                last = page[^1].Hash;
            }
        }
    }
}
