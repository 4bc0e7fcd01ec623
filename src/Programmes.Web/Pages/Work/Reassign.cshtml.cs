using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Engine.Queries;
using Programmes.Engine.WorkItems;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Work;

/// <summary>Gives an open work item to another office of the programme, or to the unit that it concerns.</summary>
[Authorize(Policies.Manage)]
public sealed class ReassignModel(WorkItemQuery query, PaperDraftQuery offices, ReassignItem reassign) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    [BindProperty]
    public string? To { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public WorkItemShown Item { get; private set; } = null!;

    /// <summary>Who it can go to: offices but the one that owes it and the one that reviews it; the unit that it concerns.</summary>
    public IReadOnlyList<RoleName> Choices { get; private set; } = [];

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(To)) ModelState.AddModelError("to", Words["请选择承办单位", "Choose who does it"]);
        return ActAsync(() => reassign.ReassignAsync(Person, Id, To!, Reason ?? "", cancellationToken),
            new("已改派，提醒重新计起；此前的记录保留在案", "It has gone over; reminders begin anew, and what happened stays on record"), () => ShowAsync(cancellationToken), () => RedirectToPage("/Work/Details", new { id = Id }));
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await query.RunAsync(Person, Id, cancellationToken) is not { ProgrammeId: { } programme } item) return NotFound();
        Item = item;
        ShowClock(item.IsDemonstration, item.Now);
        var known = (await offices.ScopeAsync(Person, programme, cancellationToken))?.Offices ?? [];
        Choices = [.. known.Where(one => one.Role != item.Role && one.Role != item.ReviewerRole)];
        if (item is { UnitId: not null, JudgesUnits: false } && item.Role != Roles.Unit) Choices = [.. Choices.Prepend(new(Roles.Unit, item.Unit ?? item.UnitId))];
        return Page();
    }
}
