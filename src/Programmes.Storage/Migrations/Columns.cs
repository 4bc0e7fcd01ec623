using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Programmes.Storage.Migrations;

/// <summary>
/// The kinds of columns there are, the same on every database. A column is required unless it says that it is optional.
/// A new column in a table that has rows (<c>schema.AddColumn&lt;…&gt;</c>) is optional or has a default.
/// </summary>
internal static class Columns
{
    private const string Generated = "Npgsql:ValueGenerationStrategy";

    /// <summary>Sorts by code point on every database, so that lists come in the same order and ids compare as bytes.</summary>
    public static OperationBuilder<AddColumnOperation> Text(this ColumnsBuilder table, bool optional = false) => Of<string>(table, optional);

    /// <summary>A day as <c>yyyy-MM-dd</c>, which orders as text.</summary>
    public static OperationBuilder<AddColumnOperation> Date(this ColumnsBuilder table, bool optional = false) => Of<string>(table, optional);

    /// <summary>Microseconds since 1970-01-01T00:00Z.</summary>
    public static OperationBuilder<AddColumnOperation> Instant(this ColumnsBuilder table, bool optional = false) => Of<long>(table, optional);

    public static OperationBuilder<AddColumnOperation> Flag(this ColumnsBuilder table, bool optional = false) => Of<bool>(table, optional);

    /// <summary>A number of 32 bits.</summary>
    public static OperationBuilder<AddColumnOperation> Whole(this ColumnsBuilder table, bool optional = false) => Of<int>(table, optional);

    /// <summary>A number of 64 bits.</summary>
    public static OperationBuilder<AddColumnOperation> Long(this ColumnsBuilder table, bool optional = false) => Of<long>(table, optional);

    /// <summary>A number of 64 bits that the database gives out, and takes where one is given. On SQLite it has to be the primary key.</summary>
    public static OperationBuilder<AddColumnOperation> Identity(this ColumnsBuilder table) =>
        Of<long>(table, optional: false).Annotation(Generated, NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);

    /// <summary>The same with 32 bits, which ASP.NET Core Identity's own tables want.</summary>
    public static OperationBuilder<AddColumnOperation> SmallIdentity(this ColumnsBuilder table) =>
        Of<int>(table, optional: false).Annotation(Generated, NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);

    private static OperationBuilder<AddColumnOperation> Of<T>(ColumnsBuilder table, bool optional) => table.Column<T>(nullable: optional);

    /// <summary>Refuses a type of one database only, and gives texts the order of code points.</summary>
    /// <exception cref="InvalidOperationException">The column names a type of a database, or has none that all have.</exception>
    public static void Settle(AddColumnOperation column, bool isPostgres)
    {
        if (column.ColumnType is not null || column.Collation is not null || !Neutral.Contains(column.ClrType))
        {
            throw new InvalidOperationException(
                $"The column {column.Table}.{column.Name} is of the type '{column.ColumnType ?? column.ClrType.Name}': a migration uses only the kinds that {nameof(Columns)} lists.");
        }

        if (column.ClrType == typeof(string) && isPostgres) column.Collation = "C";
    }

    private static readonly HashSet<Type> Neutral = [typeof(string), typeof(long), typeof(int), typeof(bool)];
}
