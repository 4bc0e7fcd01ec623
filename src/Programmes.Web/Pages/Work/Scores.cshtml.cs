using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Forms;
using Programmes.Engine.WorkItems;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Work;

/// <summary>A unit's own scores and those of whoever judges it, side by side. Who may not compare them finds nothing here.</summary>
public sealed class ScoresModel(ScoreSheets sheets) : OfficePage
{
    /// <summary>The step that judges the unit, or the sheet itself.</summary>
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? Unit { get; set; }

    /// <summary>Of the scores that the page began with.</summary>
    [BindProperty]
    public string? Stamp { get; set; }

    public ScoreSheet Sheet { get; private set; } = null!;

    public SentForm Fields { get; private set; } = null!;

    /// <summary>What stands in the reviewer's fields: what was saved, or what was just sent and not accepted.</summary>
    public FormValues? Sent { get; private set; }

    public string Written(ScoredItem item) => Sent?.Text(item.Item.Key) ?? (item.Given is { } given ? FormSum.Shown(given) : "");

    /// <summary>Folded is what is scored and does not differ, and what comes after the group that is scored next; who only reads, or was refused, sees all.</summary>
    public bool IsOpen(ScoredGroup group) =>
        Sent is not null || !Sheet.MayScore || group.Items.Any(item => item.Difference is not (null or 0)) || ReferenceEquals(group, Sheet.Scores.Groups.FirstOrDefault(one => one.Items.Any(item => item.Given is null)));

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await sheets.FindAsync(Person, Id, Unit, cancellationToken) is not { } sheet) return NotFound();
        Fields = new(sheet.Form);
        var scores = Fields.Read(Request.Form);
        Sent = scores;
        return await ActAsync(() => sheets.ScoreAsync(Person, Id, Unit, scores, Stamp, cancellationToken), new("评分已保存", "The scores are saved"),
            () => ShowAsync(cancellationToken), () => RedirectToPage(new { id = Id, unit = Unit }));
    }

    protected override string FieldOf(string field) => Fields.IdOf(field) ?? "";

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await sheets.FindAsync(Person, Id, Unit, cancellationToken) is not { } sheet) return NotFound();
        (Sheet, Fields, Stamp) = (sheet, new(sheet.Form), sheet.Stamp);
        ModelState.Remove(nameof(Stamp));
        ShowClock(sheet.IsDemonstration, sheet.Now);
        return Page();
    }
}
