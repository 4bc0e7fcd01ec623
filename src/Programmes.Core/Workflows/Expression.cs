using System.Text.Json;

namespace Programmes.Core.Workflows;

/// <summary>What an expression can see while it is evaluated.</summary>
public interface IExpressionScope
{
    object? Variable(string id);
    object? Input(string name);
}

/// <summary>
/// An input's value: <c>Literal</c>, <c>Object</c>, <c>Variable</c>, <c>Input</c> or <c>Condition</c>.
/// There is no language behind it: definitions are data that office staff edit, and never run code.
/// </summary>
public abstract record Expression
{
    public abstract object? Evaluate(IExpressionScope scope);
}

/// <param name="Value">Already converted to the input's type. JSON arrays and objects stay JSON.</param>
public sealed record LiteralExpression(object? Value) : Expression
{
    public override object? Evaluate(IExpressionScope scope) => Value;
}

/// <param name="Id">The variable's id, resolved from its id or name when the definition was read.</param>
public sealed record VariableExpression(string Id) : Expression
{
    public override object? Evaluate(IExpressionScope scope) => scope.Variable(Id);
}

public sealed record InputExpression(string Name) : Expression
{
    public override object? Evaluate(IExpressionScope scope) => scope.Input(Name);
}

/// <summary>A tree of comparisons joined by <c>all</c>, <c>any</c>, <c>not</c>.</summary>
public sealed record ConditionExpression(Condition Root) : Expression
{
    public override object? Evaluate(IExpressionScope scope) => Root.Holds(scope);
}

public abstract record Condition
{
    /// <summary>How deep conditions may be nested.</summary>
    public const int DepthMax = 16;

    public abstract bool Holds(IExpressionScope scope);

    /// <summary>
    /// Reads <c>{"all":[…]}</c>, <c>{"any":[…]}</c>, <c>{"not":{…}}</c> or <c>{"left":…,"op":"…","right":…}</c>,
    /// where an operand is <c>{"variable":"name"}</c>, <c>{"input":"name"}</c>, <c>{"value":…}</c> or a bare scalar.
    /// </summary>
    /// <param name="variableId">Turns a variable's id or name into its id; null when there is none.</param>
    public static Condition? TryRead(JsonElement json, Func<string, string?> variableId, out Text error) => TryRead(json, variableId, 0, out error);

    private static Condition? TryRead(JsonElement json, Func<string, string?> variableId, int depth, out Text error)
    {
        error = default;
        if (depth > DepthMax)
        {
            error = new($"条件嵌套超过 {DepthMax} 层；请拆分", $"The condition is nested deeper than {DepthMax}; split it");
            return null;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            error = new("条件应为 JSON 对象，例如 {\"left\":…,\"op\":\"equals\",\"right\":…}", "A condition is a JSON object such as {\"left\":…,\"op\":\"equals\",\"right\":…}");
            return null;
        }

        foreach (var (key, all) in new[] { ("all", true), ("any", false) })
        {
            if (!json.TryGetProperty(key, out var list)) continue;
            if (list.ValueKind != JsonValueKind.Array)
            {
                error = new($"“{key}”后面应为条件的列表", $"\"{key}\" takes a list of conditions");
                return null;
            }

            var parts = new List<Condition>();
            foreach (var item in list.EnumerateArray())
            {
                if (TryRead(item, variableId, depth + 1, out error) is not { } part) return null;
                parts.Add(part);
            }

            return new Joined(all, parts);
        }

        if (json.TryGetProperty("not", out var negated))
            return TryRead(negated, variableId, depth + 1, out error) is { } inner ? new Not(inner) : null;

        if (!json.TryGetProperty("left", out var leftJson) || !json.TryGetProperty("op", out var opJson) || opJson.ValueKind != JsonValueKind.String)
        {
            error = new("比较缺少 left 或 op", "A comparison needs left and op");
            return null;
        }

        if (!Enum.TryParse<Comparison>(opJson.GetString(), ignoreCase: true, out var op) || !Enum.IsDefined(op))
        {
            error = new($"未知的比较“{opJson.GetString()}”；可用：{string.Join("、", Names)}", $"Unknown comparison \"{opJson.GetString()}\"; use one of {string.Join(", ", Names)}");
            return null;
        }

        if (TryReadOperand(leftJson, variableId, out error) is not { } left) return null;
        Expression right = new LiteralExpression(null);
        if (json.TryGetProperty("right", out var rightJson))
        {
            if (TryReadOperand(rightJson, variableId, out error) is not { } operand) return null;
            right = operand;
        }
        else if (op is not (Comparison.IsEmpty or Comparison.IsNotEmpty))
        {
            error = new("比较缺少 right", "The comparison needs right");
            return null;
        }

        return new Compared(left, op, right);
    }

    private static readonly string[] Names = Enum.GetNames<Comparison>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();

    private static Expression? TryReadOperand(JsonElement json, Func<string, string?> variableId, out Text error)
    {
        error = default;
        if (json.ValueKind != JsonValueKind.Object) return new LiteralExpression(WorkflowValue.FromJson(json));
        if (json.TryGetProperty("value", out var value)) return new LiteralExpression(WorkflowValue.FromJson(value));
        if (json.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.String) return new InputExpression(input.GetString()!);
        if (json.TryGetProperty("variable", out var variable) && variable.ValueKind == JsonValueKind.String)
        {
            if (variableId(variable.GetString()!) is { } id) return new VariableExpression(id);
            error = new($"没有变量“{variable.GetString()}”", $"There is no variable \"{variable.GetString()}\"");
            return null;
        }

        error = new("比较的一边应为 {\"variable\":…}、{\"input\":…}、{\"value\":…} 或简单值", "An operand is {\"variable\":…}, {\"input\":…}, {\"value\":…} or a bare value");
        return null;
    }

    private sealed record Joined(bool All, IReadOnlyList<Condition> Parts) : Condition
    {
        public override bool Holds(IExpressionScope scope)
        {
            foreach (var part in Parts)
                if (part.Holds(scope) != All) return !All;
            return All;
        }
    }

    private sealed record Not(Condition Inner) : Condition
    {
        public override bool Holds(IExpressionScope scope) => !Inner.Holds(scope);
    }

    private sealed record Compared(Expression Left, Comparison Op, Expression Right) : Condition
    {
        public override bool Holds(IExpressionScope scope)
        {
            var left = Left.Evaluate(scope);
            var right = Right.Evaluate(scope);
            return Op switch
            {
                Comparison.Equals => WorkflowValue.Compare(left, right) == 0,
                Comparison.NotEquals => WorkflowValue.Compare(left, right) != 0,
                Comparison.Less => WorkflowValue.Compare(left, right) < 0,
                Comparison.LessOrEqual => WorkflowValue.Compare(left, right) <= 0,
                Comparison.Greater => WorkflowValue.Compare(left, right) > 0,
                Comparison.GreaterOrEqual => WorkflowValue.Compare(left, right) >= 0,
                Comparison.Contains => left is JsonElement { ValueKind: JsonValueKind.Array }
                    ? WorkflowValue.AsItems(left).Any(item => WorkflowValue.Compare(item, right) == 0)
                    : WorkflowValue.AsText(left).Contains(WorkflowValue.AsText(right), StringComparison.Ordinal),
                Comparison.In => WorkflowValue.AsItems(right).Any(item => WorkflowValue.Compare(item, left) == 0),
                Comparison.StartsWith => WorkflowValue.AsText(left).StartsWith(WorkflowValue.AsText(right), StringComparison.Ordinal),
                Comparison.IsEmpty => WorkflowValue.AsText(left).Length == 0,
                _ => WorkflowValue.AsText(left).Length > 0,
            };
        }
    }
}

public enum Comparison { Equals, NotEquals, Less, LessOrEqual, Greater, GreaterOrEqual, Contains, In, StartsWith, IsEmpty, IsNotEmpty }
