using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Smtp;

namespace Programmes.Engine.Tests.Mail.Smtp;

public sealed class SmtpTransportTests : IDisposable
{
    private const string Password = "s3cret-密码";

    private readonly string folder = Directory.CreateTempSubdirectory("certificate-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<Delivery> SendAsync(SmtpSettings settings, FrozenMail? mail = null)
    {
        await using var session = new SmtpTransport(settings).Open();
        return await session.SendAsync(mail ?? Mails.Plain(), default);
    }

    private static FrozenMail Numbered(int number, string to = "station1@example.org") =>
        Mails.Plain(subject: $"工作提醒{number}") with { MessageId = FrozenMail.MessageIdOf($"{number}", "example.org"), To = Mails.Box(to, "城关镇综合文化站") };

    private string Certificate(string name, out string authority)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        authority = Path.Combine(folder, "authority.pem");
        File.WriteAllText(authority, certificate.ExportCertificatePem());
        var both = Path.Combine(folder, "server.pem");
        File.WriteAllText(both, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return both;
    }

    [SmtpFact]
    public async Task Digest_ArrivesAsItWasFrozen()
    {
        using var server = SmtpServer.Start();
        const string calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:报送自查自评情况\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        var digest = Mails.Freeze(Mails.Digest(Mails.Item("w1", new(2023, 9, 25)), Mails.Item("w2", new(2023, 9, 30), "提交整改方案 <b>&\"𠮷\"")));
        var mail = digest with { ListUnsubscribe = new("https://programmes.example.org/mail/choices"), Calendar = calendar };
        (await SendAsync(server.Settings(), mail)).ShouldBe(Delivery.Done);

        var taken = server.Taken().ShouldHaveSingleItem();
        taken.Bytes.ShouldBe(EmlWriter.Write(mail));
        taken.From.ShouldBe(mail.From.Address);
        taken.To.ShouldBe([mail.To.Address]);
        var read = taken.Mail;
        read.GetProperty("defects").EnumerateArray().ShouldBeEmpty();
        taken.Subject.ShouldBe(mail.Subject);
        taken.Id.ShouldBe(mail.MessageId);
        read.GetProperty("toName").GetString().ShouldBe(mail.To.Name);
        read.GetProperty("fromName").GetString().ShouldBe(mail.From.Name);
        read.GetProperty("date").GetString().ShouldBe("2023-09-28T07:30:00+08:00");
        read.GetProperty("unsubscribe").GetString().ShouldBe("<https://programmes.example.org/mail/choices>");
        read.GetProperty("text").GetString()!.ReplaceLineEndings("\n").ShouldBe(mail.Text);
        read.GetProperty("html").GetString()!.ReplaceLineEndings("\n").ShouldBe(mail.Html);
        read.GetProperty("types").EnumerateArray().Select(one => one.GetString()).ShouldBe(["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]);
        var attached = read.GetProperty("attachments").EnumerateArray().Single();
        (attached.GetProperty("type").GetString(), attached.GetProperty("method").GetString(), attached.GetProperty("charset").GetString(), attached.GetProperty("file").GetString())
            .ShouldBe(("text/calendar", "PUBLISH", "utf-8", FrozenMail.CalendarFile));
        attached.GetProperty("content").GetString()!.ReplaceLineEndings("\r\n").ShouldBe(calendar);
    }

    [SmtpFact]
    public async Task OtherMails_HaveNoUnsubscribeAndNoAttachment()
    {
        using var server = SmtpServer.Start();
        (await SendAsync(server.Settings())).ShouldBe(Delivery.Done);
        (await SendAsync(server.Settings(), Mails.Plain(html: null) with { Calendar = "BEGIN:VCALENDAR\nEND:VCALENDAR\n" })).ShouldBe(Delivery.Done);
        var taken = server.Taken();
        taken[0].Mail.GetProperty("unsubscribe").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        taken[0].Mail.GetProperty("types").EnumerateArray().Select(one => one.GetString()).ShouldBe(["multipart/alternative", "text/plain", "text/html"]);
        taken[1].Mail.GetProperty("types").EnumerateArray().Select(one => one.GetString()).ShouldBe(["multipart/mixed", "text/plain", "text/calendar"]);
        taken[1].Mail.GetProperty("defects").EnumerateArray().ShouldBeEmpty();
    }

    [SmtpFact]
    public async Task Refused_IsThisMailsFault_AndTheNextGoesOnTheSameConnection()
    {
        using var server = SmtpServer.Start(new { recipients = new Dictionary<string, string> { ["gone@example.org"] = "550 5.1.1 no such user" } });
        await using var session = new SmtpTransport(server.Settings()).Open();
        var refused = await session.SendAsync(Numbered(1, "gone@example.org"), default);
        refused.Status.ShouldBe(DeliveryStatus.Refused);
        refused.Reason!.Value.Zh.ShouldBe("邮件服务器不接受收件人：服务器答复 550 5.1.1 no such user");
        (await session.SendAsync(Numbered(2), default)).ShouldBe(Delivery.Done);
        server.Change(new { data = "554 5.7.1 looks like spam" });
        (await session.SendAsync(Numbered(3), default)).Status.ShouldBe(DeliveryStatus.Refused);
        server.Change(new { data = "452 4.3.1 disk full" });
        (await session.SendAsync(Numbered(4), default)).Status.ShouldBe(DeliveryStatus.Failed);
        server.Change(new { data = (string?)null, greylist = true });
        (await session.SendAsync(Numbered(5), default)).Status.ShouldBe(DeliveryStatus.Failed);
        (await session.SendAsync(Numbered(5), default)).ShouldBe(Delivery.Done);
        server.Taken().Select(one => (one.Subject, one.Connection)).ShouldBe([("工作提醒2", 1), ("工作提醒5", 1)]);
    }

    [SmtpTheory]
    [InlineData("before", 1)]
    [InlineData("after", 2)]
    public async Task ClosedAfterTheMail_CountsAsAnAttempt_AndTheRepeatHasTheSameId(string close, int copies)
    {
        using var server = SmtpServer.Start(new { close });
        await using var session = new SmtpTransport(server.Settings()).Open();
        var closed = await session.SendAsync(Mails.Plain(), default);
        (closed.Status, closed.Reason!.Value.Zh).ShouldBe((DeliveryStatus.Failed, "邮件服务器没有接收这封邮件：对方断开了连接"));
        server.Change(new { close = (string?)null });
        (await session.SendAsync(Mails.Plain(), default)).ShouldBe(Delivery.Done);
        server.Taken().Select(one => one.Id).ShouldBe(Enumerable.Repeat(Mails.Plain().MessageId, copies));
    }

    [SmtpFact]
    public async Task SlowAnswer_IsGivenUpInTime()
    {
        using var server = SmtpServer.Start(new { hangsAt = 1 });
        var delivery = await SendAsync(server.Settings(timeoutSeconds: 5));
        delivery.Status.ShouldBe(DeliveryStatus.Failed);
        delivery.Reason!.Value.En.ShouldBe("The mail server did not take the mail: not done within 5 seconds");
    }

    [SmtpFact]
    public async Task ManyMails_GoOnOneConnection_UntilTheServerHasEnough()
    {
        using var server = SmtpServer.Start(new { mailsPerConnection = 3 });
        await using var session = new SmtpTransport(server.Settings()).Open();
        for (var i = 0; i < 10; i++) (await session.SendAsync(Numbered(i), default)).ShouldBe(Delivery.Done);
        server.Taken().Select(one => one.Connection).ShouldBe([1, 1, 1, 2, 2, 2, 3, 3, 3, 4]);
    }

    [SmtpTheory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task SignIn_RightPassword_Sends(string mechanism)
    {
        using var server = SmtpServer.Start(new { user = "office", password = Password, mechanisms = new[] { mechanism }, unsigned = "530 5.7.0 sign in first" });
        (await SendAsync(server.Settings("office", Password))).ShouldBe(Delivery.Done);
        server.Taken().ShouldHaveSingleItem().SignedIn.ShouldBeTrue();
    }

    /// <summary>The BCL's client would go on unsigned: a relay would take the mail, another server would refuse it for good.</summary>
    [SmtpTheory]
    [InlineData(null, null)]
    [InlineData(null, "553 authentication is required")]
    [InlineData("454 4.7.0 temporary authentication failure", null)]
    [InlineData("535 5.7.8 s3cret-密码 czNjcmV0", null)]
    public async Task SignIn_WrongPassword_IsNoMailsFaultAndNothingGoes(string? authAnswer, string? unsigned)
    {
        using var server = SmtpServer.Start(new { user = "office", password = "another", authAnswer = authAnswer is null ? null : authAnswer.Replace("密码", "x", StringComparison.Ordinal), unsigned });
        var delivery = await SendAsync(server.Settings("office", Password));
        delivery.Status.ShouldBe(DeliveryStatus.Unavailable);
        delivery.Reason!.Value.Zh.ShouldBe($"登录邮件服务器失败，请核对账号和密码：服务器答复 {authAnswer?[..3] ?? "535"}");
        server.Taken().ShouldBeEmpty();
    }

    [SmtpFact]
    public async Task SignIn_NotOffered_SaysSo()
    {
        using var server = SmtpServer.Start();
        (await SendAsync(server.Settings("office", Password))).Reason!.Value.En.ShouldContain("offers no sign-in");
    }

    [SmtpTheory]
    [InlineData("530 5.7.0 sign in first")]
    [InlineData("553 5.7.1 sender not allowed")]
    [InlineData("451 4.3.0 later")]
    [InlineData("421 4.3.2 shutting down")]
    public async Task SenderNotTaken_IsTheSameForEveryMail(string answer)
    {
        using var server = SmtpServer.Start(new { mail = answer });
        (await SendAsync(server.Settings())).Status.ShouldBe(DeliveryStatus.Unavailable);
    }

    [SmtpTheory]
    [InlineData("554 5.7.1 blocked")]
    [InlineData("421 busy")]
    public async Task GreetedWithARefusal_IsNoMailsFault(string greeting)
    {
        using var server = SmtpServer.Start(new { greeting });
        (await SendAsync(server.Settings())).Status.ShouldBe(DeliveryStatus.Unavailable);
    }

    [SmtpTheory]
    [InlineData(false, "starttls")]
    [InlineData(true, "tls")]
    public async Task Encrypted_WithATrustedCertificate_Sends(bool @implicit, string security)
    {
        var certificate = Certificate("localhost", out var authority);
        using var server = SmtpServer.Start(new { certificate, @implicit, user = "office", password = Password, unsigned = "530 5.7.0 sign in first" });
        (await SendAsync(server.Settings("office", Password, security, authority, "localhost"))).ShouldBe(Delivery.Done);
        var taken = server.Taken().ShouldHaveSingleItem();
        (taken.Tls, taken.SignedIn).ShouldBe((true, true));
    }

    [SmtpFact]
    public async Task Encrypted_WithACertificateThatNobodyVouchesFor_SendsNothing()
    {
        var certificate = Certificate("localhost", out _);
        using var server = SmtpServer.Start(new { certificate });
        var delivery = await SendAsync(server.Settings(security: "starttls", host: "localhost"));
        delivery.Status.ShouldBe(DeliveryStatus.Unavailable);
        delivery.Reason!.Value.Zh.ShouldStartWith("与邮件服务器 localhost 的加密连接没有建立：证书不受信任");
        server.Taken().ShouldBeEmpty();
    }

    [SmtpFact]
    public async Task Encrypted_WithACertificateOfAnotherName_SendsNothing()
    {
        var certificate = Certificate("mail.example.org", out var authority);
        using var server = SmtpServer.Start(new { certificate });
        (await SendAsync(server.Settings(security: "starttls", authority: authority, host: "localhost"))).Status.ShouldBe(DeliveryStatus.Unavailable);
        server.Taken().ShouldBeEmpty();
    }

    [SmtpFact]
    public async Task Encryption_NotOffered_SendsNothing()
    {
        using var server = SmtpServer.Start();
        (await SendAsync(server.Settings(security: "starttls"))).Reason!.Value.Zh.ShouldContain("服务器不支持 STARTTLS");
        server.Taken().ShouldBeEmpty();
    }

    [Fact]
    public async Task NobodyListens_IsNoMailsFault()
    {
        var delivery = await SendAsync(SmtpServer.SettingsOf(Unused()));
        delivery.Status.ShouldBe(DeliveryStatus.Unavailable);
        delivery.Reason!.Value.Zh.ShouldEndWith("：对方拒绝连接");
    }

    [Theory]
    [InlineData("")]
    [InlineData("220 no end\r\n250-")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("220-endless\r\n")]
    [InlineData("220 mail\r\n250-mail\r\n250 STARTTLS\r\n220 go\r\n250 injected\r\n")]
    public async Task StrangeServer_IsGivenUpInTime(string says)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, Encoding.ASCII.GetBytes(says), stop.Token);
        var delivery = await SendAsync(SmtpServer.SettingsOf(((IPEndPoint)listener.LocalEndpoint).Port, security: says.Contains("STARTTLS", StringComparison.Ordinal) ? "starttls" : "none", timeoutSeconds: 1));
        delivery.Status.ShouldBe(DeliveryStatus.Unavailable);
        if (says.Contains("injected", StringComparison.Ordinal)) delivery.Reason!.Value.En.ShouldContain("before the encryption");
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task Cancelled_Throws()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var session = new SmtpTransport(SmtpServer.SettingsOf(((IPEndPoint)listener.LocalEndpoint).Port)).Open();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(() => session.SendAsync(Mails.Plain(), stop.Token));
    }

    [Theory]
    [InlineData(".\r\na\r\n..b\r\n", "..\r\na\r\n...b\r\n.\r\n")]
    [InlineData("a.b\r\n", "a.b\r\n.\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    public void Stuffed_DotsAtTheBeginningOfALine_AreDoubled(string message, string expected) =>
        Encoding.ASCII.GetString(SmtpConnection.Stuffed(Encoding.ASCII.GetBytes(message))).ShouldBe(expected);

    [Theory]
    [InlineData((int)SmtpStage.Recipient, 503, DeliveryStatus.Unavailable)]
    [InlineData((int)SmtpStage.Recipient, 535, DeliveryStatus.Unavailable)]
    [InlineData((int)SmtpStage.Recipient, 421, DeliveryStatus.Unavailable)]
    [InlineData((int)SmtpStage.Recipient, 450, DeliveryStatus.Failed)]
    [InlineData((int)SmtpStage.Sender, 552, DeliveryStatus.Refused)]
    [InlineData((int)SmtpStage.Answer, 550, DeliveryStatus.Refused)]
    [InlineData((int)SmtpStage.Answer, 421, DeliveryStatus.Unavailable)]
    [InlineData((int)SmtpStage.SignIn, 504, DeliveryStatus.Unavailable)]
    public void StatusOf_Answer_SaysWhoseFaultItIs(int stage, int code, DeliveryStatus expected) => SmtpTransport.StatusOf((SmtpStage)stage, code).ShouldBe(expected);

    internal static int Unused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Says its piece once, the one without end again and again, and then keeps the connection open.</summary>
    private static async Task ServeAsync(TcpListener listener, byte[] says, CancellationToken stop)
    {
        try
        {
            using var client = await listener.AcceptTcpClientAsync(stop);
            var repeats = Encoding.ASCII.GetString(says).StartsWith("220-", StringComparison.Ordinal) ? 10_000 : 1;
            for (var i = 0; i < repeats; i++) await client.GetStream().WriteAsync(says, stop);
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The other side left, or the test is over.
        }
    }
}
