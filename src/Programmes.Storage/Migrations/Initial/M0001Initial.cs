using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage.Migrations;

/// <summary>
/// The tables of the first release, a file an area. A table stands behind those that it refers to. Long texts come last in
/// their table: SQLite reads through them to reach the columns behind, however long they are. Not sealed: a test of upgrades
/// names it again beside a later migration of its own.
/// </summary>
[DbContext(typeof(ProgrammesDb))]
[Migration("0001_initial")]
public partial class M0001Initial : NeutralMigration
{
    protected override void Build(MigrationBuilder schema)
    {
        Accounts(schema);
        Programmes(schema);
        Instances(schema);
        Work(schema);
        Papers(schema);
        Mail(schema);
        Records(schema);
    }
}
