using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Rehearsal;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Queries;

public sealed record ResultLine(DateOnly On, string UnitId, string Unit, int? Batch, string Result, string? Grade, string? Reason, bool Final, bool Superseded);

public sealed record HistoryLine(DateOnly On, DateTimeOffset RecordedAt, string Kind, int? Batch, string? Unit, Text Title);

public sealed record IncidentLine(long Id, string InstanceId, string? Activity, string Code, Text Message, DateTimeOffset RaisedAt, DateTimeOffset? ResolvedAt, string? ResolvedBy);

/// <summary>What a programme has come to: results, history, incidents.</summary>
public sealed class ProgrammeRecords(IDbContextFactory<ProgrammesDb> contexts)
{
    public const int PageSize = 50;

    public async Task<Paged<ResultLine>> ResultsAsync(Person person, string programme, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Results(db, person, programme).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The whole list that <see cref="ResultsAsync"/> shows page by page.</summary>
    public async IAsyncEnumerable<ResultLine> AllResultsAsync(Person person, string programme, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var line in Results(db, person, programme).AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false)) yield return line;
    }

    private static IQueryable<ResultLine> Results(ProgrammesDb db, Person person, string programme)
    {
        var results = db.UnitResults.AsNoTracking().Where(result => result.ProgrammeId == programme && db.ProgrammesOf(person).Any(row => row.Id == programme));
        if (db.OnlyUnits(person, programme) is { } only) results = results.Where(result => only.Contains(result.UnitId));
        return from result in results
               join unit in db.Units on new { result.ProgrammeId, result.UnitId } equals new { unit.ProgrammeId, unit.UnitId }
               orderby result.Id descending
               select new ResultLine(result.ResultOn, unit.UnitId, unit.Name, result.Batch, result.Result, result.Grade, result.Reason, result.Final, result.Superseded);
    }

    public async Task<Paged<HistoryLine>> HistoryAsync(Person person, string programme, int page, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        // An unannounced check stays one.
        var events = db.Events.AsNoTracking().Where(line => line.ProgrammeId == programme && db.ProgrammesOf(person).Any(row => row.Id == programme) && (person.CanSeeAll || line.Kind != EventKinds.UnitsDrawn));
        if (db.OnlyUnits(person, programme) is { } only) events = events.Where(line => line.UnitId == null || only.Contains(line.UnitId));
        var rows = from line in events
                   join unit in db.Units on new { Programme = line.ProgrammeId, Unit = line.UnitId } equals new { Programme = (string?)unit.ProgrammeId, Unit = (string?)unit.UnitId } into units
                   from unit in units.DefaultIfEmpty()
                   orderby line.Id descending
                   select new { line.HappenedOn, line.RecordedAt, line.Kind, line.Batch, Unit = unit == null ? null : unit.Name, line.TitleZh, line.TitleEn };
        var page1 = await rows.PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return page1.With<HistoryLine>([.. page1.Rows.Select(row => new HistoryLine(row.HappenedOn, row.RecordedAt, row.Kind, row.Batch, row.Unit, new(row.TitleZh, row.TitleEn)))]);
    }

    /// <summary>Only for who can act on them.</summary>
    public async Task<Paged<IncidentLine>> IncidentsAsync(Person person, string programme, int page, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) return new([], 1, PageSize, 0);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.Incidents.AsNoTracking().Where(row => row.ProgrammeId == programme).OrderBy(row => row.ResolvedAt != null).ThenByDescending(row => row.Id)
            .PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
        return rows.With<IncidentLine>([.. rows.Rows.Select(row => new IncidentLine(row.Id, row.InstanceId, row.Activity, row.Code, new(row.MessageZh, row.MessageEn), row.RaisedAt, row.ResolvedAt, row.ResolvedBy))]);
    }
}
