using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Archiving;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Queries;

public enum ProgrammeState { Running, Finished, Cancelled }

/// <param name="Late">Duties whose day is over, of those that the person may see.</param>
public sealed record ProgrammeLine(
    string Id, string Name, string ApprovalNumber, DateOnly StartsOn, ProgrammeState State, bool IsDemonstration, DateOnly Today,
    int Units, int Batches, int Late, int Soon, int Open)
{
    /// <summary>Null: it is not suspended.</summary>
    public DateOnly? SuspendedOn { get; init; }
}

/// <param name="Now">By the programme's clock.</param>
public sealed record ProgrammeHead(
    string Id, string Name, string DefinitionId, int DefinitionVersion, string ApprovalNumber, DateOnly ApprovedOn, DateOnly StartsOn,
    ProgrammeState State, bool IsDemonstration, DateTimeOffset Now, DateOnly Today, DateOnly? BackfilledUntil,
    string LaunchedBy, DateTimeOffset LaunchedAt, DateTimeOffset? EndedAt, string? EndReason, int Units,
    IReadOnlyList<BatchLine> Batches, int Late, int Soon, int Open, int OpenIncidents, int Achieved)
{
    /// <summary>The first day of the suspension; null: it is not suspended.</summary>
    public DateOnly? SuspendedOn { get; init; }
    public string? SuspendReason { get; init; }

    /// <summary>When the details of its workflows were removed by the retention rule; null: all of it is there.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The files in the archive folder that they were written to, without its path. For administrators alone.</summary>
    public IReadOnlyList<string> ArchiveFiles { get; init; } = [];

    /// <summary>Whether what units filled in went too.</summary>
    public bool FormsArchived { get; init; }
}

public sealed record BatchLine(int Number, string Name, bool Supplementary, int Units, bool Started);

/// <summary>Programmes as lists and heads.</summary>
public sealed class ProgrammeQueries(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int PageSize = 20;

    public async Task<Paged<ProgrammeLine>> ListAsync(Person person, ProgrammeState? state, string? name, int page, int size = PageSize, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await ListAsync(db, await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false), null, person, state, name, page, size, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="tally">All open work that the person sees, where it is counted already.</param>
    internal static async Task<Paged<ProgrammeLine>> ListAsync(ProgrammesDb db, ClockSet set, WorkTally? tally, Person person, ProgrammeState? state, string? name, int page, int size, CancellationToken cancellationToken)
    {
        var known = db.ProgrammesOf(person).AsNoTracking();
        if (state is { } wanted)
        {
            var stored = Enum.Parse<ProgrammeStatus>(wanted.ToString());
            known = known.Where(row => row.Status == stored);
        }

        if (!string.IsNullOrWhiteSpace(name)) known = known.Where(row => row.Name.Contains(name.Trim()) || row.ApprovalNumber.Contains(name.Trim()));
        var rows = await known.OrderByDescending(row => row.LaunchedAt).ThenBy(row => row.Id)
            .Select(row => new { row.Id, row.Name, row.ApprovalNumber, row.StartsOn, row.Status, Units = db.Units.Count(unit => unit.ProgrammeId == row.Id && unit.LeftOn == null), row.SuspendedOn, Batches = db.Batches.Count(batch => batch.ProgrammeId == row.Id) })
            .PageAsync(page, size, cancellationToken).ConfigureAwait(false);
        List<string> ids = [.. rows.Rows.Select(row => row.Id)];
        var counts = tally is null ? await CountsAsync(db, set, person, ids, cancellationToken).ConfigureAwait(false) : Counts(tally, ids);
        return rows.With<ProgrammeLine>([.. rows.Rows.Select(row =>
        {
            var (late, soon, open) = counts(row.Id);
            return new ProgrammeLine(row.Id, row.Name, row.ApprovalNumber, row.StartsOn, row.Status.As<ProgrammeState>(), set.IsDemonstration(row.Id), set.Today(row.Id), row.Units, row.Batches, late, soon, open) { SuspendedOn = row.SuspendedOn };
        })]);
    }

    /// <summary>Null: there is no such programme, or the person may not know of it.</summary>
    public async Task<ProgrammeHead?> HeadAsync(Person person, string id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        // Not the whole row: a country's launch is megabytes of text.
        var row = await db.ProgrammesOf(person).AsNoTracking().Where(one => one.Id == id).Select(one => new
        {
            one.Id,
            one.Name,
            one.DefinitionId,
            one.DefinitionVersion,
            one.ApprovalNumber,
            one.ApprovedOn,
            one.StartsOn,
            one.Status,
            one.BackfillUntil,
            one.LaunchedBy,
            one.LaunchedAt,
            one.EndedAt,
            one.EndReason,
            one.SuspendedOn,
            one.SuspendReason,
            one.DetailsRemovedAt,
        }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        if (row is null) return null;
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var batches = await db.Batches.AsNoTracking().Where(batch => batch.ProgrammeId == id).OrderBy(batch => batch.Number)
            .Select(batch => new BatchLine(batch.Number, batch.Name, batch.Supplementary, db.BatchUnits.Count(unit => unit.ProgrammeId == id && unit.Batch == batch.Number),
                // In an order that an index has: asked only whether there is any, PostgreSQL reads the whole table.
                db.WorkItems.Where(item => item.ProgrammeId == id && item.Batch == batch.Number).OrderBy(item => item.UnitId).Select(item => item.Id).FirstOrDefault() != null))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var (late, soon, open) = (await CountsAsync(db, set, person, [id], cancellationToken).ConfigureAwait(false))(id);
        var units = await db.Units.CountAsync(unit => unit.ProgrammeId == id && unit.LeftOn == null, cancellationToken).ConfigureAwait(false);
        var incidents = person.CanManage ? await db.Incidents.CountAsync(one => one.ProgrammeId == id && one.ResolvedAt == null, cancellationToken).ConfigureAwait(false) : 0;
        var achieved = await db.UnitResults.CountAsync(one => one.ProgrammeId == id && one.Final && one.Achieved && !one.Superseded, cancellationToken).ConfigureAwait(false);
        var archived = row.DetailsRemovedAt is null ? [] : await ArchivedAsync(db, id, cancellationToken).ConfigureAwait(false);
        return new(row.Id, row.Name, row.DefinitionId, row.DefinitionVersion, row.ApprovalNumber, row.ApprovedOn, row.StartsOn, row.Status.As<ProgrammeState>(),
            set.IsDemonstration(id), set.Now(id), set.Today(id), row.BackfillUntil, row.LaunchedBy, row.LaunchedAt, row.EndedAt, row.EndReason,
            units, batches, late, soon, open, incidents, achieved)
        {
            SuspendedOn = row.SuspendedOn, SuspendReason = row.SuspendReason, ArchivedAt = row.DetailsRemovedAt,
            FormsArchived = archived.Any(note => note.Forms > 0), ArchiveFiles = person.IsAdministrator ? [.. archived.Select(note => note.File).OfType<string>()] : [],
        };
    }

    /// <summary>What the audit trail says of it; more than one only if a run was interrupted.</summary>
    private static async Task<IReadOnlyList<ArchiveNote>> ArchivedAsync(ProgrammesDb db, string id, CancellationToken cancellationToken)
    {
        var details = await db.Audit.AsNoTracking().Where(row => row.Subject == id && row.Action == ArchiveProgrammes.Action).OrderBy(row => row.Id).Select(row => row.Details).Take(PageSize).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. details.Select(ArchiveNote.Read).OfType<ArchiveNote>()];
    }

    /// <summary>Ids and names to filter by.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> NamesAsync(Person person, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var rows = await db.ProgrammesOf(person).AsNoTracking().OrderByDescending(row => row.LaunchedAt).Select(row => new { row.Id, row.Name }).Take(200).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => (row.Id, row.Name))];
    }

    private static async Task<Func<string, (int Late, int Soon, int Open)>> CountsAsync(ProgrammesDb db, ClockSet set, Person person, List<string> ids, CancellationToken cancellationToken)
    {
        var work = db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null && row.ProgrammeId != null && ids.Contains(row.ProgrammeId)).Where(Visibility.Work(db, person));
        var tally = await WorkTally.LoadAsync(work, set, cancellationToken).ConfigureAwait(false);
        return Counts(tally, ids);
    }

    private static Func<string, (int Late, int Soon, int Open)> Counts(WorkTally tally, List<string> ids)
    {
        var byProgramme = ids.ToDictionary(id => id, id => tally.Of(group => group.ProgrammeId == id));
        return id => byProgramme.TryGetValue(id, out var one) ? (one.Late, one.Soon, one.Open) : default;
    }
}

internal static class Enums
{
    /// <summary>The page's enumeration has the names of the stored one, which pages do not know.</summary>
    public static T As<T>(this Enum stored) where T : struct, Enum => Enum.Parse<T>(stored.ToString());
}
