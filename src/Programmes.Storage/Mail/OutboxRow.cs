namespace Programmes.Storage.Mail;

/// <summary>
/// <see cref="NoAddress"/>: nobody to send to; it stands on the printable list. <see cref="Dead"/>: given up after the last attempt.
/// <see cref="Kept"/>: of a demonstration; it is shown, and goes nowhere. <see cref="Held"/>: it waited when a backup was made that was
/// restored since; a person says whether it still goes.
/// </summary>
public enum OutboxStatus { Queued, Sent, Dead, NoAddress, Bounced, Withdrawn, Kept, Held }

/// <summary>A mail in the transaction of what it tells, its content frozen when queued. Times are real time, whatever the programme's clock says.</summary>
public sealed class OutboxRow
{
    public long Id { get; set; }

    /// <summary>Deterministic, so that a repeat is recognised by whoever receives it.</summary>
    public required string MessageId { get; set; }
    public string? ProgrammeId { get; set; }
    public string? ToAddress { get; set; }
    public required string ToName { get; set; }
    public required string Subject { get; set; }

    /// <summary>Empty: no longer kept; see the retention rule.</summary>
    public required string Text { get; set; }
    public string? Html { get; set; }

    /// <summary>An attached calendar (RFC 5545); null: none.</summary>
    public string? Calendar { get; set; }
    public required string Kind { get; set; }

    /// <summary>Unique where set: a digest's address and day.</summary>
    public string? DedupeKey { get; set; }

    /// <summary>The key of the <see cref="MailRequestRow"/> that it came from; null: a digest, or a paper.</summary>
    public string? RequestKey { get; set; }

    /// <summary>It is not sent any more once this work is closed; null: it concerns no single work item.</summary>
    public string? WorkItemId { get; set; }
    public DateTimeOffset QueuedAt { get; set; }

    /// <summary>Earliest instant of the next attempt.</summary>
    public DateTimeOffset NotBefore { get; set; }
    public OutboxStatus Status { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public string? LeaseOwner { get; set; }
    public string? LastError { get; set; }
    public DateTimeOffset? SentAt { get; set; }
}

/// <summary>A mail told of a piece of work.</summary>
public sealed class ReminderRow
{
    public long Id { get; set; }

    /// <summary>A work item, a ledger entry, or a paper and its recipient.</summary>
    public required string SubjectId { get; set; }

    /// <summary>The morning that it was planned for; after a stop the mail goes later.</summary>
    public DateOnly DueForOn { get; set; }

    /// <summary>To somebody above.</summary>
    public bool Escalated { get; set; }

    /// <summary>The outbox's.</summary>
    public required string MessageId { get; set; }
    public DateTimeOffset RecordedAt { get; set; }
}
