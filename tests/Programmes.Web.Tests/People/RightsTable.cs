namespace Programmes.Web.Tests.People;

/// <summary>Who an address answers to. One line an address; what is not here fails <see cref="RightsTests"/>.</summary>
internal static class RightsTable
{
    /// <summary>Anybody, without sign-in.</summary>
    public const string Anyone = "anyone";

    /// <summary>Everybody who is signed in.</summary>
    public const string Everybody = "administrator leading-office supervisor office unit reader";

    public const string Managers = "administrator leading-office";

    /// <summary>Who sees all units of a programme, by the policy; a use case may still narrow it.</summary>
    public const string Overseers = "administrator leading-office supervisor reader";

    /// <summary>Everybody but participating units.</summary>
    public const string Staff = "administrator leading-office supervisor office reader";

    public const string Administrator = "administrator";

    /// <summary>Programs with a token; no cookie opens it.</summary>
    public const string Token = "token";

    /// <summary>The route as it is written, and who may open it. The page may still show a person no row of others.</summary>
    public static readonly IReadOnlyDictionary<string, string> Rows = new Dictionary<string, string>
    {
        ["/"] = Everybody,
        ["/account/authenticator"] = Everybody,
        ["/account/forgotten"] = Anyone,
        ["/account/password"] = Everybody,
        ["/account/reset"] = Anyone,
        ["/account/sign-ins"] = Everybody,
        ["/accounts"] = Administrator,
        ["/accounts/create"] = Administrator,
        ["/accounts/{id}"] = Administrator,
        ["/api"] = Everybody,
        ["/api/v1/exports/mails.xlsx"] = Token,
        ["/api/v1/exports/notices/{id}.docx"] = Token,
        ["/api/v1/exports/notices/{id}/certificate.docx"] = Token,
        ["/api/v1/exports/papers/{id:long}.docx"] = Token,
        ["/api/v1/exports/programmes/{id}/board.xlsx"] = Token,
        ["/api/v1/exports/programmes/{id}/ledger-bulletin.docx"] = Token,
        ["/api/v1/exports/programmes/{id}/ledger.xlsx"] = Token,
        ["/api/v1/exports/programmes/{id}/papers.xlsx"] = Token,
        ["/api/v1/exports/programmes/{id}/results.xlsx"] = Token,
        ["/api/v1/exports/programmes/{id}/urging-bulletin.docx"] = Token,
        ["/api/v1/exports/supervision.xlsx"] = Token,
        ["/api/v1/exports/urgings.xlsx"] = Token,
        ["/api/v1/exports/work.xlsx"] = Token,
        ["/api/v1/launches"] = Token,
        ["/api/v1/launches/check"] = Token,
        ["/api/v1/launches/rehearse"] = Token,
        ["/api/v1/me"] = Token,
        ["/api/v1/notices"] = Token,
        ["/api/v1/notices/{id}"] = Token,
        ["/api/v1/programmes"] = Token,
        ["/api/v1/programmes/{id}"] = Token,
        ["/api/v1/work"] = Token,
        ["/api/v1/work/{id}"] = Token,
        ["/api/v1/work/{id}/accept"] = Token,
        ["/api/v1/work/{id}/return"] = Token,
        ["/api/v1/work/{id}/sign"] = Token,
        ["/api/v1/work/{id}/submit"] = Token,
        ["/api/v1/{**rest}"] = Token,
        ["/api/v1/{documentName}.json"] = Everybody,
        ["/audit"] = Managers,
        ["/calendar/feeds/{secret}.ics"] = Anyone,
        ["/calendar/{year:int?}"] = Everybody,
        ["/definitions"] = Everybody,
        ["/definitions/{id}/{version:int}"] = Everybody,
        ["/directory"] = Everybody,
        ["/errors/{code:int}"] = Anyone,
        ["/exports/mails.xlsx"] = Managers,
        ["/exports/notices/{id}.docx"] = Everybody,
        ["/exports/notices/{id}/certificate.docx"] = Everybody,
        ["/exports/papers/{id:long}.docx"] = Everybody,
        ["/exports/programmes/{id}/board.xlsx"] = Everybody,
        ["/exports/programmes/{id}/ledger-bulletin.docx"] = Overseers,
        ["/exports/programmes/{id}/ledger.xlsx"] = Everybody,
        ["/exports/programmes/{id}/papers.xlsx"] = Everybody,
        ["/exports/programmes/{id}/results.xlsx"] = Everybody,
        ["/exports/programmes/{id}/urging-bulletin.docx"] = Overseers,
        ["/exports/supervision.xlsx"] = Everybody,
        ["/exports/urgings.xlsx"] = Everybody,
        ["/exports/work.xlsx"] = Everybody,
        ["/health"] = Administrator,
        ["/health/live"] = Anyone,
        ["/health/ready"] = Anyone,
        ["/invitation"] = Anyone,
        ["/language"] = Anyone,
        ["/mail/choices"] = Anyone,
        ["/mails"] = Managers,
        ["/mails/preview"] = Managers,
        ["/mails/templates"] = Managers,
        ["/mails/templates/{name}/html"] = Managers,
        ["/mails/test"] = Managers,
        ["/mails/{id:long}"] = Managers,
        ["/mails/{id:long}.eml"] = Managers,
        ["/mails/{id:long}/html"] = Managers,
        ["/notices"] = Everybody,
        ["/notices/objections"] = Managers,
        ["/notices/{id}"] = Everybody,
        ["/notices/{id}/certificate"] = Everybody,
        ["/papers"] = Everybody,
        ["/Index"] = Everybody,
        ["/papers/new"] = "administrator leading-office office unit",
        ["/papers/{id:long}"] = Everybody,
        ["/programmes"] = Everybody,
        ["/programmes/launch"] = Managers,
        ["/programmes/launch/{draft:long}/basics"] = Managers,
        ["/programmes/launch/{draft:long}/batches"] = Managers,
        ["/programmes/launch/{draft:long}/offices"] = Managers,
        ["/programmes/launch/{draft:long}/rehearsal"] = Managers,
        ["/programmes/launch/{draft:long}/reminders"] = Managers,
        ["/programmes/launch/{draft:long}/units"] = Managers,
        ["/programmes/launch/{draft:long}/units/checked.xlsx"] = Managers,
        ["/programmes/launch/{draft:long}/units/template.xlsx"] = Managers,
        ["/programmes/{id}"] = Everybody,
        ["/public/notices"] = Anyone,
        ["/public/notices/{id}"] = Anyone,
        ["/public/notices/{id}/object"] = Anyone,
        ["/public/objections"] = Anyone,
        ["/settings"] = Administrator,
        ["/settings/calendar"] = Everybody,
        ["/settings/tokens"] = Everybody,
        ["/ledgers"] = Everybody,
        ["/ledgers/entries/{id}"] = Everybody,
        ["/ledgers/new/{ledger}"] = Everybody,
        ["/programmes/{id}/admit"] = Managers,
        ["/programmes/{id}/manage"] = Managers,
        ["/programmes/{id}/offices"] = Everybody,
        ["/review"] = Everybody,
        ["/supervision/compare"] = Staff,
        ["/supervision/period"] = Staff,
        ["/work/{id}/reassign"] = Managers,
        ["/work/{id}/scores/{unit?}"] = Everybody,
        ["/setup"] = Anyone,
        ["/sign-in"] = Anyone,
        ["/sign-out"] = Everybody,
        ["/supervision"] = Everybody,
        ["/supervision/urgings"] = Everybody,
        ["/work"] = Everybody,
        ["/work/{id}"] = Everybody,
    };
}
