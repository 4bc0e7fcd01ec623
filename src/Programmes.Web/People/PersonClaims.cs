using System.Security.Claims;
using System.Text.Json;
using Programmes.Engine.People;

namespace Programmes.Web.People;

/// <summary>A signed-in account as the claims of its cookie, and back.</summary>
internal static class PersonClaims
{
    public const string AccountId = ClaimTypes.NameIdentifier;
    private const string Stamp = "stamp";
    private const string DisplayName = "display";
    private const string PlaceServed = "place";
    private const string SupervisedPart = "supervised";
    private const string ScopeName = "scope";
    private const string MustChange = "must-change";
    private const string TwoFactor = "two-factor";

    public static ClaimsPrincipal ToPrincipal(this SignedIn account, string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        Add(AccountId, account.AccountId);
        Add(ClaimTypes.Name, account.Name);
        Add(Stamp, account.Stamp);
        Add(DisplayName, account.DisplayName);
        Add(ClaimTypes.Role, account.Role?.Key());
        foreach (var place in account.Places) Add(PlaceServed, JsonSerializer.Serialize(place));
        foreach (var scope in account.Scopes) Add(SupervisedPart, JsonSerializer.Serialize(scope));
        Add(ScopeName, account.ScopeName);
        Add(MustChange, account.MustChangePassword ? "true" : null);
        Add(TwoFactor, account.HasTwoFactor ? "true" : null);
        return new(identity);

        void Add(string type, string? value)
        {
            if (value is not null) identity.AddClaim(new(type, value));
        }
    }

    /// <summary>Null for a visitor who has not signed in.</summary>
    public static SignedIn? ToSignedIn(this ClaimsPrincipal principal)
    {
        if (principal.Identity is not { IsAuthenticated: true, Name: { } name }) return null;
        if (principal.FindFirstValue(AccountId) is not { } id || principal.FindFirstValue(Stamp) is not { } stamp) return null;
        return new(id, name, principal.FindFirstValue(DisplayName) ?? name, PersonRoles.Parse(principal.FindFirstValue(ClaimTypes.Role)), stamp)
        {
            Places = [.. principal.FindAll(PlaceServed).Select(claim => JsonSerializer.Deserialize<Place>(claim.Value)!)],
            Scopes = [.. principal.FindAll(SupervisedPart).Select(claim => JsonSerializer.Deserialize<SupervisionScope>(claim.Value)!)],
            ScopeName = principal.FindFirstValue(ScopeName),
            MustChangePassword = principal.HasClaim(MustChange, "true"),
            HasTwoFactor = principal.HasClaim(TwoFactor, "true"),
        };
    }

    public static Person ToPerson(this ClaimsPrincipal principal) => principal.ToSignedIn()?.ToPerson() ?? Person.Nobody;
}
