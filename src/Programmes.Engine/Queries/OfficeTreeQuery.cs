using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Queries;

/// <param name="Depth">Offices above it.</param>
/// <param name="Units">Directly below it, of those that the person may see.</param>
public sealed record OfficeBranch(string Role, string Name, AdministrativeLevel? Level, int Depth, int Units);

public sealed record UnitLeaf(string Id, string Name, AdministrativeLevel? Level, string? Responsible, DateOnly? LeftOn);

/// <param name="Offices">From the top down, each followed by what is below it.</param>
/// <param name="Without">Units below no office.</param>
/// <param name="Units">Of the chosen office, or those below none.</param>
public sealed record OfficesShown(IReadOnlyList<OfficeBranch> Offices, int Without, string? Chosen, Paged<UnitLeaf> Units);

/// <summary>The offices of a programme as they stand above each other, and the units of each.</summary>
public sealed class OfficeTreeQuery(IDbContextFactory<ProgrammesDb> contexts)
{
    public const int PageSize = 50;
    private const int OfficesMax = 5_000;

    /// <param name="office">The role of the office whose units are listed; null or unknown: the first that has some.</param>
    /// <returns>Null: there is no such programme, or the person may not know of it.</returns>
    public async Task<OfficesShown?> RunAsync(Person person, string programme, string? office, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await db.ProgrammesOf(person).AnyAsync(row => row.Id == programme, cancellationToken).ConfigureAwait(false)) return null;
        var units = db.Units.AsNoTracking().Where(row => row.ProgrammeId == programme);
        if (db.OnlyUnits(person, programme) is { } only) units = units.Where(row => only.Contains(row.UnitId));
        var offices = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == programme).OrderBy(row => row.Name).ThenBy(row => row.Role).Take(OfficesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var counts = await units.GroupBy(row => row.Superior ?? "").Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        var known = offices.Select(row => row.Role).ToHashSet(StringComparer.Ordinal);
        var below = offices.ToLookup(row => row.Superior is { } above && known.Contains(above) ? above : null);
        var branches = new List<OfficeBranch>();
        Grow(null, 0);
        var without = counts.Where(one => !known.Contains(one.Key)).Sum(one => one.Value);
        var chosen = office is not null && known.Contains(office) ? office : without > 0 ? null : branches.FirstOrDefault(branch => branch.Units > 0)?.Role;
        var listed = chosen is null ? units.Where(row => row.Superior == null || !known.Contains(row.Superior)) : units.Where(row => row.Superior == chosen);
        var found = await listed.OrderBy(row => row.Ordinal).Select(row => new UnitLeaf(row.UnitId, row.Name, row.Level, row.Responsible, row.LeftOn)).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return new(branches, without, chosen, found);

        void Grow(string? above, int depth)
        {
            // A launch is checked to hold no ring and no deeper tree.
            if (depth > OfficeTree.DepthMax) return;
            foreach (var row in below[above])
            {
                branches.Add(new(row.Role, row.Name, row.Level, depth, counts.GetValueOrDefault(row.Role)));
                Grow(row.Role, depth + 1);
            }
        }
    }
}
