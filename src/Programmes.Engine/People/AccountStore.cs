using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Engine.Mail;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

/// <summary>
/// What the use cases around accounts have in common. They write the rows themselves instead of through Identity's
/// <c>UserManager</c>, because that saves each step by itself: an account, its role and its audit entry belong in one commit.
/// </summary>
internal static class AccountStore
{
    /// <summary>Of a disabled account. Identity knows no other way to shut one, and no lock-out reaches so far.</summary>
    public static readonly DateTimeOffset Disabled = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public const string MustChange = "must-change-password";
    private const int NameMin = 2;
    private const int NameMax = 64;
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    /// <summary>Names by which history knows what no person did.</summary>
    private static readonly string[] Reserved = [Normalize(Person.Engine.Name), "SYSTEM"];

    public static string Normalize(string name) => Normalizer.NormalizeName(name.Trim());

    public static Text? NameProblem(string name)
    {
        if (name.Length is < NameMin or > NameMax) return new($"账号名应为 {NameMin} 至 {NameMax} 个字符", $"An account's name takes {NameMin} to {NameMax} characters");
        if (!name.All(sign => char.IsLetterOrDigit(sign) || sign is '.' or '-' or '_' or '@')) return new("账号名只能用文字、数字和 . - _ @", "An account's name takes letters, digits and . - _ @");
        return Reserved.Contains(Normalize(name)) ? new("这个账号名由系统保留", "This name is reserved") : null;
    }

    /// <summary>Adds an account with its role to what the context will save.</summary>
    public static async Task<Account> AddAsync(ProgrammesDb db, IPasswordHasher<Account> hasher, string name, string? displayName, PersonRole role, string password, bool mustChangePassword, CancellationToken cancellationToken)
    {
        var account = new Account
        {
            UserName = name, NormalizedUserName = Normalize(name), DisplayName = string.IsNullOrWhiteSpace(displayName) ? null : displayName.Trim(),
            SecurityStamp = Stamp(), LockoutEnabled = true,
        };
        account.PasswordHash = hasher.HashPassword(account, password);
        db.Users.Add(account);
        var stored = await db.Roles.Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        // All at once, with the first account: two that are made at the same time later must not both bring the role.
        foreach (var key in Enum.GetValues<PersonRole>().Select(PersonRoles.Key).Except(stored))
            db.Roles.Add(new() { Id = key, Name = key, NormalizedName = Normalize(key) });
        db.UserRoles.Add(new() { UserId = account.Id, RoleId = role.Key() });
        if (mustChangePassword) RequireChange(db, account.Id);
        return account;
    }

    /// <exception cref="RefusedException">It is no address.</exception>
    public static void SetMail(Account account, string? mail)
    {
        if (string.IsNullOrWhiteSpace(mail))
        {
            account.Email = account.NormalizedEmail = null;
            return;
        }

        if (!Mailbox.TryCreate(mail.Trim(), null, out var mailbox, out var error)) throw new RefusedException(error);
        account.Email = mailbox!.Address;
        account.NormalizedEmail = Normalize(mailbox.Address);
    }

    public static void RequireChange(ProgrammesDb db, string accountId) =>
        db.UserClaims.Add(new() { UserId = accountId, ClaimType = MustChange, ClaimValue = "true" });

    public static async Task ForgetChangeAsync(ProgrammesDb db, string accountId, CancellationToken cancellationToken) =>
        db.UserClaims.RemoveRange(await db.UserClaims.Where(row => row.UserId == accountId && row.ClaimType == MustChange).ToListAsync(cancellationToken).ConfigureAwait(false));

    public static string Stamp() => Guid.NewGuid().ToString("N");

    /// <summary>What the account may do now; null if it is gone or disabled.</summary>
    public static async Task<SignedIn?> LoadAsync(ProgrammesDb db, string accountId, CancellationToken cancellationToken)
    {
        var found = await (
            from account in db.Users
            where account.Id == accountId && (account.LockoutEnd == null || account.LockoutEnd < Disabled)
            select new
            {
                Account = account,
                Role = (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where link.UserId == account.Id select role.Name).FirstOrDefault(),
                MustChange = db.UserClaims.Any(row => row.UserId == account.Id && row.ClaimType == MustChange),
            }).AsNoTracking().FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (found is not { Account: { UserName: { } name, SecurityStamp: { } stamp } row }) return null;
        var places = await PlacesAsync(db, accountId, cancellationToken).ConfigureAwait(false);
        return new(row.Id, name, row.DisplayName ?? name, PersonRoles.Parse(found.Role), stamp)
        {
            Places = [.. places.Where(place => place.Row.Kind == AccountPlaceKind.Serves).Select(place => new Place(place.Row.ProgrammeId, place.Row.OfficeRole, place.Row.UnitId) { HasLeft = place.HasLeft })],
            // A part that this version cannot read narrows to nothing, not to the whole.
            Scopes = [.. places.Where(place => place.Row.Kind == AccountPlaceKind.Supervises).Select(place => new SupervisionScope(place.Row.ProgrammeId, place.Row.Level, place.Row.OfficeRole, place.Row.UnitId))],
            ScopeName = places.FirstOrDefault(place => place.Row.Kind == AccountPlaceKind.Serves)?.Name, MustChangePassword = found.MustChange, HasTwoFactor = row.TwoFactorEnabled,
        };
    }

    /// <param name="Name">Of the office or unit in its programme; null: it is of all programmes, or a level.</param>
    internal sealed record StoredPlace(AccountPlaceRow Row, string? Name, bool HasLeft);

    /// <summary>In their order.</summary>
    public static async Task<IReadOnlyList<StoredPlace>> PlacesAsync(ProgrammesDb db, string accountId, CancellationToken cancellationToken)
    {
        var rows = await (
            from place in db.AccountPlaces.AsNoTracking()
            where place.AccountId == accountId
            orderby place.Ordinal
            select new
            {
                Place = place,
                Unit = db.Units.Where(row => row.ProgrammeId == place.ProgrammeId && row.UnitId == place.UnitId).Select(row => new { row.Name, row.LeftOn }).FirstOrDefault(),
                Office = db.Offices.Where(row => row.ProgrammeId == place.ProgrammeId && row.Role == place.OfficeRole).Select(row => row.Name).FirstOrDefault(),
            }).Take(Place.PlacesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new StoredPlace(row.Place, row.Unit?.Name ?? row.Office, row.Unit?.LeftOn is not null))];
    }
}
