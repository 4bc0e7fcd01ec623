using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Papers;

/// <summary>What stands in the form; sent along with every button, so that searching for recipients loses nothing.</summary>
public sealed class PaperForm
{
    public PaperKind Kind { get; set; }
    public string? Number { get; set; }

    /// <summary>The number that was proposed; while it stands unchanged, another kind gets another proposal.</summary>
    public string? Suggested { get; set; }
    public string? Title { get; set; }
    public string? Body { get; set; }
    public string? Issuer { get; set; }
    public DateOnly? IssuedOn { get; set; }
    public DateOnly? ReplyBy { get; set; }

    /// <summary>In place of <see cref="ReplyBy"/>: so many working days after the day of issue.</summary>
    public int? ReplyDays { get; set; }
    public DateOnly? ReopensOn { get; set; }

    /// <summary>Roles. Null until the form is sent: the binder fills no list that is there already.</summary>
    public List<string>? To { get; set; }
    public List<string>? Cc { get; set; }

    /// <summary>Ids of chosen units, with spaces between.</summary>
    public string? Chosen { get; set; }

    /// <summary>Ids of units that were found and ticked.</summary>
    public List<string>? Pick { get; set; }
    public long? Answers { get; set; }

    /// <summary>Part of a unit's name.</summary>
    public string? Name { get; set; }
    public string? Superior { get; set; }
    public int? Batch { get; set; }
    public bool Late { get; set; }

    public List<string> Units() => [.. (Chosen ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Concat(Pick ?? []).Distinct().Take(IssuePaper.RecipientsMax + 1)];
}

/// <summary>Write a paper and issue it: kind, number, words, the day of the answer, recipients by name and by search.</summary>
[RequestFormLimits(ValueCountLimit = FieldsMax, ValueLengthLimit = FieldLengthMax)]
public sealed class NewModel(PaperDraftQuery drafts, PaperPageQuery papers, IssuePaper issue) : OfficePage
{
    /// <summary>Fields of the form, boxes among them.</summary>
    private const int FieldsMax = 2_000;

    /// <summary>Longest field in bytes: all units that a paper can go to.</summary>
    private const int FieldLengthMax = 1024 * 1024;

    /// <summary>Working days for the answer to a supervision order, as proposed.</summary>
    private const int ReplyDaysProposed = 5;

    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    [BindProperty]
    public PaperForm Form { get; set; } = new();

    /// <summary>Null: no programme is chosen yet.</summary>
    public PaperDraftScope? Scope { get; private set; }
    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];
    public IReadOnlyList<FoundUnit> Chosen { get; private set; } = [];
    public int ChosenCount { get; private set; }
    public Paged<FoundUnit>? Found { get; private set; }
    public ShownDate? ReplyBy { get; private set; }
    public string? RequestNumber { get; private set; }

    public bool IsUnit => Scope?.Issuers is [{ Role: Roles.Unit }];

    public IEnumerable<PaperKind> Kinds => Form.Answers is not null ? [PaperKind.Approval] : PaperLook.Kinds.Where(kind => kind != PaperKind.Approval && (!IsUnit || kind.IsForUnits()));

    public async Task<IActionResult> OnGetAsync(PaperKind? kind, long? answers, CancellationToken cancellationToken)
    {
        (Form.Kind, Form.Answers) = (kind ?? (answers is null ? PaperKind.SupervisionOrder : PaperKind.Approval), answers);
        if (Form.Kind.NeedsReplyBy()) Form.ReplyDays = ReplyDaysProposed;
        if (answers is { } request)
        {
            if (await papers.FindAsync(Person, request, null, 1, cancellationToken) is not { } asked) return NotFound();
            Programme = asked.ProgrammeId;
            if (asked.IssuerUnit is { } unit) Form.Chosen = unit;
            else Form.To = [asked.IssuerRole];
            Form.Title = Words[$"关于《{asked.Title}》的批复", $"Approval of \"{asked.Title}\""];
        }

        return await ShowAsync(false, 1, cancellationToken);
    }

    /// <summary>From a list of work: recipients are those who owe the chosen work items, and the words name them.</summary>
    public async Task<IActionResult> OnPostFromWorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            var owners = await drafts.OwnersAsync(Person, [.. Request.Form["Urge.Items"].OfType<string>().Distinct()], cancellationToken);
            Programme = owners.Programme;
            Form = new()
            {
                Kind = PaperKind.SupervisionOrder, ReplyDays = ReplyDaysProposed, Chosen = string.Join(' ', owners.Units), To = [.. owners.Offices],
                Title = Words["关于限期办结有关任务的督办单", "Supervision order: finish the work named below"],
                Body = Words["下列任务请抓紧办理，并在答复期限前书面答复办理情况：\n", "Please finish the following work, and answer in writing by the day given:\n"]
                    + string.Join('\n', owners.Lines.Select((line, index) => $"{index + 1}. {Words[line]}")),
            };
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            ModelState.AddModelError("", Words[refused.Words]);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            Form = new();
        }

        return await ShowAsync(false, 1, cancellationToken);
    }

    /// <summary>The page anew with what was typed: after a search, or for another kind of paper.</summary>
    /// <param name="find">Which page of what is found, from 1.</param>
    public Task<IActionResult> OnPostFindAsync(int? find, CancellationToken cancellationToken)
    {
        ModelState.Clear();
        return ShowAsync(true, find ?? 1, cancellationToken);
    }

    /// <inheritdoc cref="OnPostFindAsync"/>
    public Task<IActionResult> OnPostRefreshAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        Form.ReplyBy = Form.ReplyDays is null ? Form.ReplyBy : null;
        return ShowAsync(false, 1, cancellationToken);
    }

    /// <summary>All that the search finds.</summary>
    public async Task<IActionResult> OnPostAddAllAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        if (Programme is { } programme) Form.Chosen = string.Join(' ', Form.Units().Concat(await drafts.IdsAsync(Person, programme, Search, cancellationToken)).Distinct());
        Form.Pick = null;
        return await ShowAsync(true, 1, cancellationToken);
    }

    /// <param name="unit">No longer a recipient; null: none is.</param>
    public Task<IActionResult> OnPostRemoveAsync(string? unit, CancellationToken cancellationToken)
    {
        ModelState.Clear();
        Form.Chosen = unit is null ? null : string.Join(' ', Form.Units().Where(one => one != unit));
        Form.Pick = null;
        return ShowAsync(false, 1, cancellationToken);
    }

    public Task<IActionResult> OnPostIssueAsync(CancellationToken cancellationToken)
    {
        long id = 0;
        return ActAsync(IssueAsync, new("公文已登记并发出；可在此上传盖章扫描件", "The paper is registered and sent; its stamped scan can be attached here"), () => ShowAsync(false, 1, cancellationToken), () => RedirectToPage("/Papers/Details", new { id }));

        async Task IssueAsync()
        {
            var scope = Programme is { } programme ? await drafts.ScopeAsync(Person, programme, cancellationToken) : null;
            if (scope is null) throw RefusedException.NotFound("此专项工作", "The programme");
            var replyBy = !Form.Kind.MayHaveReplyBy() ? null
                : Form.ReplyBy ?? (Form.ReplyDays is { } days ? drafts.ReplyBy(Form.IssuedOn ?? scope.Today, days).On : null);
            id = await issue.IssueAsync(Person, new(Form.Kind, Form.Number ?? "", Form.Title ?? "", (Form.Body ?? "").ReplaceLineEndings("\n"))
            {
                Programme = scope.Programme, Issuer = Form.Issuer ?? scope.UsualIssuer, To = Form.To ?? [], Cc = Form.Cc ?? [], ToUnits = Form.Units(), IssuedOn = Form.IssuedOn,
                ReplyBy = replyBy, ReopensOn = Form.Kind == PaperKind.ClosureAnnouncement ? Form.ReopensOn : null, Answers = Form.Kind == PaperKind.Approval ? Form.Answers : null,
            }, cancellationToken);
        }
    }

    private UnitSearch Search => new(Form.Name, Form.Superior, Form.Batch, Form.Late);

    private async Task<IActionResult> ShowAsync(bool search, int find, CancellationToken cancellationToken)
    {
        Programmes = await drafts.ProgrammesAsync(Person, cancellationToken);
        if (Programmes.Count == 0) return Forbid();
        Programme ??= Programmes.Count == 1 ? Programmes[0].Id : null;
        if (Programme is not { Length: > 0 } programme) return Page();
        Scope = await drafts.ScopeAsync(Person, programme, cancellationToken);
        if (Scope is null) return NotFound();
        ShowClock(Scope.IsDemonstration, Scope.Now);
        if (!Kinds.Contains(Form.Kind)) Form.Kind = Kinds.First();
        if (string.IsNullOrWhiteSpace(Form.Number) || Form.Number == Form.Suggested) Form.Number = Form.Suggested = await drafts.SuggestNumberAsync(programme, Form.Kind, Scope.Today, cancellationToken);
        if (Form.Answers is { } request) RequestNumber = (await papers.FindAsync(Person, request, null, 1, cancellationToken))?.Number;
        var units = Form.Units();
        (Form.Chosen, Form.Pick, ChosenCount) = (string.Join(' ', units), null, units.Count);
        Chosen = await drafts.NamesAsync(Person, programme, units, cancellationToken);
        if (search && !IsUnit) Found = await drafts.FindAsync(Person, programme, Search, find, cancellationToken);
        if (Form is { ReplyBy: null, ReplyDays: >= 1 and <= PaperDraftQuery.ReplyWorkingDaysMax } && Form.Kind.MayHaveReplyBy()) ReplyBy = drafts.ReplyBy(Form.IssuedOn ?? Scope.Today, Form.ReplyDays.Value);
        return Page();
    }
}
