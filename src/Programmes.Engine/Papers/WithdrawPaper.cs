using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Mail;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Papers;

/// <summary>A paper is withdrawn (撤回) with its reason: its recipients are told, and it stays on record with its number.</summary>
public sealed class WithdrawPaper(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library)
{
    public const int ReasonLengthMax = 1_000;

    public async Task WithdrawAsync(Person person, long paper, string reason, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > ReasonLengthMax) throw new RefusedException(new($"请写明撤回理由，最长 {ReasonLengthMax} 字", $"Give the reason, in at most {ReasonLengthMax} characters"));
        await using var session = await PaperSession.OpenAsync(doors, contexts, paper, person, cancellationToken).ConfigureAwait(false);
        session.MustBeIssuer();
        session.MustBeInForce();
        var (door, row) = (session.Door, session.Paper);
        if (row.Status == PaperStatus.Closed) throw new RefusedException(new("此公文已办结，不能撤回；如有变更请另行发文", "This paper is closed and cannot be withdrawn; issue another"));
        (row.Status, row.EndedOn, row.EndedBy, row.Reason) = (PaperStatus.Withdrawn, door.Today, person.Name, reason.Trim());
        foreach (var to in session.Recipients) to.Disarm();
        door.Audit("paper.withdrawn", $"paper:{paper}", row.Reason);
        var (addressed, known) = await session.MailsAsync(library, cancellationToken).ConfigureAwait(false);
        PaperMails.Queue(door, known, addressed, session.Recipients, "withdrawn", $"{row.Kind.Words().Zh}·撤回", $"下列公文自 {door.Today:yyyy-MM-dd} 起撤回。理由：\n{row.Reason}");
        await door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
