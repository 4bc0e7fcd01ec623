using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Ledgers;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Ledgers;

/// <summary>Enters a problem, with or without who answers for it.</summary>
public sealed class NewModel(LedgerBoardQuery query, OpenEntry open) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Ledger { get; set; } = "";

    [BindProperty]
    public EntryForm Entry { get; set; } = new();

    public LedgerLine Book { get; private set; } = null!;

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var id = "";
        var assigned = Entry.Office is not null || Entry.Post is not null || Entry.Deadline is not null;
        if (assigned && Entry.Deadline is null) ModelState.AddModelError("deadline", Words["请填写整改期限", "Give the deadline"]);
        return ActAsync(
            async () => id = await open.OpenAsync(Person, Ledger, new(
                Entry.Area ?? "", Entry.Problem ?? "", Entry.Source, Entry.Reference, assigned ? new(Entry.Office ?? "", Entry.Post ?? "", Entry.Deadline!.Value) : null), cancellationToken),
            new("问题已登记", "The problem is entered"), () => ShowAsync(cancellationToken), () => RedirectToPage("/Ledgers/Entry", new { id }));
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await query.ToFillAsync(Person, Ledger, cancellationToken) is not { } book) return NotFound();
        Book = book;
        return Page();
    }
}

/// <summary>What was filled in; kept when it is refused.</summary>
public sealed class EntryForm
{
    public string? Area { get; set; }
    public string? Problem { get; set; }
    public LedgerSource Source { get; set; }
    public string? Reference { get; set; }
    public string? Office { get; set; }
    public string? Post { get; set; }
    public DateOnly? Deadline { get; set; }
}
