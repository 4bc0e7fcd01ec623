using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Programmes.Engine.Notices;

namespace Programmes.Web.Pages.Public;

/// <summary>
/// What an objection's form carries, readable by this product alone: for which notice and when it was opened, the receipt that it will get,
/// and the sum that its author is asked for. Programs that fill in forms fail at it; scripts and pictures are not needed.
/// </summary>
/// <param name="OpenedAt">By the real clock.</param>
public sealed record ObjectionTicket(string Notice, DateTimeOffset OpenedAt, string Receipt, int First, int Second)
{
    public const int SecondsMin = 4;
    public const int HoursMax = 12;

    private const int NumberMax = 10;
    private const string Purpose = "objection-form";

    public static ObjectionTicket New(string notice, DateTimeOffset now) =>
        new(notice, now, ObjectionReceipt.New(), RandomNumberGenerator.GetInt32(1, NumberMax), RandomNumberGenerator.GetInt32(1, NumberMax));

    public int Sum => First + Second;

    public string Sealed(IDataProtectionProvider protection) => protection.CreateProtector(Purpose)
        .Protect(string.Create(CultureInfo.InvariantCulture, $"{OpenedAt.ToUnixTimeSeconds()}|{First}|{Second}|{Receipt}|{Notice}"));

    /// <summary>Null: it is not ours, or not for this notice.</summary>
    public static ObjectionTicket? Open(IDataProtectionProvider protection, string? text, string notice)
    {
        try
        {
            var parts = protection.CreateProtector(Purpose).Unprotect(text ?? "").Split('|', 5);
            return parts[4] != notice ? null : new(notice, DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0], CultureInfo.InvariantCulture)), parts[3],
                int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
