using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Papers;

/// <summary>Official papers that the person may know of: those issued by it or sent to it; the leading office and supervisors know all.</summary>
public sealed class IndexModel(PaperListQuery query, ProgrammeQueries programmes, PaperDraftQuery drafts) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public PapersShown Shown { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public PaperKind? Kind { get; set; }

    /// <summary>Part of a number or title.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sought { get; set; }

    public PaperList List { get; private set; } = null!;
    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];
    public bool MayIssue { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        MayIssue = (await drafts.ProgrammesAsync(Person, cancellationToken)).Count > 0;
        List = await query.RunAsync(Person, new(Shown, Programme, Kind, Sought), PageNumber, cancellationToken);
    }

    public int Count(PapersShown shown) => shown switch
    {
        PapersShown.All => List.Counts.All,
        PapersShown.Unsigned => List.Counts.Unsigned,
        PapersShown.Waiting => List.Counts.Waiting,
        PapersShown.Overdue => List.Counts.Overdue,
        _ => List.Counts.ToJudge,
    };
}
