using System.Globalization;
using System.Text.Json;

namespace Programmes.Core.Calendars;

/// <summary>
/// The JSON form in which notices ship and are imported:
/// <c>{ "notices": [ { "id": "2023-1", "year": 2023, "number": 1, "issuedOn": "2022-12-08", "source": "…",
/// "holidays": [ { "name": "元旦", "off": ["2022-12-31/2023-01-02"], "work": [] } ] } ] }</c>.
/// A range "first/last" includes both days.
/// </summary>
public static class NoticeFile
{
    public const int CharactersMax = 1_000_000;
    public const int NoticesMax = 200;

    /// <summary>Reads notices; on failure <paramref name="error"/> names the notice or place in the file and the reason.</summary>
    public static bool TryParse(string json, out IReadOnlyList<HolidayNotice> notices, out Text error)
    {
        notices = [];
        error = default;
        if (json.Length > CharactersMax)
        {
            error = new($"文件超过 {CharactersMax} 个字符。", $"The file is longer than {CharactersMax} characters.");
            return false;
        }
        try
        {
            using var document = JsonDocument.Parse(json);
            var read = new List<HolidayNotice>();
            foreach (var element in document.RootElement.GetProperty("notices").EnumerateArray())
            {
                var notice = Read(element);
                if (notice.Fault() is { } fault)
                {
                    error = fault;
                    return false;
                }
                read.Add(notice);
                if (read.Count <= NoticesMax) continue;
                error = new($"通知超过 {NoticesMax} 份。", $"There are more than {NoticesMax} notices.");
                return false;
            }
            notices = read;
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            error = new($"不是节假日通知文件：{e.Message}", $"Not a file of holiday notices: {e.Message}");
            return false;
        }
    }

    internal static IReadOnlyList<HolidayNotice> Shipped()
    {
        using var stream = typeof(NoticeFile).Assembly.GetManifestResourceStream("Programmes.Core.Calendars.notices.json")
            ?? throw new InvalidOperationException("The shipped notices are missing from the assembly.");
        using var reader = new StreamReader(stream);
        return TryParse(reader.ReadToEnd(), out var notices, out var error)
            ? notices
            : throw new InvalidOperationException(error.En);
    }

    private static HolidayNotice Read(JsonElement element)
    {
        var entries = new List<NoticeEntry>();
        foreach (var holiday in element.GetProperty("holidays").EnumerateArray())
        {
            var name = Words(holiday, "name");
            ReadDays(holiday, "off", false, name, entries);
            ReadDays(holiday, "work", true, name, entries);
        }
        entries.Sort((a, b) => a.On.CompareTo(b.On));
        return new(
            Words(element, "id"), element.GetProperty("year").GetInt32(), element.GetProperty("number").GetInt32(),
            Day(Words(element, "issuedOn")), Words(element, "source"), entries.AsReadOnly());
    }

    private static void ReadDays(JsonElement holiday, string property, bool isWorking, string name, List<NoticeEntry> entries)
    {
        if (!holiday.TryGetProperty(property, out var ranges)) return;
        foreach (var range in ranges.EnumerateArray())
        {
            var parts = (range.GetString() ?? "").Split('/');
            var first = Day(parts[0]);
            var last = Day(parts[^1]);
            if (parts.Length > 2 || last < first)
                throw new FormatException($"\"{range.GetString()}\" is no range of days.");
            // One more than a notice may hold is enough for its check to refuse the whole.
            for (var on = first; on <= last && entries.Count <= HolidayNotice.EntriesMax; on = on.AddDays(1))
                entries.Add(new(on, isWorking, name));
        }
    }

    private static string Words(JsonElement element, string property) =>
        element.GetProperty(property).GetString() is { Length: > 0 } words
            ? words
            : throw new FormatException($"\"{property}\" is empty.");

    private static DateOnly Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) && on.Year is > 1990 and < 2200
            ? on
            : throw new FormatException($"\"{text}\" is no date (yyyy-MM-dd).");
}
