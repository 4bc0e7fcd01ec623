using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Forms;
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
public sealed record RowForm(string WorkItem, StepLine Line, IReadOnlyList<string> Outcomes, IReadOnlyList<string> Grades, bool MayDecide, Text? Problem = null, bool Saved = false)
{
    /// <summary>The unit's own score and its reviewer's; null: there is no score sheet.</summary>
    public ScoreComparison? Scores { get; init; }
}

[RequestSizeLimit(UploadBytesMax)]
[RequestFormLimits(MultipartBodyLengthLimit = UploadBytesMax, ValueCountLimit = FieldsMax)]
public sealed class DetailsModel(WorkItemQuery query, WorkOnItem work, ReviewItem review, AttachEvidence attach, WithdrawEvidence withdraw, ReadEvidence evidence, IssuePaper issue, PaperQueries papers, UrgeWork urge, ScoreSheets sheets) : UrgingPage
{
    /// <summary>Files that one request brings.</summary>
    public const int UploadsMax = 10;

    private const int DifferencesMax = 50;
    private const int FieldsMax = 8_192;

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

    /// <summary>Own and reviewers' scores of the units on this page, by unit.</summary>
    public IReadOnlyDictionary<string, ScoreComparison> UnitScores { get; private set; } = new Dictionary<string, ScoreComparison>();

    /// <summary>The same of this work item, where its form scores and the person may compare; null: else.</summary>
    public ScoreComparison? Scores { get; private set; }
    public IReadOnlyList<PaperLine> Papers { get; private set; } = [];
    public EvidenceList Evidence { get; private set; } = null!;

    /// <summary>Twice the largest file: somewhat too much is refused with the rule, far too much is cut off.</summary>
    private const long UploadBytesMax = 2 * AttachEvidence.FileBytesMax;

    /// <summary>What stands in the form: what was saved, or what was just sent and not accepted.</summary>
    public FormValues Values { get; private set; } = FormValues.Empty;

    /// <summary>The form was sent and not saved: leaving the page would lose it.</summary>
    public bool IsUnsaved { get; private set; }

    /// <summary>Of the draft that the form began with.</summary>
    [BindProperty]
    public string? Stamp { get; set; }

    /// <summary>Where another draft, saved meanwhile by somebody else, differs from what was sent.</summary>
    public IReadOnlyList<(string Title, string Theirs, string Mine)> Differences { get; private set; } = [];

    /// <summary>The form's fields on this page; null: the work has no form.</summary>
    public SentForm? Fields { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(null, cancellationToken);

    public Task<IActionResult> OnPostSignAsync(CancellationToken cancellationToken) =>
        DoAsync(() => work.SignForAsync(Person, Id, cancellationToken), new("已签收", "Signed for"), cancellationToken);

    /// <summary>Saves the draft, and hands in the files that were chosen with it.</summary>
    public Task<IActionResult> OnPostSaveAsync(DateOnly? evidenceOn, CancellationToken cancellationToken) => DoAsync(
        async () =>
        {
            if (await SentJsonAsync(cancellationToken) is { } form) await work.SaveDraftAsync(Person, Id, form, Stamp, automatic: false, cancellationToken);
            else if (Request.Form.Files.Count == 0) throw new RefusedException(new("没有可保存的内容", "There is nothing to save"));
            await AttachSentAsync(evidenceOn, cancellationToken);
        },
        new("草稿已保存，尚未提交", "The draft is saved, not submitted yet"), cancellationToken);

    /// <summary>The page saves by itself while somebody writes. Answers in JSON: when, or why not.</summary>
    public async Task<IActionResult> OnPostDraftAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await SentJsonAsync(cancellationToken) is not { } form) return NotFound();
            var saved = await work.SaveDraftAsync(Person, Id, form, Stamp, automatic: true, cancellationToken);
            return new JsonResult(new { saved.Stamp, Words = Words[$"{Words.Instant(saved.At)} 已自动保存草稿", $"Draft saved by itself, {Words.Instant(saved.At)}"] });
        }
        catch (DraftConflictException conflict)
        {
            return new JsonResult(new { Words = Words[conflict.Words] }) { StatusCode = StatusCodes.Status409Conflict };
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            return new JsonResult(new { Words = Words[refused.Words] }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
        }
    }

    public Task<IActionResult> OnPostSubmitAsync(string? outcome, string? comment, DateOnly? evidenceOn, CancellationToken cancellationToken) => DoAsync(
        async () =>
        {
            var form = Request.Form.Keys.Any(key => key.StartsWith(SentForm.Prefix, StringComparison.Ordinal)) ? await SentJsonAsync(cancellationToken) : null;
            await AttachSentAsync(evidenceOn, cancellationToken);
            await work.SubmitAsync(Person, Id, outcome, form, comment, Stamp, cancellationToken);
        },
        new("已提交", "Submitted"), cancellationToken);

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

    /// <summary>Hands in one file or several; what is refused does not keep the others.</summary>
    /// <param name="item">The key of the form item that they answer; null: the work as a whole.</param>
    public Task<IActionResult> OnPostAttachAsync(List<IFormFile> file, string? item, DateOnly? evidenceOn, CancellationToken cancellationToken)
    {
        if (file.Count == 0) ModelState.AddModelError("file", Words["请选择文件", "Choose a file"]);
        return DoAsync(() => AttachAsync([.. file.Select(one => (one, string.IsNullOrEmpty(item) ? null : item))], evidenceOn, cancellationToken), new("材料已上传", "The file is attached"), cancellationToken);
    }

    private Task AttachSentAsync(DateOnly? evidenceOn, CancellationToken cancellationToken) => AttachAsync(
        [.. Request.Form.Files.Where(one => one.Length > 0 || one.FileName.Length > 0).Select(one => (one, one.Name.StartsWith(SentForm.FilePrefix, StringComparison.Ordinal) ? one.Name[SentForm.FilePrefix.Length..] : null))], evidenceOn, cancellationToken);

    private async Task AttachAsync(IReadOnlyList<(IFormFile File, string? Item)> files, DateOnly? evidenceOn, CancellationToken cancellationToken)
    {
        if (files.Count == 0) return;
        if (files.Count > UploadsMax) throw new RefusedException(new($"一次最多上传 {UploadsMax} 个文件", $"At most {UploadsMax} files at once"));
        if (files.Any(one => one.Item is not null) && await query.RunAsync(Person, Id, cancellationToken) is { } shown
            && files.Any(one => one.Item is { } key && shown.Form?.Groups.Any(group => group.Items.Any(item => item.Key == key && item.Kind == FormItemKind.File)) != true))
            throw new RefusedException(new("表单中没有这一项", "The form has no such item"));
        var problems = new List<FieldProblem>();
        foreach (var (file, item) in files)
        {
            try
            {
                await using var content = file.OpenReadStream();
                await attach.AttachAsync(Person, new(EvidenceSubjectKind.WorkItem, Id), content, file.FileName, evidenceOn, item, cancellationToken);
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                problems.Add(new(item ?? "file", refused.Words));
            }
        }

        if (problems.Count > 0) throw new FieldsRefusedException(problems);
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
        var scores = await sheets.TotalsAsync(Person, Id, [shown.UnitId], cancellationToken);
        return Partial("_Row", new RowForm(Id, shown, item.RowOutcomes, item.Grades, item.MayFile, problem, problem is null) { Scores = scores.GetValueOrDefault(shown.UnitId) });
    }

    private async Task<IActionResult> DoAsync(Func<Task> act, Text done, CancellationToken cancellationToken)
    {
        // Fields are named by their place in the form, also where they are refused.
        if (HttpMethods.IsPost(Request.Method) && await query.RunAsync(Person, Id, cancellationToken) is { Form: { } form }) Fields = new(form);
        return await ActAsync(act, done, () => ShowAsync(Request.Form, cancellationToken), () => RedirectToPage(new { id = Id }));
    }

    protected override string FieldOf(string field) => Fields?.IdOf(field) ?? (field == "file" ? field : "");

    protected override void Refused(RefusedException refused)
    {
        if (refused is DraftConflictException conflict) (conflicting, conflictStamp) = (FormValues.Parse(conflict.Stored), conflict.Stamp);
    }

    private FormValues? conflicting;
    private string? conflictStamp;

    /// <summary>What the request sends of the form, as JSON; null: the work has no form, or there is none for this person.</summary>
    private async Task<string?> SentJsonAsync(CancellationToken cancellationToken)
    {
        if (Fields is null && await query.RunAsync(Person, Id, cancellationToken) is { Form: { } form }) Fields = new(form);
        return Fields?.Read(Request.Form).ToJson();
    }

    private async Task<IActionResult> ShowAsync(IFormCollection? sent, CancellationToken cancellationToken)
    {
        if (await query.RunAsync(Person, Id, cancellationToken) is not { } item) return NotFound();
        Item = item;
        Evidence = await evidence.ListAsync(Person, new(EvidenceSubjectKind.WorkItem, Id), cancellationToken) ?? new([], false);
        Fields = item.Form is null ? null : new(item.Form);
        Values = item.Filled;
        if (sent is not null && Fields is not null && sent.Keys.Any(key => key.StartsWith(SentForm.Prefix, StringComparison.Ordinal)))
        {
            Values = Fields.Read(sent);
            IsUnsaved = Values.ToJson() != item.Filled.ToJson();
        }

        // Whoever sends it again after a conflict has seen both.
        Stamp = conflictStamp ?? (IsUnsaved ? Stamp : null) ?? item.Stamp;
        ModelState.Remove(nameof(Stamp));
        if (conflicting is not null && Fields is not null) Differences = [.. Fields.Differences(conflicting, Values).Take(DifferencesMax)];
        if (item.Paper is not null) Papers = await papers.OfWorkItemAsync(Person, Id, cancellationToken);
        ShowClock(item.IsDemonstration, item.Now);
        if (item.JudgesUnits)
        {
            Lines = await query.LinesAsync(Person, Id, Name, Undecided, PageNumber, Unit, cancellationToken);
            UnitScores = await sheets.TotalsAsync(Person, Id, [.. Lines.Lines.Rows.Select(line => line.UnitId)], cancellationToken);
        }
        else if (item is { Form: not null, ReviewerRole: not null, State: not WorkState.Open }) Scores = (await sheets.FindAsync(Person, Id, null, cancellationToken))?.Scores;
        return Page();
    }
}
