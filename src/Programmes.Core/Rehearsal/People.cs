using Programmes.Core.Activities;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Core.Rehearsal;

/// <summary>Who does what and when in a rehearsal.</summary>
internal sealed class People(RehearsalOptions options, WorkingDayCalendar calendar, TimeOnly? businessClose)
{
    /// <summary>When people finish their work on a day (Asia/Shanghai), unless the office closes before.</summary>
    private static readonly TimeSpan WorkDone = TimeSpan.FromHours(16);
    private static readonly TimeSpan BeforeClose = TimeSpan.FromMinutes(30);

    private const int LateWorkingDays = 3;
    private const int LedgerLateWorkingDays = 5;
    private const int RandomSpreadWorkingDays = 8;
    private const int WithoutDueWorkingDays = 5;

    private readonly TimeSpan workDone = businessClose is { Ticks: > 0 } close
        ? TimeSpan.FromTicks(Math.Clamp(close.Ticks - BeforeClose.Ticks, 0, WorkDone.Ticks))
        : WorkDone;
    private readonly SeededRandom random = new(options.Seed);
    private readonly Dictionary<string, int> onProbation = new(StringComparer.Ordinal);
    private readonly HashSet<string> failedOnce = new(StringComparer.Ordinal);

    /// <summary>The instant at which an opened work item is done; never before it opened.</summary>
    public DateTimeOffset DoneAt(OpenWorkItem item, DateTimeOffset openedAt)
    {
        var due = item.Due?.On;
        var usual = due is { } on ? calendar.WorkingDayOnOrBefore(on) : calendar.AddWorkingDays(item.OpenedOn, WithoutDueWorkingDays);
        var day = options.Policy switch
        {
            BehaviourPolicy.Late => calendar.AddWorkingDays(due ?? usual, LateWorkingDays),
            BehaviourPolicy.Random => calendar.AddWorkingDays(usual, random.Between(-RandomSpreadWorkingDays, RandomSpreadWorkingDays / 2)),
            _ => usual,
        };
        // Nobody can be early for what begins today; on a rest day it is done on that day, as late as need be.
        var at = ChinaTime.StartOf(day) + workDone;
        return at > openedAt ? at : openedAt;
    }

    /// <summary>The instant at which a ledger's one entry is closed: within its deadline, or some days after it.</summary>
    public DateTimeOffset ClosedAt(OpenLedger ledger, DateTimeOffset openedAt)
    {
        var usual = calendar.WorkingDayOnOrBefore(ledger.Until.On);
        var day = options.Policy switch
        {
            BehaviourPolicy.Late or BehaviourPolicy.FailFirst => calendar.AddWorkingDays(ledger.Until.On, LedgerLateWorkingDays),
            BehaviourPolicy.Random => calendar.AddWorkingDays(usual, random.Between(-RandomSpreadWorkingDays, RandomSpreadWorkingDays / 2)),
            _ => usual,
        };
        var at = ChinaTime.StartOf(day) + workDone;
        return at > openedAt ? at : openedAt;
    }

    /// <summary>An item's outcome: the first, which by convention is the good one; the others only by chance.</summary>
    public string Outcome(OpenWorkItem item, Actor owner)
    {
        if (item.Outcomes.Count < 2) return item.Outcomes.Count == 0 ? ActivityDescriptor.DoneOutcome : item.Outcomes[0];
        if (options.Policy == BehaviourPolicy.FailFirst && owner.Definition.Find(item.Activity)?.Descriptor.Behaviour is ProbationBehaviour) return OnProbation(item, owner.Unit!);
        return options.Policy switch
        {
            BehaviourPolicy.FailFirst when owner.Unit is { } unit && owner.FromInstance is null && item.Outcomes.Contains(ProbationBehaviour.Fail) && failedOnce.Add(unit) => ProbationBehaviour.Fail,
            BehaviourPolicy.Random when random.Chance(20) => random.Pick(item.Outcomes),
            _ => item.Outcomes[0],
        };
    }

    /// <summary>What a step of the batch decides about one unit.</summary>
    public string RowOutcome(OpenWorkItem item, string unit, bool carriedOver)
    {
        var outcomes = item.RowOutcomes is { Count: > 0 } given ? given : item.Outcomes;
        if (outcomes.Count < 2) return outcomes.Count == 0 ? ActivityDescriptor.DoneOutcome : outcomes[0];
        return options.Policy switch
        {
            BehaviourPolicy.FailFirst when !carriedOver && outcomes.Contains(ProbationBehaviour.Fail) && failedOnce.Add(unit) => ProbationBehaviour.Fail,
            BehaviourPolicy.Random when random.Chance(20) => random.Pick(outcomes),
            _ => outcomes[0],
        };
    }

    /// <summary>By turns, so that every ending is seen: passes the re-check, fails it, does not apply.</summary>
    private string OnProbation(OpenWorkItem item, string unit)
    {
        if (!onProbation.TryGetValue(unit, out var turn)) onProbation[unit] = turn = onProbation.Count % 3;
        return turn switch
        {
            1 when item.Outcomes.Contains(ProbationBehaviour.Fail) => ProbationBehaviour.Fail,
            2 when item.Outcomes.Contains(ProbationBehaviour.Waive) => ProbationBehaviour.Waive,
            _ => item.Outcomes[0],
        };
    }

    public string? Grade(Launch launch, string unit) =>
        launch.Settings.TryGetValue("grades", out var grades) && grades.Split([',', '，', '、'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } names
            ? names[options.Policy == BehaviourPolicy.Random ? random.Next(names.Length) : Math.Abs(unit[^1]) % names.Length]
            : null;
}
