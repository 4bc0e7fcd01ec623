namespace Programmes.Core.Pictures;

/// <summary>How wide words are and where their lines break. Widths are those of a typical Chinese font: a character is as wide as it is high.</summary>
internal static class PictureWords
{
    /// <summary>Widest line of a title, in characters.</summary>
    public const double LineMax = 9;

    private const string NotFirst = "，。、；：！？）》”’…";
    private const string NotLast = "（《“‘";
    private const string Joiners = "和与及或并";

    /// <summary>What a break inside words costs, as against lines of unequal length.</summary>
    private const double BreakInside = 20;

    /// <summary>Width in characters; a Latin letter is a little more than half a Chinese one.</summary>
    public static double Measure(string text)
    {
        var width = 0.0;
        foreach (var letter in text) width += IsWide(letter) ? 1 : char.IsUpper(letter) ? 0.66 : 0.54;
        return width;
    }

    /// <summary>Lines of about equal length that break where one would pause; Latin words stay whole, and no line begins with a closing mark.</summary>
    public static IReadOnlyList<string> Wrap(string text, double lineMax = LineMax)
    {
        var width = Measure(text);
        var count = (int)Math.Ceiling(width / lineMax);
        if (count <= 1) return [text];
        var parts = Parts(text);
        var cost = new double[parts.Count + 1];
        var from = new int[parts.Count + 1];
        for (var end = 1; end <= parts.Count; end++)
        {
            cost[end] = double.PositiveInfinity;
            for (var start = 0; start < end; start++)
            {
                var line = Measure(string.Concat(parts[start..end]).TrimEnd());
                var over = Math.Max(0, line - lineMax - 1);
                var here = cost[start] + Math.Pow(line - width / count, 2) + over * 100 + (end == parts.Count || IsPause(parts, end) ? 0 : BreakInside);
                if (here <= cost[end]) (cost[end], from[end]) = (here, start);
            }
        }

        var lines = new List<string>();
        for (var end = parts.Count; end > 0; end = from[end]) lines.Insert(0, string.Concat(parts[from[end]..end]).Trim());
        return lines;
    }

    private static bool IsPause(List<string> parts, int before) =>
        NotFirst.Contains(parts[before - 1][^1], StringComparison.Ordinal) || parts[before - 1][^1] == ' ' || Joiners.Contains(parts[before][0], StringComparison.Ordinal) || NotLast.Contains(parts[before][0], StringComparison.Ordinal);

    /// <summary>Pieces that stay together: a Chinese character with its marks, a Latin word with its space.</summary>
    private static List<string> Parts(string text)
    {
        var parts = new List<string>();
        foreach (var letter in text)
        {
            var last = parts.Count > 0 ? parts[^1][^1] : '\0';
            var together = NotFirst.Contains(letter, StringComparison.Ordinal) || last != '\0' && NotLast.Contains(last, StringComparison.Ordinal)
                || last != '\0' && !IsWide(last) && last != ' ' && !IsWide(letter);
            if (together && parts.Count > 0) parts[^1] += letter;
            else parts.Add($"{letter}");
        }

        return parts;
    }

    private static bool IsWide(char letter) => letter >= '\u2e80' || letter is >= '\u2014' and <= '\u2026';
}
