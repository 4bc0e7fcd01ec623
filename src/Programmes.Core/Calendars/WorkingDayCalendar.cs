using System.Collections.Concurrent;

namespace Programmes.Core.Calendars;

/// <summary>
/// Which days are worked, from the State Council's yearly holiday notices (make-up weekends included) and local days.
/// Immutable. Beyond the last notice days are provisional: weekends and the statutory holidays. All days are
/// Asia/Shanghai. A day outside <see cref="MinDate"/> to <see cref="MaxDate"/> is an <see cref="ArgumentOutOfRangeException"/>.
/// </summary>
public sealed class WorkingDayCalendar
{
    /// <summary>The first day covered, inclusive: the first year with a shipped notice.</summary>
    public static readonly DateOnly MinDate = new(2010, 1, 1);

    /// <summary>The last day covered, inclusive: the lunar calendar of the BCL ends soon after.</summary>
    public static readonly DateOnly MaxDate = new(2099, 12, 31);

    /// <summary>A notice reaches back to 26 December of the year before at most; until it is out those days are provisional.</summary>
    internal const int NextNoticeReachesBackToDay = 26;

    private const int LocalDaysMax = 10_000;

    private static readonly Lazy<WorkingDayCalendar> Shipped =
        new(() => new(NoticeFile.Shipped(), [], DateOnly.MaxValue));

    private readonly HolidayNotice[] notices;
    private readonly LocalDay[] localDays;
    private readonly DateOnly knownOn;
    // Rehearsals ask for "as known on" at every step; few distinct answers exist, one for each notice or local decision.
    private readonly ConcurrentDictionary<DateOnly, WorkingDayCalendar> earlier = new();
    private readonly DateOnly[] learnedOn;
    private readonly DayTable days;

    private WorkingDayCalendar(IEnumerable<HolidayNotice> notices, IEnumerable<LocalDay> localDays, DateOnly knownOn)
    {
        this.knownOn = knownOn;
        this.notices = [.. notices.Where(notice => notice.IssuedOn <= knownOn)
            .OrderBy(notice => notice.IssuedOn).ThenBy(notice => notice.Year).ThenBy(notice => notice.Number)];
        this.localDays = [.. localDays.Where(day => day.KnownOn <= knownOn).OrderBy(day => day.KnownOn)];
        Notices = Array.AsReadOnly(this.notices);
        LocalDays = Array.AsReadOnly(this.localDays);
        days = new(this.notices, this.localDays, knownOn);
        learnedOn = [.. this.notices.Select(notice => notice.IssuedOn)
            .Concat(this.localDays.Select(day => day.KnownOn))
            .Concat(StatutoryHolidays.Laws.Select(law => law.PromulgatedOn).Where(on => on <= knownOn))
            .Distinct().Order()];
    }

    /// <summary>Every notice shipped with the product (2010 to 2026), no local days.</summary>
    public static WorkingDayCalendar Official => Shipped.Value;

    /// <summary>The notices it is built from, in the order of their issue.</summary>
    public IReadOnlyList<HolidayNotice> Notices { get; }

    /// <summary>The local days it is built from, in the order in which they became known.</summary>
    public IReadOnlyList<LocalDay> LocalDays { get; }

    /// <summary>The first provisional day: 26 December of the last year up to which every year has its notice.</summary>
    public DateOnly ProvisionalFrom => days.ProvisionalFrom;

    /// <summary>
    /// The calendar as one could know it on a day: only notices issued, local days decided and statutory lists
    /// promulgated on or before it. Before the first notice everything is provisional. Cached.
    /// </summary>
    public WorkingDayCalendar AsKnownOn(DateOnly on)
    {
        var known = Array.BinarySearch(learnedOn, on);
        if (known < 0) known = ~known - 1;
        if (known == learnedOn.Length - 1) return this;
        // One calendar between two events: all days between them know the same.
        var since = known < 0 ? DateOnly.MinValue : learnedOn[known];
        return earlier.GetOrAdd(since, static (on, all) => new(all.notices, all.localDays, on), this);
    }

    /// <summary>The calendar with local days added; a later decision on the same day prevails.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A day lies outside the calendar, or there are too many.</exception>
    public WorkingDayCalendar With(IEnumerable<LocalDay> days)
    {
        LocalDay[] all = [.. localDays, .. days];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(all.Length, LocalDaysMax, nameof(days));
        return new(notices, all, knownOn);
    }

    /// <summary>The calendar with one more notice, such as one imported from a file (<see cref="NoticeFile"/>). A calendar
    /// "as known on" a day goes on ignoring what was issued later.</summary>
    /// <exception cref="ArgumentException">The notice is there already, names a day twice or a day that it cannot arrange.</exception>
    public WorkingDayCalendar With(HolidayNotice notice)
    {
        if (notice.Fault() is { } fault) throw new ArgumentException(fault.En, nameof(notice));
        if (notices.Any(known => known.Id == notice.Id))
            throw new ArgumentException($"Notice {notice.Id} is in the calendar already.", nameof(notice));
        return new([.. notices, notice], localDays, knownOn);
    }

    public CalendarDay Day(DateOnly on) => days.Day(on);

    public bool IsWorkingDay(DateOnly on) => days.IsWorkingDay(on);

    /// <summary>True where a notice still to come can change the day.</summary>
    public bool IsProvisional(DateOnly on)
    {
        _ = DayTable.IndexOf(on);
        return days.IsProvisional(on);
    }

    /// <summary>
    /// The day that lies a number of working days after (negative: before) a day. The working day after
    /// <paramref name="from"/> is 1; 0 is <paramref name="from"/> itself, working or not. O(1), allocation-free.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="from"/> or the result is outside the calendar.</exception>
    public DateOnly AddWorkingDays(DateOnly from, int workingDays) =>
        days.TryAddWorkingDays(from, workingDays, out var result)
            ? result
            : throw new ArgumentOutOfRangeException(nameof(workingDays), workingDays,
                $"{workingDays} working days from {from:yyyy-MM-dd} lie outside {MinDate:yyyy-MM-dd} to {MaxDate:yyyy-MM-dd}.");

    /// <summary>As <see cref="AddWorkingDays"/>, without an exception where the calendar ends.</summary>
    public bool TryAddWorkingDays(DateOnly from, int workingDays, out DateOnly result)
    {
        result = from;
        return DayTable.Covers(from) && days.TryAddWorkingDays(from, workingDays, out result);
    }

    public DateOnly WorkingDayOnOrAfter(DateOnly on) => IsWorkingDay(on) ? on : AddWorkingDays(on, 1);

    public DateOnly WorkingDayOnOrBefore(DateOnly on) => IsWorkingDay(on) ? on : AddWorkingDays(on, -1);

    /// <summary>Working days after <paramref name="fromExclusive"/> up to and including <paramref name="toInclusive"/>; negative if that lies before.</summary>
    public int WorkingDaysBetween(DateOnly fromExclusive, DateOnly toInclusive) =>
        days.WorkingDaysBetween(fromExclusive, toInclusive);
}
