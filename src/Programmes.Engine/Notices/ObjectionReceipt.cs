using System.Security.Cryptography;
using System.Text;

namespace Programmes.Engine.Notices;

/// <summary>
/// What an author of an objection is given to ask how it stands: 80 random bits in letters and digits that are not taken for one another.
/// Only its hash is kept.
/// </summary>
public static class ObjectionReceipt
{
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int Length = 16;
    private const int GroupLength = 4;

    /// <summary>Such as <c>K7QM-2XBD-9HTA-PW4C</c>.</summary>
    public static string New() => Shown(RandomNumberGenerator.GetString(Letters, Length));

    /// <summary>Null: it cannot be a receipt.</summary>
    public static string? HashOf(string? typed)
    {
        var text = new string([.. (typed ?? "").Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant).Take(Length + 1)]);
        return text.Length == Length && text.All(letter => Letters.Contains(letter, StringComparison.Ordinal))
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text))) : null;
    }

    private static string Shown(string text) => string.Join('-', text.Chunk(GroupLength).Select(group => new string(group)));
}
