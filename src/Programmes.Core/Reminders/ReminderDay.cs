namespace Programmes.Core.Reminders;

/// <summary>Where a reminder stands to the due date.</summary>
public enum ReminderKind { Before, OnDay, Overdue }

/// <summary>A day on which a reminder goes out.</summary>
/// <param name="On">A working day (Asia/Shanghai).</param>
/// <param name="Kind">By the policy. A digest groups by the date itself: a reminder of the kind <see cref="ReminderKind.OnDay"/>
/// goes out before a due date that is a rest day.</param>
/// <param name="Number">From 1, within its kind, counting those that the policy gives since the work opened.</param>
/// <param name="Escalates">The supervisor is told as well.</param>
public readonly record struct ReminderDay(DateOnly On, ReminderKind Kind, int Number, bool Escalates);

/// <summary>An interval of a policy, at least 1.</summary>
/// <param name="InWorkingDays">Otherwise calendar days.</param>
internal readonly record struct ReminderStep(int Amount, bool InWorkingDays);
