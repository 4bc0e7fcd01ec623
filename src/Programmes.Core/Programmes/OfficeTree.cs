namespace Programmes.Core.Programmes;

/// <param name="Role">An office.</param>
/// <param name="Above">The office itself, or one that stands above it, however far.</param>
public sealed record OfficeLine(string Role, string Above);

/// <summary>Which office stands above which, by the offices' <see cref="Office.Superior"/>.</summary>
public static class OfficeTree
{
    /// <summary>Offices from one to the topmost, itself among them: province, city, county, township and a few between.</summary>
    public const int DepthMax = 8;

    /// <summary>Each office with itself and with all above it. Superiors that are no offices count for none.</summary>
    /// <exception cref="InvalidOperationException">Offices stand above each other in a ring, or deeper than <see cref="DepthMax"/>: the launch was not checked.</exception>
    public static IReadOnlyList<OfficeLine> Lines(IReadOnlyDictionary<string, Office> offices)
    {
        var lines = new List<OfficeLine>();
        foreach (var role in offices.Keys)
        {
            if (Chain(offices, role) is not { } chain) throw new InvalidOperationException($"The offices above \"{role}\" do not end.");
            foreach (var above in chain) lines.Add(new(role, above));
        }

        return lines;
    }

    /// <summary>The office, the one above it, and so on; null: they stand in a ring, or deeper than <see cref="DepthMax"/>.</summary>
    public static IReadOnlyList<string>? Chain(IReadOnlyDictionary<string, Office> offices, string role)
    {
        var chain = new List<string> { role };
        while (offices[chain[^1]].Superior is { } superior && offices.ContainsKey(superior))
        {
            if (chain.Count == DepthMax || chain.Contains(superior)) return null;
            chain.Add(superior);
        }

        return chain;
    }
}
