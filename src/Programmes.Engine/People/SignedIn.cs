namespace Programmes.Engine.People;

/// <summary>An account that has shown its password, with what it may do; the web keeps it in its cookie.</summary>
/// <param name="Stamp">Changes with the password, the role and when the account is disabled; a cookie with another one is void.</param>
public sealed record SignedIn(string AccountId, string Name, string DisplayName, PersonRole? Role, string Stamp)
{
    public IReadOnlyList<Place> Places { get; init; } = [];

    /// <summary>Of a supervisor; none: the whole.</summary>
    public IReadOnlyList<SupervisionScope> Scopes { get; init; } = [];

    /// <summary>The name of the office or unit of the first place; null where there is none.</summary>
    public string? ScopeName { get; init; }

    /// <summary>Somebody else knows the password, so nothing but changing it is allowed.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>The password was right, and a code of the authenticator app has to follow: this is no sign-in yet.</summary>
    public bool AwaitsCode { get; init; }

    public bool HasTwoFactor { get; init; }

    /// <summary>The settings ask for the authenticator app, and the account has not set it up: nothing but that is allowed.</summary>
    public bool IsWithoutRequiredTwoFactor(SecuritySettings settings) =>
        settings.TwoFactorForManagers && !HasTwoFactor && Role is (PersonRole.Administrator or PersonRole.LeadingOffice);

    public Person ToPerson() => new(Name)
    {
        IsAdministrator = Role == PersonRole.Administrator,
        IsLeadingOffice = Role == PersonRole.LeadingOffice,
        IsSupervisor = Role == PersonRole.Supervisor,
        IsReader = Role == PersonRole.Reader,
        Places = Role switch
        {
            // Who only looks serves nobody, and a unit's account never acts as an office, whatever the tables say.
            null or PersonRole.Reader => [],
            PersonRole.Unit => [.. Places.Where(place => place.OfficeRole is null)],
            _ => Places,
        },
        Scopes = Role == PersonRole.Supervisor ? Scopes : [],
    };
}
