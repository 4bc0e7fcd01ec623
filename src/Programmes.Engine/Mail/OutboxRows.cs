using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail;

/// <summary>Mails on their way into the outbox, in the transaction of what they tell.</summary>
internal static class OutboxRows
{
    /// <summary>Without an address it is for the printable list.</summary>
    /// <param name="now">Real time.</param>
    public static OutboxRow Of(ComposedMail mail, string? programme, string kind, string? dedupeKey, DateTimeOffset now) => new()
    {
        MessageId = mail.MessageId, ProgrammeId = programme, ToAddress = mail.To?.Address, ToName = mail.To?.Name ?? mail.Name, Subject = mail.Subject,
        Text = mail.Text, Html = mail.Html, Calendar = mail.Calendar, Kind = kind, DedupeKey = dedupeKey, QueuedAt = now, NotBefore = now,
        Status = mail.To is null ? OutboxStatus.NoAddress : OutboxStatus.Queued,
    };
}
