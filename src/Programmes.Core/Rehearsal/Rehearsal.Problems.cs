using Programmes.Core.Workflows;

namespace Programmes.Core.Rehearsal;

/// <summary>What a rehearsal finds wrong with the plan. One report for each step and batch, not for each unit.</summary>
public sealed partial class Rehearsal
{
    /// <summary>Codes of problems that are about the plan's dates; they are judged with everybody on time.</summary>
    private static readonly string[] PlanCodes = ["due-before-open", "notice-too-late", "notice-after-stage", "rest-day", "stage-dates", "provisional"];

    /// <summary>Places named where a rehearsal stands still.</summary>
    private const int StandingMax = 5;

    /// <summary>Planned ends of the stages that are open, by instance and activity.</summary>
    private readonly Dictionary<(string Instance, string Activity), (Text Title, Dates.ResolvedDate End)> openStageEnds = [];

    private void Report(Actor? actor, Problem problem, DateOnly? on = null)
    {
        problem = problem with { Definition = actor?.Definition.DefinitionId, Batch = actor?.Batch, On = on };
        if (reported.Add((problem.Code, problem.Batch, problem.Definition, problem.ActivityId, problem.Property))) problems.Add(problem);
    }

    private void CheckDue(Actor actor, OpenWorkItem item, Dates.ResolvedDate due)
    {
        if (due.On < item.OpenedOn)
            Report(actor, Problem.Error("due-before-open", new(
                $"“{item.Title.Zh}”的期限 {due.On:yyyy-MM-dd} 早于它所等待的步骤完成之日 {item.OpenedOn:yyyy-MM-dd}；请改期限或调整顺序",
                $"\"{item.Title.En}\" is due on {due.On:yyyy-MM-dd}, before the step it waits for is done on {item.OpenedOn:yyyy-MM-dd}; change the date or the order"), null, item.Activity), due.On);
        else if (!calendar.IsWorkingDay(due.On))
            Report(actor, Problem.Warning("rest-day", new(
                $"“{item.Title.Zh}”的期限 {due.On:yyyy-MM-dd} 是休息日；此前最后一个工作日是 {calendar.WorkingDayOnOrBefore(due.On):yyyy-MM-dd}",
                $"\"{item.Title.En}\" is due on {due.On:yyyy-MM-dd}, a rest day; the last working day before it is {calendar.WorkingDayOnOrBefore(due.On):yyyy-MM-dd}"), null, item.Activity), due.On);
        if (due.IsProvisional)
            Report(actor, Problem.Warning("provisional", new(
                $"“{item.Title.Zh}”的期限 {due.On:yyyy-MM-dd} 为暂定：当年放假通知尚未发布",
                $"\"{item.Title.En}\" is due on {due.On:yyyy-MM-dd} provisionally: the holiday notice has not been issued"), null, item.Activity), due.On);
    }

    private void CheckNotice(Actor actor, OpenNotice notice)
    {
        if (notice.MustCloseBy is { } latest && notice.Closes.On > latest.On)
            Report(actor, Problem.Error("notice-too-late", new(
                $"“{notice.Title.Zh}”于 {notice.PublishedOn:yyyy-MM-dd} 发布、{notice.Closes.On:yyyy-MM-dd} 期满，晚于最迟日期 {latest.On:yyyy-MM-dd}；请提前发布",
                $"\"{notice.Title.En}\", published on {notice.PublishedOn:yyyy-MM-dd}, closes on {notice.Closes.On:yyyy-MM-dd}, after {latest.On:yyyy-MM-dd}, which it must precede; publish earlier"), null, notice.Activity), notice.Closes.On);
        // Only the stages around the notice: others of the same instance run beside it.
        for (var around = actor.Definition.Find(notice.Activity)?.Parent; around is not null; around = around.Parent)
            if (openStageEnds.TryGetValue((actor.Id, around.Id), out var stage) && stage.End is var end && stage.Title is var title && notice.Closes.On > end.On)
                Report(actor, Problem.Warning("notice-after-stage", new(
                    $"“{notice.Title.Zh}”于 {notice.PublishedOn:yyyy-MM-dd} 发布、{notice.Closes.On:yyyy-MM-dd} 期满，晚于阶段“{title.Zh}”的结束日 {end.On:yyyy-MM-dd}；若须在此前公示完毕，请提前发布",
                    $"\"{notice.Title.En}\", published on {notice.PublishedOn:yyyy-MM-dd}, closes on {notice.Closes.On:yyyy-MM-dd}, after its stage \"{title.En}\" ends on {end.On:yyyy-MM-dd}; publish earlier if it must be over by then"), null, notice.Activity), notice.Closes.On);
        if (notice.Closes.IsProvisional) provisionalDates++;
    }

    private void CheckStage(Actor actor, OpenStage stage)
    {
        if (stage.PlannedEnd is not { } end) return;
        openStageEnds[(actor.Id, stage.Activity)] = (stage.Title, end);
        if (end.On < stage.OpenedOn)
            Report(actor, Problem.Error("stage-dates", new(
                $"阶段“{stage.Title.Zh}”于 {stage.OpenedOn:yyyy-MM-dd} 才能开始，晚于计划结束日 {end.On:yyyy-MM-dd}",
                $"Stage \"{stage.Title.En}\" can only open on {stage.OpenedOn:yyyy-MM-dd}, after its planned end on {end.On:yyyy-MM-dd}"), null, stage.Activity), end.On);
    }

    private void ReportUnfinished()
    {
        var running = world.Actors.Values.Where(actor => actor.State.Status == InstanceStatus.Running).ToList();
        var names = running
            .SelectMany(actor => actor.State.Bookmarks.Where(bookmark => bookmark.Kind != BookmarkKind.Children).Select(bookmark => $"{actor.Id}：{actor.Definition.Find(bookmark.Activity)?.DisplayText ?? bookmark.Activity}"))
            .Concat(running.Where(actor => actor.State.SubStatus == InstanceSubStatus.Faulted).Select(actor => actor.Id)).Distinct().Take(StandingMax).ToList();
        Report(null, Problem.Error("not-finished", names.Count == 0
            ? new("预演没有走到结束", "The rehearsal did not reach the end")
            : new($"预演没有走到结束；停在 {string.Join("、", names)}", $"The rehearsal did not reach the end; it stands at {string.Join(", ", names)}")));
    }
}
