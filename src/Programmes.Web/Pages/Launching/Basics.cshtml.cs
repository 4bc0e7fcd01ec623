using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;

namespace Programmes.Web.Pages.Launching;

/// <summary>A value by its name, as forms send it.</summary>
public sealed class NamedValue
{
    public string? Name { get; set; }
    public string? Value { get; set; }
}

public sealed class BasicsForm
{
    [Display(Name = "名称|Name"), StringLength(LaunchReader.TextLengthMax)]
    public string? Name { get; set; }

    [Display(Name = "标识|Id"), StringLength(LaunchReader.IdLengthMax)]
    public string? Id { get; set; }

    [Display(Name = "批准文号|Approval number"), StringLength(LaunchReader.TextLengthMax)]
    public string? ApprovalNumber { get; set; }

    [Display(Name = "印发日期|Date of approval")]
    public DateOnly? ApprovedOn { get; set; }

    [Display(Name = "启动日期|First day")]
    public DateOnly? StartsOn { get; set; }

    // Null until the form is sent: the binder fills no list that is there already.
    public IReadOnlyList<NamedValue>? Dates { get; set; }
    public IReadOnlyList<NamedValue>? Settings { get; set; }
}

public sealed class BasicsModel(LaunchDrafts drafts) : DraftPage(drafts)
{
    [BindProperty]
    public BasicsForm Form { get; set; } = new();

    public override DraftStep Step => DraftStep.Basics;

    /// <summary>What the plan needs, and what the draft gives beyond it.</summary>
    public IReadOnlyList<string> DateNames => [.. Needs.Dates.Keys.Concat(Draft.Launch.Dates.Keys).Distinct()];

    public IReadOnlyList<string> SettingNames => [.. Needs.Settings.Concat(Draft.Launch.Settings.Keys).Distinct()];

    public string? DateOf(string name) => Typed(Form.Dates, name, Draft.Launch.Dates);

    public string? SettingOf(string name) => Typed(Form.Settings, name, Draft.Launch.Settings);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken)) return NotFound();
        Fill();
        return Page();
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveAsync(launch => launch with
    {
        Name = Form.Name?.Trim() ?? "",
        Id = Form.Id?.Trim() ?? "",
        StartsOn = Form.StartsOn ?? default,
        Approval = launch.Approval with { Number = Form.ApprovalNumber?.Trim() ?? "", On = Form.ApprovedOn ?? default },
        Dates = Values(Form.Dates, launch.Dates),
        Settings = Values(Form.Settings, launch.Settings),
    }, null, () => { }, cancellationToken);

    private void Fill()
    {
        var launch = Draft.Launch;
        Form = new() { Name = launch.Name, Id = launch.Id, ApprovalNumber = launch.Approval.Number, ApprovedOn = Day(launch.Approval.On), StartsOn = Day(launch.StartsOn) };
    }

    /// <summary>Those that were left empty are not given; those that the form does not have stay.</summary>
    private static Dictionary<string, string> Values(IReadOnlyList<NamedValue>? typed, IReadOnlyDictionary<string, string> before)
    {
        var values = before.ToDictionary(value => value.Key, value => value.Value, StringComparer.Ordinal);
        foreach (var one in typed ?? [])
            if (one.Name is not { Length: > 0 } name) continue;
            else if (string.IsNullOrWhiteSpace(one.Value)) _ = values.Remove(name);
            else values[name] = one.Value.Trim();
        return values;
    }

    private static string? Typed(IReadOnlyList<NamedValue>? typed, string name, IReadOnlyDictionary<string, string> stored) =>
        typed?.FirstOrDefault(one => one.Name == name) is { } found ? found.Value : stored.GetValueOrDefault(name);

    private static DateOnly? Day(DateOnly on) => on == default ? null : on;
}
