using System.Text.Json;
using System.Text.Json.Nodes;
using Programmes.Core.Dates;

namespace Programmes.Core.Workflows;

/// <summary>Inputs, outputs and cases of activities.</summary>
public sealed partial class DefinitionReader
{
    private static readonly string[] CodeExpressions = ["JavaScript", "CSharp", "C#", "Python", "Liquid"];

    private static readonly HashSet<string> CommonProperties = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "nodeId", "name", "type", "version", "customProperties", "metadata", "variables", "activities", "connections", "mergeMode",
        "canStartWorkflow", "runAsynchronously", "result", "source", "$type", "commitStrategy", "properties",
    };

    private void ReadInputValues(Activity activity, JsonObject source, string path)
    {
        var descriptor = activity.Descriptor;
        foreach (var (name, value) in source)
        {
            if (descriptor.Outputs.Contains(name, StringComparer.OrdinalIgnoreCase) && (value as JsonObject)?.Get("memoryReference") is JsonObject reference && reference.GetText("id") is { Length: > 0 } id)
            {
                if (FindVariable(id, activity) is { } target) activity.Outputs[name] = target;
                else Error("variable-unknown", new($"输出“{name}”写入的变量“{id}”不存在", $"Output {name} writes to a variable \"{id}\" that does not exist"), activity.Id, $"{path}.{name}");
            }
            else if (descriptor.FindInput(name) is null && !CommonProperties.Contains(name) && !descriptor.Slots.Any(slot => slot.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                     && value is JsonObject wrapped && wrapped.ContainsKey("expression"))
            {
                var known = descriptor.Inputs.Select(input => input.Name);
                problems.Add(Problem.Warning("input-unknown", new(
                    $"活动类型 {descriptor.Type} 没有输入“{name}”，将保留但不使用{Spelling.Hint(name, known).Zh}",
                    $"{descriptor.Type} has no input \"{name}\"; it is kept and not used{Spelling.Hint(name, known).En}"), file, activity.Id, $"{path}.{name}"));
            }
        }

        foreach (var input in descriptor.Inputs)
        {
            var value = source.Get(input.Name);
            var inputPath = $"{path}.{input.Name}";
            if (input.Hint == InputHint.Variable) ReadVariableTarget(activity, value, inputPath);
            else if (input.Hint == InputHint.Cases) ReadCases(activity, value, inputPath);
            else if (value is not null && ReadExpression(value, input, activity, inputPath) is { } expression) activity.Inputs[input.Name] = expression;
            if (input.Required && input.Hint != InputHint.Variable && (!activity.Inputs.TryGetValue(input.Name, out var given) || given is LiteralExpression { Value: null or "" }) && !HasError(activity.Id, inputPath))
                Error("input-missing", new($"“{activity.DisplayText}”缺少“{input.DisplayName.Zh}”（{input.Name}）", $"\"{activity.DisplayText}\" needs {input.DisplayName.En} ({input.Name})"), activity.Id, inputPath);
        }
    }

    private bool HasError(string activityId, string path) =>
        problems.Exists(problem => problem.Severity == ProblemSeverity.Error && problem.ActivityId == activityId && problem.Property?.StartsWith(path, StringComparison.Ordinal) == true);

    /// <summary>Where SetVariable writes: kept as the output "variable".</summary>
    private void ReadVariableTarget(Activity activity, JsonNode? value, string path)
    {
        var named = value is JsonObject json ? json.GetText("id") ?? json.GetText("name") : value.ToValue() as string;
        if (named is { Length: > 0 } && (FindVariable(named, activity) ?? FindVariable((value as JsonObject)?.GetText("name"), activity)) is { } id) activity.Outputs["variable"] = id;
        else Error("variable-unknown", new($"变量“{named}”不存在；请在流程的 variables 中定义", $"There is no variable \"{named}\"; define it in variables"), activity.Id, path);
    }

    private void ReadCases(Activity activity, JsonNode? value, string path)
    {
        if (value is JsonObject wrapper && wrapper.Get("expression") is JsonObject expression) value = expression.Get("value");
        if (value is JsonValue text && text.TryGetValue<string>(out var raw) && TryParseJson(raw) is { } parsed) value = parsed;
        if (value is JsonObject values && values.Get("$values") is JsonArray inner) value = inner;
        if (value is not JsonArray list) return;
        for (var i = 0; i < list.Count; i++)
        {
            var casePath = $"{path}[{i}]";
            if (list[i] is not JsonObject item || item.GetText("label") is not { Length: > 0 } label || item.Get("condition") is not { } condition)
            {
                Error("case", new("情形缺少 label 或 condition", "A case needs label and condition"), activity.Id, casePath);
                continue;
            }

            var read = ReadExpression(condition, new("condition", "Boolean", new("条件", "Condition"), default, InputHint.Condition), activity, $"{casePath}.condition");
            var contained = item.Get("activity") is JsonObject child ? ReadActivity(child, activity, $"{casePath}.activity", 1) : null;
            if (read is not null) activity.Cases.Add(new(label, read, contained));
        }
    }

    private Expression? ReadExpression(JsonNode value, InputDescriptor input, Activity activity, string path)
    {
        var kind = "Literal";
        JsonNode? content = value;
        if (value is JsonObject json)
        {
            if (json.Get("expression") is JsonObject expression) (kind, content) = (expression.GetText("type") ?? "Literal", expression.Get("value"));
            else if (json.ContainsKey("type") && json.ContainsKey("value")) (kind, content) = (json.GetText("type") ?? "Literal", json.Get("value"));
            else if (!json.ContainsKey("expression") && json.ContainsKey("memoryReference")) return null;
        }

        switch (kind)
        {
            case "Literal":
                return ReadLiteral(content, input, activity, path);
            case "Object":
                var parsed = content is JsonValue text && text.TryGetValue<string>(out var raw) ? TryParseJson(raw) ?? (raw.Length == 0 ? null : Invalid(activity, path, raw)) : content;
                return new LiteralExpression(parsed.ToValue());
            case "Variable":
                var named = content is JsonObject variable ? variable.GetText("id") ?? variable.GetText("name") : content.ToValue() as string;
                if ((FindVariable(named, activity) ?? FindVariable((content as JsonObject)?.GetText("name"), activity)) is { } id) return new VariableExpression(id);
                Error("variable-unknown", new($"变量“{named}”不存在", $"There is no variable \"{named}\""), activity.Id, path);
                return null;
            case "Input":
                var inputName = content is JsonObject definition ? definition.GetText("name") : content.ToValue() as string;
                if (inputName is { Length: > 0 }) return new InputExpression(inputName);
                Error("input-unknown", new("表达式没有写明输入的名称", "The expression names no input"), activity.Id, path);
                return null;
            case "Condition":
                var condition = content is JsonValue conditionText && conditionText.TryGetValue<string>(out var rawCondition) ? TryParseJson(rawCondition) : content;
                if (condition is null)
                {
                    Error("condition", new("条件不是有效的 JSON", "The condition is no valid JSON"), activity.Id, path);
                    return null;
                }

                if (Condition.TryRead(condition.ToElement(), name => FindVariable(name, activity), out var error) is { } tree) return new ConditionExpression(tree);
                Error("condition", error, activity.Id, path);
                return null;
            default:
                Error("expression-type", CodeExpressions.Contains(kind, StringComparer.OrdinalIgnoreCase)
                    ? new($"不运行 {kind} 代码；请改用 Literal、Object、Variable、Input 或 Condition", $"{kind} code is not run; use Literal, Object, Variable, Input or Condition")
                    : new($"未知的表达式类型“{kind}”；可用：Literal、Object、Variable、Input、Condition", $"Unknown expression type \"{kind}\"; use Literal, Object, Variable, Input or Condition"), activity.Id, path);
                return null;
        }
    }

    private LiteralExpression? ReadLiteral(JsonNode? content, InputDescriptor input, Activity activity, string path)
    {
        var value = content.ToValue();
        if (value is null or "") return new LiteralExpression(null);
        if (input.Hint == InputHint.DateRule)
        {
            var text = WorkflowValue.AsText(value);
            if (DateRule.TryParse(text, out _, out var error, out var position)) return new LiteralExpression(text);
            Error("date-rule", new($"日期规则“{text}”第 {position + 1} 个字符处有误：{error.Zh}", $"Date rule \"{text}\", at character {position + 1}: {error.En}"), activity.Id, path);
            return null;
        }

        if (input.Hint == InputHint.Period && !DateRule.TryParse($"opened + {WorkflowValue.AsText(value)}", out _, out var periodError, out _))
        {
            Error("period", new($"“{WorkflowValue.AsText(value)}”不是期间，例如 6 months、15 working days：{periodError.Zh}", $"\"{WorkflowValue.AsText(value)}\" is no period such as 6 months or 15 working days: {periodError.En}"), activity.Id, path);
            return null;
        }

        if (input.TypeName == "TimeSpan" && !TimeSpans.TryParse(WorkflowValue.AsText(value), out _, out var spanError))
        {
            Error("time-span", spanError, activity.Id, path);
            return null;
        }

        if (!WorkflowValue.TryConvert(value, input.TypeName, out var converted))
        {
            Error("input-value", new($"“{input.DisplayName.Zh}”的值“{WorkflowValue.AsText(value)}”不是 {input.TypeName}", $"The value \"{WorkflowValue.AsText(value)}\" of {input.DisplayName.En} is no {input.TypeName}"), activity.Id, path);
            return null;
        }

        if (input.Choices is { } choices && !choices.Any(choice => choice.Value.Equals(WorkflowValue.AsText(converted), StringComparison.OrdinalIgnoreCase)))
        {
            Error("input-choice", new($"“{input.DisplayName.Zh}”不能是“{WorkflowValue.AsText(value)}”；可用：{string.Join("、", choices.Select(choice => choice.Value))}", $"{input.DisplayName.En} cannot be \"{WorkflowValue.AsText(value)}\"; use one of {string.Join(", ", choices.Select(choice => choice.Value))}"), activity.Id, path);
            return null;
        }

        return new LiteralExpression(converted);
    }

    private JsonValue? Invalid(Activity activity, string path, string raw)
    {
        // Elsa writes plain texts as Object expressions too; only what looks like JSON must be JSON.
        if (raw.AsSpan().TrimStart() is ['{' or '[', ..]) Error("input-json", new("不是有效的 JSON", "This is no valid JSON"), activity.Id, path);
        return JsonValue.Create(raw);
    }

    private static JsonNode? TryParseJson(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The id of the variable with this id or name that is nearest to the activity.</summary>
    private string? FindVariable(string? idOrName, Activity activity)
    {
        if (string.IsNullOrEmpty(idOrName)) return null;
        for (var container = activity; container is not null; container = container.Parent)
            if (container.Variables.Find(variable => variable.Id == idOrName || variable.Name == idOrName) is { } own) return own.Id;
        return allVariables.Find(variable => variable.Id == idOrName || variable.Name == idOrName)?.Id;
    }

    /// <summary>The ports of an activity; null when an expression decides them.</summary>
    private static List<string>? PortsOf(Activity activity)
    {
        var descriptor = activity.Descriptor;
        List<string> ports = [.. descriptor.Outcomes];
        switch (descriptor.OutcomesFrom)
        {
            case null:
                return ports;
            case "cases":
                ports.AddRange(activity.Cases.Select(item => item.Label));
                return ports;
            case { } input:
                var value = activity.Inputs.TryGetValue(input, out var expression)
                    ? expression is LiteralExpression literal ? literal.Value : null
                    : descriptor.FindInput(input)?.Default;
                if (value is null) return expression is null or LiteralExpression ? ports : null;
                ports.AddRange(value is string text && !text.StartsWith('[')
                    ? text.Split([',', '，', '、'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    : WorkflowValue.AsItems(value).Select(WorkflowValue.AsText));
                return ports;
        }
    }
}
