namespace Programmes.Web.Tests.People;

/// <summary>Who an address answers to. One line an address; what is not here fails <see cref="RightsTests"/>.</summary>
internal static class RightsTable
{
    /// <summary>Anybody, without sign-in.</summary>
    public const string Anyone = "anyone";

    /// <summary>Everybody who is signed in.</summary>
    public const string Everybody = "administrator leading-office supervisor office unit reader";

    public const string Managers = "administrator leading-office";

    public const string Administrator = "administrator";

    /// <summary>Programs with a token; no cookie opens it.</summary>
    public const string Token = "token";

    /// <summary>The route as it is written, and who may open it. The page may still show a person no row of others.</summary>
    public static readonly IReadOnlyDictionary<string, string> Rows = new Dictionary<string, string>
    {
        ["/"] = Everybody,
        ["/accounts"] = Administrator,
        ["/accounts/create"] = Administrator,
        ["/accounts/{id}"] = Administrator,
        ["/account/authenticator"] = Everybody,
        ["/account/forgotten"] = Anyone,
        ["/account/password"] = Everybody,
        ["/account/reset"] = Anyone,
        ["/account/sign-ins"] = Everybody,
        ["/api"] = Everybody,
        ["/api/v1/{documentName}.json"] = Everybody,
        ["/audit"] = Managers,
        ["/calendar"] = Everybody,
        ["/calendar/feeds/{secret}.ics"] = Anyone,
        ["/definitions"] = Everybody,
        ["/definitions/{id}"] = Everybody,
        ["/directory"] = Everybody,
        ["/errors/{status:int}"] = Anyone,
        ["/health"] = Administrator,
        ["/health/live"] = Anyone,
        ["/health/ready"] = Anyone,
        ["/invitation"] = Anyone,
        ["/language"] = Anyone,
        ["/mail/choices"] = Anyone,
        ["/mails"] = Managers,
        ["/mails/test"] = Managers,
        ["/mails/templates"] = Managers,
        ["/settings"] = Administrator,
        ["/settings/calendar"] = Everybody,
        ["/settings/tokens"] = Everybody,
        ["/setup"] = Anyone,
        ["/sign-in"] = Anyone,
        ["/sign-out"] = Everybody,
        ["/supervision"] = Everybody,
        ["/work"] = Everybody,
    };
}
