using Microsoft.Extensions.Logging;
using Programmes.Core;
using Programmes.Engine.Mail.Smtp;
using Programmes.Engine.Nodes;
using Programmes.Engine.People;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Mail;

/// <summary>
/// Hands the outbox over to the transport, under a lease: a sender that dies leaves its page free again when the lease runs out.
/// Each mail goes at least once; a repeat carries the same Message-ID. While no mail can go (<see cref="MailHealth"/>), the
/// sender rests and no mail loses an attempt.
/// </summary>
/// <param name="demonstrations">Whether mails of demonstrations go out too.</param>
public sealed class SendOutbox(OutboxStore outbox, IMailTransport transport, OutboxMails frozen, MailHealth health, DemonstrationMails demonstrations, EngineMetrics metrics, TimeProvider time, ILogger<SendOutbox> log)
{
    public const int PageMax = 50;
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>No mail is begun with less than this left of the lease: longer than any mail may take.</summary>
    public static readonly TimeSpan LeaseLeftMin = SmtpSettings.TimeoutMax + TimeSpan.FromSeconds(10);

    private readonly string owner = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";

    private enum PageEnd { Sent, LeaseShort, Unavailable }

    /// <summary>Sends until nothing may go now, or nothing can. Returns how many were handed over.</summary>
    /// <param name="pagesMax">A bound for one run.</param>
    public async Task<int> RunAsync(int pagesMax = 1_000, CancellationToken cancellationToken = default)
    {
        if (health.IsResting) return 0;
        var sent = 0;
        var session = transport.Open();
        await using (session.ConfigureAwait(false))
        {
            for (var page = 0; page < pagesMax; page++)
            {
                var leased = time.GetUtcNow();
                var mails = await outbox.LeaseAsync(owner, leased, Lease, PageMax, cancellationToken).ConfigureAwait(false);
                if (mails.Count == 0) break;
                // What waited until its work was done need not be told any more.
                if (mails.Any(mail => mail.WorkItemId is not null))
                    mails = await outbox.WithdrawOverAsync(mails, owner, cancellationToken).ConfigureAwait(false);
                if (!demonstrations.AreSent) mails = await outbox.KeepDemonstrationsAsync(mails, owner, cancellationToken).ConfigureAwait(false);
                var (count, end) = await SendPageAsync(session, mails, leased + Lease - LeaseLeftMin, cancellationToken).ConfigureAwait(false);
                sent += count;
                if (end == PageEnd.Unavailable) break;
            }
        }

        return sent;
    }

    /// <param name="beginUntil">A mail begun later could outlive the lease, and go twice.</param>
    private async Task<(int Sent, PageEnd End)> SendPageAsync(IMailSession session, IReadOnlyList<OutboxRow> mails, DateTimeOffset beginUntil, CancellationToken cancellationToken)
    {
        var (sent, done) = (0, 0);
        try
        {
            foreach (var mail in mails)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (time.GetUtcNow() > beginUntil) return (sent, PageEnd.LeaseShort);
                // A host that stops lets the mail in hand finish: given up half way, it would go twice.
                var status = await SendAsync(session, mail, CancellationToken.None).ConfigureAwait(false);
                done++;
                metrics.MailHandled(status.ToString(), status == DeliveryStatus.Delivered ? time.GetUtcNow() - mail.NotBefore : null);
                if (status == DeliveryStatus.Delivered) sent++;
                if (status == DeliveryStatus.Unavailable) return (sent, PageEnd.Unavailable);
            }

            return (sent, PageEnd.Sent);
        }
        finally
        {
            // Also on the way out of a host that stops: the next one need not wait for the lease.
            await outbox.ReleaseAsync([.. mails.Skip(done).Select(mail => mail.Id)], owner, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <returns>What became of it and was recorded; <see cref="DeliveryStatus.Failed"/> too where the record went to somebody else's lease.</returns>
    private async Task<DeliveryStatus> SendAsync(IMailSession session, OutboxRow row, CancellationToken cancellationToken)
    {
        var (mail, error) = await frozen.OfAsync(row, cancellationToken).ConfigureAwait(false);
        if (mail is null)
        {
            await outbox.MarkFailedAsync(row.Id, owner, error.Zh, time.GetUtcNow(), permanent: true, cancellationToken).ConfigureAwait(false);
            return DeliveryStatus.Refused;
        }

        var delivery = await HandOverAsync(session, row.Id, mail, cancellationToken).ConfigureAwait(false);
        if (delivery.Status == DeliveryStatus.Delivered)
        {
            health.Works();
            return await outbox.MarkSentAsync(row.Id, owner, time.GetUtcNow(), row.Kind == AccountLinks.MailKind, cancellationToken).ConfigureAwait(false) ? DeliveryStatus.Delivered : DeliveryStatus.Failed;
        }

        if (delivery.Status == DeliveryStatus.Unavailable)
        {
            var outage = health.Fails(delivery.Reason!.Value);
            log.LogWarning(new EventId(3003, "MailUnavailable"), "No mail can go ({Failures} in a row); the next try is at {NextTryAt:O}", outage.Failures, outage.NextTryAt);
            // Behind the others: should it be this mail after all that the server stumbles over, they get past it.
            await outbox.ReleaseAsync([row.Id], owner, outage.NextTryAt, cancellationToken).ConfigureAwait(false);
            return DeliveryStatus.Unavailable;
        }

        log.LogWarning(new EventId(3002, "MailFailed"), "Mail {Mail} was not delivered ({Status})", row.Id, delivery.Status);
        await outbox.MarkFailedAsync(row.Id, owner, delivery.Reason?.Zh ?? delivery.Status.ToString(), time.GetUtcNow(), delivery.Status == DeliveryStatus.Refused, cancellationToken).ConfigureAwait(false);
        return delivery.Status;
    }

    private async Task<Delivery> HandOverAsync(IMailSession session, long id, FrozenMail mail, CancellationToken cancellationToken)
    {
        try
        {
            return await session.SendAsync(mail, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A mail that makes the transport fail in an unforeseen way must not hold up those behind it for ever.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(new EventId(3005, "TransportFailed"), e, "The transport failed with mail {Mail}", id);
            return new(DeliveryStatus.Failed, Text.Same(e.GetType().Name));
        }
    }
}
