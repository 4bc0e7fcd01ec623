using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Ledgers;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Ledgers;

/// <summary>The problems of a programme: numbers that lead to their list. A unit sees its own.</summary>
public sealed class IndexModel(LedgerBoardQuery query) : OfficePage
{
    /// <summary>Null: the programme with ledgers that was launched last.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public EntriesShown Shown { get; set; }

    /// <summary>Part of a unit's name.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Superior { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Area { get; set; }

    [BindProperty(SupportsGet = true)]
    public LedgerSource? Source { get; set; }

    /// <summary>The ledgers themselves, to enter a problem in one of them.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Books { get; set; }

    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];
    public LedgerBoard? Board { get; private set; }
    public Paged<LedgerLine>? Ledgers { get; private set; }

    /// <summary>Those of the person that can be urged on are many: the table by office is for whoever sees several units.</summary>
    public bool SeesSeveral => Person.CanSeeAll || Person.HasOffice || Person.IsSupervisor;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Programmes = await query.ProgrammesAsync(Person, cancellationToken);
        if (Programmes.Count == 0) return Page();
        Programme = string.IsNullOrEmpty(Programme) ? Programmes[0].Id : Programme;
        if (Programmes.All(one => one.Id != Programme)) return NotFound();
        Board = await query.RunAsync(Person, new(Programme, Shown, Name, Superior, Area, Source), PageNumber, cancellationToken);
        ShowClock(Board.IsDemonstration, Board.Now);
        if (Books) Ledgers = await query.LedgersAsync(Person, Programme, Name, Superior, PageNumber, cancellationToken);
        return Page();
    }

    public string? Link(EntriesShown shown, string? superior = null) => Url.Page(null, new
    {
        programme = Programme,
        shown = shown == EntriesShown.All ? null : shown.ToString(),
        name = Name,
        superior = superior ?? Superior,
        area = Area,
        source = Source,
        books = (string?)null,
    });
}
