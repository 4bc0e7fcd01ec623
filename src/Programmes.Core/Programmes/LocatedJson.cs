using System.Text;
using System.Text.Json;

namespace Programmes.Core.Programmes;

/// <summary>
/// JSON that knows the line of every value and keeps names that occur twice, so that a report can point at the place
/// in a file that a person typed.
/// </summary>
internal sealed class LocatedJson
{
    public required JsonValueKind Kind { get; init; }

    /// <summary>1-based.</summary>
    public required int Line { get; init; }

    /// <summary>A string's value, or a number as written.</summary>
    public string Text { get; init; } = "";
    public List<(string Name, LocatedJson Value)> Members { get; } = [];
    public List<LocatedJson> Items { get; } = [];

    /// <summary>The first member of that name; null when there is none.</summary>
    public LocatedJson? Find(string name)
    {
        foreach (var (key, value) in Members)
            if (key == name) return value;
        return null;
    }

    /// <summary>Reads one JSON value; on failure the fault says where, counted in characters as an editor shows them.</summary>
    public static LocatedJson? TryParse(string text, out LocatedJsonFault? fault)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var parser = new Parser(bytes);
        try
        {
            fault = null;
            return parser.Parse();
        }
        catch (JsonException e)
        {
            fault = Fault(bytes, (int)(e.LineNumber ?? 0), (int)(e.BytePositionInLine ?? 0), e.Message);
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair in an escape: the syntax is right, the text is none.
            fault = Fault(bytes, parser.Line - 1, 0, e.Message);
        }

        return null;
    }

    private static LocatedJsonFault Fault(byte[] bytes, int line, int bytePosition, string message)
    {
        var start = 0;
        for (var passed = 0; passed < line && start < bytes.Length; start++)
            if (bytes[start] == '\n') passed++;
        var column = Encoding.UTF8.GetCharCount(bytes, start, Math.Min(bytePosition, bytes.Length - start));
        var detail = message.IndexOf(" Path:", StringComparison.Ordinal) is var path and > 0 ? message[..path] : message;
        return new(line + 1, column + 1, detail.IndexOf(" LineNumber:", StringComparison.Ordinal) is var at and > 0 ? detail[..at] : detail);
    }

    private sealed class Parser(byte[] bytes)
    {
        private int counted;

        public int Line { get; private set; } = 1;

        public LocatedJson Parse()
        {
            var reader = new Utf8JsonReader(bytes);
            _ = reader.Read();
            var value = Read(ref reader);
            // Anything after the value is an exception here.
            _ = reader.Read();
            return value;
        }

        /// <summary>The reader's own limit on depth bounds the recursion.</summary>
        private LocatedJson Read(ref Utf8JsonReader reader)
        {
            CountTo((int)reader.TokenStartIndex);
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    var owner = new LocatedJson { Kind = JsonValueKind.Object, Line = Line };
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                    {
                        CountTo((int)reader.TokenStartIndex);
                        var name = reader.GetString()!;
                        _ = reader.Read();
                        owner.Members.Add((name, Read(ref reader)));
                    }

                    return owner;
                case JsonTokenType.StartArray:
                    var list = new LocatedJson { Kind = JsonValueKind.Array, Line = Line };
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Items.Add(Read(ref reader));
                    return list;
                case JsonTokenType.String:
                    return new() { Kind = JsonValueKind.String, Line = Line, Text = reader.GetString()! };
                case JsonTokenType.Number:
                    return new() { Kind = JsonValueKind.Number, Line = Line, Text = Encoding.UTF8.GetString(reader.ValueSpan) };
                case JsonTokenType.True:
                    return new() { Kind = JsonValueKind.True, Line = Line };
                case JsonTokenType.False:
                    return new() { Kind = JsonValueKind.False, Line = Line };
                default:
                    return new() { Kind = JsonValueKind.Null, Line = Line };
            }
        }

        private void CountTo(int position)
        {
            for (; counted < position; counted++)
                if (bytes[counted] == '\n') Line++;
        }
    }
}

/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in characters.</param>
/// <param name="Detail">The parser's own words, in English.</param>
internal sealed record LocatedJsonFault(int Line, int Column, string Detail);
