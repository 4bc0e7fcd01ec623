using System.Net.Sockets;
using System.Security.Authentication;
using Programmes.Core;

namespace Programmes.Engine.Mail.Smtp;

/// <summary>
/// Hands mails to a mail server. What concerns one mail is told apart from what concerns them all:
/// <list type="bullet">
/// <item>no connection, no encryption, no sign-in, a sender whom the server does not take (the same for every mail), 421, 454 and 530 to 538: <see cref="DeliveryStatus.Unavailable"/>;</item>
/// <item>4xx to the recipient or the mail, or a connection that breaks while the mail is on its way: <see cref="DeliveryStatus.Failed"/>;</item>
/// <item>5xx to the recipient or the mail: <see cref="DeliveryStatus.Refused"/>.</item>
/// </list>
/// </summary>
public sealed class SmtpTransport(SmtpSettings settings) : IMailTransport
{
    /// <summary>Servers bound what they take on one connection.</summary>
    private const int MailsPerConnectionMax = 100;

    public Text Description => new($"邮件服务器 {settings.Host}:{settings.Port}，{SecurityWords.Zh}，{UserWords.Zh}", $"The mail server {settings.Host}:{settings.Port}, {SecurityWords.En}, {UserWords.En}");

    private Text SecurityWords => settings.Security switch
    {
        SmtpSecurity.StartTls => new("STARTTLS 加密", "encrypted by STARTTLS"),
        SmtpSecurity.Tls => new("TLS 加密", "encrypted by TLS"),
        _ => new("不加密", "not encrypted"),
    };

    private Text UserWords => settings.User is { } user ? new($"以 {user} 登录", $"signed in as {user}") : new("不登录", "without sign-in");

    public IMailSession Open() => new Session(settings);

    private sealed class Session(SmtpSettings settings) : IMailSession
    {
        private SmtpConnection? connection;
        private SmtpStage stage;

        public async Task<Delivery> SendAsync(FrozenMail mail, CancellationToken cancel)
        {
            byte[] message;
            try
            {
                message = EmlWriter.Write(mail);
            }
            catch (ArgumentException e)
            {
                return new(DeliveryStatus.Refused, Text.Same(e.Message));
            }

            // Real time also where the host runs on a test clock: the server is real.
            using var limit = new CancellationTokenSource(settings.Timeout, TimeProvider.System);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            if (connection is { MailsSent: >= MailsPerConnectionMax }) await CloseAsync().ConfigureAwait(false);
            var used = connection is { MailsSent: > 0 };
            var (delivery, again) = await TryAsync(mail, message, cancel, either.Token).ConfigureAwait(false);
            // A server may close a connection that has served it long enough, or bid goodbye on it: that says nothing about a new one.
            return again && used ? (await TryAsync(mail, message, cancel, either.Token).ConfigureAwait(false)).Delivery : delivery;
        }

        public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

        /// <returns>Whether a new connection may do better: nothing of the mail had been handed over.</returns>
        private async Task<(Delivery Delivery, bool Again)> TryAsync(FrozenMail mail, byte[] message, CancellationToken cancel, CancellationToken either)
        {
            try
            {
                connection ??= await SmtpConnection.OpenAsync(settings, reached => stage = reached, either).ConfigureAwait(false);
                await connection.SendAsync(mail.From.Address, mail.To.Address, message, either).ConfigureAwait(false);
                return (Delivery.Done, false);
            }
            catch (SmtpRefusedException e)
            {
                var status = StatusOf(e.Stage, e.Code);
                if (status == DeliveryStatus.Unavailable) await AbortAsync().ConfigureAwait(false);
                return (new(status, Words(e.Stage, e.Words)), e.Code == 421 && e.Stage is SmtpStage.Sender or SmtpStage.Recipient);
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                var reached = connection?.Stage ?? stage;
                await AbortAsync().ConfigureAwait(false);
                // From here on the server may have the mail, or choke on it: that is this mail's attempt, and the others go on.
                var status = reached is SmtpStage.Content or SmtpStage.Answer ? DeliveryStatus.Failed : DeliveryStatus.Unavailable;
                return (new(status, Words(reached, Broken(e))), e is IOException && reached is SmtpStage.Sender or SmtpStage.Recipient);
            }
            catch
            {
                await AbortAsync().ConfigureAwait(false);
                throw;
            }
        }

        private Text Broken(Exception e) => (e, e.GetBaseException()) switch
        {
            (OperationCanceledException, _) => new($"{settings.Timeout.TotalSeconds} 秒内没有完成", $"not done within {settings.Timeout.TotalSeconds} seconds"),
            (_, SocketException { SocketErrorCode: SocketError.ConnectionRefused }) => new("对方拒绝连接", "connection refused"),
            (_, SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }) => new("找不到这个服务器名", "no server of this name is known"),
            (AuthenticationException, var cause) => new($"证书不受信任或加密方式不合（{cause.Message}）", cause.Message),
            (EndOfStreamException, _) or (_, SocketException { SocketErrorCode: SocketError.ConnectionReset }) => new("对方断开了连接", "the server closed the connection"),
            (_, var cause) => Text.Same(cause.Message),
        };

        private Text Words(SmtpStage at, Text what)
        {
            Text doing = at switch
            {
                SmtpStage.Connect => new($"连接不上邮件服务器 {settings.Host}:{settings.Port}", $"No connection to the mail server {settings.Host}:{settings.Port}"),
                SmtpStage.Greeting => new($"邮件服务器 {settings.Host} 不接受连接", $"The mail server {settings.Host} takes no connection"),
                SmtpStage.Encrypt => new($"与邮件服务器 {settings.Host} 的加密连接没有建立", $"There is no encrypted connection to the mail server {settings.Host}"),
                SmtpStage.SignIn => new("登录邮件服务器失败，请核对账号和密码", "The mail server refused the sign-in; check user and password"),
                SmtpStage.Sender => new("邮件服务器不接受发件人", "The mail server does not take the sender"),
                SmtpStage.Recipient => new("邮件服务器不接受收件人", "The mail server does not take the recipient"),
                _ => new("邮件服务器没有接收这封邮件", "The mail server did not take the mail"),
            };
            return new($"{doing.Zh}：{what.Zh}", $"{doing.En}: {what.En}");
        }

        private async ValueTask CloseAsync()
        {
            if (connection is { } open) await open.DisposeAsync().ConfigureAwait(false);
            connection = null;
        }

        private async ValueTask AbortAsync()
        {
            if (connection is { } open) await open.AbortAsync().ConfigureAwait(false);
            connection = null;
        }
    }

    internal static DeliveryStatus StatusOf(SmtpStage stage, int code) => (stage, code) switch
    {
        // Sign-in, though the server said it late (RFC 4954, section 6).
        (_, 421 or 454 or 530 or 534 or 535 or 538) => DeliveryStatus.Unavailable,
        // Too long for this server; the others may not be.
        (SmtpStage.Sender, 552) => DeliveryStatus.Refused,
        ( <= SmtpStage.Sender, _) => DeliveryStatus.Unavailable,
        // Out of step: the conversation is wrong, not the mail.
        (_, 503) => DeliveryStatus.Unavailable,
        (_, >= 500) => DeliveryStatus.Refused,
        _ => DeliveryStatus.Failed,
    };
}
