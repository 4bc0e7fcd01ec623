using Programmes.Core;

namespace Programmes.Engine.People;

/// <summary>
/// Who acts, and what that person may do. Everything that is not granted here is denied.
/// </summary>
/// <param name="Name">The account's name, as audit and history record it.</param>
public sealed record Person(string Name)
{
    public bool IsAdministrator { get; init; }

    /// <summary>Leading-group office staff: launch, amend, waive, file for a unit, decide objections.</summary>
    public bool IsLeadingOffice { get; init; }

    /// <summary>Sees everything that is overdue, and urges; changes nothing else.</summary>
    public bool IsSupervisor { get; init; }

    /// <summary>Sees everything, does nothing.</summary>
    public bool IsReader { get; init; }

    /// <summary>The programme that <see cref="OfficeRole"/> and <see cref="UnitId"/> belong to; null: all programmes.</summary>
    public string? ProgrammeId { get; init; }

    /// <summary>The office's role in the launches, such as the one that verifies.</summary>
    public string? OfficeRole { get; init; }

    /// <summary>The participating unit; such a person sees only its own work.</summary>
    public string? UnitId { get; init; }

    /// <summary>Nobody has signed in: nothing is granted.</summary>
    public static readonly Person Nobody = new("");

    /// <summary>The engine itself, for work that it records by itself.</summary>
    public static readonly Person Engine = new("engine") { IsAdministrator = true };

    public bool CanManage => IsAdministrator || IsLeadingOffice;

    /// <summary>Seeing only: nobody may change something because of this.</summary>
    public bool CanSeeAll => CanManage || IsSupervisor || IsReader;

    /// <summary>Whether the person holds a role in a programme: the unit itself for <c>unit</c>, else the office of that role.</summary>
    public bool Holds(string role, string? programme, string? unit)
    {
        if (ProgrammeId is not null && ProgrammeId != programme) return false;
        return role == "unit" ? UnitId is not null && UnitId == unit : OfficeRole is not null && OfficeRole == role;
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
