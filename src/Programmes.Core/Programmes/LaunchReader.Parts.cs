using System.Text.Json;

namespace Programmes.Core.Programmes;

/// <summary>Batches with their members, and forms.</summary>
public sealed partial class LaunchReader
{
    private static readonly string[] KindNames = [.. Enum.GetNames<FormItemKind>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    private static readonly string[] ColumnKindNames = [.. new[] { FormItemKind.Text, FormItemKind.Number, FormItemKind.YesNo, FormItemKind.Choice, FormItemKind.Date }.Select(kind => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()))];

    /// <summary>Most columns of a table in a form.</summary>
    internal const int ColumnsMax = 12;

    /// <summary>Most rows of a table in a form.</summary>
    internal const int TableRowsMax = 200;

    private List<Batch> ReadBatches(LocatedJson json)
    {
        var batches = new List<Batch>();
        var last = 0;
        foreach (var (value, path) in List(json, "", "batches", BatchesMax))
        {
            if (!Open(value, path, LaunchShape.Batch)) continue;
            var number = Whole(value, path, "number");
            if (number <= last)
                Error("batch-number", value.Find("number"), $"{path}.number", $"批次序号 {number} 应大于前一批的 {last}；请按先后从小到大编号", $"The batch's number {number} must be greater than {last} before it; number batches upwards in their order");
            last = number ?? last;
            var batch = new Batch
            {
                Number = number ?? 0,
                Name = Words(value, path, "name") ?? "",
                Start = Field(value, "start") is { } start ? Rule(start, $"{path}.start") ?? "" : "",
                IntakeUntil = Field(value, "intakeUntil") is { } until ? Rule(until, $"{path}.intakeUntil") : null,
                Supplementary = Flag(value, path, "supplementary"),
                Dates = ReadDates(value, path),
                Settings = ReadSettings(value, path),
                Units = ReadMembers(value, path),
            };
            batches.Add(batch);
            if (batch.Supplementary && batch.Units.Count > 0)
                Error("supplementary-units", value.Find("units"), $"{path}.units", "补评批次只接收结转来的单位；请清空 units，或去掉 supplementary", "A supplementary round takes only units carried over; empty its units, or remove supplementary");
            else if (!batch.Supplementary && Field(value, "units") is null or { Items.Count: 0 })
                Warn("batch-empty", value, $"{path}.units", $"“{batch.Name}”没有单位；只有结转来的单位才会进入", $"\"{batch.Name}\" has no units; only units carried over will enter it");
        }

        return batches;
    }

    private List<string> ReadMembers(LocatedJson batch, string batchPath)
    {
        var members = new List<string>();
        foreach (var (value, path) in List(batch, batchPath, "units", UnitsMax))
            members.Add(Words(value, path) ?? "");
        return members;
    }

    /// <summary>Every unit is known and in one batch at most.</summary>
    private void CheckMembership(LocatedJson json, List<Unit> units, List<Batch> batches)
    {
        var ids = units.Select(unit => unit.Id).ToHashSet(StringComparer.Ordinal);
        var idByName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var unit in units) idByName.TryAdd(unit.Name, unit.Id);
        var firstIn = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (batch, batchPath) in List(json, "", "batches", int.MaxValue))
            foreach (var (value, path) in batch.Find("units") is { Kind: JsonValueKind.Array } ? List(batch, batchPath, "units", int.MaxValue) : [])
            {
                if (value.Kind != JsonValueKind.String) continue;
                var id = value.Text.Trim();
                var batchName = batch.Find("name") is { Kind: JsonValueKind.String } name ? name.Text : batchPath;
                if (!ids.Contains(id))
                    Error("unit-unknown", value, path, idByName.TryGetValue(id, out var meant)
                        ? $"这里应写单位标识“{meant}”，不是名称“{id}”" : $"“{batchName}”中的“{id}”不在 units 中；请改正标识，或先把该单位加入 units", idByName.ContainsKey(id)
                        ? $"Write the unit's id \"{meant}\" here, not its name \"{id}\"" : $"\"{id}\" in \"{batchName}\" is not among units; correct the id, or add the unit to units");
                else if (!firstIn.TryAdd(id, batchName))
                    Error("unit-twice", value, path, firstIn[id] == batchName
                        ? $"单位“{id}”在“{batchName}”中写了两次；请删去一个" : $"单位“{id}”已在“{firstIn[id]}”中，不能同时参加“{batchName}”；请从其中一批删去", firstIn[id] == batchName
                        ? $"The unit \"{id}\" is twice in \"{batchName}\"; remove one" : $"The unit \"{id}\" is in \"{firstIn[id]}\" and cannot be in \"{batchName}\" too; remove it from one of them");
            }

        var left = units.Where(unit => unit.Id.Length > 0 && !firstIn.ContainsKey(unit.Id)).ToList();
        if (left.Count == 0) return;
        var shown = left.Take(NamesShownMax).Select(unit => unit.Name).ToList();
        Warn("unit-in-no-batch", null, "units",
            $"{left.Count} 个单位不在任何批次中，不会参评：{string.Join("、", shown)}{(left.Count > shown.Count ? "等" : "")}；请加入批次或从 units 删去",
            $"{left.Count} units are in no batch and will not take part: {string.Join(", ", shown)}{(left.Count > shown.Count ? " and more" : "")}; add them to a batch or remove them");
    }

    private const int NamesShownMax = 10;

    private Dictionary<string, Form> ReadForms(LocatedJson json)
    {
        var forms = new Dictionary<string, Form>(StringComparer.Ordinal);
        foreach (var (id, value, path) in Entries(json, "", "forms", FormsMax))
        {
            if (!Open(value, path, LaunchShape.Form)) continue;
            var keys = new Dictionary<string, string>(StringComparer.Ordinal);
            var groups = new List<FormGroup>();
            foreach (var (group, groupPath) in List(value, path, "groups", FormItemsMax))
            {
                if (!Open(group, groupPath, LaunchShape.FormGroup)) continue;
                var items = new List<FormItem>();
                foreach (var (item, itemPath) in List(group, groupPath, "items", FormItemsMax))
                    if (ReadFormItem(item, itemPath, keys) is { } read) items.Add(read);
                groups.Add(new(Words(group, groupPath, "title") ?? "", items, Words(group, groupPath, "part")));
            }

            _ = IsTooMany(value, path, keys.Count, FormItemsMax);
            forms[id] = new(id, Words(value, path, "title") ?? "", groups);
        }

        return forms;
    }

    private FormItem? ReadFormItem(LocatedJson item, string path, Dictionary<string, string> keys)
    {
        if (!Open(item, path, LaunchShape.FormItem)) return null;
        var key = Words(item, path, "key") ?? "";
        if (key.Length > 0 && !IsFormKey(key))
            Error("form-key", item.Find("key"), $"{path}.key", $"“{key}”不能作项的标识：只用字母、数字、连字符和下划线", $"\"{key}\" is no item key: use letters, digits, hyphens and underscores");
        else if (key.Length > 0 && !keys.TryAdd(key, path))
            Error("form-key-twice", item.Find("key"), $"{path}.key", $"项的标识“{key}”在本表中已用于 {keys[key]}；请改其中一个", $"The item key \"{key}\" is used at {keys[key]} already; change one of them");

        var kind = Kind(item, path, KindNames);
        var choices = Choices(item, path, kind);
        var (least, most) = (Points(item, path, "pointsMin"), Points(item, path, "pointsMax"));
        if (least > most) Error("form-points", item.Find("pointsMin"), $"{path}.pointsMin", $"最低分 {least} 大于满分 {most}", $"The lowest points {least} are above the highest {most}");
        var ifNo = Words(item, path, "ifNo");
        if (ifNo is not null && kind != FormItemKind.YesNo)
            Error("form-condition", item.Find("ifNo"), $"{path}.ifNo", "只有是否项（yesNo）才能作必备条件", "Only a yes or no question (yesNo) can be a required condition");
        var columns = ReadColumns(item, path, kind);
        var rows = Whole(item, path, "rowsMax") ?? FormItem.RowsMaxDefault;
        if (rows > TableRowsMax) Error("too-many", item.Find("rowsMax"), $"{path}.rowsMax", $"表格最多 {TableRowsMax} 行", $"A table has at most {TableRowsMax} rows");
        return new(key, Words(item, path, "title") ?? "", kind, Flag(item, path, "required"), most, choices) { PointsMin = least, IfNo = ifNo, Columns = columns.Count > 0 ? columns : (IReadOnlyList<FormColumn>)[], RowsMax = Math.Min(rows, TableRowsMax) };
    }

    private List<FormColumn> ReadColumns(LocatedJson item, string itemPath, FormItemKind kind)
    {
        var columns = new List<FormColumn>();
        foreach (var (column, path) in List(item, itemPath, "columns", ColumnsMax))
        {
            if (!Open(column, path, LaunchShape.FormColumn)) continue;
            var key = Words(column, path, "key") ?? "";
            if (key.Length > 0 && (!IsFormKey(key) || columns.Exists(other => other.Key == key)))
                Error("form-key", column.Find("key"), $"{path}.key", $"“{key}”不能作列的标识：只用字母、数字、连字符和下划线，本表中不重复", $"\"{key}\" is no column key: use letters, digits, hyphens and underscores, each key once");
            var columnKind = Kind(column, path, ColumnKindNames);
            columns.Add(new(key, Words(column, path, "title") ?? "", columnKind, Flag(column, path, "required"), Choices(column, path, columnKind)));
        }

        if (kind == FormItemKind.Table && columns.Count == 0)
            Error("form-columns", item, $"{itemPath}.columns", "表格要在 columns 中列出各列", "A table lists its columns in columns");
        else if (kind != FormItemKind.Table && columns.Count > 0)
            Error("form-columns", item.Find("columns"), $"{itemPath}.columns", "只有表格（table）才有 columns", "Only a table has columns");
        return columns;
    }

    private FormItemKind Kind(LocatedJson item, string path, string[] names)
    {
        if (Words(item, path, "kind") is not { } text) return FormItemKind.Text;
        if (names.Contains(text)) return Enum.GetValues<FormItemKind>()[Array.IndexOf(KindNames, text)];
        Error("form-kind", item.Find("kind"), $"{path}.kind",
            $"没有类型“{text}”{Spelling.Hint(text, names).Zh}；可用：{string.Join("、", names)}",
            $"There is no kind \"{text}\"{Spelling.Hint(text, names).En}; use {string.Join(", ", names)}");
        return FormItemKind.Text;
    }

    private List<string>? Choices(LocatedJson item, string path, FormItemKind kind)
    {
        List<string>? choices = Field(item, "choices") is null ? null : [.. List(item, path, "choices", FormItemsMax).Select(choice => Words(choice.Value, choice.Path) ?? "")];
        if (kind == FormItemKind.Choice && choices is null or { Count: 0 })
            Error("form-choices", item, $"{path}.choices", "选择项要在 choices 中列出可选的内容", "A choice lists what can be chosen in choices");
        return choices;
    }

    private static bool IsFormKey(string key) => key.All(c => char.IsLetterOrDigit(c) || c is '-' or '_');
}
