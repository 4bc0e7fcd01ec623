using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Deciding;

/// <summary>
/// Decides all that is due for one loaded instance: stimuli and bookmarks in order of their nominal time, and at last
/// what a person does now. The one path behind both doors.
/// </summary>
public sealed class Decider(DefinitionLibrary library, CalendarSource calendars)
{
    /// <summary>Decisions about one instance in one page. What is left comes with the next page.</summary>
    public const int DecisionsMax = 2_000;

    /// <param name="now">By the programme's clock.</param>
    /// <param name="horizon">Work nominally due up to here is taken; a person's door takes all up to now.</param>
    /// <param name="person">What a person does, one after the other, after everything that is due.</param>
    /// <returns>Null when nothing is due and nobody acts.</returns>
    public async ValueTask<DecidedInstance?> DecideAsync(StoreTransaction transaction, LoadedInstance instance, DateTimeOffset now, DateTimeOffset horizon, IReadOnlyList<Stimulus> person, CancellationToken cancellationToken)
    {
        var definition = await library.DefinitionAsync(instance.DefinitionId, instance.DefinitionVersion, cancellationToken).ConfigureAwait(false);
        var launch = instance.Programme is null ? null : await library.LaunchAsync(instance.Programme, instance.LaunchRevision, cancellationToken).ConfigureAwait(false);
        var state = instance.State;
        var commands = new List<Command>();
        var consumed = new List<PendingStimulus>();
        var nominal = person.Count == 0 ? horizon : now;

        for (var count = 0; count < DecisionsMax; count++)
        {
            var pending = consumed.Count < instance.Stimuli.Count && instance.Stimuli[consumed.Count] is var first && first.NominalAt <= horizon ? first : null;
            var due = EarliestDue(state, horizon);
            Stimulus? next;
            if (pending is not null && (due is null || pending.NominalAt <= due.DueAt))
            {
                consumed.Add(pending);
                next = pending.Stimulus;
            }
            else if (due is not null)
            {
                next = new TimerDue(due.Id) { NominalAt = due.DueAt };
            }
            else
            {
                break;
            }

            Take(next);
        }

        foreach (var act in person) Take(act);
        // A programme adopted in mid-course tells nobody today what it would have told them then.
        if (instance.Programme is not null && instance.ClockId != ClockRow.RealTime && commands.Exists(command => command is SendMail)
            && await library.BackfillUntilAsync(instance.Programme, cancellationToken).ConfigureAwait(false) is { } until && ChinaTime.DateOf(now) < until)
            commands.RemoveAll(command => command is SendMail);
        if (consumed.Count == 0 && commands.Count == 0 && ReferenceEquals(state, instance.State)) return null;
        return new(instance, state, commands)
        {
            Consumed = consumed,
            NominalAt = nominal,
            At = now,
            FirstReminders = FirstReminders(commands, launch, now),
        };

        void Take(Stimulus stimulus)
        {
            var decision = Interpreter.Decide(definition, state, stimulus, new DecisionContext
            {
                Now = now,
                Calendar = calendars.Current,
                Launch = launch,
                Batch = instance.Batch,
                Unit = instance.Unit,
                Parent = instance.Parent,
                ParentNode = instance.ParentNode,
                Facts = transaction.FactsFor(instance),
            });
            state = decision.State;
            commands.AddRange(decision.Commands);
        }
    }

    private static Bookmark? EarliestDue(InstanceState state, DateTimeOffset horizon)
    {
        Bookmark? earliest = null;
        foreach (var bookmark in state.Bookmarks)
            if (bookmark.DueAt is { } due && due <= horizon && (earliest is null || due < earliest.DueAt)) earliest = bookmark;
        return earliest;
    }

    private Dictionary<string, DateOnly> FirstReminders(List<Command> commands, Launch? launch, DateTimeOffset now)
    {
        var first = new Dictionary<string, DateOnly>(StringComparer.Ordinal);
        foreach (var open in commands.OfType<OpenWorkItem>())
        {
            var openedAt = open.OpenedOn == ChinaTime.DateOf(now) ? now : ChinaTime.StartOf(open.OpenedOn);
            if (ReminderPlan.First(ReminderPolicies.Of(open.Reminders, open.Activity, launch), openedAt, open.Due?.On, calendars.Current) is { } on) first[open.Id] = on;
        }

        return first;
    }
}
