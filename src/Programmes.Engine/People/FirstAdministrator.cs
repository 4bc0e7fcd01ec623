using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

/// <summary>
/// While there is no administrator, whoever reads a one-time link where the host was started becomes the first. The link
/// lives in this process alone, as a hash, so that neither the database nor a backup of it lets anybody in.
/// </summary>
public sealed class FirstAdministrator(IDbContextFactory<ProgrammesDb> contexts, IPasswordHasher<Account> hasher, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan LinkValidFor = TimeSpan.FromHours(1);

    private const string Claimed = "first-administrator";
    private const int TokenBytes = 32;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Lock tokenLock = new();
    private byte[]? tokenHash;
    private DateTimeOffset expiresAt;
    private volatile bool done;

    /// <summary>Whether there is no administrator yet. Once there is one there always is: the last one cannot be disabled.</summary>
    public async Task<bool> IsNeededAsync(CancellationToken cancellationToken = default)
    {
        if (done) return false;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var administrator = AccountStore.Normalize(PersonRole.Administrator.Key());
        done = await (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where role.NormalizedName == administrator select link).AnyAsync(cancellationToken).ConfigureAwait(false);
        return !done;
    }

    /// <summary>A new token, or null while the one handed out before still holds.</summary>
    public string? NewToken()
    {
        lock (tokenLock)
        {
            if (tokenHash is not null && time.GetUtcNow() < expiresAt) return null;
            var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
            tokenHash = Hash(token);
            expiresAt = time.GetUtcNow() + LinkValidFor;
            return token;
        }
    }

    public bool Accepts(string? token)
    {
        lock (tokenLock)
            return token is { Length: TokenBytes * 2 } && tokenHash is not null && time.GetUtcNow() < expiresAt && CryptographicOperations.FixedTimeEquals(Hash(token), tokenHash);
    }

    /// <exception cref="RefusedException">The token does not hold, there is an administrator by now, or name or password break a rule.</exception>
    public async Task<SignedIn> CreateAsync(string? token, string name, string? displayName, string password, CancellationToken cancellationToken = default)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!Accepts(token)) throw Used();
            name = name.Trim();
            if ((AccountStore.NameProblem(name) ?? PasswordRules.Problem(password, name)) is { } problem) throw new RefusedException(problem);
            if (!await IsNeededAsync(cancellationToken).ConfigureAwait(false)) throw Used();
            var signedIn = await AddAsync(name, displayName, password, cancellationToken).ConfigureAwait(false);
            lock (tokenLock) tokenHash = null;
            done = true;
            return signedIn;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<SignedIn> AddAsync(string name, string? displayName, string password, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await AccountStore.AddAsync(db, hasher, name, displayName, PersonRole.Administrator, password, false, cancellationToken).ConfigureAwait(false);
        // The key is unique, so of two nodes that get here at once one fails, with all that it was about to save.
        db.Settings.Add(new() { Key = Claimed, Value = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) });
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = name, Action = "account.first-administrator", Subject = account.Id });
        try
        {
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            if (!await IsNeededAsync(cancellationToken).ConfigureAwait(false)) throw Used();
            throw;
        }

        return (await AccountStore.LoadAsync(db, account.Id, cancellationToken).ConfigureAwait(false))!;
    }

    private static RefusedException Used() => new(new(
        "设置链接无效、已过期或已使用过", "The setup link is not valid, has expired or has been used"), forbidden: true);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public void Dispose() => gate.Dispose();
}
