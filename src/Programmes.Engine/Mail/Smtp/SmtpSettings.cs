using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Programmes.Core;

namespace Programmes.Engine.Mail.Smtp;

/// <summary><see cref="StartTls"/>: encrypted after the first words, or not at all. <see cref="Tls"/>: from the first byte.</summary>
public enum SmtpSecurity { StartTls, Tls, None }

/// <summary>A mail server and how to sign in there. Only <see cref="TryCreate"/> makes one.</summary>
public sealed class SmtpSettings
{
    public const int PortOfTls = 465;
    public static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan TimeoutMax = TimeSpan.FromSeconds(120);

    private const int TimeoutDefaultSeconds = 60;
    private const int PasswordFileBytesMax = 4_096;

    private SmtpSettings(string host, int port, SmtpSecurity security) => (Host, Port, Security) = (host, port, security);

    public string Host { get; }
    public int Port { get; }
    public SmtpSecurity Security { get; }

    /// <summary>Null: nobody signs in.</summary>
    public string? User { get; private init; }

    internal string Password { get; private init; } = "";

    /// <summary>Trusted instead of the system's; null: the system's.</summary>
    internal X509Certificate2Collection? Authorities { get; private init; }

    /// <summary>For one mail, with connecting and signing in.</summary>
    public TimeSpan Timeout { get; private init; }

    /// <summary>Server, port, security and user; never the password.</summary>
    public override string ToString() => $"{Host}:{Port} ({Security}{(User is null ? "" : $", {User}")})";

    /// <param name="home">Where relative paths start.</param>
    /// <param name="settings">Null with the answer true: no server is set.</param>
    public static bool TryCreate(SmtpOptions options, string home, out SmtpSettings? settings, out Text error)
    {
        settings = null;
        error = default;
        if (string.IsNullOrWhiteSpace(options.Host)) return true;
        if (Uri.CheckHostName(options.Host) is UriHostNameType.Unknown or UriHostNameType.Basic) return Fails(new($"Host 不能是“{options.Host}”，请写服务器名或地址", $"Host cannot be \"{options.Host}\"; write the server's name or address"), out error);
        int? port = null;
        if (!string.IsNullOrEmpty(options.Port))
        {
            if (!int.TryParse(options.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var typed) || typed is < 1 or > 65_535) return Fails(new($"Port 不能是“{options.Port}”，请写 1 至 65535", $"Port cannot be \"{options.Port}\"; write 1 to 65535"), out error);
            port = typed;
        }

        SmtpSecurity? read = options.Security?.ToLowerInvariant() switch
        {
            null or "" => port == PortOfTls ? SmtpSecurity.Tls : SmtpSecurity.StartTls,
            "starttls" => SmtpSecurity.StartTls,
            "tls" => SmtpSecurity.Tls,
            "none" => SmtpSecurity.None,
            _ => null,
        };
        if (read is not { } security) return Fails(new($"Security 不能是“{options.Security}”，可用：starttls、tls、none", $"Security cannot be \"{options.Security}\"; use starttls, tls or none"), out error);
        // The server would wait for the handshake and the product for its greeting, until the time is over.
        if (port == PortOfTls && security != SmtpSecurity.Tls) return Fails(new("465 端口从一开始就加密，请设 Security=tls，或改用 587 端口", "Port 465 is encrypted from the first byte: set Security=tls, or use port 587"), out error);
        if (!TryPassword(options, home, security, out var password, out error) || !TryTimeout(options, out var timeout, out error) || !TryAuthorities(options, home, out var authorities, out error)) return false;
        settings = new(options.Host, port ?? security switch { SmtpSecurity.Tls => PortOfTls, SmtpSecurity.None => 25, _ => 587 }, security)
        {
            User = string.IsNullOrEmpty(options.User) ? null : options.User, Password = password, Timeout = timeout, Authorities = authorities,
        };
        return true;
    }

    private static bool TryPassword(SmtpOptions options, string home, SmtpSecurity security, out string password, out Text error)
    {
        password = options.Password ?? "";
        error = default;
        if (!string.IsNullOrEmpty(options.PasswordFile))
        {
            if (password.Length > 0) return Fails(new("Password 和 PasswordFile 只能设一个", "Set Password or PasswordFile, not both"), out error);
            var file = Path.GetFullPath(options.PasswordFile, home);
            try
            {
                if (new FileInfo(file).Length > PasswordFileBytesMax) return Fails(new($"PasswordFile {file} 不是只有一行密码的文件", $"PasswordFile {file} is no file with one line, the password"), out error);
                password = File.ReadAllText(file).Split('\n')[0].TrimEnd('\r');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Fails(new($"PasswordFile {file} 读不了", $"PasswordFile {file} cannot be read"), out error);
            }
        }

        if (string.IsNullOrEmpty(options.User)) return password.Length == 0 || Fails(new("有密码而没有 User", "There is a password but no User"), out error);
        if (password.Length == 0) return Fails(new("有 User 而没有 Password 或 PasswordFile", "There is a User but neither Password nor PasswordFile"), out error);
        if (options.User.Contains('\0', StringComparison.Ordinal) || password.Contains('\0', StringComparison.Ordinal)) return Fails(new("User 和密码不能含空字符", "User and password hold no NUL"), out error);
        return security != SmtpSecurity.None || IsLoopback(options.Host!)
            || Fails(new("不加密不能登录邮件服务器：请设 Security=starttls 或 tls（本机除外）", "No sign-in without encryption: set Security=starttls or tls (except on this machine)"), out error);
    }

    private static bool TryTimeout(SmtpOptions options, out TimeSpan timeout, out Text error)
    {
        error = default;
        timeout = TimeSpan.FromSeconds(TimeoutDefaultSeconds);
        if (string.IsNullOrEmpty(options.TimeoutSeconds)) return true;
        if (int.TryParse(options.TimeoutSeconds, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) timeout = TimeSpan.FromSeconds(seconds);
        return seconds > 0 && timeout >= TimeoutMin && timeout <= TimeoutMax
            || Fails(new($"TimeoutSeconds 不能是“{options.TimeoutSeconds}”，请写 {TimeoutMin.TotalSeconds} 至 {TimeoutMax.TotalSeconds}", $"TimeoutSeconds cannot be \"{options.TimeoutSeconds}\"; write {TimeoutMin.TotalSeconds} to {TimeoutMax.TotalSeconds}"), out error);
    }

    private static bool TryAuthorities(SmtpOptions options, string home, out X509Certificate2Collection? authorities, out Text error)
    {
        error = default;
        authorities = null;
        if (string.IsNullOrEmpty(options.Authority)) return true;
        var file = Path.GetFullPath(options.Authority, home);
        try
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(file);
            if (read.Count > 0)
            {
                authorities = read;
                return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Told below, as for a file without a certificate.
        }

        return Fails(new($"Authority {file} 不是可用的 PEM 证书文件", $"Authority {file} is no usable PEM file of certificates"), out error);
    }

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool Fails(Text words, out Text error)
    {
        error = words;
        return false;
    }
}
