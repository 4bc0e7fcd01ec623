using System.Diagnostics.CodeAnalysis;
using Programmes.Core.Calendars;

namespace Programmes.Core.Dates;

/// <summary>
/// Reads rules and periods. <c>sum = start { ("+" | "-") amount unit } { "," option }</c>;
/// <c>start = date | name | ("earliest" | "latest") "(" sum "," sum … ")"</c>.
/// </summary>
internal sealed partial class DateRuleParser(string text)
{
    private static readonly (string Word, bool Latest)[] ChoiceWords = [("earliest", false), ("latest", true), ("最早", false), ("最晚", true)];
    private static readonly (string Word, bool Exact)[] OptionWords =
        [("exact", true), ("from the day itself", false), ("不顺延", true), ("当日起算", false)];
    // Said without a number, in Chinese as in English: facts of language, not of arithmetic.
    private static readonly string[] HalfYearWords = ["半年", "half a year"];

    // One character for one, so that positions stay those of the text as typed.
    private readonly string input = Normalised(text);
    private readonly List<string> anchors = [];
    private int at;
    private Text fault;
    private int faultAt = -1;

    public bool ParseRule([NotNullWhen(true)] out DateRule? rule, out Text error, out int position)
    {
        rule = null;
        if (input.Length > DateRule.LengthMax)
            _ = Fail(DateRule.LengthMax, $"规则超过 {DateRule.LengthMax} 个字符。", $"The rule is longer than {DateRule.LengthMax} characters.");
        else if (ReadSum(0, out var root) && AtEnd())
            rule = new(root!, [.. anchors]);
        (error, position) = (fault, Math.Max(faultAt, 0));
        return rule is not null;
    }

    public bool ParsePeriod(out Period period, out Text error, out int position)
    {
        period = default;
        SkipSpaces();
        var sign = Peek is '-' ? -1 : 1;
        if (Peek is '-' or '+') at++;
        var read = ReadPeriod(sign, out period) && AtEnd();
        (error, position) = (fault, Math.Max(faultAt, 0));
        return read;
    }

    public static bool IsAnchorName(string name) =>
        name.Length is > 0 and <= DateRule.AnchorNameMax
        && (char.IsLetter(name[0]) || name[0] == '_')
        && name.All(IsNameCharacter)
        && name[^1] != '.' && !name.Contains("..", StringComparison.Ordinal)
        && !IsKeyword(name);

    private bool AtEnd()
    {
        SkipSpaces();
        if (at == input.Length) return true;
        if (Peek != ',')
            return Fail(at, $"此处不应出现“{text[at]}”；日期之后应为“+ 数量 单位”或“, 选项”。", $"Unexpected \"{text[at]}\": after a date comes \"+ amount unit\" or \", option\".");
        at++;
        SkipSpaces();
        var start = at;
        var word = ReadWords();
        var meant = Spelling.Nearest(word, OptionWords.Select(option => option.Word));
        return Fail(start,
            $"没有选项“{word}”" + (meant is null ? "；可用的选项是 exact（不顺延）和 from the day itself（当日起算）。" : $"；是否指“{meant}”？"),
            $"There is no option \"{word}\"" + (meant is null ? "; the options are exact and from the day itself." : $"; did you mean \"{meant}\"?"));
    }

    private bool ReadSum(int depth, out RuleNode? sum)
    {
        sum = null;
        if (!ReadStart(depth, out var start)) return false;
        var terms = new List<Period>();
        SkipSpaces();
        var firstTermAt = at;
        while (Peek is '+' or '-')
        {
            if (terms.Count == DateRule.TermsMax)
                return Fail(at, $"一条规则最多 {DateRule.TermsMax} 项加减。", $"A sum has at most {DateRule.TermsMax} terms.");
            var sign = Peek == '-' ? -1 : 1;
            at++;
            if (!ReadPeriod(sign, out var term)) return false;
            terms.Add(term);
            SkipSpaces();
        }
        var (exact, fromTheDayItself) = (false, false);
        while (TryReadOption(out var optionAt, out var isExact))
        {
            if (isExact ? exact : fromTheDayItself)
                return Fail(optionAt, "选项重复。", "The option is given twice.");
            if (isExact)
            {
                exact = true;
                continue;
            }
            if (terms.Count == 0 || terms[0].Amount < 0 || terms[0].Unit is PeriodUnit.Months or PeriodUnit.Years)
                return Fail(optionAt, "“当日起算”只适用于向后按工作日、天、周计算的期间。", "\"from the day itself\" is for counts forward in working days, days or weeks.");
            fromTheDayItself = true;
        }
        sum = terms.Count == 0 && !exact ? start : new Sum(start!, [.. terms], exact, fromTheDayItself);
        return true;
    }

    private bool TryReadOption(out int optionAt, out bool isExact)
    {
        (optionAt, isExact) = (at, false);
        SkipSpaces();
        if (Peek != ',') return false;
        var comma = at++;
        SkipSpaces();
        optionAt = at;
        foreach (var (word, exact) in OptionWords)
        {
            if (!TakeWord(word)) continue;
            isExact = exact;
            return true;
        }
        at = comma;
        return false;
    }

    private bool ReadStart(int depth, out RuleNode? start)
    {
        start = null;
        SkipSpaces();
        if (at == input.Length)
            return Fail(at, "此处缺少日期或名称。", "A date or a name is missing here.");
        if (char.IsAsciiDigit(Peek)) return ReadDate(out start);
        foreach (var (word, latest) in ChoiceWords)
        {
            var before = at;
            if (!TakeWord(word)) continue;
            SkipSpaces();
            if (Peek == '(') return ReadChoice(latest, before, depth, out start);
            return Fail(at, $"“{word}”之后应为“(”。", $"\"{word}\" is followed by \"(\".");
        }
        var from = at;
        while (at < input.Length && IsNameCharacter(input[at])) at++;
        var name = input[from..at];
        if (name.Length == 0)
            return Fail(at, $"此处应为日期或名称，不能是“{text[at]}”。", $"Here comes a date or a name, not \"{text[at]}\".");
        if (!IsAnchorName(name))
            return Fail(from, $"“{name}”不能作名称：名称由字母、数字、下划线和中间的点组成，以字母开头，不超过 {DateRule.AnchorNameMax} 个字符，不能是关键字。", $"\"{name}\" is no name: names are letters, digits, underscores and inner dots, start with a letter, have at most {DateRule.AnchorNameMax} characters and are no keyword.");
        var index = anchors.IndexOf(name);
        if (index < 0)
        {
            index = anchors.Count;
            anchors.Add(name);
        }
        start = new AnchorDay(name, index);
        return true;
    }

    private bool ReadChoice(bool latest, int wordAt, int depth, out RuleNode? choice)
    {
        choice = null;
        if (depth == DateRule.DepthMax)
            return Fail(wordAt, $"嵌套不能超过 {DateRule.DepthMax} 层。", $"Nesting is at most {DateRule.DepthMax} deep.");
        at++;
        var options = new List<RuleNode>();
        while (true)
        {
            if (options.Count == DateRule.ChoicesMax)
                return Fail(at, $"最多 {DateRule.ChoicesMax} 个日期。", $"At most {DateRule.ChoicesMax} dates to choose from.");
            if (!ReadSum(depth + 1, out var option)) return false;
            options.Add(option!);
            SkipSpaces();
            if (Peek == ')') break;
            if (Peek != ',')
                return Fail(at, "此处应为“,”或“)”。", "Here comes \",\" or \")\".");
            at++;
        }
        if (options.Count < 2)
            return Fail(at, "earliest 和 latest 至少要有两个日期。", "earliest and latest need at least two dates.");
        at++;
        choice = new Choice(latest, [.. options]);
        return true;
    }

    private bool ReadPeriod(int sign, out Period period)
    {
        period = default;
        SkipSpaces();
        foreach (var word in HalfYearWords)
        {
            if (!TakeWord(word)) continue;
            period = new(sign * 6, PeriodUnit.Months);
            return true;
        }
        var start = at;
        var amount = 0;
        for (; char.IsAsciiDigit(Peek); at++)
        {
            amount = (amount * 10) + (Peek - '0');
            if (amount > Period.AmountMax)
                return Fail(start, $"数量不能超过 {Period.AmountMax}。", $"The amount is at most {Period.AmountMax}.");
        }
        if (at == start)
            return Fail(at, "此处应为数量，如“5 working days”；名称中不能有连字符。", "Here comes an amount, as in \"5 working days\"; a name holds no hyphen.");
        SkipSpaces();
        foreach (var (word, unit) in PeriodUnits.Words)
        {
            if (!TakeWord(word)) continue;
            period = new(sign * amount, unit);
            return true;
        }
        var unitAt = at;
        var typed = ReadWords();
        var meant = Spelling.Nearest(typed, PeriodUnits.Words.Select(unit => unit.Word));
        return typed.Length == 0
            ? Fail(unitAt, $"{amount} 之后缺少单位：working days、days、weeks、months 或 years。", $"The unit is missing after {amount}: working days, days, weeks, months or years.")
            : Fail(unitAt,
                $"没有单位“{typed}”" + (meant is null ? "：可用 working days、days、weeks、months、years。" : $"；是否指“{meant}”？"),
                $"There is no unit \"{typed}\"" + (meant is null ? ": use working days, days, weeks, months or years." : $"; did you mean \"{meant}\"?"));
    }

    private bool ReadDate(out RuleNode? date)
    {
        date = null;
        var start = at;
        var (first, second, third) = ('-', '-', '\0');
        var year = ReadDigits(out var yearDigits);
        if (Peek == '年') (first, second, third) = ('年', '月', '日');
        if (!Take(first)) return NoDate();
        var month = ReadDigits(out var monthDigits);
        if (!Take(second)) return NoDate();
        var day = ReadDigits(out var dayDigits);
        if (third != '\0' && !Take(third)) return NoDate();
        if (yearDigits != 4 || monthDigits is < 1 or > 2 || dayDigits is < 1 or > 2) return NoDate();

        if (month is < 1 or > 12)
            return Fail(start, $"没有 {month} 月。", $"There is no month {month}.");
        if (year < WorkingDayCalendar.MinDate.Year || year > WorkingDayCalendar.MaxDate.Year)
            return Fail(start, $"{year} 年超出工作日历范围（{WorkingDayCalendar.MinDate.Year} 至 {WorkingDayCalendar.MaxDate.Year} 年）。", $"The year {year} is outside the working-day calendar ({WorkingDayCalendar.MinDate.Year} to {WorkingDayCalendar.MaxDate.Year}).");
        var last = DateTime.DaysInMonth(year, month);
        if (day < 1 || day > last)
            return Fail(start, $"{year}年{month}月没有{day}日，该月共{last}天；是否指 {year:D4}-{month:D2}-{last:D2}？", $"There is no day {day} in {year:D4}-{month:D2}, which has {last} days; did you mean {year:D4}-{month:D2}-{last:D2}?");
        if (third == '\0' && (monthDigits != 2 || dayDigits != 2))
            return Fail(start, $"日期写作 {year:D4}-{month:D2}-{day:D2}。", $"Write the date as {year:D4}-{month:D2}-{day:D2}.");
        date = new FixedDay(new(year, month, day));
        return true;

        bool NoDate() => Fail(start,
            "规则以日期（如 2023-09-30）或名称开头，如“published + 5 working days”。",
            "A rule starts with a date such as 2023-09-30 or with a name, as in \"published + 5 working days\".");
    }
}
