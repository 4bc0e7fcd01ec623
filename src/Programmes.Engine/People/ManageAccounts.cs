using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Storage;
using Programmes.Storage.Accounts;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.People;

/// <param name="OfficeRole">Shorthand for one place; with <paramref name="ProgrammeId"/> null, of all programmes.</param>
/// <param name="UnitId">Shorthand for one place, of the programme.</param>
public sealed record NewAccount(string Name, string? DisplayName, PersonRole Role, string? OfficeRole = null, string? ProgrammeId = null, string? UnitId = null)
{
    public IReadOnlyList<Place> Places { get; init; } = Role switch
    {
        PersonRole.Office when !string.IsNullOrWhiteSpace(OfficeRole) => [new(ProgrammeId, OfficeRole, null)],
        PersonRole.Unit when !string.IsNullOrWhiteSpace(UnitId) => [new(ProgrammeId, null, UnitId)],
        _ => [],
    };

    /// <summary>Of a supervisor; none: the whole.</summary>
    public IReadOnlyList<SupervisionScope> Scopes { get; init; } = [];

    public string? Mail { get; init; }
}

/// <summary>An account as it shall be.</summary>
public sealed record EditedAccount(string? DisplayName, string? Mail, PersonRole Role, IReadOnlyList<Place> Places, IReadOnlyList<SupervisionScope> Scopes);

/// <param name="Password">Shown once: it is kept nowhere, and has to be changed at the first sign-in.</param>
public sealed record CreatedAccount(string Id, string Name, string Password);

/// <param name="Role">Null: a role that this version does not know, and that grants nothing.</param>
/// <param name="IsInvited">Waits for the person to accept the invitation.</param>
/// <param name="LastSignedInAt">Null: never.</param>
public sealed record AccountEntry(
    string Id, string Name, string? DisplayName, string? Mail, PersonRole? Role, IReadOnlyList<PlaceShown> Places, bool IsDisabled, bool IsLocked, bool MustChangePassword, bool IsInvited, bool HasTwoFactor, DateTimeOffset? LastSignedInAt);

/// <param name="HasNext">Whether more follow.</param>
public sealed record AccountPage(IReadOnlyList<AccountEntry> Accounts, bool HasNext);

/// <summary>What administrators do with accounts. Accounts are never deleted, because history names them.</summary>
public sealed class ManageAccounts(IDbContextFactory<ProgrammesDb> contexts, IPasswordHasher<Account> hasher, TimeProvider time)
{
    public const int PageSize = 50;

    /// <summary>Running programmes offered to choose from.</summary>
    private const int ProgrammesMax = 200;

    /// <param name="search">Part of the account's name or the person's; null: all.</param>
    /// <param name="number">From 1.</param>
    public async Task<AccountPage> ListAsync(Person person, string? search, int number, CancellationToken cancellationToken = default)
    {
        Check(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var normalized = string.IsNullOrWhiteSpace(search) ? null : AccountStore.Normalize(search);
        var part = search?.Trim() ?? "";
        var accounts = db.Users.AsNoTracking().Where(account => normalized == null || account.NormalizedUserName!.Contains(normalized) || account.DisplayName!.Contains(part) || account.NormalizedEmail!.Contains(normalized))
            .OrderBy(account => account.NormalizedUserName).Skip((Math.Max(1, number) - 1) * PageSize).Take(PageSize + 1);
        var found = await EntriesAsync(db, accounts, now, cancellationToken).ConfigureAwait(false);
        return new([.. found.Take(PageSize)], found.Count > PageSize);
    }

    /// <exception cref="RefusedException">There is none.</exception>
    public async Task<AccountEntry> FindAsync(Person person, string accountId, CancellationToken cancellationToken = default)
    {
        Check(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return (await EntriesAsync(db, db.Users.AsNoTracking().Where(account => account.Id == accountId), time.GetUtcNow(), cancellationToken).ConfigureAwait(false)) is [var found] ? found : throw RefusedException.NotFound("此账号", "The account");
    }

    private static async Task<IReadOnlyList<AccountEntry>> EntriesAsync(ProgrammesDb db, IQueryable<Account> accounts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await accounts.Select(account => new
        {
            Account = account,
            Role = (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where link.UserId == account.Id select role.Name).FirstOrDefault(),
            MustChange = db.UserClaims.Any(row => row.UserId == account.Id && row.ClaimType == AccountStore.MustChange),
        }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var places = await AccountPlaces.OfAsync(db, [.. found.Select(row => row.Account.Id)], cancellationToken).ConfigureAwait(false);
        return [.. found.Select(row => row.Account is var account ? new AccountEntry(
            account.Id, account.UserName!, account.DisplayName, account.Email, PersonRoles.Parse(row.Role), [.. places[account.Id]],
            account.LockoutEnd >= AccountStore.Disabled, account.LockoutEnd > now && account.LockoutEnd < AccountStore.Disabled, row.MustChange, account.PasswordHash is null, account.TwoFactorEnabled, account.LastSignedInAt) : null!)];
    }

    /// <summary>Programmes that an account can be bound to, the latest first.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> ProgrammesAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.Programmes.Where(row => row.Status == ProgrammeStatus.Running).OrderByDescending(row => row.LaunchedAt).Take(ProgrammesMax)
            .Select(row => new { row.Id, row.Name }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => (row.Id, row.Name))];
    }

    /// <exception cref="RefusedException">The name is taken or against the rules, or the scope does not fit the role.</exception>
    public async Task<CreatedAccount> CreateAsync(Person person, NewAccount wanted, CancellationToken cancellationToken = default)
    {
        Check(person);
        var name = wanted.Name.Trim();
        if (AccountStore.NameProblem(name) is { } problem) throw new RefusedException(problem);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var places = await AccountPlaces.CheckedAsync(db, wanted.Role, wanted.Places, wanted.Scopes, cancellationToken).ConfigureAwait(false);
        var password = PasswordRules.Initial();
        var account = await AccountStore.AddAsync(db, hasher, name, wanted.DisplayName, wanted.Role, password, mustChangePassword: true, cancellationToken).ConfigureAwait(false);
        AccountStore.SetMail(account, wanted.Mail);
        AccountPlaces.Write(db, account.Id, places);
        Audit(db, person, "account.created", account.Id, $"{name}: {wanted.Role.Key()}");
        var normalized = AccountStore.Normalize(name);
        if (await db.Users.AnyAsync(row => row.NormalizedUserName == normalized, cancellationToken).ConfigureAwait(false)) throw Taken(name);
        try
        {
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // Somebody else took the name since it was looked up.
            if (await db.Users.AnyAsync(row => row.NormalizedUserName == normalized && row.Id != account.Id, cancellationToken).ConfigureAwait(false)) throw Taken(name);
            throw;
        }

        return new(account.Id, name, password);
    }

    /// <summary>Name, mail, role and places. A change of what it may do ends its sign-ins.</summary>
    /// <exception cref="RefusedException">A place does not fit, or one's own role would change: so the last administrator stays.</exception>
    public async Task EditAsync(Person person, string accountId, EditedAccount wanted, CancellationToken cancellationToken = default)
    {
        Check(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await FindAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        var link = await db.UserRoles.FirstOrDefaultAsync(row => row.UserId == accountId, cancellationToken).ConfigureAwait(false);
        if (account.UserName == person.Name && link?.RoleId != wanted.Role.Key()) throw new RefusedException(new("不能更改自己的角色", "You cannot change your own role"));
        var places = await AccountPlaces.CheckedAsync(db, wanted.Role, wanted.Places, wanted.Scopes, cancellationToken).ConfigureAwait(false);
        var old = await db.AccountPlaces.Where(row => row.AccountId == accountId).OrderBy(row => row.Ordinal).ToListAsync(cancellationToken).ConfigureAwait(false);
        account.DisplayName = Filled(wanted.DisplayName);
        AccountStore.SetMail(account, wanted.Mail);
        var moved = link?.RoleId != wanted.Role.Key() || !old.Select(Key).SequenceEqual(places.Select(Key));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (moved)
        {
            if (link is not null) db.UserRoles.Remove(link);
            db.AccountPlaces.RemoveRange(old);
            Changed(account);
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            db.UserRoles.Add(new() { UserId = accountId, RoleId = wanted.Role.Key() });
            AccountPlaces.Write(db, accountId, places);
        }

        Audit(db, person, "account.edited", accountId, $"{account.UserName}: {wanted.Role.Key()} {string.Join(' ', places.Select(Key))}".TrimEnd());
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As the audit names a place.</summary>
    internal static string Key(AccountPlaceRow place) =>
        $"{(place.Kind == AccountPlaceKind.Supervises ? "?" : "")}{place.ProgrammeId ?? "*"}/{place.OfficeRole ?? place.UnitId ?? place.Level?.Key() ?? "*"}";

    /// <summary>Ends the account's sign-ins and lets it in no more.</summary>
    /// <exception cref="RefusedException">It is one's own account: so the last administrator stays.</exception>
    public async Task DisableAsync(Person person, string accountId, CancellationToken cancellationToken = default)
    {
        Check(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await FindAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        if (account.UserName == person.Name) throw new RefusedException(new("不能停用自己的账号", "You cannot disable your own account"));
        account.LockoutEnd = AccountStore.Disabled;
        Changed(account);
        Audit(db, person, "account.disabled", accountId, account.UserName);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task EnableAsync(Person person, string accountId, CancellationToken cancellationToken = default)
    {
        Check(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await FindAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        account.LockoutEnd = null;
        account.AccessFailedCount = 0;
        Changed(account);
        Audit(db, person, "account.enabled", accountId, account.UserName);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A new initial password; ends the account's sign-ins, and a lock-out, but not that it is disabled.</summary>
    public async Task<CreatedAccount> ResetPasswordAsync(Person person, string accountId, CancellationToken cancellationToken = default)
    {
        Check(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var account = await FindAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        if (account.UserName == person.Name) throw new RefusedException(new("请在“修改密码”中更改自己的密码", "Change your own password under “Change password”"));
        var password = PasswordRules.Initial();
        account.PasswordHash = hasher.HashPassword(account, password);
        account.AccessFailedCount = 0;
        if (account.LockoutEnd < AccountStore.Disabled) account.LockoutEnd = null;
        Changed(account);
        await AccountStore.ForgetChangeAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        AccountStore.RequireChange(db, accountId);
        Audit(db, person, "account.password-reset", accountId, account.UserName);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return new(account.Id, account.UserName!, password);
    }

    private static async Task<Account> FindAsync(ProgrammesDb db, string accountId, CancellationToken cancellationToken) =>
        await db.Users.FirstOrDefaultAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此账号", "The account");

    /// <summary>Voids the cookies, and makes a change that was begun before this one fail.</summary>
    private static void Changed(Account account)
    {
        account.SecurityStamp = AccountStore.Stamp();
        account.ConcurrencyStamp = AccountStore.Stamp();
    }

    private void Audit(ProgrammesDb db, Person person, string action, string subject, string? details) =>
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = action, Subject = subject, Details = details });

    private static void Check(Person person)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
    }

    private static RefusedException Taken(string name) => new(new($"账号名“{name}”已经有人使用", $"The name “{name}” is taken"));

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
