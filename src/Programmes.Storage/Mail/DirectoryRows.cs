using Programmes.Core.Reminders;

namespace Programmes.Storage.Mail;

/// <summary>Somebody who gets the mails of an office or a participating unit.</summary>
public sealed class ContactRow : IVersioned
{
    public long Id { get; set; }
    public required string ProgrammeId { get; set; }

    /// <summary><c>unit</c>, or a role of the launch's offices.</summary>
    public required string Role { get; set; }
    public string? UnitId { get; set; }
    public required string Name { get; set; }
    public required string Mail { get; set; }
    public ContactDuty Duty { get; set; }
    public DateTimeOffset AddedAt { get; set; }
    public required string AddedBy { get; set; }
    public DateTimeOffset? RemovedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>代理: for some days the mails of an address go to somebody else.</summary>
public sealed class SubstitutionRow
{
    public long Id { get; set; }

    /// <summary>Whose mails; in lower case.</summary>
    public required string Mail { get; set; }
    public required string SubstituteName { get; set; }
    public required string SubstituteMail { get; set; }

    /// <summary>The first and the last day, both inclusive (Asia/Shanghai).</summary>
    public DateOnly FromOn { get; set; }
    public DateOnly UntilOn { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset MadeAt { get; set; }
    public required string MadeBy { get; set; }

    /// <summary>Ended early; the row stays.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>What an address wants of the morning's digests.</summary>
public sealed class MailChoiceRow
{
    /// <summary>In lower case.</summary>
    public required string Mail { get; set; }
    public DigestChoice Digest { get; set; }
    public DateTimeOffset ChosenAt { get; set; }
}

/// <summary>
/// Something to be told at once, in the transaction of what happened. A moment later it becomes mails to the people whom the
/// directory names then.
/// </summary>
public sealed class MailRequestRow
{
    public long Id { get; set; }

    /// <summary>Unique; the same thing is told once.</summary>
    public required string Key { get; set; }
    public required string ProgrammeId { get; set; }

    /// <summary><c>unit</c>, or a role of the launch's offices.</summary>
    public required string Role { get; set; }
    public string? UnitId { get; set; }

    /// <summary>The template.</summary>
    public required string Kind { get; set; }

    /// <summary>What the template tells, as JSON.</summary>
    public required string Payload { get; set; }

    /// <summary>It is not told any more once this work is closed; null: it concerns no single work item.</summary>
    public string? WorkItemId { get; set; }

    /// <summary>Real time.</summary>
    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>Earliest instant of becoming mails, real time.</summary>
    public DateTimeOffset NotBefore { get; set; }
}

/// <summary>催办: one work item that somebody urged, by hand. Whether the mail arrived is read from the outbox.</summary>
public sealed class UrgingRow
{
    public long Id { get; set; }

    /// <summary>The same for all work items that were urged together.</summary>
    public required string Act { get; set; }
    public required string ProgrammeId { get; set; }
    public required string WorkItemId { get; set; }
    public required string Role { get; set; }
    public string? UnitId { get; set; }

    /// <summary>As of that day.</summary>
    public DateOnly? DueOn { get; set; }
    public required string Text { get; set; }
    public UrgingChannel Channel { get; set; }

    /// <summary>By the programme's clock.</summary>
    public DateTimeOffset UrgedAt { get; set; }
    public DateOnly UrgedOn { get; set; }
    public required string UrgedBy { get; set; }

    /// <summary>The request that became its mails; null: it was not by mail.</summary>
    public string? RequestKey { get; set; }
}

/// <summary>A calendar that a person's calendar program reads by a secret address. Only the hash of the secret is kept.</summary>
public sealed class CalendarFeedRow
{
    public long Id { get; set; }
    public required string AccountId { get; set; }

    /// <summary>Null: the person's own work in all programmes.</summary>
    public string? ProgrammeId { get; set; }

    /// <summary>SHA-256 of the secret, lower-case hexadecimal.</summary>
    public required string SecretHash { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}
