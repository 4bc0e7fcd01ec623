using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Supervision;

public sealed class IndexModel(SupervisionQuery query, ProgrammeQueries programmes) : OfficePage
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

    public Engine.Queries.Supervision Found { get; private set; } = null!;
    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        Found = await query.RunAsync(Person, new(Shown, Programme, Batch, Role, Name), PageNumber, cancellationToken);
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
