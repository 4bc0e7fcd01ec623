using Programmes.Engine.Mail.Smtp;

namespace Programmes.Engine.Tests.Mail.Smtp;

public sealed class SmtpSettingsTests : IDisposable
{
    private const string Password = "s3cret";
    private readonly string folder = Directory.CreateTempSubdirectory("smtp-settings-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private SmtpSettings? Read(SmtpOptions options)
    {
        SmtpSettings.TryCreate(options, folder, out var settings, out var error).ShouldBeTrue(error.En);
        return settings;
    }

    private string Refused(SmtpOptions options)
    {
        SmtpSettings.TryCreate(options, folder, out var settings, out var error).ShouldBeFalse();
        settings.ShouldBeNull();
        error.Zh.ShouldNotBeNullOrEmpty();
        error.Zh.ShouldNotContain(Password);
        return error.En;
    }

    [Fact]
    public void NoHost_IsNoServer() => Read(new()).ShouldBeNull();

    [Theory]
    [InlineData(null, null, 587, SmtpSecurity.StartTls)]
    [InlineData(null, "STARTTLS", 587, SmtpSecurity.StartTls)]
    [InlineData("25", null, 25, SmtpSecurity.StartTls)]
    [InlineData("465", null, 465, SmtpSecurity.Tls)]
    [InlineData(null, "tls", 465, SmtpSecurity.Tls)]
    [InlineData("994", "tls", 994, SmtpSecurity.Tls)]
    [InlineData(null, "none", 25, SmtpSecurity.None)]
    public void PortAndSecurity_FollowEachOther(string? port, string? security, int expectedPort, SmtpSecurity expected)
    {
        var settings = Read(new() { Host = "mail.example.org", Port = port, Security = security })!;
        (settings.Port, settings.Security, settings.Timeout).ShouldBe((expectedPort, expected, TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("starttls")]
    public void Port465_WithoutEncryptionFromTheStart_IsRefused(string security) =>
        Refused(new() { Host = "mail.example.org", Port = "465", Security = security }).ShouldContain("Security=tls");

    [Fact]
    public void SignIn_WithoutEncryption_IsForThisMachineOnly()
    {
        Refused(new() { Host = "mail.example.org", Security = "none", User = "office", Password = Password }).ShouldContain("No sign-in without encryption");
        Refused(new() { Host = "127.0.0.1.example.org", Security = "none", User = "office", Password = Password }).ShouldContain("No sign-in without encryption");
        foreach (var host in new[] { "localhost", "127.0.0.1", "::1" }) Read(new() { Host = host, Security = "none", User = "office", Password = Password })!.User.ShouldBe("office");
    }

    [Fact]
    public void Password_IsInNoText()
    {
        var settings = Read(new() { Host = "mail.example.org", User = "office", Password = Password })!;
        settings.ToString().ShouldBe("mail.example.org:587 (StartTls, office)");
        new SmtpTransport(settings).Description.Zh.ShouldNotContain(Password);
        new SmtpOptions { Password = Password }.ToString()!.ShouldNotContain(Password);
    }

    [Fact]
    public void PasswordFile_FirstLineIsThePassword()
    {
        File.WriteAllText(Path.Combine(folder, "password"), $"{Password}\r\nanything else\n");
        Read(new() { Host = "mail.example.org", User = "office", PasswordFile = "password" })!.Password.ShouldBe(Password);
        Refused(new() { Host = "mail.example.org", User = "office", PasswordFile = "password", Password = Password }).ShouldContain("not both");
        Refused(new() { Host = "mail.example.org", User = "office", PasswordFile = "missing" }).ShouldContain("cannot be read");
        File.WriteAllText(Path.Combine(folder, "empty"), "\n");
        Refused(new() { Host = "mail.example.org", User = "office", PasswordFile = "empty" }).ShouldContain("neither Password nor PasswordFile");
        File.WriteAllBytes(Path.Combine(folder, "large"), new byte[5_000]);
        Refused(new() { Host = "mail.example.org", User = "office", PasswordFile = "large" }).ShouldContain("no file with one line");
    }

    [Theory]
    [InlineData("a b", null, null, null)]
    [InlineData("mail.example.org\r\nx", null, null, null)]
    [InlineData("mail.example.org", "0", null, null)]
    [InlineData("mail.example.org", "70000", null, null)]
    [InlineData("mail.example.org", "-25", null, null)]
    [InlineData("mail.example.org", "x", null, null)]
    [InlineData("mail.example.org", null, "ssl", null)]
    [InlineData("mail.example.org", null, null, "0")]
    [InlineData("mail.example.org", null, null, "121")]
    [InlineData("mail.example.org", null, null, "x")]
    public void Nonsense_IsRefused(string host, string? port, string? security, string? timeout) =>
        Refused(new() { Host = host, Port = port, Security = security, TimeoutSeconds = timeout }).ShouldNotBeEmpty();

    [Fact]
    public void Halves_AreRefused()
    {
        Refused(new() { Host = "mail.example.org", User = "office" }).ShouldContain("neither Password nor PasswordFile");
        Refused(new() { Host = "mail.example.org", Password = Password }).ShouldContain("no User");
        Refused(new() { Host = "mail.example.org", Authority = "missing.pem" }).ShouldContain("no usable PEM file");
    }
}
