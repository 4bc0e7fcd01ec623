using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Storage;
using Programmes.Storage.Accounts;

namespace Programmes.Engine.People;

/// <summary>A place or a supervised part with the names to show.</summary>
/// <param name="ProgrammeName">Null: all programmes.</param>
/// <param name="Name">Of the office or unit; its role where it is of all programmes; null: a level, or a whole programme.</param>
/// <param name="HasLeft">The unit has left its programme.</param>
public sealed record PlaceShown(string? ProgrammeId, string? ProgrammeName, string? OfficeRole, string? UnitId, AdministrativeLevel? Level, string? Name, bool HasLeft, bool Supervises);

/// <summary>What accounts serve and supervise: checked, written, and named.</summary>
internal static class AccountPlaces
{
    /// <summary>Those of several accounts, in their order.</summary>
    public static async Task<ILookup<string, PlaceShown>> OfAsync(ProgrammesDb db, IReadOnlyList<string> accounts, CancellationToken cancellationToken)
    {
        var rows = await (
            from place in db.AccountPlaces.AsNoTracking()
            where accounts.Contains(place.AccountId)
            orderby place.AccountId, place.Ordinal
            select new
            {
                Place = place,
                Programme = db.Programmes.Where(row => row.Id == place.ProgrammeId).Select(row => row.Name).FirstOrDefault(),
                Unit = db.Units.Where(row => row.ProgrammeId == place.ProgrammeId && row.UnitId == place.UnitId).Select(row => new { row.Name, row.LeftOn }).FirstOrDefault(),
                Office = db.Offices.Where(row => row.ProgrammeId == place.ProgrammeId && row.Role == place.OfficeRole).Select(row => row.Name).FirstOrDefault(),
            }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.Place.AccountId, row => new PlaceShown(
            row.Place.ProgrammeId, row.Programme ?? row.Place.ProgrammeId, row.Place.OfficeRole, row.Place.UnitId, row.Place.Level, row.Unit?.Name ?? row.Office ?? row.Place.UnitId ?? row.Place.OfficeRole,
            row.Unit?.LeftOn is not null, row.Place.Kind == AccountPlaceKind.Supervises));
    }

    /// <summary>What the role can have, without what is given twice.</summary>
    /// <exception cref="RefusedException">A place is missing, unknown, or does not fit the role.</exception>
    public static async Task<IReadOnlyList<AccountPlaceRow>> CheckedAsync(ProgrammesDb db, PersonRole role, IReadOnlyList<Place> places, IReadOnlyList<SupervisionScope> scopes, CancellationToken cancellationToken)
    {
        var wanted = places.Select(place => new Place(Filled(place.ProgrammeId), Filled(place.OfficeRole), Filled(place.UnitId))).Distinct().ToList();
        var seen = role == PersonRole.Supervisor ? scopes.Distinct().ToList() : [];
        if (role == PersonRole.Reader) wanted.Clear();
        if (role == PersonRole.Office && !wanted.Exists(place => place.OfficeRole is not null))
            throw new RefusedException(new("请至少选择一个责任单位", "Choose at least one office"));
        if (role == PersonRole.Unit && wanted.Count == 0)
            throw new RefusedException(new("请至少选择一个参与单位", "Choose at least one participating unit"));
        if (role == PersonRole.Unit && wanted.Exists(place => place.OfficeRole is not null))
            throw new RefusedException(new("参与单位账号不能兼任责任单位；请把角色改为“责任单位”", "An account of a participating unit cannot serve an office; give it the role “Office”"));
        if (wanted.Count + seen.Count > Place.PlacesMax)
            throw new RefusedException(new($"一个账号最多 {Place.PlacesMax} 个单位", $"An account has {Place.PlacesMax} places at most"));
        foreach (var place in wanted) await MustExistAsync(db, place, cancellationToken).ConfigureAwait(false);
        foreach (var scope in seen) await MustExistAsync(db, scope, cancellationToken).ConfigureAwait(false);
        return [
            .. wanted.Select(place => new AccountPlaceRow { AccountId = "", Kind = AccountPlaceKind.Serves, ProgrammeId = place.ProgrammeId, OfficeRole = place.OfficeRole, UnitId = place.UnitId }),
            .. seen.Select(scope => new AccountPlaceRow { AccountId = "", Kind = AccountPlaceKind.Supervises, ProgrammeId = scope.ProgrammeId, OfficeRole = scope.OfficeRole, UnitId = scope.UnitId, Level = scope.Level })];
    }

    public static void Write(ProgrammesDb db, string accountId, IReadOnlyList<AccountPlaceRow> places)
    {
        for (var i = 0; i < places.Count; i++)
        {
            (places[i].AccountId, places[i].Ordinal) = (accountId, i);
            db.AccountPlaces.Add(places[i]);
        }
    }

    private static Task MustExistAsync(ProgrammesDb db, Place place, CancellationToken cancellationToken) => (place.OfficeRole, place.UnitId) switch
    {
        ({ } role, null) => OfficeAsync(db, place.ProgrammeId, role, cancellationToken),
        (null, { } unit) => UnitAsync(db, place.ProgrammeId, unit, cancellationToken),
        _ => throw new RefusedException(new("每一项请选择一个责任单位或一个参与单位", "Each line names one office or one unit")),
    };

    private static async Task MustExistAsync(ProgrammesDb db, SupervisionScope scope, CancellationToken cancellationToken)
    {
        switch (scope)
        {
            case { OfficeRole: { } role, UnitId: null, Level: null }:
                await OfficeAsync(db, scope.ProgrammeId, role, cancellationToken).ConfigureAwait(false);
                break;
            case { UnitId: { } unit, OfficeRole: null, Level: null }:
                await UnitAsync(db, scope.ProgrammeId, unit, cancellationToken).ConfigureAwait(false);
                break;
            case { OfficeRole: null, UnitId: null } when scope.Level is not null || scope.ProgrammeId is not null:
                await ProgrammeAsync(db, scope.ProgrammeId, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new RefusedException(new("每一项督办范围请选择一个专项工作、一个层级或一个单位", "Each part that is supervised names a programme, a level, or an office or unit"));
        }
    }

    private static async Task OfficeAsync(ProgrammesDb db, string? programme, string role, CancellationToken cancellationToken)
    {
        await ProgrammeAsync(db, programme, cancellationToken).ConfigureAwait(false);
        // An office of all programmes may be named before the first of them is launched.
        if (programme is not null && !await db.Offices.AnyAsync(row => row.ProgrammeId == programme && row.Role == role, cancellationToken).ConfigureAwait(false))
            throw RefusedException.NotFound("此专项工作中的这个角色", "The role in this programme");
    }

    private static async Task UnitAsync(ProgrammesDb db, string? programme, string unit, CancellationToken cancellationToken)
    {
        if (programme is null) throw new RefusedException(new("请选择参与单位所在的专项工作", "Choose the unit's programme"));
        await ProgrammeAsync(db, programme, cancellationToken).ConfigureAwait(false);
        if (!await db.Units.AnyAsync(row => row.ProgrammeId == programme && row.UnitId == unit, cancellationToken).ConfigureAwait(false))
            throw RefusedException.NotFound("此参与单位", "The participating unit");
    }

    private static async Task ProgrammeAsync(ProgrammesDb db, string? programme, CancellationToken cancellationToken)
    {
        if (programme is not null && !await db.Programmes.AnyAsync(row => row.Id == programme, cancellationToken).ConfigureAwait(false)) throw RefusedException.NotFound("此专项工作", "The programme");
    }

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
