using Programmes.Core.Dates;
using Programmes.Core.Programmes;

namespace Programmes.Core.Workflows;

/// <summary>What only the whole definition shows: steps that cannot be reached, loops that never wait, dates that count from nothing.</summary>
public sealed partial class DefinitionReader
{
    private static readonly string[] KnownAnchors = ["opened", "published", "closed", "batch.start", "programme.start"];
    private static readonly string[] StepAnchors = ["opened", "due", "completed", "published", "closes", "closed"];

    private void Check()
    {
        foreach (var activity in activities.Values)
        {
            if (activity.Graph is { } graph) CheckFlowchart(activity, graph);
            if (activity.Type == "Elsa.Break" && !IsInLoop(activity))
                Error("break-outside-loop", new($"“{activity.DisplayText}”不在循环中", $"\"{activity.DisplayText}\" is not inside a loop"), activity.Id, null);
            CheckPaper(activity);
            foreach (var input in activity.Descriptor.Inputs)
                if (input.Hint == InputHint.DateRule && activity.Inputs.GetValueOrDefault(input.Name) is LiteralExpression { Value: string text }) CheckAnchors(activity, input.Name, text);
        }
    }

    private void CheckPaper(Activity activity)
    {
        if (activity.Descriptor.FindInput("paper") is null || activity.Inputs.GetValueOrDefault("paper") is { } kind and not LiteralExpression) return;
        // A kind that was not understood is reported already.
        if (problems.Exists(problem => problem.Severity == ProblemSeverity.Error && problem.ActivityId == activity.Id && problem.Property?.EndsWith(".paper", StringComparison.Ordinal) == true)) return;
        var (to, cc) = (Roles("paperTo"), Roles("paperCc"));
        if (PaperRule.Check(Literal("paper") is { } text ? WorkflowValue.AsText(text) : null, to ?? [], cc ?? []) is not var (input, problem)) return;
        Error("paper", new($"“{activity.DisplayText}”：{problem.Zh}", $"\"{activity.DisplayText}\": {problem.En}"), activity.Id, input);

        object? Literal(string name) => (activity.Inputs.GetValueOrDefault(name) as LiteralExpression)?.Value;

        IReadOnlyList<string>? Roles(string name) => Literal(name) switch
        {
            null => null,
            string one when !one.StartsWith('[') => one.Split([',', '，', '、'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            var items => [.. WorkflowValue.AsItems(items).Select(WorkflowValue.AsText)],
        };
    }

    private void CheckFlowchart(Activity flowchart, Flowgraph graph)
    {
        foreach (var activity in graph.Unreachable())
            Error("unreachable", new($"“{activity.DisplayText}”从开始处走不到；请连线或删除", $"\"{activity.DisplayText}\" cannot be reached from the start; connect or remove it"), activity.Id, "connections");

        foreach (var loop in LoopsOf(flowchart.Slots["activities"], graph))
        {
            if (loop.Exists(activity => CanRest(activity) || HasChoice(activity))) continue;
            var names = string.Join(" → ", loop.Select(activity => activity.DisplayText));
            Error("endless-loop", new($"循环“{names}”里既没有等待也没有出口，会永远转下去；请加入等待或判断", $"The loop \"{names}\" has neither a wait nor a way out; add one"), loop[0].Id, "connections");
        }
    }

    private static bool CanRest(Activity activity) => activity.Descriptor.Waits || activity.Children.Any(CanRest);

    private static bool HasChoice(Activity activity) =>
        PortsOf(activity) is not { } ports || activity.Type is "Elsa.FlowDecision" or "Elsa.FlowSwitch" || ports.Count > 1 && activity.Type != "Elsa.FlowFork";

    /// <summary>Strongly connected groups with a cycle (Tarjan's algorithm, without recursion).</summary>
    private static List<List<Activity>> LoopsOf(List<Activity> nodes, Flowgraph graph)
    {
        var index = new int[nodes.Count];
        var low = new int[nodes.Count];
        var onStack = new bool[nodes.Count];
        var stack = new Stack<Activity>();
        var loops = new List<List<Activity>>();
        var counter = 0;
        foreach (var start in nodes)
        {
            if (index[start.Position] != 0) continue;
            var work = new Stack<(Activity Activity, int Next)>();
            work.Push((start, 0));
            while (work.TryPop(out var frame))
            {
                var at = frame.Activity.Position;
                if (frame.Next == 0)
                {
                    index[at] = low[at] = ++counter;
                    stack.Push(frame.Activity);
                    onStack[at] = true;
                }

                var outbound = graph.Outbound(frame.Activity);
                if (frame.Next > 0) low[at] = Math.Min(low[at], low[outbound[frame.Next - 1].Target.Position]);
                var next = frame.Next;
                while (next < outbound.Count && index[outbound[next].Target.Position] != 0)
                {
                    if (onStack[outbound[next].Target.Position]) low[at] = Math.Min(low[at], index[outbound[next].Target.Position]);
                    next++;
                }

                if (next < outbound.Count)
                {
                    work.Push((frame.Activity, next + 1));
                    work.Push((outbound[next].Target, 0));
                    continue;
                }

                if (low[at] != index[at]) continue;
                var group = new List<Activity>();
                Activity member;
                do
                {
                    member = stack.Pop();
                    onStack[member.Position] = false;
                    group.Insert(0, member);
                }
                while (member != frame.Activity);
                if (group.Count > 1 || graph.Outbound(frame.Activity).Any(connection => connection.Target == frame.Activity)) loops.Add(group);
            }
        }

        return loops;
    }

    private static bool IsInLoop(Activity activity)
    {
        for (var container = activity.Parent; container is not null; container = container.Parent)
            if (container.Type is "Elsa.While" or "Elsa.For" or "Elsa.ForEach" or "Elsa.ParallelForEach") return true;
        return false;
    }

    /// <summary>A date counts from a step of this definition, from a decision of the batch, or from an input that the launch sets.</summary>
    private void CheckAnchors(Activity activity, string input, string text)
    {
        foreach (var anchor in DateRule.Parse(text).Anchors)
        {
            if (KnownAnchors.Contains(anchor) || activity.Descriptor.Anchors.Contains(anchor) || anchor.EndsWith(".decided", StringComparison.Ordinal) || inputs.Exists(definition => definition.Name == anchor)) continue;
            var dot = anchor.LastIndexOf('.');
            if (dot > 0 && activities.ContainsKey(anchor[..dot]) && StepAnchors.Contains(anchor[(dot + 1)..])) continue;
            var known = KnownAnchors.Concat(activity.Descriptor.Anchors).Concat(inputs.Select(definition => definition.Name)).Concat(activities.Keys.SelectMany(id => StepAnchors.Select(step => $"{id}.{step}")));
            var hint = Spelling.Hint(anchor, known);
            Error("date-anchor", new(
                $"日期规则“{text}”用到未知的“{anchor}”{hint.Zh}；请在 inputs 中声明，由启动时设定，或引用本流程的步骤",
                $"Date rule \"{text}\" counts from the unknown \"{anchor}\"{hint.En}; declare it in inputs for the launch to set, or name a step of this definition"), activity.Id, input);
        }
    }
}
