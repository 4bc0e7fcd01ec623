namespace Programmes.Engine.Evidence;

/// <summary>Where contents are kept, each once, under its hash, for ever unchanged. Which of them belong to what is in the database.</summary>
public interface IEvidenceStore
{
    /// <summary>Takes the content in without keeping it yet.</summary>
    /// <param name="bytesMax">Reading stops beyond it.</param>
    /// <returns>Null: it is longer than that.</returns>
    /// <exception cref="People.RefusedException">It cannot be written: there is no room.</exception>
    Task<StagedEvidence?> StageAsync(Stream content, long bytesMax, CancellationToken cancellationToken = default);

    /// <summary>Null: it is not there.</summary>
    Stream? Open(string hash);

    /// <summary>Removes contents that were kept before an instant and that nobody knows.</summary>
    /// <param name="known">Those of the given hashes that a row names.</param>
    /// <returns>How many were removed.</returns>
    Task<int> SweepAsync(DateTimeOffset keptBefore, Func<IReadOnlyList<string>, Task<IReadOnlySet<string>>> known, CancellationToken cancellationToken = default);
}

/// <summary>A content that is complete and checked, and disappears when it is disposed without <see cref="Keep"/>.</summary>
public abstract class StagedEvidence : IDisposable
{
    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }
    public required long LengthBytes { get; init; }

    public abstract Stream Open();

    /// <summary>From here on it is found under its hash. Before the commit that names it: a row never stands without its content.</summary>
    /// <exception cref="People.RefusedException">It cannot be written: there is no room.</exception>
    public abstract void Keep();

    public void Dispose()
    {
        Drop();
        GC.SuppressFinalize(this);
    }

    protected abstract void Drop();
}
