using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Programmes.Engine.People;

namespace Programmes.Web.Components;

/// <summary>What a page did not catch: 403 for what the person may never do, else the address leads to nothing.</summary>
internal sealed class RefusedFilter : IExceptionFilter
{
    public void OnException(ExceptionContext context)
    {
        if (context.Exception is not RefusedException refused) return;
        context.Result = new StatusCodeResult(refused.IsForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound);
        context.ExceptionHandled = true;
    }
}
