using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Programmes.Storage.Migrations;

/// <summary>
/// A migration written once for all databases. EF Core's own builder says what to make and each provider how: columns come
/// from <see cref="Columns"/>, which knows no type of one database only. What one database alone needs is asked for in the
/// open, by <c>schema.IsNpgsql()</c> or <c>schema.IsSqlite()</c>; so far nothing does.
/// </summary>
public abstract class NeutralMigration : Migration
{
    protected abstract void Build(MigrationBuilder schema);

    /// <exception cref="InvalidOperationException">A column is not from <see cref="Columns"/>.</exception>
    protected sealed override void Up(MigrationBuilder migrationBuilder)
    {
        Build(migrationBuilder);
        foreach (var operation in migrationBuilder.Operations)
        {
            switch (operation)
            {
                case CreateTableOperation table:
                    foreach (var column in table.Columns) Columns.Settle(column, migrationBuilder.IsNpgsql());
                    break;
                case AddColumnOperation column:
                    Columns.Settle(column, migrationBuilder.IsNpgsql());
                    break;
            }
        }
    }
}
