using Programmes.Core.Calendars;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>A stretch of the programme with a title, a planned start and end, and a body; it opens on its start.</summary>
internal sealed class StageBehaviour : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var start = run.Date(activity, "start", parent);
        var node = run.Open(activity, parent);
        if (start is not null && start.On > run.Today) run.AddBookmark(node, BookmarkKind.Timer, null, ChinaTime.StartOf(start.On));
        else OpenStage(run, node, activity);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        run.RemoveBookmark(bookmark);
        if (node.Subject is null) OpenStage(run, node, activity);
        else Finish(run, node, activity);
    }

    public override void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes) => Finish(run, node, activity);

    public override void Cancelled(Run run, NodeState node)
    {
        if (node.Subject is not null) run.Emit(new CloseStage(node.Subject, run.Today, true));
    }

    public override DateTimeOffset? TimerMoved(Run run, NodeState node, Activity activity, Bookmark bookmark, DatesMoved moved)
    {
        var due = bookmark.DueAt!.Value;
        return node.Subject is null
            ? ChinaTime.StartOf(DateMoves.MovedOn(run, node, activity, "start", ChinaTime.DateOf(due), moved))
            : ChinaTime.EndOf(DateMoves.MovedOn(run, node, activity, "end", DateMoves.LastDayOf(due), moved));
    }

    public override void DatesMoved(Run run, NodeState node, Activity activity, DatesMoved moved)
    {
        if (node.Subject is null || !run.State.Dates.TryGetValue($"{activity.Id}.opened", out var opened)) return;
        var end = run.Date(activity, "end", node, new Dictionary<string, DateOnly> { ["opened"] = opened });
        // Where the launch moved it already, this is the new day.
        if (end is not null && ChinaTime.EndOf(end.On) > moved.From) run.Emit(new MoveStage(node.Subject, end));
    }

    private static void OpenStage(Run run, NodeState node, Activity activity)
    {
        var end = run.Date(activity, "end", node);
        node.Subject = run.NextSubject();
        run.Remember($"{activity.Id}.opened");
        run.Emit(new OpenStage(node.Subject, activity.Id, Texts.Title(run, activity, node), run.Today, run.Date(activity, "start", node), end));
        if (activity.Single("body") is { } body) run.Schedule(body, node);
        else if (end is not null && ChinaTime.EndOf(end.On) > run.Nominal) run.AddBookmark(node, BookmarkKind.Timer, null, ChinaTime.EndOf(end.On));
        else Finish(run, node, activity);
    }

    private static void Finish(Run run, NodeState node, Activity activity)
    {
        run.Remember($"{activity.Id}.completed");
        run.Emit(new CloseStage(node.Subject!, run.Today, false));
        node.Subject = null;
        run.Complete(node);
    }
}

/// <summary>
/// 公示: published on the day on which it is reached (day 0), open for full working days after it, closed by the calendar.
/// Objections live with the rows of the units: one suspends its unit only.
/// </summary>
internal sealed class PublicNoticeBehaviour : Behaviour
{
    public const string NoObjection = Programmes.BatchRows.NoObjection;
    public const string Upheld = "Upheld";
    private static readonly string[] Closed = [NoObjection];

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var window = Window(run, activity, parent);
        var node = run.Open(activity, parent);
        Publish(run, node, activity, window, null, null);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        // The window ends at 24:00, which is the next day already; what counts from its end counts from its last day.
        var closes = run.State.Dates[$"{activity.Id}.closes"];
        run.State.Dates[$"{activity.Id}.closed"] = closes;
        run.State.Dates["closed"] = closes;
        run.Emit(new CloseNotice(node.Subject!, closes));
        run.Emit(new DeliverRows(node.Subject!, activity.Id, run.Today));
        node.Subject = null;
        run.Complete(node, Closed);
    }

    public override void Cancelled(Run run, NodeState node)
    {
        if (node.Subject is not null) run.Emit(new WithdrawNotice(node.Subject, run.Today, "cancelled"));
    }

    /// <summary>The old notice stays on record as withdrawn; the corrected one has a full window of its own.</summary>
    public static void Republish(Run run, NodeState node, NoticeRepublished republished)
    {
        var activity = run.ActivityOf(node);
        var window = Window(run, activity, node);
        run.RemoveBookmarks(node);
        run.Emit(new WithdrawNotice(republished.Notice, run.Today, republished.Reason));
        Publish(run, node, activity, window, republished.Notice, republished.Reason);
    }

    private static (Dates.ResolvedDate Closes, int WorkingDays) Window(Run run, Activity activity, NodeState? from)
    {
        var days = run.Number(activity, "workingDays", from);
        if (days < 1) throw new ActivityFault("notice-days", new("公示期至少 1 个工作日", "A notice lasts at least 1 working day"));
        var counting = run.Flag(activity, "countPublicationDay", from) ? ", from the day itself" : "";
        return (run.Date($"opened + {days} working days{counting}", activity), days);
    }

    private static void Publish(Run run, NodeState node, Activity activity, (Dates.ResolvedDate Closes, int WorkingDays) window, string? replaces, string? reason)
    {
        if (!UnitSelection.TryParse(run.Text(activity, "units", node) ?? "all", out var selection))
            throw new ActivityFault("units", new("公示的单位应为 all 或“步骤:结果”", "The notice's units must be all or step:Outcome"));
        node.Subject = run.NextSubject();
        run.Remember($"{activity.Id}.published");
        run.Remember("published");
        run.State.Dates[$"{activity.Id}.closes"] = window.Closes.On;
        run.Emit(new OpenNotice(
            node.Subject, activity.Id, Texts.Title(run, activity, node), run.RequiredRole(activity, "role", node), run.Text(activity, "content", node),
            run.Today, window.Closes, window.WorkingDays, selection!, run.Text(activity, "clause", node), replaces, reason, run.Date(activity, "mustCloseBy", node)));
        run.AddBookmark(node, BookmarkKind.Notice, node.Subject, ChinaTime.EndOf(window.Closes.On, run.Context.Launch?.BusinessClose));
    }
}

/// <summary>A unit's workflow waits for what a step of its batch decides about it; the outcome is the port.</summary>
internal sealed class AwaitBatchStepBehaviour : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var step = run.RequiredText(activity, "step", parent);
        var node = run.Open(activity, parent);
        if (run.State.BatchOutcomes.ContainsKey(step)) Take(run, node, activity, step);
        else run.AddBookmark(node, BookmarkKind.BatchStep, step);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark) => Take(run, node, activity, bookmark.Key!);

    private static void Take(Run run, NodeState node, Activity activity, string step)
    {
        var decided = run.State.BatchOutcomes[step];
        run.State.BatchOutcomes.Remove(step);
        run.SetOutput(activity, "grade", decided.Grade, node);
        run.SetOutput(activity, "reason", decided.Reason, node);
        run.Complete(node, [decided.Outcome]);
    }
}

/// <summary>A failed unit asks the programme for a place in a later batch.</summary>
internal sealed class CarryOverBehaviour : Behaviour
{
    private static readonly string[] CarriedOver = ["CarriedOver"];
    private static readonly string[] Final = ["Final"];

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        if (run.Context is not { Launch: { } launch, Batch: { } batch, Unit: { } unit })
            throw new ActivityFault("no-unit", new("只有批次中的参与单位才能结转", "Only a unit of a batch can be carried over"));
        var node = run.Open(activity, parent);
        run.AddBookmark(node, BookmarkKind.CarryOver);
        run.Emit(new Send(launch.Id, $"carry-over-{node.Id}", new CarryOverAsked(unit, batch, run.State.InstanceId) { NominalAt = run.Nominal }));
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        if (run.Stimulus is CarryOverAnswered { Batch: { } number })
        {
            var name = run.Context.Launch!.FindBatch(number)?.Name ?? $"{number}";
            run.Emit(new NoteEvent("carried-over", activity.Id, new($"结转至{name}", $"Carried over to {name}"), run.Today));
            run.Complete(node, CarriedOver);
        }
        else
        {
            run.Complete(node, Final);
        }
    }
}

/// <summary>Small programme activities that end at once.</summary>
internal static class ProgrammeSteps
{
    private static readonly string[] Reached = ["Reached"];
    private static readonly string[] NotReached = ["NotReached"];

    public static string[]? RecordResult(Run run, Activity activity, NodeState? parent)
    {
        run.Emit(new RecordUnitResult(
            run.RequiredText(activity, "result", parent), run.Text(activity, "grade", parent), run.Flag(activity, "final", parent),
            run.Flag(activity, "achieved", parent), run.Today, run.Text(activity, "reason", parent)));
        return null;
    }

    public static string[]? Notify(Run run, Activity activity, NodeState? parent)
    {
        run.Emit(new SendMail(run.NextSubject(), activity.Id, [.. run.Texts(activity, "roles", parent).Select(run.Resolve)], run.RequiredText(activity, "subject", parent), run.Text(activity, "body", parent) ?? ""));
        return null;
    }

    public static string[]? EvaluateGoal(Run run, Activity activity, NodeState? parent)
    {
        var (reached, total) = run.Context.Facts.Goal();
        run.SetOutput(activity, "reached", (long)reached, parent);
        run.SetOutput(activity, "total", (long)total, parent);
        var title = Texts.Title(run, activity, parent);
        run.Emit(new NoteEvent("goal", activity.Id, new($"{title.Zh}：{reached}／{total}", $"{title.En}: {reached} of {total}"), run.Today));
        return reached >= total ? Reached : NotReached;
    }
}
