using System.Data.Common;
using Npgsql;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using static Programmes.Storage.Databases.Column;

namespace Programmes.Storage.Programmes;

/// <summary>A definition that its programme's new instances are pinned to.</summary>
public sealed record DefinitionPin(string DefinitionId, int Version);

/// <summary>A launch to be written. The programme's own definition is <see cref="Launch.Definition"/>, and must be among the pins.</summary>
/// <param name="Json">The launch file's text; what decisions read later.</param>
/// <param name="ClockId"><see cref="ClockRow.RealTime"/>, or a clock of <see cref="LaunchStore.AddClockAsync"/>.</param>
/// <param name="At">By the programme's clock: the instant of the launch, and of the start of its instance.</param>
public sealed record NewProgramme(Launch Launch, string Json, string DefinitionHash, IReadOnlyList<DefinitionPin> Pins, long ClockId, string By, DateTimeOffset At)
{
    public DateOnly? BackfillUntil { get; init; }

    /// <summary>The nominal instant of the start; null: <see cref="At"/>. A backfill starts in the past.</summary>
    public DateTimeOffset? StartsAt { get; init; }
}

/// <summary>The same id and version with other contents: definitions are immutable.</summary>
public sealed class DefinitionConflictException(string id, int version)
    : Exception($"Definition {id} version {version} is published already with other contents; give the changed one a higher version number.");

/// <summary>Programmes, their definitions and their clocks, in one transaction.</summary>
public sealed class LaunchStore
{
    private static readonly BulkStatement Programme = BulkStatement.Insert("programmes",
        ["id", "definition_id", Int("definition_version"), "definition_hash", "name", Int("launch_revision"), "approval_number",
            "approved_on", "starts_on", "status", Long("clock_id"), "backfill_until", "instance_id", "launched_by", Long("launched_at"), Int("version")]);

    private static readonly BulkStatement Revision = BulkStatement.Insert("launch_revisions",
        ["programme_id", Int("revision"), "launch_json", Long("made_at"), "made_by", "reason"]);

    private static readonly BulkStatement Pin = BulkStatement.Insert("programme_definitions", ["programme_id", "definition_id", Int("version")]);
    private static readonly BulkStatement OfficeInsert = BulkStatement.Insert("offices", ["programme_id", "role", "name", "mail", "superior", "level"]);
    private static readonly BulkStatement UnitInsert = BulkStatement.Insert("units", ["programme_id", "unit_id", "name", "mail", "responsible", "superior", "level", Int("ordinal")]);
    private static readonly BulkStatement LineInsert = BulkStatement.Insert("office_lines", ["programme_id", "role", "above"]);
    private static readonly BulkStatement BatchInsert = BulkStatement.Insert("batches", ["programme_id", Int("number"), "name", Bool("supplementary")]);
    private static readonly BulkStatement Member = BulkStatement.Insert("batch_units", ["programme_id", Int("batch"), "unit_id", Int("ordinal")]);

    private readonly StoreTransaction transaction;

    internal LaunchStore(StoreTransaction transaction) => this.transaction = transaction;

    /// <summary>Writes the programme with its offices, units and batches, and starts its instance, whose id is the launch's.</summary>
    /// <exception cref="DbException">A programme of that id exists.</exception>
    public async Task InsertAsync(NewProgramme programme, CancellationToken cancellationToken = default)
    {
        var launch = programme.Launch;
        var pin = programme.Pins.FirstOrDefault(pin => pin.DefinitionId == launch.Definition)
            ?? throw new ArgumentException($"The definition {launch.Definition} is not among the pins.", nameof(programme));
        var head = new BulkRows(Programme);
        head.Add(launch.Id, pin.DefinitionId, pin.Version, programme.DefinitionHash, launch.Name, 1, launch.Approval.Number,
            Instants.ToText(launch.Approval.On), Instants.ToText(launch.StartsOn), nameof(ProgrammeStatus.Running), programme.ClockId,
            Instants.ToText(programme.BackfillUntil), launch.Id, programme.By, Instants.ToMicroseconds(programme.At), 0);
        var revision = new BulkRows(Revision);
        revision.Add(launch.Id, 1, programme.Json, Instants.ToMicroseconds(programme.At), programme.By, null);
        var pins = new BulkRows(Pin);
        foreach (var (id, version) in programme.Pins) pins.Add(launch.Id, id, version);
        var offices = new BulkRows(OfficeInsert);
        foreach (var (role, office) in launch.Offices) offices.Add(launch.Id, role, office.Name, office.Mail, office.Superior, office.Level?.ToString());
        var lines = new BulkRows(LineInsert);
        foreach (var (role, above) in OfficeTree.Lines(launch.Offices)) lines.Add(launch.Id, role, above);
        var units = new BulkRows(UnitInsert);
        foreach (var unit in launch.Units) units.Add(launch.Id, unit.Id, unit.Name, unit.Mail, unit.Responsible, unit.Superior, unit.Level?.ToString(), units.Rows.Count);
        var batches = new BulkRows(BatchInsert);
        var members = new BulkRows(Member);
        foreach (var batch in launch.Batches)
        {
            batches.Add(launch.Id, batch.Number, batch.Name, batch.Supplementary);
            for (var i = 0; i < batch.Units.Count; i++) members.Add(launch.Id, batch.Number, batch.Units[i], i);
        }

        await transaction.WriteRowsAsync([.. new[] { head, revision, pins, offices, lines, units, batches, members }.Where(rows => rows.Rows.Count > 0)], cancellationToken).ConfigureAwait(false);
        await transaction.CreateAsync(
            new(launch.Id, launch.Id, pin.DefinitionId, pin.Version)
            {
                ClockId = programme.ClockId,
                Name = launch.Name,
                Actor = programme.By,
                At = programme.At,
                NominalAt = programme.StartsAt ?? programme.At,
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Amends the launch of a running programme. Whoever calls it holds the lock of the programme's own instance, and changes the rows that follow from the launch.</summary>
    /// <param name="at">By the programme's clock.</param>
    /// <returns>The new revision.</returns>
    public async Task<int> ReviseAsync(string programme, string json, string by, string reason, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        await transaction.RunAsync("UPDATE programmes SET launch_revision = launch_revision + 1, version = version + 1 WHERE id = @id",
            cancellationToken, ("@id", programme)).ConfigureAwait(false);
        var number = await transaction.ScalarAsync<int>("SELECT launch_revision FROM programmes WHERE id = @id", cancellationToken, ("@id", programme)).ConfigureAwait(false);
        var revision = new BulkRows(Revision);
        revision.Add(programme, number, json, Instants.ToMicroseconds(at), by, reason);
        await transaction.WriteRowsAsync([revision], cancellationToken).ConfigureAwait(false);
        return number;
    }

    /// <summary>
    /// Takes the unit out of a batch that has not started its workflow, and closes the gap in the ordinals. Whoever calls it holds
    /// the lock of the batch's instance, if there is one, and knows that it has not begun to start its units.
    /// </summary>
    public async Task RemoveMemberAsync(string programme, int batch, string unit, CancellationToken cancellationToken = default)
    {
        var ordinal = await transaction.ScalarAsync<int?>("SELECT ordinal FROM batch_units WHERE programme_id = @programme AND batch = @batch AND unit_id = @unit",
            cancellationToken, ("@programme", programme), ("@batch", batch), ("@unit", unit)).ConfigureAwait(false);
        if (ordinal is null) return;
        await transaction.RunAsync("DELETE FROM batch_units WHERE programme_id = @programme AND batch = @batch AND unit_id = @unit",
            cancellationToken, ("@programme", programme), ("@batch", batch), ("@unit", unit)).ConfigureAwait(false);
        // By way of negative numbers: the ordinals of a batch are unique at every row of an update.
        await transaction.RunAsync("UPDATE batch_units SET ordinal = -ordinal WHERE programme_id = @programme AND batch = @batch AND ordinal > @ordinal",
            cancellationToken, ("@programme", programme), ("@batch", batch), ("@ordinal", ordinal)).ConfigureAwait(false);
        await transaction.RunAsync("UPDATE batch_units SET ordinal = -ordinal - 1 WHERE programme_id = @programme AND batch = @batch AND ordinal < 0",
            cancellationToken, ("@programme", programme), ("@batch", batch)).ConfigureAwait(false);
    }

    /// <summary>What a unit had sent about its carry-over, and what its programme sent on: nobody waits for it any more.</summary>
    public Task<int> ForgetCarryOverAsync(string programme, string unitInstance, CancellationToken cancellationToken = default) => transaction.RunAsync(
        "DELETE FROM stimuli WHERE sender = @unit AND kind = 'CarryOverAsked' OR sender = @programme AND key = @join",
        cancellationToken, ("@unit", unitInstance), ("@programme", programme), ("@join", $"join-{unitInstance}"));

    /// <summary>Publishes a definition; publishing the same contents again changes nothing.</summary>
    /// <exception cref="DefinitionConflictException">That version exists with another hash.</exception>
    public async Task PublishAsync(DefinitionRow definition, CancellationToken cancellationToken = default)
    {
        const string sql = """
            INSERT INTO definitions (id, version, hash, name, json, published_at, published_by)
            VALUES (@id, @version, @hash, @name, @json, @at, @by) ON CONFLICT (id, version) DO NOTHING
            """;
        await transaction.RunAsync(sql, cancellationToken, ("@id", definition.Id), ("@version", definition.Version), ("@hash", definition.Hash), ("@name", definition.Name),
            ("@json", definition.Json), ("@at", Instants.ToMicroseconds(definition.PublishedAt)), ("@by", definition.PublishedBy)).ConfigureAwait(false);
        var hash = await transaction.ScalarAsync<string>("SELECT hash FROM definitions WHERE id = @id AND version = @version", cancellationToken,
            ("@id", definition.Id), ("@version", definition.Version)).ConfigureAwait(false);
        if (hash != definition.Hash) throw new DefinitionConflictException(definition.Id, definition.Version);
    }

    /// <summary>A demonstration clock that shows <paramref name="showing"/> now and then runs on like real time. Returns its id, from 1.</summary>
    public async Task<long> AddClockAsync(DateTimeOffset showing, CancellationToken cancellationToken = default)
    {
        // Two launches at once would take the same number; the second fails on the key and is tried again.
        var id = await transaction.ScalarAsync<long>("SELECT MAX(id) + 1 FROM clocks", cancellationToken).ConfigureAwait(false);
        await transaction.RunAsync("INSERT INTO clocks (id, offset_microseconds, active) VALUES (@id, @offset, TRUE)", cancellationToken,
            ("@id", id), ("@offset", Instants.ToMicroseconds(showing) - Instants.ToMicroseconds(transaction.Now))).ConfigureAwait(false);
        return id;
    }

    /// <summary>Moves a demonstration clock forward to <paramref name="to"/>; all that falls due on the way happens in order of its time.</summary>
    /// <exception cref="InvalidOperationException">It is real time, it does not exist, or it would go back.</exception>
    public async Task AdvanceClockAsync(long clock, DateTimeOffset to, CancellationToken cancellationToken = default)
    {
        var changed = await transaction.RunAsync(
            "UPDATE clocks SET offset_microseconds = @offset WHERE id = @id AND id > 0 AND offset_microseconds <= @offset", cancellationToken,
            ("@id", clock), ("@offset", Instants.ToMicroseconds(to) - Instants.ToMicroseconds(transaction.Now))).ConfigureAwait(false);
        if (changed == 0) throw new InvalidOperationException($"Clock {clock} is no demonstration clock, or it shows a later time already.");
    }

    /// <summary>What the clock shows now.</summary>
    public async Task<DateTimeOffset> ReadClockAsync(long clock, CancellationToken cancellationToken = default) =>
        Instants.FromMicroseconds(Instants.ToMicroseconds(transaction.Now) + await transaction.ScalarAsync<long>(
            "SELECT offset_microseconds FROM clocks WHERE id = @id", cancellationToken, ("@id", clock)).ConfigureAwait(false));

    /// <summary>A stopped clock's instances are not claimed. Real time cannot be stopped.</summary>
    public Task SetClockActiveAsync(long clock, bool active, CancellationToken cancellationToken = default) =>
        transaction.RunAsync("UPDATE clocks SET active = @active WHERE id = @id AND id > 0", cancellationToken, ("@active", active), ("@id", clock));

    /// <summary>
    /// Nothing of the programme fires any more: its own clock stops, or what runs in real time is set aside on
    /// <see cref="ClockRow.Stopped"/>, so that claims cost what they did.
    /// </summary>
    /// <param name="clock">The programme's.</param>
    /// <exception cref="StoreBusyException">One of its instances stayed locked.</exception>
    public async Task HoldAsync(string programme, long clock, CancellationToken cancellationToken = default)
    {
        if (clock != ClockRow.RealTime)
        {
            await SetClockActiveAsync(clock, false, cancellationToken).ConfigureAwait(false);
            return;
        }

        await transaction.RunAsync("INSERT INTO clocks (id, offset_microseconds, active) VALUES (@id, 0, FALSE) ON CONFLICT (id) DO NOTHING", cancellationToken, ("@id", ClockRow.Stopped)).ConfigureAwait(false);
        await SetClockAsync(programme, ClockRow.Stopped, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The programme goes on by its clock.</summary>
    /// <exception cref="StoreBusyException">One of its instances stayed locked.</exception>
    public Task ReleaseAsync(string programme, long clock, CancellationToken cancellationToken = default) => clock != ClockRow.RealTime
        ? SetClockActiveAsync(clock, true, cancellationToken)
        : SetClockAsync(programme, ClockRow.RealTime, cancellationToken);

    /// <summary>To every instance of the programme that has begun; each gets it before anything else that waits for it.</summary>
    /// <param name="key">Unique for the programme; the target's id is put behind it.</param>
    /// <param name="at">By the programme's clock.</param>
    public async Task SendToAllAsync(string programme, string key, Stimulus stimulus, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        const string sql = """
            INSERT INTO stimuli (sender, key, target, clock_id, nominal_at, kind, payload, parked, created_at)
            SELECT @programme, @key || ':' || i.id, i.id, i.clock_id, @first, @kind, @payload, i.parked, @at
            FROM instances AS i WHERE i.programme_id = @programme AND i.status = 'Running' AND i.state IS NOT NULL ORDER BY i.id
            ON CONFLICT (sender, key) DO NOTHING
            """;
        await transaction.RunAsync(sql, cancellationToken, ("@programme", programme), ("@key", key), ("@first", 0L), ("@kind", StimulusJson.KindOf(stimulus)),
            ("@payload", StimulusJson.Serialize(stimulus)), ("@at", Instants.ToMicroseconds(at))).ConfigureAwait(false);
    }

    /// <summary>What was on its way to the programme's instances arrives so much later, as if nothing had come between.</summary>
    public Task<int> DelayStimuliAsync(string programme, TimeSpan by, CancellationToken cancellationToken = default) => transaction.RunAsync(
        "UPDATE stimuli SET nominal_at = nominal_at + @by WHERE target IN (SELECT id FROM instances WHERE programme_id = @programme)",
        cancellationToken, ("@programme", programme), ("@by", (long)by.TotalMicroseconds));

    private async Task SetClockAsync(string programme, long clock, CancellationToken cancellationToken)
    {
        const string instances = "UPDATE instances SET clock_id = @clock WHERE programme_id = @programme AND clock_id <> @clock AND status = 'Running'";
        try
        {
            // An instance that is being decided is waited for; what it starts meanwhile is found in the next round. When a round
            // finds none, all are held by this transaction, and nobody starts more.
            for (var round = 0; round < RoundsMax; round++)
                if (await transaction.RunAsync(instances, cancellationToken, ("@programme", programme), ("@clock", clock)).ConfigureAwait(false) == 0) break;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreBusyException($"Programme {programme} is being worked on.", exception);
        }

        const string stimuli = """
            UPDATE stimuli SET clock_id = @clock WHERE clock_id <> @clock AND (
              target IN (SELECT id FROM instances WHERE programme_id = @programme)
              OR sender IN (SELECT id FROM instances WHERE programme_id = @programme) AND NOT EXISTS (SELECT 1 FROM instances AS i WHERE i.id = stimuli.target))
            """;
        await transaction.RunAsync(stimuli, cancellationToken, ("@programme", programme), ("@clock", clock)).ConfigureAwait(false);
    }

    private const int RoundsMax = 100;
}
