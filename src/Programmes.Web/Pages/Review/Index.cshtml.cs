using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.WorkItems;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Review;

/// <summary>What waits for the person's office to be accepted, returned, granted or decided; the oldest first, many at once where nothing has to be chosen.</summary>
public sealed class IndexModel(ReviewQueueQuery query, ProgrammeQueries programmes, ReviewMany many) : OfficePage
{
    /// <summary>Refused things that are named; the rest is counted.</summary>
    private const int RefusedMax = 5;

    /// <summary>Null: of every kind.</summary>
    [BindProperty(SupportsGet = true)]
    public ReviewKind? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    /// <summary>Ids of what is ticked. Null until the form is sent: the binder fills no list that is there already.</summary>
    [BindProperty]
    public List<string>? Items { get; set; }

    /// <summary>The reason for granting extensions.</summary>
    [BindProperty]
    public string? Answer { get; set; }

    public ReviewList List { get; private set; } = null!;
    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];

    /// <summary>Boxes stand where one kind is shown that can be accepted at once.</summary>
    public bool HasBoxes => Kind is ReviewKind.Work or ReviewKind.Entry or ReviewKind.Extension && List.Lines.Rows.Any(line => line.Bulk);

    public bool AllTicked { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    /// <summary>The same page with every box ticked; no script is needed.</summary>
    public Task<IActionResult> OnPostChooseAsync(CancellationToken cancellationToken)
    {
        AllTicked = true;
        return ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            var items = Items ?? [];
            var outcome = Kind switch
            {
                ReviewKind.Work => await many.AcceptWorkAsync(Person, items, cancellationToken),
                ReviewKind.Entry => await many.CloseEntriesAsync(Person, items, cancellationToken),
                ReviewKind.Extension => await many.GrantAsync(Person, items, Answer ?? "", cancellationToken),
                _ => throw new RefusedException(new("请先选择一类事项", "Choose a kind first")),
            };
            this.Say(outcome.Refused.Count == 0 ? FlashKind.Success : FlashKind.Notice, Done(outcome));
            return RedirectToPage(new { kind = Kind, programme = Programme });
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            ModelState.AddModelError("", Words[refused.Words]);
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await ShowAsync(cancellationToken);
    }

    public int Count(ReviewKind? kind) => kind switch
    {
        ReviewKind.Work => List.Counts.Work,
        ReviewKind.Entry => List.Counts.Entries,
        ReviewKind.Extension => List.Counts.Extensions,
        ReviewKind.Answer => List.Counts.Answers,
        ReviewKind.Objection => List.Counts.Objections,
        _ => List.Counts.All,
    };

    public static Text Name(ReviewKind? kind) => kind switch
    {
        ReviewKind.Work => new("任务审核", "Work"),
        ReviewKind.Entry => new("问题销号", "Problems to close"),
        ReviewKind.Extension => new("延期申请", "Extensions asked for"),
        ReviewKind.Answer => new("公文答复", "Answers to papers"),
        ReviewKind.Objection => new("异议", "Objections"),
        _ => new("全部", "All"),
    };

    /// <summary>Where it is decided.</summary>
    public string? Link(ReviewLine line) => line.Kind switch
    {
        ReviewKind.Entry => Url.Page("/Ledgers/Entry", new { id = line.Id }),
        ReviewKind.Answer => Url.Page("/Papers/Details", new { id = line.Id }),
        ReviewKind.Objection => Url.Page("/Notices/Details", new { id = line.Id }),
        _ => Url.Page("/Work/Details", new { id = line.Id }),
    };

    private static Text Done(ReviewOutcome outcome)
    {
        if (outcome.Refused.Count == 0) return new($"已办 {outcome.Done} 项", $"{outcome.Done} done");
        var named = outcome.Refused.Take(RefusedMax).ToList();
        var (zh, en) = outcome.Refused.Count > RefusedMax ? ("；等", "; and others") : ("", "");
        return new(
            $"已办 {outcome.Done} 项；{outcome.Refused.Count} 项没有办：{string.Join('；', named.Select(one => $"{one.Title.Zh}：{one.Words.Zh}"))}{zh}",
            $"{outcome.Done} done; {outcome.Refused.Count} were not: {string.Join("; ", named.Select(one => $"{one.Title.En}: {one.Words.En}"))}{en}");
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        List = await query.RunAsync(Person, Kind, Programme, PageNumber, cancellationToken);
        return Page();
    }
}
