using System.Text.Json;
using Programmes.Engine.Mail;
using Programmes.Engine.Tests.Fixture;
using Programmes.Engine.Tests.Mail.Smtp;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Mail;

/// <summary>Whatever stands in names, subjects, addresses and ids: one header of each kind, and one recipient. Python's parser is the judge, on both transports.</summary>
public class HeaderInjectionTests
{
    private static readonly string[] Hostile =
    [
        "提醒\r\nBcc: thief@example.org", "提醒\nBcc: thief@example.org", "提醒\rBcc: thief@example.org", "提醒\r\n\r\n<script>alert(1)</script>", "\r\n.\r\nMAIL FROM:<x@example.org>",
        "a\0b\u0007\u001b[31m", "a\u2028Bcc: thief@example.org", "a\u0085Bcc: thief@example.org", "提醒\r\n Bcc: thief@example.org", "=?utf-8?B?DQpCY2M6IHRoaWVmQGV4YW1wbGUub3Jn?=", "=?utf-8?Q?=0D=0ABcc:_thief@example.org?=",
        "\u202Egro.elpmaxe@a", "\"; <thief@example.org>, \\", "a, b; c <thief@example.org>", "(comment) thief@example.org", new string('文', 5_000), new string('a', 5_000), "\uD800 half", "a\" <thief@example.org>,",
    ];

    private static readonly string[] HostileAddresses =
    [
        "a@b\r\nRCPT TO:<x>", "a@example.org\r\nRCPT TO:<thief@example.org>", "a@example.org>\r\nDATA", "a@example.org, thief@example.org", "a@example.org;thief@example.org", "<a@example.org>", "\"a\r\n\"@example.org",
        "a@example.org\0", "a\u2028@example.org", "a@exa\u202Emple.org", "a@example.org SIZE=1", "@thief.example.org:a@example.org", "a@[127.0.0.1]", $"{new string('a', 400)}@example.org", "=?utf-8?Q?a?=@example.org\n",
    ];

    private static void Change(OutboxRow row, int i)
    {
        if (i < Hostile.Length)
        {
            (row.ToName, row.Subject, row.Text) = (Hostile[i], Hostile[i], $"{Hostile[i]}\n.\n");
            // The database takes no half characters, which would not even get here.
            if (Hostile[i].Contains('\uD800', StringComparison.Ordinal)) (row.ToName, row.Subject, row.Text) = ("half", "half", "half\n");
            row.Calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
            row.Kind = i % 2 == 0 ? "digest" : "notify";
        }
        else
        {
            row.ToAddress = HostileAddresses[i - Hostile.Length];
        }
    }

    private static async Task SendAsync(EngineHost host)
    {
        await OutboxTests.QueueAsync(host, Hostile.Length + HostileAddresses.Length, Change);
        await OutboxTests.QueueAsync(host, 1, (row, _) => (row.MessageId, row.ToAddress) = ("<a@example.org>\r\nBcc: thief@example.org", "id@example.org"));
        await host.Get<SendOutbox>().RunAsync();
        var rows = await OutboxTests.RowsAsync(host);
        rows.Take(Hostile.Length).ShouldAllBe(row => row.Status == OutboxStatus.Sent);
        rows.Skip(Hostile.Length).SkipLast(1).ShouldAllBe(row => row.Status == OutboxStatus.Dead, "such addresses are given up");
        rows[^1].Status.ShouldBe(OutboxStatus.Sent);
    }

    private static void Judge(JsonElement read, OutboxRow row)
    {
        string[] expected = ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", .. row.Kind == "digest" ? new[] { "List-Unsubscribe" } : [], "MIME-Version", "Content-Language", "Content-Type"];
        read.GetProperty("headers").EnumerateArray().Select(one => one.GetString()).ShouldBe(expected);
        read.GetProperty("recipients").EnumerateArray().Select(one => one.GetString()).ShouldBe([row.ToAddress]);
        read.GetProperty("defects").EnumerateArray().ShouldBeEmpty();
        var subject = read.GetProperty("subject").GetString()!;
        subject.ShouldNotContain(c => char.IsControl(c) || c == '\u2028' || c == '\u202E');
        subject.Length.ShouldBeLessThanOrEqualTo(FrozenMail.SubjectMax);
        read.GetProperty("toName").GetString()!.Length.ShouldBeLessThanOrEqualTo(Mailbox.NameMax);
        read.GetProperty("text").GetString()!.ReplaceLineEndings("\n").ShouldBe(row.Text.ReplaceLineEndings("\n"));
    }

    [SmtpFact]
    public async Task OverSmtp_OneHeaderOfEachKind_AndOneRecipient()
    {
        using var server = SmtpServer.Start();
        await using var host = await EngineHost.StartAsync(new(2026, 3, 2), smtp: server.Settings());
        await SendAsync(host);
        var rows = (await OutboxTests.RowsAsync(host)).Where(row => row.Status == OutboxStatus.Sent).ToList();
        var taken = server.Taken();
        taken.Count.ShouldBe(rows.Count);
        foreach (var (one, row) in taken.Zip(rows))
        {
            Judge(one.Mail, row);
            one.To.ShouldBe([row.ToAddress!]);
            one.From.ShouldBe("office@example.org");
        }
    }

    [SmtpFact]
    public async Task IntoThePickupFolder_OneHeaderOfEachKind_AndOneRecipient()
    {
        await using var host = await EngineHost.StartAsync(new(2026, 3, 2));
        await SendAsync(host);
        var rows = (await OutboxTests.RowsAsync(host)).Where(row => row.Status == OutboxStatus.Sent).ToList();
        var files = Directory.GetFiles(host.MailFolder, "*.eml");
        files.Length.ShouldBe(rows.Count);
        foreach (var read in SmtpServer.Read(files)) Judge(read, rows.Single(row => row.ToAddress == read.GetProperty("recipients")[0].GetString()));
    }

    [Fact]
    public void Sender_CannotBeHostile()
    {
        foreach (var address in HostileAddresses) MailSettings.TryCreate(address, "x", null, out _, out _).ShouldBeFalse(address);
        foreach (var name in Hostile)
        {
            MailSettings.TryCreate("office@example.org", name, null, out var settings, out _).ShouldBeTrue();
            var read = ParsedMail.Read(EmlWriter.Write(Mails.Plain() with { From = settings!.From }));
            read["From"].ShouldEndWith("<office@example.org>");
        }
    }
}
