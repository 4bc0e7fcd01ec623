using Programmes.Core.Workflows;

namespace Programmes.Storage.Probations;

/// <summary>A unit that failed and may be kept for a while; written by decisions only.</summary>
public sealed class ProbationRow
{
    public required string Id { get; set; }
    public required string InstanceId { get; set; }
    public string? ProgrammeId { get; set; }
    public int? Batch { get; set; }
    public string? UnitId { get; set; }
    public required string Activity { get; set; }
    public required string TitleZh { get; set; }
    public required string TitleEn { get; set; }

    /// <summary>The day from which the period counts.</summary>
    public DateOnly FromOn { get; set; }

    /// <summary>The last day of the application, inclusive.</summary>
    public DateOnly ApplyByOn { get; set; }

    /// <summary>The last day of the period, inclusive.</summary>
    public DateOnly KeptUntilOn { get; set; }

    /// <summary>Explanation of the period's end, as JSON (an array of <c>{zh, en}</c>).</summary>
    public string? Why { get; set; }
    public bool Provisional { get; set; }
    public int RechecksMax { get; set; }
    public string? Clause { get; set; }
    public ProbationStatus Status { get; set; }
    public DateOnly StatusOn { get; set; }
}
