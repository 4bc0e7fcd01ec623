using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Web.Layout;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Components;

/// <summary>What every page of the office has: who asks, the words, the page number, and one way to act.</summary>
public abstract class OfficePage : PageModel
{
    /// <summary>Which page of the rows, from 1.</summary>
    [BindProperty(SupportsGet = true, Name = PagerTagHelper.QueryKey)]
    public int PageNumber { get; set; } = 1;

    public Person Person => HttpContext.RequestServices.GetRequiredService<CurrentPerson>().Person;

    protected Words Words => HttpContext.RequestServices.GetRequiredService<Words>();

    /// <summary>Tells the menu how much waits for the person; not for fragments, which have no menu.</summary>
    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var executed = await next();
        if (executed.Result is not PageResult || Person == Person.Nobody) return;
        var work = HttpContext.RequestServices.GetRequiredService<WorkListQuery>();
        var frame = HttpContext.RequestServices.GetRequiredService<Frame>();
        frame.OpenWorkItems = await work.CountAsync(Person, HttpContext.RequestAborted);
        frame.WaitingObjections = await HttpContext.RequestServices.GetRequiredService<ObjectionQueries>().CountWaitingAsync(Person, HttpContext.RequestAborted);
    }

    /// <summary>Shows the banner of a demonstration clock.</summary>
    protected void ShowClock(bool isDemonstration, DateTimeOffset now)
    {
        if (isDemonstration) HttpContext.RequestServices.GetRequiredService<Frame>().DemonstrationNow = now;
    }

    /// <summary>
    /// Does it, says so on the page that comes next, and redirects there. What a use case refuses is shown with its rule on
    /// the same page, nothing that was typed is lost; what the person may never do is 403.
    /// </summary>
    protected async Task<IActionResult> ActAsync(Func<Task> act, Text done, Func<Task<IActionResult>> again, Func<IActionResult> then)
    {
        if (ModelState.IsValid)
        {
            try
            {
                await act();
                this.Say(FlashKind.Success, done);
                return then();
            }
            catch (FieldsRefusedException refused)
            {
                Refused(refused);
                foreach (var problem in refused.Problems) ModelState.AddModelError(FieldOf(problem.Field), Words[problem.Words]);
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                Refused(refused);
                ModelState.AddModelError("", Words[refused.Words]);
            }
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await again();
    }

    /// <summary>Told of a refusal before the page is shown again.</summary>
    protected virtual void Refused(RefusedException refused)
    {
    }

    /// <summary>The page's name of a field that a use case refused.</summary>
    protected virtual string FieldOf(string field) => field;
}
