using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.WorkItems;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Work;

public sealed class IndexModel(WorkListQuery query, MyWorkQuery mine, WorkOnItem work, PaperListQuery papers) : OfficePage
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
        if (Shown == WorkShown.All && !Everybody && PageNumber <= 1) Sections = await mine.RunAsync(Person, cancellationToken);
    }

    /// <summary>One's own work by what to do next; empty in the other lists, which are pages of lines.</summary>
    public IReadOnlyList<WorkSection> Sections { get; private set; } = [];

    /// <summary>Signs for what was chosen, or for all that waits.</summary>
    public async Task<IActionResult> OnPostSignAsync(List<string> items, bool all, CancellationToken cancellationToken)
    {
        var chosen = all ? await mine.UnsignedAsync(Person, WorkOnItem.SignMax, cancellationToken) : items;
        if (chosen.Count == 0) ModelState.AddModelError("", Words["请先选择要签收的任务", "Choose what to sign for"]);
        var signed = 0;
        return await ActAsync(async () =>
        {
            signed = await work.SignForAsync(Person, chosen, cancellationToken);
            if (signed == 0) throw new RefusedException(new("这些任务已经办结或者中止，没有签收", "These are closed or suspended; nothing was signed for"));
        }, new($"已签收 {chosen.Count} 项", $"{chosen.Count} signed for"), async () =>
        {
            await OnGetAsync(cancellationToken);
            return Page();
        }, () => RedirectToPage());
    }

    public static Text Name(WorkSectionKind kind) => kind switch
    {
        WorkSectionKind.Returned => new("被退回，请修改", "Returned to you"),
        WorkSectionKind.Late => new("已逾期", "Late"),
        WorkSectionKind.New => new("新任务，待签收", "New, to be signed for"),
        WorkSectionKind.Soon => new("五个工作日内到期", "Due within five working days"),
        WorkSectionKind.Open => new("办理中", "In progress"),
        WorkSectionKind.Waiting => new("已提交，等待审核", "Submitted, waiting for review"),
        _ => new("已办结", "Done"),
    };

    /// <summary>The list that holds the whole section; null: there is none.</summary>
    public static WorkShown? ListOf(WorkSectionKind kind) => kind switch
    {
        WorkSectionKind.Returned => WorkShown.Returned,
        WorkSectionKind.Late => WorkShown.Late,
        WorkSectionKind.New => WorkShown.Unsigned,
        WorkSectionKind.Soon => WorkShown.Soon,
        _ => null,
    };

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
