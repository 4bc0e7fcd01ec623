using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Instances;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Launching;

/// <summary>
/// Removes a demonstration with everything that belongs to it, in one transaction: nothing of it has legal effect. Programmes that run
/// in real time, or that were backfilled, are never removed. What people did with it stays in the audit trail; contents of its
/// evidence go with the next sweep; its id is not given again.
/// </summary>
public sealed class RemoveDemonstration(InstanceStore store, DefinitionLibrary library, TimeProvider time)
{
    public const string Action = "demonstration.removed";

    /// <summary>Papers of a demonstration, which are looked up one by one for their evidence.</summary>
    private const int PapersMax = 10_000;

    /// <exception cref="RefusedException">The person does not manage programmes, there is no such programme, or it is none of demonstration.</exception>
    public async Task RunAsync(Person person, string programme, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        await using var transaction = await store.BeginAsync(time.GetUtcNow(), null, cancellationToken).ConfigureAwait(false);
        var db = transaction.Db;
        var row = await db.Programmes.AsNoTracking().FirstOrDefaultAsync(one => one.Id == programme, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此专项工作", "The programme");
        if (!await db.Programmes.Where(ProgrammeRow.IsDemonstration).AnyAsync(one => one.Id == programme, cancellationToken).ConfigureAwait(false))
            throw new RefusedException(new("只有演示可以移除；正式的专项工作只能撤销，记录全部保留", "Only a demonstration can be removed; a real programme can be cancelled, and keeps its records"));

        // Whoever decides one of them right now is waited for; after that nobody takes them up again.
        await db.Instances.Where(one => one.ProgrammeId == programme).ExecuteUpdateAsync(set => set.SetProperty(one => one.Parked, true), cancellationToken).ConfigureAwait(false);
        await RemoveWorkAsync(db, programme, cancellationToken).ConfigureAwait(false);
        await RemoveProgrammeAsync(db, programme, row.ClockId, cancellationToken).ConfigureAwait(false);
        db.Audit.Add(new() { At = transaction.Now, Actor = person.Name, Action = Action, Subject = programme, ProgrammeId = programme, Details = row.Name });
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        library.Forget(programme);
    }

    /// <summary>Children before what they belong to.</summary>
    private static async Task RemoveWorkAsync(ProgrammesDb db, string programme, CancellationToken stop)
    {
        var items = db.WorkItems.Where(row => row.ProgrammeId == programme);
        var entries = db.LedgerEntries.Where(row => row.ProgrammeId == programme);
        var papers = db.Papers.Where(row => row.ProgrammeId == programme);
        await db.EvidenceFiles.Where(file => file.SubjectKind == EvidenceSubjectKind.WorkItem && items.Any(row => row.Id == file.SubjectId) || file.SubjectKind == EvidenceSubjectKind.LedgerEntry && entries.Any(row => row.Id == file.SubjectId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        foreach (var paper in await papers.OrderBy(row => row.Id).Select(row => row.Id).Take(PapersMax).ToListAsync(stop).ConfigureAwait(false))
        {
            var (id, answers) = (paper.ToString(CultureInfo.InvariantCulture), $"{paper.ToString(CultureInfo.InvariantCulture)}.");
            await db.EvidenceFiles.Where(file => (file.SubjectKind == EvidenceSubjectKind.Paper || file.SubjectKind == EvidenceSubjectKind.PaperReply) && (file.SubjectId == id || file.SubjectId.StartsWith(answers))).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        }

        await db.Reminders.Where(one => db.Outbox.Any(mail => mail.ProgrammeId == programme && mail.MessageId == one.MessageId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Outbox.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.MailRequests.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Urgings.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.WorkItemEvents.Where(one => items.Any(row => row.Id == one.WorkItemId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Extensions.Where(one => items.Any(row => row.Id == one.WorkItemId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.PaperReplies.Where(one => papers.Any(row => row.Id == one.PaperId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.PaperRecipients.Where(one => papers.Any(row => row.Id == one.PaperId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.LedgerEvents.Where(one => db.Ledgers.Any(row => row.ProgrammeId == programme && row.Id == one.LedgerId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Objections.Where(one => db.Notices.Any(row => row.ProgrammeId == programme && row.Id == one.NoticeId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await papers.ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await entries.ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await items.ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Ledgers.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Notices.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.StepRows.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.BatchSteps.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Probations.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Stages.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.UnitResults.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Events.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Incidents.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
    }

    private static async Task RemoveProgrammeAsync(ProgrammesDb db, string programme, long clock, CancellationToken stop)
    {
        var instances = db.Instances.Where(row => row.ProgrammeId == programme);
        await db.Bookmarks.Where(one => instances.Any(row => row.Id == one.InstanceId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.ActivityExecutions.Where(one => instances.Any(row => row.Id == one.InstanceId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.OutsideTasks.Where(one => instances.Any(row => row.Id == one.InstanceId)).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Stimuli.Where(one => one.ClockId == clock).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await instances.ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.CalendarFeeds.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Contacts.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.ProgrammeChanges.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.ProgrammeDefinitions.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.LaunchRevisions.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.BatchUnits.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Batches.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Units.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.OfficeLines.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Offices.Where(row => row.ProgrammeId == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Programmes.Where(row => row.Id == programme).ExecuteDeleteAsync(stop).ConfigureAwait(false);
        await db.Clocks.Where(row => row.Id == clock).ExecuteDeleteAsync(stop).ConfigureAwait(false);
    }
}
