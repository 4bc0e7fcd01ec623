using System.Globalization;
using Programmes.Core.Programmes;

namespace Programmes.Core.Forms;

/// <summary>What the scores of some items add up to.</summary>
/// <param name="Most">Null: the highest points of an item are not set.</param>
/// <param name="Missing">Items without a score yet.</param>
public sealed record FormSum(decimal Given, decimal? Most, int Missing)
{
    /// <summary>Null: nothing is scored here.</summary>
    public static FormSum? Of(IEnumerable<FormItem> items, FormValues values)
    {
        decimal given = 0, most = 0;
        var (scored, missing, known) = (0, 0, true);
        foreach (var item in items.Where(item => item.Kind == FormItemKind.Score))
        {
            scored++;
            if (FormCheck.Number(values.Text(item.Key)) is { } points) given += points;
            else missing++;
            if (item.PointsMax is { } highest) most += highest;
            else known = false;
        }

        return scored == 0 ? null : new(given, known ? most : null, missing);
    }

    /// <summary>Of the whole form.</summary>
    public static FormSum? Of(Form form, FormValues values) => Of(form.Groups.SelectMany(group => group.Items), values);

    /// <summary>As people write it: without zeros at the end.</summary>
    public static string Shown(decimal points) => points.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>Required conditions (必备条件) of a form: questions that a "no" decides.</summary>
/// <param name="Unmet">Those answered "no".</param>
/// <param name="Open">Those not answered yet.</param>
public sealed record FormConditions(IReadOnlyList<FormItem> All, IReadOnlyList<FormItem> Unmet, int Open)
{
    public static FormConditions Of(Form form, FormValues values)
    {
        var all = form.Groups.SelectMany(group => group.Items).Where(IsCondition).ToList();
        return new(all, all.FindAll(item => FormCheck.YesNo(values.Text(item.Key)) == false), all.Count(item => FormCheck.YesNo(values.Text(item.Key)) is null));
    }

    public static bool IsCondition(FormItem item) => item is { Kind: FormItemKind.YesNo, IfNo: not null };
}
