using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Engine.Definitions;
using Programmes.Storage;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Queries;

/// <summary>What "today" is in each programme: real time, or the time of its demonstration clock; in a suspended one time stands still.</summary>
public sealed class ProgrammeClocks(CalendarSource calendars, TimeProvider time)
{
    /// <summary>Programmes with a clock of their own that lists tell apart.</summary>
    public const int DemonstrationsMax = 200;

    internal async Task<ClockSet> LoadAsync(ProgrammesDb db, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var own = await (from programme in db.Programmes.AsNoTracking()
                         join clock in db.Clocks on programme.ClockId equals clock.Id
                         where programme.ClockId != ClockRow.RealTime && clock.OffsetMicroseconds != 0 || programme.SuspendedOn != null && programme.Status == ProgrammeStatus.Running
                         orderby programme.LaunchedAt descending
                         select new { programme.Id, clock.OffsetMicroseconds, programme.SuspendedAt, Demonstration = programme.ClockId != ClockRow.RealTime && programme.BackfillUntil == null })
            .Take(DemonstrationsMax).ToListAsync(cancellationToken).ConfigureAwait(false);
        return new(now, own.ToDictionary(one => one.Id, one => (one.SuspendedAt ?? now.AddMicroseconds(one.OffsetMicroseconds), one.Demonstration)), calendars.Current);
    }
}

/// <summary>The clocks of one request, and which work is late or near by them.</summary>
internal sealed class ClockSet(DateTimeOffset now, Dictionary<string, (DateTimeOffset Now, bool Demonstration)> own, WorkingDayCalendar calendar)
{
    /// <summary>Work due within so many working days is near.</summary>
    public const int SoonWorkingDays = 5;

    private readonly List<string> ownIds = [.. own.Keys];

    public WorkingDayCalendar Calendar { get; } = calendar;

    public DateTimeOffset Now(string? programme) => programme is not null && own.TryGetValue(programme, out var clock) ? clock.Now : now;

    public DateOnly Today(string? programme) => ChinaTime.DateOf(Now(programme));

    /// <summary>Today in the programmes whose time is not real time.</summary>
    public IReadOnlyList<(string Id, DateOnly Today)> OwnDays => [.. own.Select(one => (one.Key, ChinaTime.DateOf(one.Value.Now)))];

    public bool IsDemonstration(string? programme) => programme is not null && own.TryGetValue(programme, out var clock) && clock.Demonstration;

    public DateOnly SoonUntil(DateOnly today) => Calendar.TryAddWorkingDays(today, SoonWorkingDays, out var until) ? until : today.AddDays(7);

    /// <summary>Open, and its day is over.</summary>
    public Expression<Func<WorkItemRow, bool>> IsLate() => ByClock(at => row =>
        row.ClosedOn == null && !row.Suspended && row.Status != WorkItemStatus.Submitted && row.DueAt != null && row.DueAt <= at);

    /// <summary>Open, and due within <see cref="SoonWorkingDays"/>.</summary>
    public Expression<Func<WorkItemRow, bool>> IsSoon() => ByClock(at =>
    {
        var until = SoonUntil(ChinaTime.DateOf(at));
        return row => row.ClosedOn == null && !row.Suspended && row.Status != WorkItemStatus.Submitted && row.DueAt != null && row.DueAt > at && row.DueOn <= until;
    });

    /// <summary>Open, or closed within so many days.</summary>
    public Expression<Func<WorkItemRow, bool>> IsRecent(int calendarDays) => ByClock(at =>
    {
        var since = ChinaTime.DateOf(at).AddDays(-calendarDays);
        return row => row.ClosedOn == null || row.ClosedOn >= since;
    });

    public Expression<Func<WorkItemRow, bool>> IsDueWithin(int calendarDays) => ByClock(at =>
    {
        var today = ChinaTime.DateOf(at);
        var until = today.AddDays(calendarDays);
        return row => row.ClosedOn == null && row.DueOn != null && row.DueOn >= today && row.DueOn <= until;
    });

    /// <summary>From today to so many days on, both inclusive, by the programme's clock.</summary>
    public bool IsWithin(string? programme, DateOnly? on, int calendarDays) => Today(programme) is var today && on >= today && on <= today.AddDays(calendarDays);

    public WorkLight LightOf(WorkItemRow row) => LightOf(row.ProgrammeId, row.Status, row.Suspended, row.DueOn, row.DueAt);

    public WorkLight LightOf(string? programme, WorkItemStatus status, bool suspended, DateOnly? dueOn, DateTimeOffset? dueAt)
    {
        if (status is WorkItemStatus.Completed or WorkItemStatus.Waived) return WorkLight.Done;
        if (status is WorkItemStatus.Cancelled) return WorkLight.None;
        if (suspended) return WorkLight.Suspended;
        if (status == WorkItemStatus.Submitted) return WorkLight.Submitted;
        var at = Now(programme);
        if (dueAt is { } over && over <= at) return WorkLight.Late;
        return dueOn is { } due && due <= SoonUntil(ChinaTime.DateOf(at)) ? WorkLight.Soon : WorkLight.Fine;
    }

    private Expression<Func<WorkItemRow, bool>> ByClock(Func<DateTimeOffset, Expression<Func<WorkItemRow, bool>>> at)
    {
        var all = at(now);
        if (ownIds.Count == 0) return all;
        all = Predicates.And(row => !ownIds.Contains(row.ProgrammeId!), all);
        foreach (var (id, clock) in own)
            all = Predicates.Or(all, Predicates.And(row => row.ProgrammeId == id, at(clock.Now)));
        return all;
    }
}

/// <summary>How a duty stands.</summary>
public enum WorkLight { Late, Soon, Fine, Submitted, Done, Waiting, Suspended, None }

internal static class Predicates
{
    public static Expression<Func<T, bool>> And<T>(Expression<Func<T, bool>> first, Expression<Func<T, bool>> second) => Join(first, second, Expression.AndAlso);

    public static Expression<Func<T, bool>> Or<T>(Expression<Func<T, bool>> first, Expression<Func<T, bool>> second) => Join(first, second, Expression.OrElse);

    public static Expression<Func<T, bool>> Not<T>(Expression<Func<T, bool>> test) => Expression.Lambda<Func<T, bool>>(Expression.Not(test.Body), test.Parameters);

    private static Expression<Func<T, bool>> Join<T>(Expression<Func<T, bool>> first, Expression<Func<T, bool>> second, Func<Expression, Expression, Expression> join)
    {
        var row = first.Parameters[0];
        return Expression.Lambda<Func<T, bool>>(join(first.Body, new Swap(second.Parameters[0], row).Visit(second.Body)), row);
    }

    private sealed class Swap(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
