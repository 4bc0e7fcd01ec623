using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Accounts;

/// <summary>What is the same when an account is made, invited and edited: the person, the role, and the places, chosen from what is found by name.</summary>
public abstract class AccountForm(ManageAccounts accounts, PlaceDirectory directory) : OfficePage
{
    private const int KeysMax = Place.PlacesMax * 3;

    [BindProperty, StringLength(64), Display(Name = "姓名|Name")]
    public string? DisplayName { get; set; }

    [BindProperty, StringLength(254), Display(Name = "邮箱|Mail address")]
    public string? Mail { get; set; }

    [BindProperty, Required, Display(Name = "角色|Role")]
    public PersonRole? Role { get; set; }

    /// <summary>Keys of what the account serves.</summary>
    [BindProperty]
    public List<string> Places { get; set; } = [];

    /// <summary>Keys of what a supervisor sees; none: the whole.</summary>
    [BindProperty]
    public List<string> Scopes { get; set; } = [];

    [BindProperty, StringLength(256)]
    public string? FindProgramme { get; set; }

    [BindProperty, StringLength(64)]
    public string? FindName { get; set; }

    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];

    /// <summary>Chosen, and found, to serve.</summary>
    public IReadOnlyList<FoundPlace> Offered { get; private set; } = [];

    /// <summary>Chosen, and found, to supervise.</summary>
    public IReadOnlyList<FoundPlace> OfferedScopes { get; private set; } = [];

    /// <summary>Something was looked for.</summary>
    public bool HasSearched { get; private set; }

    public static Text Duty(PersonRole role) => role switch
    {
        PersonRole.Administrator => new("管理账号和设置，可办理一切事项", "accounts and settings, may do everything"),
        PersonRole.LeadingOffice => new("启动、调整专项工作，作出决定", "launches and amends programmes, decides"),
        PersonRole.Supervisor => new("查看督办范围内的进度，催办", "sees the progress of its scope, urges"),
        PersonRole.Office => new("办理方案分派给本单位的任务，查看和催办下级", "does the work of its office, sees and urges what is below it"),
        PersonRole.Unit => new("查看和办理本单位的任务", "sees and does its own work"),
        _ => new("只能查看", "may only look"),
    };

    /// <summary>Shows the form again with what was found; nothing that was typed is lost.</summary>
    public async Task<IActionResult> OnPostFindAsync()
    {
        ModelState.Clear();
        await LoadAsync(find: true);
        return Page();
    }

    protected IReadOnlyList<Place> ChosenPlaces => [.. Places.Take(KeysMax).Select(PlaceKey.PlaceOf).OfType<Place>()];

    protected IReadOnlyList<SupervisionScope> ChosenScopes => [.. Scopes.Take(KeysMax).Select(PlaceKey.ScopeOf).OfType<SupervisionScope>()];

    protected async Task LoadAsync(bool find = false)
    {
        var cancelled = HttpContext.RequestAborted;
        Programmes = await accounts.ProgrammesAsync(cancelled);
        IReadOnlyList<FoundPlace> found = find && !string.IsNullOrEmpty(FindProgramme) ? await directory.FindAsync(Person, FindProgramme, FindName, cancelled) : [];
        HasSearched = find;
        var chosen = await directory.NamesAsync(Person, Places, cancelled);
        Offered = [.. chosen, .. found.Where(one => !Places.Contains(one.Key))];
        var parts = await directory.NamesAsync(Person, Scopes, cancelled);
        var levels = Enum.GetValues<Core.Programmes.AdministrativeLevel>().Select(level => PlaceKey.Of(new SupervisionScope(string.IsNullOrEmpty(FindProgramme) ? null : FindProgramme, level)));
        string[] whole = string.IsNullOrEmpty(FindProgramme) ? [] : [PlaceKey.Of(new SupervisionScope(FindProgramme))];
        var more = find ? await directory.NamesAsync(Person, whole.Concat(levels).Except(Scopes), cancelled) : [];
        OfferedScopes = [.. parts, .. more, .. found.Where(one => !Scopes.Contains(one.Key))];
    }
}
