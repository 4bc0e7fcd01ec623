using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage;

[DbContext(typeof(ProgrammesDb))]
[Migration("0001_initial")]
public sealed class M0001Initial : ScriptMigration;
