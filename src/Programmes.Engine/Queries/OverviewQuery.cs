using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Queries;

public enum ComingKind { Work, Notice, Stage }

/// <param name="Units">How many duties of this title fall due on the day.</param>
public sealed record ComingLine(DateOnly On, bool Provisional, Text Title, string? ProgrammeId, string? ProgrammeName, int? Batch, int Units, ComingKind Kind);

/// <param name="Role"><c>unit</c>, or a role of the launch's offices.</param>
public sealed record LateOffice(string ProgrammeId, string ProgrammeName, string Role, string Office, int Late, DateOnly OldestDueOn);

public sealed record Overview(IReadOnlyList<ProgrammeLine> Running, int RunningTotal, IReadOnlyList<ComingLine> Coming, IReadOnlyList<LateOffice> LateByOffice, int Late, int Soon, int Open, int OpenNotices, int Unsigned);

/// <summary>What the first page shows: how programmes stand, what comes, what is late and whose it is.</summary>
public sealed class OverviewQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks, ProgrammeQueries programmes)
{
    public const int ComingCalendarDays = 30;
    private const int LinesMax = 12;
    private const int StagesMax = 500;

    public async Task<Overview> RunAsync(Person person, CancellationToken cancellationToken = default)
    {
        var running = await programmes.ListAsync(person, ProgrammeState.Running, null, 1, 8, cancellationToken).ConfigureAwait(false);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var names = await db.ProgrammesOf(person).AsNoTracking().Select(row => new { row.Id, row.Name }).Take(1_000).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken).ConfigureAwait(false);
        var open = db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null).Where(Visibility.Work(person));

        var due = await open.Where(set.IsDueWithin(ComingCalendarDays))
            .GroupBy(row => new { row.ProgrammeId, row.Batch, row.TitleZh, row.TitleEn, row.DueOn, row.Provisional })
            .Select(group => new { group.Key, Count = group.Count() })
            .OrderBy(group => group.Key.DueOn).Take(LinesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var known = names.Keys.ToList();
        var notices = await db.Notices.AsNoTracking().Where(row => row.Status == NoticeStatus.Open && row.ProgrammeId != null && known.Contains(row.ProgrammeId))
            .OrderBy(row => row.ClosesOn).Take(LinesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var coming = due.Select(one => new ComingLine(one.Key.DueOn!.Value, one.Key.Provisional, new(one.Key.TitleZh, one.Key.TitleEn), one.Key.ProgrammeId, Name(one.Key.ProgrammeId), one.Key.Batch, one.Count, ComingKind.Work))
            .Concat(notices.Select(one => new ComingLine(one.ClosesOn, one.Provisional, new(one.TitleZh, one.TitleEn), one.ProgrammeId, Name(one.ProgrammeId), one.Batch, 1, ComingKind.Notice)))
            .Concat(await StagesAsync(db, set, known, Name, cancellationToken).ConfigureAwait(false))
            .OrderBy(one => one.On).Take(LinesMax).ToList();

        var late = await open.Where(set.IsLate()).Where(row => row.ProgrammeId != null)
            .GroupBy(row => new { row.ProgrammeId, row.Role })
            .Select(group => new { group.Key.ProgrammeId, group.Key.Role, Count = group.Count(), Oldest = group.Min(row => row.DueOn) })
            .OrderByDescending(one => one.Count).Take(LinesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var offices = await db.Offices.AsNoTracking().Where(row => known.Contains(row.ProgrammeId)).Select(row => new { row.ProgrammeId, row.Role, row.Name }).Take(2_000).ToListAsync(cancellationToken).ConfigureAwait(false);
        var byRole = offices.ToDictionary(row => (row.ProgrammeId, row.Role), row => row.Name);

        return new(running.Rows, running.Total, coming,
            [.. late.Select(one => new LateOffice(one.ProgrammeId!, Name(one.ProgrammeId) ?? one.ProgrammeId!, one.Role, byRole.GetValueOrDefault((one.ProgrammeId!, one.Role), ""), one.Count, one.Oldest!.Value))],
            await open.CountAsync(set.IsLate(), cancellationToken).ConfigureAwait(false),
            await open.CountAsync(set.IsSoon(), cancellationToken).ConfigureAwait(false),
            await open.CountAsync(cancellationToken).ConfigureAwait(false),
            await db.Notices.CountAsync(row => row.Status == NoticeStatus.Open && row.ProgrammeId != null && known.Contains(row.ProgrammeId), cancellationToken).ConfigureAwait(false),
            await open.CountAsync(row => row.Status == Storage.WorkItems.WorkItemStatus.Open, cancellationToken).ConfigureAwait(false));

        string? Name(string? id) => id is null ? null : names.GetValueOrDefault(id);
    }

    private static async Task<IEnumerable<ComingLine>> StagesAsync(ProgrammesDb db, ClockSet set, List<string> programmes, Func<string?, string?> name, CancellationToken cancellationToken)
    {
        var open = await db.Stages.AsNoTracking().Where(row => row.Status == Storage.Programmes.StageStatus.Open && row.UnitId == null && row.PlannedEndOn != null && row.ProgrammeId != null && programmes.Contains(row.ProgrammeId))
            .OrderBy(row => row.PlannedEndOn).Take(StagesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        return open.Where(row => set.Today(row.ProgrammeId) is var today && row.PlannedEndOn >= today && row.PlannedEndOn <= today.AddDays(ComingCalendarDays))
            .Select(row => new ComingLine(row.PlannedEndOn!.Value, row.Provisional, new(row.TitleZh, row.TitleEn), row.ProgrammeId, name(row.ProgrammeId), row.Batch, 1, ComingKind.Stage));
    }
}
