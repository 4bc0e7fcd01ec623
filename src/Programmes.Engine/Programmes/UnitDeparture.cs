using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Storage;
using Programmes.Storage.Notices;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>
/// A unit leaves, by withdrawal or merger: its workflow is cancelled, what it has open is taken back, rows that nobody decided
/// drop out so that no step and no batch waits for it, and a final result says what became of it. Nothing is deleted.
/// </summary>
internal static class UnitDeparture
{
    /// <summary>Open things that are listed one by one.</summary>
    public const int OpenMax = 1_000;

    public static readonly Text UnitsRule = new("启动文件 units：参与单位名单", "the launch's list of units");

    /// <exception cref="People.RefusedException">The programme has no such unit, or it left before.</exception>
    public static async Task<UnitRow> UnitAsync(ProgrammeOperation operation, string unit, CancellationToken cancellationToken)
    {
        var row = await operation.Db.Units.FirstOrDefaultAsync(one => one.ProgrammeId == operation.Id && one.UnitId == unit, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            var hint = Spelling.Hint(unit, operation.Launch.Units.Select(one => one.Id));
            throw await operation.RefuseAsync(new($"本专项工作没有单位“{unit}”{hint.Zh}", $"The programme has no unit \"{unit}\"{hint.En}"), UnitsRule, cancellationToken).ConfigureAwait(false);
        }

        if (row.LeftOn is { } left)
            throw await operation.RefuseAsync(
                row.MergedInto is { } into
                    ? new($"“{row.Name}”已于 {left:yyyy-MM-dd} 并入 {into}", $"\"{row.Name}\" was merged into {into} on {left:yyyy-MM-dd}")
                    : new($"“{row.Name}”已于 {left:yyyy-MM-dd} 退出", $"\"{row.Name}\" withdrew on {left:yyyy-MM-dd}"),
                UnitsRule, cancellationToken).ConfigureAwait(false);
        return row;
    }

    /// <summary>Takes back what the unit has open, records its result, and amends the launch. Returns what was open.</summary>
    public static async Task<IReadOnlyList<OpenThing>> LeaveAsync(ProgrammeOperation operation, UnitRow unit, string result, CancellationToken cancellationToken)
    {
        var (db, id) = (operation.Db, unit.UnitId);
        var transaction = operation.Session.Transaction;
        var places = await UnitPlaces.OfAsync(db, operation.Id, id, cancellationToken).ConfigureAwait(false);
        // Rows of batch steps are changed under their batch's lock.
        foreach (var batch in places.Select(place => place.BatchInstance).OfType<string>()) await transaction.LoadAsync(batch, cancellationToken).ConfigureAwait(false);
        var open = await OpenAsync(operation, id, cancellationToken).ConfigureAwait(false);
        await LapseAsync(operation, id, cancellationToken).ConfigureAwait(false);
        await transaction.Steps.DropAsync(operation.Id, id, cancellationToken).ConfigureAwait(false);

        var told = false;
        foreach (var place in places)
        {
            if (place.Instance is { } instance) await transaction.Launches.ForgetCarryOverAsync(operation.Id, instance, cancellationToken).ConfigureAwait(false);
            if (place.Runs && await transaction.LoadAsync(place.Instance!, cancellationToken).ConfigureAwait(false) is { } loaded)
            {
                await operation.Session.DecideAsync(loaded, new UnitLeaves(result, operation.Reason), cancellationToken).ConfigureAwait(false);
                told = true;
            }
            else if (place.IsActive)
            {
                if (await IsStartingUnitsAsync(operation, place, cancellationToken).ConfigureAwait(false))
                    throw new People.RefusedException(new("系统正在启动本批各单位的流程，请稍候再试", "The batch's units are being started right now; try again in a moment"));
                await transaction.Launches.RemoveMemberAsync(operation.Id, place.Batch, id, cancellationToken).ConfigureAwait(false);
            }
        }

        if (!told) await RecordAsync(operation, id, places, result, cancellationToken).ConfigureAwait(false);
        unit.LeftOn = operation.Session.Today;
        await operation.ReviseAsync(Without(operation.Launch, id), cancellationToken).ConfigureAwait(false);
        return open;
    }

    /// <summary>Some of the batch's units have been started, and a cursor by ordinals stands among them.</summary>
    private static Task<bool> IsStartingUnitsAsync(ProgrammeOperation operation, UnitPlace place, CancellationToken cancellationToken) =>
        operation.Db.ActivityExecutions.AnyAsync(row => row.InstanceId == place.BatchInstance && row.Type == "Programmes.DispatchUnits", cancellationToken);

    private static async Task<List<OpenThing>> OpenAsync(ProgrammeOperation operation, string unit, CancellationToken cancellationToken)
    {
        var db = operation.Db;
        var open = await db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == operation.Id && row.UnitId == unit && row.ClosedOn == null).OrderBy(row => row.DueOn).ThenBy(row => row.Id)
            .Take(OpenMax).Select(row => new OpenThing("work-item", row.Id, new(row.TitleZh, row.TitleEn), row.DueOn)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.StepRows.AsNoTracking()
            .Where(row => row.ProgrammeId == operation.Id && row.UnitId == unit && row.Status != StepRowStatus.Decided && row.Status != StepRowStatus.Dropped)
            .OrderBy(row => row.Id).Take(OpenMax).Select(row => row.SubjectId).ToListAsync(cancellationToken).ConfigureAwait(false);
        var subjects = await StepSubject.OfAsync(db, rows, cancellationToken).ConfigureAwait(false);
        open.AddRange(rows.Select(row => new OpenThing("row", row, subjects[row].Title, subjects[row].DueOn)));
        open.AddRange(await LedgerChanges.OpenOfAsync(operation, unit, cancellationToken).ConfigureAwait(false));
        return open;
    }

    /// <summary>Objections to the unit that nobody has decided end with its part in the programme; they stay on record.</summary>
    private static async Task LapseAsync(ProgrammeOperation operation, string unit, CancellationToken cancellationToken)
    {
        var notices = operation.Db.Notices.Where(notice => notice.ProgrammeId == operation.Id).Select(notice => notice.Id);
        var pending = await operation.Db.Objections.Where(row => row.UnitId == unit && notices.Contains(row.NoticeId) && (row.Status == ObjectionStatus.Filed || row.Status == ObjectionStatus.Accepted)).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var objection in pending)
            (objection.Status, objection.DecidedOn, objection.DecidedBy, objection.Decision) = (ObjectionStatus.Lapsed, operation.Session.Today, operation.Session.Person.Name, operation.Reason);
    }

    /// <summary>No workflow of it goes on, that could record its result itself.</summary>
    private static async Task RecordAsync(ProgrammeOperation operation, string unit, IReadOnlyList<UnitPlace> places, string result, CancellationToken cancellationToken)
    {
        foreach (var earlier in await operation.Db.UnitResults.Where(row => row.ProgrammeId == operation.Id && row.UnitId == unit && row.Final && !row.Superseded).ToListAsync(cancellationToken).ConfigureAwait(false))
            earlier.Superseded = true;
        operation.Db.UnitResults.Add(new()
        {
            ProgrammeId = operation.Id, Batch = places.Count == 0 ? null : places[^1].Batch, UnitId = unit, InstanceId = places.Select(place => place.Instance).LastOrDefault(one => one is not null) ?? operation.Programme.InstanceId,
            Result = result, Final = true, ResultOn = operation.Session.Today, Reason = operation.Reason, RecordedAt = operation.Session.Now,
        });
    }

    private static Launch Without(Launch launch, string unit) => launch with
    {
        Units = [.. launch.Units.Where(one => one.Id != unit)],
        Batches = [.. launch.Batches.Select(batch => batch.Units.Contains(unit) ? batch with { Units = [.. batch.Units.Where(one => one != unit)] } : batch)],
    };
}

/// <summary>The work item or notice that holds the rows of a batch step.</summary>
/// <param name="DueOn">Its due date, or the last day of the notice.</param>
internal sealed record StepSubject(string Id, Text Title, DateOnly? DueOn, bool IsNotice)
{
    public static async Task<IReadOnlyDictionary<string, StepSubject>> OfAsync(ProgrammesDb db, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var work = await db.WorkItems.AsNoTracking().Where(row => ids.Contains(row.Id)).Select(row => new StepSubject(row.Id, new(row.TitleZh, row.TitleEn), row.DueOn, false)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var notices = await db.Notices.AsNoTracking().Where(row => ids.Contains(row.Id)).Select(row => new StepSubject(row.Id, new(row.TitleZh, row.TitleEn), row.ClosesOn, true)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return work.Concat(notices).ToDictionary(subject => subject.Id, StringComparer.Ordinal);
    }
}
