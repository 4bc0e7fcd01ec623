using System.Globalization;
using System.Text;

namespace Programmes.Core.Ledgers;

/// <summary>An entry, as far as a bulletin needs to know it: no unit and no person.</summary>
/// <param name="Superior">The name of the office above the unit; empty: it has none.</param>
/// <param name="Deadline">The last day, inclusive.</param>
/// <param name="ClosedOn">Null: it is open.</param>
/// <param name="Reopenings">The days on which checks found it unsolved.</param>
public sealed record BulletinEntry(string Area, string Superior, DateOnly OpenedOn, DateOnly? Deadline, DateOnly? ClosedOn, IReadOnlyList<DateOnly> Reopenings);

/// <param name="Open">Not closed; the overdue ones are among them.</param>
/// <param name="OpenedSince">Entered since the day that the bulletin looks back to, inclusive.</param>
public sealed record BulletinCount(string Name, int All, int Closed, int Open, int Overdue, int OpenedSince, int ClosedSince, int ReopenedSince);

/// <summary>
/// The text of a bulletin (通报) about how a programme's problems stand: totals by area and by the office above. Stations are not
/// named and nobody is ranked; the order is the one given.
/// </summary>
/// <param name="Since">Inclusive.</param>
/// <param name="On">The day of the bulletin (Asia/Shanghai).</param>
public sealed record LedgerBulletin(DateOnly Since, DateOnly On, BulletinCount Total, IReadOnlyList<BulletinCount> ByArea, IReadOnlyList<BulletinCount> BySuperior, Text Words)
{
    /// <param name="areas">In the order in which they are told; others follow as they come.</param>
    /// <param name="superiors">In the order of the launch.</param>
    public static LedgerBulletin Compose(string programme, IReadOnlyList<BulletinEntry> entries, DateOnly since, DateOnly on, IReadOnlyList<string> areas, IReadOnlyList<string> superiors)
    {
        var total = Count("", entries, since, on);
        var byArea = Counts(entries, entry => entry.Area, areas, since, on);
        var bySuperior = Counts(entries.Where(entry => entry.Superior.Length > 0), entry => entry.Superior, superiors, since, on);
        return new(since, on, total, byArea, bySuperior, new(Chinese(programme, total, byArea, bySuperior, since, on), English(programme, total, byArea, bySuperior, since, on)));
    }

    private static List<BulletinCount> Counts(IEnumerable<BulletinEntry> entries, Func<BulletinEntry, string> key, IReadOnlyList<string> order, DateOnly since, DateOnly on)
    {
        var groups = entries.GroupBy(key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        return [.. order.Distinct().Where(groups.ContainsKey).Concat(groups.Keys.Except(order)).Select(name => Count(name, groups[name], since, on))];
    }

    private static BulletinCount Count(string name, IReadOnlyList<BulletinEntry> entries, DateOnly since, DateOnly on)
    {
        var open = entries.Count(entry => entry.ClosedOn is null);
        return new(name, entries.Count, entries.Count - open, open,
            entries.Count(entry => entry.ClosedOn is null && entry.Deadline < on),
            entries.Count(entry => entry.OpenedOn >= since), entries.Count(entry => entry.ClosedOn >= since),
            entries.Sum(entry => entry.Reopenings.Count(day => day >= since)));
    }

    private static string Chinese(string programme, BulletinCount total, List<BulletinCount> areas, List<BulletinCount> superiors, DateOnly since, DateOnly on)
    {
        var text = new StringBuilder();
        Add(text, $"{programme}问题整改情况通报\n\n");
        if (total.All == 0) return Add(text, $"截至{Day(on)}，台账没有登记问题。\n").ToString();
        Add(text, $"截至{Day(on)}，台账共登记问题 {total.All} 个，已销号 {total.Closed} 个，未销号 {total.Open} 个");
        text.Append(total.Open == 0 ? "。\n" : total.Overdue == 0 ? "，均在期限内。\n" : $"，其中超过整改期限 {N(total.Overdue)} 个。\n");
        Add(text, $"{Day(since)}以来，新登记 {total.OpenedSince} 个，销号 {total.ClosedSince} 个");
        text.Append(total.ReopenedSince == 0 ? "。\n" : $"，经检查未解决而重新打开 {N(total.ReopenedSince)} 个次。\n");
        Add(text, $"\n一、按检查方面\n{string.Concat(areas.Select(Line))}");
        if (superiors.Count > 0) Add(text, $"\n二、按县（市、区）和主管单位\n{string.Concat(superiors.Select(Line))}");
        if (total.Overdue > 0) text.Append("\n超过期限的问题，请有关单位说明原因，抓紧整改并申请销号。\n");
        return text.ToString();

        static string Day(DateOnly day) => day.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);
        static string Line(BulletinCount one) =>
            string.Create(CultureInfo.InvariantCulture, $"{one.Name}：登记 {one.All} 个，销号 {one.Closed} 个，未销号 {one.Open} 个")
            + (one.Overdue > 0 ? $"（超期 {N(one.Overdue)} 个）" : "") + (one.ReopenedSince > 0 ? $"，重新打开 {N(one.ReopenedSince)} 个次" : "") + "。\n";
    }

    private static string English(string programme, BulletinCount total, List<BulletinCount> areas, List<BulletinCount> superiors, DateOnly since, DateOnly on)
    {
        var text = new StringBuilder();
        Add(text, $"{programme}: how the problems stand\n\n");
        if (total.All == 0) return Add(text, $"As of {Day(on)} the ledgers have no entries.\n").ToString();
        Add(text, $"As of {Day(on)}: {total.All} entries, {total.Closed} closed, {total.Open} open, {total.Overdue} of them overdue.\n");
        Add(text, $"Since {Day(since)}: {total.OpenedSince} opened, {total.ClosedSince} closed, {total.ReopenedSince} found unsolved and reopened.\n");
        Add(text, $"\n1. By check area\n{string.Concat(areas.Select(Line))}");
        if (superiors.Count > 0) Add(text, $"\n2. By the office above\n{string.Concat(superiors.Select(Line))}");
        return text.ToString();

        static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        static string Line(BulletinCount one) =>
            string.Create(CultureInfo.InvariantCulture, $"{one.Name}: {one.All} entries, {one.Closed} closed, {one.Open} open, {one.Overdue} overdue, {one.ReopenedSince} reopened\n");
    }

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static StringBuilder Add(StringBuilder text, FormattableString words) => text.Append(words.ToString(CultureInfo.InvariantCulture));
}
