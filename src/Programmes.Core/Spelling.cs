namespace Programmes.Core;

/// <summary>What somebody who mistyped a name probably meant.</summary>
public static class Spelling
{
    /// <summary>The known name nearest to what was typed (case-insensitive); null when none is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> names)
    {
        var (best, bestDistance) = ((string?)null, int.MaxValue);
        foreach (var name in names)
        {
            // One or two characters are near to anything.
            if (name.Length <= 2) continue;
            var distance = Distance(typed.ToUpperInvariant(), name.ToUpperInvariant());
            if (distance < bestDistance) (best, bestDistance) = (name, distance);
        }

        // Further off than a third of the name is another name.
        return best is not null && bestDistance <= Math.Max(1, best.Length / 3) ? best : null;
    }

    /// <summary>A hint to append to a message, or nothing.</summary>
    public static Text Hint(string typed, IEnumerable<string> names) =>
        Nearest(typed, names) is { } meant ? new($"；是否为“{meant}”？", $"; did you mean \"{meant}\"?") : new("", "");

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
