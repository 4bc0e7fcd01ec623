namespace Programmes.Core.Calendars;

public enum DayKind
{
    /// <summary>Monday to Friday without a day off; also a weekday that a notice expressly names as working.</summary>
    WorkingDay,
    /// <summary>A Saturday or Sunday that no notice names.</summary>
    Weekend,
    /// <summary>Off by a notice, or by the statutory list where no notice has come yet; weekends inside count as holiday.</summary>
    Holiday,
    /// <summary>A Saturday or Sunday worked in exchange for a day off (调休补班).</summary>
    MakeUpWorkingDay,
    /// <summary>Off by a local decision (autonomous region, emergency).</summary>
    LocalDayOff,
    /// <summary>Working by a local decision.</summary>
    LocalWorkingDay,
}

/// <summary>What the calendar knows of one day.</summary>
/// <param name="On">The day, Asia/Shanghai.</param>
/// <param name="Kind">Why it is worked or not.</param>
/// <param name="Name">The holiday or occasion; null for a plain working day or weekend.</param>
/// <param name="Notice">Id of the notice ("2015-2") or source of the local day; null where the day follows from the week or a prediction.</param>
/// <param name="IsProvisional">True where a notice still to come can change the day.</param>
public sealed record CalendarDay(DateOnly On, DayKind Kind, Text? Name, string? Notice, bool IsProvisional)
{
    public bool IsWorking => Kind is DayKind.WorkingDay or DayKind.MakeUpWorkingDay or DayKind.LocalWorkingDay;
}

/// <summary>A day that a region or an emergency sets apart from the national calendar. It prevails over notices.</summary>
/// <param name="On">The day, Asia/Shanghai.</param>
/// <param name="IsWorking">True if it is worked, false if it is off.</param>
/// <param name="Name">The occasion.</param>
/// <param name="Source">The decision that sets it: number or address.</param>
/// <param name="KnownOn">The day from which it is known; <see cref="WorkingDayCalendar.AsKnownOn"/> ignores it before.</param>
public sealed record LocalDay(DateOnly On, bool IsWorking, Text Name, string Source, DateOnly KnownOn);
