using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

/// <param name="UsedAt">To the hour; null: never.</param>
/// <param name="HasExpired">It opens nothing any more, as if revoked.</param>
public sealed record TokenLine(long Id, string Name, bool MayWrite, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt, bool HasExpired);

/// <param name="MayWrite">False: it only reads.</param>
public sealed record TokenHolder(SignedIn Account, long Token, bool MayWrite);

/// <summary>Tokens with which a program acts as an account through the HTTP API, with the account's rights and no more.</summary>
public sealed class ManageTokens(IDbContextFactory<ProgrammesDb> contexts, OfficeSettings settings, TimeProvider time)
{
    /// <summary>By which a token is recognised when it lies where it should not.</summary>
    public const string Prefix = "pgm_";

    /// <summary>Live tokens of an account.</summary>
    public const int LiveMax = 10;
    public const int NameLengthMax = 60;
    public const int DaysMax = 365;

    private static readonly TimeSpan UseRecordedEvery = TimeSpan.FromHours(1);

    /// <summary>Returns the token, of which only the hash is kept: it is shown this once.</summary>
    /// <param name="days">Until it expires, from 1.</param>
    /// <exception cref="RefusedException">A value is out of its range, or the account has <see cref="LiveMax"/> tokens.</exception>
    public async Task<string> CreateAsync(Person person, string accountId, string name, bool mayWrite, int days, CancellationToken cancellationToken = default)
    {
        name = name.Trim();
        if (name.Length is 0 or > NameLengthMax) throw new RefusedException(new($"令牌名称应为 1 至 {NameLengthMax} 个字", $"A token's name takes 1 to {NameLengthMax} characters"));
        if (days is < 1 or > DaysMax) throw new RefusedException(new($"有效期为 1 至 {DaysMax} 天", $"A token holds for 1 to {DaysMax} days"));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (await db.ApiTokens.CountAsync(row => row.AccountId == accountId && row.RevokedAt == null && row.ExpiresAt > now, cancellationToken).ConfigureAwait(false) >= LiveMax)
            throw new RefusedException(new($"每个账号最多 {LiveMax} 个有效令牌，请先停用不用的", $"An account has {LiveMax} live tokens at most; revoke one first"));
        var token = Prefix + Secrets.New();
        db.ApiTokens.Add(new() { AccountId = accountId, Name = name, SecretHash = Secrets.HashOf(token), Scope = mayWrite ? ApiTokenScope.Write : ApiTokenScope.Read, CreatedAt = now, ExpiresAt = now.AddDays(days) });
        Audit(db, person, "api-token.created", accountId, $"{name}: {(mayWrite ? "write" : "read")}");
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return token;
    }

    /// <summary>The account's tokens that were not revoked, the newest first.</summary>
    public async Task<IReadOnlyList<TokenLine>> ListAsync(string accountId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return await db.ApiTokens.AsNoTracking().Where(row => row.AccountId == accountId && row.RevokedAt == null).OrderByDescending(row => row.Id).Take(LiveMax * 3)
            .Select(row => new TokenLine(row.Id, row.Name, row.Scope == ApiTokenScope.Write, row.CreatedAt, row.ExpiresAt, row.UsedAt, row.ExpiresAt <= now)).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="RefusedException">The account has no such token.</exception>
    public async Task RevokeAsync(Person person, string accountId, long id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.ApiTokens.FirstOrDefaultAsync(one => one.Id == id && one.AccountId == accountId && one.RevokedAt == null, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此令牌", "The token");
        row.RevokedAt = time.GetUtcNow();
        Audit(db, person, "api-token.revoked", accountId, row.Name);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null: unknown, expired, revoked, or of an account that may not sign in as it stands; all look the same.</summary>
    public async Task<TokenHolder?> EnterAsync(string token, CancellationToken cancellationToken = default)
    {
        if (token.Length != Prefix.Length + Secrets.Length || !token.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var (hash, now) = (Secrets.HashOf(token), time.GetUtcNow());
        var row = await db.ApiTokens.AsNoTracking().FirstOrDefaultAsync(one => one.SecretHash == hash && one.RevokedAt == null && one.ExpiresAt > now, cancellationToken).ConfigureAwait(false);
        if (row is null || await AccountStore.LoadAsync(db, row.AccountId, cancellationToken).ConfigureAwait(false) is not { MustChangePassword: false, Role: not null } account) return null;
        // A token must not be the way around the second factor.
        if (account.IsWithoutRequiredTwoFactor(await settings.ReadAsync(cancellationToken).ConfigureAwait(false))) return null;
        if (row.UsedAt is not { } used || used <= now - UseRecordedEvery)
            await db.ApiTokens.Where(one => one.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(one => one.UsedAt, now), cancellationToken).ConfigureAwait(false);
        return new(account, row.Id, row.Scope == ApiTokenScope.Write);
    }

    private void Audit(ProgrammesDb db, Person person, string action, string accountId, string details) =>
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = action, Subject = accountId, Details = details.ToString(CultureInfo.InvariantCulture) });
}
