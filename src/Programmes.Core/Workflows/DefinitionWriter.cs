using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Programmes.Core.Workflows;

/// <summary>
/// Writes a definition so that Elsa Server and Elsa Studio load it: everything that was read, unknown properties included,
/// with the parts that they insist on filled in.
/// </summary>
public static class DefinitionWriter
{
    public const string Schema = "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json";
    public const string ToolVersion = "3.8.0.0";

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(WorkflowDefinition definition)
    {
        var json = (JsonObject)definition.Source.DeepClone();
        Default(json, "$schema", Schema);
        Default(json, "id", $"{definition.DefinitionId}-{definition.Version}");
        Default(json, "name", definition.Name);
        Default(json, "version", definition.Version);
        Default(json, "toolVersion", ToolVersion);
        foreach (var list in new[] { "variables", "inputs", "outputs", "outcomes" }) Default(json, list, new JsonArray());
        Default(json, "customProperties", new JsonObject());
        Default(json, "isLatest", true);
        Default(json, "isPublished", true);
        Default(json, "options", new JsonObject { ["usableAsActivity"] = false, ["autoUpdateConsumingWorkflows"] = false });
        if (json.Get("root") is JsonObject root) Complete(root, definition, "Workflow1");
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable)) json.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>Gives every activity the <c>nodeId</c>, version and property bags that Elsa's editor requires.</summary>
    private static void Complete(JsonObject activity, WorkflowDefinition definition, string above)
    {
        var id = activity.GetText("id") ?? "";
        var nodeId = $"{above}:{id}";
        Default(activity, "nodeId", nodeId);
        Default(activity, "version", 1);
        Default(activity, "customProperties", new JsonObject { ["canStartWorkflow"] = false, ["runAsynchronously"] = false });
        Default(activity, "metadata", new JsonObject());
        if (definition.Find(id) is not { } known) return;
        foreach (var slot in known.Descriptor.Slots)
        {
            if (activity.Get(slot.Name) is JsonObject single) Complete(single, definition, nodeId);
            foreach (var (item, _) in activity.GetList(slot.Name, ""))
                if (item is JsonObject child) Complete(child, definition, nodeId);
        }

        foreach (var (item, _) in activity.GetList("cases", ""))
            if (item is JsonObject { } branch && branch.Get("activity") is JsonObject child) Complete(child, definition, nodeId);
    }

    private static void Default(JsonObject json, string name, JsonNode value)
    {
        if (json.Get(name) is null) json[name] = value;
    }
}
