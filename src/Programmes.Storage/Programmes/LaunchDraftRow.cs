namespace Programmes.Storage.Programmes;

/// <summary>A launch that is being prepared, with whatever is still missing. It goes when the programme is launched, or somebody discards it.</summary>
public sealed class LaunchDraftRow : IVersioned
{
    public long Id { get; set; }

    /// <summary>Shown in lists.</summary>
    public required string Name { get; set; }
    public required string Owner { get; set; }

    /// <summary>As JSON: the launch so far and how it is to begin.</summary>
    public required string Content { get; set; }

    /// <summary>As JSON: a list of units that was sent and has errors, until it is corrected or put aside; null: none.</summary>
    public string? Upload { get; set; }
    public int Units { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public required string ChangedBy { get; set; }
    public int Version { get; set; }
}
