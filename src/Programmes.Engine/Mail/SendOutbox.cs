using Microsoft.Extensions.Logging;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail;

/// <summary>
/// Hands the outbox over to the transport, under a lease: a sender that dies leaves its page free again when the lease runs out.
/// Each mail goes at least once; a repeat carries the same Message-ID.
/// </summary>
public sealed class SendOutbox(OutboxStore outbox, IMailTransport transport, MailSettings settings, MailChoices choices, TimeProvider time, ILogger<SendOutbox> log)
{
    public const int PageMax = 50;
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private readonly string owner = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";

    /// <summary>Sends until nothing may go now. Returns how many were handed over.</summary>
    /// <param name="pagesMax">A bound for one run.</param>
    public async Task<int> RunAsync(int pagesMax = 1_000, CancellationToken cancellationToken = default)
    {
        var sent = 0;
        for (var page = 0; page < pagesMax; page++)
        {
            var mails = await outbox.LeaseAsync(owner, time.GetUtcNow(), Lease, PageMax, cancellationToken).ConfigureAwait(false);
            if (mails.Count == 0) break;
            foreach (var mail in mails)
                if (await SendAsync(mail, cancellationToken).ConfigureAwait(false)) sent++;
        }

        return sent;
    }

    private async Task<bool> SendAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        if (!Mailbox.TryCreate(row.ToAddress ?? "", row.ToName, out var to, out var error))
        {
            await outbox.MarkFailedAsync(row.Id, owner, error.Zh, time.GetUtcNow(), permanent: true, cancellationToken).ConfigureAwait(false);
            return false;
        }

        var delivery = await transport.SendAsync(new FrozenMail
        {
            MessageId = MessageIdOf(row), From = settings.From, To = to!, Subject = row.Subject, Text = row.Text, Html = row.Html, QueuedAt = row.QueuedAt,
            ListUnsubscribe = row.Kind == "digest" ? await choices.LinkForAsync(to!.Address, cancellationToken).ConfigureAwait(false) : null,
        }, cancellationToken).ConfigureAwait(false);
        if (delivery.Status == DeliveryStatus.Delivered) return await outbox.MarkSentAsync(row.Id, owner, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        log.LogWarning(new EventId(3002, "MailFailed"), "Mail {Mail} was not delivered ({Status})", row.Id, delivery.Status);
        await outbox.MarkFailedAsync(row.Id, owner, delivery.Reason ?? delivery.Status.ToString(), time.GetUtcNow(), delivery.Status == DeliveryStatus.Refused, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private string MessageIdOf(OutboxRow row)
    {
        var bracketed = row.MessageId.StartsWith('<') ? row.MessageId : $"<{row.MessageId}>";
        return FrozenMail.IsMessageId(bracketed) ? bracketed : FrozenMail.MessageIdOf(row.MessageId, settings.From.Domain);
    }
}
