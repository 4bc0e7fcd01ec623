using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Workflows;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;
using Programmes.Storage.Records;

namespace Programmes.Engine.Deciding;

/// <summary>
/// The door for people: one transaction that holds the instance's lock, in which a use case reads, checks, changes rows,
/// lets <see cref="Interpreter.Decide"/> decide what follows, and commits all of it at once.
/// </summary>
public sealed class PersonDoor(InstanceStore store, Decider decider, TimeProvider time)
{
    /// <summary>How long a person waits for an instance that the engine is working on.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    /// <exception cref="RefusedException">It is being worked on for longer than <see cref="WaitMax"/>, or its programme is suspended.</exception>
    public async Task<DoorSession> OpenAsync(string instanceId, Person person, CancellationToken cancellationToken = default) =>
        await OpenAsync(InstanceKey.Of(instanceId), person, evenSuspended: false, cancellationToken).ConfigureAwait(false) ?? throw NotFound();

    /// <inheritdoc cref="OpenAsync(string, Person, CancellationToken)"/>
    /// <returns>Null: there is no such thing.</returns>
    public Task<DoorSession?> TryOpenAsync(InstanceKey key, Person person, CancellationToken cancellationToken = default) =>
        OpenAsync(key, person, evenSuspended: false, cancellationToken);

    /// <summary>For the few things that go on while a programme is suspended: its resumption, its offices, objections.</summary>
    /// <exception cref="RefusedException">It is being worked on for longer than <see cref="WaitMax"/>.</exception>
    public async Task<DoorSession> OpenEvenSuspendedAsync(string instanceId, Person person, CancellationToken cancellationToken = default) =>
        await OpenAsync(InstanceKey.Of(instanceId), person, evenSuspended: true, cancellationToken).ConfigureAwait(false) ?? throw NotFound();

    private async Task<DoorSession?> OpenAsync(InstanceKey key, Person person, bool evenSuspended, CancellationToken cancellationToken)
    {
        StoreTransaction? transaction = null;
        try
        {
            transaction = await store.BeginAsync(time.GetUtcNow(), WaitMax, cancellationToken).ConfigureAwait(false);
            if (await transaction.OpenAsync(key, cancellationToken).ConfigureAwait(false) is not var (instance, now, suspension)) return null;
            if (suspension is not null && !evenSuspended) throw Suspended(suspension);
            // What fell due before this person came happens first, so that every check sees how things stand now.
            if (suspension is null && await decider.DecideAsync(transaction, instance, now, now, [], cancellationToken).ConfigureAwait(false) is { } overtaken)
            {
                await transaction.WriteAsync([overtaken], cancellationToken).ConfigureAwait(false);
                instance = (await transaction.LoadAsync(instance.Id, cancellationToken).ConfigureAwait(false))!;
            }

            var session = new DoorSession(store, transaction, decider, instance, person, now);
            transaction = null;
            return session;
        }
        catch (StoreBusyException)
        {
            throw new RefusedException(new("系统正在处理此事项，您的操作没有保存，请稍候再试", "This is being processed right now; nothing was saved, try again in a moment"));
        }
        finally
        {
            if (transaction is not null) await transaction.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static RefusedException NotFound() => RefusedException.NotFound("此流程", "The workflow");

    private static RefusedException Suspended(Suspension suspension) => new(new(
        $"本专项工作自 {suspension.On:yyyy-MM-dd} 起暂停（{suspension.Reason}），恢复后方可办理",
        $"This programme is suspended since {suspension.On:yyyy-MM-dd} ({suspension.Reason}); it can be worked on once it is resumed"));
}

/// <summary>A use case under way. Disposed without <see cref="CommitAsync"/>, it leaves nothing behind.</summary>
public sealed class DoorSession(InstanceStore store, StoreTransaction transaction, Decider decider, LoadedInstance instance, Person person, DateTimeOffset now) : IAsyncDisposable
{
    public StoreTransaction Transaction { get; } = transaction;
    public ProgrammesDb Db => Transaction.Db;
    public LoadedInstance Instance { get; } = instance;
    public Person Person { get; } = person;

    /// <summary>By the programme's clock.</summary>
    public DateTimeOffset Now { get; } = now;
    public DateOnly Today { get; } = ChinaTime.DateOf(now);

    public void Audit(string action, string subject, string? details = null) => Transaction.Append(new AuditRow
    {
        At = Transaction.Now, Actor = Person.Name, Action = action, Subject = subject, ProgrammeId = Instance.Programme, Details = details,
    });

    /// <summary>
    /// Refuses what would break a rule of the plan: everything done so far is rolled back, and the attempt is recorded.
    /// The caller throws what is returned.
    /// </summary>
    /// <param name="action">What was tried, as in the audit: <c>refused.</c> is put before it.</param>
    /// <param name="source">Where the rule stands: the plan's paragraph, an article, a definition's quota.</param>
    public async Task<RefusedException> RefuseAsync(string action, string subject, Text words, Text source, CancellationToken cancellationToken = default)
    {
        await Transaction.DisposeAsync().ConfigureAwait(false);
        await Refusals.RecordAsync(store, Person, action, subject, Instance.Programme, words, source, Transaction.Now, cancellationToken).ConfigureAwait(false);
        return Refusals.Of(words, source);
    }

    /// <summary>Decides what follows from the stimulus (after everything that is due), and commits it with the rows changed so far.</summary>
    public async Task DecideAsync(Stimulus stimulus, CancellationToken cancellationToken = default)
    {
        // Rows first: the decision's own statements count on the versions that they leave.
        await Db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var decided = await decider.DecideAsync(Transaction, Instance, Now, Now, [stimulus with { Actor = Person.Name }], cancellationToken).ConfigureAwait(false);
        if (decided is not null) await Transaction.WriteAsync([decided], cancellationToken).ConfigureAwait(false);
        await Transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decides for a further instance that was loaded under lock in this transaction; written at once, committed with the rest.</summary>
    public Task DecideAsync(LoadedInstance other, Stimulus stimulus, CancellationToken cancellationToken = default) => DecideAsync(other, [stimulus], cancellationToken);

    /// <summary>The same for several, in their order and as one decision.</summary>
    public async Task DecideAsync(LoadedInstance other, IReadOnlyList<Stimulus> stimuli, CancellationToken cancellationToken = default)
    {
        await Db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var decided = await decider.DecideAsync(Transaction, other, Now, Now, [.. stimuli.Select(stimulus => stimulus with { Actor = Person.Name })], cancellationToken).ConfigureAwait(false);
        if (decided is not null) await Transaction.WriteAsync([decided], cancellationToken).ConfigureAwait(false);
    }

    public Task CommitAsync(CancellationToken cancellationToken = default) => Transaction.CommitAsync(cancellationToken);

    public ValueTask DisposeAsync() => Transaction.DisposeAsync();
}
