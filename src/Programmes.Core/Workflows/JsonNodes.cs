using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Programmes.Core.Workflows;

/// <summary>Reading Elsa's JSON with its tolerances: property names in any case, lists as <c>$values</c>, <c>items</c> or <c>values</c>.</summary>
internal static class JsonNodes
{
    public static JsonNode? Get(this JsonObject json, string name)
    {
        if (json.TryGetPropertyValue(name, out var exact)) return exact;
        foreach (var (key, value) in json)
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase)) return value;
        return null;
    }

    public static string? GetText(this JsonObject json, string name) => json.Get(name) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static IEnumerable<(JsonNode? Item, string Path)> GetList(this JsonObject json, string name, string path)
    {
        var node = json.Get(name);
        if (node is JsonObject wrapper) node = wrapper.Get("$values") ?? wrapper.Get("items") ?? wrapper.Get("values");
        if (node is not JsonArray array) yield break;
        for (var i = 0; i < array.Count; i++) yield return (array[i], $"{path}[{i}]");
    }

    public static object? ToValue(this JsonNode? node) => node is null ? null : WorkflowValue.FromJson(node.ToElement());

    public static JsonElement ToElement(this JsonNode node) => JsonSerializer.SerializeToElement(node, StateJsonContext.Plain.JsonNode);
}

/// <summary>One text for equal JSON, whatever the order of properties and the white space.</summary>
internal static class CanonicalJson
{
    public static string Hash(JsonObject json)
    {
        var canonical = new StringBuilder();
        Write(json, canonical);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));
    }

    private static void Write(JsonNode? node, StringBuilder to)
    {
        switch (node)
        {
            case JsonObject json:
                to.Append('{');
                foreach (var (key, value) in json.OrderBy(property => property.Key, StringComparer.Ordinal))
                {
                    to.Append(JsonEncodedText.Encode(key).Value).Append(':');
                    Write(value, to);
                    to.Append(',');
                }

                to.Append('}');
                break;
            case JsonArray array:
                to.Append('[');
                foreach (var item in array)
                {
                    Write(item, to);
                    to.Append(',');
                }

                to.Append(']');
                break;
            case null:
                to.Append("null");
                break;
            default:
                to.Append(node.ToJsonString());
                break;
        }
    }
}
