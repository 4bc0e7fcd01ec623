namespace Programmes.Core.Workflows;

/// <param name="Port">The outcome that it follows.</param>
/// <param name="InboundIndex">Place among the target's inbound connections.</param>
public sealed record Connection(Activity Source, string Port, Activity Target, int InboundIndex);

/// <summary>The linked connections of a flowchart, and what can still reach what.</summary>
public sealed class Flowgraph
{
    private readonly IReadOnlyList<Activity> activities;
    private readonly Connection[][] outbound;
    private readonly Connection[][] inbound;

    /// <summary>Per join and inbound connection: from which activities the connection can still be followed without passing the join.</summary>
    private readonly bool[]?[][] feeders;

    internal Flowgraph(IReadOnlyList<Activity> activities, IEnumerable<(Activity Source, string Port, Activity Target)> connections)
    {
        this.activities = activities;
        var outgoing = activities.Select(_ => new List<Connection>()).ToArray();
        var incoming = activities.Select(_ => new List<Connection>()).ToArray();
        foreach (var (source, port, target) in connections)
        {
            var connection = new Connection(source, port, target, incoming[target.Position].Count);
            outgoing[source.Position].Add(connection);
            incoming[target.Position].Add(connection);
        }

        outbound = [.. outgoing.Select(list => list.ToArray())];
        inbound = [.. incoming.Select(list => list.ToArray())];
        feeders = [.. inbound.Select(list => new bool[]?[list.Length])];
        Start = FindStart();
    }

    /// <summary>Null only in an empty flowchart.</summary>
    public Activity? Start { get; }

    public IReadOnlyList<Connection> Outbound(Activity activity) => outbound[activity.Position];

    public IReadOnlyList<Connection> Inbound(Activity activity) => inbound[activity.Position];

    internal Connection[] OutboundArray(Activity activity) => outbound[activity.Position];

    internal Connection[] InboundArray(Activity activity) => inbound[activity.Position];

    /// <summary>
    /// Whether <paramref name="live"/>, still running or scheduled, could lead to this connection being followed
    /// without running the connection's target first.
    /// </summary>
    internal bool CanFeed(Activity live, Connection connection)
    {
        var join = connection.Target;
        if (live == join) return false;
        var memo = feeders[join.Position][connection.InboundIndex] ??= FindFeeders(connection);
        return memo[live.Position];
    }

    /// <summary>A connection that is reached only through its own target: the way back of a loop.</summary>
    internal bool IsBackward(Connection connection) =>
        connection.Source == connection.Target || Start is not null && Start != connection.Target && !CanFeed(Start, connection) || Start == connection.Target;

    /// <summary>Activities that no path from the start leads to.</summary>
    public IEnumerable<Activity> Unreachable()
    {
        if (Start is null) yield break;
        var seen = new bool[activities.Count];
        var open = new Stack<Activity>([Start]);
        seen[Start.Position] = true;
        while (open.TryPop(out var activity))
            foreach (var connection in outbound[activity.Position])
                if (!seen[connection.Target.Position])
                {
                    seen[connection.Target.Position] = true;
                    open.Push(connection.Target);
                }

        foreach (var activity in activities)
            if (!seen[activity.Position]) yield return activity;
    }

    private bool[] FindFeeders(Connection connection)
    {
        var found = new bool[activities.Count];
        var open = new Stack<Activity>();
        if (connection.Source != connection.Target)
        {
            found[connection.Source.Position] = true;
            open.Push(connection.Source);
        }

        while (open.TryPop(out var activity))
            foreach (var before in inbound[activity.Position])
                if (before.Source != connection.Target && !found[before.Source.Position])
                {
                    found[before.Source.Position] = true;
                    open.Push(before.Source);
                }

        return found;
    }

    /// <summary>Elsa's order: its Start activity, else one marked to start, else the first without inbound connections, else the first.</summary>
    private Activity? FindStart() =>
        activities.FirstOrDefault(activity => activity.Type == "Elsa.Start")
        ?? activities.FirstOrDefault(activity => activity.CanStartWorkflow)
        ?? activities.FirstOrDefault(activity => inbound[activity.Position].Length == 0)
        ?? (activities.Count > 0 ? activities[0] : null);
}
