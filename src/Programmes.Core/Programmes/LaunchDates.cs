using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Core.Programmes;

/// <summary>Days that follow from the launch alone. Days that depend on what happens are not known.</summary>
public sealed class LaunchDates(Launch launch, Batch? batch, WorkingDayCalendar calendar)
{
    private const int DepthMax = 12;

    /// <summary>Null: the rule is none, or needs what has to happen first.</summary>
    public ResolvedDate? Of(string rule) => Resolve(rule, 0);

    private ResolvedDate? Resolve(string text, int depth) =>
        depth < DepthMax && DateRule.TryParse(text, out var rule, out _, out _)
            ? rule.Resolve(calendar, name => Anchor(name, depth + 1)).Date
            : null;

    private ResolvedDate? Anchor(string name, int depth)
    {
        if (name == "programme.start") return ResolvedDate.Given(launch.StartsOn);
        if (name == "batch.start") return batch is null ? null : Resolve(batch.Start, depth);
        var rule = batch?.Dates.GetValueOrDefault(name) ?? launch.Dates.GetValueOrDefault(name);
        return rule is null ? null : Resolve(rule, depth);
    }
}
