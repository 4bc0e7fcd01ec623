using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Engine.Launching;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Programme;

/// <summary>The fields of a launch that an office usually changes; the rest stays as the file says.</summary>
public sealed class LaunchBasics
{
    [Display(Name = "标识|Id"), Required, StringLength(LaunchReader.IdLengthMax)]
    public string? Id { get; set; }

    [Display(Name = "名称|Name"), Required, StringLength(LaunchReader.TextLengthMax)]
    public string? Name { get; set; }

    [Display(Name = "批准文号|Approval number"), Required, StringLength(LaunchReader.TextLengthMax)]
    public string? ApprovalNumber { get; set; }

    [Display(Name = "印发日期|Date of approval"), Required]
    public DateOnly? ApprovedOn { get; set; }
}

/// <summary>Dates of the dry run that stand together: one step of one batch on one day.</summary>
public sealed record PlannedLine(DateOnly On, string Kind, Text Title, int Count, bool Provisional, IReadOnlyList<Text> Why);

/// <summary>
/// Choose, edit, preview, launch: each step is a form that carries the launch with it, so that any node serves the next one
/// and nothing is stored before the launch.
/// </summary>
[Authorize(Policies.Manage)]
[RequestFormLimits(ValueLengthLimit = LaunchReader.LengthMax * 3, MultipartBodyLengthLimit = LaunchReader.LengthMax * 3L)]
public sealed class LaunchModel(LaunchProgramme launches, SampleLaunches samples) : OfficePage
{
    private const int LinesMax = 120;
    private static readonly string[] MainKinds = [EventKinds.StageOpened, EventKinds.StageClosed, EventKinds.NoticeOpened, EventKinds.NoticeClosed, EventKinds.WorkDue, EventKinds.BatchFinished, EventKinds.Goal, EventKinds.ProgrammeFinished];

    [BindProperty]
    public LaunchBasics Basics { get; set; } = new();

    [BindProperty]
    public string? Json { get; set; }

    [BindProperty]
    public LaunchMode Mode { get; set; } = LaunchMode.Demonstration;

    [BindProperty]
    public bool Confirmed { get; set; }

    public IReadOnlyList<SampleLaunch> Samples { get; private set; } = [];
    public Core.Programmes.Launch? Read { get; private set; }
    public IReadOnlyList<Problem> Problems { get; private set; } = [];
    public LaunchPreview? Preview { get; private set; }

    public IActionResult OnGet()
    {
        Samples = samples.List();
        return Page();
    }

    /// <summary>A file was chosen, sent or pasted: it is read and its basics are offered for editing.</summary>
    public async Task<IActionResult> OnPostChooseAsync(string? sample, IFormFile? file, string? pasted, CancellationToken cancellationToken)
    {
        ModelState.Clear();
        Json = file is { Length: > 0 } ? await TextOfAsync(file, cancellationToken)
            : !string.IsNullOrWhiteSpace(pasted) ? pasted
            : sample is null ? null : await samples.ReadAsync(sample, cancellationToken);
        if (Json is null)
        {
            ModelState.AddModelError("", Words["请选择样例、上传文件，或粘贴启动文件内容", "Choose a sample, upload a file, or paste one"]);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return OnGet();
        }

        if (Fill() is { } launch)
        {
            Basics = new() { Id = launch.Id, Name = launch.Name, ApprovalNumber = launch.Approval.Number, ApprovedOn = launch.Approval.On };
            ModelState.Clear();
        }

        return Page();
    }

    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        if (Edited() is { } json)
        {
            Preview = await launches.PreviewAsync(json, FileName, Mode, cancellationToken);
            Problems = Preview.Problems;
            if (Preview.HasErrors) Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        else
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return Page();
    }

    public async Task<IActionResult> OnPostLaunchAsync(CancellationToken cancellationToken)
    {
        if (Edited() is not { } json) return await OnPostPreviewAsync(cancellationToken);
        try
        {
            var id = await launches.LaunchAsync(Person, json, FileName, Mode, Confirmed, cancellationToken);
            this.Say(FlashKind.Success, new("专项工作已启动，各单位的任务正在生成，稍后刷新即可看到", "The programme is launched; its work is being set up, reload in a moment"));
            return Redirect(Url.Content($"~/programmes/{id}"));
        }
        catch (LaunchRefusedException refused)
        {
            Preview = await launches.PreviewAsync(json, FileName, Mode, cancellationToken);
            Problems = refused.Problems;
            ModelState.AddModelError(refused.Problems.Any(problem => problem.Severity == ProblemSeverity.Error) ? "" : nameof(Confirmed), refused.Problems.Any(problem => problem.Severity == ProblemSeverity.Error)
                ? Words["有错误，没有启动；请按下列说明更正", "Nothing was launched: correct the errors listed below"]
                : Words["请先确认提示事项，再启动", "Confirm the warnings first"]);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
    }

    public static Text Name(LaunchMode mode) => mode switch
    {
        LaunchMode.AsPlanned => new("按方案日期启动", "On the plan's dates"),
        LaunchMode.Demonstration => new("演示：使用独立的演示时钟", "Demonstration, with a clock of its own"),
        LaunchMode.Shifted => new("整体顺延到今天", "Shift all dates to today"),
        _ => new("补录：中途接入", "Backfill: join in mid-programme"),
    };

    public static Text Explain(LaunchMode mode) => mode switch
    {
        LaunchMode.AsPlanned => new("方案起始日期在今天或以后时使用。", "For a plan that begins today or later."),
        LaunchMode.Demonstration => new("从方案第一天开始，由工作人员手动拨动日期，用于演练和培训；提醒邮件照常发往启动文件中的邮箱，请换成演练邮箱。", "Begins on the plan's first day and is moved by hand; for training. Mails go to the addresses in the file: use training ones."),
        LaunchMode.Shifted => new("所有日期按整周后移，使方案从今天或一周内开始；批准文件日期不变。", "All dates move by whole weeks so that the plan begins within a week; the approval keeps its date."),
        _ => new("方案已在执行：过去的步骤按期限日期记为已办、不发邮件，从今天起正常办理。", "The plan is under way: past steps are recorded as done without mails, and it goes on from today."),
    };

    /// <summary>The dry run's main dates of a batch; null: of the programme itself.</summary>
    public IReadOnlyList<PlannedLine> LinesOf(int? batch) => Preview?.Rehearsal is not { } rehearsal ? [] :
        [.. rehearsal.Events.Where(one => one.Batch == batch && MainKinds.Contains(one.Kind))
            .GroupBy(one => (one.On, one.Kind, one.Title))
            .Select(group => new PlannedLine(group.Key.On, group.Key.Kind, group.Key.Title, group.Count(), group.Any(one => one.Provisional), group.First().Why))
            .OrderBy(line => line.On).Take(LinesMax)];

    private string FileName => string.IsNullOrWhiteSpace(Basics.Id) ? "launch.json" : $"{Basics.Id}.json";

    private Core.Programmes.Launch? Fill()
    {
        var reading = LaunchReader.Read(Json ?? "", "launch.json");
        (Read, Problems) = (reading.Launch, reading.Problems);
        if (Read is null) Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Read;
    }

    /// <summary>The launch with the form's basics in it; null when there is something to correct.</summary>
    private string? Edited()
    {
        if (Fill() is not { } launch || !ModelState.IsValid) return null;
        Read = launch with { Id = Basics.Id!.Trim(), Name = Basics.Name!.Trim(), Approval = launch.Approval with { Number = Basics.ApprovalNumber!.Trim(), On = Basics.ApprovedOn!.Value } };
        return LaunchWriter.Write(Read);
    }

    private static async Task<string> TextOfAsync(IFormFile file, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(file.OpenReadStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
