namespace Programmes.Core.Programmes;

/// <summary>The level of an office or unit, from the top down.</summary>
public enum AdministrativeLevel { Province, City, County, Township, Village }

public static class AdministrativeLevels
{
    /// <summary>As a launch file writes it, such as <c>county</c>.</summary>
    public static string Key(this AdministrativeLevel level) => level switch
    {
        AdministrativeLevel.Province => "province",
        AdministrativeLevel.City => "city",
        AdministrativeLevel.County => "county",
        AdministrativeLevel.Township => "township",
        _ => "village",
    };

    public static Text Words(this AdministrativeLevel level) => level switch
    {
        AdministrativeLevel.Province => new("省级", "Province"),
        AdministrativeLevel.City => new("市级", "City"),
        AdministrativeLevel.County => new("县级", "County"),
        AdministrativeLevel.Township => new("乡级", "Township"),
        _ => new("村级", "Village"),
    };

    public static readonly IReadOnlyList<string> Keys = [.. Enum.GetValues<AdministrativeLevel>().Select(Key)];

    /// <summary>Null for what is no level.</summary>
    public static AdministrativeLevel? Parse(string? key)
    {
        foreach (var level in Enum.GetValues<AdministrativeLevel>())
            if (level.Key() == key) return level;
        return null;
    }
}
