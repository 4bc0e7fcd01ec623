using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Public;

/// <summary>A page for everybody, without sign-in. No copy of it stays anywhere: what it shows is taken down on its day.</summary>
public abstract class PublicPage : OfficePage
{
    /// <summary>What search engines may do.</summary>
    protected void Robots(string rule) => Response.Headers["X-Robots-Tag"] = rule;

    /// <summary>Taken down, or never there: the two look the same.</summary>
    protected PageResult TakenDown()
    {
        Robots("noindex, noarchive");
        Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }

    public override Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        Response.Headers.CacheControl = "no-store";
        return next();
    }
}
