using Programmes.Core.Calendars;

namespace Programmes.Core.Dates;

/// <summary>
/// Writes why a day is that day. It counts again with the same steps as the rule itself, so that it can only tell what
/// was done.
/// </summary>
internal sealed class Explanation
{
    /// <summary>Most lines of one explanation; the last line, the result, is always there.</summary>
    public const int LinesMax = 40;

    private readonly WorkingDayCalendar calendar;
    private readonly ResolvedDate[] anchors;
    private readonly List<Text> lines = [];

    private Explanation(WorkingDayCalendar calendar, ResolvedDate[] anchors) => (this.calendar, this.anchors) = (calendar, anchors);

    public static IReadOnlyList<Text> Of(DateRule rule, WorkingDayCalendar calendar, ResolvedDate[] anchors)
    {
        var explanation = new Explanation(calendar, anchors);
        explanation.Say("规则：{0}。", "Rule: {0}.", rule.Words);
        var result = explanation.Explain(rule.Root);
        return explanation.Finish(result);
    }

    public static IReadOnlyList<Text> Of(DateOnly from, CountStep[] steps, WorkingDayCalendar calendar)
    {
        var explanation = new Explanation(calendar, []);
        explanation.Say("起算：{0}。", "Counted from {0}.", DateWords.Full(from));
        return explanation.Finish(explanation.Count(new(from, false), steps));
    }

    private System.Collections.ObjectModel.ReadOnlyCollection<Text> Finish(Reckoned result)
    {
        if (lines.Count > LinesMax - 2)
        {
            lines.RemoveRange(LinesMax - 3, lines.Count - (LinesMax - 3));
            lines.Add(new("……", "…"));
        }
        Say("结果：{0}。", "Result: {0}.", Outcome(result.On));
        if (result.IsProvisional)
            lines.Add(new(
                "暂定：所依据的节假日通知尚未发布，发布后可能变动。",
                "Provisional: a holiday notice that it depends on is not issued yet and may move it."));
        return lines.AsReadOnly();
    }

    private Reckoned Explain(RuleNode node) => node switch
    {
        FixedDay day => ExplainFixed(day),
        AnchorDay day => ExplainAnchor(day),
        Choice choice => ExplainChoice(choice),
        Sum { Steps.Length: > 0, Start: FixedDay day } sum => Count(ExplainStart(day), sum.Steps),
        Sum sum => Count(Explain(sum.Start), sum.Steps),
        _ => throw new InvalidOperationException($"No words for {node.GetType().Name}."),
    };

    private Reckoned ExplainFixed(FixedDay day)
    {
        Say("固定日期：{0}，照文件所印，遇休息日也不改。", "Fixed day: {0}, as printed; a rest day does not move it.", DateWords.Full(day.On));
        return new(day.On, false);
    }

    private Reckoned ExplainStart(FixedDay day)
    {
        Say("起点：{0}。", "Start: {0}.", DateWords.Full(day.On));
        return new(day.On, false);
    }

    private Reckoned ExplainAnchor(AnchorDay day)
    {
        var known = anchors[day.Index];
        var on = DateWords.Full(known.On);
        lines.Add(new(
            $"起点：{day.Name} = {on.Zh}{(known.IsProvisional ? "，暂定" : "")}。",
            $"Anchor: {day.Name} = {on.En}{(known.IsProvisional ? ", provisional" : "")}."));
        return new(known.On, known.IsProvisional);
    }

    private Reckoned ExplainChoice(Choice choice)
    {
        RuleNode? chosen = null;
        foreach (var option in choice.Options)
        {
            _ = option.TryReckon(calendar, anchors, out var reckoned, out _);
            var on = DateWords.Full(reckoned.On);
            lines.Add(new($"可选：{option.Write(chinese: true)} = {on.Zh}。", $"Choice: {option.Write(chinese: false)} = {on.En}."));
        }
        _ = choice.TryReckon(calendar, anchors, out var result, out _);
        foreach (var option in choice.Options)
            if (option.TryReckon(calendar, anchors, out var reckoned, out _) && reckoned.On == result.On)
            {
                chosen = option;
                break;
            }
        var taken = new Text(chosen!.Write(chinese: true), chosen.Write(chinese: false));
        if (choice.Latest) Say("取其中最晚的：{0}。", "The latest is taken: {0}.", taken);
        else Say("取其中最早的：{0}。", "The earliest is taken: {0}.", taken);
        _ = Explain(chosen);
        return result;
    }

    private Reckoned Count(Reckoned from, CountStep[] steps)
    {
        foreach (var step in steps)
        {
            // The rule was reckoned before it is explained, so that no step fails here.
            _ = step.TryCount(calendar, from.On, out var counted, out _);
            if (step.IsNothing)
                lines.Add(new("数量为零，日期不变。", "The amount is zero: the day stays."));
            else if (step.InWorkingDays)
                ExplainWorkingDays(step, counted);
            else
                ExplainCalendar(step, counted);
            from = new(counted.On, from.IsProvisional || counted.IsProvisional);
        }
        return from;
    }

    private void ExplainWorkingDays(CountStep step, Counted counted)
    {
        var size = Size(step);
        if (step.FromTheDayItself)
            lines.Add(new($"自当日起算 {size.Zh}：当日计入（办法另有约定，参照《民法典》第二百零四条）。", $"Counted {size.En} from the day itself, which counts (agreed otherwise, by analogy with article 204 of the Civil Code)."));
        else if (step.Forward)
            lines.Add(new($"向后计 {size.Zh}：开始的当日不计入，自下一日起算（参照《民法典》第二百零一条）。", $"Counted {size.En} forward: the first day does not count (by analogy with article 201 of the Civil Code)."));
        else
            lines.Add(new($"向前倒数 {size.Zh}：当日不计入（参照《民法典》第二百零一条），不顺延。", $"Counted {size.En} back: the day itself does not count (by analogy with article 201 of the Civil Code); nothing rolls."));
        // The span counted, without the day counted from unless it counts.
        var (first, last) = step.Forward
            ? (step.FromTheDayItself ? counted.From : counted.From.AddDays(1), counted.On)
            : (counted.On, counted.From.AddDays(-1));
        RestDays.Describe(calendar, first, last, counted.From.Year, lines);
    }

    private void ExplainCalendar(CountStep step, Counted counted)
    {
        var size = Size(step);
        var nominal = DateWords.Full(counted.Nominal);
        var inMonths = step.Terms[^1].Unit is PeriodUnit.Months or PeriodUnit.Years;
        var first = step.FromTheDayItself
            ? new Text("当日计入（办法另有约定，参照《民法典》第二百零四条）", "the day itself counts (agreed otherwise, by analogy with article 204 of the Civil Code)")
            : new Text("开始的当日不计入（参照《民法典》第二百零一条）", "the first day does not count (by analogy with article 201 of the Civil Code)");
        lines.Add(step.Forward
            ? new($"向后计 {size.Zh}：{first.Zh}。", $"Counted {size.En} forward: {first.En}.")
            : new($"向前倒数 {size.Zh}：当日不计入，不顺延。", $"Counted {size.En} back: the day itself does not count; nothing rolls."));
        if (!inMonths)
            lines.Add(new($"期间的最后一日是{nominal.Zh}。", $"The period's last day is {nominal.En}."));
        else if (counted.Nominal.Day < counted.From.Day && step.Terms.All(term => term.Unit is PeriodUnit.Months or PeriodUnit.Years))
            lines.Add(new($"到期月没有{counted.From.Day}日，月末日{nominal.Zh}为最后一日（参照《民法典》第二百零二条）。", $"The last month has no day {counted.From.Day}: its last day, {nominal.En}, ends the period (by analogy with article 202 of the Civil Code)."));
        else
            lines.Add(new($"到期月的对应日{nominal.Zh}为最后一日（参照《民法典》第二百零二条）。", $"The corresponding day of the last month, {nominal.En}, ends the period (by analogy with article 202 of the Civil Code)."));
        if (step.Forward) ExplainRolling(step, counted);
    }

    private void ExplainRolling(CountStep step, Counted counted)
    {
        var day = calendar.Day(counted.Nominal);
        var what = RestDays.Describe(day);
        if (!step.Rolls)
            lines.Add(day.IsWorking
                ? new("按规则不顺延。", "By \"exact\" it does not roll.")
                : new($"当日为休息日（{what.Zh}），按规则不顺延。", $"It is a rest day ({what.En}), but by \"exact\" it does not roll."));
        else if (day.IsWorking)
            lines.Add(new($"当日为{what.Zh}，不需顺延。", $"It is {what.En}: nothing to roll."));
        else
        {
            var on = DateWords.Full(counted.On);
            lines.Add(new($"当日为休息日（{what.Zh}），顺延至其后第一个工作日{on.Zh}（参照《民法典》第二百零三条）。", $"It is a rest day ({what.En}): it rolls to the next working day, {on.En} (by analogy with article 203 of the Civil Code)."));
            RestDays.Describe(calendar, counted.Nominal, counted.On, counted.Nominal.Year, lines);
        }
    }

    private static Text Size(CountStep step)
    {
        var parts = step.Terms.Where(term => term.Amount != 0).Select(term => PeriodUnits.Say(term.Amount, term.Unit)).ToList();
        return new(string.Concat(parts.Select(part => part.Zh)), string.Join(" and ", parts.Select(part => part.En)));
    }

    private Text Outcome(DateOnly on)
    {
        var full = DateWords.Full(on);
        if (!DayTable.Covers(on)) return full;
        var day = calendar.Day(on);
        var what = RestDays.Describe(day);
        var said = new Text($"{full.Zh}，{what.Zh}", $"{full.En}, {what.En}");
        // Whoever must act by a rest day wants to know the last day on which an office is open.
        if (day.IsWorking || !calendar.TryAddWorkingDays(on, -1, out var before)) return said;
        var last = DateWords.Full(before);
        return new($"{said.Zh}；此前最后一个工作日是{last.Zh}", $"{said.En}; the last working day before it is {last.En}");
    }

    private void Say(string zh, string en, Text value) =>
        lines.Add(new(zh.Replace("{0}", value.Zh, StringComparison.Ordinal), en.Replace("{0}", value.En, StringComparison.Ordinal)));
}
