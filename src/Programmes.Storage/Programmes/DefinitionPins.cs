using Programmes.Storage.Instances;

namespace Programmes.Storage.Programmes;

/// <summary>Which version of a definition a new instance gets: the one that its programme is pinned to, else the latest published.</summary>
internal sealed class DefinitionPins(StoreTransaction transaction)
{
    private readonly Dictionary<(string? Programme, string Definition), int?> known = [];

    /// <summary>Null: there is no such definition.</summary>
    public async ValueTask<int?> VersionAsync(string? programme, string definition, CancellationToken cancellationToken)
    {
        if (known.TryGetValue((programme, definition), out var version)) return version;
        const string sql = """
            SELECT COALESCE(
              (SELECT version FROM programme_definitions WHERE programme_id = @programme AND definition_id = @definition),
              (SELECT MAX(version) FROM definitions WHERE id = @definition),
              0)
            """;
        var found = await transaction.ScalarAsync<int>(sql, cancellationToken, ("@programme", programme), ("@definition", definition)).ConfigureAwait(false);
        return known[(programme, definition)] = found == 0 ? null : found;
    }
}
