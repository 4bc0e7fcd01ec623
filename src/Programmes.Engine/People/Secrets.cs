using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Programmes.Engine.People;

/// <summary>Random secrets that are shown or mailed once and kept as their hash. A lookup by hash takes the same time whatever part is right.</summary>
internal static class Secrets
{
    private const int Bytes = 32;

    /// <summary>Characters of a secret.</summary>
    public static readonly int Length = Base64Url.GetEncodedLength(Bytes);

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
