using Programmes.Core;

namespace Programmes.Engine.Mail;

/// <summary>Who sends, and where links lead. Only <see cref="TryCreate"/> makes one.</summary>
public sealed record MailSettings
{
    private const int LinkMax = 900;

    private MailSettings(Mailbox from, Uri? baseUrl) => (From, BaseUrl) = (from, baseUrl);

    public Mailbox From { get; }

    /// <summary>The product's public address, ending with a slash; null: mails hold no links.</summary>
    public Uri? BaseUrl { get; }

    /// <summary>For trying templates.</summary>
    internal static MailSettings Sample { get; } = Make("https://example.org/");

    internal static MailSettings SampleWithoutLinks { get; } = Make(null);

    /// <param name="baseUrl">http or https, without query or fragment; null or empty: none.</param>
    public static bool TryCreate(string fromAddress, string? fromName, string? baseUrl, out MailSettings? settings, out Text error)
    {
        settings = null;
        if (!Mailbox.TryCreate(fromAddress, fromName, out var from, out error)) return false;
        Uri? url = null;
        if (!string.IsNullOrEmpty(baseUrl)
            && !(Uri.TryCreate(baseUrl.TrimEnd('/') + "/", UriKind.Absolute, out url) && url.Scheme is "http" or "https"
                && url is { Query: "", Fragment: "", UserInfo: "" } && url.AbsoluteUri.Length <= LinkMax / 2))
        {
            error = new("系统网址须为 http 或 https 地址，不带参数。", "The product's address is an http or https address without query.");
            return false;
        }
        settings = new(from!, url);
        return true;
    }

    /// <summary>The address of a page, or null without a base address or for a path that would lead elsewhere.</summary>
    /// <param name="path">Begins with a slash.</param>
    public string? Link(string path) =>
        BaseUrl is not null && path.StartsWith('/')
        && Uri.TryCreate(BaseUrl.AbsoluteUri.TrimEnd('/') + path, UriKind.Absolute, out var link)
        && BaseUrl.IsBaseOf(link) && link.AbsoluteUri.Length <= LinkMax
            ? link.AbsoluteUri
            : null;

    private static MailSettings Make(string? baseUrl) =>
        TryCreate("programmes@example.org", "示例办公室", baseUrl, out var settings, out var error) ? settings! : throw new InvalidOperationException(error.En);
}
