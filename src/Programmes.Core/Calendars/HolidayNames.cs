namespace Programmes.Core.Calendars;

/// <summary>English for the holiday names that notices print.</summary>
internal static class HolidayNames
{
    public static readonly Text NewYear = new("元旦", "New Year's Day");
    public static readonly Text SpringFestival = new("春节", "Spring Festival");
    public static readonly Text Qingming = new("清明节", "Qingming Festival");
    public static readonly Text LabourDay = new("劳动节", "Labour Day");
    public static readonly Text DragonBoat = new("端午节", "Dragon Boat Festival");
    public static readonly Text MidAutumn = new("中秋节", "Mid-Autumn Festival");
    public static readonly Text NationalDay = new("国庆节", "National Day");

    private static readonly Text[] Known =
    [
        NewYear, SpringFestival, Qingming, LabourDay, DragonBoat, MidAutumn, NationalDay,
        new("抗日战争暨世界反法西斯战争胜利70周年纪念日", "70th anniversary of victory in the War of Resistance and the World Anti-Fascist War"),
    ];

    /// <summary>Both languages of a printed name; joint holidays (中秋节、国庆节) part by part; an unknown name stays Chinese.</summary>
    public static Text Of(string printed) =>
        new(printed, string.Join(" and ", printed.Split('、', StringSplitOptions.TrimEntries).Select(English)));

    private static string English(string name)
    {
        foreach (var known in Known)
            if (known.Zh == name) return known.En;
        return name;
    }
}
