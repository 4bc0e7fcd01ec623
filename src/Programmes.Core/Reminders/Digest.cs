using System.Globalization;
using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Core.Reminders;

/// <summary>Composes the one mail that an address gets on a working morning.</summary>
public static class Digest
{
    /// <summary>Most lines shown of a group; the rest is a number and a link.</summary>
    public const int LinesMax = 20;

    /// <summary>From so many units on the same work of the same day is one line.</summary>
    public const int SameMin = 3;

    /// <summary>
    /// Groups the work by how pressing it is on the day, whatever the reminder's kind was: after a stop a reminder
    /// planned for before the due date may go out after it. Work that is due before the next working day counts as due today.
    /// The same items in any order give an equal mail; an item given twice appears once.
    /// </summary>
    /// <param name="on">The working day on which the mail goes out (Asia/Shanghai).</param>
    /// <param name="listPath">The page with the whole list.</param>
    /// <returns>Null when there is nothing to tell.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A date lies outside the calendar.</exception>
    public static DigestMail? Compose(
        Addressee to, DateOnly on, IEnumerable<DigestItem> items, WorkingDayCalendar calendar, string listPath = "/my-work")
    {
        var groups = items
            // Who owes a piece of work is told so, even if supervising it too.
            .GroupBy(item => item.WorkItemId, (_, same) => same.OrderBy(item => item.ForSupervision).First())
            .GroupBy(item => UrgencyOf(item, on, calendar))
            .OrderBy(group => group.Key)
            .Select(group => Group(group.Key, [.. group], on, calendar))
            .ToArray();
        return groups.Length == 0 ? null : new(to, on, groups, listPath);
    }

    /// <summary>How pressing it is on that morning.</summary>
    public static Urgency UrgencyOf(DigestItem item, DateOnly on, WorkingDayCalendar calendar) =>
        item.SubmittedOn is not null ? Urgency.Review
        : item.DueOn is not { } due ? Urgency.New
        : due < on || item.IsOver ? Urgency.Overdue
        : calendar.WorkingDaysBetween(on, due) == 0 ? Urgency.DueToday
        : item.IsNew ? Urgency.New
        : Urgency.DueSoon;

    private static DigestGroup Group(Urgency urgency, DigestItem[] items, DateOnly on, WorkingDayCalendar calendar)
    {
        var ordered = items
            .OrderBy(item => item.DueOn ?? DateOnly.MaxValue)
            .ThenBy(item => item.Programme, StringComparer.Ordinal)
            .ThenBy(item => item.Unit, StringComparer.Ordinal)
            .ThenBy(item => item.Title.Zh, StringComparer.Ordinal)
            .ThenBy(item => item.WorkItemId, StringComparer.Ordinal);
        var lines = ordered
            .GroupBy(item => (item.Title, item.Programme, item.Clause, item.DueOn, item.SubmittedOn, item.ForSupervision, item.IsOver, Key: item.Unit is null ? item.WorkItemId : null))
            .SelectMany(same => same.Count() >= SameMin && same.Select(item => item.Unit).Distinct().Count() == same.Count() ? [[.. same]] : same.Select(item => new[] { item }))
            .Take(LinesMax).Select(same => Line(same, on, calendar)).ToArray();
        var title = urgency switch
        {
            Urgency.Overdue => new Text("逾期", "Overdue"),
            Urgency.DueToday when items.Any(item => item.DueOn > on) => new("今日到期（含休息日到期）", "Due today (or on the rest days that follow)"),
            Urgency.DueToday => new("今日到期", "Due today"),
            Urgency.DueSoon => new("即将到期", "Due soon"),
            Urgency.Review => new("待审核", "To be reviewed"),
            _ => new("新任务", "New work"),
        };
        return new(urgency, title, lines, items.Length - lines.Sum(line => line.Same.Count));
    }

    private static DigestLine Line(DigestItem[] same, DateOnly on, WorkingDayCalendar calendar)
    {
        var item = same[0];
        return item.SubmittedOn is { } submitted
            ? new(item, item.DueOn is { } last ? DateWords.Full(last) : null, Waiting(submitted, on, calendar), same)
            : item.DueOn is { } due ? new(item, DateWords.Full(due), Left(item, due, on, calendar), same) : new(item, null, null, same);
    }

    private static Text Waiting(DateOnly submitted, DateOnly on, WorkingDayCalendar calendar)
    {
        var days = calendar.WorkingDaysBetween(submitted, on);
        return days == 0 ? new("已报送，待审核", "handed in, to be reviewed") : Say($"已报送{days}个工作日，待审核", $"handed in {days} working {Days(days)} ago, to be reviewed");
    }

    private static Text Left(DigestItem item, DateOnly due, DateOnly on, WorkingDayCalendar calendar)
    {
        if (item.IsOver && due >= on) return new("今日已逾期", "overdue since today");
        if (due < on)
        {
            var late = calendar.WorkingDaysBetween(due, on);
            return late == 0 ? new("已逾期", "overdue") : Say($"已逾期{late}个工作日", $"{late} working {Days(late)} overdue");
        }
        if (due == on) return new("今日到期", "due today");
        var left = calendar.WorkingDaysBetween(on, due);
        return left == 0
            ? new("到期日为休息日，今日是此前最后一个工作日", "due on a rest day: today is the last working day before it")
            : Say($"还有{left}个工作日", $"{left} working {Days(left)} left");
    }

    private static string Days(int count) => count == 1 ? "day" : "days";

    private static Text Say(FormattableString zh, FormattableString en) =>
        new(zh.ToString(CultureInfo.InvariantCulture), en.ToString(CultureInfo.InvariantCulture));
}
