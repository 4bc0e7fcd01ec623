using Programmes.Core.Workflows;
using Programmes.Storage.BatchSteps;
using Programmes.Storage.Databases;
using Programmes.Storage.Programmes;

namespace Programmes.Storage.Instances;

/// <summary>Commands that concern many rows, each a few set-based statements, written in their order.</summary>
internal sealed class SetWriter(StoreTransaction transaction, DefinitionPins pins)
{
    public Task WriteAsync(DecidedInstance decision, Command command, int index, CancellationToken cancellationToken) => command switch
    {
        OpenWorkItem open => transaction.Steps.OpenAsync(decision.Before, open.Id, open.Activity, open.Units!, null, cancellationToken),
        OpenNotice open => transaction.Steps.OpenAsync(decision.Before, open.Id, open.Activity, open.Units, open.Replaces, cancellationToken),
        DrawUnits draw => new DrawStore(transaction).DrawAsync(decision.Before, draw, decision.At, cancellationToken),
        CloseNotice close => transaction.Steps.CloseNoticeAsync(close.Id, close.On, cancellationToken),
        WithdrawNotice withdraw => transaction.Steps.WithdrawAsync(withdraw.Id, cancellationToken),
        DeliverRows deliver => transaction.Steps.DeliverAsync(decision.Before.Id, decision.Before.ClockId, deliver, decision.NominalAt, decision.At, cancellationToken),
        StartChild start => SetBatchInstanceAsync(decision, start, cancellationToken),
        StartUnitPage page => StartUnitsAsync(decision, page, cancellationToken),
        AddBatchUnit add => AddUnitAsync(decision, add, cancellationToken),
        CancelChildren cancel => CancelAsync(decision, cancel, index, cancellationToken),
        PublishEvent publish => PublishAsync(decision, publish, index, cancellationToken),
        _ => throw new CommandRefusedException(decision.Before.Id, command, "this program does not know it."),
    };

    /// <summary>The first instance that is started for a batch as a whole is the batch's own; later ones are workflows that it dispatched.</summary>
    private Task<int> SetBatchInstanceAsync(DecidedInstance decision, StartChild start, CancellationToken cancellationToken) => transaction.RunAsync(
        "UPDATE batches SET instance_id = @instance WHERE programme_id = @programme AND number = @batch AND instance_id IS NULL",
        cancellationToken, ("@instance", start.Id), ("@programme", decision.Before.Programme), ("@batch", start.Batch));

    private async Task StartUnitsAsync(DecidedInstance decision, StartUnitPage page, CancellationToken cancellationToken)
    {
        var from = decision.Before;
        if (from.Programme is null || from.Batch is null) throw new CommandRefusedException(from.Id, page, "only a batch of a programme has units.");
        var version = await pins.VersionAsync(from.Programme, page.DefinitionId, cancellationToken).ConfigureAwait(false)
            ?? throw new CommandRefusedException(from.Id, page, $"the definition {page.DefinitionId} is not published.");
        (string, object?)[] members =
        [
            ("@parent", from.Id), ("@programme", from.Programme), ("@batch", from.Batch), ("@from", page.FromOrdinal), ("@until", (long)page.FromOrdinal + page.CountMax),
        ];
        const string where = "m.programme_id = @programme AND m.batch = @batch AND m.ordinal >= @from AND m.ordinal < @until";
        const string create = $"""
            INSERT INTO instances (id, programme_id, clock_id, batch, unit_id, parent, parent_node, from_instance, definition_id, definition_version,
              status, sub_status, version, parked, created_at)
            SELECT @parent || '.' || m.unit_id, @programme, @clock, @batch, m.unit_id, @parent, @node, m.from_instance, @definition, @version,
              'Running', 'Pending', 0, FALSE, @at
            FROM batch_units AS m WHERE {where} ORDER BY m.ordinal
            ON CONFLICT (id) DO NOTHING
            """;
        await transaction.RunAsync(create, cancellationToken,
            [.. members, ("@clock", from.ClockId), ("@node", page.Node), ("@definition", page.DefinitionId), ("@version", version), ("@at", Instants.ToMicroseconds(decision.At))])
            .ConfigureAwait(false);
        const string start = $"""
            INSERT INTO stimuli (sender, key, target, clock_id, nominal_at, kind, payload, parked, created_at)
            SELECT @parent, 'start:' || i.id, i.id, i.clock_id, @nominal, @kind, @payload, FALSE, @at
            FROM batch_units AS m JOIN instances AS i ON i.id = @parent || '.' || m.unit_id
            WHERE {where} AND i.state IS NULL ORDER BY m.ordinal
            ON CONFLICT (sender, key) DO NOTHING
            """;
        var stimulus = new Start();
        await transaction.RunAsync(start, cancellationToken,
            [.. members, ("@nominal", Instants.ToMicroseconds(decision.NominalAt)), ("@kind", StimulusJson.KindOf(stimulus)),
                ("@payload", StimulusJson.Serialize(stimulus)), ("@at", Instants.ToMicroseconds(decision.At))])
            .ConfigureAwait(false);
        const string release = $"""
            UPDATE stimuli SET parked = FALSE
            WHERE parked AND target IN (SELECT i.id FROM batch_units AS m JOIN instances AS i ON i.id = @parent || '.' || m.unit_id WHERE {where} AND NOT i.parked)
            """;
        await transaction.RunAsync(release, cancellationToken, members).ConfigureAwait(false);
    }

    private async Task AddUnitAsync(DecidedInstance decision, AddBatchUnit add, CancellationToken cancellationToken)
    {
        var added = await transaction.RunAsync(
            """
            INSERT INTO batch_units (programme_id, batch, unit_id, ordinal, from_instance)
            SELECT @programme, @batch, @unit, COALESCE(MAX(ordinal) + 1, 0), @from FROM batch_units WHERE programme_id = @programme AND batch = @batch
            ON CONFLICT (programme_id, batch, unit_id) DO NOTHING
            """,
            cancellationToken,
            ("@programme", decision.Before.Programme ?? throw new CommandRefusedException(decision.Before.Id, add, "only a programme has batches.")),
            ("@batch", add.Batch), ("@unit", add.Unit), ("@from", add.FromInstance)).ConfigureAwait(false);
        if (added > 0) await transaction.Steps.JoinAsync(decision.Before, add.Unit, decision.NominalAt, decision.At, cancellationToken).ConfigureAwait(false);
    }

    private Task<int> CancelAsync(DecidedInstance decision, CancelChildren cancel, int index, CancellationToken cancellationToken)
    {
        var stimulus = new Cancel(cancel.Reason) { NominalAt = decision.NominalAt };
        return transaction.RunAsync(
            """
            INSERT INTO stimuli (sender, key, target, clock_id, nominal_at, kind, payload, parked, created_at)
            SELECT @sender, @key || i.id, i.id, i.clock_id, @nominal, @kind, @payload, i.parked, @at
            FROM instances AS i WHERE i.parent = @sender AND i.parent_node = @node AND i.status = 'Running' ORDER BY i.id
            ON CONFLICT (sender, key) DO NOTHING
            """,
            cancellationToken, [.. Sent(decision, stimulus, $"cancel:{decision.Before.Version}:{index}:"), ("@node", cancel.Node)]);
    }

    /// <summary>Everybody who waits for the name: of any programme, as the event's correlation id narrows it; a local one stays within the instance.</summary>
    private Task<int> PublishAsync(DecidedInstance decision, PublishEvent publish, int index, CancellationToken cancellationToken)
    {
        var stimulus = new EventPublished(publish.Name, publish.CorrelationId, publish.Payload) { NominalAt = decision.NominalAt };
        var local = publish.LocalOnly ? "AND i.id = @sender" : "";
        return transaction.RunAsync(
            $"""
            INSERT INTO stimuli (sender, key, target, clock_id, nominal_at, kind, payload, parked, created_at)
            SELECT DISTINCT @sender, @key || i.id, i.id, i.clock_id, @nominal, @kind, @payload, i.parked, @at
            FROM bookmarks AS b JOIN instances AS i ON i.id = b.instance_id
            WHERE b.kind = 'Event' AND b.key = @name AND i.status = 'Running' AND (@correlation IS NULL OR i.correlation_id = @correlation) {local}
            ORDER BY i.id
            ON CONFLICT (sender, key) DO NOTHING
            """,
            cancellationToken,
            [.. Sent(decision, stimulus, $"event:{decision.Before.Version}:{index}:"), ("@name", publish.Name), ("@correlation", publish.CorrelationId)]);
    }

    private static (string, object?)[] Sent(DecidedInstance decision, Stimulus stimulus, string key) =>
    [
        ("@sender", decision.Before.Id), ("@key", key), ("@nominal", Instants.ToMicroseconds(decision.NominalAt)),
        ("@kind", StimulusJson.KindOf(stimulus)), ("@payload", StimulusJson.Serialize(stimulus)), ("@at", Instants.ToMicroseconds(decision.At)),
    ];
}
