using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Forms;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.WorkItems;

/// <summary>A unit's score sheet, with the scores of whoever judges it beside.</summary>
/// <param name="WorkItem">What it is judged by: a step that judges units, or the sheet itself, which has a reviewer.</param>
/// <param name="Title">Of that work item.</param>
/// <param name="SubmittedOn">When the unit handed the sheet in.</param>
/// <param name="Stamp">Of the scores that are stored, as of a draft; see <see cref="Drafts"/>.</param>
public sealed record ScoreSheet(
    string WorkItem, Text Title, string? UnitId, string? Unit, Form Form, ScoreComparison Scores, DateOnly? SubmittedOn, string Stamp,
    DateTimeOffset? ScoredAt, string? ScoredBy, bool MayScore, DateTimeOffset Now, bool IsDemonstration);

/// <summary>
/// What a reviewer, or the office whose step judges units one by one, gives beside a unit's own scores. One set of scores is kept
/// with the sheet. It decides nothing by itself: the outcome is chosen where it always is.
/// </summary>
public sealed class ScoreSheets(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library, ProgrammeClocks clocks)
{
    private const int SheetsPerUnitMax = 20;

    /// <param name="workItem">The step that judges the unit, or the sheet itself.</param>
    /// <param name="unit">Of a step that judges units; null: the work item is the sheet.</param>
    /// <returns>Null: there is no sheet, or the person may not compare it; the two look the same.</returns>
    public async Task<ScoreSheet?> FindAsync(Person person, string workItem, string? unit, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await LocateAsync(db, person, workItem, unit, cancellationToken).ConfigureAwait(false) is not { } found) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var (judging, sheet, form, mayScore) = found;
        var name = sheet.UnitId is null ? null : await db.Units.Where(row => row.ProgrammeId == sheet.ProgrammeId && row.UnitId == sheet.UnitId).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return new(judging.Id, new(judging.TitleZh, judging.TitleEn), sheet.UnitId, name, form, ScoreComparison.Of(form, FormValues.Parse(sheet.FormValues), FormValues.Parse(sheet.ReviewScores))!,
            sheet.SubmittedOn, Drafts.StampOf(sheet.ReviewScores), sheet.ScoredAt, sheet.ScoredBy, mayScore, set.Now(sheet.ProgrammeId), set.IsDemonstration(sheet.ProgrammeId));
    }

    /// <summary>Both totals of the units on one page of a step that judges them, by unit; those without a sheet are missing.</summary>
    public async Task<IReadOnlyDictionary<string, ScoreComparison>> TotalsAsync(Person person, string judging, IReadOnlyCollection<string> units, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.WorkItems.AsNoTracking().Where(one => one.Id == judging).Where(Visibility.Work(db, person)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (row is null || !MayCompare(person, row) || await ScoredFormsAsync(db, row, cancellationToken).ConfigureAwait(false) is not { Count: > 0 } forms) return new Dictionary<string, ScoreComparison>();
        var keys = forms.Keys.ToList();
        var sheets = await db.WorkItems.AsNoTracking()
            .Where(one => one.ProgrammeId == row.ProgrammeId && one.Batch == row.Batch && units.Contains(one.UnitId!) && keys.Contains(one.Form!) && one.SubmittedOn != null)
            .OrderBy(one => one.SubmittedOn).ThenBy(one => one.Id).Take(units.Count * SheetsPerUnitMax)
            .Select(one => new { one.UnitId, one.Form, one.FormValues, one.ReviewScores }).ToListAsync(cancellationToken).ConfigureAwait(false);
        // The latest of a unit is the last.
        return sheets.GroupBy(one => one.UnitId!).ToDictionary(one => one.Key, one => one.Last())
            .ToDictionary(one => one.Key, one => ScoreComparison.Of(forms[one.Value.Form!], FormValues.Parse(one.Value.FormValues), FormValues.Parse(one.Value.ReviewScores))!);
    }

    /// <param name="stamp">Of the scores that the person began with.</param>
    /// <exception cref="FieldsRefusedException">Fields are named by the item's key.</exception>
    public async Task ScoreAsync(Person person, string workItem, string? unit, FormValues scores, string? stamp, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (await LocateAsync(db, person, workItem, unit, cancellationToken).ConfigureAwait(false) is not { } found) throw RefusedException.NotFound("评分表", "The score sheet");
        if (!WorkItemRights.MayReview(person, found.Judging) && !(unit is not null && WorkItemRights.MayFile(person, found.Judging))) throw RefusedException.Forbidden();
        if (!found.MayScore) throw new RefusedException(new("该评分表未提交、已审结或正在中止，不能评分", "This sheet is not submitted, is decided, or is suspended; it cannot be scored"));
        var form = ScoreComparison.ScoresOf(found.Form);
        if (FormCheck.Check(form, scores) is { Count: > 0 } problems) throw new FieldsRefusedException([.. problems.Select(problem => new FieldProblem(problem.Item, problem.Words))]);
        await using var door = await doors.OpenAsync(found.Sheet.InstanceId, person, cancellationToken).ConfigureAwait(false);
        var sheet = await door.Db.WorkItems.SingleAsync(row => row.Id == found.Sheet.Id, cancellationToken).ConfigureAwait(false);
        if (sheet.FormValues != found.Sheet.FormValues || sheet.Status != found.Sheet.Status) throw new RefusedException(new("评分表刚刚有变动，评分没有保存，请对照后再保存", "The sheet has just changed; the scores were not saved. Compare, then save again"));
        if (stamp is not null && stamp != Drafts.StampOf(sheet.ReviewScores))
            throw new RefusedException(new($"{sheet.ScoredBy}刚刚保存了另一份评分，您的没有覆盖它，仍在本页；再次保存，以您填写的为准", $"{sheet.ScoredBy} has just saved other scores. Yours did not overwrite them and are still on this page; save again to keep yours"));
        var kept = form.Groups.SelectMany(group => group.Items).ToDictionary(item => item.Key, item => scores.Text(item.Key));
        (sheet.ReviewScores, sheet.ScoredAt, sheet.ScoredBy) = (new FormValues(kept, new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>()).ToJson(), door.Now, person.Name);
        // In the audit and not in the work item's history, which the unit reads before anything is announced.
        door.Audit("work-item.scored", sheet.Id, ScoreComparison.Of(found.Form, FormValues.Parse(sheet.FormValues), FormValues.Parse(sheet.ReviewScores)) is { } now ? $"{FormSum.Shown(now.Own.Given)} → {FormSum.Shown(now.Given.Given)}" : null);
        await door.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Located?> LocateAsync(ProgrammesDb db, Person person, string workItem, string? unit, CancellationToken cancellationToken)
    {
        var judging = await db.WorkItems.AsNoTracking().Where(row => row.Id == workItem).Where(Visibility.Work(db, person)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (judging is null || await ScoredFormsAsync(db, judging, cancellationToken).ConfigureAwait(false) is not { } forms) return null;
        if (unit is null)
        {
            if (judging.Form is null || judging.Reviewer is null || !forms.TryGetValue(judging.Form, out var own)) return null;
            // Whoever owes it sees the reviewer's scores once they are given back, with the work or with its end.
            var told = judging.Status is WorkItemStatus.Returned or WorkItemStatus.Completed;
            if (!WorkItemRights.MayReview(person, judging) && !person.CanSeeAll && !told) return null;
            return new(judging, judging, own, judging.Status == WorkItemStatus.Submitted && !judging.Suspended && WorkItemRights.MayReview(person, judging));
        }

        if (!MayCompare(person, judging)) return null;
        var line = await db.StepRows.AsNoTracking().FirstOrDefaultAsync(row => row.SubjectId == workItem && row.UnitId == unit && row.Status != StepRowStatus.Dropped, cancellationToken).ConfigureAwait(false);
        var keys = forms.Keys.ToList();
        var sheet = line is null ? null : await db.WorkItems.AsNoTracking()
            .Where(row => row.ProgrammeId == judging.ProgrammeId && row.Batch == judging.Batch && row.UnitId == unit && keys.Contains(row.Form!) && row.SubmittedOn != null)
            .OrderByDescending(row => row.SubmittedOn).ThenByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (sheet is null) return null;
        var open = judging.ClosedOn is null && !judging.Suspended && line is { Delivered: false, Status: StepRowStatus.Open or StepRowStatus.Decided };
        return new(judging, sheet, forms[sheet.Form!], open && WorkItemRights.MayFile(person, judging));
    }

    /// <summary>A unit's own sheet is not judged by units.</summary>
    private static bool MayCompare(Person person, WorkItemRow judging) => judging.Units is not null && (person.CanSeeAll || WorkItemRights.MayFile(person, judging));

    /// <summary>The programme's forms that score anything, by their id.</summary>
    private async Task<IReadOnlyDictionary<string, Form>?> ScoredFormsAsync(ProgrammesDb db, WorkItemRow row, CancellationToken cancellationToken)
    {
        var revision = await db.Programmes.Where(one => one.Id == row.ProgrammeId).Select(one => (int?)one.LaunchRevision).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (revision is not { } known) return null;
        var launch = await library.LaunchAsync(row.ProgrammeId!, known, cancellationToken).ConfigureAwait(false);
        return launch.Forms.Where(form => FormSum.Of(form.Value, FormValues.Empty) is not null).ToDictionary(form => form.Key, form => form.Value, StringComparer.Ordinal);
    }

    /// <param name="Judging">The step, or the sheet itself.</param>
    private sealed record Located(WorkItemRow Judging, WorkItemRow Sheet, Form Form, bool MayScore);
}
