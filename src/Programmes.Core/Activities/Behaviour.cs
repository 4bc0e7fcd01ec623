using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>What an activity type does. One stateless object a type; everything remembered is in the node.</summary>
internal abstract class Behaviour
{
    /// <summary>Runs the activity: completes it at once, or opens a node that waits.</summary>
    /// <param name="parent">The container's node; null for the root.</param>
    public abstract void Execute(Run run, Activity activity, NodeState? parent);

    /// <summary>An activity inside this container completed.</summary>
    public virtual void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes) =>
        throw new InvalidOperationException($"{activity} contains no activities.");

    /// <summary>Something that the node waited for happened.</summary>
    public virtual void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark) => run.Complete(node);

    /// <summary>The due date of a work item that the node opened was moved.</summary>
    /// <param name="dueAt">The instant after which it is overdue now.</param>
    public virtual void DueMoved(Run run, NodeState node, Activity activity, DueMoved moved, DateTimeOffset dueAt)
    {
    }

    /// <summary>A bookmark's instant after a suspension; null: it stays. The end of a day is moved by its day, any other instant as it is.</summary>
    public virtual DateTimeOffset? TimerMoved(Run run, NodeState node, Activity activity, Bookmark bookmark, DatesMoved moved) => bookmark.Kind == BookmarkKind.WorkItemOverdue
        ? WorkItems.EndOf(run, DateMoves.Moved(run, DateMoves.LastDayOf(bookmark.DueAt!.Value), moved))
        : bookmark.DueAt!.Value.AddDays(moved.Days);

    /// <summary>The programme goes on after a suspension; its timers, work items and notices have moved already.</summary>
    public virtual void DatesMoved(Run run, NodeState node, Activity activity, DatesMoved moved)
    {
    }

    /// <summary>The node is about to go: take back what it opened.</summary>
    public virtual void Cancelled(Run run, NodeState node)
    {
    }
}
