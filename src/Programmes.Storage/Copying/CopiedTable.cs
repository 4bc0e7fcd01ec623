using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Copying;

/// <summary>A column whose values are copied: text, whole numbers or yes and no, whatever stands for them in the database at hand.</summary>
public sealed record CopiedColumn(string Name, SqlType Type);

/// <summary>A table as it is copied.</summary>
/// <param name="Key">The columns of the primary key: the order in which rows are read and compared, the same on every database.</param>
/// <param name="Identity">The column that the database numbers by itself; null: none.</param>
public sealed record CopiedTable(string Name, IReadOnlyList<CopiedColumn> Columns, IReadOnlyList<string> Key, string? Identity)
{
    /// <summary>All tables of the model, each after those that its foreign keys name. No list by hand: a new table cannot be forgotten.</summary>
    /// <exception cref="NotSupportedException">A column holds something else than <see cref="SqlType"/> knows.</exception>
    public static IReadOnlyList<CopiedTable> AllOf(ProgrammesDb db)
    {
        var ordered = new List<IEntityType>();
        var seen = new HashSet<IEntityType>();
        foreach (var entity in db.Model.GetEntityTypes().OrderBy(entity => entity.GetTableName(), StringComparer.Ordinal)) Add(entity);
        return [.. ordered.Select(Of)];

        void Add(IEntityType entity)
        {
            if (!seen.Add(entity)) return;
            foreach (var parent in entity.GetForeignKeys().Select(foreign => foreign.PrincipalEntityType)) Add(parent);
            ordered.Add(entity);
        }
    }

    private static CopiedTable Of(IEntityType entity)
    {
        var key = entity.FindPrimaryKey()!.Properties;
        var identity = key is [{ ValueGenerated: ValueGenerated.OnAdd } only] && TypeOf(only) is SqlType.Int or SqlType.Long ? key[0].GetColumnName() : null;
        return new(
            entity.GetTableName()!, [.. entity.GetProperties().Select(property => new CopiedColumn(property.GetColumnName(), TypeOf(property)))],
            [.. key.Select(property => property.GetColumnName())], identity);
    }

    private static SqlType TypeOf(IProperty property)
    {
        var stored = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        stored = Nullable.GetUnderlyingType(stored) ?? stored;
        return stored == typeof(string) ? SqlType.Text
            : stored == typeof(long) ? SqlType.Long
            : stored == typeof(int) ? SqlType.Int
            : stored == typeof(bool) ? SqlType.Bool
            : throw new NotSupportedException($"The column {property.DeclaringType.Name}.{property.Name} holds {stored.Name}, which is not copied yet.");
    }
}
