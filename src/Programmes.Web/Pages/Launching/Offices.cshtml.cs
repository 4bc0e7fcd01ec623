using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;

namespace Programmes.Web.Pages.Launching;

public sealed class OfficeForm
{
    public string? Role { get; set; }
    public string? Name { get; set; }
    public string? Mail { get; set; }
}

public sealed class OfficesModel(LaunchDrafts drafts) : DraftPage(drafts)
{
    private static readonly char[] Separators = [',', '，', ';', '；', '\t'];

    [BindProperty]
    public List<OfficeForm> Rows { get; set; } = [];

    [BindProperty]
    public string? More { get; set; }

    [BindProperty]
    public string? Supervisor { get; set; }

    public override DraftStep Step => DraftStep.Offices;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken)) return NotFound();
        Fill();
        return Page();
    }

    public Task<IActionResult> OnPostAsync(string? remove, CancellationToken cancellationToken)
    {
        Stay |= remove is not null || !string.IsNullOrWhiteSpace(More);
        return SaveAsync(launch => Changed(launch, remove), null, Fill, cancellationToken);
    }

    private Core.Programmes.Launch Changed(Core.Programmes.Launch launch, string? remove)
    {
        var offices = new Dictionary<string, Office>(StringComparer.Ordinal);
        foreach (var row in Rows.Take(LaunchReader.OfficesMax))
            if (row.Role is { Length: > 0 } role && role != remove) offices[role] = launch.Offices.GetValueOrDefault(role, new("")) with { Name = row.Name?.Trim() ?? "", Mail = string.IsNullOrWhiteSpace(row.Mail) ? null : row.Mail.Trim() };
        var number = 0;
        foreach (var line in (More ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(LaunchReader.OfficesMax))
        {
            var parts = line.Split(Separators, 2, StringSplitOptions.TrimEntries);
            string role;
            do role = string.Create(CultureInfo.InvariantCulture, $"office{++number:00}");
            while (offices.ContainsKey(role));
            offices[role] = new(parts[0], parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null);
        }

        return launch with { Offices = offices, Supervisor = Supervisor is { Length: > 0 } named && offices.ContainsKey(named) ? named : null };
    }

    /// <summary>The roles that the plan needs come first, whether or not somebody holds them yet.</summary>
    private void Fill()
    {
        Rows = [.. Needs.Roles.Keys.Concat(Draft.Launch.Offices.Keys).Distinct().Select(role => (Role: role, Office: Draft.Launch.Offices.GetValueOrDefault(role))).Select(one => new OfficeForm { Role = one.Role, Name = one.Office?.Name, Mail = one.Office?.Mail })];
        (More, Supervisor) = (null, Draft.Launch.Supervisor);
    }
}
