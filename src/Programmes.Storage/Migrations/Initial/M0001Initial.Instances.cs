using Microsoft.EntityFrameworkCore.Migrations;

namespace Programmes.Storage.Migrations;

public partial class M0001Initial
{
    private static void Instances(MigrationBuilder schema)
    {
        schema.CreateTable("instances", table => new
        {
            id = table.Text(),
            programme_id = table.Text(optional: true),
            clock_id = table.Long(),
            batch = table.Whole(optional: true),
            unit_id = table.Text(optional: true),
            parent = table.Text(optional: true),
            parent_node = table.Whole(optional: true),
            from_instance = table.Text(optional: true),
            definition_id = table.Text(),
            definition_version = table.Whole(),
            name = table.Text(optional: true),
            correlation_id = table.Text(optional: true),
            status = table.Text(),
            sub_status = table.Text(),
            version = table.Whole(),
            wake_at = table.Instant(optional: true),
            parked = table.Flag(),
            created_at = table.Instant(),
            finished_at = table.Instant(optional: true),
            state = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_instances", row => row.id));
        schema.CreateIndex("ix_instances_clock_id_wake_at", "instances", ["clock_id", "wake_at"], filter: "NOT parked AND wake_at IS NOT NULL");
        schema.CreateIndex("ix_instances_parent_parent_node_status", "instances", ["parent", "parent_node", "status"]);
        schema.CreateIndex("ix_instances_programme_id_batch_unit_id", "instances", ["programme_id", "batch", "unit_id"]);

        schema.CreateTable("bookmarks", table => new
        {
            instance_id = table.Text(),
            bookmark_id = table.Whole(),
            node = table.Whole(),
            activity = table.Text(),
            kind = table.Text(),
            key = table.Text(optional: true),
            due_at = table.Instant(optional: true),
        }, constraints: table => table.PrimaryKey("pk_bookmarks", row => new { row.instance_id, row.bookmark_id }));
        schema.CreateIndex("ix_bookmarks_key", "bookmarks", "key", filter: "kind = 'Event'");

        schema.CreateTable("stimuli", table => new
        {
            id = table.Identity(),
            sender = table.Text(),
            key = table.Text(),
            target = table.Text(),
            clock_id = table.Long(),
            nominal_at = table.Instant(),
            kind = table.Text(),
            payload = table.Text(),
            parked = table.Flag(),
            created_at = table.Instant(),
        }, constraints: table => table.PrimaryKey("pk_stimuli", row => row.id));
        schema.CreateIndex("ix_stimuli_clock_id_nominal_at_id", "stimuli", ["clock_id", "nominal_at", "id"], filter: "NOT parked");
        schema.CreateIndex("ix_stimuli_sender_key", "stimuli", ["sender", "key"], unique: true);
        schema.CreateIndex("ix_stimuli_target_nominal_at_id", "stimuli", ["target", "nominal_at", "id"]);

        schema.CreateTable("activity_executions", table => new
        {
            instance_id = table.Text(),
            execution = table.Whole(),
            activity = table.Text(),
            type = table.Text(),
            status = table.Text(),
            outcome = table.Text(optional: true),
            started_at = table.Instant(),
            nominal_at = table.Instant(),
            ended_at = table.Instant(optional: true),
            ended_nominal_at = table.Instant(optional: true),
            actor = table.Text(optional: true),
            ended_by = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_activity_executions", row => new { row.instance_id, row.execution }));

        schema.CreateTable("incidents", table => new
        {
            id = table.Identity(),
            instance_id = table.Text(),
            programme_id = table.Text(optional: true),
            activity = table.Text(optional: true),
            code = table.Text(),
            message_zh = table.Text(),
            message_en = table.Text(),
            raised_at = table.Instant(),
            resolved_at = table.Instant(optional: true),
            resolved_by = table.Text(optional: true),
        }, constraints: table => table.PrimaryKey("pk_incidents", row => row.id));
        schema.CreateIndex("ix_incidents_instance_id", "incidents", "instance_id");
        schema.CreateIndex("ix_incidents_programme_id", "incidents", "programme_id", filter: "resolved_at IS NULL");

        schema.CreateTable("outside_tasks", table => new
        {
            instance_id = table.Text(),
            bookmark_id = table.Whole(),
            name = table.Text(),
            payload = table.Text(optional: true),
            status = table.Text(),
            asked_at = table.Instant(),
            finished_at = table.Instant(optional: true),
        }, constraints: table => table.PrimaryKey("pk_outside_tasks", row => new { row.instance_id, row.bookmark_id }));
        schema.CreateIndex("ix_outside_tasks_name", "outside_tasks", "name", filter: "status = 'Open'");
    }
}
