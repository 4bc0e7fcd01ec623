namespace Programmes.Core.Dates;

/// <summary>Why a date is what it is, for a mail: how it was counted, without the names of rules and parameters.</summary>
public static class ShortReason
{
    private static readonly string[] Technical = ["规则：", "可选：", "取其中"];
    private static readonly string[] Origin = ["起点：", "固定日期："];
    private const string Result = "结果：";
    private const string Provisional = "暂定：";

    /// <summary>
    /// Of a date that was counted: from where, how, and with what result. Of a printed one nothing, unless it falls on no ordinary
    /// working day. What is provisional says so.
    /// </summary>
    /// <param name="why">The explanation of a resolved date.</param>
    public static IReadOnlyList<Text> Of(IReadOnlyList<Text> why)
    {
        var lines = why.Where(line => !Begins(line, Technical)).ToList();
        var counted = lines.Exists(line => !Begins(line, Origin) && !Begins(line, Result) && !Begins(line, Provisional));
        if (!counted) lines.RemoveAll(line => Begins(line, Origin) || Begins(line, Result) && line.Zh.EndsWith("，工作日。", StringComparison.Ordinal));
        return [.. lines.Select(WithoutName)];
    }

    /// <summary>An anchor's name is the launch file's, not the office's.</summary>
    private static Text WithoutName(Text line)
    {
        if (!Begins(line, "起点：")) return line;
        return new(After(line.Zh, "起点："), After(line.En, "Anchor: "));

        static string After(string words, string start) => words.IndexOf(" = ", StringComparison.Ordinal) is > 0 and var at && words.StartsWith(start, StringComparison.Ordinal) ? $"{start}{words[(at + 3)..]}" : words;
    }

    private static bool Begins(Text line, params ReadOnlySpan<string> starts)
    {
        foreach (var start in starts)
            if (line.Zh.StartsWith(start, StringComparison.Ordinal)) return true;
        return false;
    }
}
