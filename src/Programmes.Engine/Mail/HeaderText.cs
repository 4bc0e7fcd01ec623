using System.Globalization;
using System.Text;

namespace Programmes.Engine.Mail;

/// <summary>Words in mail headers: one line of plain characters in, RFC 2047 encoded words out.</summary>
internal static class HeaderText
{
    /// <summary>Longest line of a header, in characters without CRLF (RFC 5322 recommends 78).</summary>
    public const int LineMax = 76;

    private const string WordStart = "=?UTF-8?B?";
    private const string WordEnd = "?=";
    private const int WordMax = 75;

    /// <summary>
    /// The words on one line: line breaks, tabs and other control characters become a space, marks that turn the
    /// direction of writing (they can make an address look like another) vanish, broken surrogates are replaced,
    /// and what exceeds the limit gives way to an ellipsis.
    /// </summary>
    public static string OneLine(string text, int charactersMax)
    {
        var line = new StringBuilder(Math.Min(text.Length, charactersMax));
        var pendingSpace = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsDirectionMark(rune.Value)) continue;
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                pendingSpace = line.Length > 0;
                continue;
            }
            if (line.Length + rune.Utf16SequenceLength + (pendingSpace ? 1 : 0) > charactersMax - 1)
            {
                line.Append('…');
                break;
            }
            if (pendingSpace) line.Append(' ');
            pendingSpace = false;
            line.Append(rune.ToString());
        }
        return line.ToString();
    }

    /// <summary>Unstructured words, such as a subject, folded; <paramref name="column"/> characters stand on the line already.</summary>
    public static string Unstructured(string text, int column) =>
        IsPlain(text) && column + text.Length <= LineMax ? text : EncodedWords(text, column);

    /// <summary>A display name: a quoted string, or encoded words.</summary>
    public static string Phrase(string text, int column)
    {
        var quoted = $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        return IsPlain(text) && column + quoted.Length <= LineMax ? quoted : EncodedWords(text, column);
    }

    private static bool IsPlain(string text) =>
        text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal);

    // Encoded words must not break a character in two (RFC 2047, section 5), so each takes whole runes.
    private static string EncodedWords(string text, int column)
    {
        var words = new StringBuilder();
        Span<byte> bytes = stackalloc byte[WordMax];
        var count = 0;
        var room = Room(LineMax - column);
        foreach (var rune in text.EnumerateRunes())
        {
            if (count + rune.Utf8SequenceLength > room)
            {
                Flush(words, bytes[..count]);
                (count, room) = (0, Room(LineMax - 1));
            }
            count += rune.EncodeToUtf8(bytes[count..]);
        }
        Flush(words, bytes[..count]);
        return words.ToString();

        static int Room(int characters) => (Math.Min(characters, WordMax) - WordStart.Length - WordEnd.Length) / 4 * 3;

        static void Flush(StringBuilder words, ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length == 0) return;
            if (words.Length > 0) words.Append("\r\n ");
            words.Append(CultureInfo.InvariantCulture, $"{WordStart}{Convert.ToBase64String(bytes)}{WordEnd}");
        }
    }

    private static bool IsDirectionMark(int rune) => rune is 0x200E or 0x200F or 0x061C or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
