using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage;

internal static class MigrationHistory
{
    public const string Table = "schema_migrations";

    /// <summary>
    /// Migrations here are scripts without EF Core's snapshot of the model, so its own check for pending changes can only cry wolf;
    /// a test holds the migrated schema against the model instead.
    /// </summary>
    public static void Warnings(WarningsConfigurationBuilder warnings) =>
        warnings.Ignore(RelationalEventId.PendingModelChangesWarning);
}

/// <summary>A migration that runs the script <c>Migrations/{Sqlite|PostgreSql}/{id}.sql</c> for the database at hand.</summary>
public abstract class ScriptMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var id = GetType().GetCustomAttribute<MigrationAttribute>()!.Id;
        var dialect = migrationBuilder.IsSqlite() ? "Sqlite" : "PostgreSql";
        var name = $"Programmes.Storage.Migrations.{dialect}/{id}.sql";
        using var stream = typeof(ScriptMigration).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The script {name} is missing from the program.");
        using var reader = new StreamReader(stream);
        migrationBuilder.Sql(reader.ReadToEnd());
    }
}
