using Programmes.Engine.People;

namespace Programmes.Web.People;

/// <summary>Who asks: pages take it in their constructor and hand <see cref="Person"/> to the use cases.</summary>
public sealed class CurrentPerson(IHttpContextAccessor http)
{
    private SignedIn? Account => http.HttpContext?.User.ToSignedIn();

    public bool IsSignedIn => Account is not null;

    /// <summary>What the visitor may do; <see cref="Person.Nobody"/> before signing in.</summary>
    public Person Person => Account?.ToPerson() ?? Person.Nobody;

    /// <summary>The name to show; empty before signing in.</summary>
    public string DisplayName => Account?.DisplayName ?? "";

    public PersonRole? Role => Account?.Role;

    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public string AccountId => Account?.AccountId ?? throw new InvalidOperationException("Nobody is signed in.");
}
