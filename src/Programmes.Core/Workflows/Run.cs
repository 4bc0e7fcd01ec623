using Programmes.Core.Activities;
using Programmes.Core.Calendars;

namespace Programmes.Core.Workflows;

/// <summary>
/// One decision under way: a private copy of the state, and the commands gathered so far.
/// Activities are run breadth first, as in Elsa, until all that is left is waiting.
/// </summary>
internal sealed partial class Run : IExpressionScope
{
    /// <summary>Activities in one decision. More means a loop that never waits.</summary>
    public const int StepsMax = 100_000;

    /// <summary>Open activities of one instance; far below what its state may hold. More means a loop that forks at every turn.</summary>
    public const int OpenMax = 400;

    private static readonly string[] DoneOutcomes = [ActivityDescriptor.DoneOutcome];

    private readonly Queue<(Activity Activity, NodeState? Parent)> queue = new();
    private readonly List<Command> commands = new(8);
    private readonly List<Command> atRest = [];
    private NodeState? scope;
    private int steps;
    private bool ended;

    public Run(WorkflowDefinition definition, InstanceState state, Stimulus stimulus, DecisionContext context)
    {
        Definition = definition;
        State = state;
        Context = context;
        Stimulus = stimulus;
        Nominal = stimulus is DatesMoved moved ? moved.ResumedAt : stimulus.NominalAt ?? context.Now;
        Today = ChinaTime.DateOf(Nominal);
    }

    public WorkflowDefinition Definition { get; }
    public InstanceState State { get; }
    public DecisionContext Context { get; }
    public Stimulus Stimulus { get; }

    /// <summary>When this should happen; every rule counts from here, however late the engine is.</summary>
    public DateTimeOffset Nominal { get; }

    /// <summary>The nominal day in Asia/Shanghai.</summary>
    public DateOnly Today { get; }
    public List<Command> Commands => commands;
    public string? Actor => Stimulus.Actor;

    public int NextId() => ++State.Counter;

    public string NextSubject() => $"{State.InstanceId}-{NextId()}";

    public void Emit(Command command) => commands.Add(command);

    /// <summary>Emits it once everything has run, unless the instance has ended by then.</summary>
    public void EmitAtRest(Command command) => atRest.Add(command);

    public void Schedule(Activity activity, NodeState? parent)
    {
        if (parent is not null) parent.Scheduled++;
        queue.Enqueue((activity, parent));
    }

    /// <summary>Runs what is scheduled until nothing is.</summary>
    public void Drain()
    {
        while (!ended && queue.TryDequeue(out var entry))
        {
            if (entry.Parent is not null) entry.Parent.Scheduled--;
            if (++steps > StepsMax)
            {
                queue.Clear();
                Fault(entry.Activity, entry.Parent, new ActivityFault("endless-loop", new(
                    $"一次处理超过 {StepsMax} 步，流程在此循环而不等待；请在循环中加入等待或退出条件",
                    $"More than {StepsMax} steps at once: the workflow loops here without waiting; add a wait or a way out")));
                break;
            }

            if (State.Nodes.Count > OpenMax)
            {
                queue.Clear();
                Fault(entry.Activity, entry.Parent, new ActivityFault("too-many-open", new(
                    $"同时在办的活动超过 {OpenMax} 个，流程在循环中不断分叉；请检查流程定义",
                    $"More than {OpenMax} activities are open at once: the workflow forks again and again in a loop; check the definition")));
                break;
            }

            scope = entry.Parent;
            try
            {
                entry.Activity.Descriptor.Behaviour.Execute(this, entry.Activity, entry.Parent);
            }
            catch (ActivityFault fault)
            {
                Fault(entry.Activity, entry.Parent, fault);
            }
        }

        if (!ended) commands.AddRange(atRest);
        atRest.Clear();
    }

    /// <summary>Opens a node for an activity that stays: a container, or one that waits.</summary>
    public NodeState Open(Activity activity, NodeState? parent)
    {
        var node = new NodeState { Id = NextId(), Activity = activity.Id, Parent = parent?.Id ?? 0, Execution = NextId() };
        foreach (var variable in activity.Variables) (node.Variables ??= [])[variable.Id] = variable.Default;
        State.Nodes.Add(node);
        Emit(new RecordActivity(node.Execution, activity.Id, activity.Type, ActivityStatus.Running, null, Context.Now, Nominal, Actor));
        return node;
    }

    public Bookmark AddBookmark(NodeState node, BookmarkKind kind, string? key = null, DateTimeOffset? dueAt = null)
    {
        var bookmark = new Bookmark(NextId(), node.Id, node.Activity, kind, key, dueAt);
        State.Bookmarks.Add(bookmark);
        Emit(new AddBookmark(bookmark));
        return bookmark;
    }

    public void RemoveBookmark(Bookmark bookmark)
    {
        if (State.Bookmarks.Remove(bookmark)) Emit(new RemoveBookmark(bookmark.Id));
    }

    public void RemoveBookmarks(NodeState node)
    {
        for (var i = State.Bookmarks.Count - 1; i >= 0; i--)
        {
            if (State.Bookmarks[i].Node != node.Id) continue;
            Emit(new RemoveBookmark(State.Bookmarks[i].Id));
            State.Bookmarks.RemoveAt(i);
        }
    }

    /// <summary>An activity that ran at once.</summary>
    public void Complete(Activity activity, NodeState? parent) => Complete(activity, parent, DoneOutcomes);

    public void Complete(Activity activity, NodeState? parent, string[] outcomes)
    {
        Emit(new RecordActivity(NextId(), activity.Id, activity.Type, ActivityStatus.Completed, Join(outcomes), Context.Now, Nominal, Actor));
        Completed(activity, parent, outcomes);
    }

    /// <summary>An activity that had stayed open. What is left inside it is cancelled.</summary>
    public void Complete(NodeState node) => Complete(node, DoneOutcomes);

    public void Complete(NodeState node, string[] outcomes)
    {
        var activity = ActivityOf(node);
        CancelChildren(node);
        RemoveBookmarks(node);
        State.Nodes.Remove(node);
        Emit(new EndActivity(node.Execution, ActivityStatus.Completed, Join(outcomes), Context.Now, Nominal, Actor));
        Completed(activity, State.FindNode(node.Parent), outcomes);
    }

    /// <summary>Follows outcomes of an activity that stays open, such as a second branch when it is overdue.</summary>
    public void Follow(NodeState node, string[] outcomes)
    {
        if (State.FindNode(node.Parent) is { } parent && ActivityOf(parent) is { Graph: not null } container)
            FlowchartBehaviour.Follow(this, parent, container, ActivityOf(node), outcomes);
    }

    private void Completed(Activity activity, NodeState? parent, string[] outcomes)
    {
        if (ended) return;
        if (parent is null)
        {
            if (activity == Definition.Root) End(InstanceSubStatus.Finished, outcomes);
            return;
        }

        var container = ActivityOf(parent);
        scope = parent;
        try
        {
            container.Descriptor.Behaviour.ChildCompleted(this, parent, container, activity, outcomes);
        }
        catch (ActivityFault fault)
        {
            FaultOpen(parent, fault);
        }
    }

    /// <summary>Ends the whole instance and cancels what is open.</summary>
    public void End(InstanceSubStatus subStatus, IReadOnlyList<string> outcomes)
    {
        if (ended) return;
        ended = true;
        queue.Clear();
        while (State.Nodes.Count > 0) CancelNode(State.Nodes[^1]);
        State.Status = InstanceStatus.Finished;
        State.SubStatus = subStatus;
        State.Outcomes = [.. outcomes];
        NoteTheEnd(subStatus);
        Emit(new EndInstance(subStatus, State.Outcomes));
        if (Context.Parent is { } parent && Context.ParentNode is { } parentNode)
            Emit(new Send(parent, "end", new ChildFinished(parentNode, State.InstanceId, State.Outcomes, subStatus) { NominalAt = Nominal }));
    }

    private void NoteTheEnd(InstanceSubStatus subStatus)
    {
        if (subStatus == InstanceSubStatus.Cancelled || Context.Launch is not { } launch || Context.Unit is not null) return;
        if (Context.Batch is { } number)
        {
            var name = launch.FindBatch(number)?.Name ?? $"{number}";
            Emit(new NoteEvent("batch-finished", null, new($"{name}结束", $"{name} finished"), Today));
        }
        else if (State.InstanceId == launch.Id)
        {
            Emit(new NoteEvent("programme-finished", null, new($"{launch.Name}结束", $"{launch.Name} finished"), Today));
        }
    }

    public void CancelNode(NodeState node)
    {
        if (!State.Nodes.Contains(node)) return;
        CancelChildren(node);
        ActivityOf(node).Descriptor.Behaviour.Cancelled(this, node);
        RemoveBookmarks(node);
        State.Nodes.Remove(node);
        Emit(new EndActivity(node.Execution, ActivityStatus.Canceled, null, Context.Now, Nominal, Actor));
    }

    private void CancelChildren(NodeState node)
    {
        for (var i = State.Nodes.Count - 1; i >= 0; i--)
            if (i < State.Nodes.Count && State.Nodes[i].Parent == node.Id) CancelNode(State.Nodes[i]);
        if (node.Scheduled > 0) Unschedule(node, _ => true);
    }

    /// <summary>Takes back children that were scheduled and have not run.</summary>
    public void Unschedule(NodeState parent, Func<Activity, bool> which)
    {
        for (var left = queue.Count; left > 0; left--)
        {
            var entry = queue.Dequeue();
            if (entry.Parent == parent && which(entry.Activity)) parent.Scheduled--;
            else queue.Enqueue(entry);
        }
    }

    public bool HasChildren(NodeState node)
    {
        if (node.Scheduled > 0) return true;
        foreach (var other in State.Nodes)
            if (other.Parent == node.Id) return true;
        return false;
    }

    public IEnumerable<Activity> LiveChildren(NodeState node)
    {
        foreach (var other in State.Nodes)
            if (other.Parent == node.Id) yield return ActivityOf(other);
        foreach (var (activity, parent) in queue)
            if (parent == node) yield return activity;
    }

    public Activity ActivityOf(NodeState node) => Definition.Activities[node.Activity];

    private void Fault(Activity activity, NodeState? parent, ActivityFault fault)
    {
        if (ended) return;
        var node = new NodeState { Id = NextId(), Activity = activity.Id, Parent = parent?.Id ?? 0, Execution = NextId(), Faulted = true };
        State.Nodes.Add(node);
        Emit(new RecordActivity(node.Execution, activity.Id, activity.Type, ActivityStatus.Faulted, fault.Code, Context.Now, Nominal, Actor));
        Emit(new RaiseIncident(activity.Id, fault.Code, fault.Words, Context.Now));
    }

    /// <summary>An activity that was open already cannot go on; it stays, for a person to retry.</summary>
    public void FaultOpen(NodeState node, ActivityFault fault)
    {
        if (ended) return;
        node.Faulted = true;
        Emit(new RaiseIncident(node.Activity, fault.Code, fault.Words, Context.Now));
    }

    private static string Join(string[] outcomes) => outcomes.Length == 1 ? outcomes[0] : string.Join(",", outcomes);
}

/// <summary>An activity cannot do what it should; it stops there with an incident, and what runs beside it goes on.</summary>
#pragma warning disable CA1032 // It is never thrown without a code and words in both languages.
internal sealed class ActivityFault(string code, Text words) : Exception(words.En)
#pragma warning restore CA1032
{
    public string Code { get; } = code;
    public Text Words { get; } = words;
}
