using System.Globalization;
using Programmes.Core;

namespace Programmes.Engine.Archiving;

/// <summary>How long is kept what nobody needs for ever. Results, notices, papers, ledgers, evidence, who did what when, and the audit trail always stay.</summary>
/// <param name="Years">Whole years after the end of a programme, after which the inner working of its workflows goes.</param>
/// <param name="MailDays">Days after a mail was queued, after which its words go; to whom, when and about what stays.</param>
/// <param name="ArchiveFolder">Where a file of what goes is written first; null: what people filled in stays in the database.</param>
public sealed record RetentionSettings(int Years, int MailDays, string? ArchiveFolder)
{
    public const int YearsDefault = 10;
    public const int YearsMin = 1;
    public const int YearsMax = 100;
    public const int MailDaysDefault = 730;
    public const int MailDaysMin = 30;
    public const int MailDaysMax = 36_500;

    /// <param name="years">Null or empty: <see cref="YearsDefault"/>.</param>
    /// <param name="mailDays">Null or empty: <see cref="MailDaysDefault"/>.</param>
    /// <param name="archive">Relative to <paramref name="home"/>; null or empty: none.</param>
    public static bool TryCreate(string? years, string? mailDays, string? archive, string home, out RetentionSettings? settings, out Text error)
    {
        (settings, error) = (null, default);
        if (!InRange(years, YearsDefault, YearsMin, YearsMax, out var kept))
        {
            error = new($"Years 须为 {YearsMin} 至 {YearsMax} 的整数", $"Years is a whole number from {YearsMin} to {YearsMax}");
            return false;
        }

        if (!InRange(mailDays, MailDaysDefault, MailDaysMin, MailDaysMax, out var days))
        {
            error = new($"MailDays 须为 {MailDaysMin} 至 {MailDaysMax} 的整数", $"MailDays is a whole number from {MailDaysMin} to {MailDaysMax}");
            return false;
        }

        settings = new(kept, days, string.IsNullOrEmpty(archive) ? null : Path.GetFullPath(archive, home));
        return true;
    }

    private static bool InRange(string? text, int usual, int min, int max, out int number)
    {
        number = usual;
        return string.IsNullOrEmpty(text) || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;
    }
}
