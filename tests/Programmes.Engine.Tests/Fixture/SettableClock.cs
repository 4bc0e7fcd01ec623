using System.Globalization;
using Programmes.Core.Calendars;

namespace Programmes.Engine.Tests.Fixture;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class SettableClock : TimeProvider
{
    private readonly string? file;
    private long ticks;

    /// <param name="file">Where a process beside this one reads the same clock; null: nowhere.</param>
    public SettableClock(DateTimeOffset now, string? file = null)
    {
        this.file = file;
        Now = now;
    }

    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
        set
        {
            Interlocked.Exchange(ref ticks, value.UtcTicks);
            if (file is null) return;
            File.WriteAllText($"{file}.new", value.ToString("O", CultureInfo.InvariantCulture));
            File.Move($"{file}.new", file, overwrite: true);
        }
    }

    public DateOnly Today => ChinaTime.DateOf(Now);

    public override DateTimeOffset GetUtcNow() => Now;

    public void To(DateOnly on, double hours) => Now = ChinaTime.StartOf(on).AddHours(hours);
}
