using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Rehearsal;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Launching;

/// <summary>Dates of the dry run that stand together: one step of one batch on one day.</summary>
public sealed record PlannedLine(DateOnly On, string Kind, Text Title, int Count, bool Provisional, IReadOnlyList<Text> Why);

/// <summary>A mail of the dry run.</summary>
public sealed record PlannedMail(DateTimeOffset At, string To, string Address, Text What);

/// <summary>The whole plan in memory, with its problems, dates and mails; then the launch.</summary>
public sealed class RehearsalModel(LaunchDrafts drafts, LaunchProgramme launches) : DraftPage(drafts)
{
    public const int ProblemsMax = 50;
    private const int LinesMax = 120;
    private const int MailsMax = 30;

    private static readonly string[] MainKinds = [EventKinds.StageOpened, EventKinds.StageClosed, EventKinds.NoticeOpened, EventKinds.NoticeClosed, EventKinds.WorkDue, EventKinds.BatchFinished, EventKinds.Goal, EventKinds.ProgrammeFinished];

    private readonly Dictionary<(int? Batch, DateOnly On, string Kind, Text Title), (int Count, bool Provisional, IReadOnlyList<Text> Why)> lines = [];
    private readonly List<PlannedMail> mails = [];

    public static readonly IReadOnlyList<BehaviourPolicy> Policies = [BehaviourPolicy.OnTime, BehaviourPolicy.Late, BehaviourPolicy.FailFirst];

    [BindProperty]
    public LaunchMode Mode { get; set; }

    [BindProperty]
    public BehaviourPolicy Policy { get; set; }

    [BindProperty]
    public bool Confirmed { get; set; }

    public override DraftStep Step => DraftStep.Rehearsal;
    public LaunchPreview? Preview { get; private set; }
    public IReadOnlyList<PlannedMail> Mails => mails;
    public bool MayLaunch => Preview is { HasErrors: false };

    /// <summary>Of the draft, and of the dry run once there was one.</summary>
    public IReadOnlyList<Text> Warnings => [.. Problems.Where(problem => problem.Severity == ProblemSeverity.Warning).Select(problem => problem.Message)
        .Concat((Preview?.Problems ?? []).Where(problem => problem.Severity == ProblemSeverity.Warning && problem.File is null).Select(problem => problem.Message)).Distinct()];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken)) return NotFound();
        Mode = Draft.Mode;
        return Page();
    }

    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        Stay = true;
        if (await SaveAsync(launch => launch, Mode, () => { }, cancellationToken) is not RedirectResult) return Page();
        ModelState.Clear();
        await RehearseAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostLaunchAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken)) return NotFound();
        if (!Confirmed) ModelState.AddModelError(nameof(Confirmed), Words["请先确认已核对预演结果，再启动", "Confirm that you have seen the dry run first"]);
        else
            try
            {
                var version = await Drafts.SaveAsync(Person, DraftId, Version, launch => launch, Mode, cancellationToken);
                var id = await Drafts.LaunchAsync(Person, DraftId, version, warningsConfirmed: true, launches, cancellationToken);
                this.Say(FlashKind.Success, new("专项工作已启动，各单位的任务正在生成，稍后刷新即可看到", "The programme is launched; its work is being set up, reload in a moment"));
                return Redirect(Url.Content($"~/programmes/{id}"));
            }
            catch (LaunchRefusedException refused)
            {
                foreach (var problem in refused.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Take(ProblemsMax)) ModelState.AddModelError("", Words[problem.Message]);
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                ModelState.AddModelError("", Words[refused.Words]);
            }

        ModelState.Remove(nameof(Version));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        if (!await LoadAsync(cancellationToken)) return NotFound();
        await RehearseAsync(cancellationToken);
        return Page();
    }

    public static Text Name(BehaviourPolicy policy) => policy switch
    {
        BehaviourPolicy.OnTime => new("都按期办理", "everybody is on time"),
        BehaviourPolicy.Late => new("都逾期三个工作日办理", "everybody is three working days late"),
        BehaviourPolicy.FailFirst => new("首次评定都不通过，结转或整改后再评", "every unit fails at first"),
        _ => new("有早有晚", "some early, some late"),
    };

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
        LaunchMode.Demonstration => new("从方案第一天开始，由工作人员手动拨动日期，用于演练和培训；邮件只供查看，不会发出；可以整个移除。", "Begins on the plan's first day and is moved by hand; for training. Its mails are only shown, never sent, and it can be removed as a whole."),
        LaunchMode.Shifted => new("所有日期按整周后移，使方案从今天或一周内开始；批准文件日期不变。", "All dates move by whole weeks so that the plan begins within a week; the approval keeps its date."),
        _ => new("方案已在执行：过去的步骤按期限日期记为已办、不发邮件，从今天起正常办理。", "The plan is under way: past steps are recorded as done without mails, and it goes on from today."),
    };

    /// <summary>The dry run's main dates of a batch; null: of the programme itself.</summary>
    public IReadOnlyList<PlannedLine> LinesOf(int? batch) =>
        [.. lines.Where(line => line.Key.Batch == batch).Select(line => new PlannedLine(line.Key.On, line.Key.Kind, line.Key.Title, line.Value.Count, line.Value.Provisional, line.Value.Why)).OrderBy(line => line.On).Take(LinesMax)];

    private async Task RehearseAsync(CancellationToken cancellationToken)
    {
        Preview = await launches.PreviewAsync(LaunchWriter.Write(Draft.Launch), Draft.Launch.Id, Mode, new(Policy, KeepEvents: false) { Listener = Take, MailListener = Take }, cancellationToken);
        if (!Preview.HasErrors) return;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        foreach (var problem in Preview.Problems.Where(problem => problem.Severity == ProblemSeverity.Error && Errors.All(known => known.Message != problem.Message)).Take(ProblemsMax)) ModelState.AddModelError("", Words[problem.Message]);
    }

    private void Take(RehearsalEvent one)
    {
        if (!MainKinds.Contains(one.Kind)) return;
        var key = (one.Batch, one.On, one.Kind, one.Title);
        lines[key] = lines.TryGetValue(key, out var known) ? (known.Count + 1, known.Provisional || one.Provisional, known.Why) : (1, one.Provisional, one.Why);
    }

    private void Take(RehearsedMail mail)
    {
        if (mails.Count >= MailsMax) return;
        if (mail.Digest is { } digest) mails.Add(new(mail.At, digest.To.Name, digest.To.Address, new($"每日汇总，{digest.Total} 项", $"Digest of {digest.Total}")));
        else if (mail.Notice is { } notice) mails.Add(new(mail.At, notice.To.Name, notice.To.Address, Text.Same(notice.Subject)));
    }
}
