using Programmes.Core.Calendars;
using Programmes.Core.Dates;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>
/// A duty of a role. It opens at once, or on its opening date; a passed deadline leaves it open and late by default,
/// or interrupts it, or fires a second branch while it stays open.
/// </summary>
internal class WorkItemBehaviour : Behaviour
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
                if (!Interrupts(run, node, activity)) run.Follow(node, Overdue);
                // What was handed in by its deadline is not overdue because its review takes longer.
                else if (!run.Context.Facts.IsSubmitted(node.Subject!)) run.Complete(Close(run, node, WorkItemEnd.Cancelled, OverdueOutcome), Overdue);
                break;
            default:
                var closed = (WorkItemClosed)run.Stimulus;
                run.Remember($"{activity.Id}.completed");
                Close(run, node, closed.Waived ? WorkItemEnd.Waived : WorkItemEnd.Completed, closed.Outcome);
                if (run.Text(activity, "units", node) is not null) run.Emit(new DeliverRows(closed.WorkItem, activity.Id, run.Today));
                run.SetOutput(activity, "outcome", closed.Outcome, node);
                WorkItems.SetValues(run, node, activity, closed.Values);
                run.Complete(node, [closed.Outcome]);
                break;
        }
    }

    public override void Cancelled(Run run, NodeState node)
    {
        if (node.Subject is not null) Close(run, node, WorkItemEnd.Cancelled, null);
    }

    public override void DueMoved(Run run, NodeState node, Activity activity, DueMoved moved, DateTimeOffset dueAt)
    {
        run.State.Dates[$"{activity.Id}.due"] = moved.DueOn;
        if (run.State.Bookmarks.Find(b => b.Node == node.Id && b.Kind == BookmarkKind.WorkItemOverdue) is { } old) run.RemoveBookmark(old);
        Arm(run, node, activity, dueAt);
    }

    public override DateTimeOffset? TimerMoved(Run run, NodeState node, Activity activity, Bookmark bookmark, DatesMoved moved) => bookmark.Kind == BookmarkKind.Timer
        ? ChinaTime.StartOf(DateMoves.MovedOn(run, node, activity, "opens", ChinaTime.DateOf(bookmark.DueAt!.Value), moved))
        : base.TimerMoved(run, node, activity, bookmark, moved);

    /// <summary>How many units the step may select; null: it selects none.</summary>
    protected virtual Quota? QuotaOf(Run run, Activity activity, NodeState node) => null;

    protected virtual IReadOnlyList<string> RowOutcomesOf(Run run, Activity activity, NodeState node) => run.Texts(activity, "rowOutcomes", node);

    private static NodeState Close(Run run, NodeState node, WorkItemEnd end, string? outcome)
    {
        WorkItems.Close(run, node.Subject!, end, outcome);
        node.Subject = null;
        return node;
    }

    private void OpenItem(Run run, NodeState node, Activity activity, ResolvedDate? due)
    {
        var units = run.Text(activity, "units", node);
        UnitSelection? selection = null;
        if (units is not null && !UnitSelection.TryParse(units, out selection))
            throw new ActivityFault("units", new($"“{units}”应为 all 或“步骤:结果”", $"\"{units}\" must be all or step:Outcome"));
        node.Subject = run.NextSubject();
        run.Remember($"{activity.Id}.opened");
        if (due is not null) run.State.Dates[$"{activity.Id}.due"] = due.On;
        WorkItems.Open(run, node, activity, node.Subject, Texts.Title(run, activity, node), due, run.Texts(activity, "outcomes", node), item => item with
        {
            Units = selection,
            RowOutcomes = selection is null ? null : RowOutcomesOf(run, activity, node),
            Quota = selection is null ? null : QuotaOf(run, activity, node),
        });
        if (due is not null) Arm(run, node, activity, WorkItems.EndOf(run, due.On));
    }

    private static void Arm(Run run, NodeState node, Activity activity, DateTimeOffset dueAt)
    {
        var mode = run.Text(activity, "onOverdue", node);
        if (mode is not null && !mode.Equals("stay", StringComparison.OrdinalIgnoreCase)) run.AddBookmark(node, BookmarkKind.WorkItemOverdue, null, dueAt);
    }

    private static bool Interrupts(Run run, NodeState node, Activity activity) => string.Equals(run.Text(activity, "onOverdue", node), "interrupt", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Work items as every activity that has some opens, moves and closes them.</summary>
internal static class WorkItems
{
    /// <summary>Opens a work item with the inputs that all such activities share, and waits for it.</summary>
    /// <param name="more">What only this activity gives.</param>
    public static void Open(Run run, NodeState node, Activity activity, string subject, Text title, ResolvedDate? due, IReadOnlyList<string> outcomes, Func<OpenWorkItem, OpenWorkItem>? more = null)
    {
        var item = new OpenWorkItem(
            subject, activity.Id, title, run.Text(activity, "instructions", node), run.RequiredRole(activity, "role", node), run.Role(activity, "reviewer", node),
            run.Today, due, due is null ? null : EndOf(run, due.On), run.Text(activity, "form", node),
            Enum.TryParse<EvidenceRule>(run.Text(activity, "evidence", node), ignoreCase: true, out var rule) ? rule : EvidenceRule.Optional,
            outcomes, run.Text(activity, "clause", node), null, run.Text(activity, "reminders", node), Paper: PaperRule.Of(run, activity, node));
        run.Emit(more is null ? item : more(item));
        run.AddBookmark(node, BookmarkKind.WorkItem, subject);
    }

    public static void Close(Run run, string subject, WorkItemEnd end, string? outcome) => run.Emit(new CloseWorkItem(subject, end, outcome, run.Today, run.Actor));

    /// <summary>Longest form that a variable takes, in characters of JSON; the state of an instance is bounded.</summary>
    public const int ValuesLengthMax = 16 * 1024;

    public static void SetValues(Run run, NodeState node, Activity activity, string? values)
    {
        if (values is null || !activity.Outputs.ContainsKey("values")) return;
        if (values.Length > ValuesLengthMax) throw new ActivityFault("values-too-long", new($"“{activity.DisplayText}”填写的内容超过 {ValuesLengthMax} 字，不能作为后续步骤的依据；请精简后重试", $"The form of \"{activity.DisplayText}\" has more than {ValuesLengthMax} characters and cannot be used by later steps; shorten it and retry"));
        using var json = System.Text.Json.JsonDocument.Parse(values);
        run.SetOutput(activity, "values", WorkflowValue.FromJson(json.RootElement), node);
    }

    /// <summary>A granted extension; the activity moves what it armed.</summary>
    public static void Move(Run run, NodeState node, DueMoved moved)
    {
        var dueAt = EndOf(run, moved.DueOn);
        run.Emit(new MoveDue(moved.WorkItem, new(moved.DueOn, run.Context.Calendar.IsProvisional(moved.DueOn), [new($"准予延期至 {moved.DueOn:yyyy-MM-dd}：{moved.Reason}", $"Extended to {moved.DueOn:yyyy-MM-dd}: {moved.Reason}")]), dueAt, moved.Reason));
        var activity = run.ActivityOf(node);
        activity.Descriptor.Behaviour.DueMoved(run, node, activity, moved, dueAt);
    }

    /// <summary>When a due date ends: at 24:00, or at the close of business.</summary>
    public static DateTimeOffset EndOf(Run run, DateOnly due) => ChinaTime.EndOf(due, run.Context.Launch?.BusinessClose);
}

/// <summary>A batch step that chooses units under a quota.</summary>
internal sealed class SelectUnitsBehaviour : WorkItemBehaviour
{
    private static readonly string[] Choices = [Quota.Selected, Quota.NotSelected];

    protected override IReadOnlyList<string> RowOutcomesOf(Run run, Activity activity, NodeState node) => Choices;

    protected override Quota QuotaOf(Run run, Activity activity, NodeState node)
    {
        var most = run.Decimal(activity, "most", node) is { } number ? (int)number : (int?)null;
        var share = run.Decimal(activity, "share", node);
        if (share is null) return new(most, null, null);
        var of = run.Number(activity, "shareOf", node);
        if (share is < 0 or > 100) throw new ActivityFault("share", new($"比例应在 0 到 100 之间，现为 {share}", $"A share is between 0 and 100, not {share}"));
        return new(most, Quota.ShareOf(share.Value, of), new($"{of} 个的 {share:0.##}%", $"{share:0.##}% of {of}"));
    }
}

internal static class Texts
{
    /// <summary>The Chinese title, and the English one beside it where the definition has one; then what it is about, if the step says so.</summary>
    public static Text Title(Run run, Activity activity, NodeState? node)
    {
        var zh = run.Text(activity, "title", node) ?? activity.DisplayText;
        var en = run.Text(activity, "titleEn", node) ?? zh;
        return run.Text(activity, "about", node) is { } about ? new($"{zh}：{about}", $"{en}: {run.Text(activity, "aboutEn", node) ?? about}") : new(zh, en);
    }
}
