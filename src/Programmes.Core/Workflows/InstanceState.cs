using System.Text.Json.Serialization;

namespace Programmes.Core.Workflows;

public enum InstanceStatus { Running, Finished }

/// <summary>Elsa's sub-status: what a running instance is doing, or how a finished one ended.</summary>
public enum InstanceSubStatus { Pending, Suspended, Finished, Cancelled, Faulted }

/// <summary>
/// All that a workflow instance remembers between two decisions. Lists of units are never in here: they live in tables,
/// so that the state stays within <see cref="JsonLengthMax"/> whatever the size of a batch.
/// <see cref="Interpreter"/> never changes the state that it is given; it returns a changed copy.
/// </summary>
public sealed class InstanceState
{
    /// <summary>Grows by one with every change that an older program could not read. Old formats load forever.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Largest serialised state, in UTF-8 bytes.</summary>
    public const int JsonLengthMax = 64 * 1024;

    public int Format { get; set; } = CurrentFormat;
    public required string InstanceId { get; set; }
    public InstanceStatus Status { get; set; }
    public InstanceSubStatus SubStatus { get; set; }
    public string? Name { get; set; }
    public string? CorrelationId { get; set; }

    /// <summary>New ids derive from the instance id and this counter, which only grows.</summary>
    public int Counter { get; set; }

    /// <summary>The open activities, containers before what they contain.</summary>
    public List<NodeState> Nodes { get; set; } = [];
    public List<Bookmark> Bookmarks { get; set; } = [];

    /// <summary>Dates that happened (Asia/Shanghai), by anchor name: <c>verify.completed</c>, <c>published</c>.</summary>
    public Dictionary<string, DateOnly> Dates { get; set; } = [];
    public Dictionary<string, object?> Input { get; set; } = [];

    /// <summary>The workflow's own variables, by variable id; those of containers are in their nodes.</summary>
    public Dictionary<string, object?> Variables { get; set; } = [];
    public Dictionary<string, object?> Output { get; set; } = [];

    /// <summary>Outcomes of batch steps that arrived before this unit's workflow awaited them.</summary>
    public Dictionary<string, BatchOutcome> BatchOutcomes { get; set; } = [];

    /// <summary>The outcomes with which a finished instance ended.</summary>
    public List<string> Outcomes { get; set; } = [];

    /// <summary>When the instance must next be looked at: the earliest due bookmark; null when only a person or another instance can move it.</summary>
    [JsonIgnore]
    public DateTimeOffset? WakeAt
    {
        get
        {
            DateTimeOffset? earliest = null;
            foreach (var bookmark in Bookmarks)
                if (bookmark.DueAt is { } due && (earliest is null || due < earliest)) earliest = due;
            return earliest;
        }
    }

    public NodeState? FindNode(int id)
    {
        foreach (var node in Nodes)
            if (node.Id == id) return node;
        return null;
    }

    public Bookmark? FindBookmark(int id)
    {
        foreach (var bookmark in Bookmarks)
            if (bookmark.Id == id) return bookmark;
        return null;
    }

    internal InstanceState Copy()
    {
        var copy = new InstanceState
        {
            Format = Format,
            InstanceId = InstanceId,
            Status = Status,
            SubStatus = SubStatus,
            Name = Name,
            CorrelationId = CorrelationId,
            Counter = Counter,
            Nodes = new List<NodeState>(Nodes.Count + 2),
            Bookmarks = [.. Bookmarks],
            Dates = new(Dates),
            Input = Input,
            Variables = new(Variables),
            Output = new(Output),
            BatchOutcomes = new(BatchOutcomes),
            Outcomes = [.. Outcomes],
        };
        foreach (var node in Nodes) copy.Nodes.Add(node.Copy());
        return copy;
    }
}

/// <summary>What a batch step decided about one unit.</summary>
/// <param name="On">The day of the decision.</param>
public sealed record BatchOutcome(string Outcome, string? Grade, string? Reason, DateOnly On);

/// <summary>An open activity of an instance: a container, or an activity that waits.</summary>
public sealed class NodeState
{
    public required int Id { get; init; }

    /// <summary>The activity's id in the definition.</summary>
    public required string Activity { get; init; }

    /// <summary>The container that it was scheduled by; 0 for the root.</summary>
    public int Parent { get; init; }

    /// <summary>The activity execution record that is open while this node is.</summary>
    public int Execution { get; init; }

    /// <summary>A container's place: next child of a sequence, count of an iteration, cursor of a dispatch.</summary>
    public int Cursor { get; set; }

    /// <summary>An error stopped this activity; it waits for a person to retry it.</summary>
    public bool Faulted { get; set; }

    /// <summary>The id of the work item, notice or stage that the activity opened.</summary>
    public string? Subject { get; set; }

    /// <summary>Variables declared by this container, by variable id.</summary>
    public Dictionary<string, object?>? Variables { get; set; }

    /// <summary>Flowchart: arrivals at joins that have not run yet, and arrivals still to be absorbed.</summary>
    public List<JoinState>? Joins { get; set; }

    /// <summary>Children scheduled in the decision under way and not yet run; always 0 between decisions.</summary>
    [JsonIgnore]
    internal int Scheduled { get; set; }

    internal NodeState Copy() => new()
    {
        Id = Id,
        Activity = Activity,
        Parent = Parent,
        Execution = Execution,
        Cursor = Cursor,
        Faulted = Faulted,
        Subject = Subject,
        Variables = Variables is null ? null : new(Variables),
        Joins = Joins?.ConvertAll(join => join.Copy()),
    };
}

/// <summary>Where a join of a flowchart stands.</summary>
public sealed class JoinState
{
    public required string Activity { get; init; }

    /// <summary>Arrivals per inbound connection, in the order of the definition.</summary>
    public required int[] Arrived { get; init; }

    /// <summary>Inbound connections whose next arrival is taken without running the join again.</summary>
    public required bool[] Absorb { get; init; }

    /// <summary>A branch that it must wait for is dead; an incident was raised and a person decides.</summary>
    public bool Stuck { get; set; }

    internal JoinState Copy() => new() { Activity = Activity, Arrived = [.. Arrived], Absorb = [.. Absorb], Stuck = Stuck };
}

public enum BookmarkKind { Timer, WorkItem, WorkItemOverdue, Notice, Event, RunTask, Children, BatchStep, CarryOver, Ledger }

/// <summary>Something an open activity waits for. A stimulus that names a bookmark which is gone changes nothing.</summary>
/// <param name="Id">Unique within the instance.</param>
/// <param name="Node">The open activity that waits.</param>
/// <param name="Key">What is waited for: an event's name, a work item's id, a batch step's activity id.</param>
/// <param name="DueAt">The instant (UTC) at which the engine resumes it by itself.</param>
public sealed record Bookmark(int Id, int Node, string Activity, BookmarkKind Kind, string? Key, DateTimeOffset? DueAt);
