using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>A suspended programme goes on with its dates moved: everything that was to fall due after the suspension began falls due so much later.</summary>
internal static class DateMoves
{
    public static void Apply(Run run, DatesMoved moved)
    {
        foreach (var bookmark in run.State.Bookmarks.ToArray())
        {
            if (bookmark.DueAt is not { } due || due <= moved.From || run.State.FindNode(bookmark.Node) is not { } node) continue;
            if (bookmark.Kind == BookmarkKind.Notice)
            {
                // Its window ran while nothing did: the public gets a full one.
                PublicNoticeBehaviour.Republish(run, node, new(bookmark.Key!, moved.Reason));
            }
            else if (run.ActivityOf(node) is var activity && activity.Descriptor.Behaviour.TimerMoved(run, node, activity, bookmark, moved) is { } at)
            {
                run.RemoveBookmark(bookmark);
                run.AddBookmark(node, bookmark.Kind, bookmark.Key, at);
            }
        }

        foreach (var bookmark in run.State.Bookmarks.ToArray())
            if (bookmark.Kind == BookmarkKind.WorkItem && run.State.FindNode(bookmark.Node) is { } node) MoveItem(run, node, bookmark.Key!, moved);
        foreach (var node in run.State.Nodes.ToArray())
            if (run.ActivityOf(node) is var activity) activity.Descriptor.Behaviour.DatesMoved(run, node, activity, moved);
    }

    /// <summary>The new day of something that waits for a rule's day: the rule's, if the launch moved it, else the old one moved.</summary>
    public static DateOnly MovedOn(Run run, NodeState node, Activity activity, string input, DateOnly old, DatesMoved moved)
    {
        try
        {
            // A rule that counts from the opening would count from today.
            if (run.Text(activity, input, node) is { } rule && !rule.Contains("opened", StringComparison.Ordinal) && run.Date(rule, activity).On is var fresh && fresh > old) return fresh;
        }
        catch (ActivityFault)
        {
            // What it counts from is not known any more; the day itself is.
        }

        return Moved(run, old, moved);
    }

    public static DateOnly Moved(Run run, DateOnly old, DatesMoved moved) => Suspensions.Move(old, moved.Days, run.Context.Calendar);

    /// <summary>The last day (inclusive) that ends at this instant, at 24:00 or at the close of business.</summary>
    public static DateOnly LastDayOf(DateTimeOffset end) => ChinaTime.DateOf(end.AddTicks(-1));

    /// <summary>The date in force moves, also an extended one; what was late before the suspension stays late.</summary>
    private static void MoveItem(Run run, NodeState node, string workItem, DatesMoved moved)
    {
        if (run.Context.Facts.DueOn(workItem) is not { } due || WorkItems.EndOf(run, due) <= moved.From) return;
        var to = Moved(run, due, moved);
        var dueAt = WorkItems.EndOf(run, to);
        run.Emit(new MoveDue(
            workItem,
            new(to, run.Context.Calendar.IsProvisional(to), [new($"原定 {due:yyyy-MM-dd}；专项工作暂停 {moved.Days} 日，顺延至 {to:yyyy-MM-dd}：{moved.Reason}", $"Was {due:yyyy-MM-dd}; the programme was suspended for {moved.Days} days, moved to {to:yyyy-MM-dd}: {moved.Reason}")]),
            dueAt, moved.Reason, BySuspension: true));
        var activity = run.ActivityOf(node);
        activity.Descriptor.Behaviour.DueMoved(run, node, activity, new(workItem, to, moved.Reason), dueAt);
    }
}
