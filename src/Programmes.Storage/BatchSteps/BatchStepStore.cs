using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;

namespace Programmes.Storage.BatchSteps;

/// <summary>
/// The rows of batch steps, in one transaction. Which unit gets which row is decided by <see cref="BatchRows"/>.
/// Whoever calls it for a use case holds the lock of the batch's instance (<see cref="StoreTransaction.LoadAsync"/>).
/// </summary>
public sealed class BatchStepStore
{
    /// <inheritdoc cref="BatchRows.NoObjection" />
    public const string NoObjection = BatchRows.NoObjection;

    internal static readonly BulkStatement Insert = BulkStatement.Insert("step_rows",
        ["subject_id", "instance_id", "programme_id", Column.Int("batch"), "step", "unit_id", "status", "outcome", "grade", "reason",
            "decided_on", "decided_by", Column.Bool("late"), Column.Bool("delivered"), Column.Int("version")],
        "ON CONFLICT (subject_id, unit_id) DO NOTHING");

    private static readonly BulkStatement Change = BulkStatement.Update("step_rows",
        ["subject_id", "unit_id"], ["status", Column.Bool("late")], "version = t.version + 1");

    /// <summary>A row that is decided anew before its unit took notice replaces what was sent.</summary>
    private static readonly BulkStatement Tell = BulkStatement.From(
        ["sender", "key", "target", Column.Long("clock_id"), Column.Long("nominal_at"), "kind", "payload", Column.Long("created_at"), Column.Int("ordinal")],
        """
        INSERT INTO stimuli (sender, key, target, clock_id, nominal_at, kind, payload, created_at, parked)
        SELECT d.sender, d.key, d.target, d.clock_id, d.nominal_at, d.kind, d.payload, d.created_at, COALESCE(i.parked, TRUE)
        FROM {d} LEFT JOIN instances AS i ON i.id = d.target
        WHERE i.status IS NULL OR i.status = 'Running'
        ORDER BY d.ordinal
        ON CONFLICT (sender, key) DO UPDATE SET payload = excluded.payload
        """);

    private static readonly BulkStatement Told = BulkStatement.Update("step_rows", [Column.Long("id")], [], "delivered = TRUE, version = t.version + 1");

    private readonly StoreTransaction transaction;

    internal BatchStepStore(StoreTransaction transaction) => this.transaction = transaction;

    /// <summary>
    /// Decides about one unit. While its step is open the unit learns it when the step closes; afterwards at once,
    /// and the steps that select by this outcome take the unit in, late where they have closed.
    /// </summary>
    /// <param name="on">The day of the decision (Asia/Shanghai).</param>
    /// <param name="nominalAt">By the programme's clock.</param>
    /// <exception cref="InvalidOperationException">The unit has no row there that can be decided.</exception>
    public async Task DecideAsync(
        string subject, string unit, string outcome, string? grade, string? reason, DateOnly on, string by, DateTimeOffset nominalAt,
        CancellationToken cancellationToken = default)
    {
        const string sql = """
            UPDATE step_rows SET status = 'Decided', outcome = @outcome, grade = @grade, reason = @reason, decided_on = @on, decided_by = @by,
              delivered = FALSE, version = version + 1
            WHERE subject_id = @subject AND unit_id = @unit AND status IN ('Open', 'Suspended', 'Decided')
            """;
        var changed = await transaction.RunAsync(sql, cancellationToken, ("@outcome", outcome), ("@grade", grade), ("@reason", reason),
            ("@on", Instants.ToText(on)), ("@by", by), ("@subject", subject), ("@unit", unit)).ConfigureAwait(false);
        if (changed == 0) throw new InvalidOperationException($"Unit {unit} has no row in {subject} that can be decided.");
        var step = await FindAsync(subject, cancellationToken).ConfigureAwait(false);
        if (!step.Delivered) return;
        await TellAsync(step, unit, nominalAt, nominalAt, cancellationToken).ConfigureAwait(false);
        await FollowAsync(step, [(unit, outcome)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An accepted objection holds the unit's row; false: there is no open row.</summary>
    public Task<bool> SuspendAsync(string subject, string unit, CancellationToken cancellationToken = default) =>
        SetAsync(subject, unit, StepRowStatus.Open, StepRowStatus.Suspended, cancellationToken);

    /// <summary>The row goes on as before the objection; false: it was not suspended. In a notice that closed meanwhile, decide it instead.</summary>
    public Task<bool> ReleaseAsync(string subject, string unit, CancellationToken cancellationToken = default) =>
        SetAsync(subject, unit, StepRowStatus.Suspended, StepRowStatus.Open, cancellationToken);

    private async Task<bool> SetAsync(string subject, string unit, StepRowStatus from, StepRowStatus to, CancellationToken cancellationToken) =>
        await transaction.RunAsync("UPDATE step_rows SET status = @to, version = version + 1 WHERE subject_id = @subject AND unit_id = @unit AND status = @from",
            cancellationToken, ("@to", to.ToString()), ("@subject", subject), ("@unit", unit), ("@from", from.ToString())).ConfigureAwait(false) > 0;

    internal async Task OpenAsync(LoadedInstance batch, string subject, string step, UnitSelection units, string? replaces, CancellationToken cancellationToken)
    {
        var replaced = replaces is null ? [] : await ReplacedAsync(subject, replaces, cancellationToken).ConfigureAwait(false);
        var selects = units.Step is null ? null : await LatestRunAsync(batch.Id, units.Step, cancellationToken).ConfigureAwait(false);
        var rows = new BulkRows(Insert);
        const string sql = """
            SELECT m.unit_id, i.status, r.status, r.outcome
            FROM batch_units AS m
            LEFT JOIN instances AS i ON i.id = @instance || '.' || m.unit_id
            LEFT JOIN step_rows AS r ON r.subject_id = @selects AND r.unit_id = m.unit_id
            WHERE m.programme_id = @programme AND m.batch = @batch
            ORDER BY m.ordinal
            """;
        var command = transaction.Command(sql, ("@instance", batch.Id), ("@selects", selects), ("@programme", batch.Programme), ("@batch", batch.Batch));
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var unit = reader.GetString(0);
                var active = reader.IsDBNull(1) || reader.GetString(1) == nameof(InstanceStatus.Running);
                StepRowStatus? earlier = reader.IsDBNull(2) ? null : Enum.Parse<StepRowStatus>(reader.GetString(2));
                if (BatchRows.OnOpening(units, active, earlier, reader.IsDBNull(3) ? null : reader.GetString(3)) is not { } status) continue;
                var old = replaced.GetValueOrDefault(unit);
                // An objection outlives the correction of the notice that it was raised against, decided or pending.
                if (old is not null) status = old.Outcome is null ? StepRowStatus.Suspended : StepRowStatus.Decided;
                rows.Add(subject, batch.Id, batch.Programme, batch.Batch, step, unit, status.ToString(), old?.Outcome, null, old?.Reason,
                    old?.DecidedOn, old?.DecidedBy, false, false, 0);
            }
        }

        if (rows.Rows.Count > 0) await transaction.WriteRowsAsync([rows], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Applies <see cref="BatchRows.OnJoining"/> to a unit that joined the batch.</summary>
    /// <remarks>The unit's own workflow may wait for a draw that was held before it joined: it was not drawn.</remarks>
    internal async Task JoinAsync(LoadedInstance batch, string unit, DateTimeOffset nominalAt, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (steps, programme, number) = await StepsAsync(batch.Id, cancellationToken).ConfigureAwait(false);
        var rows = new BulkRows(Insert);
        foreach (var change in BatchRows.OnJoining(steps))
            rows.Add(change.Subject, batch.Id, programme, number, steps.Find(step => step.Subject == change.Subject)!.Step, unit,
                change.Status.ToString(), null, null, null, null, null, change.Late, false, 0);
        var draws = steps.FindAll(BatchRows.IsDraw);
        foreach (var draw in draws)
            rows.Add(draw.Subject, batch.Id, programme, number, draw.Step, unit, nameof(StepRowStatus.Decided), Sampling.NotDrawn, null, null,
                Instants.ToText(Core.Calendars.ChinaTime.DateOf(nominalAt)), null, true, false, 0);
        if (rows.Rows.Count > 0) await transaction.WriteRowsAsync([rows], cancellationToken).ConfigureAwait(false);
        foreach (var draw in draws) await TellAsync(new(draw.Subject, batch.Id, draw.Step, batch.ClockId, true), unit, nominalAt, at, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The unit leaves: rows that nobody has decided drop out, decided ones stay on record. Returns how many dropped.</summary>
    public Task<int> DropAsync(string programme, string unit, CancellationToken cancellationToken = default) => transaction.RunAsync(
        "UPDATE step_rows SET status = 'Dropped', version = version + 1 WHERE programme_id = @programme AND unit_id = @unit AND status IN ('Waiting', 'Open', 'Suspended')",
        cancellationToken, ("@programme", programme), ("@unit", unit));

    /// <summary>A step that ran again, such as a notice published anew, is judged by its latest run alone.</summary>
    internal Task<string?> LatestRunAsync(string instance, string step, CancellationToken cancellationToken) => transaction.ScalarAsync<string>(
        "SELECT subject_id FROM batch_steps WHERE instance_id = @instance AND step = @step ORDER BY id DESC LIMIT 1",
        cancellationToken, ("@instance", instance), ("@step", step));

    private sealed record Replaced(string? Outcome, string? Reason, string? DecidedOn, string? DecidedBy);

    /// <summary>Pending objections follow their notice to the corrected one. Returns the units that an objection holds, or held with success.</summary>
    private async Task<Dictionary<string, Replaced>> ReplacedAsync(string subject, string replaces, CancellationToken cancellationToken)
    {
        await transaction.RunAsync(
            "UPDATE objections SET notice_id = @subject, version = version + 1 WHERE notice_id = @old AND status IN ('Lead', 'Filed', 'Accepted')",
            cancellationToken, ("@subject", subject), ("@old", replaces)).ConfigureAwait(false);
        var found = new Dictionary<string, Replaced>(StringComparer.Ordinal);
        const string sql = """
            SELECT r.unit_id, r.outcome, r.reason, r.decided_on, r.decided_by FROM step_rows AS r WHERE r.subject_id = @old AND r.status = 'Decided'
            UNION ALL
            SELECT o.unit_id, NULL, NULL, NULL, NULL FROM objections AS o WHERE o.notice_id = @subject AND o.status = 'Accepted'
            """;
        var command = transaction.Command(sql, ("@old", replaces), ("@subject", subject));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.TryAdd(reader.GetString(0), new(Text(1), Text(2), Text(3), Text(4)));
        return found;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>No objection to a unit is found while one that came in time still waits to be accepted or not: its row stays open until then.</summary>
    internal Task CloseNoticeAsync(string subject, DateOnly on, CancellationToken cancellationToken) => transaction.RunAsync(
        """
        UPDATE step_rows SET status = 'Decided', outcome = @outcome, decided_on = @on, version = version + 1 WHERE subject_id = @subject AND status = 'Open'
        AND NOT EXISTS (SELECT 1 FROM objections AS o WHERE o.notice_id = step_rows.subject_id AND o.unit_id = step_rows.unit_id AND o.status = 'Filed')
        """,
        cancellationToken, ("@outcome", NoObjection), ("@on", Instants.ToText(on)), ("@subject", subject));

    internal Task WithdrawAsync(string subject, CancellationToken cancellationToken) => transaction.RunAsync(
        "UPDATE step_rows SET status = 'Dropped', version = version + 1 WHERE subject_id = @subject AND status IN ('Open', 'Waiting', 'Suspended')",
        cancellationToken, ("@subject", subject));

    internal async Task DeliverAsync(
        string instance, long clock, DeliverRows deliver, DateTimeOffset nominalAt, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await transaction.RunAsync("UPDATE batch_steps SET delivered = TRUE, closed = TRUE, closed_on = COALESCE(closed_on, @on) WHERE subject_id = @subject",
            cancellationToken, ("@on", Instants.ToText(deliver.On)), ("@subject", deliver.Subject)).ConfigureAwait(false);
        var step = new Step(deliver.Subject, instance, deliver.Activity, clock, true);
        var told = await TellAsync(step, null, nominalAt, at, cancellationToken).ConfigureAwait(false);
        var waiting = await WaitingUnitsAsync(instance, cancellationToken).ConfigureAwait(false);
        if (waiting.Count > 0)
            await FollowAsync(step, told.FindAll(row => waiting.Contains(row.Unit)), cancellationToken).ConfigureAwait(false);
    }

    private sealed record Step(string Subject, string Instance, string Activity, long Clock, bool Delivered);

    private async Task<Step> FindAsync(string subject, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT s.instance_id, s.step, i.clock_id, s.delivered FROM batch_steps AS s JOIN instances AS i ON i.id = s.instance_id WHERE s.subject_id = @subject
            """;
        await using var reader = await transaction.Command(sql, ("@subject", subject)).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) throw new InvalidOperationException($"There is no batch step {subject}.");
        return new(subject, reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetBoolean(3));
    }

    /// <summary>Tells the units of decided rows, all or one, their outcomes.</summary>
    private async Task<List<(string Unit, string Outcome)>> TellAsync(
        Step step, string? unit, DateTimeOffset nominalAt, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var told = new List<(string, string)>();
        var stimuli = new BulkRows(Tell);
        var marks = new BulkRows(Told);
        var one = unit is null ? "" : "AND unit_id = @unit";
        var sql = $"SELECT id, unit_id, outcome, grade, reason, decided_on FROM step_rows WHERE subject_id = @subject AND status = 'Decided' AND NOT delivered {one} ORDER BY id";
        (string, object?)[] parameters = unit is null ? [("@subject", step.Subject)] : [("@subject", step.Subject), ("@unit", unit)];
        await using (var reader = await transaction.Command(sql, parameters).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var decidedOn = reader.IsDBNull(5) ? Core.Calendars.ChinaTime.DateOf(nominalAt) : Instants.FromText(reader.GetString(5));
                var result = new BatchOutcome(reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4), decidedOn);
                var stimulus = new BatchStepDecided(step.Activity, result);
                told.Add((reader.GetString(1), result.Outcome));
                marks.Add(reader.GetInt64(0));
                stimuli.Add(step.Instance, $"row:{step.Subject}:{reader.GetString(1)}", $"{step.Instance}.{reader.GetString(1)}", step.Clock,
                    Instants.ToMicroseconds(nominalAt), StimulusJson.KindOf(stimulus), StimulusJson.Serialize(stimulus), Instants.ToMicroseconds(at), stimuli.Rows.Count);
            }
        }

        if (told.Count > 0) await transaction.WriteRowsAsync([stimuli, marks], cancellationToken).ConfigureAwait(false);
        return told;
    }

    private async Task<HashSet<string>> WaitingUnitsAsync(string instance, CancellationToken cancellationToken)
    {
        var units = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await transaction.Command("SELECT unit_id FROM step_rows WHERE instance_id = @instance AND status = 'Waiting'", ("@instance", instance))
            .ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) units.Add(reader.GetString(0));
        return units;
    }

    /// <summary>Applies <see cref="BatchRows.AfterDecision"/> to the units that were decided.</summary>
    private async Task FollowAsync(Step step, List<(string Unit, string Outcome)> decided, CancellationToken cancellationToken)
    {
        if (decided.Count == 0) return;
        var (steps, programme, batch) = await StepsAsync(step.Instance, cancellationToken).ConfigureAwait(false);
        var rows = await RowsAsync(step.Instance, decided, cancellationToken).ConfigureAwait(false);
        var inserts = new BulkRows(Insert);
        var changes = new BulkRows(Change);
        foreach (var (unit, outcome) in decided)
        {
            foreach (var change in BatchRows.AfterDecision(step.Activity, outcome, steps, rows[unit]))
            {
                if (change.IsNew)
                    inserts.Add(change.Subject, step.Instance, programme, batch, steps.Find(other => other.Subject == change.Subject)!.Step, unit,
                        change.Status.ToString(), null, null, null, null, null, change.Late, false, 0);
                else changes.Add(change.Subject, unit, change.Status.ToString(), change.Late);
            }
        }

        await transaction.WriteRowsAsync([.. new[] { inserts, changes }.Where(write => write.Rows.Count > 0)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The steps of the batch's instance, in the order in which they opened.</summary>
    private async Task<(List<BatchStep> Steps, string? Programme, int Batch)> StepsAsync(string instance, CancellationToken cancellationToken)
    {
        var steps = new List<BatchStep>();
        string? programme = null;
        var batch = 0;
        const string sql = "SELECT subject_id, step, selects_step, selects_outcome, closed, programme_id, batch FROM batch_steps WHERE instance_id = @instance ORDER BY id";
        await using var reader = await transaction.Command(sql, ("@instance", instance)).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var units = reader.IsDBNull(2) ? UnitSelection.All : new UnitSelection(reader.GetString(2), reader.GetString(3));
            steps.Add(new(reader.GetString(0), reader.GetString(1), units, reader.GetBoolean(4)));
            (programme, batch) = (reader.GetString(5), reader.GetInt32(6));
        }

        return (steps, programme, batch);
    }

    private async Task<Dictionary<string, Dictionary<string, StepRowStatus>>> RowsAsync(
        string instance, List<(string Unit, string Outcome)> decided, CancellationToken cancellationToken)
    {
        var rows = decided.ToDictionary(row => row.Unit, _ => new Dictionary<string, StepRowStatus>(StringComparer.Ordinal), StringComparer.Ordinal);
        var sql = $"SELECT unit_id, subject_id, status FROM step_rows WHERE instance_id = @instance AND {transaction.Dialect.In("unit_id", "@units")}";
        var command = transaction.Command(sql, ("@instance", instance), ("@units", transaction.Dialect.Texts(rows.Keys)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows[reader.GetString(0)][reader.GetString(1)] = Enum.Parse<StepRowStatus>(reader.GetString(2));
        return rows;
    }
}
