using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>
/// A unit is merged into another, as townships are: it ends with the result 并入 and leaves the goal's total, its records stay
/// under its own name, and the history links both. What it had open is listed; open entries of its ledgers go on in those of the other.
/// </summary>
public sealed class MergeUnits(PersonDoor doors, DefinitionLibrary library)
{
    /// <param name="unit">The unit that ends.</param>
    /// <param name="into">The unit that goes on; one that is new is admitted first.</param>
    /// <returns>What the merged unit had open.</returns>
    /// <exception cref="RefusedException">One of them is unknown or left before, or they are the same.</exception>
    public async Task<ChangeOutcome> RunAsync(Person person, string programme, string unit, string into, string reason, string? document = null, CancellationToken cancellationToken = default)
    {
        await using var operation = await ProgrammeOperation.OpenAsync(doors, library, programme, person, "programme.unit-merged", reason, document, evenSuspended: false, cancellationToken).ConfigureAwait(false);
        if (unit == into)
            throw await operation.RefuseAsync(new("单位不能并入自己", "A unit cannot be merged into itself"), UnitDeparture.UnitsRule, cancellationToken).ConfigureAwait(false);
        var (ends, goesOn) = (await UnitDeparture.UnitAsync(operation, unit, cancellationToken).ConfigureAwait(false), await UnitDeparture.UnitAsync(operation, into, cancellationToken).ConfigureAwait(false));
        var places = await UnitPlaces.OfAsync(operation.Db, programme, unit, cancellationToken).ConfigureAwait(false);
        var open = await UnitDeparture.LeaveAsync(operation, ends, $"并入{goesOn.Name}", cancellationToken).ConfigureAwait(false);
        var moved = await LedgerChanges.MoveAsync(operation, ends, goesOn, cancellationToken).ConfigureAwait(false);
        ends.MergedInto = into;
        var batch = places.FirstOrDefault(place => place.IsActive)?.Batch;
        return await operation.CommitAsync(
            ProgrammeChangeKind.UnitMerged, unit, new($"{ends.Name}并入{goesOn.Name}", $"{ends.Name} is merged into {goesOn.Name}"),
            new { unit = ends.Name, into, intoName = goesOn.Name, batch, open = open.Select(thing => thing.Id), moved = moved.Select(thing => thing.Id) },
            [.. open, .. moved], batch, unit, cancellationToken).ConfigureAwait(false);
    }
}
