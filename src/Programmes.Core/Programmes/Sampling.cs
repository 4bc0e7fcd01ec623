using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Programmes.Core.Programmes;

/// <param name="Superior">The role of the office above it.</param>
public sealed record Candidate(string Unit, string? Superior);

/// <param name="Count">How many are drawn; null: <paramref name="Share"/> says it.</param>
/// <param name="Share">Percent of the candidates, rounded up.</param>
/// <param name="PerSuperior">Each superior's units are drawn from by themselves, so that each has at least one drawn.</param>
/// <param name="CrossCheck">Each superior's drawn units are checked by another superior (县际互查).</param>
public sealed record SampleRule(int? Count, decimal? Share, bool PerSuperior, bool CrossCheck);

/// <param name="Checker">The role of the office that checks it; null: the rule names none.</param>
public sealed record DrawnUnit(string Unit, string? Checker);

/// <summary>
/// Draws units at random (随机抽查) in a way that anybody can repeat with the recorded seed and a SHA-256 tool:
/// <list type="number">
/// <item>A unit's lot is the SHA-256 of the UTF-8 text <c>seed|unit id</c>, in lower-case hexadecimal.</item>
/// <item>The lots are put in ascending order; the first are drawn: as many as the count says, or the share of the candidates rounded up,
/// at least one and at most all. Per superior, this is done among the units of each superior.</item>
/// <item>For cross-checks the superiors are put in ascending order of the SHA-256 of <c>seed|checker|superior's role</c>; each one's units are
/// checked by the next in this order, the last one's by the first. So nobody checks his own, and nobody is left out.</item>
/// </list>
/// </summary>
public static class Sampling
{
    public const string Drawn = "Drawn";
    public const string NotDrawn = "NotDrawn";

    /// <summary>Hexadecimal digits of a seed that nobody gave.</summary>
    private const int SeedLength = 16;

    /// <param name="superiors">The superiors of the programme, those without a candidate too; only cross-checks look at them.</param>
    /// <returns>The drawn units, in the order of the candidates.</returns>
    /// <exception cref="ArgumentException">A rule without count and share, or a cross-check with fewer than two superiors or a candidate without one.</exception>
    public static IReadOnlyList<DrawnUnit> Draw(IReadOnlyList<Candidate> candidates, SampleRule rule, IEnumerable<string> superiors, string seed)
    {
        if (rule is { Count: null, Share: null }) throw new ArgumentException("A sample needs a count or a share.", nameof(rule));
        var checkers = rule.CrossCheck ? Checkers(superiors, seed) : [];
        var drawn = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in rule.PerSuperior ? candidates.GroupBy(candidate => candidate.Superior) : candidates.GroupBy(_ => (string?)null))
        {
            var among = group.OrderBy(candidate => Lot(seed, candidate.Unit), StringComparer.Ordinal).ThenBy(candidate => candidate.Unit, StringComparer.Ordinal).ToList();
            drawn.UnionWith(among.Take(SizeOf(rule, among.Count)).Select(candidate => candidate.Unit));
        }

        return [.. candidates.Where(candidate => drawn.Contains(candidate.Unit)).Select(candidate => new DrawnUnit(candidate.Unit, rule.CrossCheck ? CheckerOf(candidate, checkers) : null))];
    }

    /// <summary>A unit's lot: lower-case hexadecimal, compared as text.</summary>
    public static string Lot(string seed, string unit) => Hash($"{seed}|{unit}");

    /// <summary>The seed where nobody gave one: it follows from the step's own id and the day, so that a repeat draws the same.</summary>
    public static string SeedOf(string subject, DateOnly on) => Hash($"{subject}|{on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}")[..SeedLength];

    /// <summary>What the programme's history says; whoever was drawn stands in the step's rows, which units are not shown.</summary>
    public static Text Words(Text title, int candidates, int drawn, string seed) => new(
        string.Create(CultureInfo.InvariantCulture, $"{title.Zh}：从 {candidates} 个单位中抽取 {drawn} 个，随机种子 {seed}"),
        string.Create(CultureInfo.InvariantCulture, $"{title.En}: {drawn} of {candidates} units drawn, seed {seed}"));

    private static int SizeOf(SampleRule rule, int among)
    {
        var size = rule.Count ?? (int)Math.Ceiling(among * rule.Share!.Value / 100);
        return Math.Clamp(size, Math.Min(1, among), among);
    }

    /// <summary>Who checks whose units.</summary>
    private static Dictionary<string, string> Checkers(IEnumerable<string> superiors, string seed)
    {
        var order = superiors.Distinct(StringComparer.Ordinal).OrderBy(superior => Hash($"{seed}|checker|{superior}"), StringComparer.Ordinal).ThenBy(superior => superior, StringComparer.Ordinal).ToList();
        if (order.Count < 2) throw new ArgumentException("A cross-check needs at least two superiors.", nameof(superiors));
        return Enumerable.Range(0, order.Count).ToDictionary(i => order[i], i => order[(i + 1) % order.Count], StringComparer.Ordinal);
    }

    private static string CheckerOf(Candidate candidate, Dictionary<string, string> checkers) =>
        candidate.Superior is { } own && checkers.TryGetValue(own, out var checker) ? checker : throw new ArgumentException($"The unit {candidate.Unit} has no superior, so that nobody else can check it.", nameof(candidate));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
