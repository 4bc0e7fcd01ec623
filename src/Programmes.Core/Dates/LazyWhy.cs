using System.Collections;
using Programmes.Core.Calendars;

namespace Programmes.Core.Dates;

/// <summary>An explanation that is written when somebody reads it: rehearsals resolve millions of dates that nobody opens.</summary>
internal abstract class LazyWhy : IReadOnlyList<Text>
{
    private IReadOnlyList<Text>? lines;

    // Writing twice gives equal lines, so that a race does no harm.
    private IReadOnlyList<Text> Lines => lines ??= Write();

    public Text this[int index] => Lines[index];
    public int Count => Lines.Count;
    public IEnumerator<Text> GetEnumerator() => Lines.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    protected abstract IReadOnlyList<Text> Write();
}

internal sealed class RuleWhy(DateRule rule, WorkingDayCalendar calendar, ResolvedDate[] anchors) : LazyWhy
{
    protected override IReadOnlyList<Text> Write() => Explanation.Of(rule, calendar, anchors);
}

internal sealed class PeriodWhy(DateOnly from, CountStep[] steps, WorkingDayCalendar calendar) : LazyWhy
{
    protected override IReadOnlyList<Text> Write() => Explanation.Of(from, steps, calendar);
}
