using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Web.Components;
using Programmes.Web.People;
using Draft = Programmes.Core.Programmes.Launch;

namespace Programmes.Web.Pages.Launching;

/// <summary>
/// One step of preparing a launch. What was typed is saved in the draft whatever is still missing; a step with an error of its own
/// shows it and stays, otherwise the next one follows.
/// </summary>
[Authorize(Policies.Manage)]
public abstract class DraftPage(LaunchDrafts drafts) : OfficePage
{
    private const int ErrorsShownMax = 50;

    [BindProperty(SupportsGet = true, Name = "draft")]
    public long DraftId { get; set; }

    /// <summary>Of the draft that the form shows.</summary>
    [BindProperty]
    public int Version { get; set; }

    /// <summary>Stay on this step after saving.</summary>
    [BindProperty]
    public bool Stay { get; set; }

    public abstract DraftStep Step { get; }
    public LaunchDraft Draft { get; private set; } = null!;
    public PlanNeeds Needs { get; private set; } = null!;
    public IReadOnlyList<DraftProblem> Problems { get; private set; } = [];
    public IEnumerable<DraftProblem> Errors => Problems.Where(problem => problem.Severity == ProblemSeverity.Error);

    protected LaunchDrafts Drafts { get; } = drafts;

    public static Text Title(DraftStep step) => step switch
    {
        DraftStep.Basics => new("基本信息和日期", "Basics and dates"),
        DraftStep.Batches => new("批次", "Batches"),
        DraftStep.Offices => new("角色单位", "Offices"),
        DraftStep.Units => new("参与单位", "Units"),
        DraftStep.Reminders => new("提醒", "Reminders"),
        _ => new("预演和启动", "Dry run and launch"),
    };

    public string PathOf(DraftStep step) => Url.Content($"~/programmes/launch/{DraftId}/{step.ToString().ToLowerInvariant()}");

    /// <summary>False: there is no such draft (any more).</summary>
    protected async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await Drafts.FindAsync(Person, DraftId, cancellationToken) is not { } draft) return false;
        (Draft, Version) = (draft, draft.Version);
        Needs = await Drafts.NeedsAsync(draft.Launch, cancellationToken);
        Problems = await Drafts.CheckAsync(draft.Launch, cancellationToken);
        return true;
    }

    /// <summary>Saves, and goes on to the next step unless this one has errors.</summary>
    /// <param name="fill">Fills the form from the draft; not called when what was typed is to be shown again.</param>
    protected async Task<IActionResult> SaveAsync(Func<Draft, Draft> change, LaunchMode? mode, Action fill, CancellationToken cancellationToken)
    {
        if (ModelState.IsValid)
        {
            try
            {
                await Drafts.SaveAsync(Person, DraftId, Version, change, mode, cancellationToken);
                if (!await LoadAsync(cancellationToken)) return NotFound();
                var errors = Errors.Where(problem => problem.Step == Step).Take(ErrorsShownMax).ToList();
                if (errors.Count == 0) return Redirect(PathOf(Stay || Step == DraftStep.Rehearsal ? Step : Step + 1));
                foreach (var problem in errors) ModelState.AddModelError("", Words[problem.Message]);
                ModelState.Remove(nameof(Version));
                Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                fill();
                return Page();
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                ModelState.AddModelError("", Words[refused.Words]);
            }
        }

        var typed = Version;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        if (!await LoadAsync(cancellationToken)) return NotFound();
        Version = typed;
        return Page();
    }
}
