using Microsoft.EntityFrameworkCore;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Ledgers;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Ledgers;

/// <summary>The reviewer closes an entry (销号), or returns it with a reason.</summary>
public sealed class JudgeEntry(PersonDoor doors)
{
    /// <param name="done">What was done, where the leading office closes an entry that its keeper has not submitted; null: it was submitted.</param>
    /// <exception cref="RefusedException">There is no evidence since the entry was opened or reopened, which is recorded; or it was not submitted.</exception>
    public async Task CloseAsync(Person person, string entryId, string? done = null, string? comment = null, CancellationToken cancellationToken = default)
    {
        await using var session = await LedgerSession.OpenEntryAsync(doors, entryId, person, cancellationToken).ConfigureAwait(false);
        session.MustReview();
        session.MustBeOpenEntry();
        var (ledger, entry) = (session.Ledger, session.Entry);
        if (entry.Status != LedgerEntryStatus.Submitted)
        {
            if (done is null || !LedgerRights.MayKeep(person, ledger)) throw new RefusedException(new("台账单位尚未申请销号", "The keeper has not submitted it for closing"));
            entry.Done = LedgerTexts.Required(done, new("整改情况", "what was done"));
            entry.SubmittedOn = session.Door.Today;
            session.Note(LedgerEventKind.FiledForKeeper, entry, null, new { entry.Done });
        }

        if (ledger.Evidence == EvidenceRule.Required && !await HasEvidenceAsync(session.Door.Db, entry, cancellationToken).ConfigureAwait(false))
            throw await session.Door.RefuseAsync("ledger-entry.closed", entry.Id, entry.Reopened == 0
                ? new("没有佐证材料，不能销号；请先上传整改后的材料", "An entry is not closed without evidence; hand it in first")
                : new("重新打开后没有新的佐证材料，不能销号；请先上传此次整改后的材料", "There is no new evidence since the entry was reopened; hand it in first"), session.Source, cancellationToken).ConfigureAwait(false);
        entry.Status = LedgerEntryStatus.Closed;
        entry.ClosedOn = session.Door.Today;
        entry.ClosedBy = person.Name;
        entry.Disarm();
        session.Note(LedgerEventKind.Closed, entry, LedgerTexts.Optional(comment, new("意见", "The comment"), LedgerTexts.TextLengthMax));
        if (ledger.Status == LedgerStatus.Reopened
            && !await session.Door.Db.LedgerEntries.AnyAsync(other => other.LedgerId == ledger.Id && other.Id != entry.Id && other.Status != LedgerEntryStatus.Closed, cancellationToken).ConfigureAwait(false))
        {
            // Nothing waits for it any more: it closes again by itself.
            ledger.Status = LedgerStatus.Cleared;
            ledger.ClosedOn = session.Door.Today;
            session.Note(LedgerEventKind.LedgerClosed, null);
            await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await session.CommitChangedAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task ReturnAsync(Person person, string entryId, string reason, CancellationToken cancellationToken = default)
    {
        await using var session = await LedgerSession.OpenEntryAsync(doors, entryId, person, cancellationToken).ConfigureAwait(false);
        session.MustReview();
        session.MustBeOpenEntry();
        if (session.Entry.Status != LedgerEntryStatus.Submitted) throw new RefusedException(new("台账单位尚未申请销号，无须退回", "It is not submitted for closing"));
        session.Entry.Status = LedgerEntryStatus.Returned;
        session.Entry.RearmAnew(session.Door.Today);
        session.Note(LedgerEventKind.Returned, session.Entry, LedgerTexts.Required(reason, new("退回理由", "the reason")));
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Task<bool> HasEvidenceAsync(ProgrammesDb db, LedgerEntryRow entry, CancellationToken cancellationToken) => db.EvidenceFiles.AnyAsync(
        file => file.SubjectId == entry.Id && file.SubjectKind == EvidenceSubjectKind.LedgerEntry && file.WithdrawnAt == null && file.UploadedAt >= entry.EvidenceFromAt, cancellationToken);
}
