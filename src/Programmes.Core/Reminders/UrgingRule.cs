using System.Globalization;
using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Core.Reminders;

/// <summary>What of a work item decides whether it may be urged.</summary>
/// <param name="UnitLeftOn">The day on which its unit withdrew or was merged; null: it takes part, or the work is no unit's.</param>
/// <param name="LastMailedOn">The day of its last urging by mail, by whomever; null: none.</param>
public sealed record UrgeableWork(bool IsClosed, bool IsUnderReview, bool IsSuspended, DateOnly? UnitLeftOn, DateOnly? LastMailedOn);

/// <summary>Whether a work item may be urged by hand, and how an urging says how late it is.</summary>
public static class UrgingRule
{
    /// <summary>Where the launch sets nothing.</summary>
    public const int EveryWorkingDaysDefault = 2;

    public const int EveryWorkingDaysMax = 60;

    /// <summary>
    /// The first day on which a work item may be urged by mail again: so many working days after the last time. 0: the same day.
    /// At the calendar's end its last day.
    /// </summary>
    public static DateOnly AgainOn(DateOnly lastOn, int everyWorkingDays, WorkingDayCalendar calendar) =>
        calendar.TryAddWorkingDays(lastOn, everyWorkingDays, out var on) ? on : WorkingDayCalendar.MaxDate;

    /// <summary>Why it is not urged on a day; null: it may be. Not due yet is no reason. Calls, messages and visits are bound by no interval.</summary>
    /// <param name="on">Today (Asia/Shanghai), working day or not.</param>
    public static Text? Hindrance(UrgeableWork work, UrgingChannel channel, DateOnly on, int everyWorkingDays, WorkingDayCalendar calendar)
    {
        if (work.IsClosed) return new("已办结或取消", "It is closed");
        if (work.UnitLeftOn is { } left) return Say($"单位已于{Day(left)}退出或并入其他单位", $"Its unit left on {left:yyyy-MM-dd}");
        if (work.IsSuspended) return new("已中止，恢复后方可催办", "It is suspended");
        if (work.IsUnderReview) return new("已提交，待审核", "It is submitted and under review");
        if (channel != UrgingChannel.Mail || work.LastMailedOn is not { } last) return null;
        var again = AgainOn(last, everyWorkingDays, calendar);
        return on >= again ? null : Say(
            $"{Day(last)}已催办，{Day(again)}起方可再次催办（每{everyWorkingDays}个工作日最多一次）",
            $"It was urged on {last:yyyy-MM-dd} and may be again from {again:yyyy-MM-dd} (once in {everyWorkingDays} working {(everyWorkingDays == 1 ? "day" : "days")})");
    }

    /// <summary>A work item as an urging tells it: with its date, and how late it is or how politely it is asked for.</summary>
    /// <param name="on">The day of the urging (Asia/Shanghai).</param>
    public static DigestLine Line(DigestItem item, DateOnly on, WorkingDayCalendar calendar) =>
        new(item, item.DueOn is { } due ? DateWords.Full(due) : null, Left(item.DueOn, on, calendar), [item]);

    private static Text Left(DateOnly? dueOn, DateOnly on, WorkingDayCalendar calendar)
    {
        if (dueOn is not { } due) return new("请抓紧办理", "please see to it");
        if (due >= on) return due == on ? new("今日到期，请按期办理", "due today: please keep to the date") : new("请按期办理", "please keep to the date");
        return Late(due, on, calendar);
    }

    /// <summary>已逾期N个工作日; where only rest days lie between, 已逾期.</summary>
    internal static Text Late(DateOnly due, DateOnly on, WorkingDayCalendar calendar)
    {
        var late = calendar.WorkingDaysBetween(due, on);
        return late == 0 ? new("已逾期", "overdue") : Say($"已逾期{late}个工作日", $"{late} working {(late == 1 ? "day" : "days")} overdue");
    }

    private static string Day(DateOnly on) => string.Create(CultureInfo.InvariantCulture, $"{on.Year}年{on.Month}月{on.Day}日");

    private static Text Say(FormattableString zh, FormattableString en) => new(zh.ToString(CultureInfo.InvariantCulture), en.ToString(CultureInfo.InvariantCulture));
}
