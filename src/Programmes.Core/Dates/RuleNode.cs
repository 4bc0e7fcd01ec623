using System.Globalization;
using System.Text;
using Programmes.Core.Calendars;

namespace Programmes.Core.Dates;

/// <summary>A day on the way to a result.</summary>
internal readonly record struct Reckoned(DateOnly On, bool IsProvisional);

/// <summary>A part of a parsed rule.</summary>
internal abstract class RuleNode
{
    /// <summary>The day of this part; false with a reason if it leaves the calendar.</summary>
    public abstract bool TryReckon(WorkingDayCalendar calendar, ResolvedDate[] anchors, out Reckoned result, out Text error);

    /// <summary>The canonical text; in Chinese the same grammar with Chinese words. Both parse back.</summary>
    public abstract string Write(bool chinese);
}

/// <summary>A printed day.</summary>
internal sealed class FixedDay(DateOnly on) : RuleNode
{
    public DateOnly On { get; } = on;

    // A printed day stands whatever a notice says, so that it is never provisional.
    public override bool TryReckon(WorkingDayCalendar calendar, ResolvedDate[] anchors, out Reckoned result, out Text error)
    {
        result = new(On, false);
        error = default;
        return true;
    }

    public override string Write(bool chinese) => On.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A named day.</summary>
internal sealed class AnchorDay(string name, int index) : RuleNode
{
    public string Name { get; } = name;
    /// <summary>Its place in <see cref="DateRule.Anchors"/>.</summary>
    public int Index { get; } = index;

    public override bool TryReckon(WorkingDayCalendar calendar, ResolvedDate[] anchors, out Reckoned result, out Text error)
    {
        result = new(anchors[Index].On, anchors[Index].IsProvisional);
        error = default;
        return true;
    }

    public override string Write(bool chinese) => Name;
}

/// <summary>The first or the last of several days.</summary>
internal sealed class Choice(bool latest, RuleNode[] options) : RuleNode
{
    public bool Latest { get; } = latest;
    public RuleNode[] Options { get; } = options;

    public override bool TryReckon(WorkingDayCalendar calendar, ResolvedDate[] anchors, out Reckoned result, out Text error)
    {
        result = default;
        for (var i = 0; i < Options.Length; i++)
        {
            if (!Options[i].TryReckon(calendar, anchors, out var option, out error)) return false;
            // Any provisional option can still overtake the others, so that the choice is provisional with it.
            var provisional = (i > 0 && result.IsProvisional) || option.IsProvisional;
            var better = i == 0 || (Latest ? option.On > result.On : option.On < result.On);
            result = new(better ? option.On : result.On, provisional);
        }
        error = default;
        return true;
    }

    public override string Write(bool chinese)
    {
        var options = Options.Select(option => option.Write(chinese));
        return chinese
            ? $"{(Latest ? "最晚" : "最早")}（{string.Join("，", options)}）"
            : $"{(Latest ? "latest" : "earliest")}({string.Join(", ", options)})";
    }
}

/// <summary>A day and the periods counted from it.</summary>
internal sealed class Sum : RuleNode
{
    private readonly Period[] terms;

    public Sum(RuleNode start, Period[] terms, bool exact, bool fromTheDayItself)
    {
        (Start, this.terms, Exact, FromTheDayItself) = (start, terms, exact, fromTheDayItself);
        Steps = CountStep.Of(terms, exact, fromTheDayItself);
    }

    public RuleNode Start { get; }
    public bool Exact { get; }
    public bool FromTheDayItself { get; }
    public CountStep[] Steps { get; }

    public override bool TryReckon(WorkingDayCalendar calendar, ResolvedDate[] anchors, out Reckoned result, out Text error)
    {
        if (!Start.TryReckon(calendar, anchors, out result, out error)) return false;
        foreach (var step in Steps)
        {
            if (!step.TryCount(calendar, result.On, out var counted, out error)) return false;
            result = new(counted.On, result.IsProvisional || counted.IsProvisional);
        }
        return true;
    }

    public override string Write(bool chinese)
    {
        var text = new StringBuilder(Start.Write(chinese));
        foreach (var term in terms)
        {
            var period = PeriodUnits.Say(term.Amount, term.Unit);
            _ = text.Append(term.Amount < 0 ? " - " : " + ").Append(chinese ? period.Zh : period.En);
        }
        if (FromTheDayItself) _ = text.Append(chinese ? "，当日起算" : ", from the day itself");
        if (Exact) _ = text.Append(chinese ? "，不顺延" : ", exact");
        return text.ToString();
    }
}
