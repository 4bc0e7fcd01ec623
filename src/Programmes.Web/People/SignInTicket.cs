using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Programmes.Engine.People;

namespace Programmes.Web.People;

/// <summary>
/// What a browser carries between the password and the code: no sign-in, only that this account showed its password a moment
/// ago. In the form and not in a cookie, so that there is no session which somebody could have set before.
/// </summary>
internal sealed class SignInTicket(IDataProtectionProvider protection, TimeProvider time)
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(5);

    private readonly IDataProtector protector = protection.CreateProtector("Programmes.SignInTicket");

    public string Make(SignedIn account) => protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{account.AccountId}|{account.Stamp}|{(time.GetUtcNow() + ValidFor).ToUnixTimeSeconds()}"));

    /// <summary>Null: it is none of ours, or too old.</summary>
    public (string AccountId, string Stamp)? Read(string? ticket)
    {
        if (string.IsNullOrEmpty(ticket) || ticket.Length > 2_000) return null;
        try
        {
            return protector.Unprotect(ticket).Split('|') is [var id, var stamp, var until] && long.Parse(until, CultureInfo.InvariantCulture) > time.GetUtcNow().ToUnixTimeSeconds() ? (id, stamp) : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
