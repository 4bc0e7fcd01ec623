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
