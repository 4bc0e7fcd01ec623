namespace Programmes.Engine.Mail;

/// <summary><see cref="Refused"/>: another attempt would fail as well. <see cref="Failed"/>: it may work later.</summary>
public enum DeliveryStatus { Delivered, Failed, Refused }

/// <param name="Reason">Why it was not delivered, for the outbox; null when it was. Never holds the mail's content.</param>
public readonly record struct Delivery(DeliveryStatus Status, string? Reason)
{
    public static readonly Delivery Done = new(DeliveryStatus.Delivered, null);
}

/// <summary>Hands a mail over: into a folder, or to an SMTP server. Sending the same mail again does no harm.</summary>
public interface IMailTransport
{
    /// <summary>Failures to deliver are answers, not exceptions; only cancellation throws.</summary>
    Task<Delivery> SendAsync(FrozenMail mail, CancellationToken cancel);
}
