using Programmes.Core;

namespace Programmes.Engine.People;

/// <summary>
/// Who acts, and what that person may do. Everything that is not granted here is denied.
/// </summary>
/// <param name="Name">The account's name, as audit and history record it.</param>
public sealed record Person(string Name)
{
    private readonly IReadOnlyList<Place>? places;
    private readonly string? programmeId;
    private readonly string? officeRole;
    private readonly string? unitId;

    public bool IsAdministrator { get; init; }

    /// <summary>Leading-group office staff: launch, amend, waive, file for a unit, decide objections.</summary>
    public bool IsLeadingOffice { get; init; }

    /// <summary>Sees its <see cref="Scopes"/>, and urges; changes nothing else.</summary>
    public bool IsSupervisor { get; init; }

    /// <summary>Sees everything, does nothing.</summary>
    public bool IsReader { get; init; }

    /// <summary>The offices and units that the person serves; sees what they owe and review, and what is below the offices.</summary>
    public IReadOnlyList<Place> Places
    {
        get => places ?? (officeRole is null && unitId is null ? [] : [new(programmeId, officeRole, unitId)]);
        init => places = value;
    }

    /// <summary>The parts that a supervisor sees and urges; none: the whole. Of no meaning for others.</summary>
    public IReadOnlyList<SupervisionScope> Scopes { get; init; } = [];

    /// <summary>The programme of the first place; null: all programmes. Shorthand for a person with one place.</summary>
    public string? ProgrammeId
    {
        get => places is null ? programmeId : First?.ProgrammeId;
        init => programmeId = value;
    }

    /// <summary>The office's role in the launches, of the first place, such as the one that verifies.</summary>
    public string? OfficeRole
    {
        get => First?.OfficeRole;
        init => officeRole = value;
    }

    /// <summary>The participating unit of the first place.</summary>
    public string? UnitId
    {
        get => First?.UnitId;
        init => unitId = value;
    }

    private Place? First => Places is [var first, ..] ? first : null;

    /// <summary>Nobody has signed in: nothing is granted.</summary>
    public static readonly Person Nobody = new("");

    /// <summary>The engine itself, for work that it records by itself.</summary>
    public static readonly Person Engine = new("engine") { IsAdministrator = true };

    /// <summary>Anybody who uses a public page, such as the author of an objection: nothing is granted, and nobody is named.</summary>
    public static readonly Person Visitor = new("public");

    public bool CanManage => IsAdministrator || IsLeadingOffice;

    /// <summary>Seeing only: nobody may change something because of this.</summary>
    public bool CanSeeAll => CanManage || IsReader || IsSupervisor && Scopes.Count == 0;

    public bool HasOffice => Places.Any(place => place.OfficeRole is not null);

    public bool HasUnit => Places.Any(place => place.UnitId is not null);

    /// <summary>Whether the person may act for a role in a programme: the unit itself for <c>unit</c>, else the office of that role.</summary>
    public bool Holds(string role, string? programme, string? unit) => Places.Any(place => !place.HasLeft && Is(place, role, programme, unit));

    /// <summary>Whether the person may read what concerns a role: as <see cref="Holds"/>, and of units that have left.</summary>
    public bool Knows(string role, string? programme, string? unit) => Places.Any(place => Is(place, role, programme, unit));

    /// <summary>The roles of the offices that the person serves there.</summary>
    public IEnumerable<string> OfficesIn(string? programme) =>
        Places.Where(place => place.ProgrammeId is null || place.ProgrammeId == programme).Select(place => place.OfficeRole).OfType<string>();

    /// <summary>The units that the person serves there, those that have left among them.</summary>
    public IEnumerable<string> UnitsIn(string? programme) =>
        Places.Where(place => place.ProgrammeId is null || place.ProgrammeId == programme).Select(place => place.UnitId).OfType<string>();

    private static bool Is(Place place, string role, string? programme, string? unit)
    {
        if (place.ProgrammeId is not null && place.ProgrammeId != programme) return false;
        return role == "unit" ? place.UnitId is not null && place.UnitId == unit : place.OfficeRole is not null && place.OfficeRole == role;
    }
}

/// <summary>
/// A use case refuses: the rule that forbids it and what to do instead, in the user's language. Nothing was changed.
/// </summary>
#pragma warning disable CA1032 // It is never thrown without words in both languages.
public class RefusedException(Text words, bool forbidden = false) : Exception(words.En)
#pragma warning restore CA1032
{
    public Text Words { get; } = words;

    /// <summary>The person may not do this at all, as opposed to not now or not so.</summary>
    public bool IsForbidden { get; } = forbidden;

    public static RefusedException Forbidden() => new(new("您没有办理此事的权限", "You are not permitted to do this"), forbidden: true);

    public static RefusedException NotFound(string zh, string en) => new(new($"没有找到{zh}", $"{en} was not found"));
}
