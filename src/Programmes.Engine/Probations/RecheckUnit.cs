using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Workflows;
using Programmes.Engine.Deciding;
using Programmes.Engine.People;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Probations;

namespace Programmes.Engine.Probations;

/// <summary>Records what the re-check of a unit on probation found. There is none before the unit has applied and asked for it.</summary>
public sealed class RecheckUnit(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, WorkOnItem work)
{
    /// <exception cref="RefusedException">The unit is not on probation, or has not asked for its re-check.</exception>
    public async Task RecordAsync(Person person, string programme, string unit, bool passed, string? comment = null, CancellationToken cancellationToken = default)
    {
        var recheck = await FindRecheckAsync(person, programme, unit, cancellationToken).ConfigureAwait(false);
        await work.SubmitAsync(person, recheck, passed ? "Pass" : "Fail", comment: comment, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> FindRecheckAsync(Person person, string programme, string unit, CancellationToken cancellationToken)
    {
        string? instance;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            instance = await Latest(db, programme, unit).Select(row => row.InstanceId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (instance is null) throw RefusedException.NotFound("该单位的保留资格", "A probation of the unit");
        await using var session = await doors.OpenAsync(instance, person, cancellationToken).ConfigureAwait(false);
        if (!person.CanManage && !person.OfficesIn(programme).Any()) throw RefusedException.Forbidden();
        var probation = await Latest(session.Db, programme, unit).FirstAsync(cancellationToken).ConfigureAwait(false);
        if (probation.Status != ProbationStatus.RecheckAsked)
            throw await session.RefuseAsync("unit.rechecked", $"{programme}/{unit}", WhyNot(probation), SourceOf(probation), cancellationToken).ConfigureAwait(false);
        var recheck = await session.Db.WorkItems.Where(row => row.InstanceId == probation.InstanceId && row.Activity == probation.Activity && row.ClosedOn == null)
            .Select(row => row.Id).FirstAsync(cancellationToken).ConfigureAwait(false);
        // What fell due while it was opened stays done.
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return recheck;
    }

    private static IQueryable<ProbationRow> Latest(ProgrammesDb db, string programme, string unit) =>
        db.Probations.AsNoTracking().Where(row => row.ProgrammeId == programme && row.UnitId == unit).OrderByDescending(row => row.FromOn).ThenByDescending(row => row.Id);

    private static Text WhyNot(ProbationRow probation) => probation.Status switch
    {
        ProbationStatus.Notified => new(
            $"该单位尚未申请{probation.TitleZh}，不能复查；请该单位在 {probation.ApplyByOn:yyyy-MM-dd} 前申请",
            $"The unit has not applied ({probation.TitleEn}) and cannot be re-checked; it may apply until {probation.ApplyByOn:yyyy-MM-dd}"),
        ProbationStatus.Rectifying => new(
            $"该单位正在整改，尚未申请复查；请在 {probation.KeptUntilOn:yyyy-MM-dd} 前提出申请",
            $"The unit is rectifying and has not asked for its re-check; it may ask until {probation.KeptUntilOn:yyyy-MM-dd}"),
        _ => new($"该单位的{probation.TitleZh}已于 {probation.StatusOn:yyyy-MM-dd} 了结", $"The unit's probation ended on {probation.StatusOn:yyyy-MM-dd}"),
    };

    private static Text SourceOf(ProbationRow probation) => probation.Clause is { } clause
        ? new($"方案{clause}：整改后申请复查", $"paragraph {clause} of the plan: rectification, then the request for a re-check")
        : new("整改后申请复查", "rectification, then the request for a re-check");
}
