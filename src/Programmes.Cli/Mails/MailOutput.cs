using System.Globalization;
using System.Text.Json;
using Programmes.Cli.Output;
using Programmes.Core.Calendars;
using Programmes.Engine.Queries;
using Spectre.Console;

namespace Programmes.Cli.Mails;

/// <summary>Mails as JSON and for people; the fields are documented in docs/cli.md.</summary>
internal static class MailOutput
{
    public static void List(Session session, Paged<MailLine> mails, bool asJson)
    {
        if (asJson)
        {
            Json.Write(session.Terminal, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("total", mails.Total);
                json.WriteStartArray("mails");
                foreach (var mail in mails.Rows)
                {
                    json.WriteStartObject();
                    Write(json, mail);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }

        if (mails.Total == 0)
        {
            session.Terminal.Out.WriteLine(session.Say("没有邮件", "There are no mails"));
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(session.Say("序号", "number"), session.Say("主题", "subject"), session.Say("收件人", "to"), session.Say("入队时间", "queued"), session.Say("状态", "state"), session.Say("已尝试", "attempts"), session.Say("最近错误", "last error"));
        foreach (var mail in mails.Rows)
            table.AddRow(
                Number(mail.Id), Markup.Escape(mail.Subject), Markup.Escape($"{mail.ToName} {mail.ToAddress}".TrimEnd()), Instant(mail.QueuedAt), session.Say(MailCommand.Words(mail.State)),
                Number(mail.Attempts), Markup.Escape(mail.LastError ?? ""));
        session.Terminal.Screen.Write(table);
        if (mails.Total > mails.Rows.Count)
            session.Terminal.Out.WriteLine(session.Say($"第 {mails.Number} 页，共 {mails.Total} 封；用 --page 翻页", $"Page {mails.Number} of {mails.Total} mails; turn with --page"));
    }

    public static void Show(Session session, MailShown mail, bool asJson)
    {
        if (asJson)
        {
            Json.Write(session.Terminal, json =>
            {
                json.WriteStartObject();
                Write(json, mail.Head);
                json.WriteString("messageId", mail.MessageId);
                json.WriteString("notBefore", Machine(mail.NotBefore));
                json.WriteString("text", mail.Text);
                json.WriteEndObject();
            });
            return;
        }

        var output = session.Terminal.Out;
        output.WriteLine(session.Say($"收件人：{mail.Head.ToName} {mail.Head.ToAddress}".TrimEnd(), $"To: {mail.Head.ToName} {mail.Head.ToAddress}".TrimEnd()));
        output.WriteLine(session.Say($"主题：{mail.Head.Subject}", $"Subject: {mail.Head.Subject}"));
        output.WriteLine(session.Say($"状态：{MailCommand.Words(mail.Head.State).Zh}，已尝试 {mail.Head.Attempts} 次", $"State: {MailCommand.Words(mail.Head.State).En}, {mail.Head.Attempts} attempts"));
        output.WriteLine(session.Say($"入队：{Instant(mail.Head.QueuedAt)}", $"Queued: {Instant(mail.Head.QueuedAt)}"));
        if (mail.Head.SentAt is { } sent) output.WriteLine(session.Say($"发出：{Instant(sent)}", $"Sent: {Instant(sent)}"));
        if (mail.Head.LastError is { } error) output.WriteLine(session.Say($"最近错误：{error}", $"Last error: {error}"));
        output.WriteLine($"Message-ID: {mail.MessageId}");
        output.WriteLine();
        output.WriteLine(mail.Text);
    }

    private static void Write(Utf8JsonWriter json, MailLine mail)
    {
        json.WriteNumber("id", mail.Id);
        json.WriteString("programme", mail.ProgrammeId);
        json.WriteString("toName", mail.ToName);
        json.WriteString("toAddress", mail.ToAddress);
        json.WriteString("subject", mail.Subject);
        json.WriteString("kind", mail.Kind);
        json.WriteString("state", MailCommand.NameOf(mail.State));
        json.WriteString("queuedAt", Machine(mail.QueuedAt));
        json.WriteString("sentAt", mail.SentAt is { } sent ? Machine(sent) : null);
        json.WriteNumber("attempts", mail.Attempts);
        json.WriteString("lastError", mail.LastError);
    }

    private static string Instant(DateTimeOffset at) => at.ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Machine(DateTimeOffset at) => at.ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
