using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Programmes.Core.Workflows;

/// <summary>
/// The values of variables, inputs and outputs: null, bool, long, decimal, string, or a JSON array or object.
/// A closed set, so that a state written today is read the same in three years.
/// </summary>
public static class WorkflowValue
{
    public static object? FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        // The casts keep a whole number a long: without them the conditional would make all of them decimals.
        JsonValueKind.Number => json.TryGetInt64(out var whole) ? (object)whole : json.TryGetDecimal(out var exact) ? exact : null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array or JsonValueKind.Object => json.Clone(),
        _ => null,
    };

    /// <summary>Brings a CLR value into the closed set. Anything else becomes its invariant text.</summary>
    public static object? Normalise(object? value) => value switch
    {
        null or bool or long or decimal or string or JsonElement => value,
        int or short or byte or sbyte or ushort or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        double or float => Convert.ToDecimal(value, CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool b: writer.WriteBooleanValue(b); break;
            case long l: writer.WriteNumberValue(l); break;
            case int i: writer.WriteNumberValue(i); break;
            case decimal d: writer.WriteNumberValue(d); break;
            case JsonElement json: json.WriteTo(writer); break;
            default: writer.WriteStringValue(AsText(value)); break;
        }
    }

    public static string AsText(object? value) => value switch
    {
        null => "",
        string text => text,
        bool b => b ? "true" : "false",
        JsonElement json => json.GetRawText(),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>False, null, zero, the empty text and the texts "false" and "0" are not true; everything else is.</summary>
    public static bool AsBoolean(object? value) => value switch
    {
        null => false,
        bool b => b,
        long l => l != 0,
        decimal d => d != 0,
        string text => text.Length > 0 && !text.Equals("false", StringComparison.OrdinalIgnoreCase) && text != "0",
        _ => true,
    };

    /// <summary>Null when the value is no number.</summary>
    public static decimal? AsNumber(object? value) => value switch
    {
        long l => l,
        decimal d => d,
        bool => null,
        string text when decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var d) => d,
        _ => null,
    };

    /// <summary>Numbers compare as numbers, everything else as text (ordinal); null is less than any value.</summary>
    public static int Compare(object? left, object? right)
    {
        if (left is null || right is null) return left is null ? right is null ? 0 : -1 : 1;
        if (AsNumber(left) is { } a && AsNumber(right) is { } b) return a.CompareTo(b);
        if (left is bool || right is bool) return AsBoolean(left).CompareTo(AsBoolean(right));
        return string.CompareOrdinal(AsText(left), AsText(right));
    }

    /// <summary>The items of a JSON array, of a text with a JSON array, or the value itself.</summary>
    public static IReadOnlyList<object?> AsItems(object? value)
    {
        if (value is string text && text.AsSpan().TrimStart().StartsWith("["))
        {
            using var document = JsonDocument.Parse(text);
            value = document.RootElement.Clone();
        }

        if (value is not JsonElement { ValueKind: JsonValueKind.Array } array) return value is null ? [] : [value];
        var items = new List<object?>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray()) items.Add(FromJson(item));
        return items;
    }

    /// <summary>Whether a literal fits Elsa's type name (case-insensitive, <c>X?</c> allowed); the value in the closed set if so.</summary>
    public static bool TryConvert(object? value, string typeName, out object? result)
    {
        result = value;
        if (value is null) return true;
        switch (typeName.TrimEnd('?').ToUpperInvariant())
        {
            case "INT16" or "INT32" or "INT64" or "BYTE" or "INT" or "LONG" or "SHORT":
                result = AsNumber(value) is { } whole && decimal.Truncate(whole) == whole && whole is >= long.MinValue and <= long.MaxValue ? (long)whole : null;
                return result is not null;
            case "SINGLE" or "DOUBLE" or "DECIMAL":
                result = AsNumber(value);
                return result is not null;
            case "BOOLEAN" or "BOOL":
                if (value is bool) return true;
                result = bool.TryParse(AsText(value), out var b) ? b : null;
                return result is not null;
            case "STRING":
                result = AsText(value);
                return true;
            case "DATETIME" or "DATETIMEOFFSET":
                return DateTimeOffset.TryParse(AsText(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
            case "TIMESPAN":
                return value is string && TimeSpans.TryParse(AsText(value), out _, out _);
            default:
                return true;
        }
    }
}

/// <summary>Dictionaries of workflow values in a serialised state.</summary>
internal sealed class WorkflowValuesConverter : JsonConverter<Dictionary<string, object?>>
{
    public override Dictionary<string, object?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var values = new Dictionary<string, object?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            reader.Read();
            values[key] = ReadValue(ref reader);
        }

        return values;
    }

    public override void Write(Utf8JsonWriter writer, Dictionary<string, object?> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (key, item) in value)
        {
            writer.WritePropertyName(key);
            WorkflowValue.Write(writer, item);
        }

        writer.WriteEndObject();
    }

    internal static object? ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        JsonTokenType.Number => reader.TryGetInt64(out var whole) ? (object)whole : reader.GetDecimal(),
        _ => JsonElement.ParseValue(ref reader),
    };
}

internal sealed class WorkflowValueConverter : JsonConverter<object?>
{
    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => WorkflowValuesConverter.ReadValue(ref reader);
    public override void Write(Utf8JsonWriter writer, object? value, JsonSerializerOptions options) => WorkflowValue.Write(writer, value);
}
