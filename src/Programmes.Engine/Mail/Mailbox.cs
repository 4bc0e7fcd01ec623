using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;
using Programmes.Core;

namespace Programmes.Engine.Mail;

/// <summary>A checked mail address with a display name. Only <see cref="TryCreate"/> makes one.</summary>
public sealed partial record Mailbox
{
    /// <summary>Longest address, in characters (RFC 5321, erratum 1690).</summary>
    public const int AddressMax = 254;
    public const int LocalPartMax = 64;
    public const int NameMax = 100;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private Mailbox(string address, string? name) => (Address, Name) = (address, name);

    /// <summary>In ASCII; a Chinese domain is in its <c>xn--</c> form.</summary>
    public string Address { get; }

    /// <summary>One line without control characters; null: none.</summary>
    public string? Name { get; }

    public string Domain => Address[(Address.IndexOf('@', StringComparison.Ordinal) + 1)..];

    /// <summary>
    /// Checks an address strictly: letters, digits and the usual signs, one <c>@</c>, a domain with a dot; no quotes,
    /// comments, spaces or control characters, no address literals, nothing outside ASCII before the <c>@</c>. The name
    /// is made one line and shortened to <see cref="NameMax"/>.
    /// </summary>
    public static bool TryCreate(string address, string? name, out Mailbox? mailbox, out Text error)
    {
        mailbox = null;
        error = default;
        var at = address.IndexOf('@', StringComparison.Ordinal);
        // A length that no address has is refused before anything else looks at it.
        if (at is < 1 or > LocalPartMax || address.Length > AddressMax || !TryAscii(address[(at + 1)..], out var domain)
            || !LocalPart().IsMatch(address[..at]) || !DomainName().IsMatch(domain)
            || at + 1 + domain.Length > AddressMax
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

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LocalPart();

    [GeneratedRegex(@"\A([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])\z", RegexOptions.CultureInvariant)]
    private static partial Regex DomainName();
}
