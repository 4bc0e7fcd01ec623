using Programmes.Core;
using Programmes.Core.Reminders;

namespace Programmes.Engine.Mail;

/// <summary>Turns what is to be told into a mail that no longer changes, in the office's wording.</summary>
public sealed class MailComposer(MailTemplates templates, MailSettings settings)
{
    /// <summary>The page on which one chooses one's mails, for digests.</summary>
    public const string ChoicePath = "/settings/mail";

    /// <param name="queuedAt">The instant of queueing; the mail's date.</param>
    /// <param name="error">The address is no mail address: the person stands on the printable list instead.</param>
    public bool TryFreeze(DigestMail mail, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error)
    {
        if (!TryFreeze(MailModel.Digest, mail.To, mail.Key, MailModel.Of(mail, settings), queuedAt, out frozen, out error)) return false;
        frozen = frozen! with { ListUnsubscribe = ListUnsubscribe };
        return true;
    }

    /// <inheritdoc cref="TryFreeze(DigestMail, DateTimeOffset, out FrozenMail?, out Text)"/>
    public bool TryFreeze(ReturnedMail mail, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error) =>
        TryFreeze(MailModel.Returned, mail.To, mail.Key, MailModel.Of(mail, settings), queuedAt, out frozen, out error);

    /// <inheritdoc cref="TryFreeze(DigestMail, DateTimeOffset, out FrozenMail?, out Text)"/>
    public bool TryFreeze(NotifyMail mail, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error) =>
        TryFreeze(MailModel.Notify, mail.To, mail.Key, MailModel.Of(mail, settings), queuedAt, out frozen, out error);

    /// <inheritdoc cref="TryFreeze(DigestMail, DateTimeOffset, out FrozenMail?, out Text)"/>
    public bool TryFreeze(PaperMail mail, DateTimeOffset queuedAt, out FrozenMail? frozen, out Text error) =>
        TryFreeze(MailModel.Paper, mail.To, mail.Key, MailModel.Of(mail, settings), queuedAt, out frozen, out error);

    /// <summary>What a digest read back from the outbox gets as its <see cref="FrozenMail.ListUnsubscribe"/>; null without a base address.</summary>
    public Uri? ListUnsubscribe => settings.Link(ChoicePath) is { } link ? new(link) : null;

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
