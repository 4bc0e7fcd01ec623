using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Work;

public sealed class IndexModel(WorkListQuery query, PaperListQuery papers) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public WorkShown Shown { get; set; }

    /// <summary>All open work, for who sees everything.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Everybody { get; set; }

    public WorkList List { get; private set; } = null!;

    /// <summary>What papers ask of the person; the rest of them is on their own page.</summary>
    public Paged<WaitingPaper> Papers { get; private set; } = new([], 1, PapersMax, 0);

    private const int PapersMax = 10;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        // Who manages without a duty of his own would otherwise look at an empty list.
        if (Person is { CanSeeAll: true, Places.Count: 0 }) Everybody = true;
        Papers = await papers.WaitingAsync(Person, PapersMax, cancellationToken);
        List = await query.RunAsync(Person, Shown, Everybody, PageNumber, cancellationToken: cancellationToken);
    }

    public static Text Name(WorkShown shown) => shown switch
    {
        WorkShown.All => new("全部在办", "All open"),
        WorkShown.Late => new("逾期", "Late"),
        WorkShown.Today => new("今天到期", "Due today"),
        WorkShown.Soon => new("临期", "Due soon"),
        WorkShown.Unsigned => new("待签收", "To sign for"),
        WorkShown.Returned => new("被退回", "Returned"),
        WorkShown.Review => new("待审核", "To review"),
        WorkShown.Extensions => new("延期申请", "Extensions asked"),
        _ => new("补充办理", "To be made up"),
    };

    public int Count(WorkShown shown) => shown switch
    {
        WorkShown.All => List.Counts.All,
        WorkShown.Late => List.Counts.Late,
        WorkShown.Today => List.Counts.Today,
        WorkShown.Soon => List.Counts.Soon,
        WorkShown.Unsigned => List.Counts.Unsigned,
        WorkShown.Returned => List.Counts.Returned,
        WorkShown.Review => List.Counts.Review,
        WorkShown.Extensions => List.Counts.Extensions,
        _ => List.Counts.LateRows,
    };

    /// <summary>The page's lines under headings, in the order of urgency that the query gives them.</summary>
    public IEnumerable<IGrouping<Text, WorkLine>> Groups() => List.Lines.Rows.GroupBy(line => Shown == WorkShown.LateRows ? new("前一步在本步骤结束后才有结果，需补充办理", "Decided after their step had closed: to be made up") : GroupOf(line));

    private static Text GroupOf(WorkLine line) => line switch
    {
        { Light: WorkLight.Submitted } => new("待审核", "Under review"),
        { Light: WorkLight.Suspended } => new("已中止", "Suspended"),
        { Light: WorkLight.Late } => new("已逾期", "Late"),
        { IsToday: true } => new("今天到期", "Due today"),
        { Light: WorkLight.Soon } => new("五个工作日内到期", "Due within five working days"),
        { Due: null } => new("未设期限", "Without a date"),
        _ => new("以后到期", "Due later"),
    };
}
