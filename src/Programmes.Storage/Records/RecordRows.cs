namespace Programmes.Storage.Records;

/// <summary>What a person did; only ever appended to.</summary>
public sealed class AuditRow
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Actor { get; set; }
    public required string Action { get; set; }

    /// <summary>The id of what it was done to.</summary>
    public required string Subject { get; set; }
    public string? ProgrammeId { get; set; }
    public string? Details { get; set; }
}

public sealed class SettingRow
{
    public required string Key { get; set; }
    public required string Value { get; set; }
}

/// <summary>A process of the product that runs, or ran lately: what it says of itself now and then.</summary>
public sealed class NodeRow
{
    /// <summary>New with each start.</summary>
    public required string Id { get; set; }

    /// <summary>The machine's.</summary>
    public required string Name { get; set; }
    public required string Version { get; set; }
    public required string Role { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Null: it runs, or ended without a word.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>JSON.</summary>
    public required string State { get; set; }
}
