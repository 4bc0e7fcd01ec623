using System.Globalization;
using System.Text.RegularExpressions;

namespace Programmes.Core.Workflows;

/// <summary>
/// Elsa's spans of time: .NET's <c>[d.]hh:mm:ss</c>. What Elsa would read silently as something else is refused here:
/// <c>PT2S</c> and bare numbers (read there as "now"), and hours beyond 23 (read there as days).
/// </summary>
public static partial class TimeSpans
{
    public static bool TryParse(string text, out TimeSpan span, out Text error)
    {
        error = default;
        span = default;
        if (Shape().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out span) && span >= TimeSpan.Zero) return true;
        error = ManyHours().IsMatch(text)
            ? new($"“{text}”会被读作天数；满 24 小时请写成“天.时:分:秒”，例如 3.00:00:00", $"\"{text}\" would be read as days; write d.hh:mm:ss, such as 3.00:00:00")
            : new($"“{text}”不是时间间隔；请写成“[天.]时:分:秒”，例如 1.12:00:00", $"\"{text}\" is no span of time; write [d.]hh:mm:ss, such as 1.12:00:00");
        return false;
    }

    [GeneratedRegex(@"^(\d{1,7}\.)?([01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(\.\d{1,7})?$")]
    private static partial Regex Shape();

    [GeneratedRegex(@"^\d{2,}:\d+(:\d+)?$")]
    private static partial Regex ManyHours();
}
