-- Instants are UTC microseconds, dates yyyy-MM-dd, enumerations names. Long texts come last in their table: SQLite reads
-- through them to reach the columns behind, however long they are.

CREATE TABLE accounts (
    id TEXT NOT NULL CONSTRAINT pk_accounts PRIMARY KEY,
    display_name TEXT NULL,
    user_name TEXT NULL,
    normalized_user_name TEXT NULL,
    email TEXT NULL,
    normalized_email TEXT NULL,
    email_confirmed INTEGER NOT NULL,
    password_hash TEXT NULL,
    security_stamp TEXT NULL,
    concurrency_stamp TEXT NULL,
    phone_number TEXT NULL,
    phone_number_confirmed INTEGER NOT NULL,
    two_factor_enabled INTEGER NOT NULL,
    lockout_end INTEGER NULL,
    lockout_enabled INTEGER NOT NULL,
    access_failed_count INTEGER NOT NULL,
    last_signed_in_at INTEGER NULL,
    authenticator_secret TEXT NULL,
    authenticator_step INTEGER NULL
);

CREATE TABLE activity_executions (
    instance_id TEXT NOT NULL,
    execution INTEGER NOT NULL,
    activity TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT NULL,
    started_at INTEGER NOT NULL,
    nominal_at INTEGER NOT NULL,
    ended_at INTEGER NULL,
    ended_nominal_at INTEGER NULL,
    actor TEXT NULL,
    ended_by TEXT NULL,
    CONSTRAINT pk_activity_executions PRIMARY KEY (instance_id, execution)
);

CREATE TABLE audit (
    id INTEGER NOT NULL CONSTRAINT pk_audit PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    programme_id TEXT NULL,
    details TEXT NULL
);

CREATE TABLE batch_steps (
    id INTEGER NOT NULL CONSTRAINT pk_batch_steps PRIMARY KEY,
    subject_id TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    programme_id TEXT NULL,
    batch INTEGER NULL,
    step TEXT NOT NULL,
    selects_step TEXT NULL,
    selects_outcome TEXT NULL,
    closed INTEGER NOT NULL,
    closed_on TEXT NULL,
    delivered INTEGER NOT NULL
);

CREATE TABLE batch_units (
    programme_id TEXT NOT NULL,
    batch INTEGER NOT NULL,
    unit_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    from_instance TEXT NULL,
    CONSTRAINT pk_batch_units PRIMARY KEY (programme_id, batch, unit_id)
);

CREATE TABLE bookmarks (
    instance_id TEXT NOT NULL,
    bookmark_id INTEGER NOT NULL,
    node INTEGER NOT NULL,
    activity TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NULL,
    due_at INTEGER NULL,
    CONSTRAINT pk_bookmarks PRIMARY KEY (instance_id, bookmark_id)
);

CREATE TABLE clocks (
    id INTEGER NOT NULL CONSTRAINT pk_clocks PRIMARY KEY,
    offset_microseconds INTEGER NOT NULL,
    active INTEGER NOT NULL
);

CREATE TABLE data_protection_keys (
    id INTEGER NOT NULL CONSTRAINT pk_data_protection_keys PRIMARY KEY,
    friendly_name TEXT NOT NULL,
    xml TEXT NOT NULL
);

CREATE TABLE definitions (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    published_by TEXT NULL,
    json TEXT NOT NULL,
    CONSTRAINT pk_definitions PRIMARY KEY (id, version)
);

CREATE TABLE events (
    id INTEGER NOT NULL CONSTRAINT pk_events PRIMARY KEY,
    programme_id TEXT NULL,
    batch INTEGER NULL,
    unit_id TEXT NULL,
    instance_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    activity TEXT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
);

CREATE TABLE evidence_files (
    id INTEGER NOT NULL CONSTRAINT pk_evidence_files PRIMARY KEY,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    length_bytes INTEGER NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    unit_id TEXT NULL,
    form_item TEXT NULL,
    evidence_on TEXT NULL,
    uploaded_at INTEGER NOT NULL,
    uploaded_by TEXT NOT NULL,
    withdrawn_at INTEGER NULL
);

CREATE TABLE incidents (
    id INTEGER NOT NULL CONSTRAINT pk_incidents PRIMARY KEY,
    instance_id TEXT NOT NULL,
    programme_id TEXT NULL,
    activity TEXT NULL,
    code TEXT NOT NULL,
    message_zh TEXT NOT NULL,
    message_en TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    resolved_at INTEGER NULL,
    resolved_by TEXT NULL
);

CREATE TABLE instances (
    id TEXT NOT NULL CONSTRAINT pk_instances PRIMARY KEY,
    programme_id TEXT NULL,
    clock_id INTEGER NOT NULL,
    batch INTEGER NULL,
    unit_id TEXT NULL,
    parent TEXT NULL,
    parent_node INTEGER NULL,
    from_instance TEXT NULL,
    definition_id TEXT NOT NULL,
    definition_version INTEGER NOT NULL,
    name TEXT NULL,
    correlation_id TEXT NULL,
    status TEXT NOT NULL,
    sub_status TEXT NOT NULL,
    version INTEGER NOT NULL,
    wake_at INTEGER NULL,
    parked INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER NULL,
    state TEXT NULL
);

CREATE TABLE launch_drafts (
    id INTEGER NOT NULL CONSTRAINT pk_launch_drafts PRIMARY KEY,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    units INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    upload TEXT NULL
);

CREATE TABLE ledger_entries (
    id TEXT NOT NULL CONSTRAINT pk_ledger_entries PRIMARY KEY,
    ledger_id TEXT NOT NULL,
    programme_id TEXT NULL,
    unit_id TEXT NULL,
    number INTEGER NOT NULL,
    area TEXT NOT NULL,
    problem TEXT NOT NULL,
    source TEXT NOT NULL,
    source_reference TEXT NULL,
    status TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    office TEXT NULL,
    post TEXT NULL,
    deadline_on TEXT NULL,
    done TEXT NULL,
    submitted_on TEXT NULL,
    closed_on TEXT NULL,
    closed_by TEXT NULL,
    reopened INTEGER NOT NULL,
    evidence_from_at INTEGER NOT NULL,
    reminders_from_on TEXT NULL,
    next_reminder_on TEXT NULL,
    reminders_sent INTEGER NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE ledger_events (
    id INTEGER NOT NULL CONSTRAINT pk_ledger_events PRIMARY KEY,
    ledger_id TEXT NOT NULL,
    entry_id TEXT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    happened_on TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NULL,
    details TEXT NULL
);

CREATE TABLE ledgers (
    id TEXT NOT NULL CONSTRAINT pk_ledgers PRIMARY KEY,
    instance_id TEXT NOT NULL,
    programme_id TEXT NULL,
    batch INTEGER NULL,
    unit_id TEXT NULL,
    activity TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    role TEXT NOT NULL,
    reviewer TEXT NULL,
    areas TEXT NOT NULL,
    evidence TEXT NOT NULL,
    clause TEXT NULL,
    opened_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    why TEXT NULL,
    provisional INTEGER NOT NULL,
    status TEXT NOT NULL,
    closed_on TEXT NULL,
    last_number INTEGER NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE nodes (
    id TEXT NOT NULL CONSTRAINT pk_nodes PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    role TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    stopped_at INTEGER NULL,
    state TEXT NOT NULL
);

CREATE TABLE notices (
    id TEXT NOT NULL CONSTRAINT pk_notices PRIMARY KEY,
    instance_id TEXT NOT NULL,
    programme_id TEXT NULL,
    batch INTEGER NULL,
    unit_id TEXT NULL,
    activity TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    role TEXT NOT NULL,
    published_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    working_days INTEGER NOT NULL,
    must_close_by_on TEXT NULL,
    clause TEXT NULL,
    status TEXT NOT NULL,
    ended_on TEXT NULL,
    replaces TEXT NULL,
    reason TEXT NULL,
    version INTEGER NOT NULL,
    content TEXT NULL,
    why TEXT NULL,
    units TEXT NOT NULL,
    certificate TEXT NULL
);

CREATE TABLE outbox (
    id INTEGER NOT NULL CONSTRAINT pk_outbox PRIMARY KEY,
    message_id TEXT NOT NULL,
    programme_id TEXT NULL,
    to_address TEXT NULL,
    to_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    dedupe_key TEXT NULL,
    request_key TEXT NULL,
    work_item_id TEXT NULL,
    queued_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    lease_until INTEGER NULL,
    lease_owner TEXT NULL,
    last_error TEXT NULL,
    sent_at INTEGER NULL,
    text TEXT NOT NULL,
    html TEXT NULL,
    calendar TEXT NULL
);

CREATE TABLE outside_tasks (
    instance_id TEXT NOT NULL,
    bookmark_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NULL,
    status TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    finished_at INTEGER NULL,
    CONSTRAINT pk_outside_tasks PRIMARY KEY (instance_id, bookmark_id)
);

CREATE TABLE probations (
    id TEXT NOT NULL CONSTRAINT pk_probations PRIMARY KEY,
    instance_id TEXT NOT NULL,
    programme_id TEXT NULL,
    batch INTEGER NULL,
    unit_id TEXT NULL,
    activity TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    from_on TEXT NOT NULL,
    apply_by_on TEXT NOT NULL,
    kept_until_on TEXT NOT NULL,
    why TEXT NULL,
    provisional INTEGER NOT NULL,
    rechecks_max INTEGER NOT NULL,
    clause TEXT NULL,
    status TEXT NOT NULL,
    status_on TEXT NOT NULL
);

CREATE TABLE programmes (
    id TEXT NOT NULL CONSTRAINT pk_programmes PRIMARY KEY,
    definition_id TEXT NOT NULL,
    definition_version INTEGER NOT NULL,
    definition_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    launch_revision INTEGER NOT NULL,
    approval_number TEXT NOT NULL,
    approved_on TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    status TEXT NOT NULL,
    clock_id INTEGER NOT NULL,
    backfill_until TEXT NULL,
    instance_id TEXT NOT NULL,
    launched_by TEXT NOT NULL,
    launched_at INTEGER NOT NULL,
    ended_at INTEGER NULL,
    end_reason TEXT NULL,
    suspended_on TEXT NULL,
    suspended_at INTEGER NULL,
    suspend_reason TEXT NULL,
    details_removed_at INTEGER NULL,
    version INTEGER NOT NULL
);

CREATE TABLE reminders (
    id INTEGER NOT NULL CONSTRAINT pk_reminders PRIMARY KEY,
    subject_id TEXT NOT NULL,
    due_for_on TEXT NOT NULL,
    escalated INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    recorded_at INTEGER NOT NULL
);

CREATE TABLE roles (
    id TEXT NOT NULL CONSTRAINT pk_roles PRIMARY KEY,
    name TEXT NULL,
    normalized_name TEXT NULL,
    concurrency_stamp TEXT NULL
);

CREATE TABLE settings (
    key TEXT NOT NULL CONSTRAINT pk_settings PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE stages (
    id TEXT NOT NULL CONSTRAINT pk_stages PRIMARY KEY,
    instance_id TEXT NOT NULL,
    programme_id TEXT NULL,
    batch INTEGER NULL,
    unit_id TEXT NULL,
    activity TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    planned_start_on TEXT NULL,
    planned_end_on TEXT NULL,
    planned_end_why TEXT NULL,
    provisional INTEGER NOT NULL,
    status TEXT NOT NULL,
    closed_on TEXT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE step_rows (
    id INTEGER NOT NULL CONSTRAINT pk_step_rows PRIMARY KEY,
    subject_id TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    programme_id TEXT NULL,
    batch INTEGER NULL,
    step TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT NULL,
    grade TEXT NULL,
    reason TEXT NULL,
    form_values TEXT NULL,
    late INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    decided_on TEXT NULL,
    decided_by TEXT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE stimuli (
    id INTEGER NOT NULL CONSTRAINT pk_stimuli PRIMARY KEY,
    sender TEXT NOT NULL,
    key TEXT NOT NULL,
    target TEXT NOT NULL,
    clock_id INTEGER NOT NULL,
    nominal_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    parked INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE unit_results (
    id INTEGER NOT NULL CONSTRAINT pk_unit_results PRIMARY KEY,
    programme_id TEXT NOT NULL,
    batch INTEGER NULL,
    unit_id TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    result TEXT NOT NULL,
    grade TEXT NULL,
    final INTEGER NOT NULL,
    achieved INTEGER NOT NULL,
    result_on TEXT NOT NULL,
    reason TEXT NULL,
    superseded INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
);

CREATE TABLE work_items (
    id TEXT NOT NULL CONSTRAINT pk_work_items PRIMARY KEY,
    instance_id TEXT NOT NULL,
    programme_id TEXT NULL,
    batch INTEGER NULL,
    unit_id TEXT NULL,
    activity TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    role TEXT NOT NULL,
    reviewer TEXT NULL,
    opened_on TEXT NOT NULL,
    due_on TEXT NULL,
    original_due_on TEXT NULL,
    due_at INTEGER NULL,
    provisional INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    outcomes TEXT NOT NULL,
    clause TEXT NULL,
    quota TEXT NULL,
    paper TEXT NULL,
    status TEXT NOT NULL,
    suspended INTEGER NOT NULL,
    outcome TEXT NULL,
    closed_on TEXT NULL,
    closed_by TEXT NULL,
    reminders_from_on TEXT NULL,
    next_reminder_on TEXT NULL,
    reminders TEXT NULL,
    reminders_sent INTEGER NOT NULL,
    saved_at INTEGER NULL,
    saved_by TEXT NULL,
    review_scores TEXT NULL,
    scored_at INTEGER NULL,
    scored_by TEXT NULL,
    submitted_on TEXT NULL,
    submitted_by TEXT NULL,
    version INTEGER NOT NULL,
    instructions TEXT NULL,
    why TEXT NULL,
    form TEXT NULL,
    units TEXT NULL,
    row_outcomes TEXT NULL,
    form_values TEXT NULL
);

CREATE TABLE account_claims (
    id INTEGER NOT NULL CONSTRAINT pk_account_claims PRIMARY KEY,
    user_id TEXT NOT NULL,
    claim_type TEXT NULL,
    claim_value TEXT NULL,
    CONSTRAINT fk_account_claims_user_id FOREIGN KEY (user_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE account_logins (
    login_provider TEXT NOT NULL,
    provider_key TEXT NOT NULL,
    provider_display_name TEXT NULL,
    user_id TEXT NOT NULL,
    CONSTRAINT pk_account_logins PRIMARY KEY (login_provider, provider_key),
    CONSTRAINT fk_account_logins_user_id FOREIGN KEY (user_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE account_tokens (
    user_id TEXT NOT NULL,
    login_provider TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NULL,
    CONSTRAINT pk_account_tokens PRIMARY KEY (user_id, login_provider, name),
    CONSTRAINT fk_account_tokens_user_id FOREIGN KEY (user_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE objections (
    id INTEGER NOT NULL CONSTRAINT pk_objections PRIMARY KEY,
    notice_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    author TEXT NULL,
    contact TEXT NULL,
    text TEXT NOT NULL,
    channel TEXT NOT NULL,
    receipt_hash TEXT NULL,
    received_at INTEGER NOT NULL,
    filed_on TEXT NOT NULL,
    status TEXT NOT NULL,
    decided_on TEXT NULL,
    decided_by TEXT NULL,
    decision TEXT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT fk_objections_notice_id FOREIGN KEY (notice_id) REFERENCES notices (id) ON DELETE RESTRICT
);

CREATE TABLE batches (
    programme_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    supplementary INTEGER NOT NULL,
    instance_id TEXT NULL,
    CONSTRAINT pk_batches PRIMARY KEY (programme_id, number),
    CONSTRAINT fk_batches_programme_id FOREIGN KEY (programme_id) REFERENCES programmes (id) ON DELETE RESTRICT
);

CREATE TABLE launch_revisions (
    programme_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    reason TEXT NULL,
    launch_json TEXT NOT NULL,
    CONSTRAINT pk_launch_revisions PRIMARY KEY (programme_id, revision),
    CONSTRAINT fk_launch_revisions_programme_id FOREIGN KEY (programme_id) REFERENCES programmes (id) ON DELETE RESTRICT
);

CREATE TABLE offices (
    programme_id TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    mail TEXT NULL,
    superior TEXT NULL,
    level TEXT NULL,
    CONSTRAINT pk_offices PRIMARY KEY (programme_id, role),
    CONSTRAINT fk_offices_programme_id FOREIGN KEY (programme_id) REFERENCES programmes (id) ON DELETE RESTRICT
);

CREATE TABLE papers (
    id INTEGER NOT NULL CONSTRAINT pk_papers PRIMARY KEY,
    programme_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    issuer TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    unit_id TEXT NULL,
    work_item_id TEXT NULL,
    answers_id INTEGER NULL,
    reply_by_on TEXT NULL,
    reopens_on TEXT NULL,
    status TEXT NOT NULL,
    ended_on TEXT NULL,
    ended_by TEXT NULL,
    reason TEXT NULL,
    recorded_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT fk_papers_programme_id FOREIGN KEY (programme_id) REFERENCES programmes (id) ON DELETE RESTRICT
);

CREATE TABLE programme_changes (
    id INTEGER NOT NULL CONSTRAINT pk_programme_changes PRIMARY KEY,
    programme_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NULL,
    changed_at INTEGER NOT NULL,
    changed_on TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    details TEXT NULL,
    launch_revision INTEGER NOT NULL,
    document_number TEXT NULL,
    CONSTRAINT fk_programme_changes_programme_id FOREIGN KEY (programme_id) REFERENCES programmes (id) ON DELETE RESTRICT
);

CREATE TABLE programme_definitions (
    programme_id TEXT NOT NULL,
    definition_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_programme_definitions PRIMARY KEY (programme_id, definition_id),
    CONSTRAINT fk_programme_definitions_programme_id FOREIGN KEY (programme_id) REFERENCES programmes (id) ON DELETE RESTRICT
);

CREATE TABLE units (
    programme_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    name TEXT NOT NULL,
    mail TEXT NULL,
    responsible TEXT NULL,
    superior TEXT NULL,
    level TEXT NULL,
    ordinal INTEGER NOT NULL,
    left_on TEXT NULL,
    merged_into TEXT NULL,
    CONSTRAINT pk_units PRIMARY KEY (programme_id, unit_id),
    CONSTRAINT fk_units_programme_id FOREIGN KEY (programme_id) REFERENCES programmes (id) ON DELETE RESTRICT
);

CREATE TABLE office_lines (
    programme_id TEXT NOT NULL,
    role TEXT NOT NULL,
    above TEXT NOT NULL,
    CONSTRAINT pk_office_lines PRIMARY KEY (programme_id, above, role)
);

CREATE TABLE account_places (
    account_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    programme_id TEXT NULL,
    office_role TEXT NULL,
    unit_id TEXT NULL,
    level TEXT NULL,
    CONSTRAINT pk_account_places PRIMARY KEY (account_id, ordinal),
    CONSTRAINT fk_account_places_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT
);

CREATE TABLE account_links (
    id INTEGER NOT NULL CONSTRAINT pk_account_links PRIMARY KEY,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER NULL,
    CONSTRAINT fk_account_links_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT
);

CREATE TABLE recovery_codes (
    id INTEGER NOT NULL CONSTRAINT pk_recovery_codes PRIMARY KEY,
    account_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    used_at INTEGER NULL,
    CONSTRAINT fk_recovery_codes_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT
);

CREATE TABLE api_tokens (
    id INTEGER NOT NULL CONSTRAINT pk_api_tokens PRIMARY KEY,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NULL,
    used_at INTEGER NULL,
    CONSTRAINT fk_api_tokens_account_id FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE RESTRICT
);

CREATE TABLE account_roles (
    user_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    CONSTRAINT pk_account_roles PRIMARY KEY (user_id, role_id),
    CONSTRAINT fk_account_roles_role_id FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT fk_account_roles_user_id FOREIGN KEY (user_id) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE role_claims (
    id INTEGER NOT NULL CONSTRAINT pk_role_claims PRIMARY KEY,
    role_id TEXT NOT NULL,
    claim_type TEXT NULL,
    claim_value TEXT NULL,
    CONSTRAINT fk_role_claims_role_id FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE
);

CREATE TABLE contacts (
    id INTEGER NOT NULL CONSTRAINT pk_contacts PRIMARY KEY,
    programme_id TEXT NOT NULL,
    role TEXT NOT NULL,
    unit_id TEXT NULL,
    name TEXT NOT NULL,
    mail TEXT NOT NULL,
    duty TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    removed_at INTEGER NULL,
    version INTEGER NOT NULL,
    CONSTRAINT fk_contacts_programme_id FOREIGN KEY (programme_id) REFERENCES programmes (id) ON DELETE RESTRICT
);

CREATE TABLE substitutions (
    id INTEGER NOT NULL CONSTRAINT pk_substitutions PRIMARY KEY,
    mail TEXT NOT NULL,
    substitute_name TEXT NOT NULL,
    substitute_mail TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    reason TEXT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    ended_at INTEGER NULL
);

CREATE TABLE mail_choices (
    mail TEXT NOT NULL CONSTRAINT pk_mail_choices PRIMARY KEY,
    digest TEXT NOT NULL,
    chosen_at INTEGER NOT NULL
);

CREATE TABLE mail_requests (
    id INTEGER NOT NULL CONSTRAINT pk_mail_requests PRIMARY KEY,
    key TEXT NOT NULL,
    programme_id TEXT NOT NULL,
    role TEXT NOT NULL,
    unit_id TEXT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    work_item_id TEXT NULL,
    requested_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL
);

CREATE TABLE urgings (
    id INTEGER NOT NULL CONSTRAINT pk_urgings PRIMARY KEY,
    act TEXT NOT NULL,
    programme_id TEXT NOT NULL,
    work_item_id TEXT NOT NULL,
    role TEXT NOT NULL,
    unit_id TEXT NULL,
    due_on TEXT NULL,
    text TEXT NOT NULL,
    channel TEXT NOT NULL,
    urged_at INTEGER NOT NULL,
    urged_on TEXT NOT NULL,
    urged_by TEXT NOT NULL,
    request_key TEXT NULL
);

CREATE TABLE calendar_feeds (
    id INTEGER NOT NULL CONSTRAINT pk_calendar_feeds PRIMARY KEY,
    account_id TEXT NOT NULL,
    programme_id TEXT NULL,
    secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER NULL,
    used_at INTEGER NULL
);

CREATE TABLE extensions (
    id INTEGER NOT NULL CONSTRAINT pk_extensions PRIMARY KEY,
    work_item_id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    asked_until_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    status TEXT NOT NULL,
    granted_until_on TEXT NULL,
    decided_on TEXT NULL,
    decided_by TEXT NULL,
    answer TEXT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT fk_extensions_work_item_id FOREIGN KEY (work_item_id) REFERENCES work_items (id) ON DELETE RESTRICT
);

CREATE TABLE paper_recipients (
    paper_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    role TEXT NOT NULL,
    unit_id TEXT NULL,
    name TEXT NOT NULL,
    is_copy INTEGER NOT NULL,
    signed_at INTEGER NULL,
    signed_by TEXT NULL,
    replied_on TEXT NULL,
    accepted_on TEXT NULL,
    reminders_from_on TEXT NULL,
    next_reminder_on TEXT NULL,
    reminders_sent INTEGER NOT NULL,
    CONSTRAINT pk_paper_recipients PRIMARY KEY (paper_id, ordinal),
    CONSTRAINT fk_paper_recipients_paper_id FOREIGN KEY (paper_id) REFERENCES papers (id) ON DELETE RESTRICT
);

CREATE TABLE paper_replies (
    id INTEGER NOT NULL CONSTRAINT pk_paper_replies PRIMARY KEY,
    paper_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    replied_on TEXT NOT NULL,
    replied_by TEXT NOT NULL,
    status TEXT NOT NULL,
    decided_on TEXT NULL,
    decided_by TEXT NULL,
    answer TEXT NULL,
    CONSTRAINT fk_paper_replies_paper_id FOREIGN KEY (paper_id) REFERENCES papers (id) ON DELETE RESTRICT
);

CREATE TABLE work_item_events (
    id INTEGER NOT NULL CONSTRAINT pk_work_item_events PRIMARY KEY,
    work_item_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NULL,
    reason TEXT NULL,
    details TEXT NULL,
    CONSTRAINT fk_work_item_events_work_item_id FOREIGN KEY (work_item_id) REFERENCES work_items (id) ON DELETE RESTRICT
);

CREATE INDEX ix_account_claims_user_id ON account_claims (user_id);
CREATE INDEX ix_account_links_account_id ON account_links (account_id);
CREATE UNIQUE INDEX ix_account_links_secret_hash ON account_links (secret_hash);
CREATE INDEX ix_account_logins_user_id ON account_logins (user_id);
CREATE INDEX ix_account_places_office_role ON account_places (office_role) WHERE office_role IS NOT NULL;
CREATE INDEX ix_account_places_programme_id_unit_id ON account_places (programme_id, unit_id);
CREATE INDEX ix_account_roles_role_id ON account_roles (role_id);
CREATE INDEX ix_accounts_normalized_email ON accounts (normalized_email);
CREATE UNIQUE INDEX ix_accounts_normalized_user_name ON accounts (normalized_user_name);
CREATE INDEX ix_api_tokens_account_id ON api_tokens (account_id);
CREATE UNIQUE INDEX ix_api_tokens_secret_hash ON api_tokens (secret_hash);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_audit_subject ON audit (subject);
CREATE INDEX ix_batch_steps_instance_id ON batch_steps (instance_id);
CREATE UNIQUE INDEX ix_batch_steps_subject_id ON batch_steps (subject_id);
CREATE UNIQUE INDEX ix_batch_units_programme_id_batch_ordinal ON batch_units (programme_id, batch, ordinal);
CREATE INDEX ix_batch_units_programme_id_unit_id ON batch_units (programme_id, unit_id);
CREATE INDEX ix_bookmarks_key ON bookmarks (key) WHERE kind = 'Event';
CREATE INDEX ix_calendar_feeds_account_id ON calendar_feeds (account_id);
CREATE UNIQUE INDEX ix_calendar_feeds_secret_hash ON calendar_feeds (secret_hash);
CREATE INDEX ix_contacts_programme_id_role_unit_id ON contacts (programme_id, role, unit_id);
CREATE INDEX ix_events_programme_id_happened_on ON events (programme_id, happened_on);
CREATE INDEX ix_evidence_files_hash ON evidence_files (hash);
CREATE INDEX ix_evidence_files_subject_id ON evidence_files (subject_id);
CREATE INDEX ix_extensions_work_item_id ON extensions (work_item_id);
CREATE INDEX ix_incidents_instance_id ON incidents (instance_id);
CREATE INDEX ix_incidents_programme_id ON incidents (programme_id) WHERE resolved_at IS NULL;
CREATE INDEX ix_instances_clock_id_wake_at ON instances (clock_id, wake_at) WHERE NOT parked AND wake_at IS NOT NULL;
CREATE INDEX ix_instances_parent_parent_node_status ON instances (parent, parent_node, status);
CREATE INDEX ix_instances_programme_id_batch_unit_id ON instances (programme_id, batch, unit_id);
CREATE INDEX ix_launch_drafts_changed_at ON launch_drafts (changed_at);
CREATE UNIQUE INDEX ix_ledger_entries_ledger_id_number ON ledger_entries (ledger_id, number);
CREATE INDEX ix_ledger_entries_next_reminder_on ON ledger_entries (next_reminder_on) WHERE next_reminder_on IS NOT NULL;
CREATE INDEX ix_ledger_entries_programme_id_deadline_on ON ledger_entries (programme_id, deadline_on) WHERE closed_on IS NULL;
CREATE INDEX ix_ledger_entries_programme_id_unit_id ON ledger_entries (programme_id, unit_id);
CREATE INDEX ix_ledger_events_entry_id ON ledger_events (entry_id);
CREATE INDEX ix_ledger_events_ledger_id ON ledger_events (ledger_id);
CREATE INDEX ix_ledgers_instance_id ON ledgers (instance_id);
CREATE INDEX ix_ledgers_programme_id_unit_id ON ledgers (programme_id, unit_id);
CREATE UNIQUE INDEX ix_mail_requests_key ON mail_requests (key);
CREATE INDEX ix_mail_requests_not_before_id ON mail_requests (not_before, id);
CREATE INDEX ix_notices_instance_id ON notices (instance_id);
CREATE INDEX ix_notices_programme_id_status ON notices (programme_id, status);
CREATE INDEX ix_objections_filed_on ON objections (filed_on) WHERE status = 'Filed';
CREATE INDEX ix_objections_notice_id_unit_id ON objections (notice_id, unit_id);
CREATE UNIQUE INDEX ix_objections_receipt_hash ON objections (receipt_hash) WHERE receipt_hash IS NOT NULL;
CREATE INDEX ix_offices_programme_id_superior ON offices (programme_id, superior);
CREATE INDEX ix_outbox_bounced ON outbox (to_address) WHERE status = 'Bounced';
CREATE INDEX ix_outbox_dead ON outbox (queued_at) WHERE status = 'Dead';
CREATE UNIQUE INDEX ix_outbox_dedupe_key ON outbox (dedupe_key);
CREATE UNIQUE INDEX ix_outbox_message_id ON outbox (message_id);
CREATE INDEX ix_outbox_not_before_id ON outbox (not_before, id) WHERE status = 'Queued';
CREATE INDEX ix_outbox_request_key ON outbox (request_key) WHERE request_key IS NOT NULL;
CREATE INDEX ix_outbox_to_address_not_before ON outbox (to_address, not_before);
CREATE INDEX ix_outside_tasks_name ON outside_tasks (name) WHERE status = 'Open';
CREATE INDEX ix_paper_recipients_next_reminder_on ON paper_recipients (next_reminder_on) WHERE next_reminder_on IS NOT NULL;
CREATE INDEX ix_paper_recipients_role_unit_id ON paper_recipients (role, unit_id);
CREATE INDEX ix_paper_recipients_unanswered ON paper_recipients (paper_id) WHERE replied_on IS NULL;
CREATE INDEX ix_paper_recipients_unjudged ON paper_recipients (paper_id) WHERE accepted_on IS NULL AND replied_on IS NOT NULL;
CREATE INDEX ix_paper_recipients_unsigned ON paper_recipients (paper_id) WHERE signed_at IS NULL;
CREATE INDEX ix_paper_replies_paper_id ON paper_replies (paper_id);
CREATE UNIQUE INDEX ix_papers_programme_id_number ON papers (programme_id, number);
CREATE INDEX ix_papers_work_item_id ON papers (work_item_id);
CREATE INDEX ix_probations_instance_id ON probations (instance_id);
CREATE INDEX ix_probations_programme_id_unit_id ON probations (programme_id, unit_id);
CREATE INDEX ix_programme_changes_programme_id_id ON programme_changes (programme_id, id);
CREATE INDEX ix_programmes_status ON programmes (status);
CREATE INDEX ix_recovery_codes_account_id ON recovery_codes (account_id);
CREATE UNIQUE INDEX ix_reminders_message_id_subject_id ON reminders (message_id, subject_id);
CREATE INDEX ix_role_claims_role_id ON role_claims (role_id);
CREATE UNIQUE INDEX ix_roles_normalized_name ON roles (normalized_name);
CREATE INDEX ix_stages_instance_id ON stages (instance_id);
CREATE INDEX ix_stages_programme_id_batch_unit_id ON stages (programme_id, batch, unit_id);
CREATE INDEX ix_step_rows_instance_id_step_unit_id ON step_rows (instance_id, step, unit_id);
CREATE INDEX ix_step_rows_programme_id_unit_id ON step_rows (programme_id, unit_id);
CREATE UNIQUE INDEX ix_step_rows_subject_id_unit_id ON step_rows (subject_id, unit_id);
CREATE INDEX ix_step_rows_waiting ON step_rows (instance_id) WHERE status = 'Waiting';
CREATE INDEX ix_stimuli_clock_id_nominal_at_id ON stimuli (clock_id, nominal_at, id) WHERE NOT parked;
CREATE UNIQUE INDEX ix_stimuli_sender_key ON stimuli (sender, key);
CREATE INDEX ix_stimuli_target_nominal_at_id ON stimuli (target, nominal_at, id);
CREATE INDEX ix_substitutions_mail_until_on ON substitutions (mail, until_on);
CREATE INDEX ix_unit_results_programme_id_unit_id_final ON unit_results (programme_id, unit_id, final);
CREATE INDEX ix_units_programme_id_left_on_mail_unit_id ON units (programme_id, left_on, mail, unit_id);
CREATE UNIQUE INDEX ix_units_programme_id_ordinal ON units (programme_id, ordinal);
CREATE INDEX ix_units_programme_id_superior_ordinal ON units (programme_id, superior, ordinal);
CREATE INDEX ix_urgings_programme_id_urged_on ON urgings (programme_id, urged_on);
CREATE INDEX ix_urgings_work_item_id_urged_on ON urgings (work_item_id, urged_on);
CREATE INDEX ix_work_item_events_work_item_id ON work_item_events (work_item_id);
CREATE INDEX ix_work_items_due_at_programme_id ON work_items (due_at, programme_id) WHERE closed_on IS NULL;
CREATE INDEX ix_work_items_due_on ON work_items (due_on) WHERE closed_on IS NULL;
CREATE INDEX ix_work_items_instance_id ON work_items (instance_id);
CREATE INDEX ix_work_items_next_reminder_on ON work_items (next_reminder_on) WHERE next_reminder_on IS NOT NULL;
CREATE INDEX ix_work_items_open ON work_items (programme_id, role, due_at, due_on, status, suspended, batch, activity, provisional, unit_id, reviewer, id, closed_on) WHERE closed_on IS NULL;
CREATE INDEX ix_work_items_programme_id_batch_unit_id ON work_items (programme_id, batch, unit_id);
CREATE INDEX ix_work_items_reviewer_status ON work_items (reviewer, status) WHERE closed_on IS NULL;
CREATE INDEX ix_work_items_role_programme_id ON work_items (role, programme_id) WHERE closed_on IS NULL;
CREATE INDEX ix_work_items_unit_id_due_on ON work_items (unit_id, due_on);

INSERT INTO clocks (id, offset_microseconds, active) VALUES (0, 0, TRUE);
