using Programmes.Core.Ledgers;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;

namespace Programmes.Engine.Ledgers;

/// <summary>
/// A check finds a closed entry unsolved: it is open again, counted, and needs evidence of its own. A ledger that had been cleared is
/// reopened with it and closes again with its last entry; the workflow that waited for it has gone on and does not go back.
/// </summary>
public sealed class ReopenEntry(PersonDoor doors)
{
    /// <param name="deadline">The new last day, inclusive.</param>
    public async Task ReopenAsync(Person person, string entryId, string reason, DateOnly deadline, CancellationToken cancellationToken = default)
    {
        await using var session = await LedgerSession.OpenEntryAsync(doors, entryId, person, cancellationToken).ConfigureAwait(false);
        session.MustReview();
        var (ledger, entry) = (session.Ledger, session.Entry);
        if (entry.Status != LedgerEntryStatus.Closed) throw new RefusedException(new("此问题尚未销号，不必重新打开", "The entry is not closed"));
        if (ledger.Status == LedgerStatus.Cancelled)
            throw new RefusedException(new("此台账已随流程取消；请在该单位现行的台账中另行登记", "The ledger was cancelled with its workflow; enter the problem in the unit's present ledger"));
        entry.Status = LedgerEntryStatus.Assigned;
        entry.Reopened++;
        entry.ClosedOn = null;
        entry.ClosedBy = null;
        entry.SubmittedOn = null;
        entry.EvidenceFromAt = session.Door.Now;
        session.Note(LedgerEventKind.Reopened, entry, LedgerTexts.Required(reason, new("重新打开的理由", "the reason")));
        AssignEntry.Assign(session, entry, new(entry.Office!, entry.Post!, deadline));
        if (ledger.Status == LedgerStatus.Cleared)
        {
            ledger.Status = LedgerStatus.Reopened;
            ledger.ClosedOn = null;
            session.Note(LedgerEventKind.LedgerReopened, null, reason.Trim());
            await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await session.CommitChangedAsync(cancellationToken).ConfigureAwait(false);
    }
}
