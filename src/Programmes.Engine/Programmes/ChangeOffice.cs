using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage.Accounts;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <param name="Name">The office that takes the duty over.</param>
/// <param name="Mail">Null: it gets no mail.</param>
/// <param name="AccountsLeaving">Account names of the old office that lose the role.</param>
/// <param name="AccountsJoining">Account names of the new office that gain it.</param>
public sealed record NewHolder(string Name, string? Mail, IReadOnlyList<string> AccountsLeaving, IReadOnlyList<string> AccountsJoining);

/// <summary>
/// An office is renamed or has a new address, or its duty goes to another office. A role is the duty: open work belongs to the
/// role and goes with it; history tells who held it when; mail of today goes to who holds it today.
/// </summary>
public sealed class ChangeOffice(PersonDoor doors, DefinitionLibrary library)
{
    /// <summary>Accounts moved in one handover.</summary>
    public const int AccountsMax = 100;

    private static readonly Text Roles = new("启动文件 offices：每个角色由一个单位承担", "the launch's offices: each role is held by one office");
    private static readonly Text Places = new("账号管理：账号所在的单位", "the places of an account");

    /// <param name="name">Null: unchanged.</param>
    /// <param name="mail">Null: unchanged; empty: none any more.</param>
    public async Task<ChangeOutcome> RenameAsync(Person person, string programme, string role, string? name, string? mail, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.office-changed", reason, document, evenSuspended: true, cancellationToken).ConfigureAwait(false);
        var old = await OfficeAsync(operation, role, cancellationToken).ConfigureAwait(false);
        var office = old with { Name = name?.Trim() is { Length: > 0 } given ? given : old.Name, Mail = mail is null ? old.Mail : mail.Trim() is { Length: > 0 } address ? address : null };
        if (office == old)
            throw await operation.RefuseAsync(new($"“{old.Name}”的名称和邮箱没有变化", $"The name and address of \"{old.Name}\" stay the same"), Roles, cancellationToken).ConfigureAwait(false);
        await ReplaceAsync(operation, role, office, cancellationToken).ConfigureAwait(false);
        return await operation.CommitAsync(
            ProgrammeChangeKind.OfficeChanged, role,
            old.Name == office.Name ? new($"{old.Name}更换邮箱", $"New mail address of {old.Name}") : new($"{old.Name}更名为{office.Name}", $"{old.Name} is now called {office.Name}"),
            new { from = old, to = office }, [], null, null, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="RefusedException">It already holds the role, an account does not fit, or accounts are moved by somebody who is no administrator.</exception>
    public async Task<ChangeOutcome> HandOverAsync(Person person, string programme, string role, NewHolder holder, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        if (holder.AccountsLeaving.Count + holder.AccountsJoining.Count > 0 && !person.IsAdministrator)
            throw new RefusedException(new("账号的角色由系统管理员调整；请先移交职责，再请管理员调整账号", "Only an administrator changes what accounts may do; hand the duty over first"), forbidden: true);
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.duty-handed-over", reason, document, evenSuspended: true, cancellationToken).ConfigureAwait(false);
        var old = await OfficeAsync(operation, role, cancellationToken).ConfigureAwait(false);
        var office = old with { Name = holder.Name.Trim(), Mail = holder.Mail?.Trim() is { Length: > 0 } mail ? mail : null };
        if (office.Name == old.Name)
            throw await operation.RefuseAsync(new($"“{role}”现在就由“{old.Name}”承担；只换邮箱请用更名", $"\"{role}\" is held by \"{old.Name}\" already; for a new address change the office instead"), Roles, cancellationToken).ConfigureAwait(false);
        var left = await MoveAccountsAsync(operation, role, holder, cancellationToken).ConfigureAwait(false);
        await ReplaceAsync(operation, role, office, cancellationToken).ConfigureAwait(false);
        var open = await operation.Db.WorkItems.AsNoTracking()
            .Where(row => row.ProgrammeId == programme && row.ClosedOn == null && (row.Role == role || row.Reviewer == role)).OrderBy(row => row.DueOn).ThenBy(row => row.Id)
            .Select(row => new OpenThing("work-item", row.Id, new(row.TitleZh, row.TitleEn), row.DueOn)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return await operation.CommitAsync(
            ProgrammeChangeKind.DutyHandedOver, role, new($"{old.Name}的职责移交{office.Name}", $"The duty of {old.Name} goes to {office.Name}"),
            new { from = old, to = office, accountsLeaving = left.Leaving, accountsJoining = left.Joining, openWork = open.Count }, open, null, null, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Office> OfficeAsync(ProgrammeOperation operation, string role, CancellationToken cancellationToken)
    {
        if (operation.Launch.Offices.TryGetValue(role, out var office)) return office;
        var hint = Spelling.Hint(role, operation.Launch.Offices.Keys);
        throw await operation.RefuseAsync(new($"本专项工作没有角色“{role}”{hint.Zh}", $"The programme has no role \"{role}\"{hint.En}"), Roles, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ReplaceAsync(ProgrammeOperation operation, string role, Office office, CancellationToken cancellationToken)
    {
        var offices = operation.Launch.Offices.ToDictionary(one => one.Key, one => one.Key == role ? office : one.Value, StringComparer.Ordinal);
        await operation.ReviseAsync(operation.Launch with { Offices = offices }, cancellationToken).ConfigureAwait(false);
        var row = await operation.Db.Offices.SingleAsync(one => one.ProgrammeId == operation.Id && one.Role == role, cancellationToken).ConfigureAwait(false);
        (row.Name, row.Mail) = (office.Name, office.Mail);
    }

    private static async Task<(IReadOnlyList<string> Leaving, IReadOnlyList<string> Joining)> MoveAccountsAsync(ProgrammeOperation operation, string role, NewHolder holder, CancellationToken cancellationToken)
    {
        var leaving = new List<string>();
        foreach (var name in holder.AccountsLeaving.Distinct().Take(AccountsMax))
        {
            var account = await AccountAsync(operation, name, cancellationToken).ConfigureAwait(false);
            var places = await PlacesAsync(operation, account, cancellationToken).ConfigureAwait(false);
            var held = places.FirstOrDefault(place => place.Kind == AccountPlaceKind.Serves && place.OfficeRole == role && place.ProgrammeId == operation.Id);
            if (held is null && places.Any(place => place.Kind == AccountPlaceKind.Serves && place.OfficeRole == role && place.ProgrammeId is null))
                throw await operation.RefuseAsync(new($"账号“{name}”在所有专项工作中都承担“{role}”；请在账号管理中先限定它的专项工作", $"The account \"{name}\" holds \"{role}\" in all programmes; narrow it to one programme first"), Places, cancellationToken).ConfigureAwait(false);
            if (held is null)
                throw await operation.RefuseAsync(new($"账号“{name}”没有承担角色“{role}”", $"The account \"{name}\" does not hold the role \"{role}\""), Places, cancellationToken).ConfigureAwait(false);
            operation.Db.AccountPlaces.Remove(held);
            leaving.Add(Changed(operation, account, $"-{role}"));
        }

        var joining = new List<string>();
        foreach (var name in holder.AccountsJoining.Distinct().Take(AccountsMax))
        {
            var account = await AccountAsync(operation, name, cancellationToken).ConfigureAwait(false);
            var places = await PlacesAsync(operation, account, cancellationToken).ConfigureAwait(false);
            if (places.Any(place => place.Kind == AccountPlaceKind.Serves && place.OfficeRole == role && (place.ProgrammeId is null || place.ProgrammeId == operation.Id)))
                throw await operation.RefuseAsync(new($"账号“{name}”已承担角色“{role}”", $"The account \"{name}\" holds the role \"{role}\" already"), Places, cancellationToken).ConfigureAwait(false);
            if (places.Count >= Place.PlacesMax)
                throw await operation.RefuseAsync(new($"账号“{name}”已有 {places.Count} 个单位，最多 {Place.PlacesMax} 个", $"The account \"{name}\" serves {places.Count} already, and {Place.PlacesMax} at most"), Places, cancellationToken).ConfigureAwait(false);
            operation.Db.AccountPlaces.Add(new() { AccountId = account.Id, Ordinal = places.Count == 0 ? 0 : places[^1].Ordinal + 1, Kind = AccountPlaceKind.Serves, ProgrammeId = operation.Id, OfficeRole = role });
            joining.Add(Changed(operation, account, $"+{role}"));
        }

        return (leaving, joining);
    }

    private static Task<List<AccountPlaceRow>> PlacesAsync(ProgrammeOperation operation, Account account, CancellationToken cancellationToken) =>
        operation.Db.AccountPlaces.Where(place => place.AccountId == account.Id).OrderBy(place => place.Ordinal).ToListAsync(cancellationToken);

    private static async Task<Account> AccountAsync(ProgrammeOperation operation, string name, CancellationToken cancellationToken)
    {
        var normalized = AccountStore.Normalize(name);
        var office = PersonRole.Office.Key();
        return await operation.Db.Users.FirstOrDefaultAsync(row => row.NormalizedUserName == normalized && operation.Db.UserRoles.Any(link => link.UserId == row.Id && link.RoleId == office), cancellationToken).ConfigureAwait(false)
            ?? throw await operation.RefuseAsync(new($"没有责任单位账号“{name}”", $"There is no office's account \"{name}\""), Places, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Voids the account's sign-ins, so that none goes on with what it no longer may.</summary>
    private static string Changed(ProgrammeOperation operation, Account account, string change)
    {
        account.SecurityStamp = AccountStore.Stamp();
        account.ConcurrencyStamp = AccountStore.Stamp();
        operation.Session.Audit("account.role-moved", account.Id, $"{account.UserName}: {operation.Id} {change}");
        return account.UserName!;
    }
}
