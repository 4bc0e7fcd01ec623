using System.Text;
using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Mail.Bounces;
using Programmes.Engine.Tests.Fixture;
using Programmes.Storage.Mail;

namespace Programmes.Engine.Tests.Mail.Bounces;

public sealed class ReadBouncesTests : IAsyncLifetime
{
    private const string Head = """
        Return-Path: <>
        From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
        To: office@example.org
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
         boundary="ABC.123/mx.example.org"

        This is a MIME-encapsulated message.

        --ABC.123/mx.example.org
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        I'm sorry to have to inform you that your message could not be delivered.

        """;

    private const string Status = """
        --ABC.123/mx.example.org
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org
        Arrival-Date: Mon,  2 Mar 2026 09:00:00 +0800 (CST)

        Final-Recipient: rfc822; u0@example.org
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; other.example.org
        Diagnostic-Code: smtp; 550 5.1.1 <u0@example.org>: Recipient address
            rejected: User unknown

        """;

    private EngineHost host = null!;

    private string Folder => Path.Combine(host.Folder, "bounces");

    public async Task InitializeAsync()
    {
        host = await EngineHost.StartAsync(new(2026, 3, 2));
        Directory.CreateDirectory(Folder);
        await OutboxTests.QueueAsync(host, 3, (row, i) => row.Status = i < 2 ? OutboxStatus.Sent : OutboxStatus.Queued);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    private async Task<OutboxRow> RowAsync(int i) => (await OutboxTests.RowsAsync(host))[i];

    private static string Original(string id, string type = "text/rfc822-headers", string encoding = "") => $"""
        --ABC.123/mx.example.org
        Content-Description: Undelivered Message Headers
        Content-Type: {type}
        {(encoding.Length == 0 ? "" : $"Content-Transfer-Encoding: {encoding}\n")}
        From: office@example.org
        Message-ID: {id}
        Subject: =?UTF-8?B?5o+Q6YaS?=

        --ABC.123/mx.example.org--

        """;

    private async Task<string> ReportAsync(int mail = 0, string? status = null) => Head + (status ?? Status) + Original((await RowAsync(mail)).MessageId);

    private string Put(string content, string name = "bounce", string? folder = null) => PutBytes(Encoding.Latin1.GetBytes(content.ReplaceLineEndings("\r\n")), name, folder);

    private string PutBytes(byte[] content, string name = "bounce", string? folder = null)
    {
        var file = Path.Combine(folder ?? Folder, name);
        File.WriteAllBytes(file, content);
        File.SetLastWriteTimeUtc(file, host.Clock.Now.UtcDateTime.AddMinutes(-1));
        return file;
    }

    private string[] Names(string folder) => Directory.Exists(Path.Combine(Folder, folder)) ? [.. Directory.GetFiles(Path.Combine(Folder, folder)).Select(file => Path.GetFileName(file)).Order()] : [];

    private Task<int> RunAsync() => host.Get<ReadBounces>().RunAsync();

    [Fact]
    public async Task Failure_MarksTheMail_AndIsFiled()
    {
        Put(await ReportAsync());
        (await RunAsync()).ShouldBe(1);
        var row = await RowAsync(0);
        (row.Status, row.LastError).ShouldBe((OutboxStatus.Bounced, "5.1.1 smtp; 550 5.1.1 <u0@example.org>: Recipient address rejected: User unknown"));
        (await RowAsync(1)).Status.ShouldBe(OutboxStatus.Sent);
        Names(ReadBounces.DoneFolder).ShouldBe(["bounce"]);
        Directory.GetFiles(Folder).ShouldBeEmpty();
        await using var db = host.Db();
        var audit = await db.Audit.SingleAsync(one => one.Action == "mail.bounced");
        (audit.Subject, audit.Actor).ShouldBe(($"{row.Id}", "engine"));
    }

    [Fact]
    public async Task SameNotificationAgain_ChangesNothing_AndBothFilesAreKept()
    {
        Put(await ReportAsync());
        (await RunAsync()).ShouldBe(1);
        Put(await ReportAsync());
        (await RunAsync()).ShouldBe(0);
        Names(ReadBounces.DoneFolder).Length.ShouldBe(2);
        await using var db = host.Db();
        (await db.Audit.CountAsync(one => one.Action == "mail.bounced")).ShouldBe(1);
    }

    [Theory]
    [InlineData("Action: delayed", "Status: 4.4.1")]
    [InlineData("Action: failed", "Status: 4.4.1")]
    [InlineData("Action: delivered", "Status: 2.0.0")]
    [InlineData("Action: relayed", "Status: 5.0.0")]
    public async Task NoFinalFailure_LeavesTheMail(string action, string status)
    {
        Put(await ReportAsync(status: Status.Replace("Action: failed", action, StringComparison.Ordinal).Replace("Status: 5.1.1", status, StringComparison.Ordinal)));
        (await RunAsync()).ShouldBe(0);
        (await RowAsync(0)).Status.ShouldBe(OutboxStatus.Sent);
        Names(ReadBounces.DoneFolder).ShouldBe(["bounce"]);
    }

    [Fact]
    public async Task SecondRecipientFailed_IsFound()
    {
        Put(await ReportAsync(status: Status.Replace("Final-Recipient: rfc822; u0@example.org", "Final-Recipient: rfc822; x@example.org\nAction: delayed\nStatus: 4.0.0\n\nFinal-Recipient: rfc822; u0@example.org", StringComparison.Ordinal)));
        (await RunAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    public async Task EncodedParts_AreRead(string encoding)
    {
        var id = (await RowAsync(0)).MessageId;
        string Encoded(string part)
        {
            var at = part.IndexOf("\n\n", StringComparison.Ordinal);
            var body = part[(at + 2)..];
            var text = encoding == "base64" ? Convert.ToBase64String(Encoding.ASCII.GetBytes(body), Base64FormattingOptions.InsertLineBreaks) : body.Replace("=", "=3D", StringComparison.Ordinal).Replace("failed", "fai=\nled", StringComparison.Ordinal).Replace("Message-ID", "Message=2DID", StringComparison.Ordinal);
            return $"{part[..at]}\nContent-Transfer-Encoding: {encoding}\n\n{text}\n\n";
        }

        var original = Original(id).ReplaceLineEndings("\n");
        var end = original.IndexOf("--ABC.123/mx.example.org--", StringComparison.Ordinal);
        Put(Head + Encoded(Status.ReplaceLineEndings("\n")) + Encoded(original[..end].Replace("\n\nFrom", "\nX: y\n\nFrom", StringComparison.Ordinal).Replace("headers\n\nX", "headers\nX", StringComparison.Ordinal)) + original[end..]);
        (await RunAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task WholeMailReturned_IsRead()
    {
        Put(Head + Status + Original((await RowAsync(0)).MessageId, "message/rfc822"));
        (await RunAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task MailThatWasNotRecordedAsSent_StaysQueued()
    {
        Put(await ReportAsync(2));
        (await RunAsync()).ShouldBe(0);
        (await RowAsync(2)).Status.ShouldBe(OutboxStatus.Queued, "it goes again, and comes back again");
        Names(ReadBounces.DoneFolder).ShouldBe(["bounce"]);
    }

    [Fact]
    public async Task AnothersMail_IsUnknown()
    {
        Put(Head + Status + Original("<nobody@example.org>"));
        (await RunAsync()).ShouldBe(0);
        Names(ReadBounces.UnknownFolder).ShouldBe(["bounce"]);
    }

    [Fact]
    public async Task Maildir_IsReadFromNew()
    {
        foreach (var name in new[] { "new", "cur", "tmp" }) Directory.CreateDirectory(Path.Combine(Folder, name));
        Put(await ReportAsync(), "1772413200.M1P2.mx:2,", Path.Combine(Folder, "new"));
        Put(await ReportAsync(1), "half", Path.Combine(Folder, "tmp"));
        (await RunAsync()).ShouldBe(1);
        Names(ReadBounces.DoneFolder).ShouldBe(["1772413200.M1P2.mx:2,"]);
        (await RowAsync(1)).Status.ShouldBe(OutboxStatus.Sent);
    }

    [Fact]
    public async Task FileThatIsStillWritten_Waits()
    {
        var file = Put(await ReportAsync());
        File.SetLastWriteTimeUtc(file, host.Clock.Now.UtcDateTime.AddSeconds(-1));
        Put(await ReportAsync(), ".hidden");
        Put(await ReportAsync(), "half.tmp");
        (await RunAsync()).ShouldBe(0);
        File.Exists(file).ShouldBeTrue();
        host.Clock.Now += ReadBounces.QuietFor;
        (await RunAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task HostileFiles_DoNoHarm()
    {
        var secret = Path.Combine(host.Folder, "secret");
        File.WriteAllText(secret, await ReportAsync(1));
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), secret);
        PutBytes([], "empty");
        var random = new byte[100_000];
        new Random(7).NextBytes(random);
        PutBytes(random, "binary");
        PutBytes(Encoding.ASCII.GetBytes(new string('\n', 1_000_000)), "lines");
        PutBytes(Encoding.ASCII.GetBytes($"Content-Type: multipart/mixed; boundary=a\n\n{string.Concat(Enumerable.Repeat("--a\nContent-Type: multipart/mixed; boundary=a\n\n", 20_000))}"), "nested");
        PutBytes(Encoding.ASCII.GetBytes($"Content-Type: multipart/report; boundary=\"{new string('x', 100_000)}\"\n\n"), "boundary");
        PutBytes(Encoding.ASCII.GetBytes("Content-Type: multipart/report; boundary=\n\n--\n"), "none");
        Put(Head + Status + Original("<a@example.org>\r\nBcc: x"), "injected");
        using (var huge = File.Create(Path.Combine(Folder, "huge"))) huge.SetLength(4L << 30);
        File.SetLastWriteTimeUtc(Path.Combine(Folder, "huge"), host.Clock.Now.UtcDateTime.AddMinutes(-1));
        Put((await ReportAsync()).Replace("User unknown", $"\u0007{new string('x', 10_000)}", StringComparison.Ordinal), "long");
        (await RunAsync()).ShouldBe(1);
        Names(ReadBounces.UnknownFolder).ShouldBe(["binary", "boundary", "empty", "huge", "injected", "lines", "link", "nested", "none"]);
        File.Exists(secret).ShouldBeTrue();
        (await RowAsync(1)).Status.ShouldBe(OutboxStatus.Sent, "the link was not followed");
        var reason = (await RowAsync(0)).LastError!;
        reason.Length.ShouldBeLessThanOrEqualTo(300);
        reason.ShouldNotContain('\u0007');
    }

    [Fact]
    public async Task NoFolder_IsNothingToDo()
    {
        Directory.Delete(Folder, recursive: true);
        (await RunAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task ManyFiles_AreBounded()
    {
        for (var i = 0; i <= ReadBounces.FilesMax; i++) Put("x", $"{i}");
        await RunAsync();
        Names(ReadBounces.UnknownFolder).Length.ShouldBe(ReadBounces.FilesMax);
        await RunAsync();
        Names(ReadBounces.UnknownFolder).Length.ShouldBe(ReadBounces.FilesMax + 1);
    }
}
