using System.Globalization;
using System.Text;

namespace Programmes.Core.Reminders;

/// <summary>
/// Writes a calendar as text (iCalendar, RFC 5545): whole-day entries, lines folded after 75 octets and ended by CRLF.
/// Whatever a title or description holds stays inside its own property. The same entries and stamp give the same text.
/// </summary>
public static class ICalendarText
{
    public const string MediaType = "text/calendar";

    /// <summary>Most entries of one calendar; further ones are left out, so who has more chooses before.</summary>
    public const int EntriesMax = 1_000;

    /// <summary>Longest title, name or category, in UTF-16 characters; what is longer ends in an ellipsis.</summary>
    public const int TitleMax = 200;

    /// <summary>Longest description, in UTF-16 characters; what is longer ends in an ellipsis.</summary>
    public const int DescriptionMax = 2_000;

    private const int UidMax = 250;
    private const int UrlMax = 900;
    private const int CategoriesMax = 5;

    /// <summary>Longest line in octets, without CRLF (RFC 5545, section 3.1).</summary>
    private const int LineMax = 75;

    /// <summary>How often a calendar program is asked to look again.</summary>
    private const string RefreshEvery = "PT4H";

    /// <param name="name">Under which a calendar program lists it.</param>
    /// <param name="stamp">When the calendar was made.</param>
    /// <param name="description">What the calendar holds; null: nothing is said.</param>
    public static string Of(string name, IEnumerable<CalendarEntry> entries, DateTimeOffset stamp, string? description = null)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//Programmes//Programmes//ZH");
        Line(text, "CALSCALE:GREGORIAN");
        Line(text, "METHOD:PUBLISH");
        // Each twice: as RFC 7986 has it, and as the programs knew it before.
        Line(text, $"NAME:{OneLine(name, TitleMax)}");
        Line(text, $"X-WR-CALNAME:{OneLine(name, TitleMax)}");
        if (description is not null)
        {
            Line(text, $"DESCRIPTION:{Lines(description, DescriptionMax)}");
            Line(text, $"X-WR-CALDESC:{Lines(description, DescriptionMax)}");
        }

        Line(text, "X-WR-TIMEZONE:Asia/Shanghai");
        Line(text, $"REFRESH-INTERVAL;VALUE=DURATION:{RefreshEvery}");
        Line(text, $"X-PUBLISHED-TTL:{RefreshEvery}");
        var stamped = stamp.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var written = 0;
        foreach (var entry in entries.Take(EntriesMax))
        {
            Entry(text, entry, stamped);
            written++;
        }

        if (written == 0) Zone(text);
        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static void Entry(StringBuilder text, CalendarEntry entry, string stamped)
    {
        Line(text, "BEGIN:VEVENT");
        Line(text, $"UID:{OneLine(entry.Uid, UidMax)}");
        Line(text, $"DTSTAMP:{stamped}");
        Line(text, string.Create(CultureInfo.InvariantCulture, $"SEQUENCE:{Math.Max(0, entry.Sequence)}"));
        Line(text, $"DTSTART;VALUE=DATE:{Day(entry.From)}");
        var last = entry.Until < entry.From ? entry.From : entry.Until;
        // DTEND is the day after the last; without it an entry takes one day.
        if (last < DateOnly.MaxValue) Line(text, $"DTEND;VALUE=DATE:{Day(last.AddDays(1))}");
        Line(text, $"SUMMARY:{OneLine(entry.Title, TitleMax)}");
        if (!string.IsNullOrEmpty(entry.Description)) Line(text, $"DESCRIPTION:{Lines(entry.Description, DescriptionMax)}");
        if (entry.Categories.Count > 0) Line(text, $"CATEGORIES:{string.Join(',', entry.Categories.Take(CategoriesMax).Select(category => OneLine(category, TitleMax)))}");
        if (Link(entry.Url) is { } url) Line(text, $"URL:{url}");
        Line(text, entry.Cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
        // A deadline does not make anybody busy.
        Line(text, "TRANSP:TRANSPARENT");
        Line(text, "END:VEVENT");
    }

    /// <summary>A calendar holds at least one component (RFC 5545, section 3.6), and strict programs refuse one with none.</summary>
    private static void Zone(StringBuilder text)
    {
        Line(text, "BEGIN:VTIMEZONE");
        Line(text, "TZID:Asia/Shanghai");
        Line(text, "BEGIN:STANDARD");
        Line(text, "DTSTART:19920101T000000");
        Line(text, "TZOFFSETFROM:+0800");
        Line(text, "TZOFFSETTO:+0800");
        Line(text, "TZNAME:CST");
        Line(text, "END:STANDARD");
        Line(text, "END:VTIMEZONE");
    }

    private static string Day(DateOnly on) => on.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string? Link(string? url) =>
        url is not null && Uri.TryCreate(url, UriKind.Absolute, out var link) && link.Scheme is "http" or "https"
            && link.AbsoluteUri.Length <= UrlMax && link.AbsoluteUri.All(c => c is > ' ' and <= '~')
            ? link.AbsoluteUri
            : null;

    private static string OneLine(string words, int charactersMax) => Escaped(words, charactersMax, " ");

    private static string Lines(string words, int charactersMax) => Escaped(words, charactersMax, "\\n");

    /// <param name="newLine">What stands for a line break.</param>
    private static string Escaped(string words, int charactersMax, string newLine)
    {
        var escaped = new StringBuilder();
        var length = 0;
        foreach (var rune in words.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value != '\n' && IsUnwanted(rune)) continue;
            length += rune.Utf16SequenceLength;
            if (length >= charactersMax)
            {
                escaped.Append('…');
                break;
            }

            switch (rune.Value)
            {
                case '\n': escaped.Append(newLine); break;
                case '\\' or ';' or ',': escaped.Append('\\').Append((char)rune.Value); break;
                case '\t': escaped.Append(' '); break;
                default: escaped.Append(rune.ToString()); break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>Control characters, and marks that turn the direction of writing, by which a title could look like another.</summary>
    private static bool IsUnwanted(Rune rune) =>
        Rune.IsControl(rune) && rune.Value != '\t'
        || rune.Value is 0xFEFF or 0x200E or 0x200F or 0x061C or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    /// <summary>Writes a property, folded between two characters, never within one.</summary>
    private static void Line(StringBuilder text, string property)
    {
        var octets = 0;
        foreach (var rune in property.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineMax)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
