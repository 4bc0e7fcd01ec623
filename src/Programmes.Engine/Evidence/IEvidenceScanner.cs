namespace Programmes.Engine.Evidence;

public enum ScanVerdict { Clean, Infected, Unavailable }

/// <param name="Detail">The scanner's first line, for the audit trail; null: it said nothing.</param>
public sealed record ScanResult(ScanVerdict Verdict, string? Detail = null);

/// <summary>Asked about each file before it is kept, for offices that run a scanner for malicious software.</summary>
public interface IEvidenceScanner
{
    /// <param name="content">From its beginning; it need not be read to its end.</param>
    Task<ScanResult> ScanAsync(Stream content, CancellationToken cancellationToken = default);
}

/// <summary>There is no scanner.</summary>
internal sealed class NoScanner : IEvidenceScanner
{
    public Task<ScanResult> ScanAsync(Stream content, CancellationToken cancellationToken = default) => Task.FromResult(new ScanResult(ScanVerdict.Clean));
}
