using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Programmes.Storage;
using Programmes.Storage.Accounts;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.People;

/// <param name="OfficeRole">For an office: its role in the launches.</param>
/// <param name="ProgrammeId">For a unit; for an office null means all programmes.</param>
/// <param name="UnitId">For a unit.</param>
public sealed record NewAccount(string Name, string? DisplayName, PersonRole Role, string? OfficeRole = null, string? ProgrammeId = null, string? UnitId = null);

/// <param name="Password">Shown once: it is kept nowhere, and has to be changed at the first sign-in.</param>
public sealed record CreatedAccount(string Id, string Name, string Password);

/// <param name="Role">Null: a role that this version does not know, and that grants nothing.</param>
public sealed record AccountEntry(string Id, string Name, string? DisplayName, PersonRole? Role, string? OfficeRole, string? ProgrammeName, string? UnitName, bool IsDisabled, bool IsLocked, bool MustChangePassword);

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
        var found = await (
            from account in db.Users
            where normalized == null || account.NormalizedUserName!.Contains(normalized) || account.DisplayName!.Contains(part)
            orderby account.NormalizedUserName
            select new
            {
                account.Id,
                account.UserName,
                account.DisplayName,
                account.OfficeRole,
                account.LockoutEnd,
                Role = (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where link.UserId == account.Id select role.Name).FirstOrDefault(),
                Programme = db.Programmes.Where(row => row.Id == account.ProgrammeId).Select(row => row.Name).FirstOrDefault(),
                Unit = db.Units.Where(row => row.ProgrammeId == account.ProgrammeId && row.UnitId == account.UnitId).Select(row => row.Name).FirstOrDefault(),
                MustChange = db.UserClaims.Any(row => row.UserId == account.Id && row.ClaimType == AccountStore.MustChange),
            }).Skip((Math.Max(1, number) - 1) * PageSize).Take(PageSize + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        var entries = found.Take(PageSize).Select(row => new AccountEntry(
            row.Id, row.UserName!, row.DisplayName, PersonRoles.Parse(row.Role), row.OfficeRole, row.Programme, row.Unit,
            row.LockoutEnd >= AccountStore.Disabled, row.LockoutEnd > now && row.LockoutEnd < AccountStore.Disabled, row.MustChange)).ToList();
        return new(entries, found.Count > PageSize);
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
        await CheckScopeAsync(db, wanted, cancellationToken).ConfigureAwait(false);
        var password = PasswordRules.Initial();
        var account = await AccountStore.AddAsync(db, hasher, name, wanted.DisplayName, wanted.Role, password, mustChangePassword: true, cancellationToken).ConfigureAwait(false);
        account.OfficeRole = wanted.Role == PersonRole.Office ? wanted.OfficeRole!.Trim() : null;
        account.ProgrammeId = wanted.Role is PersonRole.Office or PersonRole.Unit ? Filled(wanted.ProgrammeId) : null;
        account.UnitId = wanted.Role == PersonRole.Unit ? wanted.UnitId!.Trim() : null;
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

    private static async Task CheckScopeAsync(ProgrammesDb db, NewAccount wanted, CancellationToken cancellationToken)
    {
        var programme = Filled(wanted.ProgrammeId);
        if (wanted.Role == PersonRole.Office && Filled(wanted.OfficeRole) is null)
            throw new RefusedException(new("请填写责任单位在方案中的角色", "Give the office's role in the launches"));
        if (wanted.Role == PersonRole.Unit && (programme is null || Filled(wanted.UnitId) is null))
            throw new RefusedException(new("请选择专项工作并填写参与单位", "Choose the programme and give the participating unit"));
        if (wanted.Role is not (PersonRole.Office or PersonRole.Unit) || programme is null) return;
        if (!await db.Programmes.AnyAsync(row => row.Id == programme, cancellationToken).ConfigureAwait(false))
            throw RefusedException.NotFound("此专项工作", "The programme");
        var unit = wanted.UnitId?.Trim();
        if (wanted.Role == PersonRole.Unit && !await db.Units.AnyAsync(row => row.ProgrammeId == programme && row.UnitId == unit, cancellationToken).ConfigureAwait(false))
            throw RefusedException.NotFound("此参与单位", "The participating unit");
        var role = wanted.OfficeRole?.Trim();
        if (wanted.Role == PersonRole.Office && !await db.Offices.AnyAsync(row => row.ProgrammeId == programme && row.Role == role, cancellationToken).ConfigureAwait(false))
            throw RefusedException.NotFound("此专项工作中的这个角色", "The role in this programme");
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
