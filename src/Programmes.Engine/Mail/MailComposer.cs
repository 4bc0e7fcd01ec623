using Programmes.Core.Reminders;

namespace Programmes.Engine.Mail;

/// <summary>A mail in the office's wording.</summary>
/// <param name="To">Null: there is no usable address, and the person stands on the printable list instead.</param>
/// <param name="Name">Whom it is for.</param>
/// <param name="Calendar">An attached calendar; null: none.</param>
public sealed record ComposedMail(string MessageId, Mailbox? To, string Name, string Subject, string Text, string Html, string? Calendar = null);

/// <summary>Turns what is to be told into a mail that no longer changes.</summary>
public sealed class MailComposer(MailTemplates templates, MailSettings settings)
{
    /// <param name="key">What makes it the same mail: its Message-ID derives from it.</param>
    /// <param name="queuedAt">The instant of queueing; the mail's date.</param>
    /// <param name="choices">Where its reader chooses what to get; null: no such link.</param>
    public ComposedMail Compose(DigestMail mail, string key, DateTimeOffset queuedAt, Uri? choices = null) =>
        Compose(MailModel.Digest, mail.To, key, MailModel.Of(mail, settings, choices)) with { Calendar = Deadlines.Of(mail, settings, queuedAt) };

    /// <inheritdoc cref="Compose(DigestMail, string, DateTimeOffset, Uri?)"/>
    public ComposedMail Compose(ReturnedMail mail, string key, DateTimeOffset queuedAt) => Compose(MailModel.Returned, mail.To, key, MailModel.Of(mail, settings));

    /// <inheritdoc cref="Compose(DigestMail, string, DateTimeOffset, Uri?)"/>
    public ComposedMail Compose(NotifyMail mail, string key, DateTimeOffset queuedAt) => Compose(MailModel.Notify, mail.To, key, MailModel.Of(mail, settings));

    /// <inheritdoc cref="Compose(DigestMail, string, DateTimeOffset, Uri?)"/>
    public ComposedMail Compose(PaperMail mail, string key, DateTimeOffset queuedAt) => Compose(MailModel.Paper, mail.To, key, MailModel.Of(mail, settings));

    /// <inheritdoc cref="Compose(DigestMail, string, DateTimeOffset, Uri?)"/>
    public ComposedMail Compose(ObjectionMail mail, string key, DateTimeOffset queuedAt) => Compose(MailModel.Objection, mail.To, key, MailModel.Of(mail, settings));

    /// <inheritdoc cref="Compose(DigestMail, string, DateTimeOffset, Uri?)"/>
    public ComposedMail Compose(UrgingMail mail, string key, DateTimeOffset queuedAt) => Compose(MailModel.Urging, mail.To, key, MailModel.Of(mail, settings));

    /// <summary>As it is sent.</summary>
    /// <param name="queuedAt">The mail's date.</param>
    /// <exception cref="ArgumentException">It has no address.</exception>
    public FrozenMail Freeze(ComposedMail mail, DateTimeOffset queuedAt) => new()
    {
        MessageId = mail.MessageId, From = settings.From, To = mail.To ?? throw new ArgumentException("The mail has no address.", nameof(mail)),
        Subject = mail.Subject, Text = mail.Text, Html = mail.Html, Calendar = mail.Calendar, QueuedAt = queuedAt,
    };

    private ComposedMail Compose(string template, Addressee to, string key, Dictionary<string, object?> model)
    {
        Mailbox.TryCreate(to.Address, to.Name, out var mailbox, out _);
        var rendered = templates.Render(template, model);
        return new(FrozenMail.MessageIdOf(key, settings.From.Domain), mailbox, to.Name, HeaderText.OneLine(rendered.Subject, FrozenMail.SubjectMax), rendered.Text, rendered.Html);
    }
}
