namespace Programmes.Core.Calendars;

/// <summary>
/// Every day from <see cref="WorkingDayCalendar.MinDate"/> to <see cref="WorkingDayCalendar.MaxDate"/>, laid out once so
/// that counting working days is two array reads. About 32,900 days: a quarter of a mebibyte a calendar.
/// </summary>
internal sealed class DayTable
{
    private static readonly int First = WorkingDayCalendar.MinDate.DayNumber;
    private static readonly int Count = WorkingDayCalendar.MaxDate.DayNumber - First + 1;

    // Bytes, since a calendar exists for each day on which something became known.
    private readonly byte[] kinds = new byte[Count];
    private readonly Dictionary<int, (Text Name, string? Notice)> named = [];
    private readonly bool[] yearNoticed = new bool[WorkingDayCalendar.MaxDate.Year - WorkingDayCalendar.MinDate.Year + 2];
    // Working days before each day; one more at the end for the total.
    private readonly ushort[] workingBefore = new ushort[Count + 1];
    private readonly ushort[] workingDays;

    public DateOnly ProvisionalFrom { get; }

    /// <summary>Notices and local days must come in the order in which they became known: later ones replace earlier ones.</summary>
    public DayTable(IEnumerable<HolidayNotice> notices, IEnumerable<LocalDay> localDays, DateOnly knownOn)
    {
        for (var i = 0; i < Count; i++)
            kinds[i] = (byte)(IsWeekend(i) ? DayKind.Weekend : DayKind.WorkingDay);

        var known = notices.ToList();
        // Only a yearly notice covers its year: an amendment alone says nothing of the other days.
        foreach (var notice in known)
            if (notice.Number == 1) yearNoticed[YearIndex(notice.Year)] = true;
        ProvisionalFrom = FirstProvisional();

        for (var year = WorkingDayCalendar.MinDate.Year; year <= WorkingDayCalendar.MaxDate.Year; year++)
        {
            if (yearNoticed[YearIndex(year)]) continue;
            foreach (var (on, name) in StatutoryHolidays.Of(year, knownOn))
                Set(on, DayKind.Holiday, name, null);
        }
        foreach (var notice in known)
            foreach (var entry in notice.Entries)
                Set(entry.On, KindOf(entry), HolidayNames.Of(entry.Name), notice.Id);
        foreach (var local in localDays)
            Set(local.On, local.IsWorking ? DayKind.LocalWorkingDay : DayKind.LocalDayOff, local.Name, local.Source);

        var list = new List<ushort>(Count);
        for (var i = 0; i < Count; i++)
        {
            workingBefore[i] = (ushort)list.Count;
            if (IsWorking(i)) list.Add((ushort)i);
        }
        workingBefore[Count] = (ushort)list.Count;
        workingDays = [.. list];
    }

    public static int IndexOf(DateOnly on)
    {
        var index = on.DayNumber - First;
        if ((uint)index >= (uint)Count) ThrowOutOfRange(on);
        return index;
    }

    public static bool Covers(DateOnly on) => (uint)(on.DayNumber - First) < (uint)Count;

    public CalendarDay Day(DateOnly on)
    {
        var index = IndexOf(on);
        return named.TryGetValue(index, out var detail)
            ? new(on, (DayKind)kinds[index], detail.Name, detail.Notice, IsProvisional(on))
            : new(on, (DayKind)kinds[index], null, null, IsProvisional(on));
    }

    public bool IsWorkingDay(DateOnly on) => IsWorking(IndexOf(on));

    public bool IsProvisional(DateOnly on)
    {
        if (on < ProvisionalFrom) return false;
        if (!Covers(on)) ThrowOutOfRange(on);
        // Years noticed out of turn, after a gap, are settled all the same.
        var year = YearIndex(on.Year);
        return !yearNoticed[year]
            || (on.Month == 12 && on.Day >= WorkingDayCalendar.NextNoticeReachesBackToDay && !yearNoticed[year + 1]);
    }

    public bool TryAddWorkingDays(DateOnly from, int count, out DateOnly result)
    {
        var index = IndexOf(from);
        result = from;
        if (count == 0) return true;
        var target = count > 0 ? (long)workingBefore[index + 1] + count - 1 : (long)workingBefore[index] + count;
        if (target < 0 || target >= workingDays.Length) return false;
        result = DateOnly.FromDayNumber(First + workingDays[target]);
        return true;
    }

    public int WorkingDaysBetween(DateOnly fromExclusive, DateOnly toInclusive)
    {
        var from = workingBefore[IndexOf(fromExclusive) + 1];
        return workingBefore[IndexOf(toInclusive) + 1] - from;
    }

    private static void ThrowOutOfRange(DateOnly on) =>
        throw new ArgumentOutOfRangeException(nameof(on), on,
            $"The working-day calendar covers {WorkingDayCalendar.MinDate:yyyy-MM-dd} to {WorkingDayCalendar.MaxDate:yyyy-MM-dd}, not {on:yyyy-MM-dd}.");

    private static bool IsWeekend(int index) =>
        DateOnly.FromDayNumber(First + index).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static DayKind KindOf(NoticeEntry entry) =>
        !entry.IsWorking ? DayKind.Holiday
        : entry.On.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? DayKind.MakeUpWorkingDay
        : DayKind.WorkingDay;

    private static int YearIndex(int year) => year - WorkingDayCalendar.MinDate.Year;

    private bool IsWorking(int index) =>
        (DayKind)kinds[index] is DayKind.WorkingDay or DayKind.MakeUpWorkingDay or DayKind.LocalWorkingDay;

    private void Set(DateOnly on, DayKind kind, Text name, string? notice)
    {
        var index = IndexOf(on);
        // Two predicted holidays can meet (National Day and Mid-Autumn): both names are kept.
        if (notice is null && named.TryGetValue(index, out var other))
            name = new($"{other.Name.Zh}、{name.Zh}", $"{other.Name.En} and {name.En}");
        kinds[index] = (byte)kind;
        named[index] = (name, notice);
    }

    private DateOnly FirstProvisional()
    {
        var year = WorkingDayCalendar.MinDate.Year;
        while (yearNoticed[YearIndex(year)]) year++;
        return year == WorkingDayCalendar.MinDate.Year
            ? WorkingDayCalendar.MinDate
            : new(year - 1, 12, WorkingDayCalendar.NextNoticeReachesBackToDay);
    }
}
