using System.Collections.Frozen;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>Every activity type that runs here. The designer, the validator and the documentation all read this list.</summary>
public static class ActivityCatalog
{
    public static IReadOnlyList<ActivityDescriptor> All { get; } = [.. ElsaActivities.All, .. ProgrammesActivities.All];

    private static readonly FrozenDictionary<string, ActivityDescriptor> ByType = All.ToFrozenDictionary(descriptor => descriptor.Type, StringComparer.Ordinal);

    public static ActivityDescriptor? Find(string type) => ByType.GetValueOrDefault(type);

    internal static InputDescriptor Input(string name, string zh, string en, string type = "String", InputHint hint = InputHint.SingleLine, bool required = false, object? @default = null, string zhMore = "", string enMore = "") =>
        new(name, type, new(zh, en), new(zhMore, enMore), hint, required, @default);

    internal static InputDescriptor Choice(string name, string zh, string en, string @default, params (string Value, Text Words)[] choices) =>
        new(name, "String", new(zh, en), new("", ""), InputHint.Dropdown, false, @default, choices);
}

/// <summary>Elsa's own activities, with Elsa's names, inputs and ports.</summary>
internal static class ElsaActivities
{
    private static readonly Text Control = new("流程控制", "Control flow");
    private static readonly Text Loops = new("循环", "Loops");
    private static readonly Text Branching = new("分支与汇合", "Branching");
    private static readonly Text Waiting = new("等待", "Waiting");
    private static readonly Text Values = new("数据", "Values");
    private static readonly Text Composition = new("子流程", "Composition");
    private static readonly string[] TrueOutcome = ["True"];
    private static readonly string[] FalseOutcome = ["False"];
    private static readonly string[] DefaultOutcome = ["Default"];

    private static readonly (string, Text)[] MatchModes = [("MatchFirst", new("第一个符合的", "First match")), ("MatchAny", new("所有符合的", "Any match"))];

    public static IEnumerable<ActivityDescriptor> All =>
    [
        Container("Elsa.Flowchart", "流程图", "Flowchart", new FlowchartBehaviour(), new SlotDescriptor("activities", new("活动", "Activities"), true)),
        Container("Elsa.Sequence", "顺序", "Sequence", new SequenceBehaviour(), new SlotDescriptor("activities", new("活动", "Activities"), true)),
        Container("Elsa.Parallel", "并行", "Parallel", new ParallelBehaviour("activities"), new SlotDescriptor("activities", new("活动", "Activities"), true)),
        new()
        {
            Type = "Elsa.Fork", DisplayName = new("分叉", "Fork"), Description = new("各分支同时进行", "Runs its branches beside each other"), Category = Branching,
            Inputs = [ActivityCatalog.Choice("joinMode", "结束方式", "Join mode", "WaitAll", ("WaitAll", new("等待全部", "Wait for all")), ("WaitAny", new("任一完成即可", "Wait for any")))],
            Slots = [new("branches", new("分支", "Branches"), true)], Behaviour = new ParallelBehaviour("branches"),
        },
        Instant("Elsa.Start", "开始", "Start", Control, (_, _, _) => null),
        Terminal("Elsa.End", "结束本图", "End", [], (run, activity, parent) => EndContainer(run, parent)),
        Terminal("Elsa.Finish", "结束流程", "Finish", [], (run, _, _) => run.End(InstanceSubStatus.Finished, [ActivityDescriptor.DoneOutcome])),
        Terminal("Elsa.Complete", "完成", "Complete", [ActivityCatalog.Input("outcomes", "结果", "Outcomes", "Object", InputHint.List)], Complete),
        Terminal("Elsa.Break", "跳出循环", "Break", [], Break),
        Terminal("Elsa.Fault", "报错", "Fault",
            [ActivityCatalog.Input("code", "代码", "Code"), ActivityCatalog.Input("category", "类别", "Category"), ActivityCatalog.Input("faultType", "类型", "Fault type"), ActivityCatalog.Input("message", "说明", "Message")], Throw),
        Instant("Elsa.SetVariable", "设置变量", "Set variable", Values, SetVariable,
            ActivityCatalog.Input("variable", "变量", "Variable", "Object", InputHint.Variable, required: true), ActivityCatalog.Input("value", "值", "Value", "Object")),
        Instant("Elsa.SetOutput", "设置输出", "Set output", Values, SetOutput,
            ActivityCatalog.Input("outputName", "输出", "Output name", required: true), ActivityCatalog.Input("outputValue", "值", "Value", "Object")),
        Instant("Elsa.SetName", "设置名称", "Set name", Values, (run, activity, parent) => { run.State.Name = run.Text(activity, "value", parent); return null; },
            ActivityCatalog.Input("value", "名称", "Name", required: true)),
        Instant("Elsa.Correlate", "设置关联号", "Correlate", Values, (run, activity, parent) => { run.State.CorrelationId = run.Text(activity, "correlationId", parent); return null; },
            ActivityCatalog.Input("correlationId", "关联号", "Correlation id", required: true)),
        Instant("Elsa.WriteLine", "写一行", "Write line", Values, (run, activity, parent) => { run.Emit(new WriteLine(activity.Id, run.Text(activity, "text", parent) ?? "")); return null; },
            ActivityCatalog.Input("text", "文字", "Text")),
        new()
        {
            Type = "Elsa.If", DisplayName = new("如果", "If"), Description = new("按条件执行其一", "Runs one of two activities"), Category = Control,
            Inputs = [ActivityCatalog.Input("condition", "条件", "Condition", "Boolean", InputHint.Condition, @default: false)],
            Slots = [new("then", new("则", "Then")), new("else", new("否则", "Else"))], Behaviour = new ChoiceBehaviour(ChoiceBehaviour.If),
        },
        new()
        {
            Type = "Elsa.Switch", DisplayName = new("多选一", "Switch"), Description = new("执行条件成立的活动", "Runs the activities whose case holds"), Category = Control,
            Inputs = [ActivityCatalog.Input("cases", "情形", "Cases", "Object", InputHint.Cases), ActivityCatalog.Choice("mode", "方式", "Mode", "MatchFirst", MatchModes)],
            Slots = [new("default", new("其他情形", "Default"))], Behaviour = new ChoiceBehaviour(ChoiceBehaviour.Switch),
        },
        Loop("Elsa.While", "当…时循环", "While", LoopBehaviour.While, ActivityCatalog.Input("condition", "条件", "Condition", "Boolean", InputHint.Condition, @default: false)),
        Loop("Elsa.For", "计数循环", "For", LoopBehaviour.For,
            ActivityCatalog.Input("start", "从", "Start", "Int32", @default: 0L), ActivityCatalog.Input("end", "到", "End", "Int32", @default: 0L),
            ActivityCatalog.Input("step", "步长", "Step", "Int32", @default: 1L), ActivityCatalog.Input("outerBoundInclusive", "含终值", "Outer bound inclusive", "Boolean", InputHint.Checkbox, @default: true)),
        Loop("Elsa.ForEach", "逐项循环", "For each", LoopBehaviour.ForEach, ActivityCatalog.Input("items", "各项", "Items", "Object", InputHint.List, required: true)),
        new()
        {
            Type = "Elsa.ParallelForEach", DisplayName = new("逐项并行", "Parallel for each"), Description = new("各项同时进行", "Runs its body for all items at once"), Category = Loops,
            Inputs = [ActivityCatalog.Input("items", "各项", "Items", "Object", InputHint.List, required: true)],
            Slots = [new("body", new("内容", "Body"))], Outputs = ["currentValue"], Behaviour = new ParallelForEachBehaviour(),
        },
        Instant("Elsa.FlowDecision", "判断", "Decision", Branching, (run, activity, parent) => run.Flag(activity, "condition", parent) ? TrueOutcome : FalseOutcome,
            [ActivityCatalog.Input("condition", "条件", "Condition", "Boolean", InputHint.Condition, @default: false)], ["True", "False"], null),
        Instant("Elsa.FlowSwitch", "多路判断", "Switch (flow)", Branching,
            (run, activity, _) => SwitchCases.Matching(run, activity) is { Count: > 0 } matching ? [.. matching.Select(match => match.Label)] : DefaultOutcome,
            [ActivityCatalog.Input("cases", "情形", "Cases", "Object", InputHint.Cases), ActivityCatalog.Choice("mode", "方式", "Mode", "MatchFirst", MatchModes)], ["Default"], "cases"),
        Instant("Elsa.FlowFork", "分流", "Fork (flow)", Branching, (run, activity, parent) => run.Texts(activity, "branches", parent) is { Count: > 0 } branches ? [.. branches] : null,
            [ActivityCatalog.Input("branches", "分支", "Branches", "List<String>", InputHint.List)], [ActivityDescriptor.DoneOutcome], "branches"),
        Instant("Elsa.FlowJoin", "汇合", "Join", Branching, (_, _, _) => null,
            [ActivityCatalog.Choice("mode", "方式", "Mode", "WaitAny",
                ("WaitAll", new("等待全部", "Wait for all")), ("WaitAllActive", new("等待仍在进行的", "Wait for all active")), ("WaitAny", new("任一到达即可", "Wait for any")))], [ActivityDescriptor.DoneOutcome], null),
        Wait("Elsa.Delay", "延时", "Delay", new TimerBehaviour((run, activity, parent) => TimerBehaviour.After(run, activity, "timeSpan", parent)),
            ActivityCatalog.Input("timeSpan", "时长", "Time span", "TimeSpan", @default: "00:01:00")),
        Wait("Elsa.Timer", "定时", "Timer", new TimerBehaviour((run, activity, parent) => TimerBehaviour.After(run, activity, "interval", parent)),
            ActivityCatalog.Input("interval", "间隔", "Interval", "TimeSpan", @default: "00:01:00")),
        Wait("Elsa.StartAt", "到时开始", "Start at", new TimerBehaviour(TimerBehaviour.At), ActivityCatalog.Input("dateTime", "时间", "Date and time", "DateTimeOffset", required: true)),
        Wait("Elsa.Event", "等待事件", "Event", new EventBehaviour(), ["result"], ActivityCatalog.Input("eventName", "事件", "Event name", required: true)),
        Instant("Elsa.PublishEvent", "发出事件", "Publish event", Composition, PublishEvent,
            ActivityCatalog.Input("eventName", "事件", "Event name", required: true), ActivityCatalog.Input("correlationId", "关联号", "Correlation id"),
            ActivityCatalog.Input("isLocalEvent", "仅本流程", "Local event", "Boolean", InputHint.Checkbox, @default: false), ActivityCatalog.Input("payload", "内容", "Payload", "Object", InputHint.Json)),
        Wait("Elsa.RunTask", "外部程序", "Run task", new RunTaskBehaviour(), ["result"], ActivityCatalog.Input("taskName", "名称", "Task name", required: true), ActivityCatalog.Input("payload", "内容", "Payload", "Object", InputHint.Json)),
        Dispatch("Elsa.DispatchWorkflow", "启动子流程", "Dispatch workflow", new DispatchWorkflowBehaviour(false)),
        Dispatch("Elsa.ExecuteWorkflow", "执行子流程", "Execute workflow", new DispatchWorkflowBehaviour(true)),
        new()
        {
            Type = "Elsa.BulkDispatchWorkflows", DisplayName = new("批量启动子流程", "Bulk dispatch workflows"), Description = new("每项启动一个子流程", "Starts a child workflow for each item"), Category = Composition,
            Inputs =
            [
                ActivityCatalog.Input("workflowDefinitionId", "流程", "Workflow definition", required: true), ActivityCatalog.Input("items", "各项", "Items", "Object", InputHint.List, required: true),
                ActivityCatalog.Input("defaultItemInputKey", "输入名", "Default item input key", @default: "Item"), ActivityCatalog.Input("correlationIdFunction", "关联号", "Correlation id"),
                ActivityCatalog.Input("input", "输入", "Input", "Object", InputHint.Json), ActivityCatalog.Input("waitForCompletion", "等待完成", "Wait for completion", "Boolean", InputHint.Checkbox, @default: true),
            ],
            Slots = [new("childCompleted", new("每个完成时", "Child completed")), new("childFaulted", new("每个出错时", "Child faulted"))],
            Outcomes = ["Completed", "Canceled", ActivityDescriptor.DoneOutcome], Waits = true, Behaviour = new BulkDispatchBehaviour(),
        },
    ];

    private static ActivityDescriptor Instant(string type, string zh, string en, Text category, Func<Run, Activity, NodeState?, string[]?> act, params InputDescriptor[] inputs) =>
        Instant(type, zh, en, category, act, inputs, [ActivityDescriptor.DoneOutcome], null);

    private static ActivityDescriptor Instant(string type, string zh, string en, Text category, Func<Run, Activity, NodeState?, string[]?> act, InputDescriptor[] inputs, string[] outcomes, string? outcomesFrom) => new()
    {
        Type = type, DisplayName = new(zh, en), Description = new(zh, en), Category = category, Inputs = inputs, Outcomes = outcomes, OutcomesFrom = outcomesFrom, Behaviour = new InstantBehaviour(act),
    };

    private static ActivityDescriptor Terminal(string type, string zh, string en, InputDescriptor[] inputs, Action<Run, Activity, NodeState?> end) => new()
    {
        Type = type, DisplayName = new(zh, en), Description = new(zh, en), Category = Control, Inputs = inputs, IsTerminal = true, Behaviour = new TerminalBehaviour(end),
    };

    private static ActivityDescriptor Container(string type, string zh, string en, Behaviour behaviour, params SlotDescriptor[] slots) => new()
    {
        Type = type, DisplayName = new(zh, en), Description = new(zh, en), Category = Control, Slots = slots, Behaviour = behaviour,
    };

    private static ActivityDescriptor Loop(string type, string zh, string en, Func<Run, Activity, NodeState, bool> advance, params InputDescriptor[] inputs) => new()
    {
        Type = type, DisplayName = new(zh, en), Description = new(zh, en), Category = Loops, Inputs = inputs, Outputs = ["currentValue"], Slots = [new("body", new("内容", "Body"))], Behaviour = new LoopBehaviour(advance),
    };

    private static ActivityDescriptor Wait(string type, string zh, string en, Behaviour behaviour, params InputDescriptor[] inputs) => Wait(type, zh, en, behaviour, [], inputs);

    private static ActivityDescriptor Wait(string type, string zh, string en, Behaviour behaviour, string[] outputs, params InputDescriptor[] inputs) => new()
    {
        Type = type, DisplayName = new(zh, en), Description = new(zh, en), Category = Waiting, Inputs = inputs, Outputs = outputs, Waits = true, Behaviour = behaviour,
    };

    private static ActivityDescriptor Dispatch(string type, string zh, string en, DispatchWorkflowBehaviour behaviour) => new()
    {
        Type = type, DisplayName = new(zh, en), Description = new(zh, en), Category = Composition, Outputs = ["result"],
        Inputs =
        [
            ActivityCatalog.Input("workflowDefinitionId", "流程", "Workflow definition", required: true), ActivityCatalog.Input("correlationId", "关联号", "Correlation id"),
            ActivityCatalog.Input("input", "输入", "Input", "Object", InputHint.Json), ActivityCatalog.Input("waitForCompletion", "等待完成", "Wait for completion", "Boolean", InputHint.Checkbox),
            ActivityCatalog.Input("channelName", "通道", "Channel"),
        ],
        Waits = true, Behaviour = behaviour,
    };

    private static void EndContainer(Run run, NodeState? parent)
    {
        if (parent is null) run.End(InstanceSubStatus.Finished, [ActivityDescriptor.DoneOutcome]);
        else run.Complete(parent);
    }

    private static void Complete(Run run, Activity activity, NodeState? parent)
    {
        var outcomes = run.Texts(activity, "outcomes", parent);
        run.End(InstanceSubStatus.Finished, outcomes.Count > 0 ? outcomes : [ActivityDescriptor.DoneOutcome]);
    }

    private static void Break(Run run, Activity activity, NodeState? parent)
    {
        for (var node = parent; node is not null; node = run.State.FindNode(node.Parent))
            if (run.ActivityOf(node).Descriptor.Behaviour is LoopBehaviour or ParallelForEachBehaviour && node.Subject is null)
            {
                run.Complete(node);
                return;
            }

        throw new ActivityFault("break-outside-loop", new($"“{activity.DisplayText}”不在循环中", $"\"{activity.DisplayText}\" is not inside a loop"));
    }

    private static void Throw(Run run, Activity activity, NodeState? parent)
    {
        var message = run.Text(activity, "message", parent) ?? activity.DisplayText;
        throw new ActivityFault(run.Text(activity, "code", parent) ?? "fault", Text.Same(message));
    }

    private static string[]? SetVariable(Run run, Activity activity, NodeState? parent)
    {
        run.SetVariable(activity.Outputs["variable"], run.Input(activity, "value", parent), parent);
        return null;
    }

    private static string[]? SetOutput(Run run, Activity activity, NodeState? parent)
    {
        run.State.Output[run.RequiredText(activity, "outputName", parent)] = WorkflowValue.Normalise(run.Input(activity, "outputValue", parent));
        return null;
    }

    private static string[]? PublishEvent(Run run, Activity activity, NodeState? parent)
    {
        run.Emit(new PublishEvent(run.RequiredText(activity, "eventName", parent), run.Text(activity, "correlationId", parent), run.Input(activity, "payload", parent), run.Flag(activity, "isLocalEvent", parent)));
        return null;
    }
}
