using Programmes.Core.Ledgers;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Ledgers;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Ledgers;

/// <summary>Names who answers for an entry, and until when; again whenever that changes. What held before stays in the history.</summary>
public sealed class AssignEntry(PersonDoor doors)
{
    public async Task AssignAsync(Person person, string entryId, Assignment assignment, CancellationToken cancellationToken = default)
    {
        await using var session = await LedgerSession.OpenEntryAsync(doors, entryId, person, cancellationToken).ConfigureAwait(false);
        if (!LedgerRights.MayKeep(person, session.Ledger) && !LedgerRights.MayReview(person, session.Ledger)) throw RefusedException.Forbidden();
        session.MustBeOpenEntry();
        Assign(session, session.Entry, assignment);
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static void Assign(LedgerSession session, LedgerEntryRow entry, Assignment assignment)
    {
        if (assignment.Deadline < session.Door.Today)
            throw new RefusedException(new($"整改期限 {assignment.Deadline:yyyy-MM-dd} 已过（今天是 {session.Door.Today:yyyy-MM-dd}）；请定今天或以后的日期", $"The deadline {assignment.Deadline:yyyy-MM-dd} has passed (today is {session.Door.Today:yyyy-MM-dd}); set today or a later day"));
        session.Note(LedgerEventKind.Assigned, entry, null, new { assignment.Office, assignment.Post, assignment.Deadline, Before = entry.DeadlineOn });
        entry.Office = LedgerTexts.Required(assignment.Office, new("责任单位", "the responsible office"));
        entry.Post = LedgerTexts.Required(assignment.Post, new("责任人职务", "the post of the person responsible"));
        entry.DeadlineOn = assignment.Deadline;
        entry.RearmAnew(session.Door.Today);
        if (entry.Status == LedgerEntryStatus.Open) entry.Status = LedgerEntryStatus.Assigned;
    }
}
