using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Programmes.Storage.Migrations;

internal static class MigrationHistory
{
    public const string Table = "schema_migrations";

    /// <summary>
    /// Migrations here have no snapshot of the model beside them, so EF Core's own check for pending changes can only cry wolf;
    /// a test holds the migrated schema against the model instead.
    /// </summary>
    public static void Warnings(WarningsConfigurationBuilder warnings) =>
        warnings.Ignore(RelationalEventId.PendingModelChangesWarning);
}
