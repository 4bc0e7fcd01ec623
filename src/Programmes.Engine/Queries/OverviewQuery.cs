using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Notices;
using Programmes.Storage.WorkItems;

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
        var open = db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null).Where(Visibility.Work(db, person));
        var tally = await WorkTally.LoadAsync(open, set, cancellationToken).ConfigureAwait(false);
        var due = await DueAsync(open, tally, set, cancellationToken).ConfigureAwait(false);
        var known = names.Keys.ToList();
        var notices = await db.Notices.AsNoTracking().Where(row => row.Status == NoticeStatus.Open && row.ProgrammeId != null && known.Contains(row.ProgrammeId))
            .OrderBy(row => row.ClosesOn).Take(LinesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var coming = due.Select(one => one with { ProgrammeName = Name(one.ProgrammeId) })
            .Concat(notices.Select(one => new ComingLine(one.ClosesOn, one.Provisional, new(one.TitleZh, one.TitleEn), one.ProgrammeId, Name(one.ProgrammeId), one.Batch, 1, ComingKind.Notice)))
            .Concat(await StagesAsync(db, set, known, Name, cancellationToken).ConfigureAwait(false))
            .OrderBy(one => one.On).Take(LinesMax).ToList();

        var late = tally.Groups.Where(group => group.ProgrammeId is not null && tally.LightOf(group) == WorkLight.Late).GroupBy(group => (ProgrammeId: group.ProgrammeId!, group.Role))
            .Select(group => (group.Key.ProgrammeId, group.Key.Role, Count: group.Sum(one => one.Count), Oldest: group.Min(one => one.DueOn)!.Value))
            .OrderByDescending(one => one.Count).ThenBy(one => one.ProgrammeId, StringComparer.Ordinal).ThenBy(one => one.Role, StringComparer.Ordinal).Take(LinesMax).ToList();
        var offices = await db.Offices.AsNoTracking().Where(row => known.Contains(row.ProgrammeId)).Select(row => new { row.ProgrammeId, row.Role, row.Name }).Take(2_000).ToListAsync(cancellationToken).ConfigureAwait(false);
        var byRole = offices.ToDictionary(row => (row.ProgrammeId, row.Role), row => row.Name);

        return new(running.Rows, running.Total, coming,
            [.. late.Select(one => new LateOffice(one.ProgrammeId, Name(one.ProgrammeId) ?? one.ProgrammeId, one.Role, byRole.GetValueOrDefault((one.ProgrammeId, one.Role), ""), one.Count, one.Oldest))],
            tally.Late, tally.Soon, tally.Open,
            await db.Notices.CountAsync(row => row.Status == NoticeStatus.Open && row.ProgrammeId != null && known.Contains(row.ProgrammeId), cancellationToken).ConfigureAwait(false),
            tally.Count(group => group.Status == WorkItemStatus.Open));

        string? Name(string? id) => id is null ? null : names.GetValueOrDefault(id);
    }

    /// <summary>What falls due within <see cref="ComingCalendarDays"/>, the same duty of many units in one line.</summary>
    private static async Task<List<ComingLine>> DueAsync(IQueryable<WorkItemRow> open, WorkTally tally, ClockSet set, CancellationToken cancellationToken)
    {
        var found = tally.Groups.Where(group => set.IsWithin(group.ProgrammeId, group.DueOn, ComingCalendarDays))
            .GroupBy(group => (On: group.DueOn!.Value, group.Provisional, group.ProgrammeId, group.Batch, group.Role, group.Activity))
            .OrderBy(group => group.Key.On).ThenBy(group => group.Key.ProgrammeId, StringComparer.Ordinal).ThenBy(group => group.Key.Activity, StringComparer.Ordinal).Take(LinesMax).ToList();
        var lines = new List<ComingLine>();
        foreach (var group in found)
        {
            var (on, provisional, programme, batch, role, activity) = group.Key;
            var at = group.First().DueAt;
            var title = await open.Where(row => row.ProgrammeId == programme && row.Role == role && row.DueAt == at && row.DueOn == on && row.Batch == batch && row.Activity == activity)
                .Select(row => new { row.TitleZh, row.TitleEn }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            if (title is not null) lines.Add(new(on, provisional, new(title.TitleZh, title.TitleEn), programme, null, batch, group.Sum(one => one.Count), ComingKind.Work));
        }

        return lines;
    }

    private static async Task<IEnumerable<ComingLine>> StagesAsync(ProgrammesDb db, ClockSet set, List<string> programmes, Func<string?, string?> name, CancellationToken cancellationToken)
    {
        var open = await db.Stages.AsNoTracking().Where(row => row.Status == Storage.Programmes.StageStatus.Open && row.UnitId == null && row.PlannedEndOn != null && row.ProgrammeId != null && programmes.Contains(row.ProgrammeId))
            .OrderBy(row => row.PlannedEndOn).Take(StagesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        return open.Where(row => set.IsWithin(row.ProgrammeId, row.PlannedEndOn, ComingCalendarDays))
            .Select(row => new ComingLine(row.PlannedEndOn!.Value, row.Provisional, new(row.TitleZh, row.TitleEn), row.ProgrammeId, name(row.ProgrammeId), row.Batch, 1, ComingKind.Stage));
    }
}
