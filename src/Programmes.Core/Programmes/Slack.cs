using Programmes.Core.Calendars;

namespace Programmes.Core.Programmes;

/// <summary>Something of a batch that is not over yet and has a last day.</summary>
/// <param name="Title">The stage's or the notice's.</param>
/// <param name="MustEndOn">Inclusive.</param>
/// <param name="ReservedWorkingDays">Days at its end that are not free, such as the window of a notice that is not published yet.</param>
public sealed record SlackStep(Text Title, DateOnly MustEndOn, int ReservedWorkingDays = 0);

/// <summary>How much time is left before a batch is missed.</summary>
/// <param name="WorkingDays">After today, up to the last day on which it can still be in time; negative: so many too late.</param>
public sealed record Slack(SlackStep Step, int WorkingDays)
{
    /// <summary>The last day, inclusive, on which what is reserved can still begin.</summary>
    public required DateOnly LastDayOn { get; init; }

    /// <summary>Of what is not over yet, that which is missed first; null: nothing has a last day.</summary>
    public static Slack? Tightest(DateOnly today, IEnumerable<SlackStep> open, WorkingDayCalendar calendar) =>
        open.Select(step => Of(today, step, calendar)).OrderBy(slack => slack.WorkingDays).ThenBy(slack => slack.Step.MustEndOn).FirstOrDefault();

    private static Slack Of(DateOnly today, SlackStep step, WorkingDayCalendar calendar)
    {
        var last = step.ReservedWorkingDays == 0 ? step.MustEndOn : calendar.AddWorkingDays(calendar.WorkingDayOnOrBefore(step.MustEndOn), -step.ReservedWorkingDays);
        return new(step, calendar.WorkingDaysBetween(today, last)) { LastDayOn = last };
    }
}
