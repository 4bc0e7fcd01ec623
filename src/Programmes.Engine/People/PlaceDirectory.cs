using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Storage;

namespace Programmes.Engine.People;

/// <summary>A place as a form carries it: <c>programme|kind|id</c>, the programme empty for all programmes.</summary>
public static class PlaceKey
{
    public static string Of(Place place) => place.OfficeRole is { } office ? $"{place.ProgrammeId}|o|{office}" : $"{place.ProgrammeId}|u|{place.UnitId}";

    public static string Of(SupervisionScope scope) =>
        scope.Level is { } level ? $"{scope.ProgrammeId}|l|{level.Key()}" : scope.OfficeRole is { } office ? $"{scope.ProgrammeId}|o|{office}" : scope.UnitId is { } unit ? $"{scope.ProgrammeId}|u|{unit}" : $"{scope.ProgrammeId}|p|";

    public static Place? PlaceOf(string? key) => Parts(key) switch
    {
        (var programme, "o", var id) => new(programme, id, null),
        (var programme, "u", var id) => new(programme, null, id),
        _ => null,
    };

    public static SupervisionScope? ScopeOf(string? key) => Parts(key) switch
    {
        (var programme, "o", var id) => new(programme, OfficeRole: id),
        (var programme, "u", var id) => new(programme, UnitId: id),
        (var programme, "l", var id) when AdministrativeLevels.Parse(id) is { } level => new(programme, level),
        ({ } programme, "p", "") => new(programme),
        _ => null,
    };

    private static (string? Programme, string Kind, string Id)? Parts(string? key) =>
        key?.Split('|') is [var programme, var kind, var id] ? (programme.Length == 0 ? null : programme, kind, id) : null;
}

/// <param name="Key">As the form carries it.</param>
/// <param name="HasLeft">The unit has left its programme.</param>
public sealed record FoundPlace(string Key, Text Name, string? Programme, bool HasLeft);

/// <summary>Finds offices and units by name, for the form of an account: nobody types an id.</summary>
public sealed class PlaceDirectory(IDbContextFactory<ProgrammesDb> contexts)
{
    /// <summary>Offices, and units, that are found at once.</summary>
    public const int FoundMax = 30;

    /// <summary>Offices by name or role, then units by name, of a programme.</summary>
    /// <exception cref="RefusedException">The person is no administrator.</exception>
    public async Task<IReadOnlyList<FoundPlace>> FindAsync(Person person, string programme, string? name, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var title = await db.Programmes.Where(row => row.Id == programme).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (title is null) return [];
        var sought = name?.Trim() ?? "";
        var offices = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme && (sought == "" || row.Name.Contains(sought) || row.Role == sought)).OrderBy(row => row.Name).ThenBy(row => row.Role).Take(FoundMax)
            .Select(row => new { row.Role, row.Name }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var units = await db.Units.AsNoTracking().Where(row => row.ProgrammeId == programme && row.LeftOn == null && (sought == "" || row.Name.Contains(sought))).OrderBy(row => row.Ordinal).Take(FoundMax)
            .Select(row => new { row.UnitId, row.Name }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. offices.Select(row => new FoundPlace($"{programme}|o|{row.Role}", Text.Same(row.Name), title, false)), .. units.Select(row => new FoundPlace($"{programme}|u|{row.UnitId}", Text.Same(row.Name), title, false))];
    }

    /// <summary>The names of what a form carries, as many as an account can have.</summary>
    /// <exception cref="RefusedException">The person is no administrator.</exception>
    public async Task<IReadOnlyList<FoundPlace>> NamesAsync(Person person, IEnumerable<string> keys, CancellationToken cancellationToken = default)
    {
        if (!person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var named = new List<FoundPlace>();
        foreach (var key in keys.Distinct().Take(Place.PlacesMax + FoundMax))
        {
            if (PlaceKey.ScopeOf(key) is not { } place) continue;
            var programme = place.ProgrammeId is null ? null : await db.Programmes.Where(row => row.Id == place.ProgrammeId).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) ?? place.ProgrammeId;
            var unit = place.UnitId is null ? null : await db.Units.Where(row => row.ProgrammeId == place.ProgrammeId && row.UnitId == place.UnitId).Select(row => new { row.Name, row.LeftOn }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            var office = place.OfficeRole is null ? null : await db.Offices.Where(row => row.ProgrammeId == place.ProgrammeId && row.Role == place.OfficeRole).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            var name = place.Level is { } level ? level.Words() : (place.UnitId, place.OfficeRole) is (null, null) ? new("全部单位", "All offices and units") : Text.Same(unit?.Name ?? office ?? place.UnitId ?? place.OfficeRole!);
            named.Add(new(key, name, programme, unit?.LeftOn is not null));
        }

        return named;
    }
}
