using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Programmes.Core.Calendars;

namespace Programmes.Core.Dates;

/// <summary>
/// A readable rule for a day: <c>2023-09-30</c>, <c>selfAssessmentDue</c>, <c>accepted + 6 months</c>,
/// <c>published + 5 working days, from the day itself</c>, <c>batch.start + 2 years, exact</c>,
/// <c>namingDue - 10 working days</c>, <c>earliest(a, b + 3 days)</c>, <c>latest(a, b)</c>. Counted by analogy with
/// articles 200 to 204 of the Civil Code:
/// the first day does not count; months and years end on the corresponding day or the month's last day; forward periods
/// in days, weeks, months and years roll to the next working day unless <c>exact</c>; counts in working days and counts
/// back never roll; a fixed day stays as printed; an amount of 0 changes nothing. Neighbouring terms in days to years
/// that go the same way are one period, which rolls once, at its end. Options hold for the whole sum before them.
/// </summary>
public sealed class DateRule
{
    /// <summary>Longest rule, in characters.</summary>
    public const int LengthMax = 400;
    /// <summary>Most terms ("+ 6 months") of one sum.</summary>
    public const int TermsMax = 8;
    /// <summary>Most choices in one <c>earliest</c> or <c>latest</c>.</summary>
    public const int ChoicesMax = 8;
    /// <summary>Deepest nesting of <c>earliest</c> and <c>latest</c>.</summary>
    public const int DepthMax = 4;
    /// <summary>Longest anchor name, in characters.</summary>
    public const int AnchorNameMax = 100;

    internal DateRule(RuleNode root, string[] anchors)
    {
        Root = root;
        Anchors = Array.AsReadOnly(anchors);
        Text = root.Write(chinese: false);
    }

    /// <summary>The canonical text, which parses back to an equal rule.</summary>
    public string Text { get; }

    /// <summary>The rule for people: the canonical text, and the same in Chinese words, which parses back too.</summary>
    public Text Words => new(Root.Write(chinese: true), Text);

    /// <summary>The anchors that it depends on, each once, in the order of their appearance.</summary>
    public IReadOnlyList<string> Anchors { get; }

    internal RuleNode Root { get; }

    public override string ToString() => Text;

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule; full-width signs and Chinese units are accepted.</param>
    /// <param name="rule">The rule, or null.</param>
    /// <param name="error">What is wrong and what was perhaps meant.</param>
    /// <param name="position">The 0-based character at which it is wrong.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DateRule? rule, out Text error, out int position) =>
        new DateRuleParser(text).ParseRule(out rule, out error, out position);

    /// <exception cref="FormatException">The text is no rule; the message says why and where.</exception>
    public static DateRule Parse(string text) =>
        TryParse(text, out var rule, out var error, out var position)
            ? rule
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{error.En} (position {position})"));

    /// <summary>True for a name that a rule can refer to: letters, digits, <c>_</c> and inner dots, starting with a letter; no keyword.</summary>
    public static bool IsAnchorName(string name) => DateRuleParser.IsAnchorName(name);

    /// <summary>
    /// The day of the rule. Fails, never throws, if an anchor is not known (the first missing one is named) or the
    /// count leaves the calendar.
    /// </summary>
    public DateResolution Resolve(WorkingDayCalendar calendar, AnchorLookup anchors)
    {
        var known = Anchors.Count == 0 ? [] : new ResolvedDate[Anchors.Count];
        for (var i = 0; i < known.Length; i++)
        {
            if (anchors(Anchors[i]) is { } date)
            {
                known[i] = date;
                continue;
            }
            var name = Anchors[i];
            return new(false, null, new($"“{name}”的日期尚未确定。", $"The date of \"{name}\" is not known yet."), name);
        }
        return Root.TryReckon(calendar, known, out var reckoned, out var error)
            ? new(true, new(reckoned.On, reckoned.IsProvisional, new RuleWhy(this, calendar, known)), null, null)
            : new(false, null, new($"规则“{Words.Zh}”：{error.Zh}", $"Rule \"{Text}\": {error.En}"), null);
    }
}
