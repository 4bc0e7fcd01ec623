using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Engine.Mail;
using Programmes.Storage;
using Programmes.Storage.Accounts;
using Programmes.Storage.Mail;

namespace Programmes.Engine.People;

/// <param name="Mail">Where the invitation goes.</param>
public sealed record Invitation(string Mail, string? DisplayName, PersonRole Role, IReadOnlyList<Place> Places, IReadOnlyList<SupervisionScope> Scopes);

/// <param name="Path">Of the page that the link opens, below the product's address; shown once, where no mail goes.</param>
/// <param name="Link">The whole address; null: the product's address is not set.</param>
/// <param name="IsMailed">The link went into a mail as well.</param>
public sealed record InvitedAccount(string Id, string Mail, string Path, string? Link, bool IsMailed, DateTimeOffset ExpiresAt);

/// <param name="Name">The account's name as it stands; of an invited account its mail address.</param>
public sealed record LinkedAccount(string Name, string? DisplayName, bool IsInvitation);

/// <param name="Path">Of the page that the link opens, below the product's address; shown once.</param>
/// <param name="Link">The whole address; null: the product's address is not set.</param>
/// <param name="HadAuthenticator">Its authenticator was turned off.</param>
public sealed record RecoveredAdministrator(string Name, string Path, string? Link, bool HadAuthenticator, DateTimeOffset ExpiresAt);

/// <summary>One-time links by mail: an invitation, with which a person chooses name and password, and a new password for who forgot it.</summary>
public sealed class AccountLinks(IDbContextFactory<ProgrammesDb> contexts, IPasswordHasher<Account> hasher, MailSettings mails, MailTemplates templates, TimeProvider time)
{
    public const string InvitationPath = "/invitation";
    public const string ResetPath = "/account/reset";

    /// <summary>The kind of such mails in the outbox: nobody reads there what they say.</summary>
    public const string MailKind = "account";

    public static readonly TimeSpan InvitationValidFor = TimeSpan.FromDays(7);
    public static readonly TimeSpan ResetValidFor = TimeSpan.FromHours(1);

    /// <summary>Links for a new password that an account gets in an hour.</summary>
    public const int ResetsPerHourMax = 3;

    /// <summary>Administrators that a refusal names.</summary>
    private const int NamedMax = 5;

    /// <exception cref="RefusedException">The person is no administrator, the address is none or has an account, or a place does not fit.</exception>
    public async Task<InvitedAccount> InviteAsync(Person person, Invitation wanted, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        if (!Mailbox.TryCreate(wanted.Mail.Trim(), null, out var mailbox, out var error)) throw new RefusedException(error);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var normalized = AccountStore.Normalize(mailbox!.Address);
        if (await db.Users.AnyAsync(row => row.NormalizedEmail == normalized || row.NormalizedUserName == normalized, cancellationToken).ConfigureAwait(false))
            throw new RefusedException(new($"“{mailbox.Address}”已有账号", $"“{mailbox.Address}” has an account already"));
        var places = await AccountPlaces.CheckedAsync(db, wanted.Role, wanted.Places, wanted.Scopes, cancellationToken).ConfigureAwait(false);
        var account = await AccountStore.AddAsync(db, hasher, mailbox.Address, wanted.DisplayName, wanted.Role, AccountStore.Stamp(), mustChangePassword: false, cancellationToken).ConfigureAwait(false);
        // Without a password nobody signs in before the invitation is accepted.
        account.PasswordHash = null;
        AccountStore.SetMail(account, mailbox.Address);
        AccountPlaces.Write(db, account.Id, places);
        Audit(db, person.Name, "account.invited", account.Id, wanted.Role.Key());
        return await SendAsync(db, person, account, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A new link to an account that waits; the old one is void.</summary>
    /// <exception cref="RefusedException">The person is no administrator, or the invitation was accepted.</exception>
    public async Task<InvitedAccount> InviteAgainAsync(Person person, string accountId, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await db.Users.FirstOrDefaultAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此账号", "The account");
        if (account.PasswordHash is not null || account.Email is null) throw new RefusedException(new("邀请已被接受；忘记密码请用“重置密码”", "The invitation was accepted; reset the password instead"));
        Audit(db, person.Name, "account.invited-again", account.Id, null);
        return await SendAsync(db, person, account, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null: there is no such link, or it has expired or was used; the three look the same.</summary>
    public async Task<LinkedAccount?> FindAsync(string? secret, bool invitation, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await HeldAsync(db, secret, KindOf(invitation), cancellationToken).ConfigureAwait(false) is { } held ? new(held.Account.UserName!, held.Account.DisplayName, invitation) : null;
    }

    /// <summary>The invited person chooses name and password. The caller signs it in by the door, as anybody.</summary>
    /// <exception cref="RefusedException">The link does not hold, or name or password break a rule.</exception>
    public async Task AcceptAsync(string? secret, string name, string? displayName, string password, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var (link, account) = await HeldAsync(db, secret, AccountLinkKind.Invitation, cancellationToken).ConfigureAwait(false) ?? throw Void();
        name = name.Trim();
        var normalized = AccountStore.Normalize(name);
        if ((AccountStore.NameProblem(name) ?? PasswordRules.Problem(password, name)) is { } problem) throw new RefusedException(problem);
        if (await db.Users.AnyAsync(row => row.NormalizedUserName == normalized && row.Id != account.Id, cancellationToken).ConfigureAwait(false)) throw new RefusedException(new($"账号名“{name}”已经有人使用", $"The name “{name}” is taken"));
        (account.UserName, account.NormalizedUserName) = (name, normalized);
        if (!string.IsNullOrWhiteSpace(displayName)) account.DisplayName = displayName.Trim();
        account.EmailConfirmed = true;
        await FinishAsync(db, link, account, password, "account.invitation-accepted", cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Mails a link to who forgot the password. Whether there is such an account is not told.</summary>
    /// <param name="nameOrMail">The account's name or mail address.</param>
    public async Task AskResetAsync(string nameOrMail, CancellationToken cancellationToken = default)
    {
        if (nameOrMail.Length > 256) return;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var (normalized, now) = (AccountStore.Normalize(nameOrMail), time.GetUtcNow());
        var account = await db.Users.Where(row => row.NormalizedUserName == normalized || row.NormalizedEmail == normalized).OrderBy(row => row.NormalizedUserName == normalized ? 0 : 1).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (account is not { Email: { } mail, PasswordHash: not null } || account.LockoutEnd >= AccountStore.Disabled) return;
        var since = now - TimeSpan.FromHours(1);
        if (await db.AccountLinks.CountAsync(row => row.AccountId == account.Id && row.Kind == AccountLinkKind.PasswordReset && row.CreatedAt > since, cancellationToken).ConfigureAwait(false) >= ResetsPerHourMax) return;
        var secret = Add(db, account, AccountLinkKind.PasswordReset, account.UserName!, ResetValidFor);
        // Without the product's address the mail could hold no link.
        if (mails.Link($"{ResetPath}?token={secret}") is not { } address) return;
        Queue(db, mail, account, MailModel.PasswordReset, address, now + ResetValidFor);
        Audit(db, account.UserName!, "account.reset-asked", account.Id, null);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A new password by the link; ends the account's sign-ins and a lock-out. The second factor stays.</summary>
    /// <exception cref="RefusedException">The link does not hold, or the password breaks a rule.</exception>
    public async Task ResetAsync(string? secret, string password, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var (link, account) = await HeldAsync(db, secret, AccountLinkKind.PasswordReset, cancellationToken).ConfigureAwait(false) ?? throw Void();
        if (PasswordRules.Problem(password, account.UserName!) is { } problem) throw new RefusedException(problem);
        await AccountStore.ForgetChangeAsync(db, account.Id, cancellationToken).ConfigureAwait(false);
        await FinishAsync(db, link, account, password, "account.password-reset-by-link", cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// For an administrator who lost the password or the authenticator, and whom no other administrator helps: a link as of
    /// <see cref="AskResetAsync"/>, shown to whoever runs the program on the product's machine. Links made before are void.
    /// </summary>
    /// <param name="name">Null: the only administrator.</param>
    /// <param name="authenticator">Also turns the account's authenticator off, at once, which ends its sign-ins.</param>
    /// <exception cref="RefusedException">There is no such administrator, it is disabled, or there are several and none was named.</exception>
    public async Task<RecoveredAdministrator> RecoverAdministratorAsync(Person person, string? name, bool authenticator, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var account = await AdministratorAsync(db, name, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        await VoidAsync(db, account.Id, AccountLinkKind.PasswordReset, now, cancellationToken).ConfigureAwait(false);
        var secret = Add(db, account, AccountLinkKind.PasswordReset, person.Name, ResetValidFor);
        Audit(db, person.Name, "account.administrator-recovery", account.Id, account.UserName);
        var turnsOff = authenticator && account.TwoFactorEnabled;
        if (turnsOff) await Authenticator.TurnOffAsync(db, account, cancellationToken).ConfigureAwait(false);
        if (turnsOff) Audit(db, person.Name, "account.two-factor-reset", account.Id, null);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        var path = $"{ResetPath}?token={secret}";
        return new(account.UserName!, path, mails.Link(path), turnsOff, now + ResetValidFor);
    }

    private static async Task<Account> AdministratorAsync(ProgrammesDb db, string? name, CancellationToken cancellationToken)
    {
        var role = PersonRole.Administrator.Key();
        var administrators = db.Users.Where(row => db.UserRoles.Any(link => link.UserId == row.Id && link.RoleId == role));
        if (name is null)
        {
            var active = await administrators.Where(row => row.LockoutEnd == null || row.LockoutEnd < AccountStore.Disabled).OrderBy(row => row.NormalizedUserName).Take(NamedMax + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
            var names = string.Join("、", active.Take(NamedMax).Select(row => row.UserName));
            return active switch
            {
                [var only] => only,
                [] => throw new RefusedException(new("还没有系统管理员；启动网站，按其打印的链接设置", "There is no administrator yet; start the web host and open the link that it prints")),
                _ => throw new RefusedException(new($"有多位系统管理员，请写明账号名：{names}", $"There are several administrators; name one: {names}")),
            };
        }

        var normalized = AccountStore.Normalize(name);
        var found = await administrators.FirstOrDefaultAsync(row => row.NormalizedUserName == normalized, cancellationToken).ConfigureAwait(false)
            ?? throw new RefusedException(new($"没有名为“{name.Trim()}”的系统管理员；其他账号的密码由系统管理员在“账号”页重置", $"There is no administrator named \"{name.Trim()}\"; an administrator resets other accounts' passwords on the page of accounts"));
        return found.LockoutEnd >= AccountStore.Disabled ? throw new RefusedException(new($"账号“{found.UserName}”已停用，须由其他系统管理员启用", $"The account \"{found.UserName}\" is disabled; another administrator enables it")) : found;
    }

    private async Task<InvitedAccount> SendAsync(ProgrammesDb db, Person person, Account account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await VoidAsync(db, account.Id, AccountLinkKind.Invitation, now, cancellationToken).ConfigureAwait(false);
        var secret = Add(db, account, AccountLinkKind.Invitation, person.Name, InvitationValidFor);
        var path = $"{InvitationPath}?token={secret}";
        var link = mails.Link(path);
        if (link is not null) Queue(db, account.Email!, account, MailModel.Invitation, link, now + InvitationValidFor);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return new(account.Id, account.Email!, path, link, link is not null, now + InvitationValidFor);
    }

    private string Add(ProgrammesDb db, Account account, AccountLinkKind kind, string by, TimeSpan validFor)
    {
        var (secret, now) = (Secrets.New(), time.GetUtcNow());
        db.AccountLinks.Add(new() { AccountId = account.Id, Kind = kind, SecretHash = Secrets.HashOf(secret), CreatedAt = now, CreatedBy = by, ExpiresAt = now + validFor });
        return secret;
    }

    private void Queue(ProgrammesDb db, string mail, Account account, string template, string link, DateTimeOffset until)
    {
        var (now, name) = (time.GetUtcNow(), account.DisplayName ?? mail);
        var rendered = templates.Render(template, MailModel.Of(new AccountMail(new(mail, name), ChinaTime.DateOf(now), account.UserName!, link, until), mails));
        db.Outbox.Add(new()
        {
            MessageId = FrozenMail.MessageIdOf($"{template}|{Guid.NewGuid():N}", mails.From.Domain), ToAddress = mail, ToName = name, Subject = rendered.Subject, Text = rendered.Text, Html = rendered.Html,
            Kind = MailKind, QueuedAt = now, NotBefore = now, Status = OutboxStatus.Queued,
        });
    }

    private async Task<(AccountLinkRow Link, Account Account)?> HeldAsync(ProgrammesDb db, string? secret, AccountLinkKind kind, CancellationToken cancellationToken)
    {
        if (secret?.Length != Secrets.Length) return null;
        var (hash, now) = (Secrets.HashOf(secret), time.GetUtcNow());
        var link = await db.AccountLinks.FirstOrDefaultAsync(row => row.SecretHash == hash && row.Kind == kind && row.UsedAt == null && row.ExpiresAt > now, cancellationToken).ConfigureAwait(false);
        if (link is null) return null;
        var account = await db.Users.SingleAsync(row => row.Id == link.AccountId, cancellationToken).ConfigureAwait(false);
        return account.LockoutEnd >= AccountStore.Disabled ? null : (link, account);
    }

    private async Task FinishAsync(ProgrammesDb db, AccountLinkRow link, Account account, string password, string action, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Of two that use it at once, one.
        if (await db.AccountLinks.Where(row => row.Id == link.Id && row.UsedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellationToken).ConfigureAwait(false) != 1) throw Void();
        await VoidAsync(db, account.Id, link.Kind, now, cancellationToken).ConfigureAwait(false);
        account.PasswordHash = hasher.HashPassword(account, password);
        (account.SecurityStamp, account.AccessFailedCount, account.LockoutEnd) = (AccountStore.Stamp(), 0, null);
        Audit(db, account.UserName!, action, account.Id, null);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Task<int> VoidAsync(ProgrammesDb db, string accountId, AccountLinkKind kind, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.AccountLinks.Where(row => row.AccountId == accountId && row.Kind == kind && row.UsedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellationToken);

    private static AccountLinkKind KindOf(bool invitation) => invitation ? AccountLinkKind.Invitation : AccountLinkKind.PasswordReset;

    private void Audit(ProgrammesDb db, string actor, string action, string subject, string? details) =>
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = actor, Action = action, Subject = subject, Details = details });

    private static RefusedException Void() => new(new("链接无效、已过期或已使用过", "The link is not valid, has expired or has been used"));
}
