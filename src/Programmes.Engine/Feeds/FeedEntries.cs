using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Ledgers;
using Programmes.Storage.Notices;
using Programmes.Storage.Probations;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Feeds;

/// <param name="More">There are more than were read.</param>
/// <param name="Today">From which nearness counts.</param>
internal sealed record FoundEntries(IReadOnlyList<CalendarEntry> Entries, bool More, DateOnly Today);

/// <summary>
/// Work, notices, stages, papers and probations as calendar entries, for one person. The number of an entry adds up counters that only ever rise
/// (of the work or notice, and of its programme), so that whatever moves or renames it raises the number.
/// </summary>
internal sealed partial class FeedEntries(ProgrammesDb db, ClockSet set, MailSettings settings, Person person)
{
    private sealed record Scope(string Id, string Name, int Version, bool Suspended);

    private sealed record Step(int? Batch, string Activity, DateOnly DueOn, string Title, string? Clause, string? Why, bool Provisional, int Count, int Closed);

    private readonly List<CalendarEntry> entries = [];
    private bool more;

    /// <summary>What the person owes, and what waits for its review, in all programmes.</summary>
    public async Task<FoundEntries> OwnAsync(CancellationToken cancellationToken)
    {
        var today = set.Today(null);
        var review = Visibility.Reviewed(person);
        var own = Predicates.Or(Visibility.Owed(person), Predicates.And(review, row => row.Status == WorkItemStatus.Submitted));
        await AddWorkAsync(db.WorkItems.AsNoTracking().Where(own), today, cancellationToken).ConfigureAwait(false);
        await AddLedgersAsync(db.Ledgers.AsNoTracking().Where(LedgerQueries.Seen(db, person)), true, today, cancellationToken).ConfigureAwait(false);
        await AddRepliesAsync(null, today, cancellationToken).ConfigureAwait(false);
        if (person.Places.Count > 0) await AddProbationsAsync(db.Probations.AsNoTracking().Where(Owners.Of<ProbationRow>(Owners.Acting(person), row => row.ProgrammeId, row => Roles.Unit, row => row.UnitId)), today, cancellationToken).ConfigureAwait(false);
        return new(entries, more, today);
    }

    /// <summary>All that the person may see of a programme; nothing of one that it may not know of any more.</summary>
    public async Task<(string Name, FoundEntries Found)> OfProgrammeAsync(string programme, TimelineQuery timeline, CancellationToken cancellationToken)
    {
        var today = set.Today(programme);
        if (!await db.ProgrammesOf(person).AnyAsync(row => row.Id == programme, cancellationToken).ConfigureAwait(false)) return ("专项工作台", new([], false, today));
        var scope = (await ScopesAsync([programme], cancellationToken).ConfigureAwait(false))[programme];
        var work = db.WorkItems.AsNoTracking().Where(row => row.ProgrammeId == programme).Where(Visibility.Work(db, person));
        // To everybody but the unit itself, the same duty of many units is one entry: three hundred on one day help nobody.
        var each = !Visibility.IsUnitOnly(person, programme);
        await AddWorkAsync(each ? work.Where(row => row.Role != "unit") : work, today, cancellationToken).ConfigureAwait(false);
        if (each) await AddStepsAsync(work.Where(row => row.Role == "unit"), scope, today, cancellationToken).ConfigureAwait(false);
        await AddLedgersAsync(db.Ledgers.AsNoTracking().Where(row => row.ProgrammeId == programme).Where(LedgerQueries.Seen(db, person)), false, today, cancellationToken).ConfigureAwait(false);
        await AddRepliesAsync(programme, today, cancellationToken).ConfigureAwait(false);
        await AddPapersAsync(scope, today, cancellationToken).ConfigureAwait(false);
        var probations = db.Probations.AsNoTracking().Where(row => row.ProgrammeId == programme);
        if (db.OnlyUnits(person, programme) is { } only) probations = probations.Where(row => only.Contains(row.UnitId!));
        await AddProbationsAsync(probations, today, cancellationToken).ConfigureAwait(false);
        await AddNoticesAsync(scope, today, cancellationToken).ConfigureAwait(false);
        if (await timeline.RunAsync(person, programme, cancellationToken).ConfigureAwait(false) is { } stages) await AddStagesAsync(scope, stages, today, cancellationToken).ConfigureAwait(false);
        return ($"{Mark(scope)}{scope.Name}", new(entries, more, today));
    }

    private async Task AddWorkAsync(IQueryable<WorkItemRow> rows, DateOnly today, CancellationToken cancellationToken)
    {
        var dated = rows.Where(row => row.DueOn != null && row.ProgrammeId != null).Where(set.IsRecent(ReadFeed.ShownAfterCalendarDays));
        var found = await NearestAsync(
            dated.Where(row => row.DueOn >= today).OrderBy(row => row.DueOn).ThenBy(row => row.Id),
            dated.Where(row => row.DueOn < today).OrderByDescending(row => row.DueOn).ThenBy(row => row.Id), cancellationToken).ConfigureAwait(false);
        var scopes = await ScopesAsync(found.Select(row => row.ProgrammeId!), cancellationToken).ConfigureAwait(false);
        var units = await UnitsAsync(found.Select(row => (row.ProgrammeId!, row.UnitId)), cancellationToken).ConfigureAwait(false);
        foreach (var row in found)
        {
            var scope = scopes[row.ProgrammeId!];
            var unit = row.UnitId is null || IsOnlyPlace(row.UnitId) ? null : units.GetValueOrDefault((scope.Id, row.UnitId), row.UnitId);
            var review = !person.Holds(row.Role, row.ProgrammeId, row.UnitId) && row.Status == WorkItemStatus.Submitted && row.Reviewer is { } reviewer && person.Holds(reviewer, row.ProgrammeId, null);
            var state = row.Status == WorkItemStatus.Completed ? "✓ " : row.Suspended ? "〔中止〕" : review ? "审核：" : row.Status == WorkItemStatus.Submitted ? "〔已提交〕" : "";
            Add(scope, "work", row.Id, row.Version, $"{state}{row.TitleZh}{(unit is null ? "" : $"（{unit}）")}", row.DueOn!.Value, row.DueOn.Value, $"/work/{Uri.EscapeDataString(row.Id)}",
                row.Status is WorkItemStatus.Cancelled or WorkItemStatus.Waived, "任务",
                [unit is null ? null : $"参与单位：{unit}", row.OriginalDueOn is { } first && first != row.DueOn ? $"原期限：{Day(first)}" : null, .. Why(row.DueOn.Value, row.Why, row.Clause, row.Provisional)]);
        }
    }

    /// <summary>A duty of units, by its day. Where a few have another day, they get an entry of their own.</summary>
    private async Task AddStepsAsync(IQueryable<WorkItemRow> rows, Scope scope, DateOnly today, CancellationToken cancellationToken)
    {
        var changes = await rows.GroupBy(row => new { row.Batch, row.Activity }).Select(group => new { group.Key.Batch, group.Key.Activity, Changes = group.Sum(row => row.Version) }).Take(ReadFeed.EntriesMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        var steps = await rows.Where(row => row.DueOn != null && row.Status != WorkItemStatus.Cancelled && row.Status != WorkItemStatus.Waived).Where(set.IsRecent(ReadFeed.ShownAfterCalendarDays))
            .GroupBy(row => new { row.Batch, row.Activity, row.DueOn })
            .Select(group => new Step(group.Key.Batch, group.Key.Activity, group.Key.DueOn!.Value, group.Min(row => row.TitleZh)!, group.Min(row => row.Clause), group.Min(row => row.Why), group.Max(row => row.Provisional ? 1 : 0) == 1, group.Count(), group.Count(row => row.ClosedOn != null)))
            .Take(ReadFeed.EntriesMax + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        more |= steps.Count > ReadFeed.EntriesMax;
        var batches = await db.Batches.AsNoTracking().Where(batch => batch.ProgrammeId == scope.Id).ToDictionaryAsync(batch => batch.Number, batch => batch.Name, cancellationToken).ConfigureAwait(false);
        foreach (var group in steps.GroupBy(step => (step.Batch, step.Activity)))
        {
            var sequence = changes.Find(one => one.Batch == group.Key.Batch && one.Activity == group.Key.Activity)?.Changes ?? 0;
            var first = true;
            // The day of most units keeps the entry when it moves; the days of the others come and go.
            foreach (var step in group.OrderByDescending(step => step.Count).ThenBy(step => step.DueOn))
            {
                var id = $"{scope.Id}-{step.Batch ?? 0}-{step.Activity}{(first ? "" : $"-{step.DueOn:yyyyMMdd}")}";
                var batch = step.Batch is { } number ? batches.GetValueOrDefault(number) : null;
                var done = step.Closed == step.Count ? "✓ " : "";
                var count = step.Closed == 0 ? $"{step.Count} 个单位" : $"{step.Count} 个单位，{step.Closed} 个已办结";
                Add(scope, "step", id, sequence, $"{done}{step.Title}（{(batch is null ? "" : $"{batch}，")}{count}）", step.DueOn, step.DueOn, ProgrammePath(scope), false, "任务", [.. Why(step.DueOn, step.Why, step.Clause, step.Provisional)]);
                first = false;
            }
        }
    }

    /// <summary>Who serves one unit alone need not be told which.</summary>
    private bool IsOnlyPlace(string unit) => person.Places.Count == 1 && person.Places[0].UnitId == unit;

    /// <summary>Problems that are to be closed, one by one.</summary>
    /// <param name="own">Only what the person owes or has to judge.</param>
    private async Task AddLedgersAsync(IQueryable<LedgerRow> ledgers, bool own, DateOnly today, CancellationToken cancellationToken)
    {
        if (own)
        {
            if (person.Places.Count == 0) return;
            ledgers = ledgers.Where(Owners.Of<LedgerRow>(Owners.Acting(person), row => row.ProgrammeId, row => row.Role, row => row.UnitId));
        }

        var dated = from entry in db.LedgerEntries.AsNoTracking()
                    join ledger in ledgers on entry.LedgerId equals ledger.Id
                    where entry.DeadlineOn != null && entry.ProgrammeId != null && entry.ClosedOn == null
                    select entry;
        var found = await NearestAsync(
            dated.Where(row => row.DeadlineOn >= today).OrderBy(row => row.DeadlineOn).ThenBy(row => row.Id),
            dated.Where(row => row.DeadlineOn < today).OrderByDescending(row => row.DeadlineOn).ThenBy(row => row.Id), cancellationToken).ConfigureAwait(false);
        var scopes = await ScopesAsync(found.Select(row => row.ProgrammeId!), cancellationToken).ConfigureAwait(false);
        var units = await UnitsAsync(found.Select(row => (row.ProgrammeId!, row.UnitId)), cancellationToken).ConfigureAwait(false);
        foreach (var row in found)
        {
            var scope = scopes[row.ProgrammeId!];
            var unit = row.UnitId is null || IsOnlyPlace(row.UnitId) ? null : units.GetValueOrDefault((scope.Id, row.UnitId), row.UnitId);
            Add(scope, "ledger", row.Id, row.Version, $"整改：{row.Problem}{(unit is null ? "" : $"（{unit}）")}", row.DeadlineOn!.Value, row.DeadlineOn.Value, ProgrammePath(scope), false, "问题台账",
                [unit is null ? null : $"参与单位：{unit}", row.Office is null ? null : $"责任单位：{row.Office}", $"检查方面：{row.Area}"]);
        }
    }

    private async Task AddNoticesAsync(Scope scope, DateOnly today, CancellationToken cancellationToken)
    {
        var since = today.AddDays(-ReadFeed.ShownAfterCalendarDays);
        var rows = await db.Notices.AsNoTracking().Where(row => row.ProgrammeId == scope.Id && (row.EndedOn == null || row.EndedOn >= since))
            .OrderByDescending(row => row.PublishedOn).ThenBy(row => row.Id).Take(ReadFeed.EntriesMax + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        more |= rows.Count > ReadFeed.EntriesMax;
        foreach (var row in rows)
            Add(scope, "notice", row.Id, row.Version, $"公示：{row.TitleZh}", row.PublishedOn, row.ClosesOn, $"/notices/{Uri.EscapeDataString(row.Id)}", row.Status == NoticeStatus.Withdrawn, "公示",
                [$"公示期：{Day(row.PublishedOn)}公布，至{Day(row.ClosesOn)}，计 {row.WorkingDays} 个工作日", .. Why(row.ClosesOn, row.Why, row.Clause, row.Provisional)]);
    }

    /// <summary>A stage has its planned end before it opens, from the launch; then from its row. The holiday notices move the former.</summary>
    private async Task AddStagesAsync(Scope scope, Timeline timeline, DateOnly today, CancellationToken cancellationToken)
    {
        var running = await db.Programmes.AnyAsync(row => row.Id == scope.Id && row.Status == ProgrammeStatus.Running, cancellationToken).ConfigureAwait(false);
        var since = today.AddDays(-ReadFeed.ShownAfterCalendarDays);
        foreach (var row in timeline.Rows)
        {
            foreach (var stage in row.Stages)
            {
                if (stage.PlannedEnd is not { } end || stage.ClosedOn < since || !running && stage.State == StageState.Planned) continue;
                var done = stage.State == StageState.Closed ? "✓ " : "";
                Add(scope, "stage", string.Create(CultureInfo.InvariantCulture, $"{scope.Id}-{row.Batch ?? 0}-{stage.Activity}"), stage.Changes + set.Calendar.Notices.Count,
                    $"{done}阶段结束：{stage.Title.Zh}{(row.Batch is null ? "" : $"（{row.Name}）")}", end.On, end.On, ProgrammePath(scope), stage.State == StageState.Cancelled, "阶段",
                    [.. Why(end, stage.Clause)]);
            }
        }
    }

    private async Task<List<T>> NearestAsync<T>(IQueryable<T> ahead, IQueryable<T> past, CancellationToken cancellationToken)
    {
        var found = await ahead.Take(ReadFeed.EntriesMax + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        found.AddRange(await past.Take(ReadFeed.EntriesMax + 1).ToListAsync(cancellationToken).ConfigureAwait(false));
        more |= found.Count > ReadFeed.EntriesMax;
        return found;
    }

    private async Task<Dictionary<string, Scope>> ScopesAsync(IEnumerable<string> programmes, CancellationToken cancellationToken)
    {
        var ids = programmes.Distinct().ToList();
        return await db.Programmes.AsNoTracking().Where(row => ids.Contains(row.Id))
            .Select(row => new Scope(row.Id, row.Name, row.Version, row.SuspendedOn != null && row.Status == ProgrammeStatus.Running)).ToDictionaryAsync(row => row.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Dictionary<(string, string), string>> UnitsAsync(IEnumerable<(string Programme, string? Unit)> wanted, CancellationToken cancellationToken)
    {
        var pairs = wanted.Where(one => one.Unit is not null).Distinct().ToList();
        var (programmes, units) = (pairs.Select(one => one.Programme).Distinct().ToList(), pairs.Select(one => one.Unit!).Distinct().ToList());
        return await db.Units.AsNoTracking().Where(row => programmes.Contains(row.ProgrammeId) && units.Contains(row.UnitId))
            .ToDictionaryAsync(row => (row.ProgrammeId, row.UnitId), row => row.Name, cancellationToken).ConfigureAwait(false);
    }

    private void Add(Scope scope, string kind, string id, int changes, string title, DateOnly from, DateOnly until, string path, bool cancelled, string category, IEnumerable<string?> lines) =>
        entries.Add(new(CalendarEntry.UidOf(kind, id), changes + scope.Version, $"{Mark(scope)}{title}",
            string.Join('\n', new[] { $"专项工作：{scope.Name}" }.Concat(lines.OfType<string>())), from, until, settings.Link(path), cancelled)
        {
            Categories = [category, scope.Name],
        });

    /// <summary>Whoever sees it between real dates must not take it for one.</summary>
    private string Mark(Scope scope) => $"{(set.IsDemonstration(scope.Id) ? "〔演示〕" : "")}{(scope.Suspended ? "〔暂停〕" : "")}";

    private static string ProgrammePath(Scope scope) => $"/programmes/{Uri.EscapeDataString(scope.Id)}";

    private IEnumerable<string> Why(DateOnly on, string? why, string? clause, bool provisional) => Why(ShownDate.Of(on, provisional, WhyLines.Read(why, clause), set.Calendar), clause);

    private static IEnumerable<string> Why(ShownDate shown, string? clause)
    {
        if (shown.Why.Count == 0)
        {
            if (!string.IsNullOrEmpty(clause)) yield return $"依据：方案{clause}";
            if (shown.WorkingDayBefore is { } before) yield return $"当日为休息日，此前最后一个工作日是{Day(before)}";
        }
        else
        {
            yield return "为什么是这一天：";
            foreach (var line in shown.Why) yield return $"· {line.Zh}";
        }

        if (shown.Provisional) yield return "此日期为暂定，待放假安排公布后确定";
    }

    private static string Day(DateOnly on) => string.Create(CultureInfo.InvariantCulture, $"{on.Year}年{on.Month}月{on.Day}日");
}
