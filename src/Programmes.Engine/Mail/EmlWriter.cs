using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Programmes.Core.Calendars;

namespace Programmes.Engine.Mail;

/// <summary>
/// Writes a mail as an Internet message (RFC 5322, MIME by RFC 2045 to 2047): text and HTML as alternatives, a calendar attached, bodies in
/// UTF-8 and base64, other words than ASCII as encoded words, lines folded and ended by CRLF. The same mail gives the same bytes.
/// </summary>
public static class EmlWriter
{
    /// <summary>The whole message in ASCII.</summary>
    /// <exception cref="ArgumentException">The Message-ID, the link for choosing mails or the length of a body is not acceptable.</exception>
    public static byte[] Write(FrozenMail mail)
    {
        if (!FrozenMail.IsMessageId(mail.MessageId))
            throw new ArgumentException("The Message-ID is not of the form <id@host>.", nameof(mail));
        if (mail.Text.Length > FrozenMail.BodyMax || mail.Html?.Length > FrozenMail.BodyMax || mail.Calendar?.Length > FrozenMail.BodyMax)
            throw new ArgumentException($"A body is longer than {FrozenMail.BodyMax} characters.", nameof(mail));

        var message = new StringBuilder();
        var local = mail.QueuedAt.ToOffset(ChinaTime.Offset);
        Header(message, "Date", local.ToString("ddd, dd MMM yyyy HH:mm:ss '+0800'", CultureInfo.InvariantCulture));
        Header(message, "From", Address(mail.From, "From: ".Length));
        Header(message, "To", Address(mail.To, "To: ".Length));
        Header(message, "Subject", HeaderText.Unstructured(HeaderText.OneLine(mail.Subject, FrozenMail.SubjectMax), "Subject: ".Length));
        // On a line of its own: a long host must not push it over the limit.
        Header(message, "Message-ID", Folded(mail.MessageId, "Message-ID: ".Length));
        Header(message, "Auto-Submitted", "auto-generated");
        if (mail.ListUnsubscribe is { } choose) Header(message, "List-Unsubscribe", Folded($"<{Link(choose)}>", "List-Unsubscribe: ".Length));
        Header(message, "MIME-Version", "1.0");
        Header(message, "Content-Language", "zh-CN");
        if (mail.Calendar is not { } calendar)
        {
            Content(message, mail);
            return Encoding.ASCII.GetBytes(message.ToString());
        }

        var boundary = Boundary(mail, "mixed");
        Header(message, "Content-Type", $"multipart/mixed;\r\n boundary=\"{boundary}\"");
        message.Append(CultureInfo.InvariantCulture, $"\r\n--{boundary}\r\n");
        Content(message, mail);
        message.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\n");
        Header(message, "Content-Disposition", $"attachment; filename=\"{FrozenMail.CalendarFile}\"");
        // PUBLISH: dates to look at, not an invitation to answer (RFC 5546, section 3.2.1).
        Body(message, $"calendar; charset=utf-8; method=PUBLISH; name=\"{FrozenMail.CalendarFile}\"", calendar);
        message.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n");
        return Encoding.ASCII.GetBytes(message.ToString());
    }

    /// <summary>The text, or text and HTML: the headers of the part and its body.</summary>
    private static void Content(StringBuilder message, FrozenMail mail)
    {
        if (mail.Html is null)
        {
            Body(message, "plain; charset=utf-8", mail.Text);
            return;
        }

        var boundary = Boundary(mail, "alternative");
        Header(message, "Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        message.Append("\r\n");
        // Least rich first: a reader shows the last one that it can (RFC 2046, section 5.1.4).
        message.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\n");
        Body(message, "plain; charset=utf-8", mail.Text);
        message.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\n");
        Body(message, "html; charset=utf-8", mail.Html);
        message.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n");
    }

    private static void Header(StringBuilder message, string name, string value) =>
        message.Append(name).Append(": ").Append(value).Append("\r\n");

    private static string Address(Mailbox mailbox, int column)
    {
        if (mailbox.Name is not { } name) return Folded($"<{mailbox.Address}>", column);
        var phrase = HeaderText.Phrase(name, column);
        var lastLine = phrase.LastIndexOf('\n');
        var used = lastLine < 0 ? column + phrase.Length : phrase.Length - lastLine - 1;
        var separator = used + mailbox.Address.Length + 3 > HeaderText.LineMax ? "\r\n " : " ";
        return $"{phrase}{separator}<{mailbox.Address}>";
    }

    private static string Folded(string value, int column) =>
        column + value.Length > HeaderText.LineMax ? $"\r\n {value}" : value;

    private static string Link(Uri link) =>
        link.IsAbsoluteUri && link.Scheme is "http" or "https" && link.AbsoluteUri.Length <= 900 && link.AbsoluteUri.All(c => c is > ' ' and <= '~' and not ('<' or '>'))
            ? link.AbsoluteUri
            : throw new ArgumentException("The link for choosing mails is an http or https address of at most 900 characters.");

    private static void Body(StringBuilder message, string type, string body)
    {
        Header(message, "Content-Type", $"text/{type}");
        Header(message, "Content-Transfer-Encoding", "base64");
        message.Append("\r\n");
        message.Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(body.ReplaceLineEndings("\r\n")), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
    }

    // "=_" occurs in no base64 line, so that no body can hold its own end.
    private static string Boundary(FrozenMail mail, string level) =>
        $"=_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{level}\n{mail.MessageId}\n{mail.Text}\n{mail.Html}\n{mail.Calendar}")))[..32]}";
}
