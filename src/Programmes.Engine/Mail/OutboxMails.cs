using Programmes.Core;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail;

/// <summary>A row of the outbox as the mail that goes out: always the same one.</summary>
public sealed class OutboxMails(MailSettings settings, MailChoices choices)
{
    /// <summary>Null with the reason: its address is none.</summary>
    public async Task<(FrozenMail? Mail, Text Error)> OfAsync(OutboxRow row, CancellationToken cancellationToken = default)
    {
        if (!Mailbox.TryCreate(row.ToAddress ?? "", row.ToName, out var to, out var error)) return (null, error);
        return (new FrozenMail
        {
            MessageId = MessageIdOf(row), From = settings.From, To = to!, Subject = row.Subject, Text = row.Text, Html = row.Html, Calendar = row.Calendar, QueuedAt = row.QueuedAt,
            ListUnsubscribe = row.Kind == "digest" ? await choices.LinkForAsync(to!.Address, cancellationToken).ConfigureAwait(false) : null,
        }, default);
    }

    private string MessageIdOf(OutboxRow row)
    {
        var bracketed = row.MessageId.StartsWith('<') ? row.MessageId : $"<{row.MessageId}>";
        return FrozenMail.IsMessageId(bracketed) ? bracketed : FrozenMail.MessageIdOf(row.MessageId, settings.From.Domain);
    }
}
