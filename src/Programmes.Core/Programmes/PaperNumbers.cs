using System.Globalization;

namespace Programmes.Core.Programmes;

/// <summary>Numbers of official papers (发文字号): code of the office, year in 〔〕, running number (《党政机关公文处理工作条例》第九条).</summary>
public static class PaperNumbers
{
    private const char Opens = '〔';
    private const char Closes = '〕';

    /// <summary>
    /// The number after the highest of this year, in the spelling of the latest; the running number begins anew with each year.
    /// Null: none of them is written in this way.
    /// </summary>
    /// <param name="latest">Numbers that were given before, the latest first.</param>
    public static string? Next(IEnumerable<string> latest, int year)
    {
        string? code = null;
        var highest = 0;
        foreach (var number in latest)
        {
            if (Read(number) is not var (office, of, running)) continue;
            code ??= office;
            if (office == code && of == year && running > highest) highest = running;
        }

        return code is null || highest == int.MaxValue ? null : Number(code, year, highest + 1);
    }

    /// <summary>The first number of a year in the code of another paper, such as the one that approves the programme; null: it has none.</summary>
    public static string? First(string other, int year) => Read(other) is var (office, _, _) ? Number(office, year, 1) : null;

    private static string Number(string code, int year, int running) => string.Create(CultureInfo.InvariantCulture, $"{code}{Opens}{year}{Closes}{running}号");

    private static (string Code, int Year, int Running)? Read(string number)
    {
        var (opens, closes) = (number.IndexOf(Opens, StringComparison.Ordinal), number.IndexOf(Closes, StringComparison.Ordinal));
        if (opens <= 0 || closes <= opens || !number.EndsWith('号')) return null;
        return int.TryParse(number.AsSpan(opens + 1, closes - opens - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && int.TryParse(number.AsSpan(closes + 1, number.Length - closes - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var running)
            ? (number[..opens], year, running) : null;
    }
}
