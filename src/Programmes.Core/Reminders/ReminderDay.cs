namespace Programmes.Core.Reminders;

/// <summary>Where a reminder stands to the due date.</summary>
public enum ReminderKind { Before, OnDay, Overdue }

/// <summary>A day on which a reminder goes out.</summary>
/// <param name="On">Asia/Shanghai; a working day, unless the policy reminds on rest days too.</param>
/// <param name="Kind">By the policy. A digest groups by the date itself: a reminder of the kind <see cref="ReminderKind.OnDay"/>
/// goes out before a due date that is a rest day.</param>
/// <param name="Number">From 1, within its kind, counting those that the policy gives since the work opened.</param>
/// <param name="Escalation">Who is told as well.</param>
public readonly record struct ReminderDay(DateOnly On, ReminderKind Kind, int Number, Escalation Escalation = Escalation.None)
{
    public bool Escalates => Escalation != Escalation.None;
}

/// <summary>How far up a late piece of work is reported.</summary>
public enum Escalation
{
    None,

    /// <summary>The office directly above; the supervisor where there is none.</summary>
    Superior,

    /// <summary>The office directly above, and the supervisor.</summary>
    Supervisor,
}

/// <summary>The overdue reminders after which the next above is told; null: never.</summary>
internal readonly record struct Ladder(int? SuperiorAfter, int? SupervisorAfter)
{
    public Escalation At(int number) =>
        number > SupervisorAfter ? Escalation.Supervisor : number > SuperiorAfter ? Escalation.Superior : Escalation.None;
}

/// <summary>An interval of a policy, at least 1.</summary>
/// <param name="InWorkingDays">Otherwise calendar days.</param>
internal readonly record struct ReminderStep(int Amount, bool InWorkingDays);
