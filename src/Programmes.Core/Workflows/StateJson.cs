using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Programmes.Core.Workflows;

/// <summary>The serialised state of an instance. Written by this program's format, read from every format that a release wrote.</summary>
public static class StateJson
{
    public static string Serialize(InstanceState state) => JsonSerializer.Serialize(state, StateJsonContext.Plain.InstanceState);

    public static byte[] SerializeToUtf8(InstanceState state) => JsonSerializer.SerializeToUtf8Bytes(state, StateJsonContext.Plain.InstanceState);

    /// <exception cref="JsonException">The text is no state.</exception>
    /// <exception cref="NotSupportedException">The state was written by a newer program.</exception>
    public static InstanceState Deserialize(string json)
    {
        var state = JsonSerializer.Deserialize(json, StateJsonContext.Plain.InstanceState) ?? throw new JsonException("An empty state.");
        if (state.Format > InstanceState.CurrentFormat)
            throw new NotSupportedException($"Instance {state.InstanceId} was written in format {state.Format}; this program reads up to {InstanceState.CurrentFormat}. Run the newer version.");
        return state;
    }
}

/// <summary>Stimuli as rows: a kind and a payload.</summary>
public static class StimulusJson
{
    public static string KindOf(Stimulus stimulus) => stimulus.GetType().Name;

    public static string Serialize(Stimulus stimulus) => JsonSerializer.Serialize(stimulus, stimulus.GetType(), StateJsonContext.Plain);

    /// <exception cref="JsonException">The kind is unknown or the payload does not fit it.</exception>
    public static Stimulus Deserialize(string kind, string json)
    {
        if (!Kinds.TryGetValue(kind, out var type)) throw new JsonException($"Unknown stimulus \"{kind}\".");
        return (Stimulus)(JsonSerializer.Deserialize(json, type, StateJsonContext.Plain) ?? throw new JsonException($"Empty stimulus \"{kind}\"."));
    }

    private static readonly Dictionary<string, Type> Kinds = new[]
    {
        typeof(Start), typeof(TimerDue), typeof(WorkItemClosed), typeof(DueMoved), typeof(NoticeRepublished), typeof(EventPublished), typeof(TaskFinished),
        typeof(ChildFinished), typeof(DispatchNext), typeof(BatchStepDecided), typeof(CarryOverAsked), typeof(UnitJoins), typeof(CarryOverAnswered), typeof(UnitLeaves),
        typeof(DatesMoved), typeof(LedgerChanged), typeof(Retry), typeof(Cancel),
    }.ToDictionary(type => type.Name, StringComparer.Ordinal);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    Converters = [typeof(WorkflowValuesConverter), typeof(WorkflowValueConverter)])]
[JsonSerializable(typeof(InstanceState))]
[JsonSerializable(typeof(Start))]
[JsonSerializable(typeof(TimerDue))]
[JsonSerializable(typeof(WorkItemClosed))]
[JsonSerializable(typeof(DueMoved))]
[JsonSerializable(typeof(NoticeRepublished))]
[JsonSerializable(typeof(EventPublished))]
[JsonSerializable(typeof(TaskFinished))]
[JsonSerializable(typeof(ChildFinished))]
[JsonSerializable(typeof(DispatchNext))]
[JsonSerializable(typeof(BatchStepDecided))]
[JsonSerializable(typeof(CarryOverAsked))]
[JsonSerializable(typeof(UnitJoins))]
[JsonSerializable(typeof(CarryOverAnswered))]
[JsonSerializable(typeof(UnitLeaves))]
[JsonSerializable(typeof(DatesMoved))]
[JsonSerializable(typeof(LedgerChanged))]
[JsonSerializable(typeof(Retry))]
[JsonSerializable(typeof(Cancel))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
internal sealed partial class StateJsonContext : JsonSerializerContext
{
    private static StateJsonContext? plain;

    /// <summary>Chinese stays readable, and a third of the size.</summary>
    public static StateJsonContext Plain => plain ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
