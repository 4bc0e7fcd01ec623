using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage.Migrations;

public partial class M0001Initial
{
    private static void Papers(MigrationBuilder schema)
    {
        schema.CreateTable("papers", table => new
        {
            id = table.Identity(),
            programme_id = table.Text(),
            kind = table.Text(),
            number = table.Text(),
            title = table.Text(),
            body = table.Text(),
            issuer = table.Text(),
            issued_on = table.Date(),
            issued_by = table.Text(),
            unit_id = table.Text(optional: true),
            work_item_id = table.Text(optional: true),
            answers_id = table.Long(optional: true),
            reply_by_on = table.Date(optional: true),
            reopens_on = table.Date(optional: true),
            status = table.Text(),
            ended_on = table.Date(optional: true),
            ended_by = table.Text(optional: true),
            reason = table.Text(optional: true),
            recorded_at = table.Instant(),
            version = table.Whole(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_papers", row => row.id);
            table.ForeignKey("fk_papers_programme_id", row => row.programme_id, "programmes", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_papers_programme_id_number", "papers", ["programme_id", "number"], unique: true);
        schema.CreateIndex("ix_papers_work_item_id", "papers", "work_item_id");

        schema.CreateTable("paper_recipients", table => new
        {
            paper_id = table.Long(),
            ordinal = table.Whole(),
            role = table.Text(),
            unit_id = table.Text(optional: true),
            name = table.Text(),
            is_copy = table.Flag(),
            signed_at = table.Instant(optional: true),
            signed_by = table.Text(optional: true),
            replied_on = table.Date(optional: true),
            accepted_on = table.Date(optional: true),
            reminders_from_on = table.Date(optional: true),
            next_reminder_on = table.Date(optional: true),
            reminders_sent = table.Whole(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_paper_recipients", row => new { row.paper_id, row.ordinal });
            table.ForeignKey("fk_paper_recipients_paper_id", row => row.paper_id, "papers", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_paper_recipients_next_reminder_on", "paper_recipients", "next_reminder_on", filter: "next_reminder_on IS NOT NULL");
        schema.CreateIndex("ix_paper_recipients_role_unit_id", "paper_recipients", ["role", "unit_id"]);
        schema.CreateIndex("ix_paper_recipients_unanswered", "paper_recipients", "paper_id", filter: "replied_on IS NULL");
        schema.CreateIndex("ix_paper_recipients_unjudged", "paper_recipients", "paper_id", filter: "accepted_on IS NULL AND replied_on IS NOT NULL");
        schema.CreateIndex("ix_paper_recipients_unsigned", "paper_recipients", "paper_id", filter: "signed_at IS NULL");

        schema.CreateTable("paper_replies", table => new
        {
            id = table.Identity(),
            paper_id = table.Long(),
            ordinal = table.Whole(),
            text = table.Text(),
            replied_on = table.Date(),
            replied_by = table.Text(),
            status = table.Text(),
            decided_on = table.Date(optional: true),
            decided_by = table.Text(optional: true),
            answer = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_paper_replies", row => row.id);
            table.ForeignKey("fk_paper_replies_paper_id", row => row.paper_id, "papers", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_paper_replies_paper_id", "paper_replies", "paper_id");
    }
}
