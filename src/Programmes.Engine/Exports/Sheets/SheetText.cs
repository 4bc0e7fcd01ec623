using System.Text;

namespace Programmes.Engine.Exports.Sheets;

/// <summary>Texts as XML and Excel take them.</summary>
internal static class SheetText
{
    /// <summary>Signs with which other programs, and Excel itself when the cell is edited, begin a formula.</summary>
    private const string FormulaSigns = "=+-@\t\r";

    public static bool LooksLikeFormula(string text) => text.Length > 0 && FormulaSigns.Contains(text[0], StringComparison.Ordinal);

    /// <summary>As Excel takes it: not too long, legal, and with <c>_x0041_</c>, which Excel would read as an escape, kept as it is.</summary>
    public static string Clean(string text)
    {
        if (text.Length > Cell.TextLengthMax) text = $"{text[..(Cell.TextLengthMax - 1)]}…";
        text = Legal(text);
        for (var i = text.IndexOf("_x", StringComparison.Ordinal); i >= 0; i = text.IndexOf("_x", i + 1, StringComparison.Ordinal))
        {
            if (!IsEscape(text, i)) continue;
            text = text.Insert(i, "_x005F");
            i += "_x005F".Length;
        }

        return text;
    }

    /// <summary>Without characters that XML 1.0 forbids; line ends are <c>\n</c>.</summary>
    public static string Legal(string text)
    {
        var legal = true;
        for (var i = 0; i < text.Length && legal; i++) legal = text[i] is >= ' ' and < '\ud800' or '\t' or '\n';
        if (legal) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) result.Append(c).Append(text[++i]);
            else if (!char.IsSurrogate(c) && c is >= ' ' and < '\ufffe' or '\t' or '\n') result.Append(c);
        }

        return result.ToString();
    }

    private static bool IsEscape(string text, int at) =>
        text[at] == '_' && at + 6 < text.Length && text[at + 1] == 'x' && text[at + 6] == '_' && char.IsAsciiHexDigit(text[at + 2]) && char.IsAsciiHexDigit(text[at + 3]) && char.IsAsciiHexDigit(text[at + 4]) && char.IsAsciiHexDigit(text[at + 5]);

    /// <summary>What <see cref="Clean"/> and Excel escaped, read back.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains("_x", StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsEscape(text, i)) result.Append(text[i]);
            else
            {
                result.Append((char)Convert.ToInt32(text.Substring(i + 2, 4), 16));
                i += 6;
            }
        }

        return result.ToString();
    }

    /// <summary>A sheet's name as Excel takes it: at most 31 characters, none of <c>[]:*?/\</c>, no quote at the ends.</summary>
    public static string SheetName(string name)
    {
        const int lengthMax = 31;
        var kept = string.Concat(Clean(name).Where(c => !"[]:*?/\\".Contains(c, StringComparison.Ordinal) && c >= ' ')).Trim().Trim('\'');
        return kept.Length == 0 ? "Sheet" : kept.Length <= lengthMax ? kept : kept[..lengthMax];
    }

    /// <summary>A, B … Z, AA …</summary>
    /// <param name="index">From 0.</param>
    public static string Column(int index)
    {
        var name = "";
        for (var rest = index + 1; rest > 0; rest = (rest - 1) / 26) name = (char)('A' + (rest - 1) % 26) + name;
        return name;
    }
}
