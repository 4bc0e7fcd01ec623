using System.Text.Json;
using Programmes.Core.Workflows;

namespace Programmes.Core.Activities;

/// <summary>Starts one child workflow; goes on at once, or when it has ended.</summary>
internal sealed class DispatchWorkflowBehaviour(bool waitsByDefault) : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var definition = run.RequiredText(activity, "workflowDefinitionId", parent);
        var correlation = run.Text(activity, "correlationId", parent);
        var input = ChildInput.Read(run, activity, parent);
        var wait = run.Input(activity, "waitForCompletion", parent) is { } asked ? WorkflowValue.AsBoolean(asked) : waitsByDefault;
        var node = run.Open(activity, parent);
        run.Emit(new StartChild($"{run.State.InstanceId}.{run.NextId()}", node.Id, definition, run.Context.Batch, run.Context.Unit, null, input, correlation));
        if (wait) run.AddBookmark(node, BookmarkKind.Children);
        else run.Complete(node);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        if (run.Stimulus is ChildFinished { SubStatus: InstanceSubStatus.Faulted })
            throw new ActivityFault("child-faulted", new($"“{activity.DisplayText}”启动的流程出错", $"The workflow started by \"{activity.DisplayText}\" faulted"));
        run.Complete(node);
    }

    public override void Cancelled(Run run, NodeState node) => run.Emit(new CancelChildren(node.Id, "parent"));
}

/// <summary>Starts one child workflow for each item, in bounded pages, and waits for all of them unless told otherwise.</summary>
internal sealed class BulkDispatchBehaviour : Behaviour
{
    /// <summary>Children started in one decision.</summary>
    public const int PageMax = 500;

    private const string Items = "$items";
    private static readonly string[] Completed = ["Completed", ActivityDescriptor.DoneOutcome];

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var node = run.Open(activity, parent);
        (node.Variables ??= [])[Items] = LoopBehaviour.Items(run, activity, node);
        run.AddBookmark(node, BookmarkKind.Children);
        DispatchPage(run, node, activity);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        var count = WorkflowValue.AsItems(node.Variables![Items]).Count;
        if (run.Stimulus is ChildFinished finished)
        {
            var port = finished.SubStatus == InstanceSubStatus.Finished ? "childCompleted" : "childFaulted";
            if (activity.Single(port) is { } reaction) run.Schedule(reaction, node);
        }
        else if (node.Cursor < count)
        {
            DispatchPage(run, node, activity);
            return;
        }

        CompleteIfThrough(run, node, count);
    }

    public override void ChildCompleted(Run run, NodeState node, Activity activity, Activity child, string[] outcomes) =>
        CompleteIfThrough(run, node, WorkflowValue.AsItems(node.Variables![Items]).Count);

    public override void Cancelled(Run run, NodeState node) => run.Emit(new CancelChildren(node.Id, "parent"));

    private static void CompleteIfThrough(Run run, NodeState node, int count)
    {
        if (node.Cursor >= count && !run.HasChildren(node) && run.Context.Facts.OpenChildren(run.State.InstanceId, node.Id) == 0) run.Complete(node, Completed);
    }

    private static void DispatchPage(Run run, NodeState node, Activity activity)
    {
        var items = WorkflowValue.AsItems(node.Variables![Items]);
        var definition = run.RequiredText(activity, "workflowDefinitionId", node);
        var key = run.Text(activity, "defaultItemInputKey", node) ?? "Item";
        var shared = ChildInput.Read(run, activity, node);
        var until = Math.Min(items.Count, node.Cursor + PageMax);
        for (; node.Cursor < until; node.Cursor++)
        {
            var input = new Dictionary<string, object?>(shared) { [key] = items[node.Cursor] };
            run.Emit(new StartChild($"{run.State.InstanceId}.{node.Id}-{node.Cursor}", node.Id, definition, run.Context.Batch, run.Context.Unit, null, input, run.State.CorrelationId));
        }

        if (node.Cursor < items.Count) run.Emit(new Send(run.State.InstanceId, $"page-{node.Id}-{node.Cursor}", new DispatchNext(node.Id) { NominalAt = run.Nominal }));
        else if (items.Count == 0 || !(run.Input(activity, "waitForCompletion", node) is not { } wait || WorkflowValue.AsBoolean(wait))) run.Complete(node, Completed);
    }
}

internal static class ChildInput
{
    public static Dictionary<string, object?> Read(Run run, Activity activity, NodeState? parent)
    {
        var input = new Dictionary<string, object?>();
        var given = run.Input(activity, "input", parent);
        if (given is string text && text.AsSpan().TrimStart().StartsWith("{"))
        {
            using var document = JsonDocument.Parse(text);
            given = document.RootElement.Clone();
        }

        if (given is JsonElement { ValueKind: JsonValueKind.Object } json)
            foreach (var property in json.EnumerateObject()) input[property.Name] = WorkflowValue.FromJson(property.Value);
        return input;
    }
}

/// <summary>
/// Starts a workflow for each batch of the launch and waits for all. A supplementary round starts only when a unit is carried over into it.
/// </summary>
internal sealed class DispatchBatchesBehaviour : Behaviour
{
    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        var launch = run.Context.Launch ?? throw new ActivityFault("no-launch", new("只有启动的专项工作才有批次", "Only a launched programme has batches"));
        _ = run.RequiredText(activity, "workflowDefinitionId", parent);
        var node = run.Open(activity, parent);
        run.AddBookmark(node, BookmarkKind.Children);
        foreach (var batch in launch.Batches)
            if (!batch.Supplementary) StartBatch(run, node, activity, batch.Number);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        if (run.Context.Facts.OpenChildren(run.State.InstanceId, node.Id) == 0) run.Complete(node);
    }

    public override void Cancelled(Run run, NodeState node) => run.Emit(new CancelChildren(node.Id, "parent"));

    /// <summary>
    /// The next batch whose intake is open takes the unit, else a supplementary round, else its result is final.
    /// A unit is active in one batch at a time: it asks only when it is through with its own.
    /// </summary>
    public static void Place(Run run, CarryOverAsked asked)
    {
        var open = run.Context.Launch!.Batches.Where(batch => batch.Number > asked.FromBatch && IntakeUntil(run, batch) >= run.Today).OrderBy(batch => batch.Supplementary).ThenBy(batch => batch.Number).FirstOrDefault();
        var node = run.State.Nodes.Find(n => run.ActivityOf(n).Descriptor.Behaviour is DispatchBatchesBehaviour);
        if (open is not null && node is not null)
        {
            if (open.Supplementary && !run.State.Dates.ContainsKey(Started(open.Number))) StartBatch(run, node, run.ActivityOf(node), open.Number);
            run.Emit(new Send(BatchInstance(run, open.Number), $"join-{asked.FromInstance}", new UnitJoins(asked.Unit, asked.FromInstance) { NominalAt = run.Nominal }));
        }

        run.Emit(new Send(asked.FromInstance, $"carry-over-{asked.FromInstance}", new CarryOverAnswered(node is null ? null : open?.Number) { NominalAt = run.Nominal }));
    }

    private static void StartBatch(Run run, NodeState node, Activity activity, int number)
    {
        run.Remember(Started(number));
        run.Emit(new StartChild(BatchInstance(run, number), node.Id, run.RequiredText(activity, "workflowDefinitionId", node), number, null, null, null, null));
    }

    /// <summary>The last day (inclusive) on which a unit can join; without a rule the day before the batch starts.</summary>
    private static DateOnly IntakeUntil(Run run, Programmes.Batch batch) =>
        batch.IntakeUntil is { } rule ? run.Date(rule, null).On : run.Date(batch.Start, null).On.AddDays(-1);

    private static string Started(int batch) => $"b{batch}.started";

    private static string BatchInstance(Run run, int number) => $"{run.State.InstanceId}.b{number}";
}

/// <summary>Starts a workflow for each unit of the batch, in pages behind a cursor, and waits until all have ended.</summary>
internal sealed class DispatchUnitsBehaviour : Behaviour
{
    public const int PageMax = 500;

    public override void Execute(Run run, Activity activity, NodeState? parent)
    {
        if (run.Context.Batch is null) throw new ActivityFault("no-batch", new("只有批次的流程才能启动参与单位的流程", "Only a batch's workflow can start its units' workflows"));
        _ = run.RequiredText(activity, "workflowDefinitionId", parent);
        var node = run.Open(activity, parent);
        run.AddBookmark(node, BookmarkKind.Children);
        DispatchPage(run, node, activity);
    }

    public override void Resumed(Run run, NodeState node, Activity activity, Bookmark bookmark)
    {
        if (run.Stimulus is DispatchNext) DispatchPage(run, node, activity);
        else CompleteIfThrough(run, node);
    }

    public override void Cancelled(Run run, NodeState node) => run.Emit(new CancelChildren(node.Id, "parent"));

    /// <summary>A unit joins the batch: before its units are started it is only listed, afterwards its workflow starts at once.</summary>
    public static void Admit(Run run, UnitJoins joins)
    {
        run.Emit(new AddBatchUnit(run.Context.Batch!.Value, joins.Unit, joins.FromInstance));
        var node = run.State.Nodes.Find(n => run.ActivityOf(n).Descriptor.Behaviour is DispatchUnitsBehaviour);
        if (node is null || node.Cursor < run.Context.Facts.UnitCount(run.Context.Batch.Value)) return;
        node.Cursor++;
        run.Emit(new StartChild($"{run.State.InstanceId}.{joins.Unit}", node.Id, run.RequiredText(run.ActivityOf(node), "workflowDefinitionId", node), run.Context.Batch, joins.Unit, joins.FromInstance, null, null));
    }

    private static void DispatchPage(Run run, NodeState node, Activity activity)
    {
        var count = run.Context.Facts.UnitCount(run.Context.Batch!.Value);
        var page = Math.Min(PageMax, count - node.Cursor);
        if (page > 0)
        {
            run.Emit(new StartUnitPage(node.Id, run.RequiredText(activity, "workflowDefinitionId", node), node.Cursor, page));
            node.Cursor += page;
        }

        if (node.Cursor < count) run.Emit(new Send(run.State.InstanceId, $"page-{node.Id}-{node.Cursor}", new DispatchNext(node.Id) { NominalAt = run.Nominal }));
        else if (count == 0) run.Complete(node);
    }

    private static void CompleteIfThrough(Run run, NodeState node)
    {
        if (node.Cursor >= run.Context.Facts.UnitCount(run.Context.Batch!.Value) && run.Context.Facts.OpenChildren(run.State.InstanceId, node.Id) == 0) run.Complete(node);
    }
}
