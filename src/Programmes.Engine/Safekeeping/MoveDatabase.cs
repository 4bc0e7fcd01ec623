using Programmes.Engine.Evidence;
using Programmes.Engine.Hosting;
using Programmes.Engine.People;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Safekeeping;

/// <summary>A table as it was copied, backed up or restored.</summary>
/// <param name="Hash">SHA-256 of all its rows, lower-case hexadecimal.</param>
public sealed record TableLine(string Name, long Rows, string Hash);

/// <summary>How far it is.</summary>
/// <param name="Rows">Rows of the table so far.</param>
/// <param name="Comparing">They are read back and compared, no longer written.</param>
public sealed record CopyStep(string Table, long Rows, bool Comparing);

/// <param name="From">The connection string of the database that is moved.</param>
/// <param name="To">The new one, which is created where it is missing and has to be empty.</param>
/// <param name="Home">The folder that relative SQLite files are in.</param>
/// <param name="Actor">Who moves it, for the audit trail.</param>
/// <param name="Evidence">The folder of evidence files in the settings, relative to <paramref name="Home"/>; null: beside each database.</param>
/// <param name="EvidenceTo">Copy the evidence files into this folder; null: they stay where they are.</param>
/// <param name="AcceptMissing">Evidence that is missing already does not stop the move.</param>
public sealed record MoveRequest(string From, string To, string Home, string Actor, string? Evidence = null, string? EvidenceTo = null, bool AcceptMissing = false);

/// <param name="EvidenceFolder">Where the evidence files are now.</param>
/// <param name="EvidenceExpected">Where a host on the new database looks for them by its present settings.</param>
public sealed record MoveReport(string From, string To, IReadOnlyList<TableLine> Tables, EvidenceCount Evidence, string EvidenceFolder, string EvidenceExpected);

/// <summary>
/// Moves everything into another database, from SQLite to PostgreSQL or back, while no host runs. Every row is read back and compared
/// before anything is committed; a move that ends half way leaves the new database empty and the old one as it was. Afterwards no
/// host starts on the old one, unless the move is taken back.
/// </summary>
public sealed class MoveDatabase(TimeProvider time)
{
    public const string Action = "database.moved";
    public const string TakenBack = "database.move-taken-back";

    /// <exception cref="RefusedException">The source is in use, the target is not empty, evidence is missing, or a row could not be copied as it is.</exception>
    public async Task<MoveReport> RunAsync(MoveRequest request, IProgress<CopyStep>? progress = null, CancellationToken cancellationToken = default)
    {
        if (DatabaseLocation.MissingFile(request.From, request.Home) is { } file) throw new RefusedException(new($"没有数据库“{file}”", $"There is no database \"{file}\""));
        var (fromOptions, toOptions) = (DatabaseLocation.Resolve(request.From, request.Home), DatabaseLocation.Resolve(request.To, request.Home));
        await using var from = Database.Open(fromOptions);
        await using var to = Database.Open(toOptions);
        if (DatabaseMarks.NameOf(from) == DatabaseMarks.NameOf(to)) throw new RefusedException(new("--from 和 --to 是同一个数据库", "--from and --to are the same database"));
        return await CopyErrors.ToldAsync(async () =>
        {
            await RequireFreeAsync(from, cancellationToken).ConfigureAwait(false);
            var (folder, expected) = (FolderOf(fromOptions), FolderOf(toOptions));
            var store = new EvidenceFolder(folder, time);
            var evidence = await EvidenceNamed.CountAsync(from.CreateContext, store, cancellationToken).ConfigureAwait(false);
            if (evidence.Missing > 0 && !request.AcceptMissing) throw CopyErrors.Missing(evidence, folder);

            await to.MigrateAsync(cancellationToken).ConfigureAwait(false);
            if (request.EvidenceTo is { } asked && Path.GetFullPath(asked, request.Home) is var copyTo && copyTo != folder)
            {
                evidence = await EvidenceNamed.CopyAsync(from.CreateContext, store, new EvidenceFolder(copyTo, time), cancellationToken).ConfigureAwait(false);
                if (evidence.Missing > 0 && !request.AcceptMissing) throw CopyErrors.Missing(evidence, folder);
                folder = copyTo;
            }

            var mark = new CopyMark(DatabaseMarks.MovedFrom, DatabaseMarks.NameOf(from), request.Actor, Action, time.GetUtcNow());
            var copied = await new DatabaseCopy(from, to).RunAsync(alone: true, mark, CopyErrors.Steps(progress), cancellationToken: cancellationToken).ConfigureAwait(false);
            return new MoveReport(DatabaseMarks.NameOf(from), DatabaseMarks.NameOf(to), CopyErrors.Lines(copied), evidence, folder, expected);
        }).ConfigureAwait(false);

        string FolderOf(DatabaseOptions options) => string.IsNullOrEmpty(request.Evidence) ? DatabaseLocation.EvidenceBeside(options, request.Home) : Path.GetFullPath(request.Evidence, request.Home);
    }

    /// <summary>Lets hosts start on a database again that was moved away: the new one is given up.</summary>
    /// <exception cref="RefusedException">It was not moved.</exception>
    public async Task TakeBackAsync(string connectionString, string home, string actor, CancellationToken cancellationToken = default)
    {
        await using var database = Database.Open(DatabaseLocation.Resolve(connectionString, home));
        var db = database.CreateContext();
        await using (db.ConfigureAwait(false))
        {
            var mark = await db.Settings.FindAsync([DatabaseMarks.MovedTo], cancellationToken).ConfigureAwait(false)
                ?? throw new RefusedException(new("此数据库没有迁移过", "This database was not moved"));
            db.Settings.Remove(mark);
            db.Audit.Add(new() { At = time.GetUtcNow(), Actor = actor, Action = TakenBack, Subject = "database", Details = mark.Value });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says so before evidence is copied for an hour; the copy makes sure again.</summary>
    private static async Task RequireFreeAsync(Database from, CancellationToken cancellationToken)
    {
        var db = from.CreateContext();
        await using (db.ConfigureAwait(false))
            if (await DatabaseMarks.MovedToAsync(db, cancellationToken).ConfigureAwait(false) is { } moved)
                throw new RefusedException(new($"此数据库已迁移到 {moved}；确需再次迁移的，先用 --take-back 撤回", $"This database was moved to {moved}; to move it again take that back first with --take-back"));
        await DatabaseCopy.RequireAloneAsync(from, cancellationToken).ConfigureAwait(false);
    }
}
