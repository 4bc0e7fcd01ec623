using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage.Migrations;

public partial class M0001Initial
{
    private static void Mail(MigrationBuilder schema)
    {
        schema.CreateTable("outbox", table => new
        {
            id = table.Identity(),
            message_id = table.Text(),
            programme_id = table.Text(optional: true),
            to_address = table.Text(optional: true),
            to_name = table.Text(),
            subject = table.Text(),
            kind = table.Text(),
            dedupe_key = table.Text(optional: true),
            request_key = table.Text(optional: true),
            work_item_id = table.Text(optional: true),
            queued_at = table.Instant(),
            not_before = table.Instant(),
            status = table.Text(),
            attempts = table.Whole(),
            lease_until = table.Instant(optional: true),
            lease_owner = table.Text(optional: true),
            last_error = table.Text(optional: true),
            sent_at = table.Instant(optional: true),
            text = table.Text(),
            html = table.Text(optional: true),
            calendar = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_outbox", row => row.id));
        schema.CreateIndex("ix_outbox_bounced", "outbox", "to_address", filter: "status = 'Bounced'");
        schema.CreateIndex("ix_outbox_dead", "outbox", "queued_at", filter: "status = 'Dead'");
        schema.CreateIndex("ix_outbox_dedupe_key", "outbox", "dedupe_key", unique: true);
        schema.CreateIndex("ix_outbox_message_id", "outbox", "message_id", unique: true);
        schema.CreateIndex("ix_outbox_not_before_id", "outbox", ["not_before", "id"], filter: "status = 'Queued'");
        schema.CreateIndex("ix_outbox_request_key", "outbox", "request_key", filter: "request_key IS NOT NULL");
        schema.CreateIndex("ix_outbox_to_address_not_before", "outbox", ["to_address", "not_before"]);

        schema.CreateTable("reminders", table => new
        {
            id = table.Identity(),
            subject_id = table.Text(),
            due_for_on = table.Date(),
            escalated = table.Flag(),
            message_id = table.Text(),
            recorded_at = table.Instant(),
        }, constraints: table => table.PrimaryKey("pk_reminders", row => row.id));
        schema.CreateIndex("ix_reminders_message_id_subject_id", "reminders", ["message_id", "subject_id"], unique: true);

        schema.CreateTable("contacts", table => new
        {
            id = table.Identity(),
            programme_id = table.Text(),
            role = table.Text(),
            unit_id = table.Text(optional: true),
            name = table.Text(),
            mail = table.Text(),
            duty = table.Text(),
            added_at = table.Instant(),
            added_by = table.Text(),
            removed_at = table.Instant(optional: true),
            version = table.Whole(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_contacts", row => row.id);
            table.ForeignKey("fk_contacts_programme_id", row => row.programme_id, "programmes", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_contacts_programme_id_role_unit_id", "contacts", ["programme_id", "role", "unit_id"]);

        schema.CreateTable("substitutions", table => new
        {
            id = table.Identity(),
            mail = table.Text(),
            substitute_name = table.Text(),
            substitute_mail = table.Text(),
            from_on = table.Date(),
            until_on = table.Date(),
            reason = table.Text(optional: true),
            made_at = table.Instant(),
            made_by = table.Text(),
            ended_at = table.Instant(optional: true),
        }, constraints: table => table.PrimaryKey("pk_substitutions", row => row.id));
        schema.CreateIndex("ix_substitutions_mail_until_on", "substitutions", ["mail", "until_on"]);

        schema.CreateTable("mail_choices", table => new
        {
            mail = table.Text(),
            digest = table.Text(),
            chosen_at = table.Instant(),
        }, constraints: table => table.PrimaryKey("pk_mail_choices", row => row.mail));

        schema.CreateTable("mail_requests", table => new
        {
            id = table.Identity(),
            key = table.Text(),
            programme_id = table.Text(),
            role = table.Text(),
            unit_id = table.Text(optional: true),
            kind = table.Text(),
            payload = table.Text(),
            work_item_id = table.Text(optional: true),
            requested_at = table.Instant(),
            not_before = table.Instant(),
        }, constraints: table => table.PrimaryKey("pk_mail_requests", row => row.id));
        schema.CreateIndex("ix_mail_requests_key", "mail_requests", "key", unique: true);
        schema.CreateIndex("ix_mail_requests_not_before_id", "mail_requests", ["not_before", "id"]);

        schema.CreateTable("urgings", table => new
        {
            id = table.Identity(),
            act = table.Text(),
            programme_id = table.Text(),
            work_item_id = table.Text(),
            role = table.Text(),
            unit_id = table.Text(optional: true),
            due_on = table.Date(optional: true),
            text = table.Text(),
            channel = table.Text(),
            urged_at = table.Instant(),
            urged_on = table.Date(),
            urged_by = table.Text(),
            request_key = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_urgings", row => row.id));
        schema.CreateIndex("ix_urgings_programme_id_urged_on", "urgings", ["programme_id", "urged_on"]);
        schema.CreateIndex("ix_urgings_work_item_id_urged_on", "urgings", ["work_item_id", "urged_on"]);

        schema.CreateTable("calendar_feeds", table => new
        {
            id = table.Identity(),
            account_id = table.Text(),
            programme_id = table.Text(optional: true),
            secret_hash = table.Text(),
            created_at = table.Instant(),
            revoked_at = table.Instant(optional: true),
            used_at = table.Instant(optional: true),
        }, constraints: table => table.PrimaryKey("pk_calendar_feeds", row => row.id));
        schema.CreateIndex("ix_calendar_feeds_account_id", "calendar_feeds", "account_id");
        schema.CreateIndex("ix_calendar_feeds_secret_hash", "calendar_feeds", "secret_hash", unique: true);
    }
}
