using Programmes.Core;

namespace Programmes.Engine.Mail;

/// <summary>
/// <see cref="Refused"/>: another attempt would fail as well. <see cref="Failed"/>: it may work later.
/// <see cref="Unavailable"/>: nothing is this mail's fault; no mail can go now.
/// </summary>
public enum DeliveryStatus { Delivered, Failed, Refused, Unavailable }

/// <param name="Reason">Why it was not delivered, for the outbox; null when it was. Never holds the mail's content or a password.</param>
public readonly record struct Delivery(DeliveryStatus Status, Text? Reason)
{
    public static readonly Delivery Done = new(DeliveryStatus.Delivered, null);
}

/// <summary>Hands mails over: into a folder, or to an SMTP server. Sending the same mail again does no harm.</summary>
public interface IMailTransport
{
    /// <summary>Where mails go, without secrets.</summary>
    Text Description { get; }

    /// <summary>For one sender at a time; opens nothing before its first mail.</summary>
    IMailSession Open();
}

/// <summary>One mail after the other on the same connection; disposing lets go of it.</summary>
public interface IMailSession : IAsyncDisposable
{
    /// <summary>Failures to deliver are answers, not exceptions; only cancellation throws.</summary>
    Task<Delivery> SendAsync(FrozenMail mail, CancellationToken cancel);
}
