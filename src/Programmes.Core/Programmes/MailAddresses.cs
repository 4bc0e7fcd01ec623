namespace Programmes.Core.Programmes;

/// <summary>What counts as a mail address in a launch: one bare address in ASCII, which every relay takes.</summary>
public static class MailAddresses
{
    /// <summary>Longest address (RFC 5321), and longest part before the @.</summary>
    public const int LengthMax = 254;
    public const int LocalPartMax = 64;

    private const string LocalSigns = "!#$%&'*+-/=?^_`{|}~.";

    /// <summary>True for <c>name@example.org</c>; false for a list, a display name, quotes, white space or control characters.</summary>
    public static bool IsPlain(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (text.Length > LengthMax || at is < 1 or > LocalPartMax) return false;
        var (local, domain) = (text[..at], text[(at + 1)..]);
        return local.All(c => char.IsAsciiLetterOrDigit(c) || LocalSigns.Contains(c, StringComparison.Ordinal))
            && local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal)
            && domain.Contains('.', StringComparison.Ordinal)
            // A number at the end is an address literal (127.0.0.1), which is written in brackets and taken by few.
            && !domain[(domain.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit)
            && domain.Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }
}
