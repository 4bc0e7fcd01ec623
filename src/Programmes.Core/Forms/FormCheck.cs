using System.Globalization;
using Programmes.Core.Programmes;

namespace Programmes.Core.Forms;

/// <summary>What is wrong with one field of a filled-in form.</summary>
/// <param name="Item">The item's key.</param>
/// <param name="Row">In a table, from 0; null: the item itself.</param>
/// <param name="Column">The column's key.</param>
public sealed record FormProblem(string Item, Text Words, int? Row = null, string? Column = null);

/// <summary>What is wrong with a filled-in form, field by field.</summary>
public static class FormCheck
{
    /// <summary>Longest text of a field, in characters.</summary>
    public const int TextLengthMax = 4_000;

    /// <summary>Largest number of a field; beyond it, somebody mistyped.</summary>
    private const decimal NumberMax = 1_000_000_000_000m;

    /// <param name="files">How many files each item of kind file has, by its key.</param>
    public static IReadOnlyList<FormProblem> Check(Form form, FormValues values, IReadOnlyDictionary<string, int>? files = null)
    {
        var problems = new List<FormProblem>();
        foreach (var item in form.Groups.SelectMany(group => group.Items))
        {
            if (item.Kind == FormItemKind.Table) problems.AddRange(Table(item, values.Rows(item.Key)));
            else if (item.Kind == FormItemKind.File)
            {
                if (item.Required && files?.GetValueOrDefault(item.Key) is null or 0) problems.Add(new(item.Key, new($"“{item.Title}”须上传文件", $"\"{item.Title}\" needs a file")));
            }
            else if (Field(item.Title, item.Kind, item.Required, item.Choices, values.Text(item.Key).Trim(), item) is { } words) problems.Add(new(item.Key, words));
        }

        return problems;
    }

    /// <summary>Null: it is no number.</summary>
    public static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Null: neither yes nor no.</summary>
    public static bool? YesNo(string text) => text switch { "yes" or "true" => true, "no" or "false" => false, _ => null };

    public static DateOnly? Date(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? on : null;

    private static IEnumerable<FormProblem> Table(FormItem item, IReadOnlyList<IReadOnlyDictionary<string, string>> rows)
    {
        if (rows.Count == 0 && item.Required) yield return new(item.Key, new($"“{item.Title}”至少填写一行", $"\"{item.Title}\" needs a row"));
        if (rows.Count > item.RowsMax) yield return new(item.Key, new($"“{item.Title}”最多 {item.RowsMax} 行，现有 {rows.Count} 行", $"\"{item.Title}\" has at most {item.RowsMax} rows; there are {rows.Count}"));
        for (var row = 0; row < Math.Min(rows.Count, item.RowsMax); row++)
        {
            foreach (var column in item.Columns)
                if (Field($"{item.Title} {row + 1}：{column.Title}", column.Kind, column.Required, column.Choices, rows[row].GetValueOrDefault(column.Key, "").Trim()) is { } words)
                    yield return new(item.Key, words, row, column.Key);
        }
    }

    private static Text? Field(string title, FormItemKind kind, bool required, IReadOnlyList<string>? choices, string text, FormItem? item = null)
    {
        if (text.Length == 0) return required ? new($"“{title}”须填写", $"\"{title}\" must be filled in") : null;
        if (text.Length > TextLengthMax) return new($"“{title}”最长 {TextLengthMax} 字", $"\"{title}\" has at most {TextLengthMax} characters");
        return kind switch
        {
            FormItemKind.Score => Score(title, text, item),
            FormItemKind.Number => Number(text) switch
            {
                null => new($"“{title}”应为数字", $"\"{title}\" must be a number"),
                < 0 => new($"“{title}”不能小于 0", $"\"{title}\" cannot be below 0"),
                > NumberMax => new($"“{title}”的数字太大", $"\"{title}\" is too large a number"),
                _ => null,
            },
            FormItemKind.Choice when choices is { Count: > 0 } && !choices.Contains(text) => new($"“{title}”应选：{string.Join("、", choices)}", $"\"{title}\" is one of {string.Join(", ", choices)}"),
            FormItemKind.YesNo when YesNo(text) is null => new($"“{title}”应选是或否", $"\"{title}\" is yes or no"),
            FormItemKind.Date when Date(text) is null => new($"“{title}”应为日期，如 2023-09-30", $"\"{title}\" is a day such as 2023-09-30"),
            _ => null,
        };
    }

    private static Text? Score(string title, string text, FormItem? item)
    {
        if (Number(text) is not { } points) return new($"“{title}”应为数字", $"\"{title}\" must be a number");
        var least = item?.PointsMin ?? 0;
        if (points < least) return least == 0 ? new($"“{title}”不能小于 0", $"\"{title}\" cannot be below 0") : new($"“{title}”最低 {FormSum.Shown(least)} 分", $"\"{title}\" has at least {FormSum.Shown(least)} points");
        if (item?.PointsMax is { } most && points > most) return new($"“{title}”最高 {FormSum.Shown(most)} 分", $"\"{title}\" has at most {FormSum.Shown(most)} points");
        return decimal.Round(points, 2) == points ? null : new($"“{title}”最多两位小数", $"\"{title}\" has at most two decimals");
    }
}
