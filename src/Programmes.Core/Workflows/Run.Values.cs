using System.Collections.Concurrent;
using System.Globalization;
using Programmes.Core.Dates;
using Programmes.Core.Programmes;

namespace Programmes.Core.Workflows;

/// <summary>What activities read: inputs, variables, dates.</summary>
internal sealed partial class Run
{
    /// <summary>How deep launch dates may refer to each other.</summary>
    private const int DateDepthMax = 32;

    private static readonly ConcurrentDictionary<string, DateRule> Rules = new(StringComparer.Ordinal);

    private int dateDepth;
    private IReadOnlyDictionary<string, DateOnly>? locals;

    public object? Input(Activity activity, string name, NodeState? from)
    {
        if (!activity.Inputs.TryGetValue(name, out var expression)) return activity.Descriptor.FindInput(name)?.Default;
        scope = from;
        return expression.Evaluate(this);
    }

    public string? Text(Activity activity, string name, NodeState? from) =>
        Input(activity, name, from) is { } value && WorkflowValue.AsText(value) is { Length: > 0 } text ? text : null;

    /// <exception cref="ActivityFault">The input is missing or empty.</exception>
    public string RequiredText(Activity activity, string name, NodeState? from) =>
        Text(activity, name, from) ?? throw new ActivityFault("input-missing", new($"“{activity.DisplayText}”缺少“{name}”", $"\"{activity.DisplayText}\" needs {name}"));

    /// <summary>An office's key or <c>unit</c>; the unit's superior is looked up in the launch.</summary>
    public string? Role(Activity activity, string name, NodeState? from) => Text(activity, name, from) is { } role ? Resolve(role) : null;

    /// <exception cref="ActivityFault">The input is missing or empty.</exception>
    public string RequiredRole(Activity activity, string name, NodeState? from) => Resolve(RequiredText(activity, name, from));

    public string Resolve(string role)
    {
        if (role != Roles.UnitSuperior) return role;
        if (Context.Unit is not { } id) throw new ActivityFault("no-unit", new("只有参与单位的流程才有上级单位（unit.superior）", "Only a unit's workflow has a superior (unit.superior)"));
        return Context.Launch?.FindUnit(id)?.Superior
            ?? throw new ActivityFault("superior-missing", new($"启动文件没有写明单位“{id}”的上级（superior）", $"The launch names no superior of the unit \"{id}\""));
    }

    public bool Flag(Activity activity, string name, NodeState? from) => WorkflowValue.AsBoolean(Input(activity, name, from));

    public int Number(Activity activity, string name, NodeState? from)
    {
        var value = Input(activity, name, from);
        return WorkflowValue.AsNumber(value) is { } number && number == decimal.Truncate(number) && number is >= int.MinValue and <= int.MaxValue
            ? (int)number
            : throw new ActivityFault("input-not-a-number", new($"“{activity.DisplayText}”的“{name}”应为整数，现为“{WorkflowValue.AsText(value)}”", $"{name} of \"{activity.DisplayText}\" must be a whole number, not \"{WorkflowValue.AsText(value)}\""));
    }

    /// <summary>Null when the input is empty.</summary>
    public decimal? Decimal(Activity activity, string name, NodeState? from)
    {
        var value = Input(activity, name, from);
        if (value is null or "") return null;
        return WorkflowValue.AsNumber(value)
            ?? throw new ActivityFault("input-not-a-number", new($"“{activity.DisplayText}”的“{name}”应为数字，现为“{WorkflowValue.AsText(value)}”", $"{name} of \"{activity.DisplayText}\" must be a number, not \"{WorkflowValue.AsText(value)}\""));
    }

    public IReadOnlyList<string> Texts(Activity activity, string name, NodeState? from)
    {
        var value = Input(activity, name, from);
        if (value is string text && !text.AsSpan().TrimStart().StartsWith("["))
            return text.Split([',', '，', '、'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. WorkflowValue.AsItems(value).Select(WorkflowValue.AsText)];
    }

    object? IExpressionScope.Variable(string id)
    {
        for (var node = scope; node is not null; node = node.Parent == 0 ? null : State.FindNode(node.Parent))
            if (node.Variables is { } variables && variables.TryGetValue(id, out var value)) return value;
        return State.Variables.GetValueOrDefault(id);
    }

    object? IExpressionScope.Input(string name) =>
        State.Input.TryGetValue(name, out var value) ? value
        : Context.Launch is { } launch && (Context.Batch is { } number && launch.FindBatch(number)?.Settings.TryGetValue(name, out var setting) == true || launch.Settings.TryGetValue(name, out setting)) ? setting
        : null;

    public void SetVariable(string id, object? value, NodeState? from)
    {
        for (var node = from; node is not null; node = node.Parent == 0 ? null : State.FindNode(node.Parent))
            if (node.Variables is { } variables && variables.ContainsKey(id))
            {
                variables[id] = WorkflowValue.Normalise(value);
                return;
            }

        State.Variables[id] = WorkflowValue.Normalise(value);
    }

    public void SetOutput(Activity activity, string output, object? value, NodeState? from)
    {
        if (activity.Outputs.TryGetValue(output, out var variable)) SetVariable(variable, value, from);
    }

    /// <summary>A day on which something happened, for rules that count from it.</summary>
    public void Remember(string anchor) => State.Dates[anchor] = Today;

    /// <summary>The date that an input's rule gives; null when the input is empty.</summary>
    public ResolvedDate? Date(Activity activity, string name, NodeState? from) =>
        Text(activity, name, from) is { } text ? Date(text, activity) : null;

    /// <param name="own">Anchors that only this step knows, such as the period that a report is about.</param>
    public ResolvedDate? Date(Activity activity, string name, NodeState? from, IReadOnlyDictionary<string, DateOnly> own)
    {
        locals = own;
        try
        {
            return Date(activity, name, from);
        }
        finally
        {
            locals = null;
        }
    }

    public ResolvedDate Date(string text, Activity? activity)
    {
        var rule = Rules.GetOrAdd(text, static t => DateRule.TryParse(t, out var parsed, out var error, out _)
            ? parsed!
            : throw new ActivityFault("date-rule", error));
        var resolution = rule.Resolve(Context.Calendar, Anchor);
        if (resolution.Date is { } date) return date;
        var where = activity?.DisplayText ?? text;
        throw resolution.MissingAnchor is { } missing
            ? new ActivityFault("date-anchor", new($"“{where}”的日期“{text}”用到“{missing}”，它尚无日期；请在启动参数中设定，或检查步骤顺序", $"The date \"{text}\" of \"{where}\" needs \"{missing}\", which has no date yet; set it in the launch, or check the order of steps"))
            : new ActivityFault("date-rule", resolution.Error ?? new($"“{text}”不能算出日期", $"\"{text}\" gives no date"));
    }

    /// <summary>Dates that happened in this instance, then the launch's: the batch's own before the programme's.</summary>
    private ResolvedDate? Anchor(string name)
    {
        if (locals is not null && locals.TryGetValue(name, out var local)) return Happened(name, local);
        if (State.Dates.TryGetValue(name, out var happened)) return Happened(name, happened);
        if (name == "opened") return Happened(name, Today);
        if (State.Input.TryGetValue(name, out var input) && input is string text && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var given))
            return Happened(name, given);
        if (Context.Launch is not { } launch) return null;
        var batch = Context.Batch is { } number ? launch.FindBatch(number) : null;
        if (name == "programme.start") return Happened(name, launch.StartsOn);
        string? rule = null;
        if (name == "batch.start") rule = batch?.Start;
        else if (batch is null || !batch.Dates.TryGetValue(name, out rule)) _ = launch.Dates.TryGetValue(name, out rule);
        if (rule is null) return null;
        if (++dateDepth > DateDepthMax)
            throw new ActivityFault("date-cycle", new($"启动参数中的日期“{name}”互相引用，无法确定", $"The launch dates around \"{name}\" refer to each other and give no date"));
        try
        {
            return Date(rule, null);
        }
        finally
        {
            dateDepth--;
        }
    }

    private static ResolvedDate Happened(string name, DateOnly on) =>
        new(on, false, [new Text($"{name}：{on:yyyy-MM-dd}", $"{name}: {on:yyyy-MM-dd}")]);
}
