using System.Collections.Concurrent;
using Programmes.Core.Programmes;

namespace Programmes.Core.Reminders;

/// <summary>Which policy is in force for a step.</summary>
public static class ReminderPolicies
{
    private static readonly ConcurrentDictionary<string, ReminderPolicy> Parsed = new(StringComparer.Ordinal);

    /// <summary>The launch's for the step, else the step's own, else the launch's for all; null: nobody said any.</summary>
    /// <param name="own">As the definition says; null or empty: nothing.</param>
    public static string? TextOf(string? own, string? step, Launch? launch) =>
        step is not null && launch?.StepReminders.GetValueOrDefault(step) is { Length: > 0 } amended ? amended
        : own is { Length: > 0 } ? own
        : launch?.Reminders is { Length: > 0 } general ? general
        : null;

    /// <summary>The policy of <see cref="TextOf"/>, or the product's where none is said or it cannot be read, which the launch check reports.</summary>
    public static ReminderPolicy Of(string? own, string? step, Launch? launch) =>
        TextOf(own, step, launch) is { } text
            ? Parsed.GetOrAdd(text, static typed => ReminderPolicy.TryParse(typed, out var policy, out _, out _) ? policy! : ReminderPolicy.Default)
            : ReminderPolicy.Default;
}
