using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Programmes.Core;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

/// <summary>Checks names and passwords, locks accounts that are guessed at, and says whether a sign-in still holds.</summary>
public sealed class AccountDoor(IDbContextFactory<ProgrammesDb> contexts, IPasswordHasher<Account> hasher, Authenticator authenticator, TimeProvider time, ILogger<AccountDoor> log)
{
    /// <summary>Wrong passwords in a row before an account is locked.</summary>
    public const int FailuresMax = 5;

    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    private const int CodeLengthMax = 32;

    /// <summary>An unknown name has to cost as much time as a known one, or the time tells which names exist.</summary>
    private readonly Lazy<string> nobodysHash = new(() => hasher.HashPassword(new(), AccountStore.Stamp()));

    /// <summary>
    /// Null for a wrong password, an unknown, a locked and a disabled account alike: the difference would tell strangers which names exist.
    /// </summary>
    /// <param name="from">The address that the sign-in comes from, for the account's own list; null: unknown.</param>
    /// <returns>With <see cref="SignedIn.AwaitsCode"/> the person is not in yet: <see cref="EnterCodeAsync"/> follows.</returns>
    public async Task<SignedIn?> EnterAsync(string name, string password, string? from = null, CancellationToken cancellationToken = default)
    {
        if (password.Length > PasswordRules.LengthMax || name.Length > 256) return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var normalized = AccountStore.Normalize(name);
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(row => row.NormalizedUserName == normalized, cancellationToken).ConfigureAwait(false);
        if (account?.PasswordHash is not { } hash || !await TakeAttemptAsync(db, account.Id, time, cancellationToken).ConfigureAwait(false))
        {
            hasher.VerifyHashedPassword(new(), nobodysHash.Value, password);
            // Neither the name, which may be a password typed into the wrong field, nor a row in the audit, which strangers could fill.
            log.LogInformation(new EventId(3001, "SignInRefused"), "A sign-in was refused: the account is unknown, locked or disabled");
            return null;
        }

        var verdict = hasher.VerifyHashedPassword(account, hash, password);
        if (verdict == PasswordVerificationResult.Failed)
        {
            await RecordFailureAsync(db, account, "account.sign-in-failed", from, cancellationToken).ConfigureAwait(false);
            return null;
        }

        // Before the code is right the attempts stay counted: else the password alone would let somebody try code after code.
        if (!account.TwoFactorEnabled) await ForgetAttemptsAsync(db, account.Id, cancellationToken).ConfigureAwait(false);
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            var rehashed = hasher.HashPassword(account, password);
            await db.Users.Where(row => row.Id == account.Id && row.PasswordHash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, rehashed), cancellationToken).ConfigureAwait(false);
        }

        var signedIn = await AccountStore.LoadAsync(db, account.Id, cancellationToken).ConfigureAwait(false);
        if (signedIn is null) return null;
        if (account.TwoFactorEnabled) return signedIn with { AwaitsCode = true };
        await LetInAsync(db, signedIn, from, cancellationToken).ConfigureAwait(false);
        return signedIn;
    }

    /// <summary>The second step, after the password: a code of the authenticator app, or a recovery code. Null: wrong, used, or locked by now.</summary>
    /// <param name="stamp">Of the account when it showed its password; a changed password makes the step void.</param>
    public async Task<SignedIn?> EnterCodeAsync(string accountId, string stamp, string code, string? from = null, CancellationToken cancellationToken = default)
    {
        if (code.Length > CodeLengthMax) return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(row => row.Id == accountId && row.SecurityStamp == stamp, cancellationToken).ConfigureAwait(false);
        if (account is null || !await TakeAttemptAsync(db, accountId, time, cancellationToken).ConfigureAwait(false)) return null;
        if (!await authenticator.VerifyAsync(db, accountId, code, cancellationToken).ConfigureAwait(false))
        {
            await RecordFailureAsync(db, account, "account.code-failed", from, cancellationToken).ConfigureAwait(false);
            return null;
        }

        await ForgetAttemptsAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        var signedIn = await AccountStore.LoadAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        if (signedIn is not null) await LetInAsync(db, signedIn, from, cancellationToken).ConfigureAwait(false);
        return signedIn;
    }

    private async Task LetInAsync(ProgrammesDb db, SignedIn account, string? from, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.Users.Where(row => row.Id == account.AccountId).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSignedInAt, now), cancellationToken).ConfigureAwait(false);
        await AuditAsync(db, account.Name, "account.signed-in", account.AccountId, from, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Counts the attempt before the password is looked at: guesses that arrive at once would otherwise all be tried before
    /// the first of them is counted. The last one that is allowed locks the account until a right password opens it.
    /// </summary>
    internal static async Task<bool> TakeAttemptAsync(ProgrammesDb db, string accountId, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? until = now + LockedFor;
        return await db.Users.Where(row => row.Id == accountId && (row.LockoutEnd == null || row.LockoutEnd <= now))
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.LockoutEnd, row => row.AccessFailedCount + 1 >= FailuresMax ? until : null)
                .SetProperty(row => row.AccessFailedCount, row => row.AccessFailedCount + 1 >= FailuresMax ? 0 : row.AccessFailedCount + 1), cancellationToken).ConfigureAwait(false) == 1;
    }

    internal static Task<int> ForgetAttemptsAsync(ProgrammesDb db, string accountId, CancellationToken cancellationToken) =>
        db.Users.Where(row => row.Id == accountId && (row.LockoutEnd == null || row.LockoutEnd < AccountStore.Disabled))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccessFailedCount, 0).SetProperty(row => row.LockoutEnd, (DateTimeOffset?)null), cancellationToken);

    private async Task RecordFailureAsync(ProgrammesDb db, Account account, string action, string? from, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var locked = await db.Users.AnyAsync(row => row.Id == account.Id && row.LockoutEnd > now, cancellationToken).ConfigureAwait(false);
        log.LogWarning(new EventId(3002, "SignInFailed"), "A wrong password for account {Account}; locked: {Locked}", account.Id, locked);
        await AuditAsync(db, account.UserName!, action, account.Id, from, cancellationToken).ConfigureAwait(false);
        if (locked) await AuditAsync(db, account.UserName!, "account.locked", account.Id, from, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same person with what it may do by now; null if the sign-in no longer holds.</summary>
    public async Task<SignedIn?> RefreshAsync(string accountId, string stamp, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var signedIn = await AccountStore.LoadAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        return signedIn?.Stamp == stamp ? signedIn : null;
    }

    public async Task LeaveAsync(Person person, string accountId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await AuditAsync(db, person.Name, "account.signed-out", accountId, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One's own password. Every other sign-in of the account ends.</summary>
    /// <exception cref="RefusedException">The present password is wrong, or the new one is against <see cref="PasswordRules"/>.</exception>
    public async Task<SignedIn> ChangePasswordAsync(string accountId, string present, string wanted, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        // The same bound as at the door: an unattended desk must not become a place to try passwords.
        if (present.Length > PasswordRules.LengthMax || !await TakeAttemptAsync(db, accountId, time, cancellationToken).ConfigureAwait(false)) throw WrongPresent();
        var account = await db.Users.SingleAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false);
        if (hasher.VerifyHashedPassword(account, account.PasswordHash!, present) == PasswordVerificationResult.Failed)
        {
            await RecordFailureAsync(db, account, "account.sign-in-failed", null, cancellationToken).ConfigureAwait(false);
            throw WrongPresent();
        }

        account.AccessFailedCount = 0;
        account.LockoutEnd = null;
        var problem = present == wanted ? new Text("新密码不能与原密码相同", "The new password must differ from the present one") : PasswordRules.Problem(wanted, account.UserName!);
        if (problem is null)
        {
            account.PasswordHash = hasher.HashPassword(account, wanted);
            account.SecurityStamp = AccountStore.Stamp();
            await AccountStore.ForgetChangeAsync(db, accountId, cancellationToken).ConfigureAwait(false);
            db.Audit.Add(new() { At = time.GetUtcNow(), Actor = account.UserName!, Action = "account.password-changed", Subject = accountId });
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (problem is { } words) throw new RefusedException(words);
        return await AccountStore.LoadAsync(db, accountId, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.Forbidden();
    }

    private static RefusedException WrongPresent() => new(new(
        $"原密码不正确；连续 {FailuresMax} 次输错后，账号锁定 {LockedFor.TotalMinutes} 分钟",
        $"The present password is wrong; after {FailuresMax} wrong ones in a row the account is locked for {LockedFor.TotalMinutes} minutes"));

    private async Task AuditAsync(ProgrammesDb db, string actor, string action, string subject, string? details, CancellationToken cancellationToken)
    {
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = actor, Action = action, Subject = subject, Details = details });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }
}
