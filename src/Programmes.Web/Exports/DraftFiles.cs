using Programmes.Engine.Exports;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Exports;

/// <summary>The list of units of a draft as files: the template, and what was sent with its faults marked.</summary>
internal static class DraftFiles
{
    public static void MapDraftFiles(this WebApplication app)
    {
        var files = app.MapGroup("/programmes/launch/{draft:long}/units").RequireAuthorization(Policies.Manage);
        files.MapGet("/template.xlsx", (CurrentPerson person, Words words, DraftUnits units, long draft, CancellationToken stop) => SendAsync(() => units.TemplateAsync(person.Person, draft, words.Language, stop)));
        files.MapGet("/checked.xlsx", (CurrentPerson person, Words words, DraftUnits units, long draft, CancellationToken stop) => SendAsync(() => units.MarkedAsync(person.Person, draft, words.Language, stop)));
    }

    private static async Task<IResult> SendAsync(Func<Task<ExportFile>> make)
    {
        try
        {
            var file = await make();
            return Results.File(file.Content, file.MediaType, file.Name);
        }
        catch (RefusedException refused)
        {
            return Results.StatusCode(refused.IsForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound);
        }
    }
}
