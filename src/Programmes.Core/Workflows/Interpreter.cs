using Programmes.Core.Activities;

namespace Programmes.Core.Workflows;

/// <summary>
/// The one place where instances move. A person completes a piece of work, or a timer falls due: both end here,
/// in the engine as in a rehearsal.
/// </summary>
public static class Interpreter
{
    /// <summary>The state of an instance that has not started.</summary>
    public static InstanceState NewInstance(string instanceId) => new() { InstanceId = instanceId };

    /// <summary>
    /// What follows from a stimulus: the state after it, and what is to be written with it. Pure and deterministic;
    /// <paramref name="state"/> is left as it is. A stimulus that finds nothing to move (a bookmark that is gone,
    /// an instance that has ended) changes nothing, so that firing twice is harmless.
    /// </summary>
    public static Decision Decide(WorkflowDefinition definition, InstanceState state, Stimulus stimulus, DecisionContext context)
    {
        var run = new Run(definition, state.Copy(), stimulus, context);
        if (run.State.Status == InstanceStatus.Running)
        {
            Take(run, stimulus);
            run.Drain();
            Settle(run);
        }

        return new(run.State, run.Commands);
    }

    private static void Take(Run run, Stimulus stimulus)
    {
        switch (stimulus)
        {
            case Start start:
                if (run.State.SubStatus != InstanceSubStatus.Pending || run.State.Counter > 0) return;
                // A new dictionary: copies of a state share theirs.
                if (start.Input is not null) run.State.Input = start.Input.ToDictionary(input => input.Key, input => WorkflowValue.Normalise(input.Value));
                foreach (var variable in run.Definition.Variables) run.State.Variables[variable.Id] = variable.Default;
                run.Schedule(run.Definition.Root, null);
                break;
            case TimerDue due:
                if (run.State.FindBookmark(due.Bookmark) is { DueAt: not null } timer) Resume(run, timer);
                break;
            case WorkItemClosed closed:
                Resume(run, BookmarkKind.WorkItem, closed.WorkItem);
                break;
            case DueMoved moved:
                if (Find(run, BookmarkKind.WorkItem, moved.WorkItem) is { } item) WorkItems.Move(run, run.State.FindNode(item.Node)!, moved);
                break;
            case NoticeRepublished republished:
                if (Find(run, BookmarkKind.Notice, republished.Notice) is { } notice) PublicNoticeBehaviour.Republish(run, run.State.FindNode(notice.Node)!, republished);
                break;
            case LedgerChanged changed:
                Resume(run, BookmarkKind.Ledger, changed.Ledger);
                break;
            case EventPublished published:
                foreach (var bookmark in run.State.Bookmarks.ToArray())
                    if (bookmark.Kind == BookmarkKind.Event && bookmark.Key == published.Name) Resume(run, bookmark);
                break;
            case TaskFinished finished:
                if (run.State.FindBookmark(finished.Bookmark) is { Kind: BookmarkKind.RunTask } task) Resume(run, task);
                break;
            case ChildFinished finished:
                ResumeChildren(run, finished.Node);
                break;
            case DispatchNext next:
                ResumeChildren(run, next.Node);
                break;
            case BatchStepDecided decided:
                run.State.BatchOutcomes[decided.Step] = decided.Result;
                run.State.Dates[$"{decided.Step}.decided"] = decided.Result.On;
                Resume(run, BookmarkKind.BatchStep, decided.Step);
                break;
            case CarryOverAnswered:
                Resume(run, BookmarkKind.CarryOver, null);
                break;
            case CarryOverAsked asked:
                DispatchBatchesBehaviour.Place(run, asked);
                break;
            case UnitJoins joins:
                DispatchUnitsBehaviour.Admit(run, joins);
                break;
            case UnitLeaves leaves:
                run.Emit(new RecordUnitResult(leaves.Result, null, Final: true, Achieved: false, run.Today, leaves.Reason));
                run.End(InstanceSubStatus.Cancelled, []);
                break;
            case DatesMoved moved:
                DateMoves.Apply(run, moved);
                break;
            case Retry:
                RetryFaulted(run);
                break;
            case Cancel:
                run.End(InstanceSubStatus.Cancelled, []);
                break;
            default:
                throw new NotSupportedException($"Unknown stimulus {stimulus.GetType().Name}.");
        }
    }

    private static Bookmark? Find(Run run, BookmarkKind kind, string? key)
    {
        foreach (var bookmark in run.State.Bookmarks)
            if (bookmark.Kind == kind && bookmark.Key == key) return bookmark;
        return null;
    }

    private static void Resume(Run run, BookmarkKind kind, string? key)
    {
        if (Find(run, kind, key) is { } bookmark) Resume(run, bookmark);
    }

    private static void ResumeChildren(Run run, int node)
    {
        foreach (var bookmark in run.State.Bookmarks)
            if (bookmark.Node == node && bookmark.Kind == BookmarkKind.Children)
            {
                Resume(run, bookmark);
                return;
            }
    }

    private static void Resume(Run run, Bookmark bookmark)
    {
        if (run.State.FindNode(bookmark.Node) is not { } node) return;
        var activity = run.ActivityOf(node);
        try
        {
            activity.Descriptor.Behaviour.Resumed(run, node, activity, bookmark);
        }
        catch (ActivityFault fault)
        {
            run.FaultOpen(node, fault);
        }
    }

    private static void RetryFaulted(Run run)
    {
        foreach (var node in run.State.Nodes.ToArray())
        {
            var activity = run.ActivityOf(node);
            if (node.Faulted)
            {
                var parent = run.State.FindNode(node.Parent);
                run.CancelNode(node);
                run.Schedule(activity, parent);
            }
            else if (activity.Graph is not null)
            {
                FlowchartBehaviour.PassStuckJoins(run, node, activity);
            }
        }
    }

    /// <summary>An instance that can no longer move and waits for nothing is an incident, never silence.</summary>
    private static void Settle(Run run)
    {
        var state = run.State;
        // What was decided about a unit before its workflow began, such as a draw, must not count as its beginning.
        if (state.Status == InstanceStatus.Finished || state.Counter == 0) return;
        var faulted = false;
        foreach (var node in state.Nodes)
            faulted |= node.Faulted || node.Joins?.Exists(join => join.Stuck) == true;
        if (!faulted && state.Bookmarks.Count == 0 && state.Counter > 0)
        {
            faulted = true;
            run.Emit(new RaiseIncident(null, "stuck", new(
                "流程停住了：没有在办事项，也没有等待的日期；请检查流程定义，处理后重试",
                "The workflow has come to a halt: nothing is open and nothing is awaited; check the definition, then retry"), run.Context.Now));
        }

        state.SubStatus = faulted ? InstanceSubStatus.Faulted : InstanceSubStatus.Suspended;
    }
}
