using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Dates;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Calendar;

public sealed class IndexModel(CalendarQuery query) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public int? Year { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    /// <summary>Such as <c>5个工作日</c> or <c>6 months</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? By { get; set; }

    public CalendarYear Shown { get; private set; } = null!;
    public DateResolution? Counted { get; private set; }

    public IActionResult OnGet()
    {
        var year = Year ?? query.Today.Year;
        if (year < CalendarQuery.YearMin || year > CalendarQuery.YearMax) return NotFound();
        Shown = query.Year(year);
        if (!string.IsNullOrWhiteSpace(By)) Counted = query.Count(From ?? query.Today, By.Length > DateRule.LengthMax ? By[..DateRule.LengthMax] : By);
        return Page();
    }
}
