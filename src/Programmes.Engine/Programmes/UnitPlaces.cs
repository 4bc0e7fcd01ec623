using Microsoft.EntityFrameworkCore;
using Programmes.Core.Workflows;
using Programmes.Storage;

namespace Programmes.Engine.Programmes;

/// <summary>A unit's place in a batch.</summary>
/// <param name="BatchInstance">Null: the batch has not started.</param>
/// <param name="BatchRuns">False: the batch is over.</param>
/// <param name="Instance">The unit's own workflow there; null: it has not started.</param>
/// <param name="Runs">Its workflow goes on.</param>
internal sealed record UnitPlace(int Batch, string BatchName, string? BatchInstance, bool BatchRuns, string? Instance, bool Runs)
{
    /// <summary>A unit is active in one batch at a time: in the one where its workflow goes on, or has yet to start.</summary>
    public bool IsActive => Runs || Instance is null && BatchRuns;
}

internal static class UnitPlaces
{
    /// <summary>By batch.</summary>
    public static async Task<IReadOnlyList<UnitPlace>> OfAsync(ProgrammesDb db, string programme, string unit, CancellationToken cancellationToken) =>
        [.. (await OfAsync(db, programme, [unit], cancellationToken).ConfigureAwait(false))[unit]];

    /// <summary>Of several units, by unit and batch.</summary>
    public static async Task<ILookup<string, UnitPlace>> OfAsync(ProgrammesDb db, string programme, IReadOnlyCollection<string> units, CancellationToken cancellationToken)
    {
        var rows = await (from member in db.BatchUnits.AsNoTracking()
                          join batch in db.Batches on new { member.ProgrammeId, Number = member.Batch } equals new { batch.ProgrammeId, batch.Number }
                          where member.ProgrammeId == programme && units.Contains(member.UnitId)
                          orderby member.Batch
                          select new
                          {
                              member.UnitId,
                              batch.Number,
                              batch.Name,
                              batch.InstanceId,
                              BatchStatus = db.Instances.Where(row => row.Id == batch.InstanceId).Select(row => (InstanceStatus?)row.Status).FirstOrDefault(),
                              // A unit's workflow has the id of its batch's with the unit behind it.
                              OwnStatus = db.Instances.Where(row => row.Id == batch.InstanceId + "." + member.UnitId).Select(row => (InstanceStatus?)row.Status).FirstOrDefault(),
                          }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.UnitId, row => new UnitPlace(
            row.Number, row.Name, row.InstanceId, row.BatchStatus is null or InstanceStatus.Running, row.OwnStatus is null ? null : $"{row.InstanceId}.{row.UnitId}", row.OwnStatus == InstanceStatus.Running), StringComparer.Ordinal);
    }
}
