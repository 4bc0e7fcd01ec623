using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Forms;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

public sealed record WorkItemShown(
    string Id, Text Title, string? ProgrammeId, string? Programme, int? Batch, string? BatchName, string? UnitId, string? Unit, string? Responsible,
    string Role, string? Office, string? ReviewerRole, string? Reviewer, string? Instructions, string? Clause, DateOnly OpenedOn,
    ShownDate? Due, DateOnly? OriginalDueOn, WorkLight Light, WorkState State, bool Suspended, string? Outcome, DateOnly? ClosedOn, string? ClosedBy,
    DateOnly? SubmittedOn, string? SubmittedBy, bool EvidenceRequired, IReadOnlyList<string> Outcomes, Form? Form,
    bool JudgesUnits, IReadOnlyList<string> RowOutcomes, IReadOnlyList<string> Grades, ExtensionShown? Asked, IReadOnlyList<WorkEventLine> History,
    DateTimeOffset Now, bool IsDemonstration, int WorkingDaysLeft, bool MayFile, bool MayReview, bool MayManage)
{
    /// <summary>What stands in its form.</summary>
    public FormValues Filled { get; init; } = FormValues.Empty;

    /// <summary>When what was filled in went into the archive; null: it is there, or there never was any.</summary>
    public DateTimeOffset? FilledArchivedAt { get; init; }

    /// <summary>Of the draft that is stored, see <see cref="Drafts"/>.</summary>
    public string Stamp { get; init; } = "";

    /// <summary>When and by whom the form was last saved; null: never.</summary>
    public DateTimeOffset? SavedAt { get; init; }
    public string? SavedBy { get; init; }

    /// <summary>It takes evidence at all.</summary>
    public bool TakesEvidence { get; init; }

    /// <summary>The paper without which it is not submitted; null: none.</summary>
    public PaperRule? Paper { get; init; }

    /// <summary>Its last urgings, the latest first.</summary>
    public IReadOnlyList<UrgingLine> Urgings { get; init; } = [];

    /// <summary>The person may urge it, by right and as it stands.</summary>
    public bool MayUrge { get; init; }

    /// <summary>The first day on which it may be urged by mail again; null: it was not yet.</summary>
    public DateOnly? UrgeAgainOn { get; init; }

    public bool IsOver => State is WorkState.Completed or WorkState.Waived or WorkState.Cancelled;
}

public sealed record ExtensionShown(DateOnly From, DateOnly Until, string Reason, string AskedBy, DateOnly AskedOn);

/// <param name="Kind">Names of work item events, such as <c>SignedFor</c>.</param>
public sealed record WorkEventLine(DateTimeOffset At, string Kind, string? Actor, string? Reason);

public sealed record StepLine(string UnitId, string Unit, string? Responsible, StepRowStatus Status, string? Outcome, string? Grade, string? Reason, bool Late, bool Delivered, DateOnly? DecidedOn, string? DecidedBy);

public sealed record StepLines(Paged<StepLine> Lines, int Open, int Decided, int Suspended);

/// <summary>One duty with all that belongs to it.</summary>
public sealed class WorkItemQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, DefinitionLibrary library)
{
    public const int LinesPageSize = 50;
    private const int HistoryMax = 200;

    /// <summary>Null: there is none, or the person may not know of it; the two look the same.</summary>
    public async Task<WorkItemShown?> RunAsync(Person person, string id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.WorkItems.AsNoTracking().Where(one => one.Id == id).Where(Visibility.Work(db, person)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (row is null) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var line = (await WorkListQuery.LinesAsync(db, set, [row], cancellationToken).ConfigureAwait(false))[0];
        var programme = row.ProgrammeId ?? "";
        var unit = row.UnitId is null ? null : await db.Units.AsNoTracking().FirstOrDefaultAsync(one => one.ProgrammeId == programme && one.UnitId == row.UnitId, cancellationToken).ConfigureAwait(false);
        var reviewer = row.Reviewer is null ? null : await db.Offices.AsNoTracking().Where(one => one.ProgrammeId == programme && one.Role == row.Reviewer).Select(one => one.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var asked = await db.Extensions.AsNoTracking().Where(one => one.WorkItemId == id && one.Status == ExtensionStatus.Asked).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var history = await db.WorkItemEvents.AsNoTracking().Where(one => one.WorkItemId == id && one.Kind != WorkItemEventKind.Saved).OrderByDescending(one => one.Id).Take(HistoryMax)
            .Select(one => new { one.At, one.Kind, one.Actor, one.Reason }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var (launch, rowOutcomes) = await DefinedAsync(db, row, cancellationToken).ConfigureAwait(false);
        var urgings = (await UrgingQuery.ListAsync(db, person, new(WorkItem: id), cancellationToken).ConfigureAwait(false)).Rows;
        var mailed = urgings.FirstOrDefault(one => one.Channel == UrgingChannel.Mail)?.On;
        var grades = launch?.Settings.GetValueOrDefault("grades")?.Split([',', '，', '、'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return new(row.Id, line.Title, row.ProgrammeId, line.Programme, row.Batch, row.Batch is { } number ? launch?.FindBatch(number)?.Name : null, row.UnitId, line.Unit, unit?.Responsible,
            row.Role, line.Office, row.Reviewer, reviewer ?? row.Reviewer, row.Instructions, row.Clause, row.OpenedOn,
            line.Due, line.OriginalDueOn, line.Light, line.State, row.Suspended, row.Outcome, row.ClosedOn, row.ClosedBy,
            row.SubmittedOn, row.SubmittedBy, row.Evidence == Core.Workflows.EvidenceRule.Required, JsonSerializer.Deserialize<string[]>(row.Outcomes) ?? [],
            row.Form is null ? null : launch?.Forms.GetValueOrDefault(row.Form),
            row.Units is not null, rowOutcomes, grades, asked is null ? null : new(asked.FromOn, asked.AskedUntilOn, asked.Reason, asked.AskedBy, asked.AskedOn),
            [.. history.Select(one => new WorkEventLine(one.At, one.Kind.ToString(), one.Actor, one.Reason))],
            set.Now(row.ProgrammeId), set.IsDemonstration(row.ProgrammeId), line.WorkingDaysLeft,
            WorkItemRights.MayFile(person, row), WorkItemRights.MayReview(person, row), person.CanManage)
        {
            Paper = PaperRule.Parse(row.Paper),
            Filled = FormValues.Parse(row.FormValues),
            FilledArchivedAt = row is { FormValues: null, Form: not null, SubmittedOn: not null } ? await db.Programmes.Where(one => one.Id == programme).Select(one => one.DetailsRemovedAt).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) : null,
            Stamp = Drafts.StampOf(row.FormValues),
            SavedAt = row.SavedAt,
            SavedBy = row.SavedBy,
            TakesEvidence = row.Evidence != Core.Workflows.EvidenceRule.None,
            Urgings = urgings,
            MayUrge = (await UrgingQuery.MarksAsync(db, person, [row], cancellationToken).ConfigureAwait(false)).TryGetValue(id, out var mark) && mark.MayUrge,
            UrgeAgainOn = mailed is { } last ? UrgingRule.AgainOn(last, launch?.UrgeEveryWorkingDays ?? UrgingRule.EveryWorkingDaysDefault, set.Calendar) : null,
        };
    }

    /// <summary>The units that a step judges. None for a person who may not see the work item.</summary>
    /// <param name="unit">Only this one.</param>
    public async Task<StepLines> LinesAsync(Person person, string id, string? name, bool undecidedOnly, int page, string? unit = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        if (!await db.WorkItems.Where(Visibility.Work(db, person)).AnyAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false)) return new(new([], 1, LinesPageSize, 0), 0, 0, 0);
        var rows = db.StepRows.AsNoTracking().Where(row => row.SubjectId == id && row.Status != StepRowStatus.Dropped);
        var counts = await rows.GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken).ConfigureAwait(false);
        if (undecidedOnly) rows = rows.Where(row => row.Status == StepRowStatus.Open);
        if (unit is not null) rows = rows.Where(row => row.UnitId == unit);
        return new(await StepLinesAsync(db, rows, name, page, LinesPageSize, cancellationToken).ConfigureAwait(false),
            counts.GetValueOrDefault(StepRowStatus.Open), counts.GetValueOrDefault(StepRowStatus.Decided), counts.GetValueOrDefault(StepRowStatus.Suspended));
    }

    internal static Task<Paged<StepLine>> StepLinesAsync(ProgrammesDb db, IQueryable<Storage.BatchSteps.StepRow> rows, string? name, int page, int size, CancellationToken cancellationToken)
    {
        var sought = name?.Trim();
        return (from row in rows
                join unit in db.Units on new { Programme = row.ProgrammeId, Unit = row.UnitId } equals new { Programme = (string?)unit.ProgrammeId, Unit = unit.UnitId }
                where string.IsNullOrEmpty(sought) || unit.Name.Contains(sought)
                orderby unit.Ordinal
                select new StepLine(unit.UnitId, unit.Name, unit.Responsible, row.Status, row.Outcome, row.Grade, row.Reason, row.Late, row.Delivered, row.DecidedOn, row.DecidedBy))
            .PageAsync(page, size, cancellationToken);
    }

    private async Task<(Launch? Launch, IReadOnlyList<string> RowOutcomes)> DefinedAsync(ProgrammesDb db, WorkItemRow row, CancellationToken cancellationToken)
    {
        var revision = row.ProgrammeId is null ? null : await db.Programmes.Where(one => one.Id == row.ProgrammeId).Select(one => (int?)one.LaunchRevision).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var launch = revision is { } known ? await library.LaunchAsync(row.ProgrammeId!, known, cancellationToken).ConfigureAwait(false) : null;
        return (launch, WorkOnItem.RowOutcomesOf(row));
    }
}
