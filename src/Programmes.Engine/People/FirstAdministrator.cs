using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage;
using Programmes.Storage.Accounts;
using Programmes.Storage.Records;

namespace Programmes.Engine.People;

/// <summary>
/// While there is no administrator, whoever reads a one-time link where a node was started becomes the first. Every node prints
/// a link of its own, and takes those of the others: only their hashes are in the database, so that neither it nor a backup of it
/// lets anybody in.
/// </summary>
public sealed class FirstAdministrator(IDbContextFactory<ProgrammesDb> contexts, IPasswordHasher<Account> hasher, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan LinkValidFor = TimeSpan.FromHours(1);

    private const string Claimed = "first-administrator";

    /// <summary>Before the hash of a link; the setting's value is when it expires.</summary>
    private const string LinkPrefix = "setup-link:";

    private const int TokenBytes = 32;
    private readonly SemaphoreSlim gate = new(1, 1);
    private DateTimeOffset printedUntil;
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

    /// <summary>A new token, or null while the one that this process handed out before still holds.</summary>
    public async Task<string?> NewTokenAsync(CancellationToken cancellationToken = default)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (now < printedUntil) return null;
            await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
            var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
            foreach (var old in await LinksOf(db).ToListAsync(cancellationToken).ConfigureAwait(false))
                if (ExpiryOf(old.Value) <= now) db.Settings.Remove(old);
            db.Settings.Add(new() { Key = LinkPrefix + Secrets.HashOf(token), Value = (now + LinkValidFor).ToString("O", CultureInfo.InvariantCulture) });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            printedUntil = now + LinkValidFor;
            return token;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Whether any node handed this token out, and it still holds.</summary>
    public async Task<bool> AcceptsAsync(string? token, CancellationToken cancellationToken = default)
    {
        if (token is not { Length: TokenBytes * 2 }) return false;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        // A lookup by hash takes the same time whatever part of the token is right.
        var key = LinkPrefix + Secrets.HashOf(token);
        var expiry = await db.Settings.AsNoTracking().Where(row => row.Key == key).Select(row => row.Value).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return expiry is not null && time.GetUtcNow() < ExpiryOf(expiry);
    }

    /// <exception cref="RefusedException">The token does not hold, there is an administrator by now, or name or password break a rule.</exception>
    public async Task<SignedIn> CreateAsync(string? token, string name, string? displayName, string password, CancellationToken cancellationToken = default)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!await AcceptsAsync(token, cancellationToken).ConfigureAwait(false)) throw Used();
            name = name.Trim();
            if ((AccountStore.NameProblem(name) ?? PasswordRules.Problem(password, name)) is { } problem) throw new RefusedException(problem);
            if (!await IsNeededAsync(cancellationToken).ConfigureAwait(false)) throw Used();
            var signedIn = await AddAsync(name, displayName, password, cancellationToken).ConfigureAwait(false);
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
        db.Settings.RemoveRange(await LinksOf(db).ToListAsync(cancellationToken).ConfigureAwait(false));
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

    private static IQueryable<SettingRow> LinksOf(ProgrammesDb db) => db.Settings.Where(row => row.Key.StartsWith(LinkPrefix));

    private static DateTimeOffset ExpiryOf(string value) => DateTimeOffset.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    public void Dispose() => gate.Dispose();
}
