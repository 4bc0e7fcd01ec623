using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Engine.Exports;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Exports;

/// <summary>
/// Lists and official documents as files, under the addresses of their pages. Who may open the page gets the file, with what the
/// page would show: the queries below the exports see to that.
/// </summary>
internal static class ExportFiles
{
    public static void MapExportFiles(this WebApplication app) => app.MapGroup("/exports").RequireAuthorization().MapFiles();

    /// <summary>The same files below any address; the group says who gets in.</summary>
    public static void MapFiles(this RouteGroupBuilder files)
    {
        files.AddEndpointFilter(Refuse);
        files.MapGet("/supervision.xlsx", (CurrentPerson person, Words words, ListExports lists, SupervisionShown? shown, string? programme, int? batch, string? role, string? name, string? superior, AdministrativeLevel? level, CancellationToken stop) =>
            SendAsync(lists.SupervisionAsync(person.Person, new(shown ?? SupervisionShown.Late, programme, batch, role, name) { Superior = superior, Level = level }, words.Language, stop)));
        files.MapGet("/work.xlsx", (CurrentPerson person, Words words, ListExports lists, WorkShown? shown, bool? everybody, string? programme, CancellationToken stop) =>
            SendAsync(lists.WorkAsync(person.Person, shown ?? WorkShown.All, everybody ?? false, Optional(programme), words.Language, stop)));
        files.MapGet("/urgings.xlsx", (CurrentPerson person, Words words, ListExports lists, string? programme, string? unit, CancellationToken stop) =>
            SendAsync(lists.UrgingsAsync(person.Person, new(Optional(programme), Optional(unit)), words.Language, stop)));
        files.MapGet("/mails.xlsx", (CurrentPerson person, Words words, ListExports lists, MailState? state, string? programme, string? to, CancellationToken stop) =>
            SendAsync(lists.MailsAsync(person.Person, state, Optional(programme), to, words.Language, stop))).RequireAuthorization(Policies.Manage);
        files.MapGet("/notices/{id}.docx", (CurrentPerson person, DocumentExports documents, string id, CancellationToken stop) =>
            SendAsync(documents.NoticeAsync(person.Person, id, stop)));
        files.MapGet("/notices/{id}/certificate.docx", (CurrentPerson person, DocumentExports documents, string id, CancellationToken stop) =>
            SendAsync(documents.CertificateAsync(person.Person, id, stop)));
        files.MapGet("/papers/{id:long}.docx", (CurrentPerson person, DocumentExports documents, long id, CancellationToken stop) =>
            SendAsync(documents.PaperAsync(person.Person, id, stop)));
        MapProgrammes(files.MapGroup("/programmes/{id}"));
    }

    private static void MapProgrammes(RouteGroupBuilder programme)
    {
        programme.MapGet("/board.xlsx", (CurrentPerson person, Words words, ListExports lists, string id, int? batch, string? unit, BoardFilter? state, CancellationToken stop) =>
            SendAsync(lists.BoardAsync(person.Person, id, batch ?? 1, unit, state ?? BoardFilter.All, words.Language, stop)));
        programme.MapGet("/results.xlsx", (CurrentPerson person, Words words, ListExports lists, string id, CancellationToken stop) =>
            SendAsync(lists.ResultsAsync(person.Person, id, words.Language, stop)));
        programme.MapGet("/ledger.xlsx", (CurrentPerson person, Words words, ListExports lists, string id, string? unit, string? superior, string? area, LedgerEntryStatus? status, bool? overdue, CancellationToken stop) =>
            SendAsync(lists.LedgerAsync(person.Person, new(id, Optional(unit), Optional(superior), Optional(area), status, overdue ?? false), words.Language, stop)));
        programme.MapGet("/papers.xlsx", (CurrentPerson person, Words words, ListExports lists, string id, PaperKind? kind, CancellationToken stop) =>
            SendAsync(lists.PapersAsync(person.Person, id, kind, words.Language, stop)));
        programme.MapGet("/urging-bulletin.docx", (CurrentPerson person, DocumentExports documents, string id, DateOnly? from, DateOnly? until, CancellationToken stop) =>
            from is { } first ? SendAsync(documents.UrgingBulletinAsync(person.Person, id, first, until, stop)) : Task.FromResult(Results.BadRequest())).RequireAuthorization(Policies.SeeAll);
        programme.MapGet("/ledger-bulletin.docx", (CurrentPerson person, DocumentExports documents, string id, DateOnly? since, CancellationToken stop) =>
            since is { } first ? SendAsync(documents.LedgerBulletinAsync(person.Person, id, first, stop)) : Task.FromResult(Results.BadRequest())).RequireAuthorization(Policies.SeeAll);
    }

    private static async Task<IResult> SendAsync(Task<ExportFile> making)
    {
        var file = await making;
        return Results.File(file.Content, file.MediaType, file.Name);
    }

    /// <summary>403 for what the person may never have; else the address leads to nothing, as with pages.</summary>
    private static async ValueTask<object?> Refuse(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (RefusedException refused)
        {
            return Results.StatusCode(refused.IsForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound);
        }
    }

    private static string? Optional(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
