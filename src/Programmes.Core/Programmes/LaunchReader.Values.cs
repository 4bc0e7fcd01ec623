using System.Globalization;
using System.Text.Json;
using Programmes.Core.Calendars;
using Programmes.Core.Dates;

namespace Programmes.Core.Programmes;

/// <summary>Single values. An empty optional text is taken as absent: spreadsheets and forms leave empty texts behind.</summary>
public sealed partial class LaunchReader
{
    private static readonly WorkingDayCalendar AnyCalendar = WorkingDayCalendar.Official;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Null when it is absent, null or an empty text.</summary>
    private static LocatedJson? Field(LocatedJson owner, string name) =>
        owner.Find(name) is { } value && value.Kind != JsonValueKind.Null && !(value.Kind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.Text)) ? value : null;

    private string? Words(LocatedJson owner, string path, string name) =>
        Field(owner, name) is { } value ? Words(value, Join(path, name)) : null;

    private string? Words(LocatedJson value, string path)
    {
        if (value.Kind != JsonValueKind.String)
        {
            Error("wrong-type", value, path, $"这里应为文字，现为{KindOf(value).Zh}；请加上引号", $"Here comes a text, not {KindOf(value).En}; put it in quotes");
            return null;
        }

        if (value.Text.Any(char.IsControl))
        {
            Error("control-character", value, path, "文字中有换行、制表符等控制字符；请删去", "The text has control characters such as line breaks or tabs; remove them");
            return null;
        }

        if (value.Text.Length <= TextLengthMax) return value.Text.Trim();
        Error("too-long", value, path, $"文字超过 {TextLengthMax} 个字符；请缩短", $"The text has more than {TextLengthMax} characters; shorten it");
        return null;
    }

    /// <summary>Whether a text can be the id of a programme or unit: lower-case letters, digits and inner hyphens.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= IdLengthMax && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';

    private string? Id(LocatedJson owner, string path, string name)
    {
        if (Words(owner, path, name) is not { } id) return null;
        if (IsId(id)) return id;
        Error("id", owner.Find(name), Join(path, name),
            $"“{id}”不能作标识：只用小写字母、数字和中间的连字符，不超过 {IdLengthMax} 个字符，如 s01",
            $"\"{id}\" is no id: use lower-case letters, digits and inner hyphens, at most {IdLengthMax} characters, such as s01");
        return null;
    }

    private string? Mail(LocatedJson owner, string path)
    {
        if (Words(owner, path, "mail") is not { } mail) return null;
        if (MailAddresses.IsPlain(mail)) return mail;
        Error("mail", owner.Find("mail"), Join(path, "mail"), $"“{mail}”不是邮箱地址；请写成 name@example.org 的样子，只写一个", $"\"{mail}\" is no mail address; write one address such as name@example.org");
        return null;
    }

    /// <summary>A printed day.</summary>
    private DateOnly Day(LocatedJson owner, string path, string name)
    {
        if (Words(owner, path, name) is not { } text) return default;
        if (!DateRule.TryParse(text, out var rule, out var error, out _))
            Error("date", owner.Find(name), Join(path, name), $"“{text}”不是日期：{error.Zh}", $"\"{text}\" is no date: {error.En}");
        else if (rule!.Anchors.Count > 0 || rule.Resolve(AnyCalendar, _ => null) is not { Date: { } date })
            Error("date", owner.Find(name), Join(path, name), $"这里应为一个确定的日期，如 2023-09-30，不能是规则“{text}”", $"Here comes a printed day such as 2023-09-30, not the rule \"{text}\"");
        else return date.On;
        return default;
    }

    private TimeOnly? Time(LocatedJson owner, string path, string name)
    {
        if (Words(owner, path, name) is not { } text) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        Error("time", owner.Find(name), Join(path, name), $"“{text}”不是时间；请写成 17:30 的样子", $"\"{text}\" is no time of day; write it like 17:30");
        return null;
    }

    private bool Flag(LocatedJson owner, string path, string name)
    {
        if (Field(owner, name) is not { } value) return false;
        if (value.Kind is JsonValueKind.True or JsonValueKind.False) return value.Kind == JsonValueKind.True;
        Error("wrong-type", value, Join(path, name), $"这里应为 true 或 false（不加引号），现为{KindOf(value).Zh}", $"Here comes true or false without quotes, not {KindOf(value).En}");
        return false;
    }

    private int? Whole(LocatedJson owner, string path, string name)
    {
        if (Field(owner, name) is not { } value) return null;
        if (value.Kind == JsonValueKind.Number && int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1) return number;
        Error("wrong-type", value, Join(path, name), "这里应为从 1 起的整数（不加引号）", "Here comes a whole number from 1, without quotes");
        return null;
    }

    private int? WorkingDays(LocatedJson owner, string path, string name, int most)
    {
        if (Field(owner, name) is not { } value) return null;
        if (value.Kind == JsonValueKind.Number && int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most) return number;
        Error("wrong-type", value, Join(path, name), $"这里应为 0 至 {most} 的整数（工作日数，不加引号）", $"Here comes a whole number of working days from 0 to {most}, without quotes");
        return null;
    }

    private decimal? Points(LocatedJson owner, string path, string name)
    {
        if (Field(owner, name) is not { } value) return null;
        if (value.Kind == JsonValueKind.Number && decimal.TryParse(value.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var points) && points is > 0 and <= 10_000) return points;
        Error("wrong-type", value, Join(path, name), "满分应为大于 0、不超过 10000 的数（不加引号）；未定时删去此项", "The highest points are a number above 0 and up to 10000, without quotes; leave the field out while they are not set");
        return null;
    }

    /// <summary>A date rule, kept as its canonical text.</summary>
    private string? Rule(LocatedJson value, string path)
    {
        if (Words(value, path) is not { } text) return null;
        if (DateRule.TryParse(text, out var rule, out var error, out var position)) return rule!.Text;
        Error("date-rule", value, path, $"日期“{text}”第 {position + 1} 个字符处有误：{error.Zh}", $"The date \"{text}\" is wrong at character {position + 1}: {error.En}");
        return null;
    }

    private Dictionary<string, string> ReadDates(LocatedJson owner, string path)
    {
        var dates = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value, at) in Entries(owner, path, "dates", EntriesMax))
        {
            // Names with a dot, and these, are what happens in the programme itself.
            if (!DateRule.IsAnchorName(name) || name.Contains('.', StringComparison.Ordinal) || name is "opened" or "published" or "closed")
                Error("date-name", value, at, $"“{name}”不能作日期的名称：用字母、数字和下划线，以字母开头，不含点，不能是 opened、published、closed", $"\"{name}\" cannot name a date: use letters, digits and underscores, begin with a letter, no dots; opened, published and closed are taken");
            if (Rule(value, at) is { } rule) dates[name] = rule;
        }

        return dates;
    }

    /// <summary>The members of an object with free names, each name once.</summary>
    private List<(string Name, LocatedJson Value, string Path)> Entries(LocatedJson owner, string ownerPath, string name, int countMax)
    {
        var entries = new List<(string, LocatedJson, string)>();
        if (Field(owner, name) is not { } map) return entries;
        var path = Join(ownerPath, name);
        if (map.Kind != JsonValueKind.Object)
        {
            Error("wrong-type", map, path, $"这里应为 {{\"名称\": …}} 对象，现为{KindOf(map).Zh}", $"Here comes an object {{\"name\": …}}, not {KindOf(map).En}");
            return entries;
        }

        if (IsTooMany(map, path, map.Members.Count, countMax)) return entries;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Members)
            if (!seen.Add(key)) Error("name-twice", value, $"{path}.{key}", $"“{key}”写了两次；请删去一个", $"\"{key}\" is given twice; remove one");
            else if (string.IsNullOrWhiteSpace(key) || key.Any(char.IsControl)) Error("name-empty", value, path, "名称不能为空，也不能含换行等控制字符", "A name cannot be empty or have control characters");
            else if (value.Kind == JsonValueKind.Null) Error("wrong-type", value, $"{path}.{key}", $"“{key}”没有值；请填写或删去", $"\"{key}\" has no value; fill it in or remove it");
            else entries.Add((key, value, $"{path}.{key}"));
        return entries;
    }

    private List<(LocatedJson Value, string Path)> List(LocatedJson owner, string ownerPath, string name, int countMax)
    {
        if (Field(owner, name) is not { } list) return [];
        var path = Join(ownerPath, name);
        if (list.Kind == JsonValueKind.Array)
            return IsTooMany(list, path, list.Items.Count, countMax) ? [] : [.. list.Items.Select((item, i) => (item, $"{path}[{i}]"))];
        Error("wrong-type", list, path, $"这里应为 […] 列表，现为{KindOf(list).Zh}", $"Here comes a list […], not {KindOf(list).En}");
        return [];
    }

    private bool IsTooMany(LocatedJson at, string path, int count, int countMax)
    {
        if (count <= countMax) return false;
        Error("too-many", at, path, $"共 {count} 项，超过上限 {countMax}；请拆成几次启动", $"There are {count} entries, more than {countMax}; split them into several launches");
        return true;
    }

    private static Text KindOf(LocatedJson value) => value.Kind switch
    {
        JsonValueKind.Object => new("对象", "an object"),
        JsonValueKind.Array => new("列表", "a list"),
        JsonValueKind.String => new("文字", "a text"),
        JsonValueKind.Number => new("数字", "a number"),
        JsonValueKind.Null => new("空值", "null"),
        _ => new("true/false", "true or false"),
    };
}
