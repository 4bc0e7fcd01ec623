using Programmes.Core.Ledgers;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Ledgers;

/// <summary>The keeper asks for an entry to be closed (申请销号), with what was done.</summary>
public sealed class SubmitEntry(PersonDoor doors)
{
    public async Task SubmitAsync(Person person, string entryId, string done, CancellationToken cancellationToken = default)
    {
        await using var session = await LedgerSession.OpenEntryAsync(doors, entryId, person, cancellationToken).ConfigureAwait(false);
        session.MustKeep();
        session.MustBeOpenEntry();
        var entry = session.Entry;
        if (entry.Status == LedgerEntryStatus.Submitted) throw new RefusedException(new("已申请销号，正在审核，不必重复申请", "It is submitted already and under review"));
        if (entry.Office is null) throw new RefusedException(new("请先明确责任单位、责任人职务和整改期限，再申请销号", "Assign the entry first: office, post and deadline"));
        entry.Done = LedgerTexts.Required(done, new("整改情况", "what was done"));
        entry.SubmittedOn = session.Door.Today;
        entry.Status = LedgerEntryStatus.Submitted;
        // To whoever closes it.
        entry.RearmAnew(session.Door.Today);
        session.Note(person.Holds(session.Ledger.Role, session.Ledger.ProgrammeId, session.Ledger.UnitId) ? LedgerEventKind.Submitted : LedgerEventKind.FiledForKeeper, entry, null, new { entry.Done });
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
