using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>Activities that end at once: the simple behaviours, as functions.</summary>
internal sealed class InstantBehaviour(Func<Run, Activity, NodeState?, string[]?> act) : Behaviour
{
    private static readonly string[] Done = [ActivityDescriptor.DoneOutcome];

    public override void Execute(Run run, Activity activity, NodeState? parent) => run.Complete(activity, parent, act(run, activity, parent) ?? Done);
}

/// <summary>Activities after which nothing follows: they end their container, their loop or the workflow.</summary>
internal sealed class TerminalBehaviour(Action<Run, Activity, NodeState?> end) : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        run.Emit(new RecordActivity(run.NextId(), activity.Id, activity.Type, ActivityStatus.Completed, null, run.Context.Now, run.Nominal, run.Actor));
        end(run, activity, parent);
    }
}

internal sealed class SequenceBehaviour : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent) => Next(run, run.Open(activity, parent), activity);

    public override void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes) => Next(run, node, activity);

    private static void Next(Run run, NodeState node, Activity activity)
    {
        if (activity.Slots.TryGetValue("activities", out var activities) && node.Cursor < activities.Count) run.Schedule(activities[node.Cursor++], node);
        else run.Complete(node);
    }
}

/// <summary>Runs all of a slot beside each other; ends when all have, or with the first.</summary>
internal sealed class ParallelBehaviour(string slot) : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var node = run.Open(activity, parent);
        if (!activity.Slots.TryGetValue(slot, out var branches) || branches.Count == 0)
        {
            run.Complete(node);
            return;
        }

        foreach (var branch in branches) run.Schedule(branch, node);
    }

    public override void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes)
    {
        var first = slot == "branches" && string.Equals(run.Text(activity, "joinMode", node), "WaitAny", StringComparison.OrdinalIgnoreCase);
        if (first || !run.HasChildren(node)) run.Complete(node);
    }
}

/// <summary>Runs one of several contained activities, then ends: If and Switch.</summary>
internal sealed class ChoiceBehaviour(Func<Run, Activity, NodeState, IReadOnlyList<Activity>> choose) : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var node = run.Open(activity, parent);
        var chosen = choose(run, activity, node);
        if (chosen.Count == 0) run.Complete(node);
        foreach (var branch in chosen) run.Schedule(branch, node);
    }

    public override void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes)
    {
        if (!run.HasChildren(node)) run.Complete(node);
    }

    public static IReadOnlyList<Activity> If(Run run, Activity activity, NodeState node) =>
        activity.Single(run.Flag(activity, "condition", node) ? "then" : "else") is { } branch ? [branch] : [];

    public static IReadOnlyList<Activity> Switch(Run run, Activity activity, NodeState node)
    {
        var matching = SwitchCases.Matching(run, activity);
        if (matching.Count == 0) return activity.Single("default") is { } otherwise ? [otherwise] : [];
        return [.. matching.Where(match => match.Activity is not null).Select(match => match.Activity!)];
    }
}

internal static class SwitchCases
{
    /// <summary>The cases that hold: the first one, or with MatchAny all of them.</summary>
    public static List<SwitchCase> Matching(Run run, Activity activity)
    {
        var any = string.Equals(run.Text(activity, "mode", null), "MatchAny", StringComparison.OrdinalIgnoreCase);
        var matching = new List<SwitchCase>();
        foreach (var item in activity.Cases)
        {
            if (!WorkflowValue.AsBoolean(item.Condition.Evaluate(run))) continue;
            matching.Add(item);
            if (!any) break;
        }

        return matching;
    }
}

/// <summary>While, For and ForEach: one body, again and again.</summary>
internal sealed class LoopBehaviour(Func<Run, Activity, NodeState, bool> advance) : Behaviour
{
    /// <summary>Where a loop keeps the items or the number that it is at.</summary>
    private const string Place = "$place";

    public override void Execute(Run run, Activity activity, NodeState? parent) => Next(run, run.Open(activity, parent), activity);

    public override void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes) => Next(run, node, activity);

    private void Next(Run run, NodeState node, Activity activity)
    {
        if (!advance(run, activity, node)) run.Complete(node);
        else if (activity.Single("body") is { } body) run.Schedule(body, node);
        else throw new ActivityFault("loop-without-body", new($"循环“{activity.DisplayText}”没有内容", $"The loop \"{activity.DisplayText}\" has no body"));
    }

    public static bool While(Run run, Activity activity, NodeState node) => run.Flag(activity, "condition", node);

    public static bool For(Run run, Activity activity, NodeState node)
    {
        var variables = node.Variables ??= [];
        var step = run.Number(activity, "step", node);
        if (step == 0) throw new ActivityFault("loop-step", new("循环步长不能为 0", "The step of a loop cannot be 0"));
        var current = variables.TryGetValue(Place, out var last) ? (long)last! + step : run.Number(activity, "start", node);
        var end = run.Number(activity, "end", node);
        var inclusive = run.Flag(activity, "outerBoundInclusive", node);
        if (step > 0 ? current > end || current == end && !inclusive : current < end || current == end && !inclusive) return false;
        variables[Place] = current;
        run.SetOutput(activity, "currentValue", current, node);
        return true;
    }

    public static bool ForEach(Run run, Activity activity, NodeState node)
    {
        var variables = node.Variables ??= [];
        if (!variables.TryGetValue(Place, out var kept)) variables[Place] = kept = Items(run, activity, node);
        var items = WorkflowValue.AsItems(kept);
        if (node.Cursor >= items.Count) return false;
        run.SetOutput(activity, "currentValue", items[node.Cursor++], node);
        return true;
    }

    public static object? Items(Run run, Activity activity, NodeState node)
    {
        try
        {
            var items = run.Input(activity, "items", node);
            // A launch's setting lists names as an office writes them: 甲、乙、丙.
            if (items is string text && !text.AsSpan().TrimStart().StartsWith("[")) return System.Text.Json.JsonSerializer.SerializeToElement(run.Texts(activity, "items", node));
            _ = WorkflowValue.AsItems(items);
            return items;
        }
        catch (System.Text.Json.JsonException)
        {
            throw new ActivityFault("items", new($"“{activity.DisplayText}”的 items 不是列表", $"The items of \"{activity.DisplayText}\" are no list"));
        }
    }
}

/// <summary>One body for each item, all beside each other, each with its own current value.</summary>
internal sealed class ParallelForEachBehaviour : Behaviour
{
    private const string Iteration = "iteration";

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var node = run.Open(activity, parent);
        var items = WorkflowValue.AsItems(LoopBehaviour.Items(run, activity, node));
        var body = activity.Single("body");
        if (items.Count == 0 || body is null)
        {
            run.Complete(node);
            return;
        }

        foreach (var item in items)
        {
            var iteration = run.Open(activity, node);
            iteration.Subject = Iteration;
            if (activity.Outputs.TryGetValue("currentValue", out var variable)) (iteration.Variables ??= [])[variable] = WorkflowValue.Normalise(item);
            run.Schedule(body, iteration);
        }
    }

    public override void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes)
    {
        if (node.Subject == Iteration) run.Complete(node);
        else if (!run.HasChildren(node)) run.Complete(node);
    }
}
