using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Launching;

public sealed class BatchForm
{
    public int Number { get; set; }
    public string? Name { get; set; }
    public string? Start { get; set; }
    public string? IntakeUntil { get; set; }
    public bool Supplementary { get; set; }
    public IReadOnlyList<NamedValue>? Dates { get; set; }
}

public sealed class BatchesModel(LaunchDrafts drafts) : DraftPage(drafts)
{
    [BindProperty]
    public List<BatchForm> Rows { get; set; } = [];

    public override DraftStep Step => DraftStep.Batches;

    public IReadOnlyList<string> DateNames => [.. Needs.Dates.Keys.Concat(Draft.Launch.Dates.Keys).Concat(Draft.Launch.Batches.SelectMany(batch => batch.Dates.Keys)).Distinct()];

    public int UnitsOf(int batch) => Draft.Launch.FindBatch(batch)?.Units.Count ?? 0;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken)) return NotFound();
        Fill();
        return Page();
    }

    public Task<IActionResult> OnPostAsync(bool add, int? remove, CancellationToken cancellationToken)
    {
        Stay |= add || remove is not null;
        return SaveAsync(launch => launch with { Batches = Changed(launch, add, remove) }, null, Fill, cancellationToken);
    }

    private List<Batch> Changed(Core.Programmes.Launch launch, bool add, int? remove)
    {
        var batches = Rows.Take(LaunchReader.BatchesMax).Where(row => row.Number != remove).Select(row => (launch.FindBatch(row.Number) ?? new Batch { Number = row.Number, Name = "", Start = "" }) with
        {
            Name = row.Name?.Trim() ?? "",
            Start = row.Start?.Trim() ?? "",
            IntakeUntil = string.IsNullOrWhiteSpace(row.IntakeUntil) ? null : row.IntakeUntil.Trim(),
            Supplementary = row.Supplementary,
            Dates = (row.Dates ?? []).Where(date => date.Name is not null && !string.IsNullOrWhiteSpace(date.Value)).DistinctBy(date => date.Name).ToDictionary(date => date.Name!, date => date.Value!.Trim()),
        }).ToList();
        if (!add) return batches;
        var number = batches.Count == 0 ? 1 : batches.Max(batch => batch.Number) + 1;
        return [.. batches, new() { Number = number, Name = Words[WorkWords.Batch(number)], Start = number == 1 ? "programme.start" : "" }];
    }

    private void Fill() => Rows = [.. Draft.Launch.Batches.Select(batch => new BatchForm
    {
        Number = batch.Number, Name = batch.Name, Start = batch.Start, IntakeUntil = batch.IntakeUntil, Supplementary = batch.Supplementary, Dates = [.. batch.Dates.Select(date => new NamedValue { Name = date.Key, Value = date.Value })],
    })];
}
