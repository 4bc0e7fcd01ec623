using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

/// <summary>
/// Counts failed sign-ins by the address that they come from, over all nodes: an account is locked after five, but one address
/// could try many accounts. No address is stored, but twenty bits of its keyed hash: nobody can tell it from them, nor choose
/// one that is counted together with another's, and there are never more than a million rows.
/// </summary>
public sealed class SignInThrottle(IDbContextFactory<ProgrammesDb> contexts, TimeProvider time)
{
    /// <summary>From one address; a whole office may come from behind one.</summary>
    public const int FailuresMax = 50;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private const string KeySetting = "sign-in-throttle-key";
    private const int SourceDigits = 5;
    private byte[]? key;

    /// <param name="from">Null: unknown; all of them count together.</param>
    public async Task<bool> IsShutAsync(IPAddress? from, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var source = await SourceOfAsync(db, from, cancellationToken).ConfigureAwait(false);
        return await db.FailedSignInsAsync(source, time.GetUtcNow() - Window, cancellationToken).ConfigureAwait(false) >= FailuresMax;
    }

    /// <inheritdoc cref="IsShutAsync"/>
    public async Task FailsAsync(IPAddress? from, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var source = await SourceOfAsync(db, from, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        await db.AddFailedSignInAsync(source, now, now - Window, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Forgets what no longer counts.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await db.ForgetFailedSignInsAsync(time.GetUtcNow() - Window, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> SourceOfAsync(ProgrammesDb db, IPAddress? from, CancellationToken cancellationToken)
    {
        key ??= await KeyAsync(db, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Network(from)))[..SourceDigits];
    }

    /// <summary>One household has a whole /64 of IPv6 to change between.</summary>
    private static byte[] Network(IPAddress? from)
    {
        if (from is null) return [];
        if (from.IsIPv4MappedToIPv6) from = from.MapToIPv4();
        return from.AddressFamily == AddressFamily.InterNetworkV6 ? from.GetAddressBytes()[..8] : from.GetAddressBytes();
    }

    /// <summary>All nodes use the key of the first that needed one.</summary>
    private static async Task<byte[]> KeyAsync(ProgrammesDb db, CancellationToken cancellationToken)
    {
        var known = db.Settings.AsNoTracking().Where(row => row.Key == KeySetting).Select(row => row.Value);
        if (await known.FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } there) return Convert.FromHexString(there);
        db.Settings.Add(new() { Key = KeySetting, Value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes)) });
        try
        {
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another node was quicker; what it wrote is read below.
            db.ChangeTracker.Clear();
        }

        return Convert.FromHexString(await known.SingleAsync(cancellationToken).ConfigureAwait(false));
    }
}
