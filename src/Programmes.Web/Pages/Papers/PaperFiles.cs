using Programmes.Engine.Evidence;

namespace Programmes.Web.Pages.Papers;

/// <param name="For">The recipient for whom the leading office acts; null: nobody.</param>
/// <param name="MayChange">Each can be taken back.</param>
public sealed record PaperFiles(long Paper, string? For, IReadOnlyList<EvidenceLine> Files, bool MayChange);
