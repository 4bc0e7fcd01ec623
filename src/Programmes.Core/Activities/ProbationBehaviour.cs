using Programmes.Core.Dates;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>
/// 保留资格: a unit that failed applies within a time limit to keep what it has for a period, rectifies, asks for a re-check, and
/// passes or fails it. Who does not apply in time, or asks for no re-check before the period ends, has lost it.
/// </summary>
internal sealed class ProbationBehaviour : Behaviour
{
    public const string Apply = "Apply";
    public const string Waive = "Waive";
    public const string Refused = "Refused";
    public const string Pass = "Pass";
    public const string Fail = "Fail";

    private const int Applying = 0;
    private const int Rectifying = 1;
    private const int Rechecking = 2;

    /// <summary>The probation's id, and how many re-checks there were; kept with the node.</summary>
    private const string Id = "$probation";
    private const string Rechecks = "$rechecks";

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var from = run.Date(activity, "from", parent)?.On ?? run.Today;
        run.State.Dates[$"{activity.Id}.from"] = from;
        var kept = run.Date($"{activity.Id}.from + {run.RequiredText(activity, "period", parent)}", activity);
        var applyBy = run.Date($"{activity.Id}.from + {run.RequiredText(activity, "applyWithin", parent)}", activity);
        if (applyBy.On > kept.On) applyBy = kept;
        var node = run.Open(activity, parent);
        var id = run.NextSubject();
        (node.Variables ??= [])[Id] = id;
        node.Variables[Rechecks] = 0L;
        run.State.Dates[$"{activity.Id}.keptUntil"] = kept.On;
        run.Emit(new OpenProbation(id, activity.Id, Texts.Title(run, activity, node), from, applyBy, kept, run.Number(activity, "rechecks", node), run.Text(activity, "clause", node)));
        OpenItem(run, node, activity, Applying, applyBy);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        run.RemoveBookmark(bookmark);
        if (bookmark.Kind == BookmarkKind.WorkItemOverdue)
        {
            // What was handed in by its deadline is not overdue because its approval takes longer.
            if (run.Context.Facts.IsSubmitted(node.Subject!)) return;
            CloseItem(run, node, WorkItemEnd.Cancelled, WorkItemBehaviour.OverdueOutcome);
            End(run, node, node.Cursor == Applying ? ProbationStatus.NotApplied : ProbationStatus.Failed);
            return;
        }

        var closed = (WorkItemClosed)run.Stimulus;
        CloseItem(run, node, closed.Waived ? WorkItemEnd.Waived : WorkItemEnd.Completed, closed.Outcome);
        switch (node.Cursor, closed.Outcome)
        {
            case (Applying, Waive):
                End(run, node, ProbationStatus.NotApplied);
                break;
            case (Applying, Refused):
                End(run, node, ProbationStatus.Failed);
                break;
            case (Applying, _):
                Rectify(run, node, activity);
                break;
            case (Rectifying, _):
                Move(run, node, ProbationStatus.RecheckAsked);
                run.Remember($"{activity.Id}.recheckAsked");
                OpenItem(run, node, activity, Rechecking, run.Date($"opened + {run.RequiredText(activity, "recheckWithin", node)}", activity));
                break;
            case (_, Fail):
                var rechecks = Convert.ToInt64(node.Variables![Rechecks], System.Globalization.CultureInfo.InvariantCulture) + 1;
                node.Variables[Rechecks] = rechecks;
                if (rechecks < run.Number(activity, "rechecks", node) && run.Today <= run.State.Dates[$"{activity.Id}.keptUntil"]) Rectify(run, node, activity);
                else End(run, node, ProbationStatus.Failed);
                break;
            default:
                End(run, node, ProbationStatus.Passed);
                break;
        }
    }

    public override void Cancelled(Run run, NodeState node)
    {
        if (node.Subject is null) return;
        CloseItem(run, node, WorkItemEnd.Cancelled, null);
        Move(run, node, ProbationStatus.Cancelled);
    }

    public override void DueMoved(Run run, NodeState node, Activity activity, DueMoved moved, DateTimeOffset dueAt)
    {
        if (run.State.Bookmarks.Find(b => b.Node == node.Id && b.Kind == BookmarkKind.WorkItemOverdue) is not { } old) return;
        run.RemoveBookmark(old);
        run.AddBookmark(node, BookmarkKind.WorkItemOverdue, null, dueAt);
    }

    public override void DatesMoved(Run run, NodeState node, Activity activity, DatesMoved moved)
    {
        var kept = run.State.Dates[$"{activity.Id}.keptUntil"];
        if (WorkItems.EndOf(run, kept) <= moved.From) return;
        run.State.Dates[$"{activity.Id}.keptUntil"] = kept = DateMoves.Moved(run, kept, moved);
        var applyBy = run.Date($"{activity.Id}.from + {run.RequiredText(activity, "applyWithin", node)}", activity).On;
        if (WorkItems.EndOf(run, applyBy) > moved.From) applyBy = DateMoves.Moved(run, applyBy, moved);
        run.Emit(new MoveProbationDates((string)node.Variables![Id]!, applyBy < kept ? applyBy : kept, kept));
    }

    private static void Rectify(Run run, NodeState node, Activity activity)
    {
        Move(run, node, ProbationStatus.Rectifying);
        OpenItem(run, node, activity, Rectifying, run.Date($"{activity.Id}.keptUntil", activity));
    }

    /// <summary>The three duties: the unit's application, its rectification with the request for a re-check, the re-check.</summary>
    private static void OpenItem(Run run, NodeState node, Activity activity, int phase, ResolvedDate due)
    {
        var title = Texts.Title(run, activity, node);
        var (words, outcomes) = phase switch
        {
            Applying => (new Text($"申请{title.Zh}", $"Apply: {title.En}"), run.Text(activity, "approver", node) is null ? [Apply, Waive] : new[] { Apply, Waive, Refused }),
            Rectifying => (new Text($"整改并申请复查（{title.Zh}）", $"Rectify and ask for the re-check ({title.En})"), [ActivityDescriptor.DoneOutcome]),
            _ => (new Text($"复查（{title.Zh}）", $"Re-check ({title.En})"), [Pass, Fail]),
        };
        node.Cursor = phase;
        node.Subject = run.NextSubject();
        WorkItems.Open(run, node, activity, node.Subject, words, due, outcomes, item => item with
        {
            Role = phase == Rechecking ? run.RequiredRole(activity, "checker", node) : item.Role,
            Reviewer = phase == Applying ? run.Role(activity, "approver", node) : null,
            Form = phase == Rechecking ? null : item.Form,
            Evidence = phase == Rechecking ? EvidenceRule.Optional : item.Evidence,
        });
        if (phase != Rechecking) run.AddBookmark(node, BookmarkKind.WorkItemOverdue, null, WorkItems.EndOf(run, due.On));
    }

    private static void CloseItem(Run run, NodeState node, WorkItemEnd end, string? outcome)
    {
        run.RemoveBookmarks(node);
        WorkItems.Close(run, node.Subject!, end, outcome);
        node.Subject = null;
    }

    private static void Move(Run run, NodeState node, ProbationStatus status) => run.Emit(new MoveProbation((string)node.Variables![Id]!, status, run.Today));

    private static void End(Run run, NodeState node, ProbationStatus status)
    {
        Move(run, node, status);
        run.Complete(node, [status.ToString()]);
    }
}
