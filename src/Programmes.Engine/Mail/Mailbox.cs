using System.Globalization;
using System.Net.Mail;
using Programmes.Core;
using Programmes.Core.Programmes;

namespace Programmes.Engine.Mail;

/// <summary>A checked mail address with a display name. Only <see cref="TryCreate"/> makes one.</summary>
public sealed record Mailbox
{
    public const int NameMax = 100;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private Mailbox(string address, string? name) => (Address, Name) = (address, name);

    /// <summary>In ASCII; a Chinese domain is in its <c>xn--</c> form.</summary>
    public string Address { get; }

    /// <summary>One line without control characters; null: none.</summary>
    public string? Name { get; }

    public string Domain => Address[(Address.IndexOf('@', StringComparison.Ordinal) + 1)..];

    /// <summary>
    /// Checks an address by <see cref="MailAddresses.IsPlain"/>, as a launch does, once the domain is in ASCII. The name is
    /// made one line and shortened to <see cref="NameMax"/>.
    /// </summary>
    public static bool TryCreate(string address, string? name, out Mailbox? mailbox, out Text error)
    {
        mailbox = null;
        error = default;
        var at = address.IndexOf('@', StringComparison.Ordinal);
        // A length that no address has is refused before anything else looks at it.
        if (at < 0 || address.Length > MailAddresses.LengthMax || !TryAscii(address[(at + 1)..], out var domain)
            || !MailAddresses.IsPlain($"{address[..at]}@{domain}")
            || !MailAddress.TryCreate($"{address[..at]}@{domain}", out var parsed) || parsed.Address != $"{address[..at]}@{domain}")
        {
            var shown = HeaderText.OneLine(address, 60);
            error = new($"“{shown}”不是邮件地址。", $"\"{shown}\" is no mail address.");
            return false;
        }
        var line = name is null ? "" : HeaderText.OneLine(name, NameMax);
        mailbox = new(parsed.Address, line.Length == 0 ? null : line);
        return true;
    }

    private static bool TryAscii(string domain, out string ascii)
    {
        ascii = "";
        try
        {
            ascii = Idn.GetAscii(domain).ToLowerInvariant();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
