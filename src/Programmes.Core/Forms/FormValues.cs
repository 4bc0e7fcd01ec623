using System.Text.Json;

namespace Programmes.Core.Forms;

/// <summary>What stands in a filled-in form: a JSON object with a text for each item, and for each table an array of rows, which are objects of texts.</summary>
public sealed class FormValues
{
    /// <summary>Rows of one table that are read; longer ones are cut off.</summary>
    private const int RowsReadMax = 1_000;

    public static readonly FormValues Empty = new(new Dictionary<string, string>(), new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>());

    private static readonly JsonWriterOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyDictionary<string, string> texts;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> tables;

    /// <param name="tables">By the table's key; rows in order, by the column's key.</param>
    public FormValues(IReadOnlyDictionary<string, string> texts, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> tables)
    {
        this.texts = texts;
        this.tables = tables;
    }

    /// <summary>Empty where nothing was filled in.</summary>
    public string Text(string key) => texts.GetValueOrDefault(key, "");

    public IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string key) => tables.GetValueOrDefault(key, []);

    /// <summary>Null or what cannot be read is an empty form.</summary>
    public static FormValues Parse(string? json)
    {
        if (string.IsNullOrEmpty(json)) return Empty;
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : Empty;
        }
        catch (JsonException)
        {
            return Empty;
        }
    }

    /// <summary>Without what is empty: fields, cells, and rows at all.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            foreach (var (key, text) in texts)
                if (text.Trim() is { Length: > 0 } trimmed) json.WriteString(key, trimmed);
            foreach (var (key, rows) in tables)
            {
                var filled = rows.Where(row => row.Values.Any(cell => !string.IsNullOrWhiteSpace(cell))).ToList();
                if (filled.Count == 0) continue;
                json.WriteStartArray(key);
                foreach (var row in filled)
                {
                    json.WriteStartObject();
                    foreach (var (column, cell) in row)
                        if (cell.Trim() is { Length: > 0 } trimmed) json.WriteString(column, trimmed);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static FormValues Read(JsonElement form)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var tables = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal);
        foreach (var property in form.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Array)
                tables[property.Name] = [.. property.Value.EnumerateArray().Take(RowsReadMax).Where(row => row.ValueKind == JsonValueKind.Object).Select(Row)];
            else
                texts[property.Name] = Word(property.Value);
        }

        return new(texts, tables);
    }

    private static Dictionary<string, string> Row(JsonElement row)
    {
        var cells = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var cell in row.EnumerateObject()) cells[cell.Name] = Word(cell.Value);
        return cells;
    }

    private static string Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}
