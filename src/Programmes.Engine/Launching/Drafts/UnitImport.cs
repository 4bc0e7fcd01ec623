using System.Globalization;
using System.Text.RegularExpressions;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.People;

namespace Programmes.Engine.Launching;

/// <param name="Problems">In the order of the rows; none: <paramref name="Launch"/> has the units.</param>
public sealed record UnitReading(IReadOnlyList<UnitRowRead> Rows, IReadOnlyList<UnitRowProblem> Problems, Launch? Launch);

/// <summary>A row of a list, as the unit that it asks a place for.</summary>
/// <param name="Batch">Null: the row names none that there is.</param>
internal sealed record UnitAsked(UnitRowRead Row, Unit Unit, int? Batch);

/// <summary>
/// Reads a list of units and checks it row by row. All or nothing: a list with one fault changes nothing. The rules of a single
/// value are those of the launch file, which is read again as a whole before anything starts.
/// </summary>
public static partial class UnitImport
{
    /// <summary>Rows above the headings: a title, a note.</summary>
    private const int HeadingRowsMax = 10;

    /// <summary>Reads the rows as they were typed.</summary>
    /// <exception cref="RefusedException">It is no workbook, too large, or has no list of units.</exception>
    public static IReadOnlyList<UnitRowRead> Read(Stream file)
    {
        using var reader = XlsxReader.Open(file);
        var rows = new List<UnitRowRead>();
        Dictionary<UnitColumn, int>? columns = null;
        var above = 0;
        foreach (var row in reader.Rows())
        {
            if (columns is null)
            {
                columns = Headings(row);
                if (columns is null && ++above >= HeadingRowsMax) break;
                continue;
            }

            var values = new string[columns.ContainsKey(UnitColumn.Level) ? Enum.GetValues<UnitColumn>().Length : (int)UnitColumn.Level];
            var formulas = new List<UnitColumn>();
            foreach (var column in Enum.GetValues<UnitColumn>().Take(values.Length))
            {
                var cell = columns.TryGetValue(column, out var at) && row.Cells.TryGetValue(at, out var found) ? found : new("");
                values[(int)column] = cell.Text;
                if (cell.IsFormula) formulas.Add(column);
            }

            // Other columns, such as what a checked copy says of the row, make no unit.
            if (formulas.Count > 0 || values.Any(value => value.Length > 0)) rows.Add(new(row.Number, values, formulas.Count > 0 ? formulas : null));
        }

        if (columns is null) throw new RefusedException(new($"没有找到“{UnitSheet.Title(UnitColumn.Name).Zh}”一列；请使用下载的模板，保留首行的列名", $"There is no column \"{UnitSheet.Title(UnitColumn.Name).En}\"; use the template and keep its headings"));
        return rows.Count > 0 ? rows : throw new RefusedException(new("名单是空的；请从列名的下一行起填写单位", "The list is empty; write the units from the row below the headings on"));
    }

    /// <summary>Checks the rows, and gives the launch its units when nothing is wrong.</summary>
    public static UnitReading Check(Launch launch, IReadOnlyList<UnitRowRead> rows)
    {
        var check = new Checking(launch, rows, running: false);
        foreach (var row in rows) check.Take(row);
        if (rows.Count > LaunchReader.UnitsMax) check.Say(rows[LaunchReader.UnitsMax], UnitColumn.Name, new($"单位超过 {LaunchReader.UnitsMax} 个，请拆成几次启动", $"There are more than {LaunchReader.UnitsMax} units; split them into several launches"));
        return new(rows, check.Problems, check.Problems.Count == 0 ? check.Launch() : null);
    }

    /// <summary>Reads the rows as units that would join a programme which runs already; what is wrong with a row is among the problems.</summary>
    internal static (IReadOnlyList<UnitAsked> Asked, IReadOnlyList<UnitRowProblem> Problems) Ask(Launch launch, IReadOnlyList<UnitRowRead> rows)
    {
        var check = new Checking(launch, rows, running: true);
        return ([.. rows.Select(check.Take)], check.Problems);
    }

    /// <summary>Such as C12.</summary>
    internal static string CellOf(UnitRowRead row, UnitColumn column) => $"{SheetText.Column((int)column)}{row.Number.ToString(CultureInfo.InvariantCulture)}";

    internal static string Short(string text) => text.Length <= 60 ? text : $"{text[..60]}…";

    private static Dictionary<UnitColumn, int>? Headings(ReadRow row)
    {
        var columns = new Dictionary<UnitColumn, int>();
        foreach (var (at, cell) in row.Cells.OrderBy(cell => cell.Key))
            foreach (var column in Enum.GetValues<UnitColumn>())
                if (Plain(cell.Text) is var text && (text == Plain(UnitSheet.Title(column).Zh) || text == Plain(UnitSheet.Title(column).En))) _ = columns.TryAdd(column, at);
        return columns.ContainsKey(UnitColumn.Name) ? columns : null;

        static string Plain(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('*' or '＊'))).ToUpperInvariant();
    }

    [GeneratedRegex(@"^(?:第)?([0-9]{1,3})(?:批)?$")]
    private static partial Regex BatchNumber();

    private sealed class Checking(Launch launch, IReadOnlyList<UnitRowRead> rows, bool running)
    {
        private readonly List<Batch> open = [.. launch.Batches.Where(batch => !batch.Supplementary)];
        private readonly HashSet<string> given = rows.Select(row => row[UnitColumn.Id]).Where(id => id.Length > 0).ToHashSet(StringComparer.Ordinal);
        private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
        private readonly Dictionary<(string, string, string), int> names = [];
        // A list without the column must not lose it.
        private readonly Dictionary<string, AdministrativeLevel?> levels = launch.Units.GroupBy(unit => unit.Id, StringComparer.Ordinal).ToDictionary(of => of.Key, of => of.First().Level, StringComparer.Ordinal);
        private readonly List<Unit> units = new(rows.Count);
        private readonly Dictionary<int, List<string>> members = [];
        private int next;

        public List<UnitRowProblem> Problems { get; } = [];

        public UnitAsked Take(UnitRowRead row)
        {
            foreach (var column in row.Formulas ?? [])
                Say(row, column, new("这里是公式；请改为数值（复制后选择“粘贴为值”）", "Here stands a formula; paste its value instead"));
            foreach (var column in Enum.GetValues<UnitColumn>())
                if (row[column].Any(char.IsControl)) Say(row, column, new("文字中有换行或制表符，请删去", "Remove line breaks and tabs"));
                else if (row[column].Length > LaunchReader.TextLengthMax) Say(row, column, new($"超过 {LaunchReader.TextLengthMax} 个字符，请缩短", $"Longer than {LaunchReader.TextLengthMax} characters; shorten it"));
            if (row[UnitColumn.Name].Length == 0) Say(row, UnitColumn.Name, new("缺少单位名称", "The unit's name is missing"));
            var id = IdOf(row);
            var mail = row[UnitColumn.Mail];
            if (mail.Length > 0 && !MailAddresses.IsPlain(mail)) Say(row, UnitColumn.Mail, new($"“{Short(mail)}”不是邮箱地址；请写成 name@example.org 的样子，只写一个", $"\"{Short(mail)}\" is no mail address; write one such as name@example.org"));
            var superior = SuperiorOf(row);
            if (row[UnitColumn.Name].Length > 0 && !names.TryAdd((row[UnitColumn.Name], row[UnitColumn.Responsible], row[UnitColumn.Superior]), row.Number))
                Say(row, UnitColumn.Name, new($"与第 {names[(row[UnitColumn.Name], row[UnitColumn.Responsible], row[UnitColumn.Superior])]} 行是同一单位，请删去一行", $"The same unit as on row {names[(row[UnitColumn.Name], row[UnitColumn.Responsible], row[UnitColumn.Superior])]}; remove one of them"));
            var batch = BatchOf(row);
            var unit = new Unit(id, row[UnitColumn.Name], mail.Length > 0 ? mail : null, row[UnitColumn.Responsible] is { Length: > 0 } responsible ? responsible : null, superior, LevelOf(row, id));
            units.Add(unit);
            if (batch is not { } number) return new(row, unit, null);
            if (!members.TryGetValue(number, out var list)) members[number] = list = [];
            list.Add(id);
            return new(row, unit, number);
        }

        public Launch Launch() => launch with { Units = units, Batches = [.. launch.Batches.Select(batch => batch with { Units = members.GetValueOrDefault(batch.Number) ?? [] })] };

        public void Say(UnitRowRead row, UnitColumn column, Text message) =>
            Problems.Add(new(row.Number, column, CellOf(row, column), Short(row[column]), message));

        private string IdOf(UnitRowRead row)
        {
            var id = row[UnitColumn.Id];
            if (id.Length == 0)
            {
                // Bounded: one more than the ids that were given is free.
                do id = string.Create(CultureInfo.InvariantCulture, $"u{++next:00000}");
                while (given.Contains(id));
            }
            else if (!LaunchReader.IsId(id))
            {
                Say(row, UnitColumn.Id, new($"“{Short(id)}”不能作标识：只用小写字母、数字和中间的连字符，不超过 {LaunchReader.IdLengthMax} 个字符", $"\"{Short(id)}\" is no id: lower-case letters, digits and inner hyphens, at most {LaunchReader.IdLengthMax}"));
            }
            else if (!ids.TryAdd(id, row.Number))
            {
                Say(row, UnitColumn.Id, new($"标识“{id}”已在第 {ids[id]} 行用过", $"The id \"{id}\" is used on row {ids[id]}"));
            }

            return id;
        }

        private int? BatchOf(UnitRowRead row)
        {
            var text = row[UnitColumn.Batch];
            if (text.Length == 0)
            {
                if (open.Count == 1) return open[0].Number;
                Say(row, UnitColumn.Batch, new($"请填写批次：{Names()}", $"Name the batch: {Names()}"));
                return null;
            }

            if (launch.Batches.FirstOrDefault(batch => batch.Name == text) is { } named) return Joinable(row, named);
            if (BatchNumber().Match(text) is { Success: true } match && launch.FindBatch(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)) is { } numbered) return Joinable(row, numbered);
            Say(row, UnitColumn.Batch, new($"没有批次“{Short(text)}”；可填：{Names()}", $"There is no batch \"{Short(text)}\"; use {Names()}"));
            return null;

            string Names() => string.Join('、', open.Select(batch => batch.Name));
        }

        private int? Joinable(UnitRowRead row, Batch batch)
        {
            if (!batch.Supplementary) return batch.Number;
            Say(row, UnitColumn.Batch, new($"“{batch.Name}”是补评，只接收结转来的单位", $"\"{batch.Name}\" is a supplementary round and takes only units carried over"));
            return null;
        }

        private string? SuperiorOf(UnitRowRead row)
        {
            var text = row[UnitColumn.Superior];
            if (text.Length == 0) return null;
            if (launch.Offices.ContainsKey(text)) return text;
            if (launch.Offices.FirstOrDefault(office => office.Value.Name == text) is { Key: { } role }) return role;
            Say(row, UnitColumn.Superior, running
                ? new($"上级单位“{Short(text)}”不是本专项工作的有关单位；请改为下拉列表中的单位", $"\"{Short(text)}\" is none of the programme's offices; choose one from the list")
                : new($"上级单位“{Short(text)}”不在角色单位中；请改正，或先在“角色单位”一步加上", $"\"{Short(text)}\" is none of the offices; correct it, or add it at the step of offices"));
            return null;
        }

        private AdministrativeLevel? LevelOf(UnitRowRead row, string id)
        {
            if (!row.Has(UnitColumn.Level)) return levels.GetValueOrDefault(id);
            var text = row[UnitColumn.Level];
            if (text.Length == 0) return null;
            foreach (var level in Enum.GetValues<AdministrativeLevel>())
                if (text == level.Key() || text == level.Words().Zh || $"{text}级" == level.Words().Zh || string.Equals(text, level.Words().En, StringComparison.OrdinalIgnoreCase)) return level;
            Say(row, UnitColumn.Level, new($"没有层级“{Short(text)}”；可填：{string.Join('、', Enum.GetValues<AdministrativeLevel>().Select(level => level.Words().Zh))}", $"There is no level \"{Short(text)}\"; use {string.Join(", ", Enum.GetValues<AdministrativeLevel>().Select(level => level.Words().En))}"));
            return null;
        }
    }
}
