using System.Globalization;
using Programmes.Core.Calendars;

namespace Programmes.Core.Reminders;

/// <summary>
/// When people are reminded of work with a due date, in short readable text:
/// <c>10 and 3 working days before, on the day, 1 working day after, then every 5 working days, at most 6, escalate after 1, supervisor after 3</c>,
/// in Chinese <c>提前10、3个工作日，当日，逾期1个工作日，此后每5个工作日，最多6次，1次后抄送上级，3次后报督办</c>; or <c>none</c> (<c>不提醒</c>).
/// Phrases may come in any order and each may be missing; <c>days</c> (天) are calendar days.
/// <para><c>at most n</c> caps the overdue reminders (those before and on the day are bounded by being listed, so that a
/// date that slides never uses up the overdue ones); without it a policy with <c>every</c> stops after <see cref="OverdueDefault"/>.
/// <c>escalate after n</c>: from the overdue reminder n + 1 on the office above is told too, the supervisor where there is
/// none; <c>supervisor after m</c>: from m + 1 on the supervisor as well.</para>
/// <para>Reminders fall on working days only: up to the due date one that would fall on a rest day goes out on the working
/// day before, an overdue one on the working day after; <c>on rest days too</c> leaves it where it falls. Of two on the
/// same day the more urgent remains.</para>
/// </summary>
public sealed class ReminderPolicy
{
    /// <summary>Longest policy, in characters.</summary>
    public const int LengthMax = 300;
    /// <summary>Most intervals before the due date, and most listed after it.</summary>
    public const int StepsMax = 8;
    /// <summary>Longest interval, in its unit.</summary>
    public const int AmountMax = 366;
    /// <summary>Highest cap that a policy may set on its overdue reminders.</summary>
    public const int OverdueMax = 50;
    /// <summary>Overdue reminders of a policy that repeats without <c>at most</c>: with every 5 working days, about five weeks.</summary>
    public const int OverdueDefault = 6;

    /// <summary>What holds where neither the step nor the launch says anything.</summary>
    public const string DefaultText =
        "10 and 3 working days before, on the day, 1 working day after, then every 5 working days, at most 6, escalate after 1, supervisor after 3";

    private readonly ReminderStep[] before;
    private readonly bool onTheDay;
    private readonly ReminderStep[] overdue;
    private readonly ReminderStep? every;
    private readonly int overdueCap;
    private readonly Ladder ladder;

    internal ReminderPolicy(ReminderStep[] before, bool onTheDay, ReminderStep[] overdue, ReminderStep? every, int? atMost, Ladder ladder = default, bool onRestDays = false)
    {
        this.before = before;
        this.onTheDay = onTheDay;
        // A repetition without a first interval counts from the due date.
        this.overdue = overdue.Length == 0 && every is { } first ? [first] : overdue;
        this.every = every;
        overdueCap = atMost ?? (every is null ? overdue.Length : Math.Max(OverdueDefault, this.overdue.Length));
        this.ladder = ladder;
        OnRestDays = onRestDays;
        Words = ReminderWords.Of(before, onTheDay, overdue, every, overdueCap, ladder, onRestDays);
    }

    /// <summary><see cref="DefaultText"/>.</summary>
    public static ReminderPolicy Default { get; } = Parse(DefaultText);

    /// <summary>No reminders at all.</summary>
    public static ReminderPolicy None { get; } = new([], false, [], null, null);

    /// <summary>For whoever reviews what was handed in, counted from the day of submission: the next working morning, then every 5 working days.</summary>
    public static ReminderPolicy Review { get; } = Parse("1 working day after, then every 5 working days, at most 6");

    /// <summary>The canonical text; both languages parse back to an equal policy.</summary>
    public Text Words { get; }

    public bool IsNone => before.Length == 0 && !onTheDay && overdue.Length == 0;

    /// <summary>Reminders go out on rest days as well, where the dates fall.</summary>
    public bool OnRestDays { get; }

    /// <summary>It tells of work before it is late; else nobody is told of it when it opens, as of a check that nobody is to expect.</summary>
    public bool TellsAhead => before.Length > 0 || onTheDay;

    /// <summary>It tells somebody above at some point.</summary>
    public bool Escalates => ladder.SuperiorAfter is not null || ladder.SupervisorAfter is not null;

    public override string ToString() => Words.En;

    /// <summary>Reads a policy; full-width signs are accepted.</summary>
    /// <param name="error">What is wrong and what was perhaps meant.</param>
    /// <param name="position">The 0-based character at which it is wrong.</param>
    public static bool TryParse(string text, out ReminderPolicy? policy, out Text error, out int position) =>
        new ReminderPolicyParser(text).Parse(out policy, out error, out position);

    /// <exception cref="FormatException">The text is no policy; the message says why and where.</exception>
    public static ReminderPolicy Parse(string text) =>
        TryParse(text, out var policy, out var error, out var position)
            ? policy!
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{error.En} (position {position})"));

    /// <summary>
    /// The next reminder day, or null when there is none. Allocation-free. A reminder that lies outside the calendar
    /// does not exist. Work opened after its first overdue day begins its overdue reminders on the first working day
    /// from <paramref name="openedOn"/> on, with the same intervals: none is lost.
    /// </summary>
    /// <param name="openedOn">The day from which this due date holds, inclusive: when the work opened, or when its date
    /// moved or it was returned (so that a date moved back still brings its overdue reminder).</param>
    /// <param name="dueOn">The due date, which ends at 24:00.</param>
    /// <param name="after">The last reminder day gone by, exclusive; null: none since <paramref name="openedOn"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A date lies outside the calendar.</exception>
    public ReminderDay? Next(DateOnly openedOn, DateOnly dueOn, DateOnly? after, WorkingDayCalendar calendar)
    {
        ThrowIfOutside(openedOn, nameof(openedOn));
        ThrowIfOutside(dueOn, nameof(dueOn));
        var from = openedOn;
        if (after is { } gone && gone >= openedOn)
        {
            if (gone >= WorkingDayCalendar.MaxDate) return null;
            from = gone.AddDays(1);
        }
        return (from <= dueOn ? NextUntilDue(openedOn, dueOn, from, calendar) : null) ?? NextOverdue(openedOn, dueOn, from, calendar);
    }

    private static void ThrowIfOutside(DateOnly on, string name)
    {
        if (on < WorkingDayCalendar.MinDate || on > WorkingDayCalendar.MaxDate)
            throw new ArgumentOutOfRangeException(name, on, $"The working-day calendar covers {WorkingDayCalendar.MinDate:yyyy-MM-dd} to {WorkingDayCalendar.MaxDate:yyyy-MM-dd}.");
    }

    private ReminderDay? NextUntilDue(DateOnly openedOn, DateOnly dueOn, DateOnly from, WorkingDayCalendar calendar)
    {
        var dayOf = DateOnly.MinValue;
        if (onTheDay && !TryRemindable(dueOn, forward: false, calendar, out dayOf)) dayOf = DateOnly.MinValue;

        Span<int> days = stackalloc int[StepsMax];
        var count = 0;
        foreach (var step in before)
            if (TryStep(dueOn, step, forward: false, calendar, out var on) && on >= openedOn && on != dayOf)
                count = AddInOrder(days, count, on.DayNumber);
        for (var i = 0; i < count; i++)
            if (days[i] >= from.DayNumber)
                return new(DateOnly.FromDayNumber(days[i]), ReminderKind.Before, i + 1);
        return dayOf >= from ? new(dayOf, ReminderKind.OnDay, 1) : null;
    }

    private ReminderDay? NextOverdue(DateOnly openedOn, DateOnly dueOn, DateOnly from, WorkingDayCalendar calendar)
    {
        Span<int> days = stackalloc int[StepsMax];
        var count = 0;
        foreach (var step in overdue)
            if (TryStep(dueOn, step, forward: true, calendar, out var on))
                count = AddInOrder(days, count, on.DayNumber);
        if (count == 0) return null;

        var first = DateOnly.FromDayNumber(days[0]);
        if (!TryWorkingDay(openedOn, forward: true, calendar, out var opening)) return null;
        var lateWorkingDays = opening > first ? calendar.WorkingDaysBetween(first, opening) : 0;

        DateOnly day = default;
        for (var number = 1; number <= overdueCap; number++)
        {
            if (number <= count)
            {
                if (!calendar.TryAddWorkingDays(DateOnly.FromDayNumber(days[number - 1]), lateWorkingDays, out day)) return null;
            }
            else if (every is not { } step || !TryStep(day, step, forward: true, calendar, out day)) return null;
            if (day >= from) return new(day, ReminderKind.Overdue, number, ladder.At(number));
        }
        return null;
    }

    private bool TryStep(DateOnly start, ReminderStep step, bool forward, WorkingDayCalendar calendar, out DateOnly on)
    {
        var amount = forward ? step.Amount : -step.Amount;
        return step.InWorkingDays
            ? calendar.TryAddWorkingDays(start, amount, out on)
            : TryRemindable(start.AddDays(amount), forward, calendar, out on);
    }

    private bool TryRemindable(DateOnly start, bool forward, WorkingDayCalendar calendar, out DateOnly on)
    {
        if (!OnRestDays) return TryWorkingDay(start, forward, calendar, out on);
        on = start;
        return start >= WorkingDayCalendar.MinDate && start <= WorkingDayCalendar.MaxDate;
    }

    private static bool TryWorkingDay(DateOnly start, bool forward, WorkingDayCalendar calendar, out DateOnly on)
    {
        on = start;
        if (start < WorkingDayCalendar.MinDate || start > WorkingDayCalendar.MaxDate) return false;
        return calendar.IsWorkingDay(start) || calendar.TryAddWorkingDays(start, forward ? 1 : -1, out on);
    }

    /// <summary>Keeps the days ascending and each once, so that two intervals that meet on a working day are one reminder.</summary>
    private static int AddInOrder(Span<int> days, int count, int day)
    {
        var at = count;
        while (at > 0 && days[at - 1] > day) at--;
        if (at > 0 && days[at - 1] == day) return count;
        days[at..count].CopyTo(days[(at + 1)..]);
        days[at] = day;
        return count + 1;
    }
}
