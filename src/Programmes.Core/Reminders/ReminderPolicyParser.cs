using Programmes.Core.Dates;

namespace Programmes.Core.Reminders;

/// <summary>
/// Reads policies. <c>policy = "none" | phrase { "," ["then"] phrase }</c>; <c>phrase = amounts unit ("before" | "after") |
/// "on the day" | "every" amount unit | "at most" count | "escalate after" count | "supervisor after" count | "on rest days too"</c>; <c>amounts = amount { ("," | "and") amount }</c>.
/// In Chinese the direction comes first: <c>提前10、3个工作日</c>.
/// </summary>
internal sealed class ReminderPolicyParser(string text)
{
    private const int WordShownMax = 40;

    private static readonly string[] NoneWords = ["none", "不提醒", "无"];
    private static readonly string[] BeforeFirst = ["到期前", "提前"];
    private static readonly string[] AfterFirst = ["逾期后", "逾期"];
    private static readonly string[] OnTheDayWords = ["on the due date", "on the day", "到期当日", "当日", "当天"];
    private static readonly string[] ThenWords = ["then", "此后", "之后", "以后"];
    private static readonly string[] EveryWords = ["every", "每隔", "每"];
    private static readonly string[] AtMostWords = ["at most", "逾期提醒最多", "最多", "不超过"];
    private static readonly string[] EscalateFirst = ["escalate after", "逾期提醒"];
    private static readonly string[] EscalateLast = ["次后抄送上级", "次后报告上级", "次后升级"];
    private static readonly string[] SupervisorFirst = ["supervisor after"];
    private static readonly string[] SupervisorLast = ["次后报督办单位", "次后报督办", "次后抄送督办"];
    private static readonly string[] RestDaysWords = ["on rest days too", "休息日也提醒", "含休息日"];
    private static readonly string[] TimesWords = ["reminders", "reminder", "times", "次"];
    private static readonly string[] PhraseWords =
        ["none", "before", "after", "on the day", "then", "every", "at most", "escalate after", "supervisor after", "on rest days too", "提前", "当日", "逾期", "此后每", "最多", "休息日也提醒"];

    private readonly string input = DateRuleParser.Normalised(text);
    private readonly List<ReminderStep> before = [];
    private readonly List<ReminderStep> overdue = [];
    private bool onTheDay;
    private ReminderStep? every;
    private int? atMost;
    private int? superiorAfter;
    private int? supervisorAfter;
    private bool onRestDays;
    private int atMostAt;
    private int superiorAt;
    private int supervisorAt;
    private int at;
    private Text fault;
    private int faultAt = -1;

    public bool Parse(out ReminderPolicy? policy, out Text error, out int position)
    {
        policy = null;
        if (input.Length > ReminderPolicy.LengthMax)
            _ = Fail(ReminderPolicy.LengthMax, $"提醒规则超过 {ReminderPolicy.LengthMax} 个字符。", $"The reminder policy is longer than {ReminderPolicy.LengthMax} characters.");
        else if (ReadNone())
            policy = ReminderPolicy.None;
        else if (ReadPhrases() && Agrees())
            policy = new([.. before], onTheDay, [.. overdue], every, atMost, new(superiorAfter, supervisorAfter), onRestDays);
        (error, position) = (fault, Math.Max(faultAt, 0));
        return policy is not null;
    }

    private bool ReadNone()
    {
        SkipSpaces();
        if (Take(NoneWords) && AtEnd()) return true;
        at = 0;
        return false;
    }

    private bool ReadPhrases()
    {
        do
        {
            if (!ReadPhrase()) return false;
            if (AtEnd()) return true;
        }
        while (TakeSeparator());
        return Fail(at, $"此处应为“，”，不能是“{text[at]}”。", $"Here comes \",\", not \"{text[at]}\".");
    }

    private bool ReadPhrase()
    {
        SkipSpaces();
        _ = Take(ThenWords);
        SkipSpaces();
        var start = at;
        if (Take(OnTheDayWords)) return Once(onTheDay, start) && (onTheDay = true);
        if (Take(EveryWords)) return Once(every is not null, start) && ReadEvery();
        if (Take(AtMostWords))
        {
            atMostAt = start;
            return Once(atMost is not null, start) && ReadCount(1, ReminderPolicy.OverdueMax, out atMost) && Optional(TimesWords);
        }
        if (Take(RestDaysWords)) return Once(onRestDays, start) && (onRestDays = true);
        if (Take(SupervisorFirst)) return ReadRung(start, supervisor: true) && Optional(TimesWords);
        if (Take(EscalateFirst)) return ReadRung(start, supervisor: Rung() == true) && Optional([.. EscalateLast, .. SupervisorLast, .. TimesWords]);
        if (Take(BeforeFirst)) return ReadSteps(out var steps) && Add(before, steps, start);
        if (Take(AfterFirst)) return ReadSteps(out var late) && Optional(["后"]) && Add(overdue, late, start);
        return char.IsAsciiDigit(Peek) ? ReadAmountFirst(start) : FailUnknown(start, PhraseWords,
            "此处应为“提前…”“当日”“逾期…”“此后每…”“最多…次”或“…次后抄送上级”",
            "here comes \"… before\", \"on the day\", \"… after\", \"every …\", \"at most …\" or \"escalate after …\"");
    }

    private bool ReadAmountFirst(int start)
    {
        // "2次后抄送上级" begins like an interval.
        if (Rung() is { } supervisor) return ReadRung(start, supervisor) && Optional([.. EscalateLast, .. SupervisorLast]);
        if (!ReadSteps(out var steps)) return false;
        SkipSpaces();
        var directionAt = at;
        if (Take("before") || Take("之前") || Take("前")) return Add(before, steps, start);
        if (Take("after") || Take("overdue") || Take("之后") || Take("后")) return Add(overdue, steps, start);
        return FailUnknown(directionAt, ["before", "after"], "此处应为“前”或“后”", "here comes \"before\" or \"after\"");
    }

    /// <summary>Which rung of the ladder the number here is followed by; null: none. Nothing is taken.</summary>
    private bool? Rung()
    {
        var start = at;
        SkipSpaces();
        while (char.IsAsciiDigit(Peek)) at++;
        SkipSpaces();
        bool? supervisor = Take(SupervisorLast) ? true : Take(EscalateLast) ? false : null;
        at = start;
        return supervisor;
    }

    private bool ReadRung(int start, bool supervisor)
    {
        (supervisor ? ref supervisorAt : ref superiorAt) = start;
        ref var after = ref supervisor ? ref supervisorAfter : ref superiorAfter;
        return Once(after is not null, start) && ReadCount(0, ReminderPolicy.OverdueMax, out after);
    }

    private bool ReadEvery()
    {
        if (!ReadAmount(out var amount) || !ReadUnit(amount, out var inWorkingDays)) return false;
        every = new(amount, inWorkingDays);
        return true;
    }

    private bool ReadSteps(out List<ReminderStep> steps)
    {
        steps = [];
        var amounts = new List<int>();
        do
        {
            if (amounts.Count == ReminderPolicy.StepsMax)
                return Fail(at, $"最多列出 {ReminderPolicy.StepsMax} 个间隔。", $"At most {ReminderPolicy.StepsMax} intervals are listed.");
            if (!ReadAmount(out var amount)) return false;
            amounts.Add(amount);
        }
        while (TakeAnd());
        if (!ReadUnit(amounts[^1], out var inWorkingDays)) return false;
        foreach (var amount in amounts) steps.Add(new(amount, inWorkingDays));
        return true;
    }

    private bool Add(List<ReminderStep> to, List<ReminderStep> steps, int start)
    {
        foreach (var step in steps)
        {
            if (to.Contains(step))
                return Fail(start, $"间隔 {step.Amount} 重复。", $"The interval {step.Amount} is given twice.");
            if (to.Count == ReminderPolicy.StepsMax)
                return Fail(start, $"最多列出 {ReminderPolicy.StepsMax} 个间隔。", $"At most {ReminderPolicy.StepsMax} intervals are listed.");
            to.Add(step);
        }
        return true;
    }

    private bool ReadAmount(out int amount) => ReadNumber(1, ReminderPolicy.AmountMax, out amount);

    private bool ReadCount(int min, int max, out int? count)
    {
        var read = ReadNumber(min, max, out var number);
        count = number;
        return read;
    }

    private bool ReadNumber(int min, int max, out int number)
    {
        SkipSpaces();
        var start = at;
        number = 0;
        for (; char.IsAsciiDigit(Peek); at++)
            // Past the limit the value no longer matters.
            number = number > max ? number : (number * 10) + (Peek - '0');
        if (at == start)
            return Fail(at, "此处缺少数字。", "A number is missing here.");
        return (number >= min && number <= max)
            || Fail(start, $"此处的数字为 {min} 至 {max}。", $"The number here is {min} to {max}.");
    }

    private bool ReadUnit(int amount, out bool inWorkingDays)
    {
        inWorkingDays = false;
        SkipSpaces();
        foreach (var (word, unit) in PeriodUnits.Words)
        {
            if (unit is not (PeriodUnit.WorkingDays or PeriodUnit.Days) || !Take(word)) continue;
            inWorkingDays = unit == PeriodUnit.WorkingDays;
            return true;
        }
        return FailUnknown(at, ["working days", "working day", "days"], $"{amount} 之后应为单位“个工作日”或“天”", $"after {amount} comes \"working days\" or \"days\"");
    }

    /// <summary>What each phrase says alone can still contradict another.</summary>
    private bool Agrees()
    {
        var listed = every is null ? overdue.Count : Math.Max(1, overdue.Count);
        if (atMost is not null && listed == 0)
            return Fail(atMostAt, "没有逾期提醒，不必限定次数。", "There is no overdue reminder to cap.");
        if (atMost < listed)
            return Fail(atMostAt, $"列出的逾期提醒有 {listed} 次，多于上限 {atMost}。", $"{listed} overdue reminders are listed, more than the cap of {atMost}.");
        if (superiorAfter is null && supervisorAfter is null) return true;
        var firstAt = superiorAfter is null ? supervisorAt : superiorAt;
        if (listed == 0)
            return Fail(firstAt, "没有逾期提醒，无从抄送上级。", "There is no overdue reminder that could escalate.");
        var most = atMost ?? (every is null ? listed : Math.Max(ReminderPolicy.OverdueDefault, listed));
        foreach (var (after, place) in new[] { (superiorAfter, superiorAt), (supervisorAfter, supervisorAt) })
            if (after >= most)
                return Fail(place, $"逾期提醒最多 {most} 次，{after} 次后不再有提醒可抄送。", $"There are at most {most} overdue reminders: none is left to escalate after {after}.");
        return superiorAfter is null || supervisorAfter is null || supervisorAfter >= superiorAfter
            || Fail(supervisorAt, "报督办不能早于抄送上级。", "The supervisor is not told before the office above.");
    }

    private bool Once(bool given, int start) => !given || Fail(start, "此项重复。", "This is given twice.");

    private bool TakeAnd()
    {
        var start = at;
        SkipSpaces();
        var joined = Peek == ',' && at++ >= 0;
        SkipSpaces();
        joined |= Take("and") || Take("和") || Take("及");
        SkipSpaces();
        if (joined && char.IsAsciiDigit(Peek)) return true;
        at = start;
        return false;
    }

    private bool TakeSeparator()
    {
        if (Peek is not (',' or ';')) return false;
        at++;
        return true;
    }

    private bool Optional(IEnumerable<string> words)
    {
        SkipSpaces();
        _ = Take(words);
        return true;
    }

    private bool Take(IEnumerable<string> words) => words.Any(Take);

    private bool Take(string word)
    {
        var i = at;
        foreach (var c in word)
        {
            if (i >= input.Length || char.ToLowerInvariant(input[i]) != c) return false;
            i++;
            if (c == ' ') while (i < input.Length && input[i] == ' ') i++;
        }
        if (char.IsAsciiLetter(word[^1]) && i < input.Length && char.IsAsciiLetter(input[i])) return false;
        at = i;
        return true;
    }

    private char Peek => at < input.Length ? input[at] : '\0';

    private void SkipSpaces()
    {
        while (Peek == ' ') at++;
    }

    private bool AtEnd()
    {
        SkipSpaces();
        return at == input.Length;
    }

    private bool FailUnknown(int start, IEnumerable<string> words, string zh, string en)
    {
        var end = start;
        while (end < input.Length && input[end] is not (',' or ';')) end++;
        var typed = text[start..end].Trim();
        if (typed.Length == 0) return Fail(start, $"{zh}。", $"{char.ToUpperInvariant(en[0])}{en[1..]}.");
        if (typed.Length > WordShownMax) typed = string.Concat(typed.AsSpan(0, WordShownMax), "…");
        return Spelling.Nearest(typed, words) is { } meant
            ? Fail(start, $"不认识“{typed}”；是否指“{meant}”？", $"\"{typed}\" is unknown; did you mean \"{meant}\"?")
            : Fail(start, $"不认识“{typed}”：{zh}。", $"\"{typed}\" is unknown: {en}.");
    }

    private bool Fail(int position, string zh, string en)
    {
        // The first fault is the one to mend.
        if (faultAt < 0) (fault, faultAt) = (new(zh, en), position);
        return false;
    }
}
