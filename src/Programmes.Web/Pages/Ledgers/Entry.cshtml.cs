using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Ledgers;

/// <summary>One problem: who answers for it, what was done, its evidence, and what became of it.</summary>
[RequestSizeLimit(UploadBytesMax)]
[RequestFormLimits(MultipartBodyLengthLimit = UploadBytesMax)]
public sealed class EntryModel(
    LedgerBoardQuery query, AssignEntry assign, SubmitEntry submit, JudgeEntry judge, ReopenEntry reopen, AttachEvidence attach, WithdrawEvidence withdraw, ReadEvidence evidence) : OfficePage
{
    /// <summary>Twice the largest file: somewhat too much is refused with the rule, far too much is cut off.</summary>
    private const long UploadBytesMax = 2 * AttachEvidence.FileBytesMax;

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Only on forms that assign.</summary>
    [BindProperty]
    public EntryForm? Entry { get; set; }

    public LedgerEntryShown Shown { get; private set; } = null!;
    public EvidenceList Evidence { get; private set; } = null!;

    /// <summary>What was typed and not accepted.</summary>
    public string? Done { get; private set; }
    public string? Reason { get; private set; }

    private EvidenceSubject Subject => new(EvidenceSubjectKind.LedgerEntry, Id);

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostAssignAsync(CancellationToken cancellationToken)
    {
        if (Entry?.Deadline is null) ModelState.AddModelError("deadline", Words["请填写整改期限", "Give the deadline"]);
        return DoAsync(() => assign.AssignAsync(Person, Id, new(Entry!.Office ?? "", Entry.Post ?? "", Entry.Deadline!.Value), cancellationToken), new("责任和期限已明确", "Assigned"), cancellationToken);
    }

    public Task<IActionResult> OnPostSubmitAsync(string? done, CancellationToken cancellationToken)
    {
        Done = done;
        return DoAsync(() => submit.SubmitAsync(Person, Id, done ?? "", cancellationToken), new("已申请销号，等待审核", "Submitted for closing; it waits for review"), cancellationToken);
    }

    /// <param name="done">What was done, where the keeper has not submitted it.</param>
    public Task<IActionResult> OnPostCloseAsync(string? done, string? comment, CancellationToken cancellationToken)
    {
        Done = done;
        return DoAsync(() => judge.CloseAsync(Person, Id, string.IsNullOrWhiteSpace(done) ? null : done, comment, cancellationToken), new("已销号", "Closed"), cancellationToken);
    }

    public Task<IActionResult> OnPostReturnAsync(string? reason, CancellationToken cancellationToken)
    {
        Reason = reason;
        return DoAsync(() => judge.ReturnAsync(Person, Id, reason ?? "", cancellationToken), new("已退回，提醒重新计起", "Returned; reminders begin anew"), cancellationToken);
    }

    public Task<IActionResult> OnPostReopenAsync(string? reason, DateOnly? deadline, CancellationToken cancellationToken)
    {
        Reason = reason;
        if (deadline is null) ModelState.AddModelError("deadline", Words["请填写新的整改期限", "Give the new deadline"]);
        return DoAsync(() => reopen.ReopenAsync(Person, Id, reason ?? "", deadline!.Value, cancellationToken), new("已重新打开，须有新的材料才能再次销号", "Reopened; it needs new evidence to be closed again"), cancellationToken);
    }

    public Task<IActionResult> OnPostAttachAsync(IFormFile? file, DateOnly? evidenceOn, CancellationToken cancellationToken)
    {
        if (file is null) ModelState.AddModelError("file", Words["请选择文件", "Choose a file"]);
        return DoAsync(AttachAsync, new("材料已上传", "The file is attached"), cancellationToken);

        async Task AttachAsync()
        {
            await using var content = file!.OpenReadStream();
            await attach.AttachAsync(Person, Subject, content, file.FileName, evidenceOn, cancellationToken);
        }
    }

    public Task<IActionResult> OnPostWithdrawAsync(long file, CancellationToken cancellationToken) =>
        DoAsync(() => withdraw.WithdrawAsync(Person, file, cancellationToken), new("材料已撤回", "The file is withdrawn"), cancellationToken);

    /// <summary>Always as a download: nothing that was handed in is ever shown as a page of ours.</summary>
    public async Task<IActionResult> OnGetFileAsync(long file, CancellationToken cancellationToken)
    {
        if (await evidence.OpenAsync(Person, file, cancellationToken) is not { } found) return NotFound();
        Response.Headers.CacheControl = "private, no-store";
        return File(found.Content, found.File.MediaType, found.File.Name);
    }

    private Task<IActionResult> DoAsync(Func<Task> act, Text done, CancellationToken cancellationToken) =>
        ActAsync(act, done, () => ShowAsync(cancellationToken), () => RedirectToPage(new { id = Id }));

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Person, Id, cancellationToken) is not { } shown) return NotFound();
        Shown = shown;
        Evidence = await evidence.ListAsync(Person, Subject, cancellationToken) ?? new([], false);
        ShowClock(shown.IsDemonstration, shown.Now);
        return Page();
    }
}
