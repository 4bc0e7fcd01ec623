using System.Globalization;

namespace Programmes.Core.Reminders;

/// <summary>Several notices of workflows for one address become one mail.</summary>
public static class NoticeBundle
{
    /// <summary>From so many on.</summary>
    public const int From = 3;

    /// <summary>Each notice with its subject, unit and, where they are of several, its programme. Two of the same words concern several units once.</summary>
    /// <param name="notices">To one address, of one morning; at least one.</param>
    public static NotifyMail Of(IReadOnlyList<NotifyMail> notices)
    {
        var first = notices[0];
        var programmes = notices.Select(notice => notice.Programme).Distinct().ToList();
        var parts = notices.GroupBy(notice => (notice.Programme, notice.Subject, notice.Body)).Select((same, index) =>
        {
            var units = same.Select(notice => notice.Unit).OfType<string>().Distinct().ToList();
            var named = units.Count <= DigestLine.UnitsMax ? string.Join('、', units) : $"{string.Join('、', units.Take(DigestLine.UnitsMax))}等{units.Count.ToString(CultureInfo.InvariantCulture)}个单位";
            return string.Create(CultureInfo.InvariantCulture, $"{index + 1}. {same.Key.Subject}{(units.Count > 0 ? $"（{named}）" : "")}{(programmes.Count > 1 ? $"　{same.Key.Programme}" : "")}\n{same.Key.Body}");
        });
        var subject = string.Create(CultureInfo.InvariantCulture, $"【通知】{programmes[0]}{(programmes.Count > 1 ? "等" : "")}：{notices.Count}件");
        return first with { Programme = string.Join('、', programmes), Unit = null, Subject = subject, Body = string.Join('\n', parts), Path = programmes.Count == 1 ? first.Path : null };
    }
}
