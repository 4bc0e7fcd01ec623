using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage.Migrations;

public partial class M0001Initial
{
    private static void Work(MigrationBuilder schema)
    {
        schema.CreateTable("work_items", table => new
        {
            id = table.Text(),
            instance_id = table.Text(),
            programme_id = table.Text(optional: true),
            batch = table.Whole(optional: true),
            unit_id = table.Text(optional: true),
            activity = table.Text(),
            title_zh = table.Text(),
            title_en = table.Text(),
            role = table.Text(),
            reviewer = table.Text(optional: true),
            opened_on = table.Date(),
            due_on = table.Date(optional: true),
            original_due_on = table.Date(optional: true),
            due_at = table.Instant(optional: true),
            provisional = table.Flag(),
            evidence = table.Text(),
            outcomes = table.Text(),
            clause = table.Text(optional: true),
            quota = table.Text(optional: true),
            paper = table.Text(optional: true),
            status = table.Text(),
            suspended = table.Flag(),
            outcome = table.Text(optional: true),
            closed_on = table.Date(optional: true),
            closed_by = table.Text(optional: true),
            reminders_from_on = table.Date(optional: true),
            next_reminder_on = table.Date(optional: true),
            reminders = table.Text(optional: true),
            reminders_sent = table.Whole(),
            saved_at = table.Instant(optional: true),
            saved_by = table.Text(optional: true),
            review_scores = table.Text(optional: true),
            scored_at = table.Instant(optional: true),
            scored_by = table.Text(optional: true),
            submitted_on = table.Date(optional: true),
            submitted_by = table.Text(optional: true),
            version = table.Whole(),
            instructions = table.Text(optional: true),
            why = table.Text(optional: true),
            form = table.Text(optional: true),
            units = table.Text(optional: true),
            row_outcomes = table.Text(optional: true),
            form_values = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_work_items", row => row.id));
        schema.CreateIndex("ix_work_items_due_at_programme_id", "work_items", ["due_at", "programme_id"], filter: "closed_on IS NULL");
        schema.CreateIndex("ix_work_items_due_on", "work_items", "due_on", filter: "closed_on IS NULL");
        schema.CreateIndex("ix_work_items_instance_id", "work_items", "instance_id");
        schema.CreateIndex("ix_work_items_next_reminder_on", "work_items", "next_reminder_on", filter: "next_reminder_on IS NOT NULL");
        schema.CreateIndex("ix_work_items_open", "work_items", ["programme_id", "role", "due_at", "due_on", "status", "suspended", "batch", "activity", "provisional", "unit_id", "reviewer", "id", "closed_on"], filter: "closed_on IS NULL");
        schema.CreateIndex("ix_work_items_programme_id_batch_unit_id", "work_items", ["programme_id", "batch", "unit_id"]);
        schema.CreateIndex("ix_work_items_reviewer_status", "work_items", ["reviewer", "status"], filter: "closed_on IS NULL");
        schema.CreateIndex("ix_work_items_role_programme_id", "work_items", ["role", "programme_id"], filter: "closed_on IS NULL");
        schema.CreateIndex("ix_work_items_unit_id_due_on", "work_items", ["unit_id", "due_on"]);

        schema.CreateTable("work_item_events", table => new
        {
            id = table.Identity(),
            work_item_id = table.Text(),
            kind = table.Text(),
            at = table.Long(),
            actor = table.Text(optional: true),
            reason = table.Text(optional: true),
            details = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_work_item_events", row => row.id);
            table.ForeignKey("fk_work_item_events_work_item_id", row => row.work_item_id, "work_items", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_work_item_events_work_item_id", "work_item_events", "work_item_id");

        schema.CreateTable("extensions", table => new
        {
            id = table.Identity(),
            work_item_id = table.Text(),
            from_on = table.Date(),
            asked_on = table.Date(),
            asked_until_on = table.Date(),
            reason = table.Text(),
            asked_by = table.Text(),
            status = table.Text(),
            granted_until_on = table.Date(optional: true),
            decided_on = table.Date(optional: true),
            decided_by = table.Text(optional: true),
            answer = table.Text(optional: true),
            version = table.Whole(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_extensions", row => row.id);
            table.ForeignKey("fk_extensions_work_item_id", row => row.work_item_id, "work_items", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_extensions_work_item_id", "extensions", "work_item_id");

        schema.CreateTable("evidence_files", table => new
        {
            id = table.Identity(),
            hash = table.Text(),
            name = table.Text(),
            media_type = table.Text(),
            length_bytes = table.Long(),
            subject_kind = table.Text(),
            subject_id = table.Text(),
            unit_id = table.Text(optional: true),
            form_item = table.Text(optional: true),
            evidence_on = table.Date(optional: true),
            uploaded_at = table.Instant(),
            uploaded_by = table.Text(),
            withdrawn_at = table.Instant(optional: true),
        }, constraints: table => table.PrimaryKey("pk_evidence_files", row => row.id));
        schema.CreateIndex("ix_evidence_files_hash", "evidence_files", "hash");
        schema.CreateIndex("ix_evidence_files_subject_id", "evidence_files", "subject_id");

        schema.CreateTable("batch_steps", table => new
        {
            id = table.Identity(),
            subject_id = table.Text(),
            instance_id = table.Text(),
            programme_id = table.Text(optional: true),
            batch = table.Whole(optional: true),
            step = table.Text(),
            selects_step = table.Text(optional: true),
            selects_outcome = table.Text(optional: true),
            closed = table.Flag(),
            closed_on = table.Date(optional: true),
            delivered = table.Flag(),
        }, constraints: table => table.PrimaryKey("pk_batch_steps", row => row.id));
        schema.CreateIndex("ix_batch_steps_instance_id", "batch_steps", "instance_id");
        schema.CreateIndex("ix_batch_steps_subject_id", "batch_steps", "subject_id", unique: true);

        schema.CreateTable("step_rows", table => new
        {
            id = table.Identity(),
            subject_id = table.Text(),
            instance_id = table.Text(),
            programme_id = table.Text(optional: true),
            batch = table.Whole(optional: true),
            step = table.Text(),
            unit_id = table.Text(),
            status = table.Text(),
            outcome = table.Text(optional: true),
            grade = table.Text(optional: true),
            reason = table.Text(optional: true),
            form_values = table.Text(optional: true),
            late = table.Flag(),
            delivered = table.Flag(),
            decided_on = table.Date(optional: true),
            decided_by = table.Text(optional: true),
            version = table.Whole(),
        }, constraints: table => table.PrimaryKey("pk_step_rows", row => row.id));
        schema.CreateIndex("ix_step_rows_instance_id_step_unit_id", "step_rows", ["instance_id", "step", "unit_id"]);
        schema.CreateIndex("ix_step_rows_programme_id_unit_id", "step_rows", ["programme_id", "unit_id"]);
        schema.CreateIndex("ix_step_rows_subject_id_unit_id", "step_rows", ["subject_id", "unit_id"], unique: true);
        schema.CreateIndex("ix_step_rows_waiting", "step_rows", "instance_id", filter: "status = 'Waiting'");

        schema.CreateTable("notices", table => new
        {
            id = table.Text(),
            instance_id = table.Text(),
            programme_id = table.Text(optional: true),
            batch = table.Whole(optional: true),
            unit_id = table.Text(optional: true),
            activity = table.Text(),
            title_zh = table.Text(),
            title_en = table.Text(),
            role = table.Text(),
            published_on = table.Date(),
            closes_on = table.Date(),
            provisional = table.Flag(),
            working_days = table.Whole(),
            must_close_by_on = table.Date(optional: true),
            clause = table.Text(optional: true),
            status = table.Text(),
            ended_on = table.Date(optional: true),
            replaces = table.Text(optional: true),
            reason = table.Text(optional: true),
            version = table.Whole(),
            content = table.Text(optional: true),
            why = table.Text(optional: true),
            units = table.Text(),
            certificate = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_notices", row => row.id));
        schema.CreateIndex("ix_notices_instance_id", "notices", "instance_id");
        schema.CreateIndex("ix_notices_programme_id_status", "notices", ["programme_id", "status"]);

        schema.CreateTable("objections", table => new
        {
            id = table.Identity(),
            notice_id = table.Text(),
            unit_id = table.Text(),
            kind = table.Text(),
            author = table.Text(optional: true),
            contact = table.Text(optional: true),
            text = table.Text(),
            channel = table.Text(),
            receipt_hash = table.Text(optional: true),
            received_at = table.Instant(),
            filed_on = table.Date(),
            status = table.Text(),
            decided_on = table.Date(optional: true),
            decided_by = table.Text(optional: true),
            decision = table.Text(optional: true),
            version = table.Whole(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_objections", row => row.id);
            table.ForeignKey("fk_objections_notice_id", row => row.notice_id, "notices", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_objections_filed_on", "objections", "filed_on", filter: "status = 'Filed'");
        schema.CreateIndex("ix_objections_notice_id_unit_id", "objections", ["notice_id", "unit_id"]);
        schema.CreateIndex("ix_objections_receipt_hash", "objections", "receipt_hash", unique: true, filter: "receipt_hash IS NOT NULL");

        schema.CreateTable("probations", table => new
        {
            id = table.Text(),
            instance_id = table.Text(),
            programme_id = table.Text(optional: true),
            batch = table.Whole(optional: true),
            unit_id = table.Text(optional: true),
            activity = table.Text(),
            title_zh = table.Text(),
            title_en = table.Text(),
            from_on = table.Date(),
            apply_by_on = table.Date(),
            kept_until_on = table.Date(),
            why = table.Text(optional: true),
            provisional = table.Flag(),
            rechecks_max = table.Whole(),
            clause = table.Text(optional: true),
            status = table.Text(),
            status_on = table.Date(),
        }, constraints: table => table.PrimaryKey("pk_probations", row => row.id));
        schema.CreateIndex("ix_probations_instance_id", "probations", "instance_id");
        schema.CreateIndex("ix_probations_programme_id_unit_id", "probations", ["programme_id", "unit_id"]);

        schema.CreateTable("ledgers", table => new
        {
            id = table.Text(),
            instance_id = table.Text(),
            programme_id = table.Text(optional: true),
            batch = table.Whole(optional: true),
            unit_id = table.Text(optional: true),
            activity = table.Text(),
            title_zh = table.Text(),
            title_en = table.Text(),
            role = table.Text(),
            reviewer = table.Text(optional: true),
            areas = table.Text(),
            evidence = table.Text(),
            clause = table.Text(optional: true),
            opened_on = table.Date(),
            until_on = table.Date(),
            why = table.Text(optional: true),
            provisional = table.Flag(),
            status = table.Text(),
            closed_on = table.Date(optional: true),
            last_number = table.Whole(),
            version = table.Whole(),
        }, constraints: table => table.PrimaryKey("pk_ledgers", row => row.id));
        schema.CreateIndex("ix_ledgers_instance_id", "ledgers", "instance_id");
        schema.CreateIndex("ix_ledgers_programme_id_unit_id", "ledgers", ["programme_id", "unit_id"]);

        schema.CreateTable("ledger_entries", table => new
        {
            id = table.Text(),
            ledger_id = table.Text(),
            programme_id = table.Text(optional: true),
            unit_id = table.Text(optional: true),
            number = table.Whole(),
            area = table.Text(),
            problem = table.Text(),
            source = table.Text(),
            source_reference = table.Text(optional: true),
            status = table.Text(),
            opened_on = table.Date(),
            office = table.Text(optional: true),
            post = table.Text(optional: true),
            deadline_on = table.Date(optional: true),
            done = table.Text(optional: true),
            submitted_on = table.Date(optional: true),
            closed_on = table.Date(optional: true),
            closed_by = table.Text(optional: true),
            reopened = table.Whole(),
            evidence_from_at = table.Instant(),
            reminders_from_on = table.Date(optional: true),
            next_reminder_on = table.Date(optional: true),
            reminders_sent = table.Whole(),
            version = table.Whole(),
        }, constraints: table => table.PrimaryKey("pk_ledger_entries", row => row.id));
        schema.CreateIndex("ix_ledger_entries_ledger_id_number", "ledger_entries", ["ledger_id", "number"], unique: true);
        schema.CreateIndex("ix_ledger_entries_next_reminder_on", "ledger_entries", "next_reminder_on", filter: "next_reminder_on IS NOT NULL");
        schema.CreateIndex("ix_ledger_entries_programme_id_deadline_on", "ledger_entries", ["programme_id", "deadline_on"], filter: "closed_on IS NULL");
        schema.CreateIndex("ix_ledger_entries_programme_id_unit_id", "ledger_entries", ["programme_id", "unit_id"]);

        schema.CreateTable("ledger_events", table => new
        {
            id = table.Identity(),
            ledger_id = table.Text(),
            entry_id = table.Text(optional: true),
            kind = table.Text(),
            at = table.Long(),
            happened_on = table.Date(),
            actor = table.Text(),
            reason = table.Text(optional: true),
            details = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_ledger_events", row => row.id));
        schema.CreateIndex("ix_ledger_events_entry_id", "ledger_events", "entry_id");
        schema.CreateIndex("ix_ledger_events_ledger_id", "ledger_events", "ledger_id");
    }
}
