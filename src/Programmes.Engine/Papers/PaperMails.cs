using Programmes.Engine.Deciding;
using Programmes.Engine.Mail;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Papers;

/// <summary>A paper with all whom it goes to, in the order of the paper.</summary>
internal sealed record AddressedPaper(string Programme, PaperRow Paper, IReadOnlyList<PaperRecipientRow> Recipients);

/// <summary>Papers on their way into the outbox, in the transaction of what they tell.</summary>
internal static class PaperMails
{
    /// <summary>Names shown in full; beyond it, how many there are.</summary>
    private const int NamesMax = 50;

    /// <param name="occasion">Unique for the paper, so that a repeat is recognised.</param>
    /// <param name="heading">Before the title in the subject.</param>
    /// <param name="remark">What happened to the paper; null: it is issued.</param>
    public static void Queue(DoorSession session, KnownRecipients known, AddressedPaper addressed, IEnumerable<PaperRecipientRow> to, string occasion, string heading, string? remark)
    {
        foreach (var recipient in to) Queue(session, known, addressed, recipient.Role, recipient.UnitId, $"{occasion}|{recipient.Ordinal}", heading, remark);
    }

    /// <inheritdoc cref="Queue(DoorSession, KnownRecipients, AddressedPaper, IEnumerable{PaperRecipientRow}, string, string, string?)"/>
    public static void Queue(DoorSession session, KnownRecipients known, AddressedPaper addressed, string role, string? unit, string occasion, string heading, string? remark)
    {
        var (programme, paper, recipients) = addressed;
        var key = $"paper|{paper.ProgrammeId}|{paper.Number}|{occasion}";
        var mail = new PaperMail(
            MailRequests.ToWhoever, programme, session.Today, heading, remark, paper.Number, paper.Title, paper.Body, known.NameOf(paper.Issuer, paper.UnitId), paper.IssuedOn,
            Names(recipients.Where(one => !one.IsCopy)), Names(recipients.Where(one => one.IsCopy)), paper.ReplyByOn, paper.ReopensOn, $"/papers/{paper.Id}");
        session.Db.MailRequests.Add(MailRequests.Of(key, paper.ProgrammeId, role, unit, MailModel.Paper, mail, session.Transaction.Now));
    }

    private static string? Names(IEnumerable<PaperRecipientRow> recipients)
    {
        var names = recipients.Select(one => one.Name).ToList();
        return names.Count == 0 ? null : names.Count <= NamesMax ? string.Join('、', names) : $"{string.Join('、', names.Take(NamesMax))}等{names.Count}个单位";
    }
}
