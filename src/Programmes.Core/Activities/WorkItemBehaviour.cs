using Programmes.Core.Calendars;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>
/// A duty of a role. It opens at once, or on its opening date; a passed deadline leaves it open and late by default,
/// or interrupts it, or fires a second branch while it stays open.
/// </summary>
internal sealed class WorkItemBehaviour : Behaviour
{
    public const string OverdueOutcome = "Overdue";
    private static readonly string[] Overdue = [OverdueOutcome];

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var opens = run.Date(activity, "opens", parent);
        var due = run.Date(activity, "due", parent);
        var node = run.Open(activity, parent);
        if (opens is { } opening && opening.On > run.Today) run.AddBookmark(node, BookmarkKind.Timer, null, ChinaTime.StartOf(opening.On));
        else OpenItem(run, node, activity, due);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        switch (bookmark.Kind)
        {
            case BookmarkKind.Timer:
                run.RemoveBookmark(bookmark);
                OpenItem(run, node, activity, run.Date(activity, "due", node));
                break;
            case BookmarkKind.WorkItemOverdue:
                run.RemoveBookmark(bookmark);
                if (string.Equals(run.Text(activity, "onOverdue", node), "interrupt", StringComparison.OrdinalIgnoreCase)) run.Complete(Close(run, node, WorkItemEnd.Cancelled, OverdueOutcome), Overdue);
                else run.Follow(node, Overdue);
                break;
            default:
                var closed = (WorkItemClosed)run.Stimulus;
                run.Remember($"{activity.Id}.completed");
                Close(run, node, closed.Waived ? WorkItemEnd.Waived : WorkItemEnd.Completed, closed.Outcome);
                if (run.Text(activity, "units", node) is not null) run.Emit(new DeliverRows(closed.WorkItem, activity.Id, run.Today));
                run.SetOutput(activity, "outcome", closed.Outcome, node);
                run.Complete(node, [closed.Outcome]);
                break;
        }
    }

    public override void Cancelled(Run run, NodeState node)
    {
        if (node.Subject is not null) Close(run, node, WorkItemEnd.Cancelled, null);
    }

    /// <summary>A granted extension: the overdue timer is armed anew.</summary>
    public static void MoveDue(Run run, NodeState node, DueMoved moved)
    {
        var dueAt = ChinaTime.EndOf(moved.DueOn, run.Context.Launch?.BusinessClose);
        run.State.Dates[$"{node.Activity}.due"] = moved.DueOn;
        run.Emit(new MoveDue(moved.WorkItem, new(moved.DueOn, run.Context.Calendar.IsProvisional(moved.DueOn), [new($"准予延期至 {moved.DueOn:yyyy-MM-dd}：{moved.Reason}", $"Extended to {moved.DueOn:yyyy-MM-dd}: {moved.Reason}")]), dueAt, moved.Reason));
        var activity = run.ActivityOf(node);
        if (run.State.Bookmarks.Find(b => b.Node == node.Id && b.Kind == BookmarkKind.WorkItemOverdue) is { } old) run.RemoveBookmark(old);
        Arm(run, node, activity, dueAt);
    }

    private static NodeState Close(Run run, NodeState node, WorkItemEnd end, string? outcome)
    {
        run.Emit(new CloseWorkItem(node.Subject!, end, outcome, run.Today, run.Actor));
        node.Subject = null;
        return node;
    }

    private static void OpenItem(Run run, NodeState node, Activity activity, Dates.ResolvedDate? due)
    {
        var units = run.Text(activity, "units", node);
        UnitSelection? selection = null;
        if (units is not null && !UnitSelection.TryParse(units, out selection))
            throw new ActivityFault("units", new($"“{units}”应为 all 或“步骤:结果”", $"\"{units}\" must be all or step:Outcome"));
        var evidence = run.Text(activity, "evidence", node);
        node.Subject = run.NextSubject();
        run.Remember($"{activity.Id}.opened");
        if (due is not null) run.State.Dates[$"{activity.Id}.due"] = due.On;
        DateTimeOffset? dueAt = due is null ? null : ChinaTime.EndOf(due.On, run.Context.Launch?.BusinessClose);
        run.Emit(new OpenWorkItem(
            node.Subject, activity.Id, Texts.Title(run, activity, node), run.Text(activity, "instructions", node),
            run.RequiredRole(activity, "role", node), run.Role(activity, "reviewer", node), run.Today, due, dueAt,
            run.Text(activity, "form", node), Enum.TryParse<EvidenceRule>(evidence, ignoreCase: true, out var rule) ? rule : EvidenceRule.Optional,
            run.Texts(activity, "outcomes", node), run.Text(activity, "clause", node), selection, run.Text(activity, "reminders", node),
            selection is null ? null : run.Texts(activity, "rowOutcomes", node)));
        run.AddBookmark(node, BookmarkKind.WorkItem, node.Subject);
        if (dueAt is not null) Arm(run, node, activity, dueAt.Value);
    }

    private static void Arm(Run run, NodeState node, Activity activity, DateTimeOffset dueAt)
    {
        var mode = run.Text(activity, "onOverdue", node);
        if (mode is not null && !mode.Equals("stay", StringComparison.OrdinalIgnoreCase)) run.AddBookmark(node, BookmarkKind.WorkItemOverdue, null, dueAt);
    }
}

internal static class Texts
{
    /// <summary>The Chinese title, and the English one beside it where the definition has one.</summary>
    public static Text Title(Run run, Activity activity, NodeState? node)
    {
        var zh = run.Text(activity, "title", node) ?? activity.DisplayText;
        return new(zh, run.Text(activity, "titleEn", node) ?? zh);
    }
}
