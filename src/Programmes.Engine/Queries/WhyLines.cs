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

    internal static ShownDate? Of(DateOnly? on, bool provisional, string? why, WorkingDayCalendar calendar, string? clause = null) =>
        on is { } day ? Of(day, provisional, WhyLines.Read(why, clause), calendar) : null;
}

internal static class WhyLines
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>The clause and the lines as stored; none when they cannot be read, because a page matters more than its explanation.</summary>
    public static IReadOnlyList<Text> Read(string? json, string? clause = null)
    {
        var lines = Lines(json);
        return string.IsNullOrEmpty(clause) || lines.Count == 0 ? lines : [new($"依据：方案{clause}。", $"By the plan's {clause}."), .. lines];
    }

    private static List<Text> Lines(string? json)
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
