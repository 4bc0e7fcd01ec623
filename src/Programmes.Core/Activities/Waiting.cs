using System.Globalization;
using Programmes.Core.Calendars;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>Waits for an instant. A wait of years is a row with a date; no timer in memory holds it.</summary>
/// <param name="rule">The input whose day it waits for; null: it waits for an instant.</param>
internal sealed class TimerBehaviour(Func<Run, Activity, NodeState?, DateTimeOffset> due, string? rule = null) : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var at = due(run, activity, parent);
        if (at <= run.Nominal) run.Complete(activity, parent);
        else run.AddBookmark(run.Open(activity, parent), BookmarkKind.Timer, null, at);
    }

    public override DateTimeOffset? TimerMoved(Run run, NodeState node, Activity activity, Bookmark bookmark, DatesMoved moved)
    {
        if (rule is null) return base.TimerMoved(run, node, activity, bookmark, moved);
        var untilEnd = run.Flag(activity, "untilEnd", node);
        var old = untilEnd ? DateMoves.LastDayOf(bookmark.DueAt!.Value) : ChinaTime.DateOf(bookmark.DueAt!.Value);
        var to = DateMoves.MovedOn(run, node, activity, rule, old, moved);
        return untilEnd ? WorkItems.EndOf(run, to) : ChinaTime.StartOf(to);
    }

    /// <summary>Counts from the nominal instant, so that a late engine shifts nothing.</summary>
    public static DateTimeOffset After(Run run, Activity activity, string input, NodeState? parent)
    {
        var text = run.RequiredText(activity, input, parent);
        return TimeSpans.TryParse(text, out var span, out var error) ? run.Nominal + span : throw new ActivityFault("time-span", error);
    }

    public static DateTimeOffset At(Run run, Activity activity, NodeState? parent)
    {
        var text = run.RequiredText(activity, "dateTime", parent);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new ActivityFault("date-time", new($"“{text}”不是时间", $"\"{text}\" is no instant"));
    }

    public static DateTimeOffset Until(Run run, Activity activity, NodeState? parent)
    {
        var date = run.Date(activity, "on", parent) ?? throw new ActivityFault("input-missing", new($"“{activity.DisplayText}”没有日期", $"\"{activity.DisplayText}\" has no date"));
        return run.Flag(activity, "untilEnd", parent) ? ChinaTime.EndOf(date.On, run.Context.Launch?.BusinessClose) : ChinaTime.StartOf(date.On);
    }
}

internal sealed class EventBehaviour : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent) =>
        run.AddBookmark(run.Open(activity, parent), BookmarkKind.Event, run.RequiredText(activity, "eventName", parent));

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        if (run.Stimulus is EventPublished published) run.SetOutput(activity, "result", published.Payload, node);
        run.Complete(node);
    }
}

internal sealed class RunTaskBehaviour : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var name = run.RequiredText(activity, "taskName", parent);
        var node = run.Open(activity, parent);
        var bookmark = run.AddBookmark(node, BookmarkKind.RunTask, name);
        run.Emit(new AskTask(bookmark.Id, name, run.Input(activity, "payload", node)));
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        if (run.Stimulus is TaskFinished finished) run.SetOutput(activity, "result", finished.Result, node);
        run.Complete(node);
    }
}
