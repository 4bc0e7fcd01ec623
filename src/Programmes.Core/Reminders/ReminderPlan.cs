using Programmes.Core.Calendars;

namespace Programmes.Core.Reminders;

/// <summary>
/// The mornings on which somebody is told of a piece of work: the first after it opened, and those of its policy. The engine,
/// the preview and the rehearsal ask here.
/// </summary>
public static class ReminderPlan
{
    /// <summary>Digests go out from this time of the day on (Asia/Shanghai).</summary>
    public static readonly TimeSpan Morning = TimeSpan.FromHours(8.5);

    /// <summary>
    /// The first morning: the working day on which the work opens, the next one if that morning is over or the day is one of rest;
    /// or an earlier reminder of the policy; a policy that only tells what is late does not tell what is new. Null: the policy says nothing, or the day lies outside the calendar.
    /// </summary>
    /// <param name="openedAt">When it opened, or when its reminders begin anew.</param>
    /// <param name="dueOn">Inclusive; null: none is set, and there is one morning only.</param>
    public static DateOnly? First(ReminderPolicy policy, DateTimeOffset openedAt, DateOnly? dueOn, WorkingDayCalendar calendar)
    {
        if (policy.IsNone) return null;
        var openedOn = ChinaTime.DateOf(openedAt);
        var from = openedAt <= ChinaTime.StartOf(openedOn) + Morning ? openedOn : openedOn.AddDays(1);
        var first = calendar.IsWorkingDay(from) ? from : calendar.TryAddWorkingDays(from, 1, out var next) ? next : (DateOnly?)null;
        var planned = dueOn is { } due ? policy.Next(openedOn, due, openedOn == from ? null : openedOn, calendar)?.On : null;
        return !policy.TellsAhead && dueOn is not null || planned < first ? planned : first ?? planned;
    }

    /// <summary>The next morning after one on which it was told; null: none is left.</summary>
    /// <inheritdoc cref="ReminderPolicy.Next" path="/param"/>
    public static DateOnly? Next(ReminderPolicy policy, DateOnly openedOn, DateOnly? dueOn, DateOnly told, WorkingDayCalendar calendar) =>
        dueOn is { } due ? policy.Next(openedOn, due, told, calendar)?.On : null;

    /// <summary>The policy's reminder of that morning, or the latest before it since the work opened: after a stop one mail tells what several would have.</summary>
    public static ReminderDay? Current(ReminderPolicy policy, DateOnly openedOn, DateOnly? dueOn, DateOnly on, WorkingDayCalendar calendar)
    {
        if (dueOn is not { } due) return null;
        ReminderDay? current = null;
        // Bounded: a policy has a limited number of reminders.
        for (var next = policy.Next(openedOn, due, null, calendar); next is { } day && day.On <= on; next = policy.Next(openedOn, due, day.On, calendar)) current = next;
        return current;
    }

    /// <summary>What a morning tells of a piece of work whose turn has come, and when it is looked at again.</summary>
    /// <param name="fromOn">The day from which the date in force holds.</param>
    /// <param name="plannedOn">The morning for which it was planned: today, or before today after a stop.</param>
    /// <param name="told">How many mornings have told of it; none: it is new.</param>
    public static MorningPlan On(DateOnly today, ReminderPolicy policy, DateOnly fromOn, DateOnly? dueOn, DateOnly plannedOn, int told, WorkingDayCalendar calendar)
    {
        if (policy.IsNone) return default;
        var current = Current(policy, fromOn, dueOn, today, calendar);
        var isNew = told == 0 && (policy.TellsAhead || dueOn is null);
        return new(isNew || current is { } day && day.On >= plannedOn, current, Next(policy, fromOn, dueOn, today, calendar));
    }

    /// <summary>An earliest moment for a mail that nobody waits for: at once in the working hours of a working day, else its next morning.</summary>
    /// <param name="now">By the programme's clock.</param>
    public static DateTimeOffset Civil(DateTimeOffset now, WorkingDayCalendar calendar)
    {
        var today = ChinaTime.DateOf(now);
        if (calendar.IsWorkingDay(today)) return now < ChinaTime.StartOf(today) + Morning ? ChinaTime.StartOf(today) + Morning : now;
        return calendar.TryAddWorkingDays(today, 1, out var next) ? ChinaTime.StartOf(next) + Morning : now;
    }
}

/// <param name="Tells">Somebody is told that morning.</param>
/// <param name="Current">The reminder of the policy that it is; null: it tells only that the work is new.</param>
/// <param name="NextOn">The next morning; null: none is left.</param>
public readonly record struct MorningPlan(bool Tells, ReminderDay? Current, DateOnly? NextOn);
