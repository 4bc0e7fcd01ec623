using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage.Migrations;

public partial class M0001Initial
{
    private static void Records(MigrationBuilder schema)
    {
        schema.CreateTable("audit", table => new
        {
            id = table.Identity(),
            at = table.Long(),
            actor = table.Text(),
            action = table.Text(),
            subject = table.Text(),
            programme_id = table.Text(optional: true),
            details = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_audit", row => row.id));
        schema.CreateIndex("ix_audit_at", "audit", "at");
        schema.CreateIndex("ix_audit_subject", "audit", "subject");

        schema.CreateTable("nodes", table => new
        {
            id = table.Text(),
            name = table.Text(),
            version = table.Text(),
            role = table.Text(),
            started_at = table.Instant(),
            seen_at = table.Instant(),
            stopped_at = table.Instant(optional: true),
            state = table.Text(),
        }, constraints: table => table.PrimaryKey("pk_nodes", row => row.id));

        schema.CreateTable("settings", table => new
        {
            key = table.Text(),
            value = table.Text(),
        }, constraints: table => table.PrimaryKey("pk_settings", row => row.key));
    }
}
