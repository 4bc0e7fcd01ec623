using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Queries;
using Programmes.Engine.Urging;
using Programmes.Web.Components;
using Programmes.Web.Pages.Work;

namespace Programmes.Web.Pages.Supervision;

public sealed class IndexModel(SupervisionQuery query, ProgrammeQueries programmes, UrgeWork urge) : UrgingPage
{
    [BindProperty(SupportsGet = true)]
    public SupervisionShown Shown { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Batch { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Role { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    /// <summary>The role of the office above the unit that the work concerns.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Superior { get; set; }

    [BindProperty(SupportsGet = true)]
    public AdministrativeLevel? Level { get; set; }

    /// <summary>Offices of the chosen programme, to filter by; none while no programme is chosen.</summary>
    public IReadOnlyList<RoleName> Above { get; private set; } = [];

    public Engine.Queries.Supervision Found { get; private set; } = null!;
    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];
    public WorkLines Lines { get; private set; } = null!;

    /// <summary>What is shown, so that a form leads back to it.</summary>
    public Dictionary<string, string> Route { get; private set; } = [];

    /// <summary>The filters, for the list as a file.</summary>
    public QueryString FileQuery => QueryString.Create(Route.Where(part => part.Key != PagerTagHelper.QueryKey).Select(part => KeyValuePair.Create(part.Key, (string?)part.Value)));

    public Task OnGetAsync(CancellationToken cancellationToken) => ShowAsync(false, cancellationToken);

    /// <summary>The same page with every box ticked; no script is needed.</summary>
    public Task<IActionResult> OnPostChooseAsync(CancellationToken cancellationToken) => ShowAsync(true, cancellationToken);

    public Task<IActionResult> OnPostUrgeAsync(CancellationToken cancellationToken) =>
        UrgeAsync(urge, Urge.Items ?? [], () => ShowAsync(false, cancellationToken), () => RedirectToPage(null, null, RouteOf()), cancellationToken);

    private async Task<IActionResult> ShowAsync(bool all, CancellationToken cancellationToken)
    {
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        if (Programme is { Length: > 0 } programme) Above = await query.SuperiorsAsync(Person, programme, cancellationToken);
        Found = await query.RunAsync(Person, new(Shown, Programme, Batch, Role, Name) { Superior = Superior, Level = Level }, PageNumber, cancellationToken);
        Lines = new(Found.Lines.Rows, Found.Urging, (all ? Found.Lines.Rows.Select(line => line.Id) : Urge.Items ?? []).ToHashSet(StringComparer.Ordinal));
        Route = RouteOf();
        return Page();
    }

    private Dictionary<string, string> RouteOf()
    {
        var route = new Dictionary<string, string>();
        if (Shown != SupervisionShown.Late) route["shown"] = Shown.ToString();
        if (!string.IsNullOrEmpty(Programme)) route["programme"] = Programme;
        if (Batch is { } batch) route["batch"] = batch.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(Role)) route["role"] = Role;
        if (!string.IsNullOrEmpty(Name)) route["name"] = Name;
        if (!string.IsNullOrEmpty(Superior)) route["superior"] = Superior;
        if (Level is { } level) route["level"] = level.ToString();
        if (PageNumber > 1) route[PagerTagHelper.QueryKey] = PageNumber.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return route;
    }

    public int Count(SupervisionShown shown) => shown switch
    {
        SupervisionShown.Late => Found.Late,
        SupervisionShown.Soon => Found.Soon,
        SupervisionShown.Unsigned => Found.Unsigned,
        _ => Found.Review,
    };

    public static Text Label(SupervisionShown shown) => shown switch
    {
        SupervisionShown.Late => new("逾期", "Late"),
        SupervisionShown.Soon => new("五个工作日内到期", "Due within five working days"),
        SupervisionShown.Unsigned => new("未签收", "Not signed for"),
        _ => new("待审核", "Under review"),
    };
}
