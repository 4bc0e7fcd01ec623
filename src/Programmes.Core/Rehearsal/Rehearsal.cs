using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Core.Workflows;

namespace Programmes.Core.Rehearsal;

/// <summary>
/// Plays a whole programme in memory, years in seconds, through the same <see cref="Interpreter.Decide"/> as the engine.
/// </summary>
public sealed partial class Rehearsal
{
    /// <summary>A programme that still moves after so many years will not end.</summary>
    public const int YearsMax = 40;

    /// <summary>Timers of one instance: more than one a day for all those years is a loop that polls.</summary>
    public const int TimersMax = 20_000;

    /// <summary>Decisions at one instant: the largest launch starts and ends each of its units in one.</summary>
    public const int DecisionsAtOnceMax = 2_000_000;


    private static readonly string[] StartingKinds = [EventKinds.StageOpened, EventKinds.WorkOpened, EventKinds.NoticeOpened];

    private enum Due { Timer, Done, Entry, DueDay, Overdue, Remind }

    private readonly Launch launch;
    private readonly DefinitionSet definitions;
    private readonly WorkingDayCalendar calendar;
    private readonly RehearsalOptions options;
    private readonly World world;
    private readonly Dictionary<string, OpenItem> dues = new(StringComparer.Ordinal);
    private readonly People people;
    private readonly MailDirectory directory;
    private readonly Dictionary<string, Unit> units;
    private readonly PriorityQueue<(Due Kind, string Subject, int Bookmark), (DateTimeOffset At, long Order)> agenda = new();
    private readonly Queue<(string Target, Stimulus Stimulus)> stimuli = new();
    private readonly Dictionary<string, List<Stimulus>> early = new(StringComparer.Ordinal);
    private readonly List<RehearsalEvent> events = [];
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Name, int Mails)> mailed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (Addressee To, List<DigestItem> Items)> morning = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedDictionary<DateTimeOffset, Dictionary<string, List<NotifyMail>>> notices = [];
    private readonly List<Problem> problems = [];
    private readonly HashSet<(string, int?, string?, string?, string?)> reported = [];
    private readonly Dictionary<int, (DateOnly? Started, DateOnly? Finished)> batchDates = [];
    private readonly Action<DateOnly>? progress;
    private DateTimeOffset now;
    private DateOnly? finishedOn;
    private long order;
    private long decisions;
    private int provisionalDates;
    private int directMails;
    private int digestMails;

    private Rehearsal(Launch launch, DefinitionSet definitions, WorkingDayCalendar calendar, RehearsalOptions options, Action<DateOnly>? progress)
    {
        this.launch = launch;
        this.definitions = definitions;
        this.calendar = options.AsKnownOn is { } known ? calendar.AsKnownOn(known) : calendar;
        this.options = options;
        this.progress = progress;
        world = new World(launch);
        people = new People(options, this.calendar, launch.BusinessClose);
        units = launch.Units.ToDictionary(unit => unit.Id, StringComparer.Ordinal);
        directory = MailDirectory.Of(launch);
    }

    /// <summary>Problems of the plan itself are found with everybody on time, whatever the policy that the events show.</summary>
    /// <param name="progress">Told each new day that the rehearsal reaches.</param>
    public static RehearsalReport Run(Launch launch, DefinitionSet definitions, WorkingDayCalendar calendar, RehearsalOptions options, Action<DateOnly>? progress = null, CancellationToken cancellation = default)
    {
        var report = new Rehearsal(launch, definitions, calendar, options, progress).Play(cancellation);
        if (options.Policy == BehaviourPolicy.OnTime) return report;
        var onTime = new Rehearsal(launch, definitions, calendar, options with { Policy = BehaviourPolicy.OnTime, KeepEvents = false, Listener = null, MailListener = null }, null).Play(cancellation);
        // A round that only failed units reach never begins with everybody on time; it is judged where they fail, and are on time otherwise.
        var judged = onTime.Summary.Batches.Where(batch => batch.StartedOn is not null || options.Policy != BehaviourPolicy.FailFirst).Select(batch => batch.Number).ToHashSet();
        bool IsOfPlan(Problem problem) => PlanCodes.Contains(problem.Code) && (problem.Batch is not { } batch || judged.Contains(batch));
        return report with { Problems = [.. onTime.Problems.Where(IsOfPlan), .. report.Problems.Where(problem => !IsOfPlan(problem))] };
    }

    private RehearsalReport Play(CancellationToken cancellation)
    {
        now = ChinaTime.StartOf(launch.StartsOn);
        if (definitions.Find(launch.Definition) is not { } definition)
        {
            Report(null, Problem.Error("definition-missing", new($"没有流程定义“{launch.Definition}”", $"There is no definition \"{launch.Definition}\"")));
            return Finish();
        }

        Add(new Actor { Id = launch.Id, Definition = definition, State = Interpreter.NewInstance(launch.Id) }, null);
        var end = launch.StartsOn.AddYears(YearsMax);
        var day = launch.StartsOn;
        Settle();
        while (agenda.TryDequeue(out var due, out var when))
        {
            if (when.At != now && morning.Count > 0) SendMorning();
            if (notices.Count > 0) SendNotices(when.At);
            now = when.At;
            if (ChinaTime.DateOf(now) is var today && today != day)
            {
                cancellation.ThrowIfCancellationRequested();
                day = today;
                progress?.Invoke(day);
                if (day > end)
                {
                    Report(null, Problem.Error("too-long", new($"{YearsMax} 年后仍未结束", $"Not finished after {YearsMax} years")));
                    break;
                }
            }

            Fire(due.Kind, due.Subject, due.Bookmark);
            Settle();
        }

        if (morning.Count > 0) SendMorning();
        SendNotices(DateTimeOffset.MaxValue);
        if (finishedOn is null) ReportUnfinished();
        return Finish();
    }

    private void Fire(Due kind, string subject, int bookmark)
    {
        switch (kind)
        {
            case Due.Timer when ++world.Actors[subject].TimersFired > TimersMax:
                if (world.Actors[subject] is { TimersFired: TimersMax + 1 } looping)
                    Report(looping, Problem.Error("endless-loop", new($"“{looping.Definition.Name}”的定时超过 {TimersMax} 次，不会结束；请给循环加上出口", $"\"{looping.Definition.Name}\" has had more than {TimersMax} timers and will not end; give its loop a way out")));
                break;
            case Due.Timer:
                Decide(world.Actors[subject], new TimerDue(bookmark) { NominalAt = now });
                break;
            case Due.Done when world.Items.TryGetValue(subject, out var item):
                CompleteItem(item);
                break;
            case Due.Entry when world.OpenLedgers.Remove(subject, out var keeper):
                Decide(keeper, new LedgerChanged(subject));
                break;
            // A due date is part of the plan even where the work was done on the last working day before it.
            case Due.DueDay when dues.Remove(subject, out var item) && finishedOn is null:
                Note(EventKinds.WorkDue, item);
                break;
            case Due.Overdue when world.Items.TryGetValue(subject, out var item):
                Note(EventKinds.WorkOverdue, item);
                break;
            case Due.Remind when world.Items.TryGetValue(subject, out var item):
                Remind(item);
                break;
        }
    }

    private void Settle()
    {
        var before = decisions;
        while (stimuli.TryDequeue(out var next))
        {
            if (decisions - before > DecisionsAtOnceMax)
            {
                Report(world.Actors.GetValueOrDefault(next.Target), Problem.Error("endless-loop", new($"同一时刻的处理超过 {DecisionsAtOnceMax} 次；请检查互相触发的事件", $"More than {DecisionsAtOnceMax} decisions at one instant; look for events that cause each other")));
                stimuli.Clear();
                return;
            }

            if (world.Actors.TryGetValue(next.Target, out var actor)) Decide(actor, next.Stimulus);
            // What comes before its target exists waits for it, as in the database.
            else if (early.TryGetValue(next.Target, out var waiting)) waiting.Add(next.Stimulus);
            else early[next.Target] = [next.Stimulus];
        }
    }

    private void Decide(Actor actor, Stimulus stimulus)
    {
        if (actor.State.Status == InstanceStatus.Finished) return;
        var decision = Interpreter.Decide(actor.Definition, actor.State, stimulus, new DecisionContext
        {
            Now = now,
            Calendar = calendar,
            Launch = launch,
            Batch = actor.Batch,
            Unit = actor.Unit,
            Parent = actor.Parent,
            ParentNode = actor.ParentNode,
            Facts = world,
        });
        actor.State = decision.State;
        decisions++;
        foreach (var command in decision.Commands) Apply(actor, command);
    }

    private void Add(Actor actor, IReadOnlyDictionary<string, object?>? input)
    {
        if (!world.Actors.TryAdd(actor.Id, actor)) return;
        world.Born(actor);
        stimuli.Enqueue((actor.Id, new Start(input) { NominalAt = now }));
        if (!early.Remove(actor.Id, out var waiting)) return;
        foreach (var stimulus in waiting) stimuli.Enqueue((actor.Id, stimulus));
    }

    private void At(DateTimeOffset at, Due kind, string subject, int bookmark = 0) => agenda.Enqueue((kind, subject, bookmark), (at < now ? now : at, order++));

    private void Note(string kind, OpenItem item) =>
        Note(kind, item.Owner, item.Item.Activity, item.Item.Title, item.Due?.IsProvisional ?? false, item.Due?.Why, due: item.Due?.On);

    private void Note(string kind, Actor actor, string? activity, Text title, bool provisional = false, IReadOnlyList<Text>? why = null, DateOnly? on = null, DateOnly? due = null)
    {
        counts[kind] = counts.GetValueOrDefault(kind) + 1;
        // What merely lies ahead does not begin a batch.
        if (actor.Batch is { } batch && StartingKinds.Contains(kind) && batchDates.GetValueOrDefault(batch) is { Started: null } dates) batchDates[batch] = (ChinaTime.DateOf(now), dates.Finished);
        if (!options.KeepEvents && options.Listener is null) return;
        var what = new RehearsalEvent(on ?? ChinaTime.DateOf(now), now, kind, actor.Batch, actor.Unit, activity, title, provisional, why ?? []) { DueOn = due };
        if (options.KeepEvents) events.Add(what);
        options.Listener?.Invoke(what);
    }

    private RehearsalReport Finish()
    {
        var (reached, total) = world.Goal();
        return new(events, new(directMails + digestMails, digestMails, directMails, [.. mailed.Select(one => new MailCount(one.Key, one.Value.Name, one.Value.Mails)).OrderByDescending(one => one.Mails).ThenBy(one => one.Address, StringComparer.Ordinal)]), problems, new()
        {
            Programme = launch.Name,
            Policy = options.Policy switch { BehaviourPolicy.OnTime => "on-time", BehaviourPolicy.Late => "late", BehaviourPolicy.FailFirst => "fail-first", _ => "random" },
            Seed = options.Seed,
            AsKnownOn = options.AsKnownOn,
            StartsOn = launch.StartsOn,
            FinishedOn = finishedOn,
            Units = launch.Units.Count,
            Batches = [.. launch.Batches.Select(batch => new BatchSummary(batch.Number, batch.Name, world.Members[batch.Number].Count, batchDates.GetValueOrDefault(batch.Number).Started, batchDates.GetValueOrDefault(batch.Number).Finished))],
            Results = world.FinalResults.Values.GroupBy(result => result).OrderByDescending(group => group.Count()).ToDictionary(group => group.Key, group => group.Count()),
            GoalReached = reached,
            GoalTotal = total,
            Events = counts,
            ProvisionalDates = provisionalDates,
            Decisions = decisions,
        });
    }
}
