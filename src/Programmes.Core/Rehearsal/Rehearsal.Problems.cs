using Programmes.Core.Workflows;

namespace Programmes.Core.Rehearsal;

/// <summary>What a rehearsal finds wrong with the plan. One report for each step and batch, not for each unit.</summary>
public sealed partial class Rehearsal
{
    /// <summary>Codes of problems that are about the plan's dates; they are judged with everybody on time.</summary>
    private static readonly string[] PlanCodes = ["due-before-open", "notice-too-late", "notice-after-stage", "rest-day", "stage-dates", "no-address", "provisional"];

    private readonly Dictionary<string, (Text Title, Dates.ResolvedDate End)> openStageEnds = new(StringComparer.Ordinal);

    private void Report(Problem problem)
    {
        if (reported.Add($"{problem.Code}/{problem.Batch}/{problem.ActivityId}/{problem.Unit}/{problem.Property}")) problems.Add(problem);
    }

    private void CheckDue(Actor actor, OpenWorkItem item, Dates.ResolvedDate due)
    {
        if (due.On < item.OpenedOn)
            Report(Problem.Error("due-before-open", new(
                $"“{item.Title.Zh}”的期限 {due.On:yyyy-MM-dd} 早于它所等待的步骤完成之日 {item.OpenedOn:yyyy-MM-dd}；请改期限或调整顺序",
                $"\"{item.Title.En}\" is due on {due.On:yyyy-MM-dd}, before the step it waits for is done on {item.OpenedOn:yyyy-MM-dd}; change the date or the order"), null, item.Activity) with { On = due.On, Batch = actor.Batch });
        else if (!calendar.IsWorkingDay(due.On))
            Report(Problem.Warning("rest-day", new(
                $"“{item.Title.Zh}”的期限 {due.On:yyyy-MM-dd} 是休息日；此前最后一个工作日是 {calendar.WorkingDayOnOrBefore(due.On):yyyy-MM-dd}",
                $"\"{item.Title.En}\" is due on {due.On:yyyy-MM-dd}, a rest day; the last working day before it is {calendar.WorkingDayOnOrBefore(due.On):yyyy-MM-dd}"), null, item.Activity) with { On = due.On, Batch = actor.Batch });
        if (due.IsProvisional)
            Report(Problem.Warning("provisional", new(
                $"“{item.Title.Zh}”的期限 {due.On:yyyy-MM-dd} 为暂定：当年放假通知尚未发布",
                $"\"{item.Title.En}\" is due on {due.On:yyyy-MM-dd} provisionally: the holiday notice has not been issued"), null, item.Activity) with { On = due.On, Batch = actor.Batch });
    }

    private void CheckNotice(Actor actor, OpenNotice notice)
    {
        if (notice.MustCloseBy is { } latest && notice.Closes.On > latest.On)
            Report(Problem.Error("notice-too-late", new(
                $"“{notice.Title.Zh}”于 {notice.PublishedOn:yyyy-MM-dd} 发布、{notice.Closes.On:yyyy-MM-dd} 期满，晚于最迟日期 {latest.On:yyyy-MM-dd}；请提前发布",
                $"\"{notice.Title.En}\", published on {notice.PublishedOn:yyyy-MM-dd}, closes on {notice.Closes.On:yyyy-MM-dd}, after {latest.On:yyyy-MM-dd}, which it must precede; publish earlier"), null, notice.Activity) with { On = notice.Closes.On, Batch = actor.Batch });
        foreach (var (stage, (title, end)) in openStageEnds)
            if (stage.StartsWith($"{actor.Id}-", StringComparison.Ordinal) && notice.Closes.On > end.On)
                Report(Problem.Warning("notice-after-stage", new(
                    $"“{notice.Title.Zh}”于 {notice.PublishedOn:yyyy-MM-dd} 发布、{notice.Closes.On:yyyy-MM-dd} 期满，晚于阶段“{title.Zh}”的结束日 {end.On:yyyy-MM-dd}；若须在此前公示完毕，请提前发布",
                    $"\"{notice.Title.En}\", published on {notice.PublishedOn:yyyy-MM-dd}, closes on {notice.Closes.On:yyyy-MM-dd}, after its stage \"{title.En}\" ends on {end.On:yyyy-MM-dd}; publish earlier if it must be over by then"), null, notice.Activity) with { On = notice.Closes.On, Batch = actor.Batch });
        if (notice.Closes.IsProvisional) provisionalDates++;
    }

    private void CheckStage(Actor actor, OpenStage stage)
    {
        if (stage.PlannedEnd is not { } end) return;
        openStageEnds[stage.Id] = (stage.Title, end);
        if (end.On < stage.OpenedOn)
            Report(Problem.Error("stage-dates", new(
                $"阶段“{stage.Title.Zh}”于 {stage.OpenedOn:yyyy-MM-dd} 才能开始，晚于计划结束日 {end.On:yyyy-MM-dd}",
                $"Stage \"{stage.Title.En}\" can only open on {stage.OpenedOn:yyyy-MM-dd}, after its planned end on {end.On:yyyy-MM-dd}"), null, stage.Activity) with { On = end.On, Batch = actor.Batch });
    }

    private void CheckAddresses()
    {
        foreach (var (role, office) in launch.Offices)
            if (office.Mail is null)
                Report(Problem.Warning("no-address", new($"“{office.Name}”没有邮箱，收不到提醒", $"\"{office.Name}\" has no mail address and gets no reminders"), null, null, $"offices.{role}"));
        foreach (var unit in launch.Units)
            if (unit.Mail is null)
                Report(Problem.Warning("no-address", new($"“{unit.Name}”没有邮箱，收不到提醒", $"\"{unit.Name}\" has no mail address and gets no reminders"), null, null, $"units.{unit.Id}") with { Unit = unit.Id });
    }

    private void ReportUnfinished()
    {
        var waiting = world.Actors.Values.Where(actor => actor.State.Status == InstanceStatus.Running && actor.State.Bookmarks.Exists(bookmark => bookmark.Kind is not BookmarkKind.Children)).Take(3)
            .SelectMany(actor => actor.State.Bookmarks.Where(bookmark => bookmark.Kind != BookmarkKind.Children).Select(bookmark => (actor, Name: actor.Definition.Find(bookmark.Activity)?.DisplayText ?? bookmark.Activity)));
        var names = string.Join("、", waiting.Select(one => $"{one.actor.Id}：{one.Name}"));
        Report(Problem.Error("not-finished", new($"预演没有走到结束；停在 {names}", $"The rehearsal did not reach the end; it stands at {names}")));
    }
}
