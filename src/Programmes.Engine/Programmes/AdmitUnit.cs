using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <param name="Unit">Its id: a new one, or that of a unit of the launch that is in no running batch.</param>
/// <param name="Name">Needed for a new unit; null: as known.</param>
/// <param name="Superior">The role of the office above it; null: as known, or none.</param>
/// <param name="Level">Null: as known, or none.</param>
public sealed record NewMember(string Unit, string? Name = null, string? Mail = null, string? Responsible = null, string? Superior = null, AdministrativeLevel? Level = null);

/// <summary>
/// A late joiner: its workflow starts at once where the batch has started, and it takes its lines in the steps that are open.
/// After the intake's last day this needs the document that approves it.
/// </summary>
public sealed class AdmitUnit(PersonDoor doors, DefinitionLibrary library, CalendarSource calendars)
{
    private static readonly Text OneBatch = new("一个单位同一时间只参加一个批次", "a unit is active in one batch at a time");
    private static readonly Text Intake = new("启动文件 intakeUntil：本批最晚加入日期", "the launch's intakeUntil: the last day to join the batch");
    private static readonly Text Steps = new("批次步骤对全部单位一并评定和公示", "a batch step judges and publishes all units together");

    /// <exception cref="RefusedException">The unit or the batch does not fit; the words name the rule.</exception>
    public async Task<ChangeOutcome> RunAsync(Person person, string programme, int batch, NewMember member, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.unit-admitted", reason, document, evenSuspended: false, cancellationToken).ConfigureAwait(false);
        var db = operation.Db;
        var known = await db.Units.FirstOrDefaultAsync(row => row.ProgrammeId == programme && row.UnitId == member.Unit, cancellationToken).ConfigureAwait(false);
        await CheckUnitAsync(operation, member, known, cancellationToken).ConfigureAwait(false);
        var (planned, instance) = await BatchAsync(operation, batch, cancellationToken).ConfigureAwait(false);
        await CheckIntakeAsync(operation, planned, cancellationToken).ConfigureAwait(false);
        await CheckStepsAsync(operation, planned, instance, cancellationToken).ConfigureAwait(false);
        var places = known is null ? [] : await UnitPlaces.OfAsync(db, programme, member.Unit, cancellationToken).ConfigureAwait(false);
        if (places.FirstOrDefault(place => place.IsActive) is { } active)
            throw await operation.RefuseAsync(new($"“{known!.Name}”正在参加{active.BatchName}，不能同时加入{planned.Name}", $"\"{known.Name}\" is active in {active.BatchName} and cannot join {planned.Name} as well"), OneBatch, cancellationToken).ConfigureAwait(false);
        if (places.FirstOrDefault(place => place.Batch == batch) is not null)
            throw await operation.RefuseAsync(new($"“{known!.Name}”参加过{planned.Name}；请加入以后的批次", $"\"{known.Name}\" was in {planned.Name} before; let it join a later batch"), OneBatch, cancellationToken).ConfigureAwait(false);

        // Its earlier workflow, if it had one, is the old that the new one is linked to.
        var from = places.Select(place => place.Instance).LastOrDefault(one => one is not null);
        if (await operation.Session.Transaction.LoadAsync(instance, cancellationToken).ConfigureAwait(false) is { } locked)
            await operation.Session.DecideAsync(locked, new UnitJoins(member.Unit, from), cancellationToken).ConfigureAwait(false);
        var unit = Described(member, known);
        await operation.ReviseAsync(With(operation.Launch, unit, batch), cancellationToken).ConfigureAwait(false);
        await CheckSuperiorAsync(operation, unit, cancellationToken).ConfigureAwait(false);
        if (known is null)
        {
            var ordinal = await db.Units.Where(row => row.ProgrammeId == programme).MaxAsync(row => (int?)row.Ordinal, cancellationToken).ConfigureAwait(false) ?? -1;
            db.Units.Add(known = new() { ProgrammeId = programme, UnitId = unit.Id, Name = unit.Name, Ordinal = ordinal + 1 });
        }

        (known.Name, known.Mail, known.Responsible, known.Superior, known.Level, known.LeftOn) = (unit.Name, unit.Mail, unit.Responsible, unit.Superior, unit.Level, null);
        return await operation.CommitAsync(
            ProgrammeChangeKind.UnitAdmitted, unit.Id, new($"{unit.Name}加入{planned.Name}", $"{unit.Name} joins {planned.Name}"),
            new { unit, batch, from }, [], batch, unit.Id, cancellationToken).ConfigureAwait(false);
    }

    private static async Task CheckUnitAsync(ProgrammeOperation operation, NewMember member, UnitRow? known, CancellationToken cancellationToken)
    {
        if (known is null && string.IsNullOrWhiteSpace(member.Name))
        {
            var hint = Spelling.Hint(member.Unit, operation.Launch.Units.Select(one => one.Id));
            throw await operation.RefuseAsync(new($"本专项工作没有单位“{member.Unit}”{hint.Zh}；新单位请写明名称", $"The programme has no unit \"{member.Unit}\"{hint.En}; give a new unit its name"), UnitDeparture.UnitsRule, cancellationToken).ConfigureAwait(false);
        }

        if (known?.MergedInto is { } into)
            throw await operation.RefuseAsync(new($"“{known.Name}”已并入 {into}，不能再加入", $"\"{known.Name}\" was merged into {into} and cannot join again"), UnitDeparture.UnitsRule, cancellationToken).ConfigureAwait(false);
        if (known is null) return;
        var achieved = await operation.Db.UnitResults.AsNoTracking().Where(row => row.ProgrammeId == operation.Id && row.UnitId == known.UnitId && row.Final && row.Achieved && !row.Superseded).Select(row => row.Result).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (achieved is not null)
            throw await operation.RefuseAsync(new($"“{known.Name}”已有结论“{achieved}”，不必再参加", $"\"{known.Name}\" has reached \"{achieved}\" already"), OneBatch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The batch and its instance, which takes units in.</summary>
    private static async Task<(Batch Planned, string Instance)> BatchAsync(ProgrammeOperation operation, int number, CancellationToken cancellationToken)
    {
        if (operation.Launch.FindBatch(number) is not { } planned)
            throw await operation.RefuseAsync(
                new($"没有第 {number} 批；可选：{string.Join("、", operation.Launch.Batches.Select(batch => $"{batch.Number} {batch.Name}"))}", $"There is no batch {number}; there are {string.Join(", ", operation.Launch.Batches.Select(batch => batch.Number))}"),
                Intake, cancellationToken).ConfigureAwait(false);
        var row = await operation.Db.Batches.AsNoTracking().SingleAsync(batch => batch.ProgrammeId == operation.Id && batch.Number == number, cancellationToken).ConfigureAwait(false);
        if (row.InstanceId is not { } instance)
            throw await operation.RefuseAsync(
                planned.Supplementary
                    ? new($"{planned.Name}尚未开始，只接收结转的单位", $"{planned.Name} has not started and takes only units that are carried over")
                    : new($"{planned.Name}的流程尚未启动，请稍候再试", $"{planned.Name} has not been started yet; try again in a moment"),
                Intake, cancellationToken).ConfigureAwait(false);
        var over = !await operation.Db.Instances.AnyAsync(one => one.Id == instance && one.Status == InstanceStatus.Running, cancellationToken).ConfigureAwait(false)
            || await operation.Db.ActivityExecutions.AnyAsync(one => one.InstanceId == instance && one.Type == "Programmes.DispatchUnits" && one.Status == ActivityStatus.Completed, cancellationToken).ConfigureAwait(false);
        if (over)
            throw await operation.RefuseAsync(new($"{planned.Name}各单位均已结束，不再接收单位；请加入以后的批次", $"All units of {planned.Name} are through; let it join a later batch"), Intake, cancellationToken).ConfigureAwait(false);
        return (planned, instance);
    }

    /// <summary>Without a rule the intake ends on the day before the batch starts.</summary>
    private async Task CheckIntakeAsync(ProgrammeOperation operation, Batch batch, CancellationToken cancellationToken)
    {
        if (operation.Document is not null) return;
        var dates = new PlannedDates(operation.Launch, batch, calendars.Current);
        var until = batch.IntakeUntil is { } rule ? dates.Of(rule)?.On : dates.Of(batch.Start)?.On.AddDays(-1);
        if (until is { } last && operation.Session.Today > last)
            throw await operation.RefuseAsync(
                new($"{batch.Name}最晚于 {last:yyyy-MM-dd} 加入；逾期加入须有批准文件，请写明文号", $"{batch.Name} took units until {last:yyyy-MM-dd}; later ones need the number of the document that approves it"),
                Intake, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Who comes after a step has closed, or after the public was shown the list, would be judged alone and without its window.</summary>
    private static async Task CheckStepsAsync(ProgrammeOperation operation, Batch batch, string instance, CancellationToken cancellationToken)
    {
        var steps = await operation.Db.BatchSteps.AsNoTracking().Where(row => row.InstanceId == instance && row.SelectsStep == null).OrderBy(row => row.Id)
            .Select(row => new { row.SubjectId, row.Closed }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var subjects = await StepSubject.OfAsync(operation.Db, [.. steps.Select(step => step.SubjectId)], cancellationToken).ConfigureAwait(false);
        if (steps.FirstOrDefault(step => step.Closed || subjects[step.SubjectId].IsNotice) is not { } past) return;
        var title = subjects[past.SubjectId].Title;
        throw await operation.RefuseAsync(
            new($"{batch.Name}的“{title.Zh}”{(past.Closed ? "已办结" : "正在公示")}，不能再加入；请加入以后的批次", $"\"{title.En}\" of {batch.Name} {(past.Closed ? "is closed" : "is on show")}; let it join a later batch"),
            Steps, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckSuperiorAsync(ProgrammeOperation operation, Unit unit, CancellationToken cancellationToken)
    {
        if (unit.Superior is not null) return;
        var pins = await operation.Db.ProgrammeDefinitions.AsNoTracking().Where(pin => pin.ProgrammeId == operation.Id).Select(pin => new { pin.DefinitionId, pin.Version }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var definitions = new List<WorkflowDefinition>();
        foreach (var pin in pins) definitions.Add(await library.DefinitionAsync(pin.DefinitionId, pin.Version, cancellationToken).ConfigureAwait(false));
        if (LaunchChecks.Check(operation.Launch with { Units = [unit] }, definitions).FirstOrDefault(problem => problem.Code == "superior-missing") is { } missing)
            throw await operation.RefuseAsync(missing.Message, UnitDeparture.UnitsRule, cancellationToken).ConfigureAwait(false);
    }

    private static Unit Described(NewMember member, UnitRow? known) => new(
        member.Unit, Filled(member.Name) ?? known!.Name, Filled(member.Mail) ?? known?.Mail, Filled(member.Responsible) ?? known?.Responsible, Filled(member.Superior) ?? known?.Superior, member.Level ?? known?.Level);

    private static Launch With(Launch launch, Unit unit, int batch)
    {
        var planned = launch.Batches.Any(one => one.Units.Contains(unit.Id));
        return launch with
        {
            Units = launch.FindUnit(unit.Id) is null ? [.. launch.Units, unit] : [.. launch.Units.Select(one => one.Id == unit.Id ? unit : one)],
            // A unit that is planned in one batch and taken into a later one stands in the plan once; its membership says where it is.
            Batches = planned ? launch.Batches : [.. launch.Batches.Select(one => one.Number == batch ? one with { Units = [.. one.Units, unit.Id] } : one)],
        };
    }

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
