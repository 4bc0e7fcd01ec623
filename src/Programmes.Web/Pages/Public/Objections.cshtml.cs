using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;

namespace Programmes.Web.Pages.Public;

/// <summary>How an objection stands, for its author: the receipt is the key. It is sent in the form, so that no address or log holds it.</summary>
[AllowAnonymous]
public sealed class ObjectionsModel(ObjectionQueries query, VisitorLimits limits) : PublicPage
{
    private const int ReceiptLengthMax = 40;

    [BindProperty]
    public string? Receipt { get; set; }

    public ObjectionStanding? Standing { get; private set; }

    public void OnGet() => Robots("noindex, noarchive");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Robots("noindex, noarchive");
        if (!limits.MayLookUp(HttpContext))
        {
            ModelState.AddModelError("", Words["查询太频繁，请一分钟后再试", "Too many requests; try again in a minute"]);
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Page();
        }

        Standing = Receipt is { Length: <= ReceiptLengthMax } ? await query.StandingAsync(Receipt, cancellationToken) : null;
        if (Standing is not null) return Page();
        ModelState.AddModelError(nameof(Receipt), Words["没有这个回执编号，请核对后再查；编号为 16 位字母和数字", "There is no such receipt; compare its 16 letters and digits"]);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
