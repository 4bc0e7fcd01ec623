using System.Text.Json;
using Programmes.Core;
using Programmes.Core.Calendars;

namespace Programmes.Engine.Queries;

/// <summary>A day as pages show it: with its explanation, and whether it may still move.</summary>
/// <param name="WorkingDayBefore">The last working day before it, where it is a rest day itself.</param>
public sealed record ShownDate(DateOnly On, bool Provisional, IReadOnlyList<Text> Why, DateOnly? WorkingDayBefore = null)
{
    internal static ShownDate Of(DateOnly on, bool provisional, IReadOnlyList<Text> why, WorkingDayCalendar calendar) =>
        new(on, provisional, why, on >= WorkingDayCalendar.MinDate && on < WorkingDayCalendar.MaxDate && !calendar.IsWorkingDay(on) ? calendar.WorkingDayOnOrBefore(on) : null);

    internal static ShownDate? Of(DateOnly? on, bool provisional, string? why, WorkingDayCalendar calendar) =>
        on is { } day ? Of(day, provisional, WhyLines.Read(why), calendar) : null;
}

internal static class WhyLines
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>The lines as stored; none when they cannot be read, because a page matters more than its explanation.</summary>
    public static IReadOnlyList<Text> Read(string? json)
    {
        if (string.IsNullOrEmpty(json)) return [];
        try
        {
            return JsonSerializer.Deserialize<List<Text>>(json, Web) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
