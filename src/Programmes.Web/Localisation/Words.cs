using System.Globalization;
using Programmes.Core;

namespace Programmes.Web.Localisation;

/// <summary>
/// The words of the current request. Both languages stand side by side where they are used, <c>@L["总览", "Overview"]</c>,
/// so that neither is forgotten. Pages know it as <c>L</c>.
/// </summary>
public sealed class Words
{
    /// <summary><c>en</c> or <c>zh</c>.</summary>
    public string Language => IsEnglish ? "en" : "zh";

    /// <summary>The language for an HTML <c>lang</c> attribute.</summary>
    public string HtmlLanguage => IsEnglish ? "en" : "zh-CN";

    public bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    public string this[string zh, string en] => IsEnglish ? en : zh;

    public string this[Text text] => text.In(Language);

    /// <summary>2023年9月28日（周四） · Thu 28 Sep 2023</summary>
    public string Day(DateOnly on) => DateFormat.Day(on, Language);

    /// <summary>For narrow tables, sortable by eye: 2023-09-28 · 28 Sep 2023</summary>
    public string ShortDay(DateOnly on) => DateFormat.ShortDay(on, Language);

    /// <summary>Both days are included: 2023年9月28日至10月9日 · 28 Sep to 9 Oct 2023</summary>
    public string Days(DateOnly from, DateOnly until) => DateFormat.Days(from, until, Language);

    /// <summary>Asia/Shanghai, to the minute: 2023年9月28日（周四）15:04 · Thu 28 Sep 2023, 15:04</summary>
    public string Instant(DateTimeOffset at) => DateFormat.Instant(at, Language);
}
