using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Supervision;

/// <summary>How the work of offices, and of the units below each, stands over a period; in the order of names, never of merit.</summary>
[Authorize(Policies.Staff)]
public sealed class CompareModel(WorkComparisonQuery query, ProgrammeQueries programmes) : OfficePage
{
    /// <summary>Null: the programme that was launched last.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    /// <summary>Of due dates, inclusive; null: the first day of the programme's year.</summary>
    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    /// <summary>Inclusive; null: the last day of the programme's year.</summary>
    [BindProperty(SupportsGet = true)]
    public DateOnly? Until { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Batch { get; set; }

    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];
    public WorkComparison? Found { get; private set; }
    public string Name { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        if (Programmes.Count == 0) return Page();
        Programme = string.IsNullOrEmpty(Programme) ? Programmes[0].Id : Programme;
        if (await programmes.HeadAsync(Person, Programme, cancellationToken) is not { } head) return NotFound();
        Name = head.Name;
        (From, Until) = (From ?? new DateOnly(head.Today.Year, 1, 1), Until ?? new DateOnly(head.Today.Year, 12, 31));
        if (From > Until) ModelState.AddModelError("until", Words["截止日期不能早于起始日期", "The last day cannot be before the first"]);
        if (!ModelState.IsValid)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        Found = await query.RunAsync(Person, new(Programme, From.Value, Until.Value, Batch), cancellationToken);
        if (Found is null) return NotFound();
        ShowClock(Found.IsDemonstration, Found.Now);
        return Page();
    }

    /// <summary>The list behind a number.</summary>
    public string? Link(ComparedShown shown, string? superior = null, string? role = null, string? level = null) => Url.Page("/Supervision/Period", new
    {
        programme = Programme,
        from = DateFormat(From),
        until = DateFormat(Until),
        batch = Batch,
        shown = shown == ComparedShown.All ? null : shown.ToString(),
        superior,
        role,
        level,
    });

    private static string? DateFormat(DateOnly? on) => on is { } day ? Localisation.DateFormat.Machine(day) : null;
}

/// <summary>One table of the comparison.</summary>
/// <param name="OfUnits">Work of the units below each office, else of the office itself.</param>
public sealed record ComparedTable(CompareModel Page, string Label, IReadOnlyList<ComparedOffice> Lines, ComparedOffice Sum, bool OfUnits);
