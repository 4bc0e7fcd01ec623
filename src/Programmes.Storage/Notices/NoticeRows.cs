namespace Programmes.Storage.Notices;

public enum NoticeStatus { Open, Closed, Withdrawn }

/// <summary>A public notice (公示).</summary>
public sealed class NoticeRow : IVersioned
{
    public required string Id { get; set; }
    public required string InstanceId { get; set; }
    public string? ProgrammeId { get; set; }
    public int? Batch { get; set; }
    public string? UnitId { get; set; }
    public required string Activity { get; set; }
    public required string TitleZh { get; set; }
    public required string TitleEn { get; set; }
    public required string Role { get; set; }
    public string? Content { get; set; }

    /// <summary>Day 0.</summary>
    public DateOnly PublishedOn { get; set; }

    /// <summary>The last day, inclusive.</summary>
    public DateOnly ClosesOn { get; set; }

    /// <summary>Explanation of the last day, as JSON (an array of <c>{zh, en}</c>).</summary>
    public string? Why { get; set; }
    public bool Provisional { get; set; }
    public int WorkingDays { get; set; }

    /// <summary>The plan's date that the last day must precede; null: none.</summary>
    public DateOnly? MustCloseByOn { get; set; }
    public required string Units { get; set; }
    public string? Clause { get; set; }
    public NoticeStatus Status { get; set; }
    public DateOnly? EndedOn { get; set; }

    /// <summary>The notice that this one corrects.</summary>
    public string? Replaces { get; set; }

    /// <summary>Why it was published again, or withdrawn.</summary>
    public string? Reason { get; set; }

    /// <summary>The certificate (公示情况说明) with the days counted, as JSON, once it closed.</summary>
    public string? Certificate { get; set; }
    public int Version { get; set; }
}

public enum ObjectionKind { RealName, Sealed, Anonymous }

/// <summary><see cref="Lead"/>: an anonymous or late hint, which suspends nothing. <see cref="Filed"/>: received, and waits to be accepted. <see cref="Accepted"/> suspends the unit until it is upheld or dismissed.
/// <see cref="Lapsed"/>: its unit left the programme before it was decided.</summary>
public enum ObjectionStatus { Lead, Filed, Accepted, Upheld, Dismissed, Refused, Lapsed }

/// <summary>How an objection came in: recorded by the office, or by its author on the public page.</summary>
public enum ObjectionChannel { Office, Web }

/// <summary>An objection (异议) to one unit of a notice.</summary>
public sealed class ObjectionRow : IVersioned
{
    public long Id { get; set; }

    /// <summary>The notice in force: a pending objection follows its notice to the corrected one.</summary>
    public required string NoticeId { get; set; }
    public required string UnitId { get; set; }
    public ObjectionKind Kind { get; set; }

    /// <summary>Kept from the unit that is objected to.</summary>
    public string? Author { get; set; }
    public string? Contact { get; set; }
    public required string Text { get; set; }
    public ObjectionChannel Channel { get; set; }

    /// <summary>SHA-256, lower-case hexadecimal, of the receipt with which its author asks how it stands; null: none was given out.</summary>
    public string? ReceiptHash { get; set; }

    /// <summary>By the real clock, also in a demonstration.</summary>
    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>By the programme's clock.</summary>
    public DateOnly FiledOn { get; set; }
    public ObjectionStatus Status { get; set; }
    public DateOnly? DecidedOn { get; set; }
    public string? DecidedBy { get; set; }
    public string? Decision { get; set; }
    public int Version { get; set; }
}
