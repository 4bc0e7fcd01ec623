using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Programmes.Web.Pages.Public;

/// <summary>How often one address may use the public forms, on this node; a whole office may come from behind one.</summary>
public sealed class VisitorLimits : IDisposable
{
    public const int ObjectionsPerHourMax = 20;
    public const int LookupsPerMinuteMax = 30;

    private const int NetworkBytes = 8;

    private readonly PartitionedRateLimiter<string> objections = Limiter(ObjectionsPerHourMax, TimeSpan.FromHours(1));
    private readonly PartitionedRateLimiter<string> lookups = Limiter(LookupsPerMinuteMax, TimeSpan.FromMinutes(1));

    public bool MayObject(HttpContext http) => Take(objections, http);

    public bool MayLookUp(HttpContext http) => Take(lookups, http);

    public void Dispose()
    {
        objections.Dispose();
        lookups.Dispose();
    }

    private static bool Take(PartitionedRateLimiter<string> limiter, HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(AddressOf(http.Connection.RemoteIpAddress));
        return lease.IsAcquired;
    }

    /// <summary>Of IPv6 the network alone: one household has 2^64 addresses.</summary>
    private static string AddressOf(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes)) : address.ToString();
    }

    private static PartitionedRateLimiter<string> Limiter(int permits, TimeSpan window) => PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetSlidingWindowLimiter(address, _ => new() { PermitLimit = permits, Window = window, SegmentsPerWindow = 6 }));
}
