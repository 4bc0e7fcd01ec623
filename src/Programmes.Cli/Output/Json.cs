using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Programmes.Cli.Output;

/// <summary>How the program writes JSON: indented, UTF-8, Chinese as it is, days as yyyy-MM-dd.</summary>
internal static class Json
{
    // The output goes to terminals and files, never into a page, so that only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>One JSON document and the line end after it.</summary>
    public static void Write(Terminal terminal, Action<Utf8JsonWriter> write)
    {
        terminal.Out.Flush();
        using (var json = new Utf8JsonWriter(terminal.Output, Options)) write(json);
        terminal.Out.WriteLine();
        terminal.Out.Flush();
    }

    public static void Day(this Utf8JsonWriter json, string name, DateOnly? on)
    {
        if (on is { } day) json.WriteString(name, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        else json.WriteNull(name);
    }

    public static void Number(this Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    public static void Lines(this Utf8JsonWriter json, string name, IEnumerable<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines) json.WriteStringValue(line);
        json.WriteEndArray();
    }
}
