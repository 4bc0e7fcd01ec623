namespace Programmes.Engine.People;

/// <summary>An account that has shown its password, with what it may do; the web keeps it in its cookie.</summary>
/// <param name="Stamp">Changes with the password, the role and when the account is disabled; a cookie with another one is void.</param>
public sealed record SignedIn(string AccountId, string Name, string DisplayName, PersonRole? Role, string Stamp)
{
    public string? OfficeRole { get; init; }
    public string? ProgrammeId { get; init; }
    public string? UnitId { get; init; }

    /// <summary>The office's or unit's name in its programme; null where there is none.</summary>
    public string? ScopeName { get; init; }

    /// <summary>Somebody else knows the password, so nothing but changing it is allowed.</summary>
    public bool MustChangePassword { get; init; }

    public Person ToPerson() => new(Name)
    {
        IsAdministrator = Role == PersonRole.Administrator,
        IsLeadingOffice = Role == PersonRole.LeadingOffice,
        IsSupervisor = Role == PersonRole.Supervisor,
        IsReader = Role == PersonRole.Reader,
        ProgrammeId = ProgrammeId,
        OfficeRole = Role == PersonRole.Office ? OfficeRole : null,
        UnitId = Role == PersonRole.Unit ? UnitId : null,
    };
}
