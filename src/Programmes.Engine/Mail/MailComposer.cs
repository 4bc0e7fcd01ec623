using Programmes.Core;
using Programmes.Core.Reminders;

namespace Programmes.Engine.Mail;

/// <summary>Turns what is to be told into a mail that no longer changes, in the office's wording.</summary>
public sealed class MailComposer(MailTemplates templates, MailSettings settings)
{
    /// <param name="queuedAt">The instant of queueing; the mail's date.</param>
    /// <param name="error">The address is no mail address: the person stands on the printable list instead.</param>
    public bool TryFreeze(DigestMail mail, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error) =>
        TryFreeze(MailModel.Digest, mail.To, mail.Key, MailModel.Of(mail, settings), queuedAt, out frozen, out error);

    /// <inheritdoc cref="TryFreeze(DigestMail, DateTimeOffset, out FrozenMail?, out Text)"/>
    public bool TryFreeze(ReturnedMail mail, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error) =>
        TryFreeze(MailModel.Returned, mail.To, mail.Key, MailModel.Of(mail, settings), queuedAt, out frozen, out error);

    /// <inheritdoc cref="TryFreeze(DigestMail, DateTimeOffset, out FrozenMail?, out Text)"/>
    public bool TryFreeze(NotifyMail mail, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error) =>
        TryFreeze(MailModel.Notify, mail.To, mail.Key, MailModel.Of(mail, settings), queuedAt, out frozen, out error);

    /// <inheritdoc cref="TryFreeze(DigestMail, DateTimeOffset, out FrozenMail?, out Text)"/>
    public bool TryFreeze(PaperMail mail, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error) =>
        TryFreeze(MailModel.Paper, mail.To, mail.Key, MailModel.Of(mail, settings), queuedAt, out frozen, out error);

    private bool TryFreeze(
        string template, Addressee to, string key, Dictionary<string, object?> model, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error)
    {
        frozen = null;
        if (!Mailbox.TryCreate(to.Address, to.Name, out var mailbox, out error)) return false;
        var rendered = templates.Render(template, model);
        frozen = new()
        {
            MessageId = FrozenMail.MessageIdOf(key, settings.From.Domain),
            From = settings.From,
            To = mailbox!,
            Subject = HeaderText.OneLine(rendered.Subject, FrozenMail.SubjectMax),
            Text = rendered.Text,
            Html = rendered.Html,
            QueuedAt = queuedAt,
        };
        return true;
    }
}
