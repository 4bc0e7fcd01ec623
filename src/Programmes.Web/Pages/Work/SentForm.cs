using Programmes.Core.Forms;
using Programmes.Core.Programmes;

namespace Programmes.Web.Pages.Work;

/// <summary>How a form's items are named on the page: by their place, so that any key is a good one.</summary>
public sealed class SentForm(Form form)
{
    /// <summary>How names of form fields begin, so that an item's key cannot be taken for something else.</summary>
    public const string Prefix = "f.";

    /// <summary>Files of an item: this and its key.</summary>
    public const string FilePrefix = "file.";

    /// <summary>Rows that a request may send beyond the table's bound, which the check then names.</summary>
    private const int RowsBeyondMax = 10;

    private readonly List<FormItem> items = [.. form.Groups.SelectMany(group => group.Items)];

    /// <summary>The id of an item's field.</summary>
    public string IdOf(FormItem item) => $"i{items.IndexOf(item) + 1}";

    /// <param name="row">From 0.</param>
    public string IdOf(FormItem item, string row, FormColumn column) => $"{IdOf(item)}-{row}-{item.Columns.ToList().IndexOf(column) + 1}";

    /// <param name="field">An item's key, or <c>key.row.column</c>.</param>
    /// <returns>Null: there is no such field.</returns>
    public string? IdOf(string field)
    {
        var parts = field.Split('.');
        if (items.Find(item => item.Key == parts[0]) is not { } item) return null;
        return parts is [_, var row, var key] && item.Columns.FirstOrDefault(column => column.Key == key) is { } column ? IdOf(item, row, column) : IdOf(item);
    }

    /// <summary>What a request sends of this form; fields that the form does not have are left out.</summary>
    public FormValues Read(IFormCollection sent)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var tables = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item.Kind == FormItemKind.Table) tables[item.Key] = Rows(item, sent);
            else if (item.Kind != FormItemKind.File && sent.TryGetValue(Prefix + item.Key, out var text)) texts[item.Key] = text.ToString();
        }

        // As it is kept: rows that are empty are gone, and those after them have moved up.
        return FormValues.Parse(new FormValues(texts, tables).ToJson());
    }

    /// <summary>Where two filled-in forms differ, in people's words.</summary>
    public IReadOnlyList<(string Title, string Theirs, string Mine)> Differences(FormValues theirs, FormValues mine) =>
        [.. items.Select(item => (item.Title, Theirs: Shown(item, theirs), Mine: Shown(item, mine))).Where(one => one.Theirs != one.Mine)];

    private static string Shown(FormItem item, FormValues values) => item.Kind == FormItemKind.Table
        ? string.Join("\n", values.Rows(item.Key).Select(row => string.Join(" | ", item.Columns.Select(column => row.GetValueOrDefault(column.Key, "")))))
        : values.Text(item.Key);

    private static List<Dictionary<string, string>> Rows(FormItem item, IFormCollection sent)
    {
        var rows = new List<Dictionary<string, string>>();
        for (var row = 0; row < item.RowsMax + RowsBeyondMax; row++)
            rows.Add(item.Columns.ToDictionary(column => column.Key, column => sent.TryGetValue($"{Prefix}{item.Key}.{row}.{column.Key}", out var cell) ? cell.ToString() : "", StringComparer.Ordinal));
        return rows;
    }
}
