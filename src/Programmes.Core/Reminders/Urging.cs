namespace Programmes.Core.Reminders;

/// <summary>How somebody was urged. Only a mail is sent from here; of the others it is kept what was said.</summary>
public enum UrgingChannel { Mail, Call, Message, Visit }

/// <summary>What became of an urging's mails.</summary>
public enum UrgingDelivery
{
    /// <summary>Not by mail: it is on record what was said.</summary>
    Logged,
    Waiting,

    /// <summary>To one recipient at least.</summary>
    Sent,
    Failed,
    Bounced,
    NoAddress,

    /// <summary>The work was done before the mail went.</summary>
    Withdrawn,
}

/// <param name="Sent">Recipients to whom it was sent.</param>
/// <param name="Missed">Recipients whom it did not reach: failed, bounced or without an address.</param>
public readonly record struct UrgingState(UrgingDelivery Delivery, int Sent = 0, int Missed = 0)
{
    /// <summary>One state of an urging's mails, however many recipients it has: sent once it was sent to one of them.</summary>
    /// <param name="waiting">Mails not sent yet.</param>
    public static UrgingState Of(int waiting, int sent, int failed, int bounced, int noAddress)
    {
        var delivery = sent > 0 ? UrgingDelivery.Sent
            : waiting > 0 ? UrgingDelivery.Waiting
            : bounced > 0 ? UrgingDelivery.Bounced
            : failed > 0 ? UrgingDelivery.Failed
            : noAddress > 0 ? UrgingDelivery.NoAddress
            : UrgingDelivery.Withdrawn;
        return new(delivery, sent, failed + bounced + noAddress);
    }
}

public static class UrgingWords
{
    public static Text Of(UrgingChannel channel) => channel switch
    {
        UrgingChannel.Mail => new("邮件", "Mail"),
        UrgingChannel.Call => new("电话", "Call"),
        UrgingChannel.Message => new("即时消息", "Message"),
        _ => new("上门", "Visit"),
    };

    public static Text Of(UrgingState state) => state.Delivery switch
    {
        UrgingDelivery.Logged => new("已登记", "On record"),
        UrgingDelivery.Waiting => new("待发送", "Waiting to be sent"),
        UrgingDelivery.Sent when state.Missed > 0 => new($"已发送，另有 {state.Missed} 个收件人未送达", $"Sent; {state.Missed} of its recipients were not reached"),
        UrgingDelivery.Sent => new("已发送", "Sent"),
        UrgingDelivery.Failed => new("发送失败", "Failed"),
        UrgingDelivery.Bounced => new("被退回", "Bounced"),
        UrgingDelivery.NoAddress => new("无邮箱，未送达", "No address: not sent"),
        _ => new("发送前已办结", "Done before it was sent"),
    };
}
