using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Programmes.Core.Workflows;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Mail;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Archiving;

/// <param name="Executions">Records of single workflow steps.</param>
/// <param name="Leftovers">What the workflows still waited for, had sent each other, or asked outside programs.</param>
/// <param name="Forms">What units filled in; only counted where there is an archive folder.</param>
/// <param name="File">The archive; null: none is set, or it was only asked what would go.</param>
public sealed record ArchivedProgramme(string Id, string Name, DateTimeOffset EndedAt, long Executions, long Leftovers, long Forms, string? File);

/// <param name="MailTexts">Mails whose words went.</param>
public sealed record ArchiveReport(IReadOnlyList<ArchivedProgramme> Programmes, long MailTexts, bool DryRun);

/// <summary>
/// The retention rule. Of programmes that ended long ago the inner working of their workflows goes, after it was written to a file where
/// a folder is set; of old mails their words. What has legal effect stays: results, notices, papers, ledgers, evidence, the history of each
/// work item, the audit trail. Safe to be killed at any moment: what is left goes with the next run.
/// </summary>
public sealed class ArchiveProgrammes(IDbContextFactory<ProgrammesDb> contexts, RetentionSettings settings, TimeProvider time, ILogger<ArchiveProgrammes> log)
{
    public const string Action = "programme.details-removed";

    /// <summary>Programmes in one run; the rest is for the next.</summary>
    public const int ProgrammesMax = 100;

    /// <summary>Instances, or mails, in one transaction.</summary>
    public const int PageMax = 500;

    /// <summary>Bound of one run.</summary>
    private const int PagesMax = 1_000_000;

    private static readonly Expression<Func<OutboxRow, bool>> HasWords = row => row.Status != OutboxStatus.Queued && (row.Text != "" || row.Html != null || row.Calendar != null);

    /// <param name="dryRun">Only tell what would go.</param>
    /// <exception cref="RefusedException">The person is no administrator.</exception>
    public async Task<ArchiveReport> RunAsync(Person person, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        var archived = new List<ArchivedProgramme>();
        foreach (var programme in await DueAsync(cancellationToken).ConfigureAwait(false))
        {
            var counted = await CountAsync(programme, cancellationToken).ConfigureAwait(false);
            if (!dryRun)
            {
                // Complete and under its name before anything goes.
                if (settings.ArchiveFolder is { } folder) counted = counted with { File = await ArchiveFile.WriteAsync(contexts, programme, folder, time.GetUtcNow(), cancellationToken).ConfigureAwait(false) };
                await RemoveAsync(person, counted, cancellationToken).ConfigureAwait(false);
            }

            archived.Add(counted);
        }

        return new(archived, await MailsAsync(dryRun, cancellationToken).ConfigureAwait(false), dryRun);
    }

    /// <summary>Ended long enough ago, in real time, with nothing of theirs running.</summary>
    private async Task<List<ProgrammeRow>> DueAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddYears(-settings.Years);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var demonstrations = db.Programmes.Where(ProgrammeRow.IsDemonstration);
        return await db.Programmes.AsNoTracking()
            .Where(row => row.Status != ProgrammeStatus.Running && row.EndedAt < before && row.DetailsRemovedAt == null && !demonstrations.Any(one => one.Id == row.Id))
            .Where(row => !db.Instances.Any(instance => instance.ProgrammeId == row.Id && instance.Status == InstanceStatus.Running))
            .OrderBy(row => row.EndedAt).Take(ProgrammesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<ArchivedProgramme> CountAsync(ProgrammeRow programme, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var instances = db.Instances.Where(row => row.ProgrammeId == programme.Id);
        return new(
            programme.Id, programme.Name, programme.EndedAt!.Value,
            await db.ActivityExecutions.LongCountAsync(row => instances.Any(instance => instance.Id == row.InstanceId), cancellationToken).ConfigureAwait(false),
            await db.Bookmarks.LongCountAsync(row => instances.Any(instance => instance.Id == row.InstanceId), cancellationToken).ConfigureAwait(false)
            + await db.Stimuli.LongCountAsync(row => instances.Any(instance => instance.Id == row.Target), cancellationToken).ConfigureAwait(false)
            + await db.OutsideTasks.LongCountAsync(row => instances.Any(instance => instance.Id == row.InstanceId), cancellationToken).ConfigureAwait(false),
            settings.ArchiveFolder is null ? 0 : await db.WorkItems.LongCountAsync(row => row.ProgrammeId == programme.Id && row.FormValues != null, cancellationToken).ConfigureAwait(false), null);
    }

    private async Task RemoveAsync(Person person, ArchivedProgramme programme, CancellationToken cancellationToken)
    {
        var last = "";
        for (var page = 0; page < PagesMax; page++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
            var ids = await db.Instances.Where(row => row.ProgrammeId == programme.Id && row.Id.CompareTo(last) > 0).OrderBy(row => row.Id).Select(row => row.Id).Take(PageMax).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (ids.Count == 0) break;
            last = ids[^1];
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await db.ActivityExecutions.Where(row => ids.Contains(row.InstanceId)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            await db.Bookmarks.Where(row => ids.Contains(row.InstanceId)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            await db.Stimuli.Where(row => ids.Contains(row.Target)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            await db.OutsideTasks.Where(row => ids.Contains(row.InstanceId)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            // The instances keep their states: without one, a correction years later would start the workflow anew.
            if (settings.ArchiveFolder is not null)
                await db.WorkItems.Where(row => ids.Contains(row.InstanceId) && row.FormValues != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.FormValues, (string?)null), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        await using var end = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await end.Programmes.SingleAsync(one => one.Id == programme.Id, cancellationToken).ConfigureAwait(false);
        row.DetailsRemovedAt = time.GetUtcNow();
        end.Audit.Add(new()
        {
            At = row.DetailsRemovedAt.Value, Actor = person.Name, Action = Action, Subject = programme.Id, ProgrammeId = programme.Id,
            Details = ArchiveNote.Of(programme).ToString(),
        });
        await end.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        log.LogInformation(new EventId(5001, "DetailsRemoved"), "Details of programme {Programme} were removed: {Executions} executions, {Leftovers} leftovers, {Forms} forms", programme.Id, programme.Executions, programme.Leftovers, programme.Forms);
    }

    /// <summary>The words of old mails, and of mails with a one-time link that has expired; what still waits keeps them.</summary>
    private async Task<long> MailsAsync(bool dryRun, CancellationToken cancellationToken)
    {
        var (old, expired) = (time.GetUtcNow().AddDays(-settings.MailDays), time.GetUtcNow() - AccountLinks.InvitationValidFor);
        var (last, total) = (0L, 0L);
        for (var page = 0; page < PagesMax; page++)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
            var due = db.Outbox.Where(HasWords).Where(row => row.QueuedAt < old || row.Kind == AccountLinks.MailKind && row.QueuedAt < expired);
            if (dryRun) return await due.LongCountAsync(cancellationToken).ConfigureAwait(false);
            var ids = await due.Where(row => row.Id > last).OrderBy(row => row.Id).Select(row => row.Id).Take(PageMax).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (ids.Count == 0) break;
            last = ids[^1];
            // Asked again: a person may have queued one of them anew meanwhile.
            total += await due.Where(row => ids.Contains(row.Id)).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Text, "").SetProperty(row => row.Html, (string?)null).SetProperty(row => row.Calendar, (string?)null), cancellationToken).ConfigureAwait(false);
        }

        return total;
    }
}
