using Microsoft.EntityFrameworkCore;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

/// <summary>
/// Somebody leaves: all that the account serves and supervises goes to another account of the same role, in one act. Work belongs
/// to places and not to people, so nothing open is touched. What was done stays under the old name.
/// </summary>
public sealed class HandOverAccount(IDbContextFactory<ProgrammesDb> contexts, TimeProvider time)
{
    /// <param name="to">The name of the account that takes over.</param>
    /// <param name="disable">The account that gives lets nobody in any more.</param>
    /// <returns>How many places went over; those that the other had already are not counted.</returns>
    /// <exception cref="RefusedException">The accounts do not fit together; nothing was changed.</exception>
    public async Task<int> RunAsync(Person person, string accountId, string to, bool disable, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var leaver = await db.Users.FirstOrDefaultAsync(row => row.Id == accountId, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此账号", "The account");
        var normalized = AccountStore.Normalize(to);
        var taker = await db.Users.FirstOrDefaultAsync(row => row.NormalizedUserName == normalized, cancellationToken).ConfigureAwait(false)
            ?? throw new RefusedException(new($"没有账号“{to.Trim()}”；请先为接手的人开通账号", $"There is no account \"{to.Trim()}\"; make one for the person who takes over first"));
        var role = await RoleAsync(db, leaver, cancellationToken).ConfigureAwait(false);
        Check(person, leaver, taker, role, await RoleAsync(db, taker, cancellationToken).ConfigureAwait(false));
        var given = await db.AccountPlaces.Where(row => row.AccountId == leaver.Id).OrderBy(row => row.Ordinal).ToListAsync(cancellationToken).ConfigureAwait(false);
        var own = await db.AccountPlaces.Where(row => row.AccountId == taker.Id).OrderBy(row => row.Ordinal).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (given.Count == 0) throw new RefusedException(new($"“{leaver.UserName}”没有可移交的单位", $"“{leaver.UserName}” has no place to hand over"));
        // A supervisor without a scope sees the whole: whoever gives all its scopes away would see more than before, and whoever has none would see less.
        if (role == PersonRole.Supervisor && !disable && given.Exists(place => place.Kind == AccountPlaceKind.Supervises))
            throw new RefusedException(new("督导账号没有范围就能看到全部；移交后须同时停用", "A supervisor without a scope sees the whole; disable the account as it hands over"));
        var seesAll = role == PersonRole.Supervisor && !own.Exists(place => place.Kind == AccountPlaceKind.Supervises);
        List<AccountPlaceRow> moved = [.. given.Where(place => !(seesAll && place.Kind == AccountPlaceKind.Supervises) && !own.Exists(one => Key(one) == Key(place)))];
        if (own.Count + moved.Count > Place.PlacesMax) throw new RefusedException(new($"一个账号最多 {Place.PlacesMax} 个单位；“{taker.UserName}”放不下这些", $"An account has {Place.PlacesMax} places at most; “{taker.UserName}” has no room for these"));
        db.AccountPlaces.RemoveRange(given);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var next = own.Count == 0 ? 0 : own[^1].Ordinal + 1;
        foreach (var place in moved)
            db.AccountPlaces.Add(new() { AccountId = taker.Id, Ordinal = next++, Kind = place.Kind, ProgrammeId = place.ProgrammeId, OfficeRole = place.OfficeRole, UnitId = place.UnitId, Level = place.Level });
        foreach (var account in new[] { leaver, taker }) (account.SecurityStamp, account.ConcurrencyStamp) = (AccountStore.Stamp(), AccountStore.Stamp());
        Audit(db, person, "account.places-handed-over", leaver, $"{leaver.UserName} → {taker.UserName}: {string.Join(' ', given.Select(Key))}");
        Audit(db, person, "account.places-taken-over", taker, $"{leaver.UserName} → {taker.UserName}: {string.Join(' ', moved.Select(Key))}".TrimEnd());
        if (disable)
        {
            leaver.LockoutEnd = AccountStore.Disabled;
            Audit(db, person, "account.disabled", leaver, leaver.UserName);
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return moved.Count;
    }

    private static void Check(Person person, Account leaver, Account taker, PersonRole? role, PersonRole? other)
    {
        if (leaver.UserName == person.Name) throw new RefusedException(new("不能移交自己的账号，请由其他系统管理员办理", "You cannot hand over your own account; another administrator does"));
        if (leaver.Id == taker.Id) throw new RefusedException(new("请填写另一个账号", "Name another account"));
        if (taker.LockoutEnd >= AccountStore.Disabled) throw new RefusedException(new($"“{taker.UserName}”已停用，不能接手", $"“{taker.UserName}” is disabled and cannot take over"));
        if (role is null || role != other) throw new RefusedException(new($"“{taker.UserName}”与“{leaver.UserName}”的角色不同；请先把角色改为一致", $"“{taker.UserName}” and “{leaver.UserName}” have different roles; make them the same first"));
    }

    private static async Task<PersonRole?> RoleAsync(ProgrammesDb db, Account account, CancellationToken cancellationToken) => PersonRoles.Parse(
        await (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where link.UserId == account.Id select role.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false));

    private static string Key(AccountPlaceRow place) => ManageAccounts.Key(place);

    private void Audit(ProgrammesDb db, Person person, string action, Account account, string? details) =>
        db.Audit.Add(new() { At = time.GetUtcNow(), Actor = person.Name, Action = action, Subject = account.Id, Details = details });
}
