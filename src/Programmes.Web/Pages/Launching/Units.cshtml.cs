using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.Launching;
using Programmes.Engine.People;

namespace Programmes.Web.Pages.Launching;

[RequestFormLimits(MultipartBodyLengthLimit = XlsxReader.LengthMaxBytes + 1024 * 1024)]
[RequestSizeLimit(XlsxReader.LengthMaxBytes + 1024 * 1024)]
public sealed class UnitsModel(LaunchDrafts drafts, DraftUnits units) : DraftPage(drafts)
{
    public const int PageSize = 50;

    private Dictionary<string, string>? batchOf;

    /// <summary>The id of the unit that is being changed.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Edit { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Sought { get; set; }

    /// <summary>Of one unit, by column. Null until the form is sent.</summary>
    [BindProperty]
    public IReadOnlyList<string?>? Values { get; set; }

    public override DraftStep Step => DraftStep.Units;
    public UnitReading? Waiting { get; private set; }
    public IReadOnlyList<UnitRowProblem> ShownProblems { get; private set; } = [];
    public IReadOnlyList<Unit> Shown { get; private set; } = [];
    public int Total { get; private set; }

    public string? BatchOf(string unit)
    {
        if (batchOf is null)
        {
            batchOf = new(StringComparer.Ordinal);
            foreach (var batch in Draft.Launch.Batches)
                foreach (var member in batch.Units) batchOf[member] = batch.Name;
        }

        return batchOf.GetValueOrDefault(unit);
    }

    public string? ValueOf(UnitColumn column)
    {
        if (Values is { } typed && typed.Count > (int)column) return typed[(int)column];
        if (Edit is null || Draft.Launch.Units.FirstOrDefault(unit => unit.Id == Edit) is not { } unit) return null;
        return column switch
        {
            UnitColumn.Name => unit.Name,
            UnitColumn.Id => unit.Id,
            UnitColumn.Batch => BatchOf(unit.Id),
            UnitColumn.Mail => unit.Mail,
            UnitColumn.Responsible => unit.Responsible,
            UnitColumn.Superior => unit.Superior,
            _ => unit.Level?.Key(),
        };
    }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostImportAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is not { Length: > 0 }) ModelState.AddModelError("file", Words["请选择填好的名单", "Choose the list"]);
        else
            try
            {
                using var copy = new MemoryStream();
                await file.CopyToAsync(copy, cancellationToken);
                var faults = await units.ImportAsync(Person, DraftId, Version, copy, cancellationToken);
                if (faults == 0) return Back();
                ModelState.AddModelError("waiting", Words[$"名单有 {faults} 处错误，没有导入；请按下表更正后再上传", $"The list has {faults} faults and was not taken over; correct it and send it again"]);
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                ModelState.AddModelError("file", Words[refused.Words]);
            }

        ModelState.Remove(nameof(Version));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await ShowAsync(cancellationToken);
    }

    public Task<IActionResult> OnPostSettleAsync(bool discard, CancellationToken cancellationToken) =>
        ActAsync(() => units.SettleAsync(Person, DraftId, Version, discard, cancellationToken), discard ? new("已放弃上传的名单", "The list is put aside") : new("已重新核对", "Checked again"), () => ShowAsync(cancellationToken), Back);

    public Task<IActionResult> OnPostPutAsync(CancellationToken cancellationToken) => ActAsync(
        () => units.PutAsync(Person, DraftId, Version, [.. Enum.GetValues<UnitColumn>().Select(column => (Values is { } typed && typed.Count > (int)column ? typed[(int)column] : null) ?? "")], string.IsNullOrEmpty(Edit) ? null : Edit, cancellationToken),
        new("已保存", "Saved"), () => ShowAsync(cancellationToken), Back);

    public Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken) =>
        ActAsync(() => units.RemoveAsync(Person, DraftId, Version, Edit ?? "", cancellationToken), new("已移除", "Removed"), () => ShowAsync(cancellationToken), Back);

    private RedirectResult Back() => Redirect(PathOf(Step));

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken)) return NotFound();
        Waiting = await units.WaitingAsync(Person, Draft, cancellationToken);
        PageNumber = Math.Max(1, PageNumber);
        ShownProblems = [.. (Waiting?.Problems ?? []).Skip((PageNumber - 1) * PageSize).Take(PageSize)];
        var found = Draft.Launch.Units.AsEnumerable();
        if (Sought?.Trim() is { Length: > 0 } sought) found = found.Where(unit => unit.Name.Contains(sought, StringComparison.Ordinal) || unit.Id == sought);
        var all = found.ToList();
        (Total, Shown) = (all.Count, [.. all.Skip((PageNumber - 1) * PageSize).Take(PageSize)]);
        if (string.IsNullOrEmpty(Edit)) Edit = null;
        return Page();
    }
}
