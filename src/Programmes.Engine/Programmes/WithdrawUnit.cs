using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>A unit withdraws from a running programme. It leaves the goal's total; what it did stays on record.</summary>
public sealed class WithdrawUnit(PersonDoor doors, DefinitionLibrary library)
{
    /// <summary>The final result of a unit that withdrew.</summary>
    public const string Result = "退出";

    /// <returns>What was taken back.</returns>
    /// <exception cref="RefusedException">There is no such unit, it left before, or it is through with its final result.</exception>
    public async Task<ChangeOutcome> RunAsync(Person person, string programme, string unit, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.unit-withdrawn", reason, document, evenSuspended: false, cancellationToken).ConfigureAwait(false);
        var row = await UnitDeparture.UnitAsync(operation, unit, cancellationToken).ConfigureAwait(false);
        var places = await UnitPlaces.OfAsync(operation.Db, programme, unit, cancellationToken).ConfigureAwait(false);
        var final = await operation.Db.UnitResults.AsNoTracking().Where(one => one.ProgrammeId == programme && one.UnitId == unit && one.Final && !one.Superseded).Select(one => one.Result).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (final is not null && !places.Any(place => place.IsActive))
            throw await operation.RefuseAsync(
                new($"“{row.Name}”已有最终结论“{final}”，不再参加，无须退出；结论有误请按更正程序办理", $"\"{row.Name}\" has its final result \"{final}\" and takes part no more; a wrong result is corrected, not withdrawn"),
                new("已有最终结论的单位不再参加后续批次", "a unit with its final result is in no later batch"), cancellationToken).ConfigureAwait(false);
        var open = await UnitDeparture.LeaveAsync(operation, row, Result, cancellationToken).ConfigureAwait(false);
        var batch = places.FirstOrDefault(place => place.IsActive)?.Batch;
        return await operation.CommitAsync(
            ProgrammeChangeKind.UnitWithdrawn, unit, new($"{row.Name}退出", $"{row.Name} withdraws"),
            new { unit = row.Name, batch, open = open.Select(thing => thing.Id) }, open, batch, unit, cancellationToken).ConfigureAwait(false);
    }
}
