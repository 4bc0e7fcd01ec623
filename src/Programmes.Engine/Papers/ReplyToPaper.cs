using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Mail;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Papers;

/// <summary>What becomes of a paper at its recipients: signed for, answered; and its answers at the issuer: accepted or returned.</summary>
public sealed class ReplyToPaper(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library)
{
    /// <summary>Longest answer or reason, in characters.</summary>
    public const int TextLengthMax = 10_000;

    /// <summary>签收. A second time changes nothing.</summary>
    /// <param name="recipient">A role or unit for whom the leading office acts; null: the person's own.</param>
    public async Task SignAsync(Person person, long paper, string? recipient = null, CancellationToken cancellationToken = default)
    {
        await using var session = await PaperSession.OpenAsync(doors, contexts, paper, person, cancellationToken).ConfigureAwait(false);
        session.MustBeInForce();
        var unsigned = session.ActedFor(recipient, mainOnly: false).Where(row => row.SignedAt is null).ToList();
        if (unsigned.Count == 0) return;
        foreach (var row in unsigned) (row.SignedAt, row.SignedBy) = (session.Door.Now, person.Name);
        session.Door.Audit("paper.signed", $"paper:{paper}", string.Join('、', unsigned.Select(row => row.Name)));
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A main recipient answers; the issuer is told.</summary>
    /// <inheritdoc cref="SignAsync" path="/param"/>
    public async Task ReplyAsync(Person person, long paper, string text, string? recipient = null, CancellationToken cancellationToken = default)
    {
        text = Required(text, new("请写明答复内容", "Write the answer"));
        await using var session = await PaperSession.OpenAsync(doors, contexts, paper, person, cancellationToken).ConfigureAwait(false);
        var (door, row) = (session.Door, session.Paper);
        session.MustBeInForce();
        if (row.ReplyByOn is null && row.Kind != PaperKind.Request) throw new RefusedException(new("此公文不要求答复", "This paper asks for no answer"));
        if (row.Status == PaperStatus.Closed) throw new RefusedException(new("此公文已办结，不必再答复", "This paper is closed"));
        var answering = session.ActedFor(recipient, mainOnly: true).Where(to => to.RepliedOn is null).ToList();
        if (answering.Count == 0) throw new RefusedException(new("已答复，等待发文单位确认", "It is answered and waits for the issuer"));
        foreach (var to in answering)
        {
            to.RepliedOn = door.Today;
            to.Disarm();
            (to.SignedAt, to.SignedBy) = (to.SignedAt ?? door.Now, to.SignedBy ?? person.Name);
            door.Db.PaperReplies.Add(new() { PaperId = paper, Ordinal = to.Ordinal, Text = text, RepliedOn = door.Today, RepliedBy = person.Name });
        }

        if (session.Recipients.All(to => to.IsCopy || to.RepliedOn is not null)) row.Status = PaperStatus.Replied;
        door.Audit("paper.replied", $"paper:{paper}", string.Join('、', answering.Select(to => to.Name)));
        var (addressed, known) = await session.MailsAsync(library, cancellationToken).ConfigureAwait(false);
        foreach (var to in answering)
            PaperMails.Queue(door, known, addressed, row.Issuer, row.UnitId, await OccasionAsync(session, "replied", to, cancellationToken).ConfigureAwait(false), $"{row.Kind.Words().Zh}·已答复", $"{to.Name} 于 {door.Today:yyyy-MM-dd} 答复：\n{text}");
        await door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The issuer accepts the answers that stand; once all are accepted, the paper is closed.</summary>
    /// <param name="recipient">Whose answer, a role or unit; null: all that stand.</param>
    public async Task AcceptAsync(Person person, long paper, string? recipient = null, CancellationToken cancellationToken = default)
    {
        await using var session = await PaperSession.OpenAsync(doors, contexts, paper, person, cancellationToken).ConfigureAwait(false);
        var accepted = Standing(session, recipient);
        var replies = await FiledAsync(session, accepted, cancellationToken).ConfigureAwait(false);
        foreach (var reply in replies) (reply.Status, reply.DecidedOn, reply.DecidedBy) = (PaperReplyStatus.Accepted, session.Door.Today, person.Name);
        foreach (var to in accepted) to.AcceptedOn = session.Door.Today;
        if (session.Recipients.All(to => to.IsCopy || to.AcceptedOn is not null))
            (session.Paper.Status, session.Paper.EndedOn, session.Paper.EndedBy) = (PaperStatus.Closed, session.Door.Today, person.Name);
        session.Door.Audit("paper.reply-accepted", $"paper:{paper}", string.Join('、', accepted.Select(to => to.Name)));
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The issuer returns answers with the reason; those who gave them are told, and answer again.</summary>
    /// <inheritdoc cref="AcceptAsync" path="/param"/>
    public async Task ReturnAsync(Person person, long paper, string reason, string? recipient = null, CancellationToken cancellationToken = default)
    {
        reason = Required(reason, new("请写明退回理由", "Give the reason for returning it"));
        await using var session = await PaperSession.OpenAsync(doors, contexts, paper, person, cancellationToken).ConfigureAwait(false);
        var (door, returned) = (session.Door, Standing(session, recipient));
        foreach (var reply in await FiledAsync(session, returned, cancellationToken).ConfigureAwait(false))
            (reply.Status, reply.DecidedOn, reply.DecidedBy, reply.Answer) = (PaperReplyStatus.Returned, door.Today, person.Name, reason);
        foreach (var to in returned)
        {
            to.RepliedOn = null;
            to.RearmTold(door.Today);
        }

        session.Paper.Status = PaperStatus.Issued;
        door.Audit("paper.reply-returned", $"paper:{paper}", reason);
        var (addressed, known) = await session.MailsAsync(library, cancellationToken).ConfigureAwait(false);
        foreach (var to in returned)
            PaperMails.Queue(door, known, addressed, to.Role, to.UnitId, await OccasionAsync(session, "returned", to, cancellationToken).ConfigureAwait(false), $"{session.Paper.Kind.Words().Zh}·答复退回", $"您的答复已退回，请修改后重新答复。理由：\n{reason}");
        await door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Main recipients whose answer waits for the issuer.</summary>
    private static List<PaperRecipientRow> Standing(PaperSession session, string? recipient)
    {
        session.MustBeIssuer();
        session.MustBeInForce();
        var standing = session.Recipients.Where(to => to is { IsCopy: false, RepliedOn: not null, AcceptedOn: null } && (recipient is null || recipient == (to.UnitId ?? to.Role))).ToList();
        return standing.Count > 0 ? standing : throw new RefusedException(new("没有待确认的答复", "No answer waits to be accepted"));
    }

    private static Task<List<PaperReplyRow>> FiledAsync(PaperSession session, List<PaperRecipientRow> of, CancellationToken cancellationToken)
    {
        var ordinals = of.Select(to => to.Ordinal).ToList();
        return session.Door.Db.PaperReplies.Where(reply => reply.PaperId == session.Paper.Id && reply.Status == PaperReplyStatus.Filed && ordinals.Contains(reply.Ordinal)).ToListAsync(cancellationToken);
    }

    /// <summary>One a round: how often this recipient has answered before.</summary>
    private static async Task<string> OccasionAsync(PaperSession session, string occasion, PaperRecipientRow to, CancellationToken cancellationToken)
    {
        var before = await session.Door.Db.PaperReplies.CountAsync(reply => reply.PaperId == session.Paper.Id && reply.Ordinal == to.Ordinal, cancellationToken).ConfigureAwait(false);
        return $"{occasion}|{to.Ordinal}|{before}";
    }

    private static string Required(string text, Core.Text missing)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new RefusedException(missing);
        return text.Length <= TextLengthMax ? text.Trim() : throw new RefusedException(new($"最长 {TextLengthMax} 字", $"It has at most {TextLengthMax} characters"));
    }
}
