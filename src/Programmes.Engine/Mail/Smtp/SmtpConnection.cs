using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Programmes.Core;

namespace Programmes.Engine.Mail.Smtp;

/// <summary>How far a mail got with the server.</summary>
internal enum SmtpStage { Connect, Greeting, Encrypt, SignIn, Sender, Recipient, Content, Answer }

/// <summary>The server said no, in words that may be shown.</summary>
/// <param name="code">Three digits; 0: the server never offered what is needed.</param>
#pragma warning disable CA1032, CA1064 // Thrown and caught within this folder, never without stage and code.
internal sealed class SmtpRefusedException(SmtpStage stage, int code, Text words) : Exception(words.En)
#pragma warning restore CA1032, CA1064
{
    public SmtpStage Stage { get; } = stage;
    public int Code { get; } = code;
    public Text Words { get; } = words;
}

/// <summary>
/// A conversation by RFC 5321 with STARTTLS (RFC 3207) and sign-in (RFC 4954: PLAIN, LOGIN). The BCL's SmtpClient is not used:
/// it goes on unsigned after a wrong password, whereupon servers refuse each mail for good; it dates mails by itself; and its
/// cancellation leaves it waiting for a server that hangs (decision record 12).
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int LinesMax = 100;
    private const int LineBytesMax = 2_048;
    private const int WordsMax = 300;
    private const int BufferBytes = 8_192;
    private static readonly byte[] End = "\r\n.\r\n"u8.ToArray();

    private readonly SmtpSettings settings;
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[BufferBytes];
    private int begin;
    private int filled;
    private Stream stream;
    private HashSet<string> offers = [];
    private string[] signIns = [];

    /// <summary>A mail was begun and refused: the server still holds half of it.</summary>
    private bool begun;

    private SmtpConnection(SmtpSettings settings, Socket socket)
    {
        this.settings = settings;
        this.socket = socket;
        stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>How far the present mail, or the opening, got.</summary>
    public SmtpStage Stage { get; private set; }

    public int MailsSent { get; private set; }

    /// <summary>Connects, encrypts and signs in.</summary>
    /// <exception cref="SmtpRefusedException">The server does not want it so.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not trusted, or there is no common encryption.</exception>
    public static async Task<SmtpConnection> OpenAsync(SmtpSettings settings, Action<SmtpStage> reached, CancellationToken cancel)
    {
        reached(SmtpStage.Connect);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SmtpConnection? connection = null;
        try
        {
            await socket.ConnectAsync(settings.Host, settings.Port, cancel).ConfigureAwait(false);
            connection = new(settings, socket);
            await connection.BeginAsync(reached, cancel).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            if (connection is not null) await connection.AbortAsync().ConfigureAwait(false);
            else socket.Dispose();
            throw;
        }
    }

    /// <summary>Hands one mail over. After an answer that refused it, the next can follow.</summary>
    /// <param name="message">Lines end with CRLF.</param>
    public async Task SendAsync(string from, string to, byte[] message, CancellationToken cancel)
    {
        Stage = SmtpStage.Sender;
        if (begun) await CommandAsync("RSET", [250], cancel).ConfigureAwait(false);
        begun = true;
        await CommandAsync($"MAIL FROM:<{Envelope(from)}>{(offers.Contains("SIZE") ? $" SIZE={message.Length}" : "")}", [250], cancel).ConfigureAwait(false);
        Stage = SmtpStage.Recipient;
        await CommandAsync($"RCPT TO:<{Envelope(to)}>", [250, 251], cancel).ConfigureAwait(false);
        Stage = SmtpStage.Content;
        await CommandAsync("DATA", [354], cancel).ConfigureAwait(false);
        await stream.WriteAsync(Stuffed(message), cancel).ConfigureAwait(false);
        await stream.FlushAsync(cancel).ConfigureAwait(false);
        Stage = SmtpStage.Answer;
        Require(await ReadAsync(cancel).ConfigureAwait(false), [250], secret: false);
        MailsSent++;
        begun = false;
    }

    /// <summary>Says goodbye and closes; never fails.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
            await WriteAsync("QUIT", limit.Token).ConfigureAwait(false);
            await ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SmtpRefusedException)
        {
            // It is over either way.
        }

        await AbortAsync().ConfigureAwait(false);
    }

    /// <summary>Closes without a word, for a connection that is in an unknown state.</summary>
    public async ValueTask AbortAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        socket.Dispose();
    }

    private async Task BeginAsync(Action<SmtpStage> reached, CancellationToken cancel)
    {
        if (settings.Security == SmtpSecurity.Tls) await EncryptAsync(reached, cancel).ConfigureAwait(false);
        Reach(SmtpStage.Greeting);
        Require(await ReadAsync(cancel).ConfigureAwait(false), [220], secret: false);
        await HelloAsync(cancel).ConfigureAwait(false);
        if (settings.Security == SmtpSecurity.StartTls)
        {
            Reach(SmtpStage.Encrypt);
            if (!offers.Contains("STARTTLS")) throw new SmtpRefusedException(Stage, 0, new("服务器不支持 STARTTLS", "The server does not offer STARTTLS"));
            await CommandAsync("STARTTLS", [220], cancel).ConfigureAwait(false);
            // Whatever came unencrypted after the answer was put there by somebody on the way.
            if (filled > begin) throw new SmtpRefusedException(Stage, 0, new("加密之前收到多余内容，已断开", "There was more before the encryption began; the connection was cut"));
            await EncryptAsync(reached, cancel).ConfigureAwait(false);
            await HelloAsync(cancel).ConfigureAwait(false);
        }

        Reach(SmtpStage.SignIn);
        if (settings.User is { } user) await SignInAsync(user, cancel).ConfigureAwait(false);

        void Reach(SmtpStage stage) => reached(Stage = stage);
    }

    private async Task EncryptAsync(Action<SmtpStage> reached, CancellationToken cancel)
    {
        reached(Stage = SmtpStage.Encrypt);
        var encrypted = new SslStream(stream);
        stream = encrypted;
        var options = new SslClientAuthenticationOptions { TargetHost = settings.Host };
        if (settings.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        await encrypted.AuthenticateAsClientAsync(options, cancel).ConfigureAwait(false);
    }

    private async Task HelloAsync(CancellationToken cancel)
    {
        // The address, not the machine's name: it is nobody's business, and often no name that a server would believe.
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var address = local.Address.IsIPv4MappedToIPv6 ? local.Address.MapToIPv4() : local.Address;
        var shown = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPv6:{new IPAddress(address.GetAddressBytes())}" : address.ToString();
        var lines = await CommandAsync($"EHLO [{shown}]", [250], cancel).ConfigureAwait(false);
        var words = lines.Skip(1).Select(line => line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries)).Where(line => line.Length > 0).ToList();
        offers = words.Select(line => line[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        signIns = [.. words.Where(line => line[0].Equals("AUTH", StringComparison.OrdinalIgnoreCase)).SelectMany(line => line.Skip(1)).Select(one => one.ToUpperInvariant())];
    }

    private async Task SignInAsync(string user, CancellationToken cancel)
    {
        if (signIns.Contains("PLAIN"))
        {
            await CommandAsync($"AUTH PLAIN {Base64($"\0{user}\0{settings.Password}")}", [235], cancel, secret: true).ConfigureAwait(false);
        }
        else if (signIns.Contains("LOGIN"))
        {
            await CommandAsync("AUTH LOGIN", [334], cancel, secret: true).ConfigureAwait(false);
            await CommandAsync(Base64(user), [334], cancel, secret: true).ConfigureAwait(false);
            await CommandAsync(Base64(settings.Password), [235], cancel, secret: true).ConfigureAwait(false);
        }
        else
        {
            throw new SmtpRefusedException(Stage, 0, new("服务器不提供 PLAIN 或 LOGIN 登录方式", "The server offers no sign-in by PLAIN or LOGIN"));
        }
    }

    /// <param name="secret">The answer may repeat what was sent, so that only its code is told.</param>
    private async Task<List<string>> CommandAsync(string line, int[] wanted, CancellationToken cancel, bool secret = false)
    {
        await WriteAsync(line, cancel).ConfigureAwait(false);
        var answer = await ReadAsync(cancel).ConfigureAwait(false);
        Require(answer, wanted, secret);
        return answer.Lines;
    }

    private async Task WriteAsync(string line, CancellationToken cancel)
    {
        if (line.AsSpan().ContainsAnyExceptInRange(' ', '~')) throw new InvalidOperationException("A command is one line of ASCII.");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n"), cancel).ConfigureAwait(false);
        await stream.FlushAsync(cancel).ConfigureAwait(false);
    }

    private void Require((int Code, List<string> Lines) answer, int[] wanted, bool secret)
    {
        if (wanted.Contains(answer.Code)) return;
        var words = secret ? "" : HeaderText.OneLine(string.Join(' ', answer.Lines), WordsMax);
        var shown = $"{answer.Code} {words}".TrimEnd();
        throw new SmtpRefusedException(Stage, answer.Code, new($"服务器答复 {shown}", $"The server answered {shown}"));
    }

    private async Task<(int Code, List<string> Lines)> ReadAsync(CancellationToken cancel)
    {
        var lines = new List<string>();
        while (lines.Count < LinesMax)
        {
            var line = await ReadLineAsync(cancel).ConfigureAwait(false);
            if (line.Length < 3 || !line.AsSpan(0, 3).ContainsAnyInRange('2', '5') || !int.TryParse(line.AsSpan(0, 3), out var code) || code is < 200 or > 599) throw new IOException("The server does not speak SMTP.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-') return (code, lines);
        }

        throw new IOException("The server's answer does not end.");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            var end = Array.IndexOf(buffer, (byte)'\n', begin, filled - begin);
            var upTo = end < 0 ? filled : end;
            line.Append(Encoding.Latin1.GetString(buffer, begin, upTo - begin));
            begin = end < 0 ? filled : end + 1;
            if (end >= 0) return line.ToString().TrimEnd('\r');
            if (line.Length > LineBytesMax) throw new IOException("A line of the server's answer is too long.");
            (begin, filled) = (0, await stream.ReadAsync(buffer, cancel).ConfigureAwait(false));
            if (filled == 0) throw new EndOfStreamException("The server closed the connection.");
        }
    }

    /// <summary>A dot at the beginning of a line is doubled (RFC 5321, section 4.5.2); then comes the end of the mail.</summary>
    internal static byte[] Stuffed(byte[] message)
    {
        var stuffed = new MemoryStream(message.Length + End.Length);
        for (var i = 0; i < message.Length; i++)
        {
            if (message[i] == '.' && (i == 0 || message[i - 1] == '\n')) stuffed.WriteByte((byte)'.');
            stuffed.WriteByte(message[i]);
        }

        stuffed.Write(message.AsSpan().EndsWith("\r\n"u8) ? End.AsSpan(2) : End);
        return stuffed.ToArray();
    }

    // Mailbox lets nothing else through; said again where it would be a command.
    private static string Envelope(string address) =>
        address.AsSpan().ContainsAnyExceptInRange('!', '~') || address.AsSpan().ContainsAny('<', '>') ? throw new InvalidOperationException("No mail address.") : address;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
