using Programmes.Core;

namespace Programmes.Engine.Mail;

/// <param name="Reason">Why no mail can go.</param>
/// <param name="Since">When it began.</param>
/// <param name="NextTryAt">Until then the sender rests.</param>
public sealed record MailOutage(Text Reason, DateTimeOffset Since, int Failures, DateTimeOffset NextTryAt);

/// <summary>
/// Whether this process can hand mails over at all. While it cannot, its sender rests, longer each time, instead of spending
/// the attempts of every mail. In memory: another process, or a new start, tries at once.
/// </summary>
public sealed class MailHealth(TimeProvider time)
{
    public static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private MailOutage? outage;

    /// <summary>Null: nothing is known to be wrong.</summary>
    public MailOutage? Outage
    {
        get
        {
            lock (gate) return outage;
        }
    }

    public bool IsResting => Outage is { } now && time.GetUtcNow() < now.NextTryAt;

    /// <summary>The wait after so many failures in a row (from 1): 15, 30 … seconds, at most <see cref="PauseMax"/>.</summary>
    public static TimeSpan PauseAfter(int failures)
    {
        var pause = PauseMin * Math.Pow(2, Math.Clamp(failures - 1, 0, 10));
        return pause < PauseMax ? pause : PauseMax;
    }

    /// <returns>The outage as it stands now.</returns>
    public MailOutage Fails(Text reason)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var failures = (outage?.Failures ?? 0) + 1;
            return outage = new(reason, outage?.Since ?? now, failures, now + PauseAfter(failures));
        }
    }

    /// <summary>A mail went: whatever was wrong is over.</summary>
    public void Works()
    {
        lock (gate) outage = null;
    }
}
