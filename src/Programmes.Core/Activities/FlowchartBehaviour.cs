using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>
/// Elsa's flowchart with one semantics that agrees with both of Elsa's modes wherever they agree
/// (docs/decisions/0003). A branch is dead when nothing that still runs can reach it.
/// </summary>
/// <remarks>
/// How an activity with several inbound connections runs:
/// <list type="table">
/// <item><term>no mode, Stream, WaitAllActive</term><description>once all inbound arrived, dead ones left out</description></item>
/// <item><term>WaitAll, Merge</term><description>once all inbound arrived, ways back of a loop left out; a dead one is an incident</description></item>
/// <item><term>Converge</term><description>once all inbound arrived; a dead one is an incident</description></item>
/// <item><term>Cascade</term><description>with the first arrival; the others stay open and their arrival is absorbed</description></item>
/// <item><term>WaitAny, Race</term><description>with the first arrival; what could still arrive is cancelled</description></item>
/// </list>
/// </remarks>
internal sealed class FlowchartBehaviour : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var node = run.Open(activity, parent);
        if (activity.Graph?.Start is { } start) run.Schedule(start, node);
        else run.Complete(node);
    }

    public override void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes)
    {
        Arrive(run, node, activity.Graph!, child, outcomes);
        Advance(run, node, activity.Graph!);
    }

    /// <summary>Follows outcomes of a child that stays open.</summary>
    public static void Follow(Run run, NodeState node, Activity activity, Activity child, string[] outcomes)
    {
        Arrive(run, node, activity.Graph!, child, outcomes);
        RunJoins(run, node, activity.Graph!);
    }

    /// <summary>A person decided that joins which wait for a dead branch go on without it.</summary>
    public static void PassStuckJoins(Run run, NodeState node, Activity activity)
    {
        if (node.Joins is null) return;
        foreach (var join in node.Joins.ToArray())
            if (join.Stuck)
            {
                join.Stuck = false;
                Fire(run, node, join, run.Definition.Activities[join.Activity]);
            }
    }

    private static void Arrive(Run run, NodeState node, Flowgraph graph, Activity child, string[] outcomes)
    {
        foreach (var connection in graph.OutboundArray(child))
        {
            if (Array.IndexOf(outcomes, connection.Port) < 0) continue;
            var inbound = graph.InboundArray(connection.Target);
            if (inbound.Length == 1)
            {
                run.Schedule(connection.Target, node);
                continue;
            }

            var join = node.Joins?.Find(j => j.Activity == connection.Target.Id);
            if (join is null)
            {
                join = new JoinState { Activity = connection.Target.Id, Arrived = new int[inbound.Length], Absorb = new bool[inbound.Length] };
                (node.Joins ??= []).Add(join);
            }

            if (join.Absorb[connection.InboundIndex]) join.Absorb[connection.InboundIndex] = false;
            else join.Arrived[connection.InboundIndex]++;
        }
    }

    private static void Advance(Run run, NodeState node, Flowgraph graph)
    {
        RunJoins(run, node, graph);
        if (run.HasChildren(node)) return;
        if (node.Joins is { Count: > 0 } joins)
        {
            Untangle(run, node, joins);
            return;
        }

        run.Complete(node);
    }

    private static void RunJoins(Run run, NodeState node, Flowgraph graph)
    {
        if (node.Joins is null) return;
        for (var again = true; again;)
        {
            again = false;
            foreach (var join in node.Joins.ToArray())
                again |= TryFire(run, node, graph, join);
        }

        if (node.Joins.Count == 0) node.Joins = null;
    }

    private static bool TryFire(Run run, NodeState node, Flowgraph graph, JoinState join)
    {
        var target = run.Definition.Activities[join.Activity];
        var inbound = graph.InboundArray(target);
        if (Array.TrueForAll(join.Arrived, count => count == 0))
        {
            for (var i = 0; i < inbound.Length; i++)
                join.Absorb[i] &= IsPossible(run, node, graph, inbound[i]);
            if (!Array.Exists(join.Absorb, absorb => absorb)) node.Joins!.Remove(join);
            return false;
        }

        switch (target.MergeMode)
        {
            case MergeMode.Cascade:
                for (var i = 0; i < inbound.Length; i++)
                    join.Absorb[i] = join.Arrived[i] == 0 && IsPossible(run, node, graph, inbound[i]);
                Fire(run, node, join, target);
                return true;
            case MergeMode.Race or MergeMode.WaitAny:
                CancelRivals(run, node, graph, join, inbound);
                Fire(run, node, join, target);
                return true;
        }

        var mustAllArrive = target.MergeMode is MergeMode.Merge or MergeMode.WaitAll or MergeMode.Converge;
        Connection? dead = null;
        for (var i = 0; i < inbound.Length; i++)
        {
            if (join.Arrived[i] > 0 || target.MergeMode is MergeMode.Merge or MergeMode.WaitAll && graph.IsBackward(inbound[i])) continue;
            if (IsPossible(run, node, graph, inbound[i])) return false;
            dead ??= inbound[i];
        }

        if (dead is not null && mustAllArrive)
        {
            if (!join.Stuck) ReportStuck(run, join, target, dead);
            return false;
        }

        Fire(run, node, join, target);
        return true;
    }

    private static void Fire(Run run, NodeState node, JoinState join, Activity target)
    {
        for (var i = 0; i < join.Arrived.Length; i++)
            if (join.Arrived[i] > 0) join.Arrived[i]--;
        if (Array.TrueForAll(join.Arrived, count => count == 0) && !Array.Exists(join.Absorb, absorb => absorb)) node.Joins!.Remove(join);
        run.Schedule(target, node);
    }

    private static bool IsPossible(Run run, NodeState node, Flowgraph graph, Connection connection)
    {
        foreach (var live in run.LiveChildren(node))
            if (graph.CanFeed(live, connection)) return true;
        foreach (var other in node.Joins!)
            if (Array.Exists(other.Arrived, count => count > 0) && graph.CanFeed(run.Definition.Activities[other.Activity], connection)) return true;
        return false;
    }

    private static void CancelRivals(Run run, NodeState node, Flowgraph graph, JoinState join, Connection[] inbound)
    {
        bool IsRival(Activity live) => Array.Exists(inbound, connection => graph.CanFeed(live, connection));
        foreach (var other in run.State.Nodes.ToArray())
            if (other.Parent == node.Id && IsRival(run.ActivityOf(other))) run.CancelNode(other);
        run.Unschedule(node, IsRival);
        node.Joins!.RemoveAll(other => other != join && IsRival(run.Definition.Activities[other.Activity]));
    }

    /// <summary>Nothing runs, and joins wait for each other: the first that may leave branches out goes on.</summary>
    private static void Untangle(Run run, NodeState node, List<JoinState> joins)
    {
        if (joins.Exists(join => join.Stuck)) return;
        var soft = joins.Find(join => run.Definition.Activities[join.Activity].MergeMode is null or MergeMode.Stream or MergeMode.WaitAllActive);
        if (soft is not null)
        {
            Fire(run, node, soft, run.Definition.Activities[soft.Activity]);
            return;
        }

        var target = run.Definition.Activities[joins[0].Activity];
        var inbound = run.ActivityOf(node).Graph!.InboundArray(target);
        ReportStuck(run, joins[0], target, inbound[Array.FindIndex(joins[0].Arrived, count => count == 0)]);
    }

    private static void ReportStuck(Run run, JoinState join, Activity target, Connection dead)
    {
        join.Stuck = true;
        // What is still to run in this decision may end the whole, as a Finish beside the join does.
        run.EmitAtRest(new RaiseIncident(target.Id, "join-dead-branch", new(
            $"汇合“{target.DisplayText}”在等“{dead.Source.DisplayText}”，但这条路已不会走到；重试即不再等它",
            $"The join \"{target.DisplayText}\" waits for \"{dead.Source.DisplayText}\", which can no longer be reached; retry to go on without it"), run.Context.Now));
    }
}
