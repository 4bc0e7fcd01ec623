namespace Programmes.Storage.Mail;

/// <summary>What the morning's digests tell of.</summary>
public interface IReminded
{
    /// <summary>The day from which the date in force holds: when it opened, moved or was returned. Reminders count from it.</summary>
    DateOnly? RemindersFromOn { get; set; }

    /// <summary>The next morning on which it is looked at; null: nobody is reminded.</summary>
    DateOnly? NextReminderOn { get; set; }

    /// <summary>How many mornings have told of it as it stands; none: it is new to those concerned.</summary>
    int RemindersSent { get; set; }
}

public static class Reminding
{
    /// <summary>Its reminders begin anew, from the next morning on.</summary>
    public static void Rearm(this IReminded row, DateOnly today) => (row.RemindersFromOn, row.NextReminderOn) = (today, today.AddDays(1));

    /// <summary>As <see cref="Rearm"/>, for something that those concerned have been told otherwise.</summary>
    public static void RearmTold(this IReminded row, DateOnly today)
    {
        row.Rearm(today);
        row.RemindersSent = Math.Max(row.RemindersSent, 1);
    }

    /// <summary>As <see cref="Rearm"/>, for others than were told so far.</summary>
    public static void RearmAnew(this IReminded row, DateOnly today)
    {
        row.Rearm(today);
        row.RemindersSent = 0;
    }

    public static void Disarm(this IReminded row) => row.NextReminderOn = null;
}
