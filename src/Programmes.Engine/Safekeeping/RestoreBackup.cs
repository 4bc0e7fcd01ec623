using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Evidence;
using Programmes.Engine.Hosting;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Safekeeping;

/// <summary>What becomes of the mails that waited when the backup was made: they may have gone out since then.</summary>
public enum BackupMails
{
    /// <summary>A person says of each whether it goes; the default.</summary>
    Hold,

    /// <summary>They go as soon as a host starts, with the Message-ID that they had.</summary>
    Send,

    /// <summary>They never go.</summary>
    Drop,
}

/// <param name="File">The backup.</param>
/// <param name="Database">A new or empty database, of either kind, whatever the backup was made of.</param>
/// <param name="Evidence">The folder of evidence files in the settings; null: beside the database.</param>
/// <param name="Actor">Who restores it, for the audit trail.</param>
/// <param name="Mails">What becomes of the mails that waited when the backup was made.</param>
public sealed record RestoreRequest(string File, string Database, string Home, string Actor, string? Evidence = null, BackupMails Mails = BackupMails.Hold);

/// <param name="Waiting">Mails that waited in the backup, those not yet written among them.</param>
public sealed record RestoreReport(string To, BackupManifest Manifest, IReadOnlyList<TableLine> Tables, EvidenceCount Evidence, string EvidenceFolder, BackupMails Mails, long Waiting);

/// <summary>
/// Restores a backup into an empty database, in one transaction. The backup is checked before, every row is compared after; with
/// anything wrong the database stays empty. Evidence files come first, so that no row stands without its content.
/// </summary>
/// <param name="migrations">See <see cref="Database.Open"/>.</param>
public sealed class RestoreBackup(TimeProvider time, Assembly? migrations = null)
{
    public const string Action = "database.restored";

    /// <exception cref="RefusedException">The backup is damaged or of a newer program, or the database is not empty.</exception>
    public async Task<RestoreReport> RunAsync(RestoreRequest request, IProgress<CopyStep>? progress = null, CancellationToken cancellationToken = default)
    {
        var path = Path.GetFullPath(request.File, request.Home);
        await using var backup = await BackupFile.OpenAsync(path, migrations, cancellationToken).ConfigureAwait(false);
        var options = DatabaseLocation.Resolve(request.Database, request.Home);
        var folder = string.IsNullOrEmpty(request.Evidence) ? DatabaseLocation.EvidenceBeside(options, request.Home) : Path.GetFullPath(request.Evidence, request.Home);
        await using var to = Database.Open(options, migrations);
        return await CopyErrors.ToldAsync(async () =>
        {
            await to.MigrateAsync(cancellationToken).ConfigureAwait(false);
            await DatabaseCopy.RequireEmptyAsync(to, cancellationToken).ConfigureAwait(false);
            var store = new EvidenceFolder(folder, time);
            var evidence = await EvidenceNamed.EachAsync(backup.Database.CreateContext, async (hash, length) =>
            {
                if (backup.OpenEvidence(hash) is not { } content) return false;
                await using (content.ConfigureAwait(false)) return await EvidenceNamed.KeepAsync(store, content, hash, length, cancellationToken).ConfigureAwait(false);
            }, cancellationToken).ConfigureAwait(false);
            backup.RequireEvidence(evidence);

            // Of a backup of an older program the rows are no longer those of its manifest.
            var sameSchema = (await DatabaseSchema.ReadAsync(to, cancellationToken).ConfigureAwait(false)).There.SequenceEqual(backup.Says.Schema, StringComparer.Ordinal);
            var mark = new CopyMark(DatabaseMarks.RestoredFrom, $"{Path.GetFileName(path)}; {backup.Says.From}; {backup.Says.MadeAt:O}", request.Actor, Action, time.GetUtcNow(), request.Mails.As<WaitingMails>());
            var waiting = await WaitingAsync(backup.Database, cancellationToken).ConfigureAwait(false);
            var tables = await new DatabaseCopy(backup.Database, to).RunAsync(alone: false, mark, CopyErrors.Steps(progress), Compare, cancellationToken).ConfigureAwait(false);
            return new RestoreReport(DatabaseMarks.NameOf(to), backup.Says, CopyErrors.Lines(tables), evidence, folder, request.Mails, waiting);

            Task Compare(IReadOnlyList<TableCopied> restored)
            {
                var said = backup.Says.Tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
                if (!sameSchema || restored.All(table => said.TryGetValue(table.Table.Name, out var was) && was.Rows == table.Rows && was.Sha256 == table.Hash)) return Task.CompletedTask;
                throw new CopyException(new("恢复后的内容与备份清单不符；没有提交任何内容", "What was restored is not what the manifest says; nothing was committed"));
            }
        }).ConfigureAwait(false);
    }

    private static async Task<long> WaitingAsync(Database backup, CancellationToken cancellationToken)
    {
        var db = backup.CreateContext();
        await using (db.ConfigureAwait(false))
            return await db.Outbox.LongCountAsync(row => row.Status == OutboxStatus.Queued, cancellationToken).ConfigureAwait(false) + await db.MailRequests.LongCountAsync(cancellationToken).ConfigureAwait(false);
    }
}
