using System.Text.Json;
using Programmes.Cli.Output;
using Programmes.Core.Calendars;

namespace Programmes.Cli.Calendars;

/// <summary>A year as JSON; the fields are documented in docs/cli.md.</summary>
internal static class YearJson
{
    public static void Write(Utf8JsonWriter json, Session session, int year, bool provisional, IReadOnlyList<HolidayNotice> notices, IReadOnlyList<CalendarDay> days)
    {
        json.WriteStartObject();
        json.WriteNumber("year", year);
        json.WriteBoolean("provisional", provisional);
        json.WriteStartArray("notices");
        foreach (var notice in notices)
        {
            json.WriteStartObject();
            json.WriteString("id", notice.Id);
            json.Day("issuedOn", notice.IssuedOn);
            json.WriteString("source", notice.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("days");
        foreach (var day in days)
        {
            json.WriteStartObject();
            json.Day("date", day.On);
            json.WriteString("kind", KindOf(day.Kind));
            json.WriteString("name", day.Name is { } name ? session.Say(name) : null);
            json.WriteString("notice", day.Notice);
            json.WriteBoolean("provisional", day.IsProvisional);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string KindOf(DayKind kind) => kind switch
    {
        DayKind.WorkingDay => "working-day",
        DayKind.Weekend => "weekend",
        DayKind.Holiday => "holiday",
        DayKind.MakeUpWorkingDay => "make-up-working-day",
        DayKind.LocalDayOff => "local-day-off",
        DayKind.LocalWorkingDay => "local-working-day",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind without a name."),
    };
}
