using Programmes.Core.Calendars;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;

namespace Programmes.Engine.Tests.Mail;

/// <summary>Mails that tests share.</summary>
internal static class Mails
{
    public static readonly DateTimeOffset QueuedAt = new(2023, 9, 27, 23, 30, 0, TimeSpan.Zero);
    public static readonly DateOnly Thursday = new(2023, 9, 28);

    public static MailSettings Settings(string? baseUrl = "https://programmes.example.org/app")
    {
        MailSettings.TryCreate("office@example.org", "某市文化站专项治理领导小组办公室", baseUrl, out var settings, out var error).ShouldBeTrue(error.En);
        return settings!;
    }

    public static Mailbox Box(string address, string? name = null)
    {
        Mailbox.TryCreate(address, name, out var mailbox, out var error).ShouldBeTrue(error.En);
        return mailbox!;
    }

    public static FrozenMail Plain(string subject = "工作提醒", string text = "您好。\n", string? html = "<p>您好。</p>", string? toName = "城关镇综合文化站") => new()
    {
        MessageId = FrozenMail.MessageIdOf("digest|a|2023-09-28", "example.org"),
        From = Box("office@example.org", "某市文化站专项治理领导小组办公室"),
        To = Box("station1@example.org", toName),
        Subject = subject,
        Text = text,
        Html = html,
        QueuedAt = QueuedAt,
    };

    public static DigestMail Digest(params DigestItem[] items) =>
        Core.Reminders.Digest.Compose(new("station1@example.org", "城关镇综合文化站"), Thursday, items, WorkingDayCalendar.Official)!;

    public static DigestItem Item(string id, DateOnly? dueOn, string title = "报送自查自评情况") =>
        new(id, new(title, "Self-assessment"), "乡镇综合文化站专项治理", "城关镇综合文化站", "三（一）", dueOn, [new("方案第三条。", "Clause three.")], false, $"/work-items/{id}");

    public static FrozenMail Freeze(DigestMail mail, MailSettings? settings = null, MailTemplates? templates = null)
    {
        var composer = new MailComposer(templates ?? MailTemplates.Embedded, settings ?? Settings());
        return composer.Freeze(composer.Compose(mail, $"digest|{mail.To.Address}|{mail.On:yyyy-MM-dd}", QueuedAt), QueuedAt);
    }
}
