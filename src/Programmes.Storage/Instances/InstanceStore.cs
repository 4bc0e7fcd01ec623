using System.Collections.Frozen;
using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Instances;

/// <summary>
/// Claims instances that have something due, loads one for a person, and writes what was decided: all of it in one transaction.
/// Any number of stores, in any number of processes, may work on one database.
/// </summary>
public sealed class InstanceStore(Database database)
{
    /// <summary>Stimuli that an instance takes in one page.</summary>
    public const int StimuliMax = 1_000;

    /// <summary>Largest page.</summary>
    public const int PageMax = 5_000;

    private long lastClock = -1;

    /// <summary>Begins a transaction of a use case.</summary>
    /// <param name="now">Real time.</param>
    /// <param name="wait">How long to wait for SQLite's write lock, and on either database for a row; null: <see cref="Database.BusyTimeout"/>.</param>
    /// <exception cref="StoreBusyException">The lock was not to be had in time.</exception>
    public async Task<StoreTransaction> BeginAsync(DateTimeOffset now, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        var within = wait ?? Database.BusyTimeout;
        var write = await database.BeginWriteAsync(within, cancellationToken).ConfigureAwait(false);
        return new StoreTransaction(database, write, now, within);
    }

    /// <summary>
    /// Claims a page of instances of one clock whose earliest due work is nominally the earliest of that clock, so that catching up
    /// happens in order of nominal time across instances. Clocks take turns. Null: nothing is due.
    /// </summary>
    /// <param name="now">Real time; each clock adds its offset.</param>
    /// <param name="pageMax">1 to <see cref="PageMax"/>.</param>
    /// <param name="window">
    /// Work up to this much later than the earliest counts as simultaneous. Zero keeps the exact order; a second lets a busy
    /// hour travel in full pages, in the order that several nodes would give it anyway.
    /// </param>
    /// <returns>A page that is to be disposed, which rolls back unless its transaction was committed. It is empty when another node holds all that comes next.</returns>
    public async Task<DuePage?> ClaimDueAsync(
        DateTimeOffset now, int pageMax, TimeSpan window = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageMax, PageMax);
        var transaction = await BeginAsync(now, null, cancellationToken).ConfigureAwait(false);
        DuePage? page = null;
        try
        {
            var claims = new Claims(transaction);
            var due = await claims.FindDueAsync(cancellationToken).ConfigureAwait(false);
            if (due.Count == 0) return null;
            var last = Interlocked.Read(ref lastClock);
            var next = due.Find(clock => clock.Id > last) ?? due[0];
            Interlocked.Exchange(ref lastClock, next.Id);
            page = await claims.ClaimAsync(next, pageMax, window, cancellationToken).ConfigureAwait(false);
            return page;
        }
        finally
        {
            if (page is null) await transaction.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Claims part of a page again after it was rolled back, to find the instance that made it fail. Those with nothing due any more, or held elsewhere, are left out.</summary>
    public async Task<DuePage> ClaimAgainAsync(
        DuePage failed, IReadOnlyCollection<string> instances, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var transaction = await BeginAsync(now, null, cancellationToken).ConfigureAwait(false);
        try
        {
            return await new Claims(transaction).ClaimAgainAsync(failed, instances, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Sets an instance aside that cannot be decided or written: neither its timers nor its stimuli are claimed until
    /// <see cref="StoreTransaction.RetryAsync"/>. A transaction of its own.
    /// </summary>
    /// <param name="at">By the programme's clock.</param>
    public async Task ParkAsync(string instance, string? activity, string code, Core.Text message, DateTimeOffset at, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var transaction = await BeginAsync(now, null, cancellationToken).ConfigureAwait(false);
        await transaction.ParkAsync(instance, activity, code, message, at, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the error goes away when the same transaction is tried again: a lock not had in time, a deadlock, a connection lost.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        StoreBusyException or InstanceChangedException => true,
        _ when IsOutage(exception) => true,
        NpgsqlException npgsql => npgsql.IsTransient,
        DbException other => other.IsTransient,
        _ => exception.InnerException is { } inner && IsTransient(inner),
    };

    /// <summary>
    /// Whether the database is away, is full, or takes nobody: the error says nothing about the instances that were to be written.
    /// A statement that takes too long is none.
    /// </summary>
    public static bool IsOutage(Exception exception) => exception switch
    {
        // Classes of PostgreSQL's error codes: connection, resources (a full disk among them), and what the server's own files suffer.
        PostgresException postgres => postgres.SqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '8', ..] || Goodbyes.Contains(postgres.SqlState),
        NpgsqlException npgsql => npgsql.InnerException is IOException or SocketException || npgsql.InnerException is NpgsqlException inner && IsOutage(inner),
        SqliteException sqlite => sqlite.SqliteErrorCode is SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY,
        DbException => false,
        _ => exception.InnerException is { } inner && IsOutage(inner),
    };

    private const string IdleInTransaction = "25P03";

    /// <summary>The server ends a connection: it stops, it crashed or starts still, an administrator said so, or the connection idled.</summary>
    private static readonly FrozenSet<string> Goodbyes = FrozenSet.Create(StringComparer.Ordinal,
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow, PostgresErrorCodes.IdleSessionTimeout, IdleInTransaction);
}

/// <summary>Instances to be decided now, under lock.</summary>
public sealed class DuePage(StoreTransaction transaction, DueClock clock, DateTimeOffset horizon, IReadOnlyList<LoadedInstance> instances, IReadOnlyList<UnreadableInstance> unreadable) : IAsyncDisposable
{
    public StoreTransaction Transaction { get; } = transaction;
    public long ClockId => Clock.Id;

    /// <summary>Real time plus the clock's offset.</summary>
    public DateTimeOffset ProgrammeNow => Clock.Now;

    /// <summary>Bookmarks due at or before this instant are to be fired, and no later ones: others may have work that comes first. Never after <see cref="ProgrammeNow"/>.</summary>
    public DateTimeOffset Horizon { get; } = horizon;
    public IReadOnlyList<LoadedInstance> Instances { get; } = instances;

    /// <summary>To be set aside, so that the others go on.</summary>
    public IReadOnlyList<UnreadableInstance> Unreadable { get; } = unreadable;

    /// <summary>How much later than its nominal instant the page's earliest work is taken.</summary>
    public TimeSpan Late => Clock.Now - Clock.EarliestAt;

    internal DueClock Clock { get; } = clock;

    public ValueTask DisposeAsync() => Transaction.DisposeAsync();
}

/// <summary>An instance under this transaction's lock whose state, or a stimulus on its way to it, cannot be read.</summary>
public sealed record UnreadableInstance(string Id, Exception Why);

/// <summary>A clock with something due.</summary>
/// <param name="EarliestAt">The nominal instant of what comes first.</param>
public sealed record DueClock(long Id, DateTimeOffset Now, DateTimeOffset EarliestAt);
