using Programmes.Core.Programmes;
using Programmes.Storage.Mail;

namespace Programmes.Storage.Papers;

/// <summary><see cref="Replied"/>: all who have to answer did. <see cref="Closed"/>: the issuer accepted their answers, or an approval answered a request.</summary>
public enum PaperStatus { Issued, Replied, Closed, Withdrawn }

/// <summary>An official paper (公文) of a programme. Its number stays used, also when it was withdrawn.</summary>
public sealed class PaperRow : IVersioned
{
    public long Id { get; set; }
    public required string ProgrammeId { get; set; }
    public PaperKind Kind { get; set; }

    /// <summary>文号, with brackets 〔〕 and without spaces.</summary>
    public required string Number { get; set; }
    public required string Title { get; set; }
    public required string Body { get; set; }

    /// <summary>A role of the launch's offices, or <c>unit</c>: the unit of <see cref="UnitId"/>.</summary>
    public required string Issuer { get; set; }
    public DateOnly IssuedOn { get; set; }
    public required string IssuedBy { get; set; }

    /// <summary>The unit that it concerns.</summary>
    public string? UnitId { get; set; }
    public string? WorkItemId { get; set; }

    /// <summary>The request that this approval answers.</summary>
    public long? AnswersId { get; set; }

    /// <summary>Last day for answers, inclusive.</summary>
    public DateOnly? ReplyByOn { get; set; }

    /// <summary>Of a closed room: when it is planned to open again.</summary>
    public DateOnly? ReopensOn { get; set; }
    public PaperStatus Status { get; set; }
    public DateOnly? EndedOn { get; set; }
    public string? EndedBy { get; set; }

    /// <summary>Why it was withdrawn.</summary>
    public string? Reason { get; set; }
    public DateTimeOffset RecordedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>Whom a paper is for (主送), or who gets a copy (抄送、抄报).</summary>
public sealed class PaperRecipientRow : IReminded
{
    public long PaperId { get; set; }

    /// <summary>From 1, as on the paper: main recipients first.</summary>
    public int Ordinal { get; set; }
    public required string Role { get; set; }
    public string? UnitId { get; set; }

    /// <summary>As of the day of issue.</summary>
    public required string Name { get; set; }
    public bool IsCopy { get; set; }

    /// <summary>签收.</summary>
    public DateTimeOffset? SignedAt { get; set; }
    public string? SignedBy { get; set; }

    /// <summary>The day of the answer that stands; null again when the issuer returned it.</summary>
    public DateOnly? RepliedOn { get; set; }
    public DateOnly? AcceptedOn { get; set; }

    public DateOnly? RemindersFromOn { get; set; }

    /// <summary>The morning's digest selects by it; only main recipients who owe an answer have one.</summary>
    public DateOnly? NextReminderOn { get; set; }
    public int RemindersSent { get; set; }
}

public enum PaperReplyStatus { Filed, Accepted, Returned }

/// <summary>An answer; only ever appended to, and decided about once.</summary>
public sealed class PaperReplyRow
{
    public long Id { get; set; }
    public long PaperId { get; set; }

    /// <summary>The recipient's.</summary>
    public int Ordinal { get; set; }
    public required string Text { get; set; }
    public DateOnly RepliedOn { get; set; }
    public required string RepliedBy { get; set; }
    public PaperReplyStatus Status { get; set; }
    public DateOnly? DecidedOn { get; set; }
    public string? DecidedBy { get; set; }

    /// <summary>Why it was returned.</summary>
    public string? Answer { get; set; }
}
