using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Programmes.Web.People;

/// <summary>
/// Counts failed sign-ins by the address that they come from: an account is locked after five, but one address could try
/// many accounts. In memory, so each node counts for itself.
/// </summary>
internal sealed class SignInThrottle(TimeProvider time)
{
    /// <summary>From one address; a whole office may come from behind one.</summary>
    public const int FailuresMax = 50;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Addresses counted at once; when there are more, those whose window is over are forgotten, else all.</summary>
    private const int AddressesMax = 20_000;

    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, int Failures)> known = new(StringComparer.Ordinal);

    public bool IsShut(HttpContext http) => known.TryGetValue(KeyOf(http), out var seen) && seen.Failures >= FailuresMax && time.GetUtcNow() - seen.Since < Window;

    public void Fails(HttpContext http)
    {
        var now = time.GetUtcNow();
        if (known.Count >= AddressesMax)
        {
            foreach (var (key, seen) in known)
                if (now - seen.Since >= Window) known.TryRemove(key, out _);
            if (known.Count >= AddressesMax) known.Clear();
        }

        known.AddOrUpdate(KeyOf(http), (now, 1), (_, seen) => now - seen.Since >= Window ? (now, 1) : (seen.Since, seen.Failures + 1));
    }

    /// <summary>One household has a whole /64 of IPv6 to change between.</summary>
    private static string KeyOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress([.. address.GetAddressBytes().Take(8), .. new byte[8]]).ToString() : address.ToString();
    }
}
