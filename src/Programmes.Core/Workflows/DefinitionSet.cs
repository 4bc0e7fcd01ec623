namespace Programmes.Core.Workflows;

/// <summary>Definitions by id; of several versions the newest.</summary>
public sealed class DefinitionSet
{
    private readonly Dictionary<string, WorkflowDefinition> byId = new(StringComparer.Ordinal);

    public DefinitionSet(IEnumerable<WorkflowDefinition> definitions)
    {
        foreach (var definition in definitions)
            if (!byId.TryGetValue(definition.DefinitionId, out var other) || other.Version < definition.Version) byId[definition.DefinitionId] = definition;
    }

    public IReadOnlyCollection<WorkflowDefinition> All => byId.Values;

    public WorkflowDefinition? Find(string definitionId) => byId.GetValueOrDefault(definitionId);
}
