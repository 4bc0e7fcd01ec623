using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Exports.Sheets;

namespace Programmes.Engine.Launching;

/// <summary>The columns of the list of units, in their order on the template.</summary>
public enum UnitColumn { Name, Id, Batch, Mail, Responsible, Superior, Level }

/// <summary>A row of a list that was sent, as it was typed.</summary>
/// <param name="Number">As Excel counts, from 1.</param>
/// <param name="Values">By column; empty where nothing stands. Shorter where the list has no column of levels, as lists of before have none.</param>
/// <param name="Formulas">Columns whose value is the result of a formula.</param>
public sealed record UnitRowRead(int Number, IReadOnlyList<string> Values, IReadOnlyList<UnitColumn>? Formulas = null)
{
    public string this[UnitColumn column] => Has(column) ? Values[(int)column] : "";

    public bool Has(UnitColumn column) => Values.Count > (int)column;
}

/// <summary>What is wrong with one cell.</summary>
/// <param name="Row">As Excel counts.</param>
/// <param name="Cell">Such as C12.</param>
public sealed record UnitRowProblem(int Row, UnitColumn Column, string Cell, string Value, Text Message);

/// <summary>The list of units as an Excel sheet: the template that an office fills in, and the copy with what is wrong.</summary>
public static class UnitSheet
{
    private const string BatchChoices = "batches_of_plan";
    private const string SuperiorChoices = "offices_above";

    private const string LevelChoices = "levels_of_units";

    private static readonly double[] Widths = [34, 16, 14, 30, 34, 30, 12];

    public static Text Title(UnitColumn column) => column switch
    {
        UnitColumn.Name => new("单位名称", "Unit"),
        UnitColumn.Id => new("单位标识", "Id"),
        UnitColumn.Batch => new("批次", "Batch"),
        UnitColumn.Mail => new("邮箱", "Mail"),
        UnitColumn.Responsible => new("责任主体", "Responsible"),
        UnitColumn.Superior => new("上级单位", "Superior"),
        _ => new("层级", "Level"),
    };

    /// <summary>The template for a launch, with the units that it has already: filled in, it reads back as it is.</summary>
    public static void Write(Stream stream, Launch launch, string language, DateTimeOffset now)
    {
        using var book = new XlsxWriter(stream, new Text("参与单位名单", "List of units").In(language), now);
        var superiors = launch.Offices.Where(office => office.Value.Name.Length > 0).ToList();
        var batches = launch.Batches.Where(batch => !batch.Supplementary).ToList();
        var sheet = book.AddSheet(new Text("单位名单", "Units").In(language), Columns(language, batches.Count > 0, superiors.Count > 0));
        var batchOf = BatchNames(launch);
        foreach (var unit in launch.Units)
            sheet.Row(Cell.Of(unit.Name), Cell.Of(unit.Id), Cell.Of(batchOf.GetValueOrDefault(unit.Id)), Cell.Of(unit.Mail), Cell.Of(unit.Responsible), Cell.Of(unit.Superior is { } role ? launch.Offices.GetValueOrDefault(role)?.Name is { Length: > 0 } name ? name : role : null), Cell.Of(unit.Level?.Words().In(language)));
        WriteInstructions(book, launch, language);
        WriteChoices(book, batches, superiors, language);
    }

    /// <summary>What was sent, with the faulty cells marked and a last column that says what is wrong. Corrected, it can be sent again.</summary>
    public static void WriteMarked(Stream stream, Launch launch, IReadOnlyList<UnitRowRead> rows, IReadOnlyList<UnitRowProblem> problems, string language, DateTimeOffset now)
    {
        using var book = new XlsxWriter(stream, new Text("名单核对结果", "Checked list of units").In(language), now);
        var superiors = launch.Offices.Where(office => office.Value.Name.Length > 0).ToList();
        var batches = launch.Batches.Where(batch => !batch.Supplementary).ToList();
        var sheet = book.AddSheet(new Text("单位名单", "Units").In(language), [.. Columns(language, batches.Count > 0, superiors.Count > 0), new(new Text("问题", "Problems").In(language), 60)]);
        var byRow = problems.ToLookup(problem => problem.Row);
        foreach (var row in rows)
        {
            var wrong = byRow[row.Number].ToList();
            var cells = new Cell[Widths.Length + 1];
            foreach (var column in Enum.GetValues<UnitColumn>())
                cells[(int)column] = wrong.Exists(problem => problem.Column == column) ? Cell.Of(row[column]) with { Look = CellLook.Faulty } : Cell.Of(row[column]);
            cells[^1] = Cell.Of(string.Join(language == "en" ? "; " : "；", wrong.Select(problem => problem.Message.In(language))));
            sheet.Row(cells);
        }

        WriteChoices(book, batches, superiors, language);
    }

    internal static Dictionary<string, string> BatchNames(Launch launch)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var batch in launch.Batches)
            foreach (var unit in batch.Units) names[unit] = batch.Name;
        return names;
    }

    private static List<SheetColumn> Columns(string language, bool hasBatches, bool hasSuperiors) => [.. Enum.GetValues<UnitColumn>().Select(column => new SheetColumn(Title(column).In(language), Widths[(int)column],
        column == UnitColumn.Batch && hasBatches ? BatchChoices : column == UnitColumn.Superior && hasSuperiors ? SuperiorChoices : column == UnitColumn.Level ? LevelChoices : null))];

    private static void WriteInstructions(XlsxWriter book, Launch launch, string language)
    {
        var sheet = book.AddSheet(new Text("填表说明", "How to fill in").In(language), [new(new Text("列", "Column").In(language), 16), new(new Text("怎样填写", "What to write").In(language), 90)], filter: false);
        Line(UnitColumn.Name, new("必填。单位的全称，每行一个单位。", "Required. The full name, one unit a row."));
        Line(UnitColumn.Id, new($"可不填，系统自动编号。只用小写字母、数字和连字符，不超过 {LaunchReader.IdLengthMax} 个字符；启动后不能更改。", $"Optional: given by the system. Lower-case letters, digits and hyphens, at most {LaunchReader.IdLengthMax}; it stays after the launch."));
        Line(UnitColumn.Batch, launch.Batches.Count(batch => !batch.Supplementary) > 1 ? new("必填。批次的名称或序号，可从下拉列表中选。", "Required. A batch's name or number; choose from the list.") : new("只有一个批次时可不填。", "Optional while there is one batch."));
        Line(UnitColumn.Mail, new("一个邮箱地址。没有邮箱的单位不会收到提醒，须另行通知。", "One mail address. A unit without one gets no reminders and has to be told otherwise."));
        Line(UnitColumn.Responsible, new("对该单位负责的党委、政府或部门；可不填。", "Who answers for the unit; optional."));
        Line(UnitColumn.Superior, new("直接主管该单位的单位，从下拉列表中选；方案要求时必填。", "The office directly above; choose from the list. Required where the plan needs it."));
        Line(UnitColumn.Level, new($"{string.Join("、", Enum.GetValues<AdministrativeLevel>().Select(level => level.Words().Zh))}，可从下拉列表中选；可不填。总览和督办按层级统计时用它。", $"{string.Join(", ", Enum.GetValues<AdministrativeLevel>().Select(level => level.Words().En))}: choose from the list; optional. Overviews count by it."));
        sheet.Row(Cell.Of(new Text("提示", "Note").In(language)), Cell.Of(new Text("请在第一张表中填写，不要改动首行的列名；不要使用公式，粘贴时选“值”。上传后逐行核对，全部无误才会导入。", "Fill in the first sheet and leave its headings; use no formulas, paste values only. Every row is checked when it is sent; nothing is taken over until all are right.").In(language)));

        void Line(UnitColumn column, Text words) => sheet.Row(Cell.Of(Title(column).In(language)), Cell.Of(words.In(language)));
    }

    private static void WriteChoices(XlsxWriter book, List<Batch> batches, List<KeyValuePair<string, Office>> superiors, string language)
    {
        var name = new Text("可选内容", "Choices").In(language);
        var sheet = book.AddSheet(name, [new(Title(UnitColumn.Batch).In(language), 24), new(Title(UnitColumn.Superior).In(language), 40), new(Title(UnitColumn.Level).In(language), 12)], filter: false);
        var levels = Enum.GetValues<AdministrativeLevel>();
        for (var i = 0; i < Math.Max(levels.Length, Math.Max(batches.Count, superiors.Count)); i++)
            sheet.Row(Cell.Of(i < batches.Count ? batches[i].Name : null), Cell.Of(i < superiors.Count ? superiors[i].Value.Name : null), Cell.Of(i < levels.Length ? levels[i].Words().In(language) : null));
        if (batches.Count > 0) book.AddChoices(BatchChoices, name, 0, batches.Count);
        if (superiors.Count > 0) book.AddChoices(SuperiorChoices, name, 1, superiors.Count);
        book.AddChoices(LevelChoices, name, 2, levels.Length);
    }
}
