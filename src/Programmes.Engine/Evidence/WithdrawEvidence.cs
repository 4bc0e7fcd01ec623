using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Evidence;

/// <summary>Takes a file back before the work is submitted. It stays on record, and its content stays in the store.</summary>
public sealed class WithdrawEvidence(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts)
{
    public async Task WithdrawAsync(Person person, long file, CancellationToken cancellationToken = default)
    {
        EvidenceSubject subject;
        EvidenceTarget target;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
        {
            var found = await db.EvidenceFiles.Where(row => row.Id == file).Select(row => new { row.SubjectKind, row.SubjectId }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false)
                ?? throw RefusedException.NotFound("此材料", "The file");
            subject = new(found.SubjectKind, found.SubjectId);
            target = await AttachEvidence.MayChangeAsync(db, person, subject, cancellationToken).ConfigureAwait(false);
        }

        await using var session = await doors.OpenAsync(target.InstanceId, person, cancellationToken).ConfigureAwait(false);
        await AttachEvidence.MayChangeAsync(session.Db, person, subject, cancellationToken).ConfigureAwait(false);
        var row = await session.Db.EvidenceFiles.SingleAsync(one => one.Id == file, cancellationToken).ConfigureAwait(false);
        if (row.WithdrawnAt is not null) return;
        row.WithdrawnAt = session.Now;
        if (subject.Kind == EvidenceSubjectKind.WorkItem) session.Db.WorkItemEvents.Add(new() { WorkItemId = subject.Id, Kind = WorkItemEventKind.EvidenceWithdrawn, At = session.Now, Actor = person.Name, Reason = row.Name });
        session.Audit("evidence.withdrawn", subject.ToString(), row.Name);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
