using Programmes.Storage.Databases;
using static Programmes.Storage.Databases.Column;

namespace Programmes.Storage.Instances;

/// <summary>The statements by which decisions become rows, for both databases.</summary>
internal static class InstanceStatements
{
    public static readonly BulkStatement Update = BulkStatement.Update("instances",
        ["id", Int("version")],
        ["state", "status", "sub_status", "name", "correlation_id", Long("wake_at"), Long("finished_at")],
        also: "version = t.version + 1");

    public static readonly BulkStatement Create = BulkStatement.Insert("instances",
        ["id", "programme_id", Long("clock_id"), Int("batch"), "unit_id", "parent", Int("parent_node"), "from_instance", "definition_id",
            Int("definition_version"), "name", "correlation_id", "status", "sub_status", Int("version"), Bool("parked"), Long("created_at")],
        "ON CONFLICT (id) DO NOTHING");

    /// <summary>
    /// A stimulus runs on its target's clock. To a target that is parked or does not exist yet it waits; to one that has ended it is not written,
    /// because it could change nothing.
    /// </summary>
    public static readonly BulkStatement Send = BulkStatement.From(
        ["sender", "key", "target", Long("clock_id"), Long("nominal_at"), "kind", "payload", Long("created_at"), Int("ordinal")],
        """
        INSERT INTO stimuli (sender, key, target, clock_id, nominal_at, kind, payload, created_at, parked)
        SELECT d.sender, d.key, d.target, COALESCE(i.clock_id, d.clock_id), d.nominal_at, d.kind, d.payload, d.created_at, COALESCE(i.parked, TRUE)
        FROM {d} LEFT JOIN instances AS i ON i.id = d.target
        WHERE i.status IS NULL OR i.status = 'Running'
        ORDER BY d.ordinal
        ON CONFLICT (sender, key) DO NOTHING
        """);

    /// <summary>Stimuli that came before their target existed.</summary>
    public static readonly BulkStatement Release = BulkStatement.Update("stimuli", ["target"], [], "parked = FALSE", "t.parked");

    public static readonly BulkStatement TakeStimulus = BulkStatement.Delete("stimuli", [Long("id")]);

    public static readonly BulkStatement AddBookmark = BulkStatement.Insert("bookmarks",
        ["instance_id", Int("bookmark_id"), Int("node"), "activity", "kind", "key", Long("due_at")]);

    public static readonly BulkStatement RemoveBookmark = BulkStatement.Delete("bookmarks", ["instance_id", Int("bookmark_id")]);

    public static readonly BulkStatement Execution = BulkStatement.Insert("activity_executions",
        ["instance_id", Int("execution"), "activity", "type", "status", "outcome", Long("started_at"), Long("nominal_at"),
            Long("ended_at"), Long("ended_nominal_at"), "actor", "ended_by"]);

    public static readonly BulkStatement EndExecution = BulkStatement.Update("activity_executions",
        ["instance_id", Int("execution")], ["status", "outcome", Long("ended_at"), Long("ended_nominal_at"), "ended_by"]);

    public static readonly BulkStatement OpenWorkItem = BulkStatement.Insert("work_items",
        ["id", "instance_id", "programme_id", Int("batch"), "unit_id", "activity", "title_zh", "title_en", "instructions", "role", "reviewer",
            "opened_on", "due_on", "original_due_on", Long("due_at"), Bool("provisional"), "why", "form", "evidence", "outcomes", "clause", "units",
            "row_outcomes", "quota", "paper", "status", Bool("suspended"), "reminders_from_on", "next_reminder_on", "reminders", Int("reminders_sent"), Int("version")]);

    public static readonly BulkStatement CloseWorkItem = BulkStatement.Update("work_items",
        ["id"], ["status", "outcome", "closed_on", "closed_by"], "next_reminder_on = NULL, suspended = FALSE, version = t.version + 1");

    public static readonly BulkStatement MoveDue = BulkStatement.From(
        ["id", "due_on", Long("due_at"), Bool("provisional"), "why", "reminders_from_on", "next_reminder_on"],
        """
        UPDATE work_items AS t
        SET due_on = d.due_on, due_at = d.due_at, provisional = d.provisional, why = d.why, version = t.version + 1,
          original_due_on = COALESCE(t.original_due_on, t.due_on), 
          reminders_from_on = d.reminders_from_on,
          next_reminder_on = CASE WHEN t.status = 'Submitted' THEN t.next_reminder_on ELSE d.next_reminder_on END
        FROM {d} WHERE t.id = d.id
        """);

    public static readonly BulkStatement WorkItemEvent = BulkStatement.Insert("work_item_events",
        ["work_item_id", "kind", Long("at"), "reason", "details"]);

    public static readonly BulkStatement AppendEvent = BulkStatement.Insert("work_item_events",
        ["work_item_id", "kind", Long("at"), "actor", "reason", "details"]);

    public static readonly BulkStatement AppendAudit = BulkStatement.Insert("audit",
        [Long("at"), "actor", "action", "subject", "programme_id", "details"]);

    public static readonly BulkStatement OpenProbation = BulkStatement.Insert("probations",
        ["id", "instance_id", "programme_id", Int("batch"), "unit_id", "activity", "title_zh", "title_en", "from_on", "apply_by_on", "kept_until_on",
            "why", Bool("provisional"), Int("rechecks_max"), "clause", "status", "status_on"]);

    public static readonly BulkStatement MoveProbation = BulkStatement.Update("probations", ["id"], ["status", "status_on"]);

    public static readonly BulkStatement OpenLedger = BulkStatement.Insert("ledgers",
        ["id", "instance_id", "programme_id", Int("batch"), "unit_id", "activity", "title_zh", "title_en", "role", "reviewer", "areas", "evidence", "clause",
            "opened_on", "until_on", "why", Bool("provisional"), "status", Int("last_number"), Int("version")]);

    public static readonly BulkStatement CloseLedger = BulkStatement.Update("ledgers", ["id"], ["status", "closed_on"], "version = t.version + 1");

    public static readonly BulkStatement OpenStage = BulkStatement.Insert("stages",
        ["id", "instance_id", "programme_id", Int("batch"), "unit_id", "activity", "title_zh", "title_en", "opened_on", "planned_start_on",
            "planned_end_on", "planned_end_why", Bool("provisional"), "status", Int("version")]);

    public static readonly BulkStatement MoveStage = BulkStatement.Update("stages", ["id"], ["planned_end_on", "planned_end_why", Bool("provisional")], "version = t.version + 1");

    public static readonly BulkStatement MoveProbationDates = BulkStatement.Update("probations", ["id"], ["apply_by_on", "kept_until_on"]);

    public static readonly BulkStatement CloseStage = BulkStatement.Update("stages", ["id"], ["status", "closed_on"], "version = t.version + 1");

    public static readonly BulkStatement OpenNotice = BulkStatement.Insert("notices",
        ["id", "instance_id", "programme_id", Int("batch"), "unit_id", "activity", "title_zh", "title_en", "role", "content", "published_on",
            "closes_on", "why", Bool("provisional"), Int("working_days"), "must_close_by_on", "units", "clause", "status", "replaces", "reason", Int("version")]);

    public static readonly BulkStatement EndNotice = BulkStatement.From(
        ["id", "status", "ended_on", "reason"],
        """
        UPDATE notices AS t SET status = d.status, ended_on = d.ended_on, reason = COALESCE(d.reason, t.reason), version = t.version + 1
        FROM {d} WHERE t.id = d.id
        """);

    public static readonly BulkStatement OpenStep = BulkStatement.Insert("batch_steps",
        ["subject_id", "instance_id", "programme_id", Int("batch"), "step", "selects_step", "selects_outcome", Bool("closed"), Bool("delivered")]);

    public static readonly BulkStatement CloseStep = BulkStatement.Update("batch_steps", ["subject_id"], ["closed_on"], "closed = TRUE");

    public static readonly BulkStatement SupersedeResult = BulkStatement.Update("unit_results",
        ["programme_id", "unit_id"], [], "superseded = TRUE", "t.final AND NOT t.superseded");

    public static readonly BulkStatement Result = BulkStatement.Insert("unit_results",
        ["programme_id", Int("batch"), "unit_id", "instance_id", "result", "grade", Bool("final"), Bool("achieved"), "result_on", "reason",
            Bool("superseded"), Long("recorded_at")]);

    /// <summary>A cancelled programme has its end from whoever cancelled it.</summary>
    public static readonly BulkStatement EndProgramme = BulkStatement.Update("programmes",
        ["id"], ["status", Long("ended_at")], "version = t.version + 1", "t.status = 'Running'");

    public static readonly BulkStatement Event = BulkStatement.Insert("events",
        ["programme_id", Int("batch"), "unit_id", "instance_id", "kind", "activity", "title_zh", "title_en", "happened_on", Long("recorded_at")]);

    public static readonly BulkStatement Incident = BulkStatement.Insert("incidents",
        ["instance_id", "programme_id", "activity", "code", "message_zh", "message_en", Long("raised_at")]);

    public static readonly BulkStatement OutsideTask = BulkStatement.Insert("outside_tasks",
        ["instance_id", Int("bookmark_id"), "name", "payload", "status", Long("asked_at")]);

    /// <summary>A request that was made already is not made again.</summary>
    public static readonly BulkStatement Mail = BulkStatement.From(
        ["key", "programme_id", "unit_id", "role", "kind", "payload", Long("at")],
        """
        INSERT INTO mail_requests (key, programme_id, unit_id, role, kind, payload, requested_at, not_before)
        SELECT d.key, d.programme_id, d.unit_id, d.role, d.kind, d.payload, d.at, d.at FROM {d}
        WHERE TRUE
        ON CONFLICT (key) DO NOTHING
        """);
}
