namespace Programmes.Web.Layout;

/// <summary>What the frame around every page shows beside the page itself; filled in a request, before the page is rendered.</summary>
public sealed class Frame
{
    /// <summary>The time by a demonstration clock, where one runs; a banner then says so on every page.</summary>
    public DateTimeOffset? DemonstrationNow { get; set; }

    /// <summary>The name to show for the person signed in; the account's name if null.</summary>
    public string? PersonName { get; set; }

    /// <summary>The office or unit of the person signed in.</summary>
    public string? OfficeName { get; set; }

    /// <summary>What waits for the person in “待办”; zero shows nothing.</summary>
    public int OpenWorkItems { get; set; }

    /// <summary>Objections that wait to be accepted, for who decides about them; zero shows nothing.</summary>
    public int WaitingObjections { get; set; }
}
