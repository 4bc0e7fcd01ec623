using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Programmes.Engine.People;

namespace Programmes.Web.People;

/// <summary>
/// Who may open a page: <c>[Authorize(Policies.Manage)]</c>. A page that names none is open to everybody who is signed in,
/// and shows what <see cref="Person"/> may see; the use cases check again what may be changed.
/// </summary>
public static class Policies
{
    /// <summary>Accounts and settings.</summary>
    public const string Administer = "administer";

    /// <summary>Launch, amend, decide: the leading office and administrators.</summary>
    public const string Manage = "manage";

    /// <summary>What concerns all units: the leading office, supervisors and readers.</summary>
    public const string SeeAll = "see-all";

    /// <summary>Urging: supervisors and the leading office.</summary>
    public const string Supervise = "supervise";

    /// <summary>Everybody but participating units.</summary>
    public const string Staff = "staff";

    public static void AddTo(AuthorizationBuilder authorization)
    {
        // Denied unless a page says otherwise: also addresses that lead nowhere, so that strangers learn nothing from them.
        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        Add(Administer, user => user.ToPerson().IsAdministrator);
        Add(Manage, user => user.ToPerson().CanManage);
        // A supervisor of a part opens the pages, too, and sees the part.
        Add(SeeAll, user => user.ToPerson() is { CanSeeAll: true } or { IsSupervisor: true });
        Add(Supervise, user => user.ToPerson() is { CanManage: true } or { IsSupervisor: true });
        Add(Staff, user => user.ToSignedIn()?.Role is not (null or PersonRole.Unit));

        void Add(string name, Func<ClaimsPrincipal, bool> allows) => authorization.AddPolicy(name, policy =>
            policy.RequireAuthenticatedUser().RequireAssertion(context => allows(context.User)));
    }
}
