using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Notices;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

public enum ComingKind { Work, Notice, Stage }

/// <param name="Units">How many duties of this title fall due on the day.</param>
public sealed record ComingLine(DateOnly On, bool Provisional, Text Title, string? ProgrammeId, string? ProgrammeName, int? Batch, int Units, ComingKind Kind);

/// <param name="Role"><c>unit</c>, or a role of the launch's offices.</param>
/// <param name="Superior">Of units: the role of the office above them; null: none, or an office's own work.</param>
/// <param name="Office">The name of the office that owes the work, or of the one above the units that do; empty: units below no office.</param>
public sealed record LateOffice(string ProgrammeId, string ProgrammeName, string Role, string? Superior, string Office, int Late, DateOnly OldestDueOn);

/// <param name="Level">Of who owes the work; null: the launch names none.</param>
public sealed record LateLevel(AdministrativeLevel? Level, int Late);

public enum FinishedKind { Stage, Notice, Programme, Cancelled }

/// <summary>What was over within <see cref="OverviewQuery.RecentCalendarDays"/>.</summary>
public sealed record FinishedLine(DateOnly On, FinishedKind Kind, Text Title, string ProgrammeId, string ProgrammeName, int? Batch);

public sealed record Overview(IReadOnlyList<ProgrammeLine> Running, int RunningTotal, IReadOnlyList<ComingLine> Coming, IReadOnlyList<LateOffice> LateByOffice, int Late, int Soon, int Open, int OpenNotices, int Unsigned)
{
    /// <summary>The latest first.</summary>
    public required IReadOnlyList<FinishedLine> Finished { get; init; }

    /// <summary>Of the papers that the person may know of.</summary>
    public required PaperCounts Papers { get; init; }

    /// <summary>From the top down; empty where no launch names levels.</summary>
    public required IReadOnlyList<LateLevel> LateByLevel { get; init; }
}

/// <summary>What the first page shows: how programmes stand, what comes, what is late and whose it is.</summary>
public sealed class OverviewQuery(IDbContextFactory<ProgrammesDb> contexts, ProgrammeClocks clocks)
{
    public const int ComingCalendarDays = 30;
    public const int RecentCalendarDays = 30;
    private const int LinesMax = 12;
    private const int RunningMax = 8;
    private const int StagesMax = 500;

    public async Task<Overview> RunAsync(Person person, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var set = await clocks.LoadAsync(db, cancellationToken).ConfigureAwait(false);
        var names = await db.ProgrammesOf(person).AsNoTracking().Select(row => new { row.Id, row.Name }).Take(1_000).ToDictionaryAsync(row => row.Id, row => row.Name, cancellationToken).ConfigureAwait(false);
        var open = db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null).Where(Visibility.Work(db, person));
        var tally = await WorkTally.LoadAsync(open, set, cancellationToken).ConfigureAwait(false);
        var running = await ProgrammeQueries.ListAsync(db, set, tally, person, ProgrammeState.Running, null, 1, RunningMax, cancellationToken).ConfigureAwait(false);
        var due = await DueAsync(open, tally, set, cancellationToken).ConfigureAwait(false);
        var known = names.Keys.ToList();
        var notices = await db.Notices.AsNoTracking().Where(row => row.Status == NoticeStatus.Open && row.ProgrammeId != null && known.Contains(row.ProgrammeId))
            .OrderBy(row => row.ClosesOn).Take(LinesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var coming = due.Select(one => one with { ProgrammeName = Name(one.ProgrammeId) })
            .Concat(notices.Select(one => new ComingLine(one.ClosesOn, one.Provisional, new(one.TitleZh, one.TitleEn), one.ProgrammeId, Name(one.ProgrammeId), one.Batch, 1, ComingKind.Notice)))
            .Concat(await StagesAsync(db, set, known, Name, cancellationToken).ConfigureAwait(false))
            .OrderBy(one => one.On).Take(LinesMax).ToList();

        var late = await LateAsync(db, open, tally, set, cancellationToken).ConfigureAwait(false);
        var owing = late.Select(one => one.Role).Concat(late.Select(one => one.Superior).OfType<string>()).Distinct(StringComparer.Ordinal).ToList();
        var offices = await db.Offices.AsNoTracking().Where(row => known.Contains(row.ProgrammeId) && owing.Contains(row.Role)).Select(row => new { row.ProgrammeId, row.Role, row.Name, row.Level }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var byRole = offices.ToDictionary(row => (row.ProgrammeId, row.Role), row => (row.Name, row.Level));

        var levels = late.GroupBy(one => one.Role == Roles.Unit ? one.Level : byRole.GetValueOrDefault((one.ProgrammeId, one.Role)).Level)
            .Select(group => new LateLevel(group.Key, group.Sum(one => one.Count))).OrderBy(one => one.Level is null).ThenBy(one => one.Level).ToList();
        return new(running.Rows, running.Total, coming,
            [.. late.GroupBy(one => (one.ProgrammeId, one.Role, one.Superior)).Select(group => new LateOffice(
                    group.Key.ProgrammeId, Name(group.Key.ProgrammeId) ?? group.Key.ProgrammeId, group.Key.Role, group.Key.Superior,
                    byRole.GetValueOrDefault((group.Key.ProgrammeId, group.Key.Superior ?? group.Key.Role)).Name ?? "", group.Sum(one => one.Count), group.Min(one => one.Oldest)))
                .OrderByDescending(one => one.Late).ThenBy(one => one.ProgrammeId, StringComparer.Ordinal).ThenBy(one => one.Role, StringComparer.Ordinal).ThenBy(one => one.Superior, StringComparer.Ordinal).Take(LinesMax)],
            tally.Late, tally.Soon, tally.Open,
            await db.Notices.CountAsync(row => row.Status == NoticeStatus.Open && row.ProgrammeId != null && known.Contains(row.ProgrammeId), cancellationToken).ConfigureAwait(false),
            tally.Count(group => group.Status == WorkItemStatus.Open))
        {
            LateByLevel = levels.Exists(one => one.Level is not null) ? levels : [],
            Papers = await PaperListQuery.CountAsync(db, set, person, cancellationToken).ConfigureAwait(false),
            Finished = await FinishedAsync(db, set, known, names, cancellationToken).ConfigureAwait(false),
        };

        string? Name(string? id) => id is null ? null : names.GetValueOrDefault(id);
    }

    private sealed record LateGroup(string ProgrammeId, string Role, string? Superior, AdministrativeLevel? Level, int Count, DateOnly Oldest);

    /// <summary>Offices from the tally; of units, whose offices it does not know, the late rows themselves are looked up.</summary>
    private static async Task<List<LateGroup>> LateAsync(ProgrammesDb db, IQueryable<WorkItemRow> open, WorkTally tally, ClockSet set, CancellationToken cancellationToken)
    {
        var known = tally.Groups.Where(group => group.ProgrammeId is not null && tally.LightOf(group) == WorkLight.Late).ToList();
        var offices = known.Where(group => group.Role != Roles.Unit).GroupBy(group => (group.ProgrammeId, group.Role))
            .Select(group => new LateGroup(group.Key.ProgrammeId!, group.Key.Role, null, null, group.Sum(one => one.Count), group.Min(one => one.DueOn)!.Value));
        if (!known.Exists(group => group.Role == Roles.Unit)) return [.. offices];
        var units = await (from item in open.Where(set.IsLate()).Where(row => row.Role == Roles.Unit)
                           join unit in db.Units on new { Programme = item.ProgrammeId, Unit = item.UnitId } equals new { Programme = (string?)unit.ProgrammeId, Unit = (string?)unit.UnitId }
                           group item.DueOn by new { unit.ProgrammeId, unit.Superior, unit.Level } into rows
                           select new { rows.Key, Count = rows.Count(), Oldest = rows.Min() }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. offices, .. units.Select(one => new LateGroup(one.Key.ProgrammeId, Roles.Unit, one.Key.Superior, one.Key.Level, one.Count, one.Oldest!.Value))];
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

    private static async Task<IReadOnlyList<FinishedLine>> FinishedAsync(ProgrammesDb db, ClockSet set, List<string> programmes, Dictionary<string, string> names, CancellationToken cancellationToken)
    {
        var stages = await db.Stages.AsNoTracking().Where(row => row.Status == Storage.Programmes.StageStatus.Closed && row.UnitId == null && row.ProgrammeId != null && programmes.Contains(row.ProgrammeId))
            .OrderByDescending(row => row.ClosedOn).Take(StagesMax).Select(row => new { row.ProgrammeId, row.Batch, row.TitleZh, row.TitleEn, row.ClosedOn }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var notices = await db.Notices.AsNoTracking().Where(row => row.Status == NoticeStatus.Closed && row.ProgrammeId != null && programmes.Contains(row.ProgrammeId))
            .OrderByDescending(row => row.EndedOn).Take(StagesMax).Select(row => new { row.ProgrammeId, row.Batch, row.TitleZh, row.TitleEn, ClosedOn = row.EndedOn }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var ended = await db.Programmes.AsNoTracking().Where(row => programmes.Contains(row.Id) && row.EndedAt != null).OrderByDescending(row => row.EndedAt).Take(LinesMax)
            .Select(row => new { row.Id, row.EndedAt, row.Status }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. stages.Select(row => Line(row.ClosedOn, FinishedKind.Stage, new(row.TitleZh, row.TitleEn), row.ProgrammeId!, row.Batch))
            .Concat(notices.Select(row => Line(row.ClosedOn, FinishedKind.Notice, new(row.TitleZh, row.TitleEn), row.ProgrammeId!, row.Batch)))
            .Concat(ended.Select(row => Line(ChinaTime.DateOf(row.EndedAt!.Value), row.Status == Storage.Programmes.ProgrammeStatus.Cancelled ? FinishedKind.Cancelled : FinishedKind.Programme, Text.Same(names[row.Id]), row.Id, null)))
            .OfType<FinishedLine>().OrderByDescending(line => line.On).ThenByDescending(line => line.Kind).Take(LinesMax)];

        // By the programme's own clock, which may be a demonstration's.
        FinishedLine? Line(DateOnly? on, FinishedKind kind, Text title, string programme, int? batch) =>
            on is { } day && day <= set.Today(programme) && day >= set.Today(programme).AddDays(-RecentCalendarDays) ? new(day, kind, title, programme, names[programme], batch) : null;
    }

    private static async Task<IEnumerable<ComingLine>> StagesAsync(ProgrammesDb db, ClockSet set, List<string> programmes, Func<string?, string?> name, CancellationToken cancellationToken)
    {
        var open = await db.Stages.AsNoTracking().Where(row => row.Status == Storage.Programmes.StageStatus.Open && row.UnitId == null && row.PlannedEndOn != null && row.ProgrammeId != null && programmes.Contains(row.ProgrammeId))
            .OrderBy(row => row.PlannedEndOn).Take(StagesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        return open.Where(row => set.IsWithin(row.ProgrammeId, row.PlannedEndOn, ComingCalendarDays))
            .Select(row => new ComingLine(row.PlannedEndOn!.Value, row.Provisional, new(row.TitleZh, row.TitleEn), row.ProgrammeId, name(row.ProgrammeId), row.Batch, 1, ComingKind.Stage));
    }
}
