using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Forms;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage.Mail;
using Programmes.Storage.Papers;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.WorkItems;

/// <summary>What the responsible role does: signs for its work, saves a draft, submits, takes back.</summary>
public sealed class WorkOnItem(PersonDoor doors, DefinitionLibrary library)
{
    /// <summary>Longest filled-in form, in characters of JSON.</summary>
    public const int FormLengthMax = 256 * 1024;

    /// <summary>The outcome of a recurring work item that nobody filed before its period was closed.</summary>
    public const string MissedOutcome = "Missed";

    public async Task SignForAsync(Person person, string workItem, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        MustFile(session);
        if (session.Item.Status != WorkItemStatus.Open) return;
        session.Item.Status = WorkItemStatus.Signed;
        session.Note(WorkItemEventKind.SignedFor);
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Most work items that are signed for at once.</summary>
    public const int SignMax = 200;

    /// <summary>Signs for several; each by itself, so that one that is closed meanwhile does not keep the others. Returns how many were signed for.</summary>
    public async Task<int> SignForAsync(Person person, IReadOnlyCollection<string> workItems, CancellationToken cancellationToken = default)
    {
        if (workItems.Count > SignMax) throw new RefusedException(new($"一次最多签收 {SignMax} 项", $"At most {SignMax} can be signed for at once"));
        var signed = 0;
        foreach (var workItem in workItems.Distinct(StringComparer.Ordinal))
        {
            try
            {
                await SignForAsync(person, workItem, cancellationToken).ConfigureAwait(false);
                signed++;
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                // It is over, or suspended; the list that is shown next says so.
            }
        }

        return signed;
    }

    public Task SaveDraftAsync(Person person, string workItem, string formJson, CancellationToken cancellationToken = default) =>
        SaveDraftAsync(person, workItem, formJson, null, automatic: false, cancellationToken);

    /// <param name="stamp">Of the draft that the person began with, see <see cref="Drafts"/>; null: it is overwritten, whatever it is.</param>
    /// <param name="automatic">Saved by the page while the person writes: the draft carries who and when, and the history no line of it.</param>
    /// <exception cref="DraftConflictException">Somebody else saved meanwhile.</exception>
    public async Task<SavedDraft> SaveDraftAsync(Person person, string workItem, string formJson, string? stamp, bool automatic, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        MustFile(session);
        if (session.Item.Status == WorkItemStatus.Submitted) throw new RefusedException(new("已提交，正在审核；如需修改请先撤回", "It is submitted and under review; take it back first"));
        formJson = CheckedJson(formJson);
        Drafts.Check(session.Item, stamp, formJson);
        Keep(session, formJson);
        if (!automatic) session.Note(WorkItemEventKind.Saved);
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new(Drafts.StampOf(formJson), session.Door.Now, person.Name);
    }

    private static void Keep(WorkItemSession session, string formJson) =>
        (session.Item.FormValues, session.Item.SavedAt, session.Item.SavedBy) = (formJson, session.Door.Now, session.Door.Person.Name);

    /// <summary>
    /// Submits the work. Without a reviewer this completes it with <paramref name="outcome"/>; with one it waits for review.
    /// The leading office may submit for a unit, which is recorded as such.
    /// </summary>
    /// <param name="outcome">Null: the first of the item's outcomes.</param>
    public Task SubmitAsync(Person person, string workItem, string? outcome = null, string? formJson = null, string? comment = null, CancellationToken cancellationToken = default) =>
        SubmitAsync(person, workItem, outcome, formJson, comment, null, cancellationToken);

    /// <inheritdoc cref="SubmitAsync(Person, string, string?, string?, string?, CancellationToken)"/>
    /// <param name="stamp">Of the draft that the person began with, see <see cref="Drafts"/>; null: it is overwritten, whatever it is.</param>
    /// <exception cref="DraftConflictException">Somebody else saved meanwhile.</exception>
    /// <exception cref="FieldsRefusedException">The form: fields are named by the item's key, in a table by <c>key.row.column</c> with rows from 0.</exception>
    public async Task SubmitAsync(Person person, string workItem, string? outcome, string? formJson, string? comment, string? stamp, CancellationToken cancellationToken)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        var item = session.Item;
        if (item.Outcome == MissedOutcome)
            throw await session.Door.RefuseAsync("report.submitted", item.Id, new($"“{item.TitleZh}”已于 {item.ClosedOn:yyyy-MM-dd} 截止，不再受理；情况请并入下一期报送", $"\"{item.TitleEn}\" closed on {item.ClosedOn:yyyy-MM-dd} and takes nothing more; report it with the next period"), WorkItemSession.SourceOf(item), cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        MustFile(session);
        if (item.Status == WorkItemStatus.Submitted) throw new RefusedException(new("已提交，正在审核，不必重复提交", "It is submitted already and under review"));
        var chosen = OutcomeOf(item, outcome);
        if (formJson is not null)
        {
            formJson = CheckedJson(formJson);
            Drafts.Check(item, stamp, formJson);
            Keep(session, formJson);
        }

        await CheckFormAsync(session, cancellationToken).ConfigureAwait(false);
        if (item.Units is not null) await CheckRowsAsync(session, cancellationToken).ConfigureAwait(false);
        await CheckEvidenceAsync(session, cancellationToken).ConfigureAwait(false);
        await CheckPaperAsync(session, cancellationToken).ConfigureAwait(false);
        item.SubmittedOn = session.Door.Today;
        item.SubmittedBy = person.Name;
        session.Note(person.Holds(item.Role, item.ProgrammeId, item.UnitId) ? WorkItemEventKind.Submitted : WorkItemEventKind.FiledForUnit, comment, item.FormValues);
        if (item.Reviewer is not null)
        {
            item.Status = WorkItemStatus.Submitted;
            // To whoever reviews it.
            item.RearmAnew(session.Door.Today);
            await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        session.Note(WorkItemEventKind.Completed, comment);
        await session.Door.DecideAsync(new WorkItemClosed(item.Id, chosen, Values: item.FormValues), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Past work, recorded as done without its form and evidence, which a backfill does not have.</summary>
    internal async Task SubmitBackfilledAsync(Person recorder, string workItem, CancellationToken cancellationToken)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, recorder, cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        session.Item.SubmittedOn = session.Door.Today;
        session.Item.SubmittedBy = recorder.Name;
        session.Item.Status = session.Item.Reviewer is null ? session.Item.Status : WorkItemStatus.Submitted;
        session.Note(WorkItemEventKind.FiledForUnit, "backfill");
        if (session.Item.Reviewer is null) await session.Door.DecideAsync(new WorkItemClosed(workItem, OutcomeOf(session.Item, null)), cancellationToken).ConfigureAwait(false);
        else await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task TakeBackAsync(Person person, string workItem, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, workItem, person, cancellationToken).ConfigureAwait(false);
        session.MustBeOpen();
        MustFile(session);
        if (session.Item.Status != WorkItemStatus.Submitted) throw new RefusedException(new("尚未提交，无须撤回", "It is not submitted"));
        session.Item.Status = WorkItemStatus.Signed;
        session.Note(WorkItemEventKind.Withdrawn);
        session.Item.RearmTold(session.Door.Today);
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One unit's line in a step that judges many; the step itself is submitted once all its lines are decided.</summary>
    public async Task DecideRowAsync(Person person, string subject, string unit, string outcome, string? grade, string? reason, CancellationToken cancellationToken = default)
    {
        await using var session = await WorkItemSession.OpenAsync(doors, subject, person, cancellationToken).ConfigureAwait(false);
        MustFile(session);
        if (session.Item.Units is null) throw new RefusedException(new("此任务不是逐单位评定的任务", "This work item does not judge units one by one"));
        var row = await session.Door.Db.StepRows.AsNoTracking().FirstOrDefaultAsync(r => r.SubjectId == subject && r.UnitId == unit, cancellationToken).ConfigureAwait(false)
            ?? throw RefusedException.NotFound("该单位的评定行", "The unit's line");
        if (row.Status is StepRowStatus.Waiting or StepRowStatus.Dropped)
            throw new RefusedException(new("该单位前一步尚无结果（例如异议未了结），暂不能评定", "The step before has not decided about this unit yet, for instance an objection is pending"));
        if (row.Delivered) throw new RefusedException(new("该单位的结果已生效；更正请由牵头单位按更正程序办理", "The unit's outcome has taken effect; have the leading office correct it"));
        var outcomes = RowOutcomesOf(session.Item);
        if (!outcomes.Contains(outcome)) throw new RefusedException(new($"结果“{outcome}”不在可选之列：{string.Join("、", outcomes)}", $"\"{outcome}\" is no outcome here: {string.Join(", ", outcomes)}"));
        if (session.Item.ReadQuota() is { } quota) await CheckQuotaAsync(session, unit, outcome, reason, quota, cancellationToken).ConfigureAwait(false);
        await session.Door.Transaction.Steps.DecideAsync(subject, unit, outcome, Shorten(grade), Shorten(reason), session.Door.Today, person.Name, session.Door.Now, cancellationToken).ConfigureAwait(false);
        session.Door.Audit("work-item.row-decided", $"{subject}/{unit}", outcome);
        await session.Door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public static IReadOnlyList<string> RowOutcomesOf(WorkItemRow item) => item.RowOutcomes is null ? [] : JsonSerializer.Deserialize<string[]>(item.RowOutcomes) ?? [];

    /// <summary>A selection is made with reasons, and never above its quota.</summary>
    private static async Task CheckQuotaAsync(WorkItemSession session, string unit, string outcome, string? reason, Quota quota, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(new("请写明入选或不入选的理由", "Give the reason for or against"));
        if (outcome != Quota.Selected) return;
        var item = session.Item;
        var (here, elsewhere) = await Selections.CountAsync(session.Door.Db, item, unit, cancellationToken).ConfigureAwait(false);
        if (quota.Refuse(here, elsewhere) is { } words)
            throw await session.Door.RefuseAsync("units.selected", $"{item.Id}/{unit}", words, WorkItemSession.SourceOf(item), cancellationToken).ConfigureAwait(false);
    }

    internal static string OutcomeOf(WorkItemRow item, string? outcome)
    {
        var outcomes = JsonSerializer.Deserialize<string[]>(item.Outcomes) ?? [];
        if (outcomes.Length == 0) outcomes = [ActivityDescriptor.DoneOutcome];
        if (string.IsNullOrEmpty(outcome)) return outcomes[0];
        return outcomes.Contains(outcome) ? outcome : throw new RefusedException(new($"结果“{outcome}”不在可选之列：{string.Join("、", outcomes)}", $"\"{outcome}\" is no outcome here: {string.Join(", ", outcomes)}"));
    }

    private static void MustFile(WorkItemSession session)
    {
        if (!WorkItemRights.MayFile(session.Door.Person, session.Item)) throw RefusedException.Forbidden();
    }

    private static string? Shorten(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim() is { Length: > 500 } longText ? longText[..500] : text.Trim();

    private static string CheckedJson(string formJson)
    {
        if (formJson.Length > FormLengthMax) throw new RefusedException(new("填报内容过长", "The form is too long"));
        try
        {
            using var document = JsonDocument.Parse(formJson);
            return formJson;
        }
        catch (JsonException)
        {
            throw new RefusedException(new("填报内容格式有误，没有保存", "The form's contents cannot be read; nothing was saved"));
        }
    }

    private async Task CheckFormAsync(WorkItemSession session, CancellationToken cancellationToken)
    {
        if (session.Item.Form is not { } formId || session.Item.ProgrammeId is not { } programme) return;
        var launch = await library.LaunchAsync(programme, session.Door.Instance.LaunchRevision, cancellationToken).ConfigureAwait(false);
        if (!launch.Forms.TryGetValue(formId, out var form)) return;
        var files = form.Groups.All(group => group.Items.All(item => item.Kind != FormItemKind.File)) ? [] : await session.Door.Db.EvidenceFiles.Where(file => file.SubjectId == session.Item.Id && file.SubjectKind == EvidenceSubjectKind.WorkItem && file.WithdrawnAt == null && file.FormItem != null)
            .GroupBy(file => file.FormItem!).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken).ConfigureAwait(false);
        var problems = FormCheck.Check(form, FormValues.Parse(session.Item.FormValues), files);
        if (problems.Count > 0) throw new FieldsRefusedException([.. problems.Select(problem => new FieldProblem(problem.Row is { } row ? $"{problem.Item}.{row}.{problem.Column}" : problem.Item, problem.Words))]);
    }

    private static async Task CheckRowsAsync(WorkItemSession session, CancellationToken cancellationToken)
    {
        var open = await session.Door.Db.StepRows.CountAsync(row => row.SubjectId == session.Item.Id && row.Status == StepRowStatus.Open, cancellationToken).ConfigureAwait(false);
        if (open > 0) throw new RefusedException(new($"还有 {open} 个单位没有评定，请逐一评定后再提交", $"{open} units are not decided yet; decide about each before submitting"));
    }

    private static async Task CheckEvidenceAsync(WorkItemSession session, CancellationToken cancellationToken)
    {
        if (session.Item.Evidence != EvidenceRule.Required) return;
        if (!await session.Door.Db.EvidenceFiles.AnyAsync(file => file.SubjectId == session.Item.Id && file.SubjectKind == EvidenceSubjectKind.WorkItem && file.WithdrawnAt == null, cancellationToken).ConfigureAwait(false))
            throw new RefusedException(new("此任务须附佐证材料，请先上传", "This work item needs evidence; upload it first"));
    }

    private static async Task CheckPaperAsync(WorkItemSession session, CancellationToken cancellationToken)
    {
        var item = session.Item;
        if (PaperRule.Parse(item.Paper) is not { Kind: var kind }) return;
        if (await session.Door.Db.Papers.AnyAsync(paper => paper.WorkItemId == item.Id && paper.Kind == kind && paper.Status != PaperStatus.Withdrawn, cancellationToken).ConfigureAwait(false)) return;
        throw await session.Door.RefuseAsync("work-item.submit", item.Id,
            new($"此任务须登记{kind.Words().Zh}（文号、印发日期）后提交", $"This work item is submitted once its paper is registered: {kind.Words().En}, with number and date"),
            item.Clause is { } clause ? new($"方案{clause}", $"the plan's {clause}") : new("流程定义", "the workflow definition"), cancellationToken).ConfigureAwait(false);
    }
}
