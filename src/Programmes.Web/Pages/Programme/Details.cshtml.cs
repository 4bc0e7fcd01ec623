using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.Launching;
using Programmes.Engine.Programmes;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Programme;

public enum ProgrammeView { Timeline, Board, Notices, Results, History, Incidents, Mails }

public sealed class DetailsModel(ProgrammeQueries programmes, TimelineQuery timelines, CohortBoardQuery boards, ProgrammeRecords records, NoticeQueries notices, MailQueries mails, DirectoryQuery directory, ControlProgramme control, RemoveDemonstration remove) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public ProgrammeView View { get; set; }

    /// <summary>On the board; null: the first that has begun last.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Batch { get; set; }

    /// <summary>Part of a unit's name, on the board.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Unit { get; set; }

    /// <summary>Which units the board shows.</summary>
    [BindProperty(SupportsGet = true)]
    public BoardFilter State { get; set; }

    public ProgrammeHead Head { get; private set; } = null!;
    /// <summary>Offices and units that no mail reaches.</summary>
    public int Unreachable { get; private set; }
    public Timeline? Timeline { get; private set; }
    public CohortBoard? Board { get; private set; }
    public Paged<NoticeLine>? Notices { get; private set; }
    public Paged<ResultLine>? Results { get; private set; }
    public Paged<HistoryLine>? History { get; private set; }
    public Paged<IncidentLine>? Incidents { get; private set; }
    public Paged<MailLine>? Mails { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostAdvanceAsync(DateOnly? to, CancellationToken cancellationToken)
    {
        if (to is null) ModelState.AddModelError("to", Words["请选择日期", "Choose a day"]);
        return ActAsync(
            () => control.AdvanceClockAsync(Person, Id, to!.Value, cancellationToken),
            new($"演示时钟已拨到 {to:yyyy-MM-dd}，到期的事项正在依次办理，稍后刷新即可看到", $"The clock moved to {to:yyyy-MM-dd}; what fell due is happening now, reload in a moment"),
            () => ShowAsync(cancellationToken), Back);
    }

    public Task<IActionResult> OnPostCancelAsync(string? reason, CancellationToken cancellationToken) => ActAsync(
        () => control.CancelAsync(Person, Id, reason ?? "", cancellationToken),
        new("专项工作已撤销，未办任务一并取消；已发生的事项保留在案", "The programme is cancelled with its open work; what happened stays on record"),
        () => ShowAsync(cancellationToken), Back);

    public Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken) => ActAsync(
        () => remove.RunAsync(Person, Id, cancellationToken),
        new("演示已移除，其任务、材料和邮件一并删除", "The demonstration is removed with its work, files and mails"),
        () => ShowAsync(cancellationToken), () => Redirect(Url.Content("~/programmes")));

    public Task<IActionResult> OnPostRetryAsync(string? instance, CancellationToken cancellationToken) => ActAsync(
        () => control.RetryAsync(Person, instance ?? "", cancellationToken),
        new("已重试，流程将继续", "It goes on"),
        () => ShowAsync(cancellationToken), () => RedirectToPage(new { id = Id, view = ProgrammeView.Incidents }));

    public bool Shows(ProgrammeView view) => view is not (ProgrammeView.Incidents or ProgrammeView.Mails) || Person.CanManage;

    public static Text Name(ProgrammeView view) => view switch
    {
        ProgrammeView.Timeline => new("时间轴", "Timeline"),
        ProgrammeView.Board => new("进度台账", "Cohort board"),
        ProgrammeView.Notices => new("公示", "Notices"),
        ProgrammeView.Results => new("结论", "Results"),
        ProgrammeView.History => new("大事记", "History"),
        ProgrammeView.Incidents => new("异常", "Incidents"),
        _ => new("邮件", "Mails"),
    };

    private RedirectToPageResult Back() => RedirectToPage(new { id = Id });

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await programmes.HeadAsync(Person, Id, cancellationToken) is not { } head || !Shows(View)) return NotFound();
        Head = head;
        ShowClock(head.IsDemonstration, head.Now);
        Unreachable = await directory.CountUnreachableAsync(Person, Id, cancellationToken);
        switch (View)
        {
            case ProgrammeView.Board:
                Batch ??= head.Batches.LastOrDefault(batch => batch.Started && batch.Units > 0)?.Number ?? (head.Batches.Count > 0 ? head.Batches[0].Number : 1);
                Board = await boards.RunAsync(Person, Id, Batch ?? 1, Unit, State, PageNumber, cancellationToken);
                if (Board is null) return NotFound();
                break;
            case ProgrammeView.Notices:
                Notices = await notices.ListAsync(Person, Id, null, PageNumber, cancellationToken);
                break;
            case ProgrammeView.Results:
                Results = await records.ResultsAsync(Person, Id, PageNumber, cancellationToken);
                break;
            case ProgrammeView.History:
                History = await records.HistoryAsync(Person, Id, PageNumber, cancellationToken);
                break;
            case ProgrammeView.Incidents:
                Incidents = await records.IncidentsAsync(Person, Id, PageNumber, cancellationToken);
                break;
            case ProgrammeView.Mails:
                (Mails, _) = await mails.ListAsync(Person, null, Id, null, PageNumber, cancellationToken);
                break;
            default:
                Timeline = await timelines.RunAsync(Person, Id, cancellationToken);
                break;
        }

        return Page();
    }
}
