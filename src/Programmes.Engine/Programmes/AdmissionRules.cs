using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>Why somebody may not join.</summary>
/// <param name="Rule">Where it stands.</param>
internal sealed record AdmissionRefusal(Text Words, Text Rule);

/// <summary>A batch as it takes in units, or does not.</summary>
/// <param name="Planned">Null: there is no such batch.</param>
/// <param name="From">The first day of who joins now (inclusive): today, or the day on which the batch starts.</param>
internal sealed record BatchDoor(Batch? Planned, string? Instance, DateOnly? From, AdmissionRefusal? Refusal);

/// <summary>A unit that the programme knows.</summary>
/// <param name="Achieved">The final result that it reached; null: none.</param>
internal sealed record KnownUnit(UnitRow Row, IReadOnlyList<UnitPlace> Places, string? Achieved)
{
    /// <summary>Its earlier workflow, if it had one, is the old that a new one is linked to.</summary>
    public string? From => Places.Select(place => place.Instance).LastOrDefault(one => one is not null);
}

/// <summary>The rules of joining late, for one unit or a whole list. Each batch is asked once; nothing is changed.</summary>
/// <param name="document">The number of the document that approves it; null: none.</param>
/// <param name="today">By the programme's clock.</param>
/// <param name="looksAhead">A batch whose workflow the engine is about to start counts as started: whoever admits waits for it, whoever only looks need not.</param>
internal sealed class AdmissionRules(ProgrammesDb db, string programme, Launch launch, string? document, DateOnly today, WorkingDayCalendar calendar, bool looksAhead = false)
{
    private static readonly Text OneBatch = new("一个单位同一时间只参加一个批次", "a unit is active in one batch at a time");
    private static readonly Text Intake = new("启动文件 intakeUntil：本批最晚加入日期", "the launch's intakeUntil: the last day to join the batch");
    private static readonly Text Steps = new("批次步骤对全部单位一并评定和公示", "a batch step judges and publishes all units together");

    private readonly Dictionary<int, BatchDoor> doors = [];

    /// <summary>By id; units that nobody knows are not among them.</summary>
    public async Task<IReadOnlyDictionary<string, KnownUnit>> KnownAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken)
    {
        var rows = await db.Units.Where(row => row.ProgrammeId == programme && units.Contains(row.UnitId)).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0) return new Dictionary<string, KnownUnit>();
        var known = rows.ConvertAll(row => row.UnitId);
        var places = await UnitPlaces.OfAsync(db, programme, known, cancellationToken).ConfigureAwait(false);
        var achieved = (await db.UnitResults.AsNoTracking().Where(row => row.ProgrammeId == programme && known.Contains(row.UnitId) && row.Final && row.Achieved && !row.Superseded)
            .Select(row => new { row.UnitId, row.Result }).ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(row => row.UnitId, row => row.Result, StringComparer.Ordinal);
        return rows.ToDictionary(row => row.UnitId, row => new KnownUnit(row, [.. places[row.UnitId]], achieved[row.UnitId].FirstOrDefault()), StringComparer.Ordinal);
    }

    /// <summary>What stands against the unit itself, whatever the batch.</summary>
    public AdmissionRefusal? OfUnit(NewMember member, KnownUnit? known)
    {
        if (known is null && string.IsNullOrWhiteSpace(member.Name))
        {
            var hint = Spelling.Hint(member.Unit, launch.Units.Select(one => one.Id));
            return new(new($"本专项工作没有单位“{member.Unit}”{hint.Zh}；新单位请写明名称", $"The programme has no unit \"{member.Unit}\"{hint.En}; give a new unit its name"), UnitDeparture.UnitsRule);
        }

        if (known?.Row.MergedInto is { } into)
            return new(new($"“{known.Row.Name}”已并入 {into}，不能再加入", $"\"{known.Row.Name}\" was merged into {into} and cannot join again"), UnitDeparture.UnitsRule);
        return known?.Achieved is { } achieved
            ? new(new($"“{known.Row.Name}”已有结论“{achieved}”，不必再参加", $"\"{known.Row.Name}\" has reached \"{achieved}\" already"), OneBatch)
            : null;
    }

    /// <summary>What stands against this unit in this batch.</summary>
    public static AdmissionRefusal? OfPlace(KnownUnit? known, Batch batch)
    {
        if (known?.Places.FirstOrDefault(place => place.IsActive) is { } active)
            return new(new($"“{known.Row.Name}”正在参加{active.BatchName}，不能同时加入{batch.Name}", $"\"{known.Row.Name}\" is active in {active.BatchName} and cannot join {batch.Name} as well"), OneBatch);
        return known?.Places.FirstOrDefault(place => place.Batch == batch.Number) is not null
            ? new(new($"“{known.Row.Name}”参加过{batch.Name}；请加入以后的批次", $"\"{known.Row.Name}\" was in {batch.Name} before; let it join a later batch"), OneBatch)
            : null;
    }

    /// <summary>The batch and what stands against joining it; where the batch is past, the words say which takes units instead.</summary>
    public async Task<BatchDoor> DoorAsync(int number, CancellationToken cancellationToken)
    {
        if (doors.TryGetValue(number, out var known)) return known;
        var (door, past) = await LookAsync(number, cancellationToken).ConfigureAwait(false);
        if (past && door.Refusal is { } refusal)
        {
            var instead = await InsteadAsync(number, cancellationToken).ConfigureAwait(false);
            door = door with { Refusal = refusal with { Words = new($"{refusal.Words.Zh}；{instead.Zh}", $"{refusal.Words.En}; {instead.En}") } };
        }

        return doors[number] = door;
    }

    /// <summary>Whether the plan has work for the superior of each unit, so that none may lack it.</summary>
    public async Task<Text?> MissingSuperiorAsync(DefinitionLibrary library, Unit unit, CancellationToken cancellationToken)
    {
        if (unit.Superior is not null) return null;
        var pins = await db.ProgrammeDefinitions.AsNoTracking().Where(pin => pin.ProgrammeId == programme).Select(pin => new { pin.DefinitionId, pin.Version }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var definitions = new List<WorkflowDefinition>();
        foreach (var pin in pins) definitions.Add(await library.DefinitionAsync(pin.DefinitionId, pin.Version, cancellationToken).ConfigureAwait(false));
        return LaunchChecks.Check(launch with { Units = [unit] }, definitions).FirstOrDefault(problem => problem.Code == "superior-missing")?.Message;
    }

    private async Task<(BatchDoor Door, bool Past)> LookAsync(int number, CancellationToken cancellationToken)
    {
        if (launch.FindBatch(number) is not { } planned)
            return (new(null, null, null, new(
                new($"没有第 {number} 批；可选：{string.Join("、", launch.Batches.Select(batch => $"{batch.Number} {batch.Name}"))}", $"There is no batch {number}; there are {string.Join(", ", launch.Batches.Select(batch => batch.Number))}"), Intake)), false);
        var row = await db.Batches.AsNoTracking().SingleAsync(batch => batch.ProgrammeId == programme && batch.Number == number, cancellationToken).ConfigureAwait(false);
        var dates = new PlannedDates(launch, planned, calendar);
        var start = dates.Of(planned.Start)?.On;
        var from = start > today ? start : today;
        if (row.InstanceId is null && looksAhead && !planned.Supplementary) return (new(planned, null, from, null), false);
        if (row.InstanceId is not { } instance)
            return (new(planned, null, null, new(
                planned.Supplementary
                    ? new($"{planned.Name}尚未开始，只接收结转的单位", $"{planned.Name} has not started and takes only units that are carried over")
                    : new($"{planned.Name}的流程尚未启动，请稍候再试", $"{planned.Name} has not been started yet; try again in a moment"),
                Intake)), false);
        var door = new BatchDoor(planned, instance, from, null);
        var over = !await db.Instances.AnyAsync(one => one.Id == instance && one.Status == InstanceStatus.Running, cancellationToken).ConfigureAwait(false)
            || await db.ActivityExecutions.AnyAsync(one => one.InstanceId == instance && one.Type == "Programmes.DispatchUnits" && one.Status == ActivityStatus.Completed, cancellationToken).ConfigureAwait(false);
        if (over) return (door with { Refusal = new(new($"{planned.Name}各单位均已结束，不再接收单位", $"All units of {planned.Name} are through"), Intake) }, true);
        // Without a rule the intake ends on the day before the batch starts.
        var until = planned.IntakeUntil is { } rule ? dates.Of(rule)?.On : start?.AddDays(-1);
        if (document is null && today > until)
            return (door with { Refusal = new(new($"{planned.Name}最晚于 {until:yyyy-MM-dd} 加入；逾期加入须有批准文件，请写明文号", $"{planned.Name} took units until {until:yyyy-MM-dd}; later ones need the number of the document that approves it"), Intake) }, false);
        return await PastStepAsync(planned, instance, cancellationToken).ConfigureAwait(false) is { } past ? (door with { Refusal = past }, true) : (door, false);
    }

    /// <summary>Who comes after a step has closed, or after the public was shown the list, would be judged alone and without its window.</summary>
    private async Task<AdmissionRefusal?> PastStepAsync(Batch batch, string instance, CancellationToken cancellationToken)
    {
        var steps = await db.BatchSteps.AsNoTracking().Where(row => row.InstanceId == instance && row.SelectsStep == null).OrderBy(row => row.Id)
            .Select(row => new { row.SubjectId, row.Closed }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var subjects = await StepSubject.OfAsync(db, [.. steps.Select(step => step.SubjectId)], cancellationToken).ConfigureAwait(false);
        if (steps.FirstOrDefault(step => step.Closed || subjects[step.SubjectId].IsNotice) is not { } past) return null;
        var title = subjects[past.SubjectId].Title;
        return new(new($"{batch.Name}的“{title.Zh}”{(past.Closed ? "已办结" : "正在公示")}，不能再加入", $"\"{title.En}\" of {batch.Name} {(past.Closed ? "is closed" : "is on show")}"), Steps);
    }

    /// <summary>What to do where a batch is past: the later batches that take units, by how.</summary>
    private async Task<Text> InsteadAsync(int number, CancellationToken cancellationToken)
    {
        var open = new List<Batch>();
        var byDocument = new List<Batch>();
        foreach (var batch in launch.Batches.Where(batch => batch.Number > number && !batch.Supplementary))
        {
            var (door, past) = await LookAsync(batch.Number, cancellationToken).ConfigureAwait(false);
            if (door.Refusal is null) open.Add(batch);
            else if (!past && door.Instance is { } instance && await PastStepAsync(batch, instance, cancellationToken).ConfigureAwait(false) is null) byDocument.Add(batch);
        }

        if (open.Count > 0) return new($"请改为加入{Names(open)}", $"let it join {Names(open)}");
        return byDocument.Count > 0
            ? new($"可凭批准文件改为加入{Names(byDocument)}", $"with an approving document it can join {Names(byDocument)}")
            : new("以后没有接收单位的批次，请列入下一次启动的专项工作", "no later batch takes units: put it on the list of the next programme that is launched");

        static string Names(List<Batch> batches) => string.Join('、', batches.Select(batch => batch.Name));
    }
}
