using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Evidence;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Engine.Urging;
using Programmes.Engine.WorkItems;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Work;

/// <summary>One line of a step that judges units, as its row shows it.</summary>
public sealed record RowForm(string WorkItem, StepLine Line, IReadOnlyList<string> Outcomes, IReadOnlyList<string> Grades, bool MayDecide, Text? Problem = null, bool Saved = false);

[RequestSizeLimit(UploadBytesMax)]
[RequestFormLimits(MultipartBodyLengthLimit = UploadBytesMax)]
public sealed class DetailsModel(WorkItemQuery query, WorkOnItem work, ReviewItem review, AttachEvidence attach, WithdrawEvidence withdraw, ReadEvidence evidence, IssuePaper issue, PaperQueries papers, UrgeWork urge) : UrgingPage
{
    /// <summary>How names of form fields begin, so that an item's key cannot be taken for something else.</summary>
    public const string FieldPrefix = "f.";

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Part of a unit's name, where the step judges units.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    /// <summary>Only this unit's line.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Unit { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Undecided { get; set; }

    public WorkItemShown Item { get; private set; } = null!;
    public StepLines? Lines { get; private set; }
    public IReadOnlyList<PaperLine> Papers { get; private set; } = [];
    public EvidenceList Evidence { get; private set; } = null!;

    /// <summary>Twice the largest file: somewhat too much is refused with the rule, far too much is cut off.</summary>
    private const long UploadBytesMax = 2 * AttachEvidence.FileBytesMax;

    /// <summary>What stands in the form: what was saved, or what was just sent and not accepted.</summary>
    public IReadOnlyDictionary<string, string> Values { get; private set; } = new Dictionary<string, string>();

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(null, cancellationToken);

    public Task<IActionResult> OnPostSignAsync(CancellationToken cancellationToken) =>
        DoAsync(() => work.SignForAsync(Person, Id, cancellationToken), new("已签收", "Signed for"), cancellationToken);

    public Task<IActionResult> OnPostSaveAsync(CancellationToken cancellationToken) =>
        DoAsync(() => work.SaveDraftAsync(Person, Id, FormJson(), cancellationToken), new("草稿已保存，尚未提交", "The draft is saved, not submitted yet"), cancellationToken);

    public Task<IActionResult> OnPostSubmitAsync(string? outcome, string? comment, CancellationToken cancellationToken)
    {
        var form = Request.Form.Keys.Any(key => key.StartsWith(FieldPrefix, StringComparison.Ordinal)) ? FormJson() : null;
        return DoAsync(() => work.SubmitAsync(Person, Id, outcome, form, comment, cancellationToken), new("已提交", "Submitted"), cancellationToken);
    }

    public Task<IActionResult> OnPostTakeBackAsync(CancellationToken cancellationToken) =>
        DoAsync(() => work.TakeBackAsync(Person, Id, cancellationToken), new("已撤回，可以继续修改", "Taken back; it can be changed again"), cancellationToken);

    public Task<IActionResult> OnPostAskAsync(DateOnly? until, string? reason, CancellationToken cancellationToken)
    {
        if (until is null) ModelState.AddModelError("until", Words["请选择延期日期", "Choose the new date"]);
        return DoAsync(() => review.AskExtensionAsync(Person, Id, until!.Value, reason ?? "", cancellationToken), new("延期申请已提交，等待答复；答复前原期限仍然有效", "Asked for; the present date holds until it is answered"), cancellationToken);
    }

    public Task<IActionResult> OnPostAnswerAsync(bool grant, DateOnly? until, string? reason, CancellationToken cancellationToken)
    {
        if (grant && until is null) ModelState.AddModelError("granted", Words["请选择延期日期", "Choose the new date"]);
        return DoAsync(() => review.AnswerExtensionAsync(Person, Id, grant ? until : null, reason ?? "", cancellationToken),
            grant ? new("已准予延期，原期限保留在案", "Granted; the first date stays on record") : new("已答复：不准延期", "Answered: not extended"), cancellationToken);
    }

    public Task<IActionResult> OnPostReturnAsync(string? reason, CancellationToken cancellationToken) =>
        DoAsync(() => review.ReturnAsync(Person, Id, reason ?? "", cancellationToken), new("已退回，提醒重新计起", "Returned; reminders begin anew"), cancellationToken);

    public Task<IActionResult> OnPostCompleteAsync(string? outcome, string? comment, CancellationToken cancellationToken) =>
        DoAsync(() => review.CompleteAsync(Person, Id, outcome, comment, cancellationToken), new("已办结", "Completed"), cancellationToken);

    public Task<IActionResult> OnPostWaiveAsync(string? reason, CancellationToken cancellationToken) =>
        DoAsync(() => review.WaiveAsync(Person, Id, reason ?? "", cancellationToken), new("已免办", "Waived"), cancellationToken);

    public Task<IActionResult> OnPostAttachAsync(IFormFile? file, DateOnly? evidenceOn, CancellationToken cancellationToken)
    {
        if (file is null) ModelState.AddModelError("file", Words["请选择文件", "Choose a file"]);
        return DoAsync(AttachAsync, new("材料已上传", "The file is attached"), cancellationToken);

        async Task AttachAsync()
        {
            await using var content = file!.OpenReadStream();
            await attach.AttachAsync(Person, new(EvidenceSubjectKind.WorkItem, Id), content, file.FileName, evidenceOn, cancellationToken);
        }
    }

    /// <summary>Registers the paper that this work item needs.</summary>
    public async Task<IActionResult> OnPostPaperAsync(string? number, string? title, string? body, DateOnly? issuedOn, DateOnly? replyBy, DateOnly? reopensOn, CancellationToken cancellationToken)
    {
        if (await query.RunAsync(Person, Id, cancellationToken) is not { Paper: { } rule }) return NotFound();
        return await DoAsync(
            () => issue.IssueAsync(Person, new(rule.Kind, number ?? "", title ?? "", body ?? "") { WorkItem = Id, IssuedOn = issuedOn, ReplyBy = replyBy, ReopensOn = reopensOn }, cancellationToken),
            new("公文已登记并发出", "The paper is registered and sent"), cancellationToken);
    }

    public Task<IActionResult> OnPostUrgeAsync(CancellationToken cancellationToken) =>
        UrgeAsync(urge, [Id], () => ShowAsync(null, cancellationToken), () => RedirectToPage(null, null, new { id = Id }, "urging"), cancellationToken);

    public Task<IActionResult> OnPostWithdrawAsync(long file, CancellationToken cancellationToken) =>
        DoAsync(() => withdraw.WithdrawAsync(Person, file, cancellationToken), new("材料已撤回", "The file is withdrawn"), cancellationToken);

    /// <summary>Always as a download: nothing that was handed in is ever shown as a page of ours.</summary>
    public async Task<IActionResult> OnGetFileAsync(long file, CancellationToken cancellationToken)
    {
        if (await evidence.OpenAsync(Person, file, cancellationToken) is not { } found) return NotFound();
        Response.Headers.CacheControl = "private, no-store";
        return File(found.Content, found.File.MediaType, found.File.Name);
    }

    /// <summary>One unit's line: a fragment for a partial update, else back to the page.</summary>
    public async Task<IActionResult> OnPostRowAsync(string? unit, string? outcome, string? grade, string? reason, CancellationToken cancellationToken)
    {
        Task DecideAsync()
        {
            if (string.IsNullOrEmpty(outcome)) throw new RefusedException(new("请选择结果", "Choose an outcome"));
            return work.DecideRowAsync(Person, Id, unit ?? "", outcome, grade, reason, cancellationToken);
        }

        if (!Request.IsPartial())
            return await ActAsync(DecideAsync, new("已保存", "Saved"), () => ShowAsync(null, cancellationToken), () => RedirectToPage(null, null, new { id = Id, p = PageNumber > 1 ? PageNumber : (int?)null, name = Name, undecided = Undecided ? "true" : null }, "units"));
        Text? problem = null;
        try
        {
            await DecideAsync();
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            problem = refused.Words;
        }

        if (await query.RunAsync(Person, Id, cancellationToken) is not { } item) return NotFound();
        var line = (await query.LinesAsync(Person, Id, null, false, 1, unit, cancellationToken)).Lines.Rows;
        if (line.Count == 0) return NotFound();
        // What was chosen stays in the row, with the reason why it was not saved.
        var shown = problem is null ? line[0] : line[0] with { Outcome = outcome, Grade = grade, Reason = reason };
        return Partial("_Row", new RowForm(Id, shown, item.RowOutcomes, item.Grades, item.MayFile, problem, problem is null));
    }

    private Task<IActionResult> DoAsync(Func<Task> act, Text done, CancellationToken cancellationToken) =>
        ActAsync(act, done, () => ShowAsync(Sent(), cancellationToken), () => RedirectToPage(new { id = Id }));

    private async Task<IActionResult> ShowAsync(Dictionary<string, string>? sent, CancellationToken cancellationToken)
    {
        if (await query.RunAsync(Person, Id, cancellationToken) is not { } item) return NotFound();
        Item = item;
        Evidence = await evidence.ListAsync(Person, new(EvidenceSubjectKind.WorkItem, Id), cancellationToken) ?? new([], false);
        Values = sent is { Count: > 0 } ? sent : item.Values;
        if (item.Paper is not null) Papers = await papers.OfWorkItemAsync(Person, Id, cancellationToken);
        ShowClock(item.IsDemonstration, item.Now);
        if (item.JudgesUnits) Lines = await query.LinesAsync(Person, Id, Name, Undecided, PageNumber, Unit, cancellationToken);
        return Page();
    }

    /// <summary>Sums of the points given and possible in a group of a score sheet; null where nothing is scored.</summary>
    public (decimal Given, decimal? Most)? Sum(IEnumerable<FormItem> items)
    {
        var scored = items.Where(item => item.Kind == FormItemKind.Score).ToList();
        if (scored.Count == 0) return null;
        var given = scored.Sum(item => decimal.TryParse(Values.GetValueOrDefault(item.Key), CultureInfo.InvariantCulture, out var points) ? points : 0);
        return (given, scored.TrueForAll(item => item.PointsMax is not null) ? scored.Sum(item => item.PointsMax) : null);
    }

    private Dictionary<string, string> Sent() => Request.Form.Where(field => field.Key.StartsWith(FieldPrefix, StringComparison.Ordinal))
        .ToDictionary(field => field.Key[FieldPrefix.Length..], field => field.Value.ToString(), StringComparer.Ordinal);

    private string FormJson() => JsonSerializer.Serialize(Sent().Where(field => field.Value.Length > 0).ToDictionary(field => field.Key, field => field.Value.Trim()), Readable);

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
