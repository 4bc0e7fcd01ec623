using System.Text.Json;
using System.Text.Json.Nodes;
using Programmes.Core.Activities;

namespace Programmes.Core.Workflows;

/// <param name="Definition">Null when there is any error.</param>
/// <param name="Problems">All of them in one report, errors and warnings, in the order of the file.</param>
public sealed record DefinitionReading(WorkflowDefinition? Definition, IReadOnlyList<Problem> Problems);

/// <summary>
/// Reads a workflow definition in Elsa 3's format, hand-written or exported. Optional parts may be missing, property names
/// may be PascalCase, and whatever is not known here is kept for the next save.
/// </summary>
public sealed partial class DefinitionReader
{
    /// <summary>Largest definition file, in characters.</summary>
    public const int LengthMax = 4 * 1024 * 1024;

    /// <summary>Most activities in one definition, and the deepest nesting of containers.</summary>
    public const int ActivitiesMax = 2_000;
    public const int DepthMax = 32;

    private readonly string file;
    private readonly List<Problem> problems = [];
    private readonly Dictionary<string, Activity> activities = new(StringComparer.Ordinal);
    private readonly HashSet<string> unreadable = new(StringComparer.Ordinal);
    private readonly List<VariableDefinition> allVariables = [];
    private readonly List<InputDefinition> inputs = [];

    private DefinitionReader(string file) => this.file = file;

    /// <param name="file">How problems name the file.</param>
    public static DefinitionReading Read(string json, string file)
    {
        var reader = new DefinitionReader(file);
        var definition = reader.ReadDefinition(json);
        var failed = reader.problems.Exists(problem => problem.Severity == ProblemSeverity.Error);
        return new(failed ? null : definition, reader.problems);
    }

    private WorkflowDefinition? ReadDefinition(string json)
    {
        if (json.Length > LengthMax) return Fail("too-large", new($"文件超过 {LengthMax:N0} 个字符", $"The file has more than {LengthMax:N0} characters"));
        JsonNode? parsed;
        try
        {
            parsed = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 256 });
        }
        catch (JsonException e)
        {
            return Fail("json", new(
                $"不是有效的 JSON：第 {e.LineNumber + 1} 行第 {e.BytePositionInLine + 1} 列附近有误，请检查括号、引号和逗号",
                $"This is no valid JSON: near line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}; check brackets, quotes and commas"));
        }

        if (parsed is not JsonObject source) return Fail("not-an-object", new("流程定义应为一个 JSON 对象", "A workflow definition is a JSON object"));
        if (source.Get("root") is not JsonObject root) return Fail("root-missing", new("缺少 root（根活动）；这不是流程定义文件", "root (the root activity) is missing; this is no workflow definition"), "root");

        var id = source.GetText("definitionId");
        if (string.IsNullOrWhiteSpace(id)) Fail("definition-id", new("缺少 definitionId（流程标识）", "definitionId is missing"), "definitionId");
        var version = source.Get("version") is JsonValue v && v.TryGetValue<int>(out var number) ? number : 1;
        if (version < 1) Fail("version", new("version（版本号）应为从 1 起的整数", "version is a whole number from 1"), "version");

        ReadInputs(source);
        var variables = ReadVariables(source, "variables");
        var rootActivity = ReadActivity(root, null, "root", 0);
        if (rootActivity is null) return null;
        Check();
        return new WorkflowDefinition
        {
            DefinitionId = id ?? "",
            Version = version,
            Name = source.GetText("name") ?? id ?? "",
            Hash = CanonicalJson.Hash(source),
            Variables = variables,
            Inputs = inputs,
            Root = rootActivity,
            Activities = activities,
            Source = source,
        };
    }

    private void ReadInputs(JsonObject source)
    {
        foreach (var (item, path) in source.GetList("inputs", "inputs"))
            if (item is JsonObject input && input.GetText("name") is { Length: > 0 } name) inputs.Add(new(name, input.GetText("type") ?? input.GetText("typeName") ?? "Object"));
            else Error("input-definition", new("输入定义缺少 name", "An input definition needs a name"), null, path);
    }

    private List<VariableDefinition> ReadVariables(JsonObject owner, string path)
    {
        var variables = new List<VariableDefinition>();
        foreach (var (item, itemPath) in owner.GetList("variables", path))
        {
            if (item is not JsonObject variable || variable.GetText("name") is not { Length: > 0 } name)
            {
                Error("variable", new("变量缺少 name", "A variable needs a name"), null, itemPath);
                continue;
            }

            var typeName = variable.GetText("typeName") ?? "Object";
            var given = variable.Get("value").ToValue();
            if (!WorkflowValue.TryConvert(given, typeName, out var value))
                Error("variable-value", new($"变量“{name}”的值“{WorkflowValue.AsText(given)}”不是 {typeName}", $"The value \"{WorkflowValue.AsText(given)}\" of variable \"{name}\" is no {typeName}"), null, itemPath);
            var definition = new VariableDefinition(variable.GetText("id") ?? name, name, typeName, variable.Get("isArray").ToValue() is true, value);
            variables.Add(definition);
            allVariables.Add(definition);
        }

        return variables;
    }

    private Activity? ReadActivity(JsonObject source, Activity? parent, string path, int depth)
    {
        var type = source.GetText("type") ?? "";
        var id = source.GetText("id") ?? "";
        if (id.Length == 0)
        {
            Error("activity-id", new("活动缺少 id", "An activity needs an id"), null, path);
            return null;
        }

        if (depth > DepthMax || activities.Count >= ActivitiesMax)
        {
            Error("too-large", new($"活动嵌套超过 {DepthMax} 层，或总数超过 {ActivitiesMax} 个", $"Activities are nested deeper than {DepthMax} or more than {ActivitiesMax}"), id, path);
            return null;
        }

        if (activities.ContainsKey(id) || unreadable.Contains(id))
        {
            Error("activity-id-twice", new($"活动标识“{id}”出现两次；请改其中一个", $"The activity id \"{id}\" occurs twice; change one of them"), id, path);
            return null;
        }

        if (ActivityCatalog.Find(type) is not { } descriptor)
        {
            unreadable.Add(id);
            Error("activity-type", type == "Elsa.Cron"
                ? new("不支持 Elsa.Cron；按月、季、年重复的工作请用 Programmes.RecurringWork", "Elsa.Cron is not run here; use Programmes.RecurringWork for monthly, quarterly or yearly work")
                : new($"未知的活动类型“{type}”{Spelling.Hint(type, KnownTypes).Zh}", $"Unknown activity type \"{type}\"{Spelling.Hint(type, KnownTypes).En}"), id, $"{path}.type");
            return null;
        }

        var custom = source.Get("customProperties") as JsonObject;
        var display = (source.Get("metadata") as JsonObject)?.GetText("displayText");
        var activity = new Activity
        {
            Id = id,
            Type = type,
            Descriptor = descriptor,
            Source = source,
            Name = source.GetText("name"),
            DisplayText = !string.IsNullOrWhiteSpace(display) ? display : source.GetText("name") is { Length: > 0 } name ? name : $"{descriptor.DisplayName.Zh} {id}",
            Parent = parent,
            CanStartWorkflow = (custom?.Get("canStartWorkflow") ?? source.Get("canStartWorkflow")).ToValue() is true,
            MergeMode = ReadMergeMode(source, custom, descriptor, id, path),
        };
        activities.Add(id, activity);
        activity.Variables.AddRange(ReadVariables(source, $"{path}.variables"));
        ReadInputValues(activity, source, path);
        ReadSlots(activity, source, path, depth);
        if (type == "Elsa.Flowchart") ReadConnections(activity, source, path);
        return activity;
    }

    private static IEnumerable<string> KnownTypes => ActivityCatalog.All.Select(descriptor => descriptor.Type);

    private MergeMode? ReadMergeMode(JsonObject source, JsonObject? custom, ActivityDescriptor descriptor, string id, string path)
    {
        var isJoin = descriptor.Type == "Elsa.FlowJoin";
        var text = isJoin ? LiteralText(source.Get("mode")) ?? "WaitAny" : (custom?.Get("mergeMode") ?? source.Get("mergeMode")).ToValue() as string;
        if (string.IsNullOrEmpty(text) || text.Equals("None", StringComparison.OrdinalIgnoreCase)) return null;
        if (Enum.TryParse<MergeMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode)) return mode;
        Error("merge-mode", new($"未知的汇合方式“{text}”；可用：{string.Join("、", Enum.GetNames<MergeMode>())}", $"Unknown merge mode \"{text}\"; use one of {string.Join(", ", Enum.GetNames<MergeMode>())}"), id, $"{path}.{(isJoin ? "mode" : "customProperties.mergeMode")}");
        return null;
    }

    private static string? LiteralText(JsonNode? input) =>
        input is JsonObject wrapped ? (wrapped.Get("expression") as JsonObject)?.Get("value").ToValue() as string : input.ToValue() as string;

    private void ReadSlots(Activity activity, JsonObject source, string path, int depth)
    {
        foreach (var slot in activity.Descriptor.Slots)
        {
            var contained = activity.Slots[slot.Name] = [];
            if (slot.Many)
            {
                foreach (var (item, itemPath) in source.GetList(slot.Name, $"{path}.{slot.Name}"))
                {
                    if (item is not JsonObject child) Error("activity", new("这里应为一个活动", "An activity is expected here"), activity.Id, itemPath);
                    else if (ReadActivity(child, activity, itemPath, depth + 1) is { } read) contained.Add(read);
                }
            }
            else if (source.Get(slot.Name) is JsonObject child && ReadActivity(child, activity, $"{path}.{slot.Name}", depth + 1) is { } read)
            {
                contained.Add(read);
            }
        }

        for (var i = 0; i < (activity.Slots.TryGetValue("activities", out var list) ? list.Count : 0); i++) list![i].Position = i;
    }

    private void ReadConnections(Activity flowchart, JsonObject source, string path)
    {
        var known = flowchart.Slots["activities"].ToDictionary(activity => activity.Id, StringComparer.Ordinal);
        var connections = new List<(Activity, string, Activity)>();
        foreach (var (item, itemPath) in source.GetList("connections", $"{path}.connections"))
        {
            var from = item is JsonObject c ? EndOf(c, "source") : null;
            var to = item is JsonObject t ? EndOf(t, "target") : null;
            if (from is null || to is null)
            {
                Error("connection", new("连线缺少 source 或 target", "A connection needs source and target"), flowchart.Id, itemPath);
                continue;
            }

            if (unreadable.Contains(from.Value.Id) || unreadable.Contains(to.Value.Id)) continue;
            if (!known.TryGetValue(from.Value.Id, out var sourceActivity) || !known.TryGetValue(to.Value.Id, out var target))
            {
                var missing = known.ContainsKey(from.Value.Id) ? to.Value.Id : from.Value.Id;
                Error("connection-to-nowhere", new($"连线指向不存在的活动“{missing}”{Spelling.Hint(missing, known.Keys).Zh}", $"A connection names \"{missing}\", which is not in this flowchart{Spelling.Hint(missing, known.Keys).En}"), flowchart.Id, itemPath);
                continue;
            }

            var port = string.IsNullOrEmpty(from.Value.Port) ? ActivityDescriptor.DoneOutcome : from.Value.Port;
            if (PortsOf(sourceActivity) is { } ports && !ports.Contains(port, StringComparer.Ordinal))
                Error("port", new($"活动“{sourceActivity.DisplayText}”没有出口“{port}”；可用：{string.Join("、", ports)}", $"\"{sourceActivity.DisplayText}\" has no port \"{port}\"; it has {string.Join(", ", ports)}"), sourceActivity.Id, itemPath);
            if (connections.Contains((sourceActivity, port, target))) continue;
            connections.Add((sourceActivity, port, target));
        }

        flowchart.Graph = new Flowgraph(flowchart.Slots["activities"], connections);
    }

    /// <summary>Both shapes: <c>"source": {"activity","port"}</c> and the flat <c>"source","sourcePort"</c>.</summary>
    private static (string Id, string? Port)? EndOf(JsonObject connection, string end) => connection.Get(end) switch
    {
        JsonObject endpoint when endpoint.GetText("activity") is { Length: > 0 } id => (id, endpoint.GetText("port")),
        JsonValue value when value.TryGetValue<string>(out var id) => (id, connection.GetText($"{end}Port")),
        _ => null,
    };

    private WorkflowDefinition? Fail(string code, Text message, string? property = null)
    {
        problems.Add(Problem.Error(code, message, file, null, property));
        return null;
    }

    private void Error(string code, Text message, string? activityId, string? property) => problems.Add(Problem.Error(code, message, file, activityId, property));
}
