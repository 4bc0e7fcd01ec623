using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Supervision;

/// <summary>The work behind a number of the comparison, done or not.</summary>
[Authorize(Policies.Staff)]
public sealed class PeriodModel(WorkComparisonQuery query, ProgrammeQueries programmes) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Programme { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public DateOnly From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly Until { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Batch { get; set; }

    [BindProperty(SupportsGet = true)]
    public ComparedShown Shown { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Superior { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Role { get; set; }

    [BindProperty(SupportsGet = true)]
    public AdministrativeLevel? Level { get; set; }

    public Paged<WorkLine> Lines { get; private set; } = null!;
    public ProgrammeHead Head { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid || await programmes.HeadAsync(Person, Programme, cancellationToken) is not { } head) return NotFound();
        Head = head;
        ShowClock(head.IsDemonstration, head.Now);
        // A form without a superior is told apart from one whose superior is empty.
        var superior = Request.Query.ContainsKey("superior") ? Superior ?? "" : null;
        if (await query.ListAsync(Person, new(new(Programme, From, Until, Batch), Shown, superior, Role, Level), PageNumber, cancellationToken) is not { } lines) return NotFound();
        Lines = lines;
        return Page();
    }

    public static Text Name(ComparedShown shown) => shown switch
    {
        ComparedShown.OnTime => new("按期办结的任务", "Work done on time"),
        ComparedShown.DoneLate => new("逾期办结的任务", "Work done late"),
        ComparedShown.Open => new("未办结的任务", "Open work"),
        ComparedShown.Late => new("现逾期的任务", "Work that is late"),
        _ => new("全部任务", "All work"),
    };
}
