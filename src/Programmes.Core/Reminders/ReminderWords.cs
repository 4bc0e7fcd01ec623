using System.Globalization;

namespace Programmes.Core.Reminders;

/// <summary>A policy written out in both languages, in the order in which its reminders go out.</summary>
internal static class ReminderWords
{
    public static readonly Text None = new("不提醒", "none");

    public static Text Of(ReminderStep[] before, bool onTheDay, ReminderStep[] after, ReminderStep? every, int overdueCap, Ladder ladder, bool onRestDays)
    {
        var (zh, en) = (new List<string>(), new List<string>());
        foreach (var group in Groups(before.OrderByDescending(step => step.Amount)))
        {
            zh.Add($"提前{Zh(group)}");
            en.Add($"{En(group)} before");
        }
        if (onTheDay)
        {
            zh.Add("当日");
            en.Add("on the day");
        }
        foreach (var group in Groups(after.OrderBy(step => step.Amount)))
        {
            zh.Add($"逾期{Zh(group)}");
            en.Add($"{En(group)} after");
        }
        if (every is { } repeat)
        {
            zh.Add($"此后每{Zh([repeat])}");
            en.Add($"then every {En([repeat])}");
            zh.Add(string.Create(CultureInfo.InvariantCulture, $"逾期提醒最多{overdueCap}次"));
            en.Add(string.Create(CultureInfo.InvariantCulture, $"at most {overdueCap}"));
        }
        if (ladder.SuperiorAfter is { } count)
        {
            zh.Add(string.Create(CultureInfo.InvariantCulture, $"逾期提醒{count}次后抄送上级"));
            en.Add(string.Create(CultureInfo.InvariantCulture, $"escalate after {count}"));
        }
        if (ladder.SupervisorAfter is { } further)
        {
            zh.Add(string.Create(CultureInfo.InvariantCulture, $"逾期提醒{further}次后报督办"));
            en.Add(string.Create(CultureInfo.InvariantCulture, $"supervisor after {further}"));
        }
        if (onRestDays && zh.Count > 0)
        {
            zh.Add("休息日也提醒");
            en.Add("on rest days too");
        }
        return zh.Count == 0 ? None : new(string.Join('，', zh), string.Join(", ", en));
    }

    private static IEnumerable<ReminderStep[]> Groups(IEnumerable<ReminderStep> steps) =>
        steps.GroupBy(step => step.InWorkingDays).OrderByDescending(group => group.Key).Select(group => group.ToArray());

    private static string Zh(ReminderStep[] steps) =>
        string.Join('、', steps.Select(Amount)) + (steps[0].InWorkingDays ? "个工作日" : "天");

    private static string En(ReminderStep[] steps)
    {
        var amounts = steps.Select(Amount).ToArray();
        var list = amounts.Length == 1 ? amounts[0] : $"{string.Join(", ", amounts[..^1])} and {amounts[^1]}";
        var unit = steps[0].InWorkingDays ? "working day" : "day";
        return steps is [{ Amount: 1 }] ? $"{list} {unit}" : $"{list} {unit}s";
    }

    private static string Amount(ReminderStep step) => step.Amount.ToString(CultureInfo.InvariantCulture);
}
