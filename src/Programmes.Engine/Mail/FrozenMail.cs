using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Programmes.Engine.Mail;

/// <summary>A mail whose content no longer changes: the same record gives the same bytes, whenever and wherever it is sent.</summary>
public sealed partial record FrozenMail
{
    public const int SubjectMax = 200;

    /// <summary>Longest text or HTML body, in characters.</summary>
    public const int BodyMax = 1_000_000;

    public const string CalendarFile = "deadlines.ics";

    /// <summary>With its angle brackets; see <see cref="MessageIdOf"/>.</summary>
    public required string MessageId { get; init; }
    public required Mailbox From { get; init; }
    public required Mailbox To { get; init; }

    /// <summary>Shown on one line, control characters stripped, at most <see cref="SubjectMax"/> characters.</summary>
    public required string Subject { get; init; }
    public required string Text { get; init; }

    /// <summary>Null: the mail has only its text.</summary>
    public string? Html { get; init; }

    /// <summary>An iCalendar text (RFC 5545), attached as <see cref="CalendarFile"/>; null: none. At most <see cref="BodyMax"/> characters.</summary>
    public string? Calendar { get; init; }

    /// <summary>When it was queued, the mail's <c>Date</c>: an attempt an hour later is the same mail.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>Where one chooses one's mails; only digests have it. http or https.</summary>
    public Uri? ListUnsubscribe { get; init; }

    /// <summary><c>&lt;40 hex digits of the key's SHA-256@host&gt;</c>: the same key is the same mail, so that a repeat can be recognised.</summary>
    /// <exception cref="ArgumentException">The host is no host name.</exception>
    public static string MessageIdOf(string key, string host)
    {
        var id = $"<{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..40]}@{host}>";
        return IsMessageId(id) ? id : throw new ArgumentException("The host of a Message-ID is letters, digits, dots and hyphens.", nameof(host));
    }

    /// <summary>True for an id that is safe in a header: one <c>@</c> between letters, digits, dots, hyphens and underscores, within angle brackets.</summary>
    public static bool IsMessageId(string id) => id.Length <= 250 && MessageIdForm().IsMatch(id);

    [GeneratedRegex(@"\A<[A-Za-z0-9._-]+@[A-Za-z0-9.-]+>\z", RegexOptions.CultureInvariant)]
    private static partial Regex MessageIdForm();
}
