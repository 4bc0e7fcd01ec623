using Programmes.Core.Programmes;

namespace Programmes.Engine.People;

/// <summary>What a person serves: an office's role in the launches, or a participating unit.</summary>
/// <param name="ProgrammeId">Null: all programmes.</param>
public sealed record Place(string? ProgrammeId, string? OfficeRole, string? UnitId)
{
    /// <summary>Places, and parts that a supervisor sees, of one account: each is a condition of every query.</summary>
    public const int PlacesMax = 20;

    /// <summary>The unit has left its programme: what it did stays readable, nothing is done in its name any more.</summary>
    public bool HasLeft { get; init; }
}

/// <summary>The part that a supervisor sees: a whole programme, a level, an office with everything below it, or one unit.</summary>
/// <param name="ProgrammeId">Null: in all programmes.</param>
/// <param name="Level">What offices and units of this level owe.</param>
public sealed record SupervisionScope(string? ProgrammeId = null, AdministrativeLevel? Level = null, string? OfficeRole = null, string? UnitId = null);

/// <summary>A person's places in one programme, as queries compare them.</summary>
/// <param name="ProgrammeId">Null: in all programmes.</param>
internal sealed record PlaceGroup(string? ProgrammeId, List<string> Offices, List<string> Units)
{
    public static IReadOnlyList<PlaceGroup> Of(IEnumerable<Place> places) =>
    [
        .. places.GroupBy(place => place.ProgrammeId).Select(group => new PlaceGroup(
            group.Key, [.. group.Select(place => place.OfficeRole).OfType<string>().Distinct()], [.. group.Select(place => place.UnitId).OfType<string>().Distinct()])),
    ];
}
