using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Programme;

public enum ManagePart { Units, Offices, Reminders, Standing, Changes }

/// <summary>What a change needs beside its own fields; kept when it is refused.</summary>
public sealed class ChangeForm
{
    public string? Reason { get; set; }

    /// <summary>The number of the document that approves it.</summary>
    public string? Document { get; set; }
    public string? Unit { get; set; }
    public string? Name { get; set; }
    public string? Mail { get; set; }
    public string? Responsible { get; set; }
    public string? Superior { get; set; }
    public AdministrativeLevel? Level { get; set; }
    public int? Batch { get; set; }
    public string? Into { get; set; }
    public string? Role { get; set; }
    public string? Step { get; set; }
    public string? Policy { get; set; }
    public ResumeMode Mode { get; set; }
}

/// <summary>Changes of a running programme: units, offices, reminders, suspension; each with reason and history.</summary>
[Authorize(Policies.Manage)]
public sealed class ManageModel(
    ProgrammeQueries programmes, ProgrammeManagement management, ProgrammeHistory history, AdmitUnit admit, WithdrawUnit withdraw, MergeUnits merge, ChangeOffice office, ChangeReminders reminders,
    SuspendProgramme suspend, ResumeProgramme resume, ControlProgramme control) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public ManagePart Part { get; set; }

    /// <summary>Part of a unit's name, or its id.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sought { get; set; }

    [BindProperty]
    public ChangeForm Change { get; set; } = new();

    public ProgrammeHead Head { get; private set; } = null!;
    public Paged<ManagedUnit>? Units { get; private set; }
    public IReadOnlyList<ManagedOffice> Offices { get; private set; } = [];
    public ManagedReminders? Reminders { get; private set; }
    public ReminderChangePreview? Preview { get; private set; }
    public Paged<ChangeLine>? Changes { get; private set; }

    public bool MayChange => Head.State == ProgrammeState.Running;

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostAdmitAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Units;
        if (Change.Batch is null) ModelState.AddModelError("batch", Words["请选择批次", "Choose a batch"]);
        return DoAsync(() => admit.RunAsync(Person, Id, Change.Batch!.Value, new(Change.Unit?.Trim() ?? "", Change.Name, Change.Mail, Change.Responsible, Change.Superior, Change.Level), Reason, Change.Document, cancellationToken),
            new("单位已加入，其流程随即开始", "The unit has joined; its work begins"), cancellationToken);
    }

    public Task<IActionResult> OnPostWithdrawAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Units;
        return DoAsync(() => withdraw.RunAsync(Person, Id, Change.Unit ?? "", Reason, Change.Document, cancellationToken), new("单位已退出，未办事项已取消，记录保留", "The unit has left; what it had open is taken back, its records stay"), cancellationToken);
    }

    public Task<IActionResult> OnPostMergeAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Units;
        return DoAsync(() => merge.RunAsync(Person, Id, Change.Unit ?? "", Change.Into?.Trim() ?? "", Reason, Change.Document, cancellationToken), new("单位已并入，未销号的问题转入新单位的台账", "The unit is merged; problems that were open go on in the other's ledger"), cancellationToken);
    }

    public Task<IActionResult> OnPostRenameAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Offices;
        return DoAsync(() => office.RenameAsync(Person, Id, Change.Role ?? "", Change.Name, Change.Mail ?? "", Reason, Change.Document, cancellationToken), new("单位名称和邮箱已更新", "Name and address are changed"), cancellationToken);
    }

    public Task<IActionResult> OnPostHandOverAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Offices;
        if (string.IsNullOrWhiteSpace(Change.Name)) ModelState.AddModelError("name", Words["请填写接手单位的名称", "Give the name of the office that takes over"]);
        return DoAsync(() => office.HandOverAsync(Person, Id, Change.Role ?? "", new(Change.Name!, Change.Mail, [], []), Reason, Change.Document, cancellationToken), new("职责已移交；账号由系统管理员在账号管理中调整", "The duty has gone over; an administrator changes the accounts"), cancellationToken);
    }

    /// <summary>Shows what would change; nothing does yet.</summary>
    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Reminders;
        try
        {
            Preview = await management.PreviewAsync(Person, Id, Step, Change.Policy, cancellationToken);
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            ModelState.AddModelError("", Words[refused.Words]);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }

        return await ShowAsync(cancellationToken);
    }

    public Task<IActionResult> OnPostRemindersAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Reminders;
        return DoAsync(() => reminders.RunAsync(Person, Id, Step, Change.Policy, Reason, Change.Document, cancellationToken), new("提醒规则已调整，下一个早上起生效", "The reminders are changed; they hold from the next morning on"), cancellationToken);
    }

    public Task<IActionResult> OnPostSuspendAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Standing;
        return DoAsync(() => suspend.RunAsync(Person, Id, Reason, Change.Document, cancellationToken), new("专项工作已暂停", "The programme is suspended"), cancellationToken);
    }

    public Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Standing;
        return DoAsync(() => resume.RunAsync(Person, Id, Change.Mode, Reason, Change.Document, cancellationToken), new("专项工作已恢复", "The programme goes on"), cancellationToken);
    }

    public Task<IActionResult> OnPostCancelAsync(CancellationToken cancellationToken)
    {
        Part = ManagePart.Standing;
        return ActAsync(() => control.CancelAsync(Person, Id, Reason, cancellationToken), new("专项工作已撤销，未办任务一并取消；已发生的事项保留在案", "The programme is cancelled with its open work; what happened stays on record"),
            () => ShowAsync(cancellationToken), () => RedirectToPage("/Programme/Details", new { id = Id }));
    }

    public static Text Name(ManagePart part) => part switch
    {
        ManagePart.Units => new("参与单位", "Units"),
        ManagePart.Offices => new("有关单位", "Offices"),
        ManagePart.Reminders => new("提醒规则", "Reminders"),
        ManagePart.Standing => new("暂停、恢复、撤销", "Suspend, resume, cancel"),
        _ => new("变更记录", "Changes"),
    };

    private string Reason => Change.Reason ?? "";

    private string? Step => string.IsNullOrEmpty(Change.Step) ? null : Change.Step;

    private Task<IActionResult> DoAsync(Func<Task> act, Text done, CancellationToken cancellationToken) =>
        ActAsync(act, done, () => ShowAsync(cancellationToken), () => RedirectToPage(new { id = Id, part = Part }));

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await programmes.HeadAsync(Person, Id, cancellationToken) is not { } head) return NotFound();
        Head = head;
        ShowClock(head.IsDemonstration, head.Now);
        switch (Part)
        {
            case ManagePart.Offices:
                Offices = await management.OfficesAsync(Person, Id, cancellationToken);
                break;
            case ManagePart.Reminders:
                Reminders = await management.RemindersAsync(Person, Id, cancellationToken);
                break;
            case ManagePart.Changes:
                Changes = await history.RunAsync(Person, Id, PageNumber, cancellationToken: cancellationToken);
                break;
            case ManagePart.Units:
                Offices = await management.OfficesAsync(Person, Id, cancellationToken);
                Units = await management.UnitsAsync(Person, Id, Sought, PageNumber, cancellationToken);
                break;
        }

        return Page();
    }
}
