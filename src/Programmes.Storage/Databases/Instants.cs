using System.Globalization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Programmes.Storage.Databases;

/// <summary>Instants as stored: whole microseconds since 1970-01-01T00:00Z.</summary>
public static class Instants
{
    /// <summary>
    /// Rounds up to a whole microsecond: an instant read back is never before the one written, so that an instance
    /// which is woken at its stored instant finds its bookmark due.
    /// </summary>
    public static long ToMicroseconds(DateTimeOffset at)
    {
        var ticks = at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var floor = Math.DivRem(ticks, TimeSpan.TicksPerMicrosecond, out var rest);
        return rest > 0 ? floor + 1 : floor;
    }

    public static long? ToMicroseconds(DateTimeOffset? at) => at is { } value ? ToMicroseconds(value) : null;

    /// <summary>UTC.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.Ticks + microseconds * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static DateTimeOffset? FromMicroseconds(long? microseconds) => microseconds is { } value ? FromMicroseconds(value) : null;

    /// <summary><c>yyyy-MM-dd</c>, which orders as text.</summary>
    public static string ToText(DateOnly on) => on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string? ToText(DateOnly? on) => on is { } value ? ToText(value) : null;

    public static DateOnly FromText(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

internal sealed class InstantConverter() : ValueConverter<DateTimeOffset, long>(
    at => Instants.ToMicroseconds(at), stored => Instants.FromMicroseconds(stored));

internal sealed class DateConverter() : ValueConverter<DateOnly, string>(
    on => Instants.ToText(on), stored => Instants.FromText(stored));
