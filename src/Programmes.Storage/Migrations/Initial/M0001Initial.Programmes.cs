using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage.Migrations;

public partial class M0001Initial
{
    private static void Programmes(MigrationBuilder schema)
    {
        schema.CreateTable("programmes", table => new
        {
            id = table.Text(),
            definition_id = table.Text(),
            definition_version = table.Whole(),
            definition_hash = table.Text(),
            name = table.Text(),
            launch_revision = table.Whole(),
            approval_number = table.Text(),
            approved_on = table.Date(),
            starts_on = table.Date(),
            status = table.Text(),
            clock_id = table.Long(),
            backfill_until = table.Date(optional: true),
            instance_id = table.Text(),
            launched_by = table.Text(),
            launched_at = table.Instant(),
            ended_at = table.Instant(optional: true),
            end_reason = table.Text(optional: true),
            suspended_on = table.Date(optional: true),
            suspended_at = table.Instant(optional: true),
            suspend_reason = table.Text(optional: true),
            details_removed_at = table.Instant(optional: true),
            version = table.Whole(),
        }, constraints: table => table.PrimaryKey("pk_programmes", row => row.id));
        schema.CreateIndex("ix_programmes_status", "programmes", "status");

        schema.CreateTable("clocks", table => new
        {
            id = table.Long(),
            offset_microseconds = table.Long(),
            active = table.Flag(),
        }, constraints: table => table.PrimaryKey("pk_clocks", row => row.id));
        schema.Sql("INSERT INTO clocks (id, offset_microseconds, active) VALUES (0, 0, TRUE)");

        schema.CreateTable("launch_drafts", table => new
        {
            id = table.Identity(),
            name = table.Text(),
            owner = table.Text(),
            units = table.Whole(),
            created_at = table.Instant(),
            changed_at = table.Instant(),
            changed_by = table.Text(),
            version = table.Whole(),
            content = table.Text(),
            upload = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_launch_drafts", row => row.id));
        schema.CreateIndex("ix_launch_drafts_changed_at", "launch_drafts", "changed_at");

        schema.CreateTable("launch_revisions", table => new
        {
            programme_id = table.Text(),
            revision = table.Whole(),
            made_at = table.Instant(),
            made_by = table.Text(),
            reason = table.Text(optional: true),
            launch_json = table.Text(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_launch_revisions", row => new { row.programme_id, row.revision });
            table.ForeignKey("fk_launch_revisions_programme_id", row => row.programme_id, "programmes", "id", onDelete: ReferentialAction.Restrict);
        });

        schema.CreateTable("programme_changes", table => new
        {
            id = table.Identity(),
            programme_id = table.Text(),
            kind = table.Text(),
            subject = table.Text(optional: true),
            changed_at = table.Instant(),
            changed_on = table.Date(),
            changed_by = table.Text(),
            reason = table.Text(),
            details = table.Text(optional: true),
            launch_revision = table.Whole(),
            document_number = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_programme_changes", row => row.id);
            table.ForeignKey("fk_programme_changes_programme_id", row => row.programme_id, "programmes", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_programme_changes_programme_id_id", "programme_changes", ["programme_id", "id"]);

        schema.CreateTable("programme_definitions", table => new
        {
            programme_id = table.Text(),
            definition_id = table.Text(),
            version = table.Whole(),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_programme_definitions", row => new { row.programme_id, row.definition_id });
            table.ForeignKey("fk_programme_definitions_programme_id", row => row.programme_id, "programmes", "id", onDelete: ReferentialAction.Restrict);
        });

        schema.CreateTable("definitions", table => new
        {
            id = table.Text(),
            version = table.Whole(),
            hash = table.Text(),
            name = table.Text(),
            published_at = table.Instant(),
            published_by = table.Text(optional: true),
            json = table.Text(),
        }, constraints: table => table.PrimaryKey("pk_definitions", row => new { row.id, row.version }));

        schema.CreateTable("offices", table => new
        {
            programme_id = table.Text(),
            role = table.Text(),
            name = table.Text(),
            mail = table.Text(optional: true),
            superior = table.Text(optional: true),
            level = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_offices", row => new { row.programme_id, row.role });
            table.ForeignKey("fk_offices_programme_id", row => row.programme_id, "programmes", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_offices_programme_id_superior", "offices", ["programme_id", "superior"]);

        schema.CreateTable("office_lines", table => new
        {
            programme_id = table.Text(),
            role = table.Text(),
            above = table.Text(),
        }, constraints: table => table.PrimaryKey("pk_office_lines", row => new { row.programme_id, row.above, row.role }));

        schema.CreateTable("units", table => new
        {
            programme_id = table.Text(),
            unit_id = table.Text(),
            name = table.Text(),
            mail = table.Text(optional: true),
            responsible = table.Text(optional: true),
            superior = table.Text(optional: true),
            level = table.Text(optional: true),
            ordinal = table.Whole(),
            left_on = table.Date(optional: true),
            merged_into = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_units", row => new { row.programme_id, row.unit_id });
            table.ForeignKey("fk_units_programme_id", row => row.programme_id, "programmes", "id", onDelete: ReferentialAction.Restrict);
        });
        schema.CreateIndex("ix_units_programme_id_left_on_mail_unit_id", "units", ["programme_id", "left_on", "mail", "unit_id"]);
        schema.CreateIndex("ix_units_programme_id_ordinal", "units", ["programme_id", "ordinal"], unique: true);
        schema.CreateIndex("ix_units_programme_id_superior_ordinal", "units", ["programme_id", "superior", "ordinal"]);

        schema.CreateTable("batches", table => new
        {
            programme_id = table.Text(),
            number = table.Whole(),
            name = table.Text(),
            supplementary = table.Flag(),
            instance_id = table.Text(optional: true),
        }, constraints: table =>
        {
            table.PrimaryKey("pk_batches", row => new { row.programme_id, row.number });
            table.ForeignKey("fk_batches_programme_id", row => row.programme_id, "programmes", "id", onDelete: ReferentialAction.Restrict);
        });

        schema.CreateTable("batch_units", table => new
        {
            programme_id = table.Text(),
            batch = table.Whole(),
            unit_id = table.Text(),
            ordinal = table.Whole(),
            from_instance = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_batch_units", row => new { row.programme_id, row.batch, row.unit_id }));
        schema.CreateIndex("ix_batch_units_programme_id_batch_ordinal", "batch_units", ["programme_id", "batch", "ordinal"], unique: true);
        schema.CreateIndex("ix_batch_units_programme_id_unit_id", "batch_units", ["programme_id", "unit_id"]);

        schema.CreateTable("unit_results", table => new
        {
            id = table.Identity(),
            programme_id = table.Text(),
            batch = table.Whole(optional: true),
            unit_id = table.Text(),
            instance_id = table.Text(),
            result = table.Text(),
            grade = table.Text(optional: true),
            final = table.Flag(),
            achieved = table.Flag(),
            result_on = table.Date(),
            reason = table.Text(optional: true),
            superseded = table.Flag(),
            recorded_at = table.Instant(),
        }, constraints: table => table.PrimaryKey("pk_unit_results", row => row.id));
        schema.CreateIndex("ix_unit_results_programme_id_unit_id_final", "unit_results", ["programme_id", "unit_id", "final"]);

        schema.CreateTable("events", table => new
        {
            id = table.Identity(),
            programme_id = table.Text(optional: true),
            batch = table.Whole(optional: true),
            unit_id = table.Text(optional: true),
            instance_id = table.Text(),
            kind = table.Text(),
            activity = table.Text(optional: true),
            title_zh = table.Text(),
            title_en = table.Text(),
            happened_on = table.Date(),
            recorded_at = table.Instant(),
        }, constraints: table => table.PrimaryKey("pk_events", row => row.id));
        schema.CreateIndex("ix_events_programme_id_happened_on", "events", ["programme_id", "happened_on"]);

        schema.CreateTable("stages", table => new
        {
            id = table.Text(),
            instance_id = table.Text(),
            programme_id = table.Text(optional: true),
            batch = table.Whole(optional: true),
            unit_id = table.Text(optional: true),
            activity = table.Text(),
            title_zh = table.Text(),
            title_en = table.Text(),
            opened_on = table.Date(),
            planned_start_on = table.Date(optional: true),
            planned_end_on = table.Date(optional: true),
            planned_end_why = table.Text(optional: true),
            provisional = table.Flag(),
            status = table.Text(),
            closed_on = table.Date(optional: true),
            version = table.Whole(),
        }, constraints: table => table.PrimaryKey("pk_stages", row => row.id));
        schema.CreateIndex("ix_stages_instance_id", "stages", "instance_id");
        schema.CreateIndex("ix_stages_programme_id_batch_unit_id", "stages", ["programme_id", "batch", "unit_id"]);
    }
}
