using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using OtpNet;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

/// <param name="Key">To be typed into the app, in groups of four.</param>
/// <param name="Address">The same as the app reads it from a picture (<c>otpauth://</c>).</param>
public sealed record AuthenticatorSetup(string Key, string Address);

/// <param name="IsOn">The account shows a code at each sign-in.</param>
/// <param name="CodesLeft">Recovery codes that were not used.</param>
public sealed record AuthenticatorState(bool IsOn, int CodesLeft, bool IsRequired);

/// <summary>
/// The second factor: codes of an authenticator app (RFC 6238, SHA-1, six digits, thirty seconds, as all apps have them), and
/// recovery codes for a lost telephone. The secret lies under data protection, recovery codes as hashes.
/// </summary>
public sealed class Authenticator(IDbContextFactory<ProgrammesDb> contexts, IDataProtectionProvider protection, OfficeSettings settings, TimeProvider time)
{
    public const int RecoveryCodes = 10;
    public const int CodeDigits = 6;

    private const int SecretBytes = 20;
    private const int RecoveryLength = 10;
    private const string Issuer = "Programmes";

    /// <summary>Without signs that are mistaken for each other on paper; a code has about 50 bits.</summary>
    private const string RecoverySigns = "23456789abcdefghjkmnpqrstuvwxyz";

    /// <summary>A telephone's clock may be thirty seconds off, either way.</summary>
    private static readonly VerificationWindow Window = new(previous: 1, future: 1);

    private readonly IDataProtector protector = protection.CreateProtector("Programmes.Authenticator");

    public async Task<AuthenticatorState> StateAsync(string accountId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await db.Users.AsNoTracking().SingleAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false);
        var left = await db.RecoveryCodes.CountAsync(row => row.AccountId == accountId && row.UsedAt == null, cancellationToken).ConfigureAwait(false);
        return new(account.TwoFactorEnabled, account.TwoFactorEnabled ? left : 0, await IsRequiredAsync(db, accountId, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A secret for the app, the same until its first code turns the second factor on.</summary>
    /// <exception cref="RefusedException">It is on already.</exception>
    public async Task<AuthenticatorSetup> BeginAsync(string accountId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await db.Users.SingleAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false);
        if (account.TwoFactorEnabled) throw IsOn();
        if (account.AuthenticatorSecret is null)
        {
            account.AuthenticatorSecret = protector.Protect(Base32Encoding.ToString(RandomNumberGenerator.GetBytes(SecretBytes)));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        var key = protector.Unprotect(account.AuthenticatorSecret).TrimEnd('=');
        return new(
            string.Join(' ', key.Chunk(4).Select(part => new string(part))),
            $"otpauth://totp/{Issuer}:{Uri.EscapeDataString(account.UserName!)}?secret={key}&issuer={Issuer}&digits={CodeDigits}&period=30");
    }

    /// <summary>Turns it on with the app's first code. Returns the recovery codes, shown this once. The account's other sign-ins end.</summary>
    /// <exception cref="RefusedException">The code is wrong, or it is on already.</exception>
    public async Task<(SignedIn Account, IReadOnlyList<string> Codes)> EnableAsync(Person person, string accountId, string code, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var account = await db.Users.SingleAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false);
        if (account.TwoFactorEnabled) throw IsOn();
        if (account.AuthenticatorSecret is null || StepOf(account.AuthenticatorSecret, code) is not { } step) throw Wrong();
        (account.TwoFactorEnabled, account.AuthenticatorStep, account.SecurityStamp) = (true, step, AccountStore.Stamp());
        var codes = await NewCodesAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        Audit(db, person, "account.two-factor-on", accountId);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return ((await AccountStore.LoadAsync(db, accountId, cancellationToken).ConfigureAwait(false))!, codes);
    }

    /// <summary>New recovery codes in place of the old, for a code of the app.</summary>
    /// <exception cref="RefusedException">The code is wrong or was used.</exception>
    public async Task<IReadOnlyList<string>> RenewCodesAsync(Person person, string accountId, string code, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await AccountDoor.TakeAttemptAsync(db, accountId, time, cancellationToken).ConfigureAwait(false) || !await VerifyAsync(db, accountId, code, cancellationToken).ConfigureAwait(false)) throw Wrong();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var codes = await NewCodesAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        Audit(db, person, "account.recovery-codes-renewed", accountId);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        await AccountDoor.ForgetAttemptsAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        return codes;
    }

    /// <summary>Turns one's own off, for a code of the app.</summary>
    /// <exception cref="RefusedException">The code is wrong, or the account has to have it.</exception>
    public async Task<SignedIn> DisableAsync(Person person, string accountId, string code, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await IsRequiredAsync(db, accountId, cancellationToken).ConfigureAwait(false))
            throw new RefusedException(new("按系统设置，您的账号必须使用身份验证器", "By the settings, your account needs the authenticator"));
        if (!await AccountDoor.TakeAttemptAsync(db, accountId, time, cancellationToken).ConfigureAwait(false) || !await VerifyAsync(db, accountId, code, cancellationToken).ConfigureAwait(false)) throw Wrong();
        await TurnOffAsync(db, person, accountId, "account.two-factor-off", cancellationToken).ConfigureAwait(false);
        await AccountDoor.ForgetAttemptsAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        return (await AccountStore.LoadAsync(db, accountId, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>For somebody who lost the telephone and the recovery codes; ends the account's sign-ins.</summary>
    /// <exception cref="RefusedException">The person is no administrator.</exception>
    public async Task ResetAsync(Person person, string accountId, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await db.Users.AnyAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false)) throw RefusedException.NotFound("此账号", "The account");
        await TurnOffAsync(db, person, accountId, "account.two-factor-reset", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A code of the app or a recovery code, each accepted once.</summary>
    internal async Task<bool> VerifyAsync(ProgrammesDb db, string accountId, string code, CancellationToken cancellationToken)
    {
        var account = await db.Users.AsNoTracking().SingleAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false);
        if (!account.TwoFactorEnabled || account.AuthenticatorSecret is not { } secret) return false;
        var typed = string.Concat(code.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        if (StepOf(secret, typed) is { } step)
            return await db.Users.Where(row => row.Id == accountId && (row.AuthenticatorStep == null || row.AuthenticatorStep < step))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.AuthenticatorStep, step), cancellationToken).ConfigureAwait(false) == 1;
        if (typed.Length != RecoveryLength) return false;
        var (hash, now) = (RecoveryHash(accountId, typed), time.GetUtcNow());
        return await db.RecoveryCodes.Where(row => row.AccountId == accountId && row.CodeHash == hash && row.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellationToken).ConfigureAwait(false) == 1;
    }

    private async Task<bool> IsRequiredAsync(ProgrammesDb db, string accountId, CancellationToken cancellationToken) =>
        (await settings.ReadAsync(cancellationToken).ConfigureAwait(false)).TwoFactorForManagers
        && (await AccountStore.LoadAsync(db, accountId, cancellationToken).ConfigureAwait(false))?.Role is PersonRole.Administrator or PersonRole.LeadingOffice;

    private async Task TurnOffAsync(ProgrammesDb db, Person person, string accountId, string action, CancellationToken cancellationToken)
    {
        var account = await db.Users.SingleAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false);
        // What Verify wrote is not known to this context.
        await db.Entry(account).ReloadAsync(cancellationToken).ConfigureAwait(false);
        await TurnOffAsync(db, account, cancellationToken).ConfigureAwait(false);
        Audit(db, person, action, accountId);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves the saving, and the entry in the audit, to the caller.</summary>
    internal static async Task TurnOffAsync(ProgrammesDb db, Account account, CancellationToken cancellationToken)
    {
        (account.TwoFactorEnabled, account.AuthenticatorSecret, account.AuthenticatorStep, account.SecurityStamp) = (false, null, null, AccountStore.Stamp());
        db.RecoveryCodes.RemoveRange(await db.RecoveryCodes.Where(row => row.AccountId == account.Id).ToListAsync(cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IReadOnlyList<string>> NewCodesAsync(ProgrammesDb db, string accountId, CancellationToken cancellationToken)
    {
        db.RecoveryCodes.RemoveRange(await db.RecoveryCodes.Where(row => row.AccountId == accountId).ToListAsync(cancellationToken).ConfigureAwait(false));
        List<string> codes = [.. Enumerable.Range(0, RecoveryCodes).Select(_ => RandomNumberGenerator.GetString(RecoverySigns, RecoveryLength))];
        db.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCodeRow { AccountId = accountId, CodeHash = RecoveryHash(accountId, code) }));
        return [.. codes.Select(code => $"{code[..5]}-{code[5..]}")];
    }

    private static string RecoveryHash(string accountId, string code) => Secrets.HashOf($"{accountId}|{code}");

    /// <summary>The time step whose code this is; null: none of now.</summary>
    private long? StepOf(string protectedSecret, string code)
    {
        var digits = string.Concat(code.Where(char.IsAsciiDigit));
        if (digits.Length != CodeDigits) return null;
        var totp = new Totp(Base32Encoding.ToBytes(protector.Unprotect(protectedSecret)));
        return totp.VerifyTotp(time.GetUtcNow().UtcDateTime, digits, out var step, Window) ? step : null;
    }

    private void Audit(ProgrammesDb db, Person person, string action, string accountId) =>
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = action, Subject = accountId });

    private static RefusedException IsOn() => new(new("身份验证器已启用", "The authenticator is on already"));

    private static RefusedException Wrong() => new(new("验证码不正确或已用过；请输入验证器应用当前显示的 6 位数字", "The code is wrong or was used; type the six digits that the app shows now"));
}
