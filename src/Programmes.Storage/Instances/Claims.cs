using System.Data.Common;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Instances;

/// <summary>Finds, locks and reads instances.</summary>
internal sealed class Claims(StoreTransaction transaction)
{
    /// <summary>Columns in the order in which <see cref="Read"/> takes them.</summary>
    private const string Columns =
        "i.id, i.programme_id, i.clock_id, i.batch, i.unit_id, i.parent, i.parent_node, i.from_instance, i.definition_id, i.definition_version, " +
        "i.name, i.correlation_id, i.state, i.version, i.wake_at, COALESCE(p.launch_revision, 0) " +
        "FROM instances i LEFT JOIN programmes p ON p.id = i.programme_id";

    // One statement, so that both minima come from one snapshot. It looks at locked rows too: a second node must wait for
    // what another is deciding, not overtake it. A stimulus of a parked or missing target does not hold up the others.
    private const string Earliest = """
        SELECT c.id, c.offset_microseconds,
          (SELECT i.wake_at FROM instances i
            WHERE i.clock_id = c.id AND NOT i.parked AND i.wake_at IS NOT NULL AND i.wake_at <= @now + c.offset_microseconds
            ORDER BY i.wake_at LIMIT 1),
          (SELECT s.nominal_at FROM stimuli s JOIN instances i ON i.id = s.target
            WHERE s.clock_id = c.id AND i.clock_id = c.id AND NOT s.parked AND NOT i.parked
            ORDER BY s.nominal_at LIMIT 1)
        FROM clocks c WHERE c.active ORDER BY c.id
        """;

    private SqlDialect Dialect => transaction.Database.Dialect;

    public async Task<List<DueClock>> FindDueAsync(CancellationToken cancellationToken)
    {
        var now = Instants.ToMicroseconds(transaction.Now);
        var due = new List<DueClock>();
        await using var reader = await transaction.Command(Dialect.KeepToIndexes + Earliest, ("@now", now)).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var wake = reader.IsDBNull(2) ? long.MaxValue : reader.GetInt64(2);
            var sent = reader.IsDBNull(3) ? long.MaxValue : reader.GetInt64(3);
            if (Math.Min(wake, sent) == long.MaxValue) continue;
            due.Add(new(reader.GetInt64(0), Instants.FromMicroseconds(now + reader.GetInt64(1)), Instants.FromMicroseconds(Math.Min(wake, sent))));
        }

        return due;
    }

    public async Task<DuePage> ClaimAsync(DueClock clock, int pageMax, TimeSpan window, CancellationToken cancellationToken)
    {
        // Every stimulus is due, whatever its instant says; a timer never is before its time.
        var sentUntil = clock.EarliestAt + window;
        var horizon = sentUntil < clock.Now ? sentUntil : clock.Now;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var byTimer = $"""
            SELECT i.id FROM instances i
            WHERE i.clock_id = @clock AND NOT i.parked AND i.wake_at IS NOT NULL AND i.wake_at <= @until
            ORDER BY i.wake_at LIMIT @count {Dialect.SkipLocked("i")}
            """;
        await LockAsync(byTimer, clock, horizon, pageMax, ids, cancellationToken).ConfigureAwait(false);
        if (ids.Count < pageMax)
        {
            // The limit counts stimuli, not instances: a parent with a thousand finished children makes a shorter page, never an unbounded one.
            var byStimulus = $"""
                SELECT i.id FROM stimuli s JOIN instances i ON i.id = s.target
                WHERE s.clock_id = @clock AND i.clock_id = @clock AND NOT s.parked AND NOT i.parked AND s.nominal_at <= @until
                ORDER BY s.nominal_at, s.id LIMIT @count {Dialect.SkipLocked("i")}
                """;
            await LockAsync(byStimulus, clock, sentUntil, pageMax, ids, cancellationToken).ConfigureAwait(false);
        }

        var (instances, unreadable) = await LoadAsync(ids, horizon, sentUntil, cancellationToken).ConfigureAwait(false);
        return new DuePage(transaction, clock, horizon, instances, unreadable);
    }

    public async Task<DuePage> ClaimAgainAsync(DuePage failed, IReadOnlyCollection<string> wanted, CancellationToken cancellationToken)
    {
        var sql = $"SELECT i.id FROM instances i WHERE {Dialect.In("i.id", "@ids")} AND i.clock_id = @clock AND NOT i.parked ORDER BY i.id {Dialect.SkipLocked("i")}";
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await transaction.Command(sql, ("@ids", Dialect.Texts(wanted)), ("@clock", failed.Clock.Id)).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) ids.Add(reader.GetString(0));
        var sentUntil = failed.Clock.EarliestAt > failed.Horizon ? failed.Clock.EarliestAt : failed.Horizon;
        var (instances, unreadable) = await LoadAsync(ids, failed.Horizon, sentUntil, cancellationToken).ConfigureAwait(false);
        return new DuePage(transaction, failed.Clock, failed.Horizon, instances, unreadable);
    }

    /// <summary>One instance for a person, with all its stimuli that are on their way. Null: there is none.</summary>
    public async Task<OpenedInstance?> LoadOneAsync(InstanceKey key, TimeSpan wait, CancellationToken cancellationToken)
    {
        // One round trip. What follows the lock is read after it, so that nothing is seen as it was before the holder of the lock was done.
        var sql = $"""
            {Dialect.WaitAtMost(wait)}SELECT i.id FROM instances AS i WHERE i.id = {key.Sql} {Dialect.WaitLocked("i")};
            SELECT c.offset_microseconds, p.suspended_on, p.suspend_reason
            FROM instances AS i JOIN clocks AS c ON c.id = i.clock_id LEFT JOIN programmes AS p ON p.id = i.programme_id WHERE i.id = {key.Sql};
            SELECT id, sender, nominal_at, kind, payload FROM stimuli WHERE target = {key.Sql} ORDER BY nominal_at, id LIMIT @count;
            SELECT {Columns} WHERE i.id = {key.Sql}
            """;
        await using var reader = await transaction.Command(sql, ("@id", key.Id), ("@count", InstanceStore.StimuliMax)).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        var locked = reader.GetString(0);

        await NextAsync().ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var now = transaction.Now + TimeSpan.FromMicroseconds(reader.GetInt64(0));
        var suspension = reader.IsDBNull(1) ? null : new Suspension(Instants.FromText(reader.GetString(1)), Text(reader, 2));

        await NextAsync().ConfigureAwait(false);
        var stimuli = new List<PendingStimulus>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) stimuli.Add(ReadStimulus(reader, 0));

        await NextAsync().ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var instance = Read(reader, stimuli);
        // An entry went over to another unit's ledger while this waited for the lock.
        if (instance.Id != locked) throw new StoreBusyException($"{key.Id} went from instance {locked} to {instance.Id}.");
        return new(instance, now, suspension);

        Task<bool> NextAsync() => reader.NextResultAsync(cancellationToken);
    }

    private async Task LockAsync(
        string sql, DueClock clock, DateTimeOffset until, int pageMax, HashSet<string> ids, CancellationToken cancellationToken)
    {
        var command = transaction.Command(sql, ("@clock", clock.Id), ("@until", Instants.ToMicroseconds(until)), ("@count", pageMax));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (ids.Count < pageMax && await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) ids.Add(reader.GetString(0));
    }

    /// <summary>Reads after locking, so that what another node did meanwhile is seen; drops those that it left with nothing to do.</summary>
    private async Task<(List<LoadedInstance> Loaded, List<UnreadableInstance> Unreadable)> LoadAsync(
        HashSet<string> ids, DateTimeOffset horizon, DateTimeOffset sentUntil, CancellationToken cancellationToken)
    {
        var loaded = new List<LoadedInstance>(ids.Count);
        var unreadable = new Dictionary<string, Exception>(StringComparer.Ordinal);
        if (ids.Count == 0) return (loaded, []);
        var stimuli = await StimuliAsync(ids, sentUntil, unreadable, cancellationToken).ConfigureAwait(false);
        var sql = $"SELECT {Columns} WHERE {Dialect.In("i.id", "@ids")} ORDER BY i.id";
        var command = transaction.Command(sql, ("@ids", Dialect.Texts(ids)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var id = reader.GetString(0);
            var sent = stimuli.GetValueOrDefault(id);
            var woken = !reader.IsDBNull(14) && reader.GetInt64(14) <= Instants.ToMicroseconds(horizon);
            if (sent is null && !woken || unreadable.ContainsKey(id)) continue;
            try
            {
                loaded.Add(Read(reader, sent ?? []));
            }
            catch (Exception exception) when (exception is not DbException)
            {
                unreadable.Add(id, exception);
            }
        }

        return (loaded, [.. unreadable.Select(one => new UnreadableInstance(one.Key, one.Value))]);
    }

    private static LoadedInstance Read(DbDataReader reader, IReadOnlyList<PendingStimulus> stimuli) => new()
    {
        Id = reader.GetString(0),
        Programme = Text(reader, 1),
        ClockId = reader.GetInt64(2),
        Batch = reader.IsDBNull(3) ? null : reader.GetInt32(3),
        Unit = Text(reader, 4),
        Parent = Text(reader, 5),
        ParentNode = reader.IsDBNull(6) ? null : reader.GetInt32(6),
        FromInstance = Text(reader, 7),
        DefinitionId = reader.GetString(8),
        DefinitionVersion = reader.GetInt32(9),
        Version = reader.GetInt32(13),
        LaunchRevision = reader.GetInt32(15),
        State = reader.IsDBNull(12)
            ? new InstanceState { InstanceId = reader.GetString(0), Name = Text(reader, 10), CorrelationId = Text(reader, 11) }
            : StateJson.Deserialize(reader.GetString(12)),
        Stimuli = stimuli,
    };

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <param name="unreadable">Gets the targets of stimuli that cannot be read.</param>
    private async Task<Dictionary<string, List<PendingStimulus>>> StimuliAsync(
        HashSet<string> ids, DateTimeOffset until, Dictionary<string, Exception> unreadable, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, List<PendingStimulus>>(StringComparer.Ordinal);
        await using var reader = await transaction.Command(Dialect.StimuliOf, ("@ids", Dialect.Texts(ids)), ("@until", Instants.ToMicroseconds(until)), ("@count", InstanceStore.StimuliMax))
            .ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var target = reader.GetString(0);
            if (!found.TryGetValue(target, out var list)) found.Add(target, list = []);
            try
            {
                list.Add(ReadStimulus(reader, 1));
            }
            catch (Exception exception) when (exception is not DbException)
            {
                unreadable.TryAdd(target, exception);
            }
        }

        return found;
    }

    /// <param name="first">The column of its id; sender, nominal instant, kind and payload follow.</param>
    private static PendingStimulus ReadStimulus(DbDataReader reader, int first)
    {
        var nominalAt = Instants.FromMicroseconds(reader.GetInt64(first + 2));
        var stimulus = StimulusJson.Deserialize(reader.GetString(first + 3), reader.GetString(first + 4)) with { NominalAt = nominalAt };
        return new(reader.GetInt64(first), reader.GetString(first + 1), nominalAt, stimulus);
    }
}
