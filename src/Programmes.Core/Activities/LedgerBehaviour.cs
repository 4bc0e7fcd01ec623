using System.Globalization;
using Programmes.Core.Calendars;
using Programmes.Core.Rehearsal;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>
/// 问题台账: opens when it is reached and stays open until its last day. Without an open entry it is cleared then; otherwise
/// <c>Unresolved</c> is followed while it stays open, and it is cleared when the last entry is closed (销号).
/// </summary>
internal sealed class LedgerBehaviour : Behaviour
{
    public const string ClearedOutcome = "Cleared";
    public const string UnresolvedOutcome = "Unresolved";
    public const string CancelledOutcome = "Cancelled";
    private static readonly string[] Cleared = [ClearedOutcome];
    private static readonly string[] Unresolved = [UnresolvedOutcome];

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var until = run.Date(activity, "until", parent) ?? throw new ActivityFault("input-missing", new($"“{activity.DisplayText}”没有截止日期（until）", $"\"{activity.DisplayText}\" has no last day (until)"));
        var role = run.RequiredRole(activity, "role", parent);
        var reviewer = run.Role(activity, "reviewer", parent);
        var evidence = run.Text(activity, "evidence", parent);
        var node = run.Open(activity, parent);
        node.Subject = run.NextSubject();
        run.Remember($"{activity.Id}.opened");
        run.State.Dates[$"{activity.Id}.due"] = until.On;
        run.Emit(new OpenLedger(
            node.Subject, activity.Id, Texts.Title(run, activity, node), role, reviewer, run.Texts(activity, "areas", node), run.Today, until,
            Enum.TryParse<EvidenceRule>(evidence, ignoreCase: true, out var rule) ? rule : EvidenceRule.Required, run.Text(activity, "clause", node)));
        run.AddBookmark(node, BookmarkKind.Ledger, node.Subject);
        run.AddBookmark(node, BookmarkKind.Timer, null, ChinaTime.EndOf(until.On, run.Context.Launch?.BusinessClose));
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        if (bookmark.Kind == BookmarkKind.Timer) run.RemoveBookmark(bookmark);
        // Before its last day has ended new problems may still be found.
        else if (run.State.Bookmarks.Exists(other => other.Node == node.Id && other.Kind == BookmarkKind.Timer)) return;
        var open = run.Context.Facts.OpenEntries(node.Subject!);
        if (open == 0)
        {
            Close(run, node, activity, ClearedOutcome);
            run.Remember($"{activity.Id}.completed");
            run.Complete(node, Cleared);
        }
        else if (bookmark.Kind == BookmarkKind.Timer)
        {
            var title = Texts.Title(run, activity, node);
            run.Emit(new NoteEvent(EventKinds.LedgerUnresolved, activity.Id, new($"{title.Zh}：{open.ToString(CultureInfo.InvariantCulture)} 个问题未销号", $"{title.En}: {open.ToString(CultureInfo.InvariantCulture)} entries not closed"), LastDay(run, activity)));
            run.Follow(node, Unresolved);
        }
    }

    public override void Cancelled(Run run, NodeState node)
    {
        if (node.Subject is not null) Close(run, node, run.ActivityOf(node), CancelledOutcome);
    }

    public override DateTimeOffset? TimerMoved(Run run, NodeState node, Activity activity, Bookmark bookmark, DatesMoved moved)
    {
        // By its day and not by its rule, as the row of the ledger is moved.
        var until = DateMoves.Moved(run, DateMoves.LastDayOf(bookmark.DueAt!.Value), moved);
        run.State.Dates[$"{activity.Id}.due"] = until;
        return WorkItems.EndOf(run, until);
    }

    private static void Close(Run run, NodeState node, Activity activity, string outcome)
    {
        var title = Texts.Title(run, activity, node);
        run.Emit(new CloseLedger(node.Subject!, outcome, run.Today));
        run.Emit(new NoteEvent(EventKinds.LedgerClosed, activity.Id, outcome == ClearedOutcome ? new($"{title.Zh}：全部销号", $"{title.En}: all entries closed") : new($"{title.Zh}：已取消", $"{title.En}: cancelled"), run.Today));
        node.Subject = null;
    }

    /// <summary>It ends at 24:00, which is the next day already.</summary>
    private static DateOnly LastDay(Run run, Activity activity) => run.State.Dates[$"{activity.Id}.due"];
}
