using Programmes.Engine.Deciding;
using Programmes.Engine.Mail;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Papers;

/// <summary>A paper with all whom it goes to, in the order of the paper.</summary>
internal sealed record AddressedPaper(string Programme, PaperRow Paper, IReadOnlyList<PaperRecipientRow> Recipients);

/// <summary>Papers on their way into the outbox, in the transaction of what they tell.</summary>
internal static class PaperMails
{
    public const string Kind = "paper";

    /// <summary>Names shown in full; beyond it, how many there are.</summary>
    private const int NamesMax = 50;

    /// <param name="occasion">Unique for the paper, so that a repeat is recognised.</param>
    /// <param name="heading">Before the title in the subject.</param>
    /// <param name="remark">What happened to the paper; null: it is issued.</param>
    public static void Queue(DoorSession session, MailComposer composer, KnownRecipients known, AddressedPaper addressed, IEnumerable<PaperRecipientRow> to, string occasion, string heading, string? remark)
    {
        foreach (var recipient in to) Queue(session, composer, known, addressed, recipient.Role, recipient.UnitId, $"{occasion}|{recipient.Ordinal}", heading, remark);
    }

    /// <inheritdoc cref="Queue(DoorSession, MailComposer, KnownRecipients, AddressedPaper, IEnumerable{PaperRecipientRow}, string, string, string?)"/>
    public static void Queue(DoorSession session, MailComposer composer, KnownRecipients known, AddressedPaper addressed, string role, string? unit, string occasion, string heading, string? remark)
    {
        var (programme, paper, recipients) = addressed;
        var key = $"paper|{paper.ProgrammeId}|{paper.Number}|{occasion}";
        var mail = new PaperMail(
            known.AddressOf(role, unit), key, programme, session.Today, heading, remark, paper.Number, paper.Title, paper.Body, known.AddressOf(paper.Issuer, paper.UnitId).Name, paper.IssuedOn,
            Names(recipients.Where(one => !one.IsCopy)), Names(recipients.Where(one => one.IsCopy)), paper.ReplyByOn, paper.ReopensOn, $"/programmes/{Uri.EscapeDataString(paper.ProgrammeId)}");
        var now = session.Transaction.Now;
        session.Db.Outbox.Add(mail.To.Address.Length > 0 && composer.TryFreeze(mail, now, out var frozen, out _)
            ? OutboxRows.Of(frozen!, paper.ProgrammeId, Kind, key, now)
            : OutboxRows.WithoutAddress(key, mail.To.Name, paper.ProgrammeId, Kind, $"【{heading}】{paper.Title}（{paper.Number}）", remark is null ? paper.Body : $"{remark}\n{paper.Body}", now));
    }

    private static string? Names(IEnumerable<PaperRecipientRow> recipients)
    {
        var names = recipients.Select(one => one.Name).ToList();
        return names.Count == 0 ? null : names.Count <= NamesMax ? string.Join('、', names) : $"{string.Join('、', names.Take(NamesMax))}等{names.Count}个单位";
    }
}
