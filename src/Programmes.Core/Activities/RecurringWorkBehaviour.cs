using System.Text.Json;
using Programmes.Core.Calendars;
using Programmes.Core.Dates;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>
/// Work that comes back every month, quarter, half-year or year between two days, beside the main line. A late period stays open
/// while the next ones come, until its closing date, if it has one: what was not filed by then is missed for good.
/// </summary>
internal sealed class RecurringWorkBehaviour : Behaviour
{
    public const string MissedOutcome = "Missed";
    public const string PeriodStart = "period.start";
    public const string PeriodEnd = "period.end";
    private static readonly string[] Missed = [MissedOutcome];

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var (from, until) = (Required(run, activity, "from", parent), Required(run, activity, "until", parent));
        if (until < from)
            throw new ActivityFault("recurring-dates", new($"“{activity.DisplayText}”止于 {until:yyyy-MM-dd}，早于开始的 {from:yyyy-MM-dd}", $"\"{activity.DisplayText}\" ends on {until:yyyy-MM-dd}, before it begins on {from:yyyy-MM-dd}"));
        var node = run.Open(activity, parent);
        run.State.Dates[FromOf(activity)] = from;
        run.State.Dates[UntilOf(activity)] = until;
        Advance(run, node, activity);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        run.RemoveBookmark(bookmark);
        switch (bookmark.Kind)
        {
            case BookmarkKind.WorkItemOverdue when run.Context.Facts.IsSubmitted(bookmark.Key!):
                break;
            case BookmarkKind.WorkItemOverdue:
                RemoveBookmark(run, node, BookmarkKind.WorkItem, bookmark.Key!);
                WorkItems.Close(run, bookmark.Key!, WorkItemEnd.Cancelled, MissedOutcome);
                run.Follow(node, Missed);
                break;
            case BookmarkKind.WorkItem:
                var closed = (WorkItemClosed)run.Stimulus;
                run.Remember($"{activity.Id}.completed");
                RemoveBookmark(run, node, BookmarkKind.WorkItemOverdue, closed.WorkItem);
                WorkItems.Close(run, closed.WorkItem, closed.Waived ? WorkItemEnd.Waived : WorkItemEnd.Completed, closed.Outcome);
                run.SetOutput(activity, "outcome", closed.Outcome, node);
                // The port Done is that of the whole; a period's other outcomes have ports of their own.
                if (closed.Outcome != ActivityDescriptor.DoneOutcome) run.Follow(node, [closed.Outcome]);
                break;
        }

        Advance(run, node, activity);
    }

    public override void Cancelled(Run run, NodeState node)
    {
        foreach (var bookmark in run.State.Bookmarks)
            if (bookmark.Node == node.Id && bookmark.Kind == BookmarkKind.WorkItem) WorkItems.Close(run, bookmark.Key!, WorkItemEnd.Cancelled, null);
    }

    public override void DueMoved(Run run, NodeState node, Activity activity, DueMoved moved, DateTimeOffset dueAt)
    {
        // Nothing closes before it is due.
        if (Find(run, node, BookmarkKind.WorkItemOverdue, moved.WorkItem) is not { } closing || closing.DueAt >= dueAt) return;
        run.RemoveBookmark(closing);
        run.AddBookmark(node, BookmarkKind.WorkItemOverdue, moved.WorkItem, dueAt);
    }

    /// <summary>A report is about its month or quarter, which a suspension does not move; only what is open gets its time back.</summary>
    public override DateTimeOffset? TimerMoved(Run run, NodeState node, Activity activity, Bookmark bookmark, DatesMoved moved) =>
        bookmark.Kind == BookmarkKind.Timer ? null : base.TimerMoved(run, node, activity, bookmark, moved);

    public override void DatesMoved(Run run, NodeState node, Activity activity, DatesMoved moved)
    {
        var until = run.State.Dates[UntilOf(activity)];
        if (until >= ChinaTime.DateOf(moved.From)) run.State.Dates[UntilOf(activity)] = DateMoves.MovedOn(run, node, activity, "until", until, moved);
    }

    /// <summary>Opens the periods whose time has come; sets a timer for the next, or ends when all are through.</summary>
    private static void Advance(Run run, NodeState node, Activity activity)
    {
        var (from, until) = (run.State.Dates[FromOf(activity)], run.State.Dates[UntilOf(activity)]);
        var every = Enum.Parse<Recurrence>(run.RequiredText(activity, "every", node), ignoreCase: true);
        var period = ReportingPeriod.Containing(every, from);
        for (var i = 0; i < node.Cursor; i++) period = period.Next();
        for (; period.Start <= until; period = period.Next(), node.Cursor++)
        {
            var part = period.Within(from, until);
            var anchors = new Dictionary<string, DateOnly>(StringComparer.Ordinal) { [PeriodStart] = part.Start, [PeriodEnd] = part.End };
            var opens = run.Date(activity, "opens", node, anchors)?.On ?? part.Start;
            if (opens > run.Today)
            {
                if (!run.State.Bookmarks.Exists(bookmark => bookmark.Node == node.Id && bookmark.Kind == BookmarkKind.Timer))
                    run.AddBookmark(node, BookmarkKind.Timer, null, ChinaTime.StartOf(opens));
                return;
            }

            OpenPeriod(run, node, activity, period, anchors);
        }

        if (!run.State.Bookmarks.Exists(bookmark => bookmark.Node == node.Id && bookmark.Kind == BookmarkKind.WorkItem)) run.Complete(node);
    }

    private static void OpenPeriod(Run run, NodeState node, Activity activity, ReportingPeriod period, Dictionary<string, DateOnly> anchors)
    {
        var (title, name) = (Texts.Title(run, activity, node), period.Name);
        var due = run.Date(activity, "due", node, anchors);
        var closes = run.Date(activity, "closes", node, anchors);
        var subject = run.NextSubject();
        run.Remember($"{activity.Id}.opened");
        WorkItems.Open(run, node, activity, subject, new($"{title.Zh}（{name.Zh}）", $"{title.En} ({name.En})"), due, run.Texts(activity, "outcomes", node),
            item => item with { Instructions = WithTasks(item.Instructions, TasksOf(run, node, activity, period)) });
        if (closes is null) return;
        var last = due is not null && due.On > closes.On ? due.On : closes.On;
        run.AddBookmark(node, BookmarkKind.WorkItemOverdue, subject, WorkItems.EndOf(run, last));
    }

    /// <summary>What the plan sets for this period: of the month in which it begins.</summary>
    private static string? TasksOf(Run run, NodeState node, Activity activity, ReportingPeriod period) =>
        run.Input(activity, "tasks", node) is JsonElement { ValueKind: JsonValueKind.Object } tasks && tasks.TryGetProperty($"{period.Start:yyyy-MM}", out var own)
            ? WorkflowValue.AsText(WorkflowValue.FromJson(own))
            : null;

    private static string? WithTasks(string? instructions, string? tasks) =>
        string.IsNullOrWhiteSpace(tasks) ? instructions : $"{instructions}{(instructions is null ? "" : "\n")}本期任务：{tasks}";

    private static Bookmark? Find(Run run, NodeState node, BookmarkKind kind, string key) =>
        run.State.Bookmarks.Find(bookmark => bookmark.Node == node.Id && bookmark.Kind == kind && bookmark.Key == key);

    private static void RemoveBookmark(Run run, NodeState node, BookmarkKind kind, string key)
    {
        if (Find(run, node, kind, key) is { } bookmark) run.RemoveBookmark(bookmark);
    }

    private static DateOnly Required(Run run, Activity activity, string input, NodeState? from) =>
        (run.Date(activity, input, from) ?? throw new ActivityFault("input-missing", new($"“{activity.DisplayText}”缺少“{input}”", $"\"{activity.DisplayText}\" needs {input}"))).On;

    private static string FromOf(Activity activity) => $"{activity.Id}.from";

    private static string UntilOf(Activity activity) => $"{activity.Id}.until";
}
