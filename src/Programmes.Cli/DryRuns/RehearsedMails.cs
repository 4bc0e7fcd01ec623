using System.Globalization;
using Programmes.Core.Calendars;
using Programmes.Core.Rehearsal;
using Programmes.Engine.Mail;

namespace Programmes.Cli.DryRuns;

/// <summary>Writes the mails of a dry run as files, as their recipients would get them.</summary>
internal sealed class RehearsedMails
{
    /// <summary>Files of one run; further mails are only counted.</summary>
    public const int FilesMax = 20_000;

    private readonly string folder;
    private readonly string? to;
    private readonly MailComposer composer;

    /// <param name="folder">Absolute; made if it is missing.</param>
    /// <param name="to">Only mails to addresses or names with this part; null: all.</param>
    public RehearsedMails(string folder, string? to)
    {
        this.folder = folder;
        this.to = to;
        if (!MailSettings.TryCreate(MailDefaults.From, MailDefaults.FromName, MailDefaults.BaseUrl, out var settings, out var error)) throw new InvalidOperationException(error.En);
        composer = new(MailTemplates.Embedded, settings!);
        Directory.CreateDirectory(folder);
    }

    public int Written { get; private set; }

    /// <summary>Matching mails beyond <see cref="FilesMax"/>.</summary>
    public int More { get; private set; }

    public void Add(RehearsedMail mail)
    {
        var addressee = mail.Digest?.To ?? mail.Notice!.To;
        if (to is not null && !addressee.Address.Contains(to, StringComparison.OrdinalIgnoreCase) && !addressee.Name.Contains(to, StringComparison.Ordinal)) return;
        if (Written == FilesMax)
        {
            More++;
            return;
        }

        var key = string.Create(CultureInfo.InvariantCulture, $"dry-run|{Written}|{addressee.Address}");
        var composed = mail.Digest is { } digest ? composer.Compose(digest, key, mail.At) : composer.Compose(mail.Notice!, key, mail.At);
        if (composed.To is null) return;
        Written++;
        var name = string.Concat(addressee.Address.Select(sign => char.IsAsciiLetterOrDigit(sign) || sign is '.' or '-' or '@' ? sign : '_'));
        File.WriteAllBytes(
            Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{ChinaTime.DateOf(mail.At):yyyy-MM-dd}-{Written:D5}-{name}.eml")),
            EmlWriter.Write(composer.Freeze(composed, mail.At)));
    }
}
