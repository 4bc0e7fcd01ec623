using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Programme;

/// <summary>The tree of a programme's offices, and the units of each.</summary>
public sealed class OfficesModel(OfficeTreeQuery query, ProgrammeQueries programmes) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>The role of the office whose units are listed.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Office { get; set; }

    public ProgrammeHead Head { get; private set; } = null!;
    public OfficesShown Found { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await programmes.HeadAsync(Person, Id, cancellationToken) is not { } head || await query.RunAsync(Person, Id, Office, PageNumber, cancellationToken) is not { } found) return NotFound();
        (Head, Found) = (head, found);
        ShowClock(head.IsDemonstration, head.Now);
        return Page();
    }
}
