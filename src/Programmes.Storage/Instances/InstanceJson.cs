using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Programmes.Core.Dates;
using Programmes.Core.Workflows;

namespace Programmes.Storage.Instances;

/// <summary>Texts that stand in columns.</summary>
internal static class InstanceJson
{
    /// <exception cref="StateTooLargeException" />
    public static string Write(string instance, InstanceState state)
    {
        var json = StateJson.Serialize(state);
        // A UTF-16 code unit takes at most three bytes, so most states need no counting.
        if (json.Length <= InstanceState.JsonLengthMax / 3) return json;
        var lengthBytes = Encoding.UTF8.GetByteCount(json);
        return lengthBytes <= InstanceState.JsonLengthMax ? json : throw new StateTooLargeException(instance, lengthBytes);
    }

    /// <summary>Values that only people and pages read, camelCase.</summary>
    public static string Values(object? value) => JsonSerializer.Serialize(value, Web);

    public static string? Why(ResolvedDate? date) => date is null ? null : Values(date.Why);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Web)!;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        // Chinese stays readable in the database; what a page shows is encoded by the page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
