using System.Data.Common;
using System.Globalization;
using Npgsql;
using Programmes.Core.Workflows;
using Programmes.Storage.BatchSteps;
using Programmes.Storage.Databases;
using Programmes.Storage.Programmes;
using Programmes.Storage.Records;
using Programmes.Storage.WorkItems;

namespace Programmes.Storage.Instances;

/// <summary>
/// One transaction of a use case: instances are loaded under lock, <see cref="Db"/> reads and writes ordinary rows,
/// <see cref="WriteAsync"/> writes decisions, and <see cref="CommitAsync"/> commits all of it. Disposed before that, it leaves nothing behind.
/// Not thread-safe; keep it short, since on SQLite it holds the only write lock.
/// </summary>
public sealed class StoreTransaction : IAsyncDisposable
{
    private readonly WriteConnection write;
    private readonly TimeSpan wait;
    private BulkRows events = new(InstanceStatements.AppendEvent);
    private BulkRows audit = new(InstanceStatements.AppendAudit);
    private ProgrammesDb? db;

    internal StoreTransaction(Database database, WriteConnection write, DateTimeOffset now, TimeSpan wait)
    {
        Database = database;
        this.write = write;
        this.wait = wait;
        Now = now;
        Steps = new(this);
        Launches = new(this);
    }

    /// <summary>Real time at the beginning.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The rows of batch steps.</summary>
    public BatchStepStore Steps { get; }

    /// <summary>Programmes, their definitions and their clocks.</summary>
    public LaunchStore Launches { get; }

    /// <summary>A context on this transaction. What it tracks is saved by <see cref="CommitAsync"/>, or before by SaveChanges.</summary>
    public ProgrammesDb Db => db ??= Database.TakeContext(write);

    internal Database Database { get; }
    internal SqlDialect Dialect => Database.Dialect;

    internal DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => write.Command(sql, parameters);

    internal Task<int[]> WriteRowsAsync(IReadOnlyList<BulkRows> batches, CancellationToken cancellationToken) =>
        Dialect.WriteAsync(write, batches, cancellationToken);

    /// <summary>
    /// Locks and loads one instance: the door for people, the same lock that <see cref="InstanceStore.ClaimDueAsync"/> takes.
    /// Its <see cref="LoadedInstance.Stimuli"/> are those on their way, whatever their instant. Null: there is none.
    /// </summary>
    /// <exception cref="StoreBusyException">It stayed locked for the time given to <see cref="InstanceStore.BeginAsync"/>; roll back.</exception>
    public async Task<OpenedInstance?> OpenAsync(InstanceKey key, CancellationToken cancellationToken = default)
    {
        try
        {
            return await new Claims(this).LoadOneAsync(key, wait, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreBusyException($"The instance of {key.Id} is being worked on.", exception);
        }
    }

    /// <inheritdoc cref="OpenAsync"/>
    public async Task<LoadedInstance?> LoadAsync(string instance, CancellationToken cancellationToken = default) =>
        (await OpenAsync(InstanceKey.Of(instance), cancellationToken).ConfigureAwait(false))?.Instance;

    /// <summary>The facts for one decision about the instance, read in this transaction. Take new ones for the next decision.</summary>
    public IFacts FactsFor(LoadedInstance instance) => new DatabaseFacts(this, instance);

    /// <summary>Writes decisions: states, consumed stimuli and all commands as rows. Nothing is visible to others before <see cref="CommitAsync"/>.</summary>
    /// <exception cref="InstanceWriteException">One instance cannot be written; the exception names it. Roll back.</exception>
    public Task WriteAsync(IReadOnlyList<DecidedInstance> decisions, CancellationToken cancellationToken = default) =>
        new DecisionWriter(this).WriteAsync(decisions, cancellationToken);

    /// <summary>Adds a line of the audit trail. It is written with the next decision, or with the commit.</summary>
    public void Append(AuditRow row) => audit.Add(Instants.ToMicroseconds(row.At), row.Actor, row.Action, row.Subject, row.ProgrammeId, row.Details);

    /// <summary>Adds a line of a work item's history. It is written with the next decision, or with the commit.</summary>
    public void Append(WorkItemEventRow row) => events.Add(row.WorkItemId, row.Kind.ToString(), Instants.ToMicroseconds(row.At), row.Actor, row.Reason, row.Details);

    /// <summary>What was appended and is not written yet; whoever takes it writes it.</summary>
    internal List<BulkRows> TakeAppended()
    {
        List<BulkRows> taken = [.. ((BulkRows[])[events, audit]).Where(rows => rows.Rows.Count > 0)];
        (events, audit) = (new(InstanceStatements.AppendEvent), new(InstanceStatements.AppendAudit));
        return taken;
    }

    /// <summary>Creates an instance that no decision starts, such as a programme's own, and sends it its <see cref="Start"/>.</summary>
    public async Task CreateAsync(NewInstance instance, CancellationToken cancellationToken = default)
    {
        var rows = new BulkRows(InstanceStatements.Create);
        rows.Add(instance.Id, instance.Programme, instance.ClockId, null, null, null, null, null, instance.DefinitionId, instance.DefinitionVersion,
            instance.Name, instance.CorrelationId, nameof(InstanceStatus.Running), nameof(InstanceSubStatus.Pending), 0, false, Instants.ToMicroseconds(instance.At));
        await WriteRowsAsync([rows], cancellationToken).ConfigureAwait(false);
        await SendAsync(instance.Id, instance.Id, "start", new Start(instance.Input) { NominalAt = instance.NominalAt, Actor = instance.Actor }, instance.At, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a stimulus from outside any decision. One with the same sender and key that is still on its way is kept, and this one forgotten.</summary>
    /// <param name="at">By the programme's clock; the nominal instant of a stimulus that has none.</param>
    public async Task SendAsync(string sender, string target, string key, Stimulus stimulus, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        var rows = new BulkRows(InstanceStatements.Send);
        rows.Add(sender, key, target, ClockRow.RealTime, Instants.ToMicroseconds(stimulus.NominalAt ?? at),
            StimulusJson.KindOf(stimulus), StimulusJson.Serialize(stimulus), Instants.ToMicroseconds(at), 0);
        await WriteRowsAsync([rows], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>See <see cref="InstanceStore.ParkAsync"/>.</summary>
    public async Task ParkAsync(string instance, string? activity, string code, Core.Text message, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        await RunAsync("UPDATE instances SET parked = TRUE, version = version + 1 WHERE id = @id", cancellationToken, ("@id", instance)).ConfigureAwait(false);
        await RunAsync("UPDATE stimuli SET parked = TRUE WHERE target = @id", cancellationToken, ("@id", instance)).ConfigureAwait(false);
        var incident = new BulkRows(InstanceStatements.Incident);
        incident.Add(instance, await ScalarAsync<string>("SELECT programme_id FROM instances WHERE id = @id", cancellationToken, ("@id", instance)).ConfigureAwait(false),
            activity, code, message.Zh, message.En, Instants.ToMicroseconds(at));
        await WriteRowsAsync([incident], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A person lets an instance go on: its incidents are resolved, it is claimed again with all that waited for it, and a
    /// <see cref="Retry"/> comes to the activities that faulted within the workflow.
    /// </summary>
    /// <param name="at">By the programme's clock.</param>
    public async Task RetryAsync(string instance, string actor, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        var resolved = await RunAsync("UPDATE incidents SET resolved_at = @at, resolved_by = @by WHERE instance_id = @id AND resolved_at IS NULL",
            cancellationToken, ("@id", instance), ("@at", Instants.ToMicroseconds(at)), ("@by", actor)).ConfigureAwait(false);
        await RunAsync("UPDATE instances SET parked = FALSE, version = version + 1 WHERE id = @id", cancellationToken, ("@id", instance)).ConfigureAwait(false);
        await RunAsync("UPDATE stimuli SET parked = FALSE WHERE target = @id", cancellationToken, ("@id", instance)).ConfigureAwait(false);
        if (resolved > 0) await SendAsync(instance, instance, "retry", new Retry { NominalAt = at, Actor = actor }, at, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Saves what <see cref="Db"/> tracks and commits. Afterwards the transaction can only be disposed.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        if (db is not null) await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (TakeAppended() is { Count: > 0 } appended) await WriteRowsAsync(appended, cancellationToken).ConfigureAwait(false);
        await write.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (db is null) return;
        Database.GiveBack(db);
        db = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (db is not null) await db.DisposeAsync().ConfigureAwait(false);
        await write.DisposeAsync().ConfigureAwait(false);
    }

    internal Task<int> RunAsync(string sql, CancellationToken cancellationToken, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Command(sql, parameters).ExecuteNonQueryAsync(cancellationToken);

    internal async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters) =>
        await Command(sql, parameters).ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is { } value and not DBNull
            ? (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), CultureInfo.InvariantCulture)
            : default;
}
