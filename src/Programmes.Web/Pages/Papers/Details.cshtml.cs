using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Papers;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Papers;

[RequestSizeLimit(UploadBytesMax)]
[RequestFormLimits(MultipartBodyLengthLimit = UploadBytesMax)]
public sealed class DetailsModel(PaperPageQuery query, ReplyToPaper reply, WithdrawPaper withdrawPaper, AttachEvidence attach, WithdrawEvidence withdraw, ReadEvidence evidence) : OfficePage
{
    /// <summary>Twice the largest file: somewhat too much is refused with the rule, far too much is cut off.</summary>
    private const long UploadBytesMax = 2 * AttachEvidence.FileBytesMax;

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    /// <summary>A recipient's role or unit, for whom the leading office acts.</summary>
    [BindProperty(SupportsGet = true, Name = "for")]
    public string? For { get; set; }

    public PaperPage Paper { get; private set; } = null!;

    /// <summary>The stamped scan.</summary>
    public EvidenceList Scans { get; private set; } = null!;

    /// <summary>What was typed and not accepted.</summary>
    public string? Answer { get; private set; }
    public string? Reason { get; private set; }

    private string? Acting => string.IsNullOrEmpty(For) ? null : For;

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostSignAsync(CancellationToken cancellationToken) =>
        DoAsync(() => reply.SignAsync(Person, Id, Acting, cancellationToken), new("已签收", "Signed for"), cancellationToken);

    /// <summary>Hands in the files that came with the answer, then answers. Files that are in stay there when the answer is refused.</summary>
    public Task<IActionResult> OnPostReplyAsync(string? answer, List<IFormFile>? files, CancellationToken cancellationToken)
    {
        Answer = answer;
        return DoAsync(ReplyAsync, new("已答复，等待发文单位确认", "Answered; it waits for the issuer"), cancellationToken);

        async Task ReplyAsync()
        {
            if (files is { Count: > 0 } && await ActingSubjectAsync(cancellationToken) is { } subject)
                foreach (var file in files) await AttachAsync(subject, file, cancellationToken);
            await reply.ReplyAsync(Person, Id, answer ?? "", Acting, cancellationToken);
        }
    }

    public Task<IActionResult> OnPostAcceptAsync(string? recipient, CancellationToken cancellationToken) =>
        DoAsync(() => reply.AcceptAsync(Person, Id, string.IsNullOrEmpty(recipient) ? null : recipient, cancellationToken), new("答复已确认", "The answer is accepted"), cancellationToken);

    public Task<IActionResult> OnPostReturnAsync(string? recipient, string? reason, CancellationToken cancellationToken)
    {
        Reason = reason;
        return DoAsync(() => reply.ReturnAsync(Person, Id, reason ?? "", string.IsNullOrEmpty(recipient) ? null : recipient, cancellationToken), new("答复已退回，对方将重新答复", "The answer is returned and will be given again"), cancellationToken);
    }

    public Task<IActionResult> OnPostWithdrawAsync(string? reason, CancellationToken cancellationToken)
    {
        Reason = reason;
        return DoAsync(() => withdrawPaper.WithdrawAsync(Person, Id, reason ?? "", cancellationToken), new("公文已撤回，并已通知收文单位；文号不再使用", "The paper is withdrawn and its recipients are told; its number stays used"), cancellationToken);
    }

    /// <summary>A file to the paper itself, by its issuer.</summary>
    public Task<IActionResult> OnPostScanAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is null) ModelState.AddModelError("file", Words["请选择文件", "Choose a file"]);
        return DoAsync(() => AttachAsync(new(EvidenceSubjectKind.Paper, $"{Id}"), file!, cancellationToken), new("附件已上传", "The file is attached"), cancellationToken);
    }

    public Task<IActionResult> OnPostTakeBackAsync(long file, CancellationToken cancellationToken) =>
        DoAsync(() => withdraw.WithdrawAsync(Person, file, cancellationToken), new("材料已撤回", "The file is withdrawn"), cancellationToken);

    /// <summary>Always as a download: nothing that was handed in is ever shown as a page of ours.</summary>
    public async Task<IActionResult> OnGetFileAsync(long file, CancellationToken cancellationToken)
    {
        if (await evidence.OpenAsync(Person, file, cancellationToken) is not { } found) return NotFound();
        Response.Headers.CacheControl = "private, no-store";
        return File(found.Content, found.File.MediaType, found.File.Name);
    }

    private async Task AttachAsync(EvidenceSubject subject, IFormFile file, CancellationToken cancellationToken)
    {
        await using var content = file.OpenReadStream();
        await attach.AttachAsync(Person, subject, content, file.FileName, null, cancellationToken);
    }

    private async Task<EvidenceSubject?> ActingSubjectAsync(CancellationToken cancellationToken) =>
        (await query.FindAsync(Person, Id, Acting, 1, cancellationToken))?.Acting is { } acting ? EvidenceSubject.OfReply(Id, acting.Ordinal) : null;

    private Task<IActionResult> DoAsync(Func<Task> act, Text done, CancellationToken cancellationToken) =>
        ActAsync(act, done, () => ShowAsync(cancellationToken), () => RedirectToPage(new { id = Id, @for = Acting }));

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Person, Id, Acting, PageNumber, cancellationToken) is not { } paper) return NotFound();
        Paper = paper;
        Scans = await evidence.ListAsync(Person, new(EvidenceSubjectKind.Paper, $"{Id}"), cancellationToken) ?? new([], false);
        ShowClock(paper.IsDemonstration, paper.Now);
        return Page();
    }
}
