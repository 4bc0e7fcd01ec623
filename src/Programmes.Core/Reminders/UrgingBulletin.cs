using System.Globalization;
using System.Text;
using Programmes.Core.Calendars;

namespace Programmes.Core.Reminders;

/// <summary>How a work item that was urged stands on the day of the bulletin.</summary>
public enum UrgedStanding
{
    Open,
    UnderReview,
    Done,

    /// <summary>Cancelled, or its period was closed unfiled.</summary>
    Dropped,
}

/// <summary>A work item that was urged in the period.</summary>
/// <param name="Superior">The name of the office above the unit; empty: the work is an office's own.</param>
/// <param name="Owner">The name of the unit or office that owes it.</param>
/// <param name="OwnerId">Tells owners of the same name apart.</param>
/// <param name="DueOn">The date in force, inclusive; null: none.</param>
public sealed record UrgedWork(string Id, Text Title, string Superior, string Owner, string OwnerId, DateOnly? DueOn, UrgedStanding Standing);

/// <summary>One work item in one act of urging.</summary>
public sealed record UrgingEntry(string Act, string WorkItemId, UrgingChannel Channel, UrgingDelivery Delivery);

/// <summary>
/// The text of a bulletin (通报) about who was urged in a period and what came of it. What is still open is named by the office above
/// and by name; nobody is counted against others, nobody is ranked.
/// </summary>
/// <param name="From">Inclusive.</param>
/// <param name="Until">Inclusive.</param>
/// <param name="On">The day on which the work stands like this (Asia/Shanghai).</param>
/// <param name="Acts">Times that mails were sent, each to one or many.</param>
/// <param name="Mails">Work items urged by mail, each time counted.</param>
/// <param name="NotDelivered">Of those, how many reached nobody.</param>
/// <param name="Others">Calls, messages and visits, each work item counted each time.</param>
/// <param name="Open">In the order in which they are told.</param>
public sealed record UrgingBulletin(
    DateOnly From, DateOnly Until, DateOnly On, int Items, int Owners, int Acts, int Mails, int NotDelivered, IReadOnlyDictionary<UrgingChannel, int> Others,
    int Done, int UnderReview, int Dropped, int Overdue, IReadOnlyList<UrgedWork> Open, Text Words)
{
    /// <summary>Open work items that are named; the rest is counted. So the text fits into a paper.</summary>
    public const int OpenNamedMax = 150;

    /// <param name="work">Every work item of the entries, once.</param>
    /// <param name="superiors">In the order of the launch; offices' own work comes first.</param>
    public static UrgingBulletin Compose(
        string programme, IReadOnlyList<UrgingEntry> entries, IReadOnlyList<UrgedWork> work, DateOnly from, DateOnly until, DateOnly on, IReadOnlyList<string> superiors, WorkingDayCalendar calendar)
    {
        var order = superiors.Distinct().Select((name, index) => (name, index)).ToDictionary(one => one.name, one => one.index, StringComparer.Ordinal);
        var mails = entries.Where(entry => entry.Channel == UrgingChannel.Mail).ToList();
        var open = work.Where(one => one.Standing == UrgedStanding.Open)
            .OrderBy(one => one.Superior.Length == 0 ? -1 : order.GetValueOrDefault(one.Superior, int.MaxValue)).ThenBy(one => one.Superior, StringComparer.Ordinal)
            .ThenBy(one => one.Owner, StringComparer.Ordinal).ThenBy(one => one.OwnerId, StringComparer.Ordinal)
            .ThenBy(one => one.DueOn ?? DateOnly.MaxValue).ThenBy(one => one.Id, StringComparer.Ordinal).ToList();
        var bulletin = new UrgingBulletin(
            from, until, on, work.Count, work.Select(one => one.OwnerId).Distinct().Count(), mails.Select(entry => entry.Act).Distinct().Count(), mails.Count,
            mails.Count(entry => entry.Delivery is UrgingDelivery.Failed or UrgingDelivery.Bounced or UrgingDelivery.NoAddress),
            entries.Where(entry => entry.Channel != UrgingChannel.Mail).GroupBy(entry => entry.Channel).OrderBy(group => group.Key).ToDictionary(group => group.Key, group => group.Count()),
            work.Count(one => one.Standing == UrgedStanding.Done), work.Count(one => one.Standing == UrgedStanding.UnderReview), work.Count(one => one.Standing == UrgedStanding.Dropped),
            open.Count(one => one.DueOn < on), open, Text.Same(""));
        return bulletin with { Words = new(bulletin.Chinese(programme, calendar), bulletin.English(programme, calendar)) };
    }

    private string Chinese(string programme, WorkingDayCalendar calendar)
    {
        var text = new StringBuilder();
        Add(text, $"{programme}催办情况通报\n\n");
        if (Items == 0) return Add(text, $"{Day(From)}至{Day(Until)}，没有催办。\n").ToString();
        Add(text, $"{Day(From)}至{Day(Until)}，共催办任务 {Items} 项，涉及单位 {Owners} 个。");
        if (Mails > 0) Add(text, $"发送催办邮件 {Acts} 次，合计 {Mails} 项次");
        if (Mails > 0) text.Append(NotDelivered == 0 ? "。" : $"，其中 {N(NotDelivered)} 项次未送达。");
        if (Others.Count > 0) Add(text, $"另行督促：{string.Join('，', Others.Select(one => $"{UrgingWords.Of(one.Key).Zh} {N(one.Value)} 项次"))}。");
        Add(text, $"\n截至{Day(On)}，上述任务已办结 {Done} 项，已提交待审核 {UnderReview} 项，尚未办结 {Open.Count} 项");
        text.Append(Overdue == 0 ? "" : $"（其中逾期 {N(Overdue)} 项）").Append(Dropped == 0 ? "。\n" : $"，截止未报或取消 {N(Dropped)} 项。\n");
        if (Open.Count == 0) return text.ToString();
        text.Append("\n尚未办结的任务（按主管单位和单位名称排列，不分先后）：\n");
        foreach (var group in Open.Take(OpenNamedMax).GroupBy(one => one.Superior))
        {
            if (group.Key.Length > 0) Add(text, $"\n{group.Key}\n");
            foreach (var one in group) Add(text, $"{one.Owner}：{one.Title.Zh}{(one.DueOn is { } due ? $"，期限{Day(due)}" : "")}{(one.DueOn < On ? $"，{UrgingRule.Late(one.DueOn.Value, On, calendar).Zh}" : "")}。\n");
        }

        if (Open.Count > OpenNamedMax) Add(text, $"其余 {Open.Count - OpenNamedMax} 项从略。\n");
        return text.Append("\n请有关单位抓紧办理，逾期的说明原因。\n").ToString();

        static string Day(DateOnly day) => day.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);
    }

    private string English(string programme, WorkingDayCalendar calendar)
    {
        var text = new StringBuilder();
        Add(text, $"{programme}: urgings\n\n");
        if (Items == 0) return Add(text, $"From {Day(From)} until {Day(Until)} nobody was urged.\n").ToString();
        Add(text, $"From {Day(From)} until {Day(Until)}: {Items} work items of {Owners} units and offices were urged.");
        if (Mails > 0) Add(text, $" Mails were sent {Acts} times, for {Mails} items in all, {NotDelivered} of them not delivered.");
        if (Others.Count > 0) Add(text, $" Told otherwise: {string.Join(", ", Others.Select(one => $"{UrgingWords.Of(one.Key).En.ToLowerInvariant()} {N(one.Value)}"))}.");
        Add(text, $"\nAs of {Day(On)}: {Done} done, {UnderReview} under review, {Open.Count} open, {Overdue} of them overdue, {Dropped} missed or cancelled.\n");
        if (Open.Count == 0) return text.ToString();
        text.Append("\nStill open, by the office above and by name:\n");
        foreach (var group in Open.Take(OpenNamedMax).GroupBy(one => one.Superior))
        {
            if (group.Key.Length > 0) Add(text, $"\n{group.Key}\n");
            foreach (var one in group) Add(text, $"{one.Owner}: {one.Title.En}{(one.DueOn is { } due ? $", due {Day(due)}" : "")}{(one.DueOn < On ? $", {UrgingRule.Late(one.DueOn.Value, On, calendar).En}" : "")}\n");
        }

        if (Open.Count > OpenNamedMax) Add(text, $"and {Open.Count - OpenNamedMax} more\n");
        return text.ToString();

        static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static StringBuilder Add(StringBuilder text, FormattableString words) => text.Append(words.ToString(CultureInfo.InvariantCulture));
}
