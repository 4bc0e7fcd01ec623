using Programmes.Core.Calendars;

namespace Programmes.Engine.Tests.Fixture;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class SettableClock : TimeProvider
{
    private long ticks;

    public SettableClock(DateTimeOffset now) => Now = now;

    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref ticks, value.UtcTicks);
    }

    public DateOnly Today => ChinaTime.DateOf(Now);

    public override DateTimeOffset GetUtcNow() => Now;

    public void To(DateOnly on, double hours) => Now = ChinaTime.StartOf(on).AddHours(hours);
}
