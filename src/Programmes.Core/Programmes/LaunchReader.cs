using System.Globalization;
using System.Text.Json;
using Programmes.Core.Reminders;

namespace Programmes.Core.Programmes;

/// <param name="Launch">Null when there is any error.</param>
/// <param name="Problems">All of them in one report, errors and warnings.</param>
public sealed record LaunchReading(Launch? Launch, IReadOnlyList<Problem> Problems);

/// <summary>
/// Reads a launch file (<c>workflows/launch.schema.json</c>). Everything that is wrong is reported at once, each with its
/// JSON path, its line and what to do; nothing is read half. Whether it fits the workflow definitions is for <c>LaunchChecks</c>.
/// </summary>
public sealed partial class LaunchReader
{
    /// <summary>Longest launch file, in characters.</summary>
    public const int LengthMax = 32 * 1024 * 1024;

    /// <summary>Most units: more than twice the township stations of the country.</summary>
    public const int UnitsMax = 100_000;

    public const int BatchesMax = 100;
    public const int OfficesMax = 5_000;
    public const int FormsMax = 50;
    public const int FormItemsMax = 500;

    /// <summary>Most dates or settings in one place.</summary>
    public const int EntriesMax = 500;

    /// <summary>Longest id, in characters.</summary>
    public const int IdLengthMax = 40;

    /// <summary>Longest name, title or setting, in characters.</summary>
    public const int TextLengthMax = 500;

    /// <summary>Most errors in a report; one more only says that there are more.</summary>
    public const int ErrorsMax = 200;

    /// <summary>Units without a mail address that are named one by one; the rest is counted.</summary>
    public const int UnitsWithoutMailShownMax = 50;

    private readonly string file;
    private readonly List<Problem> problems = [];
    private int errors;

    private LaunchReader(string file) => this.file = file;

    /// <param name="json">The file's text.</param>
    /// <param name="file">How problems name the file.</param>
    public static LaunchReading Read(string json, string file)
    {
        var reader = new LaunchReader(file);
        var launch = reader.ReadFile(json);
        return new(reader.errors > 0 ? null : launch, reader.problems);
    }

    private Launch? ReadFile(string text)
    {
        if (text.Length > LengthMax)
            return Fail("too-large", null, null, $"文件超过 {LengthMax} 个字符；请拆成几次启动", $"The file has more than {LengthMax} characters; split it into several launches");
        // Some editors of the office's machines begin a file with a byte order mark.
        if (LocatedJson.TryParse(text.TrimStart('\uFEFF'), out var fault) is not { } json)
            return Fail("json", null, null,
                $"文件不是有效的 JSON：第 {fault!.Line} 行第 {fault.Column} 列附近有误；请检查该行和上一行的逗号、引号和括号",
                $"The file is no valid JSON: near line {fault.Line}, column {fault.Column}; check commas, quotes and brackets there and on the line before ({fault.Detail})");
        if (!Open(json, "", LaunchShape.Launch)) return null;

        var units = ReadUnits(json);
        var batches = ReadBatches(json);
        CheckMembership(json, units, batches);
        var offices = ReadOffices(json);
        CheckSuperiors(json, units, offices);
        return new Launch
        {
            Definition = Words(json, "", "definition") ?? "",
            Id = Id(json, "", "id") ?? "",
            Name = Words(json, "", "name") ?? "",
            Approval = ReadApproval(json),
            StartsOn = Day(json, "", "startsOn"),
            BusinessClose = Time(json, "", "businessClose"),
            Dates = ReadDates(json, ""),
            Settings = ReadSettings(json, ""),
            Offices = offices,
            Units = units,
            Batches = batches,
            Reminders = Field(json, "reminders") is { } reminders ? ReadPolicy(reminders, "reminders") : null,
            StepReminders = ReadStepReminders(json),
            Supervisor = ReadSupervisor(json, offices),
            UrgeEveryWorkingDays = WorkingDays(json, "", "urgeEveryWorkingDays", UrgingRule.EveryWorkingDaysMax),
            Forms = ReadForms(json),
        };
    }

    private Approval ReadApproval(LocatedJson json) =>
        Field(json, "approval") is { } approval && Open(approval, "approval", LaunchShape.Approval)
            ? new(Words(approval, "approval", "number") ?? "", Day(approval, "approval", "on"), Words(approval, "approval", "title"))
            : new("", default);

    private string? ReadPolicy(LocatedJson value, string path)
    {
        if (Words(value, path) is not { } text) return null;
        if (!ReminderPolicy.TryParse(text, out _, out var error, out var position))
            Error("reminders", value, path, $"提醒规则“{text}”第 {position + 1} 个字符处有误：{error.Zh}", $"The reminder policy \"{text}\" is wrong at character {position + 1}: {error.En}");
        return text;
    }

    private Dictionary<string, string> ReadStepReminders(LocatedJson json)
    {
        var policies = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (step, value, path) in Entries(json, "", "stepReminders", EntriesMax))
            if (ReadPolicy(value, path) is { } text) policies[step] = text;
        return policies;
    }

    private string? ReadSupervisor(LocatedJson json, Dictionary<string, Office> offices)
    {
        if (Words(json, "", "supervisor") is not { } role) return null;
        if (offices.ContainsKey(role)) return role;
        var hint = Spelling.Hint(role, offices.Keys);
        Error("supervisor-unknown", Field(json, "supervisor"), "supervisor", $"督办单位“{role}”不在 offices 中{hint.Zh}；请改正，或先把该单位加入 offices", $"The supervisor \"{role}\" is none of the offices{hint.En}; correct it, or add the office");
        return null;
    }

    private Dictionary<string, string> ReadSettings(LocatedJson json, string at)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value, path) in Entries(json, at, "settings", EntriesMax))
            if (Words(value, path) is { } words) settings[name] = words;
        return settings;
    }

    private Dictionary<string, Office> ReadOffices(LocatedJson json)
    {
        var offices = new Dictionary<string, Office>(StringComparer.Ordinal);
        foreach (var (role, value, path) in Entries(json, "", "offices", OfficesMax))
        {
            if (role == Roles.Unit)
                Error("role-reserved", value, path, "角色 unit 就是参与单位本身，不能另外指定单位；请删去此项", "The role unit is the unit itself and stands for no office; remove this entry");
            else if (!role.All(c => char.IsLetterOrDigit(c) || c is '-' or '_'))
                Error("role", value, path, $"“{role}”不能作角色名：只用字母、数字、连字符和下划线", $"\"{role}\" is no role: use letters, digits, hyphens and underscores");
            if (!Open(value, path, LaunchShape.Office)) continue;
            offices[role] = new(Words(value, path, "name") ?? "", Mail(value, path), Words(value, path, "superior"), ReadLevel(value, path));
            if (Field(value, "mail") is null)
                Warn("office-without-mail", value, path, $"“{offices[role].Name}”没有邮箱，不会收到邮件；请补上，或确认改用其他方式通知", $"\"{offices[role].Name}\" has no mail address and gets no mail; add one, or confirm that it is told otherwise");
        }

        return offices;
    }

    private List<Unit> ReadUnits(LocatedJson json)
    {
        var units = new List<Unit>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var withoutMail = 0;
        foreach (var (value, path) in List(json, "", "units", UnitsMax))
        {
            if (!Open(value, path, LaunchShape.Unit)) continue;
            var unit = new Unit(Id(value, path, "id") ?? "", Words(value, path, "name") ?? "", Mail(value, path), Words(value, path, "responsible"), Words(value, path, "superior"), ReadLevel(value, path));
            units.Add(unit);
            if (unit.Id.Length > 0 && !lines.TryAdd(unit.Id, value.Line))
                Error("unit-id-twice", value, $"{path}.id", $"单位标识“{unit.Id}”已在第 {lines[unit.Id]} 行用过；请改其中一个", $"The unit id \"{unit.Id}\" is used on line {lines[unit.Id]} already; change one of them");
            else if (unit.Name.Length > 0 && !names.TryAdd(unit.Name, unit.Id))
                Warn("unit-name-twice", value, $"{path}.name", $"单位“{unit.Name}”与“{names[unit.Name]}”同名；请核对是否重复", $"The unit \"{unit.Name}\" has the same name as \"{names[unit.Name]}\"; check that it is not the same unit");
            if (Field(value, "mail") is not null || ++withoutMail > UnitsWithoutMailShownMax) continue;
            Warn("unit-without-mail", value, path, $"“{unit.Name}”没有邮箱，不会收到提醒；请补上，或确认改用电话、打印清单通知", $"\"{unit.Name}\" has no mail address and gets no reminders; add one, or confirm that it is told by telephone or on paper", unit.Id);
        }

        if (withoutMail - UnitsWithoutMailShownMax is > 0 and var more)
            Warn("unit-without-mail", null, "units", $"另有 {more} 个单位没有邮箱", $"{more} more units have no mail address");
        return units;
    }

    private AdministrativeLevel? ReadLevel(LocatedJson json, string path)
    {
        if (Words(json, path, "level") is not { } key) return null;
        var level = AdministrativeLevels.Parse(key);
        var hint = Spelling.Hint(key, AdministrativeLevels.Keys);
        if (level is null)
            Error("level", json.Find("level"), $"{path}.level", $"没有层级“{key}”{hint.Zh}；可用：{string.Join("、", AdministrativeLevels.Keys)}", $"There is no level \"{key}\"{hint.En}; use {string.Join(", ", AdministrativeLevels.Keys)}");
        return level;
    }

    private void CheckSuperiors(LocatedJson json, List<Unit> units, Dictionary<string, Office> offices)
    {
        foreach (var (role, office) in offices)
        {
            if (office.Superior is not { } above) continue;
            var at = json.Find("offices")?.Find(role)?.Find("superior");
            if (!offices.ContainsKey(above))
                Error("superior-unknown", at, $"offices.{role}.superior",
                    $"“{office.Name}”的上级“{above}”不在 offices 中{Spelling.Hint(above, offices.Keys).Zh}；请改正，或先把该单位加入 offices",
                    $"\"{above}\", the superior of \"{office.Name}\", is not among offices{Spelling.Hint(above, offices.Keys).En}; correct it, or add the office");
            else if (OfficeTree.Chain(offices, role) is null)
                Error("superior-ring", at, $"offices.{role}.superior",
                    $"“{office.Name}”往上的各级单位互为上级，或超过 {OfficeTree.DepthMax} 级；请改正 superior",
                    $"The offices above \"{office.Name}\" stand above each other, or more than {OfficeTree.DepthMax} deep; correct superior");
        }

        for (var i = 0; i < units.Count; i++)
            if (units[i].Superior is { } superior && !offices.ContainsKey(superior))
                Error("superior-unknown", null, $"units[{i}].superior",
                    $"“{units[i].Name}”的上级“{superior}”不在 offices 中{Spelling.Hint(superior, offices.Keys).Zh}；请改正，或先把该单位加入 offices",
                    $"\"{superior}\", the superior of \"{units[i].Name}\", is not among offices{Spelling.Hint(superior, offices.Keys).En}; correct it, or add the office");
    }

    private bool Open(LocatedJson json, string path, LaunchShape shape)
    {
        if (json.Kind != JsonValueKind.Object)
        {
            Error("wrong-type", json, path, $"{shape.Words.Zh}应为 {{…}} 对象，现为{KindOf(json).Zh}", $"Here comes an object {{…}} with {shape.Words.En}, not {KindOf(json).En}");
            return false;
        }

        var known = shape.Fields.Select(field => field.Name);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in json.Members)
        {
            if (!seen.Add(name))
                Error("field-twice", value, Join(path, name), $"“{name}”写了两次；请删去一个", $"\"{name}\" is given twice; remove one");
            else if (!known.Contains(name, StringComparer.Ordinal))
                Error("unknown-field", value, Join(path, name),
                    $"没有“{name}”这个字段{Spelling.Hint(name, known).Zh}；可用：{string.Join("、", known)}",
                    $"There is no field \"{name}\"{Spelling.Hint(name, known).En}; use {string.Join(", ", known)}");
        }

        foreach (var field in shape.Fields)
            if (field.Required && Field(json, field.Name) is null)
                Error("missing-field", json, Join(path, field.Name), $"缺少“{field.Name}”（{field.Words.Zh}）；请补上", $"\"{field.Name}\" ({field.Words.En}) is missing; add it");
        return true;
    }

    private Launch? Fail(string code, LocatedJson? at, string? path, string zh, string en)
    {
        Error(code, at, path, zh, en);
        return null;
    }

    private void Error(string code, LocatedJson? at, string? path, string zh, string en)
    {
        if (++errors <= ErrorsMax)
            problems.Add(Problem.Error(code, Located(at, zh, en), file, null, string.IsNullOrEmpty(path) ? null : path));
        else if (errors == ErrorsMax + 1)
            problems.Add(Problem.Error("more-problems", new($"错误超过 {ErrorsMax} 个，其余未列出；请先改正以上各项再检查", $"There are more than {ErrorsMax} errors; mend these first and check again"), file));
    }

    private void Warn(string code, LocatedJson? at, string? path, string zh, string en, string? unit = null) =>
        problems.Add(Problem.Warning(code, Located(at, zh, en), file, null, path) with { Unit = unit });

    private static Text Located(LocatedJson? at, string zh, string en) =>
        at is null ? new(zh, en) : new($"{zh}（第 {at.Line} 行）", string.Create(CultureInfo.InvariantCulture, $"{en} (line {at.Line})"));
}
