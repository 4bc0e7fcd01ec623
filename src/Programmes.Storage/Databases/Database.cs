using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage.Copying;

namespace Programmes.Storage.Databases;

/// <summary>
/// One database: how connections are opened and transactions begun, what differs in SQL, and how the schema is brought up to date.
/// Two implementations, SQLite and PostgreSQL. Thread-safe; one for the life of the process, disposed at its end.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>A database that is still locked after this long is an error that the caller sees.</summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A transaction left idle for this long belongs to a node that vanished: PostgreSQL ends it and frees its locks.</summary>
    public static readonly TimeSpan IdleTransactionTimeout = TimeSpan.FromSeconds(60);

    /// <param name="migrations">Where the migrations are that this program knows; null: here. A test of upgrades brings later ones.</param>
    public static Database Open(DatabaseOptions options, Assembly? migrations = null) => options.Kind switch
    {
        DatabaseKind.Sqlite => new SqliteDatabase(options.ConnectionString, migrations ?? Here),
        DatabaseKind.PostgreSql => new PostgresDatabase(options.ConnectionString, migrations ?? Here),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    private static Assembly Here => typeof(ProgrammesDb).Assembly;

    public abstract DatabaseKind Kind { get; }

    /// <summary>Options for a <see cref="ProgrammesDb"/> that opens connections of its own.</summary>
    public DbContextOptions<ProgrammesDb> ContextOptions => field ??= BuildContextOptions();

    public ProgrammesDb CreateContext() => new(ContextOptions);

    /// <summary>Contexts of transactions that went well: making one costs a tenth of what a person's transaction does.</summary>
    private readonly ConcurrentBag<ProgrammesDb> spare = [];

    /// <summary>A context on the transaction.</summary>
    internal ProgrammesDb TakeContext(WriteConnection write)
    {
        if (!spare.TryTake(out var context))
        {
            context = CreateContext();
            // What fails here is rolled back as a whole; nothing goes back to a savepoint.
            context.Database.AutoSavepointsEnabled = false;
        }

        context.Database.SetDbConnection(write.Connection);
        context.Database.UseTransaction(write.Transaction);
        return context;
    }

    /// <summary>Only of a transaction that was committed.</summary>
    internal void GiveBack(ProgrammesDb context)
    {
        context.ChangeTracker.Clear();
        context.Database.UseTransaction(null);
        context.Database.SetDbConnection(null);
        spare.Add(context);
    }

    /// <summary>Brings the schema up to date. Safe when several nodes start at once, and after one was killed while migrating.</summary>
    public abstract Task MigrateAsync(CancellationToken cancellationToken = default);

    /// <summary>Holds a name that one process at a time can hold, until what is returned is disposed or the process ends. Null: another holds it.</summary>
    /// <param name="name">Letters, digits, hyphens and dots.</param>
    public abstract Task<IAsyncDisposable?> TryHoldAsync(string name, CancellationToken cancellationToken = default);

    public abstract ValueTask DisposeAsync();

    /// <summary>The pool of connections, for libraries that keep tables of their own here; null: the database is for one process alone.</summary>
    public virtual DbDataSource? Source => null;

    /// <summary>The database server's own clock; null: it is this machine's.</summary>
    public virtual ValueTask<DateTimeOffset?> NowAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<DateTimeOffset?>(null);

    internal abstract SqlDialect Dialect { get; }

    /// <summary>Begins a transaction that may write. On SQLite it holds the only write lock.</summary>
    /// <param name="wait">How long to wait for SQLite's write lock; PostgreSQL does not wait here.</param>
    /// <exception cref="StoreBusyException">The lock was not to be had in time.</exception>
    internal abstract Task<WriteConnection> BeginWriteAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Opens a connection of its own on which every table is read as it stands now, however long that takes.</summary>
    /// <param name="alone">Nobody else may have the database open, nor write to it before the snapshot is disposed; without it others go on writing.</param>
    /// <exception cref="StoreBusyException"><paramref name="alone"/>, and somebody has it open.</exception>
    internal abstract Task<Snapshot> BeginSnapshotAsync(bool alone, CancellationToken cancellationToken);

    /// <summary>The names of the tables that are really there.</summary>
    internal abstract string TableNames { get; }

    /// <summary>Table, name and statement of each index that belongs to no key.</summary>
    internal abstract string IndexStatements { get; }

    private protected abstract void Configure(DbContextOptionsBuilder<ProgrammesDb> builder);

    private DbContextOptions<ProgrammesDb> BuildContextOptions()
    {
        var builder = new DbContextOptionsBuilder<ProgrammesDb>();
        Configure(builder);
        return builder.Options;
    }

    private protected static async Task MigrateContextAsync(ProgrammesDb db, CancellationToken cancellationToken)
    {
        await using (db.ConfigureAwait(false))
            await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>An open connection with a begun transaction; disposing it rolls back what was not committed.</summary>
internal abstract class WriteConnection : IAsyncDisposable
{
    public abstract DbConnection Connection { get; }
    public abstract DbTransaction Transaction { get; }

    /// <summary>A command on this transaction; it may be cached, so the caller sets all parameters and does not dispose it.</summary>
    public abstract DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters);

    public abstract Task CommitAsync(CancellationToken cancellationToken);
    public abstract ValueTask DisposeAsync();
}

/// <summary>The database, or the instance asked for, stayed locked by somebody else.</summary>
public sealed class StoreBusyException(string message, Exception? inner = null) : Exception(message, inner);
