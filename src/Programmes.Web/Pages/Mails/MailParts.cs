using Programmes.Engine.Mail;
using Programmes.Engine.Queries;
using Programmes.Web.Hosting;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Mails;

/// <summary>The HTML of mails and templates, for frames, and mails as files.</summary>
internal static class MailParts
{
    public static void MapMailParts(this WebApplication app)
    {
        app.MapGet("/mails/{id:long}/html", async (long id, HttpContext http, CurrentPerson person, MailQueries query) =>
            await query.FindAsync(person.Person, id, http.RequestAborted) is { Html: { } html } ? http.ShownHtml(html) : Results.NotFound()).RequireAuthorization(Policies.Manage);
        app.MapGet("/mails/{id:long}.eml", async (long id, HttpContext http, CurrentPerson person, MailQueries query) =>
            await query.FileAsync(person.Person, id, http.RequestAborted) is { } file ? Results.File(file, "message/rfc822", $"mail-{id}.eml") : Results.NotFound()).RequireAuthorization(Policies.Manage);
        app.MapGet("/mails/templates/{name}/html", (string name, HttpContext http, CurrentPerson person, PreviewTemplates templates) =>
            templates.Find(person.Person, name) is { } template ? http.ShownHtml(template.Html) : Results.NotFound()).RequireAuthorization(Policies.Manage);
    }
}
